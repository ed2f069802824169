// The appliance's administrator and what the people of a workspace see of it: users, limits, API keys, a reasoned look
// into a foreign workspace, recipients that must agree, and the access review. Every page accessible, light and dark.
import { startAppliance } from "../support/appliance.mjs";
import { addUser, person, signIn } from "../support/api.mjs";
import { goneFrom, isOff, newContext, newPage, settled, shot, shownAnew, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { account, startMailbox, textOf, useMailbox } from "../support/mailbox.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

const bob = { name: "Bob Builder", mail: "bob@example.com", password: "eleven silver spoons resting" };

export default async function story(step, world) {
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  await useMailbox(api, mailbox);
  const heading = (on, name) => on.getByRole("heading", { name, level: 1 }).waitFor();
  const ours = `/w/${api.workspace.slug}`;
  const go = async (on, path) => {
    await on.goto(`${appliance.https}${path}`);
    await settled(on);
  };
  const open = async (path, { as = person, ...options } = {}) => {
    const page = await signedIn(browser, appliance.https, as, { allowed: [/status of 40[1349]/, /status of 422/], ...options });
    if (path) await go(page, path);
    return page;
  };

  // What a step needs of those before it: found, or made where they failed.
  const bobIsHere = async () => {
    try {
      return await signIn(appliance, { as: bob });
    } catch {
      for (const each of (await api.call("GET", "/appliance/users")).items) {
        if (each.mail === bob.mail) await api.call("DELETE", `/appliance/users/${each.id}`);
      }
      await addUser(api, appliance, bob);
      return signIn(appliance, { as: bob });
    }
  };
  const globexOfBob = async () => {
    const asBob = await bobIsHere();
    const there = asBob.me.workspaces.find((each) => each.name === "Globex");
    if (there) return there;
    await api.call("PUT", "/appliance/limits", { limits: { create_workspaces: 1 } });
    const globex = await asBob.call("POST", "/workspaces", { name: "Globex" });
    await asBob.call("POST", `/workspaces/${globex.id}/agents`, { name: "globex-1", tags: [], authorised: true });
    return globex;
  };

  await step("somebody is added by a link that is shown once, and chooses a password by it", async () => {
    const page = await open("/appliance/users");
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
    await goneFrom(page, link, "the link is not shown again");
    await page.getByRole("row", { name: /Bob Builder/ }).getByText("Not yet here").last().waitFor();
    await shot(page, "admin-users");
    const bobs = await newPage(await newContext(browser), appliance.https);
    await bobs.goto(link);
    await bobs.getByLabel("New password").fill(bob.password);
    await bobs.getByRole("button", { name: "Set the password" }).click();
    await heading(bobs, "That is done");
    for (const each of [page, bobs]) nothing(each.complaints, "complaints");
  });

  await step("the last administrator cannot be dismissed, and the dialog says why", async () => {
    const page = await open("/appliance/users");
    await page.getByRole("row", { name: new RegExp(person.name) }).getByRole("button", { name: /^Manage/ }).click();
    await page.getByRole("button", { name: "Take administration away" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take administration away" }).click();
    await page.getByText("This is the last administrator who can log in.").waitFor();
    nothing(await violations(page), "axe");
    nothing(page.complaints, "complaints");
  });

  await step("limits are set within their range and take hold", async () => {
    const asBob = await bobIsHere();
    const page = await open("/appliance/limits");
    await page.getByLabel("Everybody may create workspaces").check();
    await page.getByLabel("API keys per workspace").fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await shot(page, "admin-limits", { fullPage: true });
    const globex = await asBob.call("POST", "/workspaces", { name: "Globex" });
    await asBob.call("POST", `/workspaces/${globex.id}/agents`, { name: "globex-1", tags: [], authorised: true });
    nothing(page.complaints, "complaints");
  });

  await step("an API key is shown once, works by its scopes, shows its use, and ends", async () => {
    const page = await open(`${ours}/api-keys`);
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
    await shownAnew(page, page.getByRole("row", { name: /Grafana/ }).getByText("127.0.0.1", { exact: true }), "where the key was used");
    await goneFrom(page, token, "the token is nowhere on the page");
    await shot(page, "admin-keys");
    await page.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No API keys yet").waitFor();
    equal((await ask("/agents")).status, 401, "a revoked key");
    await go(page, "/account/keys");
    await page.getByText("No API keys yet").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("a foreign workspace is not there, until it is opened with a reason; its people see it at once and end it", async () => {
    const globex = await globexOfBob();
    const bobs = await open(`/w/${globex.slug}/overview`, { as: bob });
    const page = await open(`/w/${globex.slug}/agents`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    equal(await page.getByText("globex-1").count(), 0, "what is seen before");
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
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    equal(await page.getByText("globex-1").count(), 0, "what is seen after the end");
    for (const each of [page, bobs]) nothing(each.complaints, "complaints");
  });

  let unsubscribe = "";
  const cardOn = (page) => page.locator("li", { hasText: "oncall@example.net" }).first();
  const confirmed = await step("a recipient hears nothing until somebody there agrees on a page without a script", async () => {
    const page = await open(`${ours}/recipients`);
    await page.getByRole("button", { name: "Add recipient" }).first().click();
    const form = page.getByRole("form", { name: "Add recipient" });
    await form.getByLabel("Name", { exact: true }).fill("On call");
    await form.getByLabel("Mail address").fill("oncall@example.net");
    await form.getByRole("button", { name: "Add recipient" }).click();
    const card = cardOn(page);
    await card.getByText("Not confirmed").waitFor();
    await isOff(card.getByRole("button", { name: /^Send a test/ }), "nothing is sent before");
    nothing(await violations(page), "axe");
    await shot(page, "admin-recipient-waits");
    const mail = await mailbox.take("the question", (each) => each.to.includes("oncall@example.net"));
    const link = /https:\/\/localhost:\d+\/r\/c[0-9a-f]+/.exec(textOf(mail))[0];
    // Mail scanners follow links: that must not be a yes.
    const asMailProgram = link.replace(appliance.https, appliance.http);
    for (let i = 0; i < 2; i += 1) equal((await fetch(asMailProgram)).status, 200, "a scanner's visit");
    await page.reload();
    await card.getByText("Not confirmed").waitFor();
    for (const colorScheme of ["light", "dark"]) {
      const reader = await newPage(await newContext(browser, { javaScriptEnabled: false, colorScheme, viewport: { width: 320, height: 640 } }), appliance.https);
      await reader.goto(link);
      await heading(reader, "Receive alerts here?");
      await shot(reader, `admin-mail-page-${colorScheme}`);
      if (colorScheme === "dark") {
        await reader.getByRole("button", { name: "Yes, send alerts here" }).click();
        await heading(reader, "Confirmed");
      }
      nothing(reader.complaints, "complaints");
    }
    await card.getByText("On", { exact: true }).waitFor(); // by itself
    await card.getByRole("button", { name: /^Send a test/ }).click();
    const alert = await mailbox.take("the test", (each) => each.to.includes("oncall@example.net") && /Test from connlog/.test(each.headers.subject));
    equal(alert.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click", "List-Unsubscribe-Post");
    unsubscribe = /^<(https:\/\/[^>]+)>$/.exec(alert.headers["list-unsubscribe"])?.[1] ?? "";
    check(unsubscribe.includes("/r/u"), `List-Unsubscribe names the page, found: ${alert.headers["list-unsubscribe"]}`);
    nothing(page.complaints, "complaints");
  });

  await step("one click of a mail program ends it, from wherever it posts", { needs: [confirmed] }, async () => {
    const page = await open(`${ours}/recipients`);
    await cardOn(page).getByText("On", { exact: true }).waitFor();
    const answer = await fetch(unsubscribe.replace(appliance.https, appliance.http), {
      method: "POST", body: "List-Unsubscribe=One-Click",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "https://mail.example.org" },
    });
    equal(answer.status, 200, "the one-click post");
    await cardOn(page).getByText("Unsubscribed").waitFor(); // by itself
    for (const colorScheme of ["light", "dark"]) {
      const reader = await newPage(await newContext(browser, { colorScheme }), appliance.https, [/status of 404/]);
      await reader.goto(unsubscribe);
      await heading(reader, "No alerts are sent here");
      nothing(await violations(reader), `axe, ${colorScheme}`);
      await reader.goto(`${unsubscribe.slice(0, -1)}${unsubscribe.endsWith("0") ? "1" : "0"}`);
      await heading(reader, "This link is not valid (any more)");
      nothing(await violations(reader), `axe, ${colorScheme}`);
    }
    await go(page, `${ours}/access-review`);
    await page.getByRole("table", { name: "Recipients of alerts" }).getByText("unsubscribed", { exact: false }).locator("visible=true").first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("mail that cannot be delivered is said on the page in the server's words, until it can", async () => {
    const page = await open();
    const form = page.getByRole("form", { name: "Send a test mail" });
    const trouble = page.locator("#mail-trouble");
    const test = async () => {
      await form.getByLabel("Send a test to").fill("postmaster@example.net");
      await form.getByRole("button", { name: "Send a test" }).click();
    };
    try {
      await useMailbox(api, { ...mailbox, password: "not this one" });
      await go(page, "/appliance/mail");
      await heading(page, "Mail server");
      await test();
      await form.getByText("Failed").waitFor();
      await trouble.getByText(/535 .*\(AUTH PLAIN, then LOGIN\)/).waitFor();
      nothing(await violations(page), "axe");
      await shot(page, "admin-mail-trouble");
      await page.getByText("The server is particular").click();
      await page.getByLabel("EHLO greeting").fill("monitor.example.com");
      await page.getByLabel("Login method").selectOption("login");
      await page.getByLabel("Password").fill(account.password);
      await page.getByRole("button", { name: "Save" }).click();
      await trouble.waitFor({ state: "detached" });
      await test();
      await form.getByText("Accepted").waitFor();
      await mailbox.take("the test mail", (each) => each.to.includes("postmaster@example.net"));
      equal(await trouble.count(), 0, "no trouble is said any more");
      const { helo_name, login } = await api.call("GET", "/appliance/mail");
      equal(`${helo_name} ${login}`, "monitor.example.com login", "what was saved");
      nothing(page.complaints, "complaints");
    } finally {
      await useMailbox(api, mailbox);
    }
  });

  await step("the access review lists who has what, and its end is recorded", async () => {
    await api.in("POST", "/recipients", { name: "Night shift", kind: "webhook", fields: { url: "https://hooks.example.com/night" }, receives_by_default: false });
    const page = await open(`${ours}/access-review`);
    await page.getByRole("table", { name: "Members" }).getByText(person.mail).waitFor();
    const remove = page.getByRole("button", { name: "Remove (Night shift)" });
    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await remove.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "The review is done" }).click();
    await page.getByLabel("Note").fill("All as it should be.");
    await page.getByRole("dialog").getByRole("button", { name: "The review is done" }).click();
    await page.getByText("Recorded.").waitFor();
    await page.getByText("All as it should be.").waitFor();
    await shot(page, "admin-review", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  const pages = Object.fromEntries(["/appliance/users", "/appliance/workspaces", "/appliance/limits", "/account/keys", `${ours}/api-keys`, `${ours}/access-review`, `${ours}/recipients`].map((path) => [path.slice(1).replaceAll("/", "-"), path]));
  for (const colorScheme of ["light", "dark"]) {
    await step(`every page of it is accessible and fits a phone, ${colorScheme}`, async () => {
      const page = await open(null, { colorScheme, viewport: { width: 320, height: 700 } });
      nothing(await walk(page, appliance.https, pages, { narrow: true, looks: `admin-phone-${colorScheme}-*`, fullPage: false }), "problems");
    });
  }
}
