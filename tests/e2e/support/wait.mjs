// Waiting for a condition, and small assertions with words.

export async function until(what, condition, { seconds = 20, everyMs = 100 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (problem) {
      last = problem;
    }
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}${last ? ` (${last.message})` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export function check(truth, what) {
  if (!truth) throw new Error(what);
}

export function equal(found, expected, what) {
  if (found !== expected) throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

export function nothing(list, what) {
  if (list.length > 0) throw new Error(`${what}:\n${list.map((each) => `- ${each}`).join("\n")}`);
}
