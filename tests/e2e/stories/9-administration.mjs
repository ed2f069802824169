// The appliance's administrator and what the people of a workspace see of it: users, limits, API keys, a reasoned look into
// a foreign workspace, recipients that must agree, and the access review. Every page accessible, light and dark.
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { account as mailAccount, startMailbox } from "../support/mailbox.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

const bob = { name: "Bob Builder", mail: "bob@example.com", password: "eleven silver spoons resting" };

// The text of a mail out of quoted-printable.
const textOf = (mail) => mail.raw.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

export default async function story(test, world) {
  world.steps = true;
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  await api.call("PUT", "/appliance/mail", {
    host: "localhost", port: mailbox.port, security: "starttls", username: mailAccount.user, password: mailAccount.password,
    from_address: "connlog@example.com", from_name: "connlog", ca_pem: mailbox.ca,
  });
  const context = await newContext(browser);
  const page = await newPage(context, appliance.https, [/status of 40[1349]/, /status of 422/]);
  const heading = (on, name) => on.getByRole("heading", { name, level: 1 }).waitFor();
  const ours = `/w/${api.workspace.slug}`;
  const go = async (on, path) => {
    await on.goto(`${appliance.https}${path}`);
    await settled(on);
  };
  await signInPage(page, appliance.https, person);
  const bobs = await newPage(await newContext(browser), appliance.https, [/status of 40[1349]/]);
  let globex = null;

  await test("somebody is added by a link that is shown once, and chooses a password by it", async () => {
    await go(page, "/appliance/users");
    await heading(page, "Users");
    await page.getByRole("button", { name: "Add a user" }).click();
    const form = page.getByRole("form", { name: "Add a user" });
    await form.getByLabel("Name").fill(bob.name);
    await form.getByLabel("Mail address").fill(person.mail);
    await form.getByRole("button", { name: "Add a user" }).click();
    await form.getByText("Somebody with this mail address has an account already.").waitFor();
    nothing(await violations(page), "axe");
    await form.getByLabel("Mail address").fill(bob.mail);
    await form.getByRole("button", { name: "Add a user" }).click();
    const link = await page.locator("#user-link").innerText();
    await shot(page, "admin-user-link");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("row", { name: /Bob Builder/ }).getByText("Not yet here").last().waitFor();
    await bobs.goto(link);
    await bobs.getByLabel("New password").fill(bob.password);
    await bobs.getByRole("button", { name: "Set the password" }).click();
    await heading(bobs, "That is done");
    await shot(page, "admin-users");
  });

  await test("the last administrator cannot be dismissed, and the dialog says why", async () => {
    await page.getByRole("row", { name: new RegExp(person.name) }).getByRole("button", { name: /^Manage/ }).click();
    await page.getByRole("button", { name: "Take administration away" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take administration away" }).click();
    await page.getByText("This is the last administrator who can log in.").waitFor();
    nothing(await violations(page), "axe");
    await page.keyboard.press("Escape");
  });

  await test("limits are set within their range and take hold", async () => {
    await go(page, "/appliance/limits");
    await page.getByLabel("Everybody may create workspaces").check();
    await page.getByLabel("API keys per workspace").fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await shot(page, "admin-limits", { fullPage: true });
    const asBob = await signIn(appliance, { as: bob });
    globex = await asBob.call("POST", "/workspaces", { name: "Globex" });
    await asBob.call("POST", `/workspaces/${globex.id}/agents`, { name: "globex-1", tags: [], authorised: true });
  });

  await test("an API key is shown once, works by its scopes, shows its use, and ends", async () => {
    await go(page, `${ours}/api-keys`);
    await page.getByRole("button", { name: "New API key" }).click();
    const form = page.getByRole("form", { name: "New API key" });
    await form.getByLabel("Name").fill("Grafana");
    await form.getByLabel("Allowed addresses").fill("127.0.0.1/8");
    await form.getByRole("button", { name: "New API key" }).click();
    await form.getByText(/nothing set behind the prefix/).waitFor();
    await form.getByLabel("Allowed addresses").fill("127.0.0.0/8\n::1");
    nothing(await violations(page), "axe");
    await shot(page, "admin-new-key");
    await form.getByRole("button", { name: "New API key" }).click();
    const token = await page.locator("#api-key-token").innerText();
    check(/^cl_[0-9a-f]{64}$/.test(token), `the token has its shape, found: ${token}`);
    await page.getByRole("button", { name: "Close" }).click();
    const ask = (path, how = {}) => fetch(`${appliance.http}/api/v1/workspaces/${api.workspace.id}${path}`, { ...how, headers: { Authorization: `Bearer ${token}` } });
    equal((await ask("/agents")).status, 200, "what the key may");
    equal((await ask("/audit")).status, 403, "what it may not");
    await page.reload();
    await page.getByRole("row", { name: /Grafana/ }).getByText("127.0.0.1", { exact: true }).waitFor();
    check(!(await page.content()).includes(token), "the token is nowhere on the page");
    await shot(page, "admin-keys");
    await page.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No API keys yet").waitFor();
    equal((await ask("/agents")).status, 401, "a revoked key");
    await go(page, "/account/keys");
    await page.getByText("No API keys yet").waitFor();
  });

  await test("a foreign workspace is not there, until it is opened with a reason; its people see it at once and end it", async () => {
    await signInPage(bobs, appliance.https, bob);
    await go(page, `/w/${globex.slug}/agents`);
    await page.getByText("globex-1").waitFor({ state: "detached" });
    await go(page, "/appliance/workspaces");
    await page.getByRole("button", { name: "Look inside (Globex)" }).click();
    const form = page.getByRole("form", { name: "Look inside" });
    await form.getByLabel("Reason").fill("Ticket 4711: alerts do not arrive");
    nothing(await violations(page), "axe");
    await shot(page, "admin-open-workspace");
    await form.getByRole("button", { name: "Look inside" }).click();
    await heading(page, "Overview");
    await page.getByText(/You look into this workspace as an administrator/).waitFor();
    await go(page, `/w/${globex.slug}/agents`);
    await page.locator("main").getByRole("link", { name: "globex-1" }).waitFor();
    equal(await page.getByRole("button", { name: "Add agent" }).count(), 0, "ways to change something");
    await shot(page, "admin-inside");
    await bobs.getByText(/looks into this workspace until .*Ticket 4711/).waitFor();
    await shot(bobs, "admin-seen");
    const mail = await mailbox.take("the owner's letter", (each) => each.to.includes(bob.mail) && /opened the workspace/.test(each.headers.subject));
    check(textOf(mail).includes("Ticket 4711"), "the letter says why");
    await go(bobs, `/w/${globex.slug}/access-review`);
    await bobs.getByRole("table", { name: "Administrators who look in now" }).getByRole("button", { name: /^Remove/ }).click();
    await bobs.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await bobs.getByText(/requests? answered/).first().waitFor();
    await shot(bobs, "admin-review-openings", { fullPage: true });
    await go(page, `/w/${globex.slug}/agents`);
    equal(await page.getByText("globex-1").count(), 0, "what is seen after the end");
  });

  let unsubscribe = "";
  await test("a recipient hears nothing until somebody there agrees on a page without a script", async () => {
    await go(page, `${ours}/recipients`);
    await page.getByRole("button", { name: "Add recipient" }).first().click();
    const form = page.getByRole("form", { name: "Add recipient" });
    await form.getByLabel("Name", { exact: true }).fill("On call");
    await form.getByLabel("Mail address").fill("oncall@example.net");
    await form.getByRole("button", { name: "Add recipient" }).click();
    const card = page.locator("li", { hasText: "oncall@example.net" }).first();
    await card.getByText("Not confirmed").waitFor();
    check(await card.getByRole("button", { name: /^Send a test/ }).isDisabled(), "nothing is sent before");
    nothing(await violations(page), "axe");
    await shot(page, "admin-recipient-waits");
    const mail = await mailbox.take("the question", (each) => each.to.includes("oncall@example.net"));
    const link = /https:\/\/localhost:\d+\/r\/c[0-9a-f]+/.exec(textOf(mail))[0];
    // Mail scanners follow links: that must not be a yes.
    const asMailProgram = link.replace(appliance.https, appliance.http);
    for (let i = 0; i < 2; i += 1) equal((await fetch(asMailProgram)).status, 200, "a scanner's visit");
    await card.getByText("Not confirmed").waitFor();
    for (const colorScheme of ["light", "dark"]) {
      const plain = await newContext(browser, { javaScriptEnabled: false, colorScheme, viewport: { width: 320, height: 640 } });
      const reader = await newPage(plain, appliance.https);
      await reader.goto(link);
      await heading(reader, "Receive alerts here?");
      await shot(reader, `admin-mail-page-${colorScheme}`);
      if (colorScheme === "dark") {
        await reader.getByRole("button", { name: "Yes, send alerts here" }).click();
        await heading(reader, "Confirmed");
      }
      nothing(reader.complaints, "complaints");
      await plain.close();
    }
    await card.getByText("On", { exact: true }).waitFor(); // by itself
    await card.getByRole("button", { name: /^Send a test/ }).click();
    const alert = await mailbox.take("the test", (each) => each.to.includes("oncall@example.net") && /Test from connlog/.test(each.headers.subject));
    equal(alert.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click", "List-Unsubscribe-Post");
    unsubscribe = /^<(https:\/\/[^>]+)>$/.exec(alert.headers["list-unsubscribe"])?.[1] ?? "";
    check(unsubscribe.includes("/r/u"), `List-Unsubscribe names the page, found: ${alert.headers["list-unsubscribe"]}`);
  });

  await test("one click of a mail program ends it, from wherever it posts", async () => {
    const answer = await fetch(unsubscribe.replace(appliance.https, appliance.http), {
      method: "POST", body: "List-Unsubscribe=One-Click",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "https://mail.example.org" },
    });
    equal(answer.status, 200, "the one-click post");
    const card = page.locator("li", { hasText: "oncall@example.net" }).first();
    await card.getByText("Unsubscribed").waitFor();
    for (const colorScheme of ["light", "dark"]) {
      const open = await newPage(await newContext(browser, { colorScheme }), appliance.https, [/status of 404/]);
      await open.goto(unsubscribe);
      await heading(open, "No alerts are sent here");
      nothing(await violations(open), `axe, ${colorScheme}`);
      await open.goto(`${unsubscribe.slice(0, -1)}${unsubscribe.endsWith("0") ? "1" : "0"}`);
      await heading(open, "This link is not valid (any more)");
      nothing(await violations(open), `axe, ${colorScheme}`);
      await open.context().close();
    }
  });

  await test("the access review lists who has what, and its end is recorded", async () => {
    await go(page, `${ours}/access-review`);
    await page.getByRole("table", { name: "Members" }).getByText(person.mail).waitFor();
    await page.getByRole("table", { name: "Recipients of alerts" }).getByText("unsubscribed", { exact: false }).locator("visible=true").first().waitFor();
    await page.getByRole("button", { name: "Remove (On call)" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await until("the recipient is gone", async () => (await page.getByText("oncall@example.net").count()) === 0);
    await page.getByRole("button", { name: "The review is done" }).click();
    await page.getByLabel("Note").fill("All as it should be.");
    await page.getByRole("dialog").getByRole("button", { name: "The review is done" }).click();
    await page.getByText("Recorded.").waitFor();
    await page.getByText("All as it should be.").waitFor();
    await shot(page, "admin-review", { fullPage: true });
  });

  await test("every page of it is accessible, light and dark, and fits a phone", async () => {
    const pages = ["/appliance/users", "/appliance/workspaces", "/appliance/limits", "/account/keys", `${ours}/api-keys`, `${ours}/access-review`, `${ours}/recipients`];
    for (const colorScheme of ["light", "dark"]) {
      const looks = await newContext(browser, { colorScheme, viewport: { width: 320, height: 700 } });
      const look = await newPage(looks, appliance.https, [/status of 401/]);
      await signInPage(look, appliance.https, person);
      for (const path of pages) {
        await go(look, path);
        nothing(await violations(look), `axe, ${colorScheme}, ${path}`);
        equal(await sideways(look), 0, `sideways scroll on ${path}`);
        await shot(look, `admin-phone-${colorScheme}-${path.split("/").pop()}`);
      }
      nothing(look.complaints, "complaints");
      await looks.close();
    }
  });

  await test("nothing was said on the console and nobody else was asked", async () => {
    nothing(page.complaints, "complaints");
    nothing(bobs.complaints, "complaints");
  });
}
