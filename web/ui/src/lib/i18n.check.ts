// A test of types that no page loads: `npm run check` fails if `word` (lib/i18n.ts) takes a word that has no text.
import { word } from "./i18n";
import type { Resolution } from "./types";

// @ts-expect-error: one of these has no text
word("resolution", "recovered" as Resolution | "forgotten");
// @ts-expect-error: it could be any word
word("resolution", "recovered" as string);
