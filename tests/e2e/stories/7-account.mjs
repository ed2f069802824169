// One's own account, as its owner meets it: a forgotten password, the profile, sessions, another mail address, an
// account by registration, one's data and the end. Letters go through a real mail server; every page is accessible,
// light and dark.
import { startAppliance } from "../support/appliance.mjs";
import { addUser, join, person, signIn } from "../support/api.mjs";
import { enter, isOff, newContext, newPage, settled, shot, signedIn, signInPage, startBrowser, violations, walk } from "../support/browser.mjs";
import { startMailbox, textOf, useMailbox } from "../support/mailbox.mjs";
import { becomes, check, equal, nothing } from "../support/wait.mjs";

// The link in a mail.
function linkOf(mail) {
  const text = textOf(mail);
  const link = /https:\/\/localhost:\d+\/[^\s]*#[^\s]+/.exec(text);
  check(link, `no link in: ${text}`);
  return link[0];
}

export default async function story(step, world) {
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  // Who changes their password or address is nobody else's person.
  const somebody = async (name) => {
    const who = { name, mail: `${name.toLowerCase()}@example.com`, password: "eleven quiet lanterns glow" };
    await join(api, appliance, who);
    return who;
  };
  const [rita, pia, sven, mara] = [await somebody("Rita"), await somebody("Pia"), await somebody("Sven"), await somebody("Mara")];
  await useMailbox(api, mailbox);
  const to = (address, subject, fits = () => true) =>
    mailbox.take(`the mail "${subject}" to ${address}`, (mail) => mail.to.includes(address) && mail.headers.subject === subject && fits(mail));
  const allowed = [/status of 40[139]/, /status of 422/];
  const open = async (who, path) => {
    const page = await signedIn(browser, appliance.https, who, { allowed });
    await page.goto(appliance.https + path);
    await settled(page);
    return page;
  };
  const visitor = async () => newPage(await newContext(browser), appliance.https, allowed);
  const heading = (page, name) => page.getByRole("heading", { name, level: 1 }).waitFor();

  await step("a forgotten password is chosen anew by the link out of the mail, whose token leaves the address bar", async () => {
    const page = await visitor();
    await page.goto(`${appliance.https}/login`);
    await page.getByRole("link", { name: "Forgot the password?" }).click();
    await heading(page, "Forgot the password?");
    nothing(await violations(page), "axe");
    await page.getByLabel("Mail address").fill(rita.mail);
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText(`If ${rita.mail} has an account here`).waitFor();
    await shot(page, "reset-asked");
    await page.goto(linkOf(await to(rita.mail, "Choose a new password")));
    await heading(page, "Choose a new password");
    await becomes(() => new URL(page.url()).hash, "", "the token in the address bar");
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText(/at least 10 characters/i).first().waitFor();
    nothing(await violations(page), "axe");
    const fresh = { ...rita, password: "nine yellow kettles humming" };
    await page.getByLabel("New password").fill(fresh.password);
    await page.getByRole("button", { name: "Set the password" }).click();
    await heading(page, "That is done");
    await to(rita.mail, "Your password was changed");
    await signInPage(page, appliance.https, fresh);
    await page.goto(`${appliance.https}/account`);
    await page.getByText("confirmed", { exact: true }).waitFor(); // the address, by the link that came there
    nothing(page.complaints, "complaints");
  });

  await step("the profile: a name, a new password that keeps this browser in", async () => {
    const page = await open(pia, "/account");
    await heading(page, "Profile");
    await page.getByLabel("Your name").fill("Pia King");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.getByLabel("Current password").fill("not the one that it is");
    await page.getByLabel("New password").fill("six orange ladders leaning");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("This is not your current password.").waitFor();
    await page.getByLabel("Current password").fill(pia.password);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is changed.").waitFor();
    await page.reload();
    await heading(page, "Profile");
    nothing(page.complaints, "complaints");
  });

  await step("sessions are listed; ending one signs that browser out and no other", async () => {
    const page = await open(sven, "/account/sessions");
    const second = await newPage(await newContext(browser, { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0" }), appliance.https, [/status of 401/]);
    await signInPage(second, appliance.https, sven);
    await to(sven.mail, "A login from a new place", (mail) => textOf(mail).includes("Firefox on Linux"));
    await page.reload();
    const row = page.getByRole("row", { name: /Firefox on Linux/ });
    await row.getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page.getByText("Ended.", { exact: true }).waitFor();
    await row.waitFor({ state: "detached" });
    await second.reload();
    await heading(second, "Sign in");

    await signInPage(second, appliance.https, sven);
    await page.reload();
    await page.getByRole("button", { name: "End all", exact: true }).click();
    await page.getByText("Every browser must sign in again, this one too.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await heading(page, "Sign in");
    await second.reload();
    await heading(second, "Sign in");
    nothing(page.complaints, "complaints");
  });

  await step("another mail address holds when both addresses have agreed", async () => {
    const page = await open(mara, "/account");
    await page.getByLabel("New address").fill("mara@example.net");
    await page.getByRole("button", { name: "Change the address" }).click();
    await page.locator("#mail-change").waitFor();
    await shot(page, "account-mail-change", { fullPage: true });
    const former = linkOf(await to(mara.mail, "Your mail address is to be changed"));
    const wanted = linkOf(await to("mara@example.net", "Confirm your new mail address"));
    await page.goto(former);
    await page.getByRole("button", { name: "Refuse: this was not me" }).waitFor();
    nothing(await violations(page), "axe");
    await shot(page, "verify-former");
    await page.getByRole("button", { name: "Agree to the change" }).click();
    await page.getByText("The other address must agree, too.").waitFor();
    await page.goto(wanted);
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("The address is changed.").waitFor();
    await enter(page, `${appliance.https}/account`, { ...mara, mail: "mara@example.net" });
    await page.getByText("mara@example.net", { exact: true }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("nobody registers until the administrator allows it; then the password is chosen behind the link", async () => {
    const nora = { mail: "nora@example.com", password: "four silver spoons ringing" };
    const door = await visitor();
    await door.goto(`${appliance.https}/register`);
    await door.getByText("Nobody can make an account here by themselves.").waitFor();
    nothing(await violations(door), "axe");
    await api.call("PUT", "/appliance/limits", { limits: { open_registration: 1 } });
    await door.goto(`${appliance.https}/login`);
    await door.getByRole("link", { name: "Make an account" }).click();
    await door.getByLabel("Your name").fill("Nora");
    await door.getByLabel("Mail address").fill(nora.mail);
    await door.getByRole("button", { name: "Send the link" }).click();
    await door.getByText(`A mail is on its way to ${nora.mail}`).waitFor();
    await door.goto(linkOf(await to(nora.mail, "Confirm your address to get an account")));
    await door.getByLabel("New password").fill(nora.password);
    nothing(await violations(door), "axe");
    await shot(door, "register-complete");
    await door.getByRole("button", { name: "Make the account" }).click();
    await heading(door, "You are in no workspace yet");
    nothing(door.complaints, "complaints");
  });

  await step("somebody takes their data and goes", async () => {
    const nils = { name: "Nils", mail: "nils@example.com", password: "four silver spoons ringing" };
    await addUser(api, appliance, nils);
    const page = await open(nils, "/account/data");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    equal(download.suggestedFilename(), "connlog-account.json", "the file");
    await page.getByRole("button", { name: "Delete my account" }).click();
    const dialog = page.getByRole("dialog");
    await isOff(dialog.getByRole("button", { name: "Delete my account" }), "deleting asks for the address first");
    nothing(await violations(page), "axe, dialog");
    await dialog.getByRole("textbox").fill(nils.mail);
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await heading(page, "Sign in");
    await to(nils.mail, "Your account is deleted");
    nothing(page.complaints, "complaints");
  });

  await step("the last owner is told what stands in the way of deleting the account", async () => {
    const page = await open(person, "/account/data");
    await page.getByText("You are the only owner of these.").waitFor();
    await isOff(page.getByRole("button", { name: "Delete my account" }), "the button is off");
    nothing(page.complaints, "complaints");
  });

  const pages = { account: "/account", "account-sessions": "/account/sessions", "account-data": "/account/data", "mail-letters": "/appliance/mail" };
  for (const colorScheme of ["light", "dark"]) {
    await step(`every page of the account is accessible, ${colorScheme}`, async () => {
      const page = await signedIn(browser, appliance.https, person, { allowed, colorScheme });
      nothing(await walk(page, appliance.https, pages, { looks: `*-${colorScheme}` }), "problems");
    });
  }

  await step("every page of the account fits a phone", async () => {
    const page = await signedIn(browser, appliance.https, person, { allowed, viewport: { width: 320, height: 640 } });
    nothing(await walk(page, appliance.https, pages, { axe: false, narrow: true, looks: "*-phone", fullPage: false }), "problems");
  });
}
