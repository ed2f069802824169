// The keyboard alone. Focus moves by itself (to the title of a page one came to, into a dialog and back), so nothing is
// pressed before it is where it should be.
import { until } from "./wait.mjs";

export function keyboardOf(page) {
  // The name of what has the focus.
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute("aria-label") || element?.labels?.[0]?.innerText || element?.innerText || element?.tagName || "").replace(/\s+/g, " ").trim();
  });
  const press = (key) => page.keyboard.press(key);
  const focusIsOn = (what, name) => until(`the focus is on ${what}`, async () => {
    const found = await focused();
    if (!found.startsWith(name)) throw new Error(`it is on "${found.slice(0, 80)}"`);
    return true;
  });
  // Tab until the element with this name has the focus.
  const tabTo = (name) => until(`the keyboard reaches "${name}"`, async () => {
    if ((await focused()).startsWith(name)) return true;
    await press("Tab");
    return false;
  }, { everyMs: 0 });
  // On another page of ours, whose title has the focus.
  const arrived = async (name) => {
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await until(`the title "${name}" has the focus`, () => page.evaluate(() => document.activeElement.matches("h1")));
  };
  const inDialog = () => until("the focus is in the dialog", () => page.evaluate(() => document.activeElement?.closest("dialog") !== null));
  const closed = () => page.getByRole("dialog").waitFor({ state: "detached" });
  const atCombobox = () => page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
  const palette = async (typed) => {
    await press("Control+k");
    await atCombobox();
    await page.keyboard.type(typed);
  };
  return { focused, focusIsOn, press, tabTo, arrived, inDialog, closed, atCombobox, palette, type: (text) => page.keyboard.type(text) };
}
