// One's own account, as its owner meets it: a forgotten password, the profile, sessions, another mail address, an account
// by registration, one's data and the end. Letters go through a real mail server; every page is accessible, light and dark.
import { startAppliance } from "../support/appliance.mjs";
import { person as ada, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { account as mailAccount, startMailbox } from "../support/mailbox.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

// Out of a mail in quoted-printable: the link after the appliance's address.
function linkOf(mail) {
  const text = mail.raw.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const link = /https:\/\/localhost:\d+\/[^\s]*#[^\s]+/.exec(text);
  check(link, `no link in: ${text}`);
  return link[0];
}

export default async function story(test, world) {
  const person = { ...ada }; // their password and address change on the way
  world.steps = true;
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  await api.call("PUT", "/appliance/mail", {
    host: "localhost", port: mailbox.port, security: "starttls", username: mailAccount.user, password: mailAccount.password,
    from_address: "connlog@example.com", from_name: "connlog", ca_pem: mailbox.ca,
  });
  const to = (address, subject) => mailbox.take(`the mail "${subject}" to ${address}`, (mail) => mail.to.includes(address) && mail.headers.subject === subject);
  const context = await newContext(browser);
  const page = await newPage(context, appliance.https, [/status of 40[139]/, /status of 422/]);
  const heading = (name) => page.getByRole("heading", { name, level: 1 }).waitFor();

  await test("a forgotten password is chosen anew by the link out of the mail, whose token leaves the address bar", async () => {
    await page.goto(`${appliance.https}/login`);
    await page.getByRole("link", { name: "Forgot the password?" }).click();
    await heading("Forgot the password?");
    nothing(await violations(page), "axe");
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText(`If ${person.mail} has an account here`).waitFor();
    await shot(page, "reset-asked");
    await page.goto(linkOf(await to(person.mail, "Choose a new password")));
    await heading("Choose a new password");
    equal(new URL(page.url()).hash, "", "the token in the address bar");
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText(/at least 10 characters/i).first().waitFor();
    nothing(await violations(page), "axe");
    person.password = "nine yellow kettles humming";
    await page.getByLabel("New password").fill(person.password);
    await page.getByRole("button", { name: "Set the password" }).click();
    await heading("That is done");
    await to(person.mail, "Your password was changed");
    await signInPage(page, appliance.https, person);
  });

  await test("the profile: a name, a confirmed address, a new password that keeps this browser in", async () => {
    await page.goto(`${appliance.https}/account`);
    await heading("Profile");
    await page.getByText("confirmed", { exact: true }).waitFor(); // by the link that came there
    await page.getByLabel("Your name").fill("Ada King");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.getByLabel("Current password").fill("not the one that it is");
    await page.getByLabel("New password").fill("six orange ladders leaning");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("This is not your current password.").waitFor();
    await page.getByLabel("Current password").fill(person.password);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is changed.").waitFor();
    person.password = "six orange ladders leaning";
    await page.reload();
    await heading("Profile");
  });

  await test("sessions are listed; ending one signs that browser out and no other", async () => {
    const other = await newContext(browser, { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0" });
    const second = await newPage(other, appliance.https, [/status of 401/]);
    await signInPage(second, appliance.https, person);
    await to(person.mail, "A login from a new place");
    await page.goto(`${appliance.https}/account/sessions`);
    const row = page.getByRole("row", { name: /Firefox on Linux/ });
    await row.getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page.getByText("Ended.", { exact: true }).waitFor();
    equal(await page.getByRole("row", { name: /Firefox on Linux/ }).count(), 0, "the ended session in the list");
    await second.reload();
    await second.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();

    await signInPage(second, appliance.https, person);
    await page.reload();
    await page.getByRole("button", { name: "End all", exact: true }).click();
    await page.getByText("Every browser must sign in again, this one too.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    await second.reload();
    await second.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    await other.close();
    await signInPage(page, appliance.https, person);
  });

  await test("another mail address holds when both addresses have agreed", async () => {
    await page.goto(`${appliance.https}/account`);
    await page.getByLabel("New address").fill("ada@example.net");
    await page.getByRole("button", { name: "Change the address" }).click();
    await page.locator("#mail-change").waitFor();
    await shot(page, "account-mail-change", { fullPage: true });
    const former = linkOf(await to(person.mail, "Your mail address is to be changed"));
    const wanted = linkOf(await to("ada@example.net", "Confirm your new mail address"));
    await page.goto(former);
    await page.getByRole("button", { name: "Refuse: this was not me" }).waitFor();
    nothing(await violations(page), "axe");
    await shot(page, "verify-former");
    await page.getByRole("button", { name: "Agree to the change" }).click();
    await page.getByText("The other address must agree, too.").waitFor();
    await page.goto(wanted);
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("The address is changed.").waitFor();
    person.mail = "ada@example.net";
    await page.goto(`${appliance.https}/account`);
    await page.getByText("ada@example.net", { exact: true }).waitFor();
  });

  const stranger = { mail: "nora@example.com", password: "four silver spoons ringing" };
  await test("nobody registers until the administrator allows it; then the password is chosen behind the link", async () => {
    const guest = await newContext(browser);
    const door = await newPage(guest, appliance.https);
    await door.goto(`${appliance.https}/register`);
    await door.getByText("Nobody can make an account here by themselves.").waitFor();
    nothing(await violations(door), "axe");
    const admin = await signIn(appliance, { as: person });
    await admin.call("PUT", "/appliance/limits", { limits: { open_registration: 1 } });
    await door.goto(`${appliance.https}/login`);
    await door.getByRole("link", { name: "Make an account" }).click();
    await door.getByLabel("Your name").fill("Nora");
    await door.getByLabel("Mail address").fill(stranger.mail);
    await door.getByRole("button", { name: "Send the link" }).click();
    await door.getByText(`A mail is on its way to ${stranger.mail}`).waitFor();
    await door.goto(linkOf(await to(stranger.mail, "Confirm your address to get an account")));
    await door.getByLabel("New password").fill(stranger.password);
    nothing(await violations(door), "axe");
    await shot(door, "register-complete");
    await door.getByRole("button", { name: "Make the account" }).click();
    await door.getByRole("heading", { name: "You are in no workspace yet", level: 1 }).waitFor();
    nothing(door.complaints, "complaints");

    // And takes their data and goes.
    await door.goto(`${appliance.https}/account/data`);
    const download = door.waitForEvent("download");
    await door.getByRole("link", { name: "Download" }).click();
    equal((await download).suggestedFilename(), "connlog-account.json", "the file");
    await door.getByRole("button", { name: "Delete my account" }).click();
    const dialog = door.getByRole("dialog");
    check(await dialog.getByRole("button", { name: "Delete my account" }).isDisabled(), "deleting asks for the address first");
    nothing(await violations(door), "axe, dialog");
    await dialog.getByRole("textbox").fill(stranger.mail);
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await door.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    await to(stranger.mail, "Your account is deleted");
    await guest.close();
  });

  await test("the last owner is told what stands in the way of deleting the account", async () => {
    await page.goto(`${appliance.https}/account/data`);
    await page.getByText("You are the only owner of these.").waitFor();
    check(await page.getByRole("button", { name: "Delete my account" }).isDisabled(), "the button is off");
  });

  await test("every page of the account is accessible, light, dark and on a phone", async () => {
    const pages = { account: "/account", "account-sessions": "/account/sessions", "account-data": "/account/data", "mail-letters": "/appliance/mail" };
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(appliance.https + path);
        await settled(page);
        nothing(await violations(page), `axe, ${name}, ${colorScheme}`);
        await shot(page, `${name}-${colorScheme}`, { fullPage: true });
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(appliance.https + path);
      await settled(page);
      equal(await sideways(page), 0, `sideways scroll, ${name}`);
      await shot(page, `${name}-phone`);
    }
    nothing(page.complaints, "complaints");
  });
}
