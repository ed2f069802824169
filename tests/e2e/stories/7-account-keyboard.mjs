// One's own account by the keyboard alone: a new password, the end of another session, an authenticator application
// with its recovery codes. The mouse is never touched, and the focus is never lost.
import { startAppliance } from "../support/appliance.mjs";
import { join, signIn } from "../support/api.mjs";
import { settled, shot, signedIn, startBrowser } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { codeOf, stepNow } from "../support/totp.mjs";
import { becomes, equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  // Every step has a person of its own, as they change their passwords and factors.
  const somebody = async (name) => {
    const who = { name, mail: `${name.toLowerCase()}@example.com`, password: "eleven quiet lanterns glow" };
    await join(api, appliance, who);
    return who;
  };
  const open = async (who) => {
    const page = await signedIn(browser, appliance.https, who, { allowed: [/status of 4[0-9][0-9]/] });
    const keys = keyboardOf(page);
    await page.goto(`${appliance.https}/w/${api.workspace.slug}/overview`);
    await settled(page);
    const goTo = async (typed, name) => {
      await keys.palette(typed);
      await page.getByRole("option", { name, selected: true }).waitFor();
      await keys.press("Enter");
      await keys.arrived(name);
      await settled(page);
    };
    return { page, keys, goTo };
  };

  await step("the menu of the reader leads to the account", async () => {
    const { page, keys } = await open(await somebody("Mona"));
    const atMenu = () => page.evaluate(() => document.activeElement?.matches(".reader button[aria-expanded]"));
    await until("the keyboard reaches the menu", async () => (await atMenu()) || (await keys.press("Tab")), { everyMs: 0 });
    equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "false", "the menu is open");
    await keys.press("Enter");
    await page.getByRole("link", { name: "My account" }).waitFor();
    await keys.tabTo("My account");
    await keys.press("Enter");
    await keys.arrived("Profile");
    nothing(page.complaints, "complaints");
  });

  await step("a password is changed: what is wrong is said where the focus is, and the form is empty afterwards", async () => {
    const pia = await somebody("Pia");
    const { page, keys, goTo } = await open(pia);
    await goTo("account profile", "Profile");
    await keys.tabTo("Current password");
    await keys.type("not my password at all");
    await keys.tabTo("New password");
    await keys.type("nine yellow kettles humming");
    await keys.press("Enter");
    await page.locator("[aria-invalid=true]").first().waitFor();
    await keys.focusIsOn("the wrong field", "Current password");
    await keys.press("Control+a");
    await keys.type(pia.password);
    await keys.press("Enter");
    await page.getByText("The password is changed. Every other session has ended.").waitFor();
    await becomes(() => page.getByLabel("Current password").inputValue(), "", "the current password, which is not kept");
    await until("the focus is still in the page", async () => (await keys.focused()) !== "BODY");
    nothing(page.complaints, "complaints");
  });

  await step("another session is ended, after a confirmation that Escape refuses and Enter gives", async () => {
    const sven = await somebody("Sven");
    await (await signIn(appliance, { as: sven })).call("DELETE", "/account/sessions?which=all"); // those of joining
    const { page, keys, goTo } = await open(sven);
    const elsewhere = await signedIn(browser, appliance.https, sven, { allowed: [/status of 401/], anew: true });
    await elsewhere.goto(`${appliance.https}/w/${api.workspace.slug}/overview`);
    await settled(elsewhere);
    await goTo("sessions", "Sessions");
    const ends = page.getByRole("button", { name: /^End \(/ });
    await becomes(() => ends.count(), 2, "sessions in the list");
    // Its own session stands among them: the other one's row is that without the mark.
    const atOther = () => page.evaluate(() => {
      const row = document.activeElement.closest("tr");
      return document.activeElement.matches("button") && row !== null && !row.innerText.includes("this one");
    });
    await until("the keyboard reaches the other session", async () => (await atOther()) || (await keys.press("Tab")), { everyMs: 0 });
    await keys.press("Enter");
    await page.getByRole("dialog").waitFor();
    await keys.inDialog();
    await keys.press("Escape");
    await keys.closed();
    await keys.focusIsOn("the button again", "End");
    await keys.press("Enter");
    await page.getByRole("dialog").waitFor();
    await keys.inDialog();
    await until("the keyboard reaches the confirmation", async () => (await keys.focused()) === "End" || (await keys.press("Tab")), { everyMs: 0 });
    await keys.press("Enter");
    await page.getByText("Ended.", { exact: true }).waitFor();
    await becomes(() => ends.count(), 1, "sessions left");
    await elsewhere.reload();
    await elsewhere.getByLabel("Mail address").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("an authenticator application is set up by its secret, and the recovery codes are taken", async () => {
    const { page, keys, goTo } = await open(await somebody("Fay"));
    await goTo("account secur", "Security");
    await keys.tabTo("Set up");
    await keys.press("Enter");
    await page.locator("#totp-secret").waitFor();
    await keys.inDialog();
    const secret = (await page.locator("#totp-secret").innerText()).trim();
    await keys.tabTo("Code that it shows now");
    await keys.type("000000");
    await keys.press("Enter");
    await page.getByText("This is not the code").waitFor();
    await keys.focusIsOn("the code", "Code that it shows now");
    await keys.press("Control+a");
    await keys.type(codeOf(secret, stepNow()));
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    await keys.inDialog();
    await shot(page, "keyboard-codes");
    await keys.tabTo("I have kept them");
    await keys.press("Enter");
    await keys.closed();
    await page.getByText("10 of 10 are left").waitFor();
    await keys.tabTo("Replace");
    nothing(page.complaints, "complaints");
  });
}
