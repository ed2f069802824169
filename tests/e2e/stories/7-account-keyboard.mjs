// One's own account by the keyboard alone: a new password, the end of another session, an authenticator application with
// its recovery codes. The mouse is never touched, and the focus is never lost.
import { startAppliance } from "../support/appliance.mjs";
import { person as ada, signIn } from "../support/api.mjs";
import { newContext, newPage, shot, signInPage, startBrowser } from "../support/browser.mjs";
import { codeOf, stepNow } from "../support/totp.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(test, world) {
  const person = { ...ada }; // their password and address change on the way
  world.steps = true;
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  await signIn(appliance, { setup: {} });
  const context = await newContext(browser);
  const page = await newPage(context, appliance.https, [/status of 4[0-9][0-9]/]);
  await signInPage(page, appliance.https, person);

  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute("aria-label") || element?.labels?.[0]?.innerText || element?.innerText || element?.tagName || "").replace(/\s+/g, " ").trim();
  });
  // Tab until the element with this name has the focus.
  const tabTo = async (name) => {
    for (let each = 0; each < 80; each += 1) {
      if ((await focused()).startsWith(name)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach "${name}"`);
  };
  const goTo = async (typed, name) => {
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type(typed);
    await page.getByRole("option", { name, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await until("the title of the page has the focus", () => page.evaluate(() => document.activeElement.matches("h1")));
  };
  const inDialog = () => page.evaluate(() => document.activeElement?.closest("dialog") !== null);

  await test("the menu of the reader leads to the account", async () => {
    const atMenu = () => page.evaluate(() => document.activeElement?.matches(".reader button[aria-expanded]"));
    for (let each = 0; each < 80 && !(await atMenu()); each += 1) await page.keyboard.press("Tab");
    equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "false", "the menu is closed");
    await page.keyboard.press("Enter");
    await tabTo("My account");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Profile", level: 1 }).waitFor();
  });

  await test("a password is changed: what is wrong is said where the focus is, and the form is empty afterwards", async () => {
    const fresh = "nine yellow kettles humming";
    await tabTo("Current password");
    await page.keyboard.type("not my password at all");
    await tabTo("New password");
    await page.keyboard.type(fresh);
    await page.keyboard.press("Enter");
    await page.getByText("The current password is wrong", { exact: false }).or(page.locator("[aria-invalid=true]")).first().waitFor();
    await until("the focus is on the wrong field", async () => (await focused()).startsWith("Current password"));
    await page.keyboard.press("Control+a");
    await page.keyboard.type(person.password);
    await page.keyboard.press("Enter");
    await page.getByText("The password is changed. Every other session has ended.").waitFor();
    person.password = fresh;
    equal(await page.getByLabel("Current password").inputValue(), "", "the current password is not kept");
    check((await focused()) !== "BODY", "the focus is still in the page");
  });

  await test("another session is ended, after a confirmation that Escape refuses and Enter gives", async () => {
    const other = await newContext(browser);
    const elsewhere = await newPage(other, appliance.https, [/status of 401/]);
    await signInPage(elsewhere, appliance.https, person);
    await goTo("sessions", "Sessions");
    await page.getByRole("button", { name: /^End \(/ }).nth(1).waitFor();
    // Its own session stands among them: the other one's row is that without the mark.
    const rows = await page.getByRole("row").allInnerTexts();
    const order = rows.slice(1).findIndex((text) => !text.includes("this one"));
    check(order >= 0, "the other session is in the list");
    await tabTo("End (");
    for (let each = 0; each < order; each += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await until("the focus is in the dialog", inDialog);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await until("the focus is back on the button", async () => {
      const name = await focused();
      if (!name.startsWith("End")) throw new Error(`it is on "${name.slice(0, 80)}"`);
      return true;
    }, { seconds: 5 });
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (let each = 0; each < 10 && (await focused()) !== "End"; each += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Ended.", { exact: true }).waitFor();
    await until("one session is left", async () => (await page.getByRole("button", { name: /^End \(/ }).count()) === 1);
    await elsewhere.reload();
    await elsewhere.getByLabel("Mail address").waitFor();
    await other.close();
  });

  await test("an authenticator application is set up by its secret, and the recovery codes are taken", async () => {
    await goTo("account secur", "Security");
    await tabTo("Set up");
    await page.keyboard.press("Enter");
    await page.locator("#totp-secret").waitFor();
    await until("the focus is in the dialog", inDialog);
    const secret = (await page.locator("#totp-secret").innerText()).trim();
    await tabTo("Code that it shows now");
    await page.keyboard.type("000000");
    await page.keyboard.press("Enter");
    await page.getByText("This is not the code").waitFor();
    await until("the focus is on the code", async () => (await focused()).startsWith("Code that it shows now"));
    await page.keyboard.press("Control+a");
    await page.keyboard.type(codeOf(secret, stepNow()));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    await until("the focus is in the dialog", inDialog);
    await shot(page, "keyboard-codes");
    await tabTo("I have kept them");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("10 of 10 are left").waitFor();
    await tabTo("Replace");
    nothing(page.complaints, "complaints");
  });
}
