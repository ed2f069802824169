// Tags as people type them: separated by commas or blanks, each once.
export function splitTags(text: string): string[] {
  return [...new Set(text.split(/[,\s]+/).map((tag) => tag.trim()).filter(Boolean))];
}

// Lines as people type them: without blank ones.
export const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);
