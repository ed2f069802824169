// Never loaded: it compiles only as long as a word without a text does not (lib/i18n.ts).
import { word } from "./i18n";
import type { Resolution } from "./types";

// @ts-expect-error: one of these has no text
word("resolution", "recovered" as Resolution | "forgotten");
// @ts-expect-error: it could be any word
word("resolution", "recovered" as string);
