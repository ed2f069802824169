// Keys: g and a letter opens a page, j/k move through the rows of a list, / and Ctrl-K open the palette, ? opens the
// help. Letters do nothing while a field has the focus, and can be switched off.
import { signal } from "@preact/signals";
import { destinations } from "../shell/nav";
import { me } from "./api";
import { keysOn } from "./prefs";
import { navigate } from "./router";

export const paletteOpen = signal(false);
export const helpOpen = signal(false);
export const switcherOpen = signal(false);

const kChordMs = 1_500;
let chordAt = -kChordMs; // when g was pressed; not 0, or a letter in the first moments of a page would end a chord

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function walk(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  if (rows.length === 0) return false;
  const here = rows.findIndex((row) => row === document.activeElement);
  const next = here < 0 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
  return true;
}

export function startKeys(): void {
  addEventListener("keydown", (event) => {
    if (!me.value || event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      paletteOpen.value = !paletteOpen.value;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !keysOn.value || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const chord = performance.now() - chordAt < kChordMs;
    chordAt = -kChordMs;
    if (chord) {
      const to = destinations().find((each) => each.key === event.key);
      if (to) {
        event.preventDefault();
        navigate(to.href);
        return;
      }
    }
    if (event.key === "g") chordAt = performance.now();
    else if (event.key === "/") paletteOpen.value = true;
    else if (event.key === "?") helpOpen.value = true;
    else if (event.key === "w") switcherOpen.value = true;
    else if (event.key === "j" || event.key === "k") {
      if (!walk(event.key === "j" ? 1 : -1)) return;
    } else return;
    event.preventDefault();
  });
}
