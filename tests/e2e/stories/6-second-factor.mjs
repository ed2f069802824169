// Second factors in a real browser, over TLS, with Chromium's virtual authenticator: set up an application and a
// passkey, sign in with each, confirm a dangerous act, require one in the workspace, and keep the last one then.
import { startAppliance } from "../support/appliance.mjs";
import { join, person, signIn } from "../support/api.mjs";
import { enter, fits, newContext, newPage, settled, shot, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { codeOf, stepNow } from "../support/totp.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  // Asked now: the first factor will end this session, which a password alone has opened.
  const fay = { mail: "fay@example.com", name: "Fay Factor", password: "eleven quiet lanterns glow" };
  const pat = { mail: "pat@example.com", name: "Pat Passkey", password: "eleven quiet lanterns glow" };
  for (const each of [fay, pat]) await join(api, appliance, each);
  // One page for all, as the authenticator belongs to it.
  const context = await newContext(browser);
  const page = await newPage(context, appliance.https, [/status of 4[0-9][0-9]/, /pubKeyCredParams/]);
  const keys = keyboardOf(page);
  const wire = await context.newCDPSession(page);
  await wire.send("WebAuthn.enable");
  const { authenticatorId } = await wire.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const dialog = page.getByRole("dialog");
  const security = `${appliance.https}/account/security`;
  const settings = `${appliance.https}/w/${api.workspace.slug}/settings`;
  let secret = "";
  let used = 0; // the last step whose code was typed
  let codes = [];

  // A code that was not used yet; the server takes one step ahead of its clock.
  const freshCode = async () => {
    used = await until("a code that was not used yet", () => stepNow() + 1 > used && Math.max(stepNow(), used + 1), { seconds: 35 });
    return codeOf(secret, used);
  };
  const newCodes = () => until("ten recovery codes are shown", async () => {
    const shown = await page.locator(".codes code").allInnerTexts();
    return shown.length === 10 && shown;
  });
  const signOut = async () => {
    await context.clearCookies();
    await page.goto(`${appliance.https}/login`);
    await page.getByLabel("Mail address").waitFor();
  };
  const typePassword = async () => {
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByLabel("Password").fill(person.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  // A page of the person who is signed in. If a step before failed and nobody is, the passkey signs in.
  const go = async (address) => {
    await page.goto(address);
    await settled(page);
    if (!(await page.getByRole("heading", { name: "Sign in", level: 1 }).isVisible())) return;
    await page.getByRole("button", { name: "Use a passkey instead" }).click();
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor({ state: "detached" });
    await settled(page);
  };

  const application = await step("an authenticator application is set up by its secret and a code, and gives recovery codes", async () => {
    await signInPage(page, appliance.https, person);
    await page.goto(security);
    await settled(page);
    nothing(await violations(page, wire), "axe, nothing set up");
    await shot(page, "security-none");
    await page.getByRole("button", { name: "Set up", exact: true }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    secret = (await page.locator("#totp-secret").innerText()).trim();
    nothing(await violations(page, wire), "axe, the QR code");
    await shot(page, "security-qr");
    await page.getByLabel("Code that it shows now").fill("000000");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await dialog.getByText("This is not the code").waitFor();
    await page.getByLabel("Code that it shows now").fill(await freshCode());
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    codes = await newCodes();
    nothing(await violations(page, wire), "axe, the codes");
    await shot(page, "security-codes");
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 of 10 are left").waitFor();
  });

  const passkey = await step("a passkey is made, named and renamed", async () => {
    if (!application.passed) { // by somebody who has no application
      await context.clearCookies();
      await enter(page, security, pat);
    }
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("Laptop");
    await dialog.getByRole("button", { name: "Add a passkey" }).click();
    if (!application.passed) await dialog.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("cell", { name: "Laptop", exact: true }).waitFor();
    const { credentials } = await wire.send("WebAuthn.getCredentials", { authenticatorId });
    equal(credentials.length, 1, "credentials in the authenticator");
    check(credentials[0].isResidentCredential, "it can be found without a name");
    await page.getByRole("button", { name: "Rename (Laptop)" }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("Blue laptop");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: "Blue laptop", exact: true }).waitFor();
    await keys.closed();
    nothing(await violations(page, wire), "axe");
    await shot(page, "security");
  });
  const both = { needs: [application, passkey] };

  await step("the page fits a phone, light and dark", { needs: [passkey] }, async () => {
    await go(security);
    try {
      await page.setViewportSize({ width: 320, height: 720 });
      await fits(page, "security");
      await shot(page, "security-phone");
      await page.emulateMedia({ colorScheme: "dark" });
      nothing(await violations(page, wire), "axe, dark");
      await shot(page, "security-phone-dark");
      await page.setViewportSize({ width: 1280, height: 900 });
      await shot(page, "security-dark");
    } finally {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
    }
  });

  await step("signing in asks for the second step: a code, and not the same one twice", both, async () => {
    await signOut();
    nothing(await violations(page, wire), "axe, the first step");
    await typePassword();
    await page.getByRole("heading", { name: "Second step" }).waitFor();
    nothing(await violations(page, wire), "axe, the second step");
    await shot(page, "second-step");
    await page.getByRole("button", { name: "Use a code instead" }).click();
    await page.getByRole("textbox", { name: "Code of your authenticator application" }).fill(codeOf(secret, used));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("The code is wrong, or was used already").waitFor();
    nothing(await violations(page, wire), "axe, a wrong code");
    await page.getByRole("textbox", { name: "Code of your authenticator application" }).fill(await freshCode());
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  });

  await step("a passkey is the second step too, and a recovery code", both, async () => {
    await signOut();
    await typePassword();
    await page.getByRole("button", { name: "Use a passkey", exact: true }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await signOut();
    await typePassword();
    await page.getByRole("button", { name: "Use a recovery code instead" }).click();
    const field = page.getByRole("textbox", { name: "Recovery code" });
    await field.fill(codes[0].toUpperCase());
    await field.press("Enter");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  });

  await step("a passkey alone signs in, and a person who is not verified is refused", { needs: [passkey] }, async () => {
    await signOut();
    await wire.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    try {
      await page.getByRole("button", { name: "Use a passkey instead" }).click();
      await page.getByText("Nothing came from the passkey").waitFor();
    } finally {
      await wire.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    }
    await page.getByRole("button", { name: "Use a passkey instead" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("a dangerous act asks once for a confirmation, by keyboard, and then happens", both, async () => {
    await go(security);
    // As after ten minutes: the first answer is the server's own refusal; what follows is real.
    let asked = 0;
    const renewal = "**/api/v1/account/factors/recovery-codes";
    await page.route(renewal, async (route) => {
      asked += 1;
      if (asked > 1) return route.continue();
      return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, code: "step_up_required", title: "", detail: "", methods: ["passkey", "totp"] }) });
    });
    try {
      await page.getByRole("button", { name: "New set" }).click();
      await dialog.getByRole("button", { name: "New set" }).click();
      await page.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
      const use = page.getByRole("button", { name: "Use a passkey", exact: true });
      const focusIsOnUse = () => until("the focus is on the first way", () => use.evaluate((element) => element === document.activeElement));
      await focusIsOnUse();
      nothing(await violations(page, wire), "axe, the confirmation");
      await shot(page, "step-up");
      await focusIsOnUse();
      await page.keyboard.press("Escape");
      await page.getByText("You did not confirm that it is you").waitFor();
      asked = 0;
      await dialog.getByRole("button", { name: "New set" }).click();
      await focusIsOnUse();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
      check(!(await newCodes()).includes(codes[1]), "the codes are new");
      await dialog.getByRole("button", { name: "I have kept them" }).click();
      await keys.closed();
    } finally {
      await page.unroute(renewal);
    }
  });

  const required = await step("an owner requires a second factor in the workspace, and the last one then stays", both, async () => {
    await go(settings);
    await page.getByRole("button", { name: "Require it" }).click();
    await dialog.getByRole("combobox", { name: "Those who have none are refused" }).selectOption("0");
    nothing(await violations(page, wire), "axe, requiring");
    await shot(page, "factor-policy");
    await dialog.getByRole("button", { name: "Require it" }).click();
    await page.getByText("Everybody here must have one").waitFor();
    await keys.closed();
    nothing(await violations(page, wire), "axe, required");
    await page.goto(security);
    await settled(page);
    await page.getByRole("button", { name: "Remove (Blue laptop)" }).click();
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("cell", { name: "Blue laptop", exact: true }).waitFor({ state: "detached" });
    await keys.closed();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await dialog.getByText("This is your last second factor").waitFor();
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await dialog.getByText("requires a second factor, and this is your last one").waitFor();
    nothing(await violations(page, wire), "axe, the last one");
    nothing(page.complaints, "complaints");
  });

  await step("a member without one is led to setting it up, and nothing is asked for them that is refused", { needs: [required] }, async () => {
    const reader = await newPage(await newContext(browser), appliance.https);
    await reader.goto(`${appliance.https}/login`);
    await reader.getByLabel("Mail address").fill(fay.mail);
    await reader.getByLabel("Password").fill(fay.password);
    await reader.getByRole("button", { name: "Sign in", exact: true }).click();
    await reader.getByRole("heading", { name: /requires a second factor/ }).waitFor();
    nothing(await violations(reader), "axe, refused");
    await reader.getByRole("link", { name: "Set up a second factor" }).click();
    await reader.getByText("Set up one of these, and it is open to you.").waitFor();
    nothing(reader.complaints, "complaints");
  });

  await step("over plain http it is said where passkeys belong", async () => {
    const there = await newPage(await newContext(browser), appliance.http, [/status of 4[0-9][0-9]/]);
    await there.goto(`${appliance.http}/login`);
    await there.getByRole("button", { name: "Use a passkey instead" }).click();
    await there.getByText("Passkeys belong to localhost").waitFor();
    nothing(await violations(there), "axe, elsewhere");
    nothing(there.complaints, "complaints");
  });
}
