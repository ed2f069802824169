// Trust, as people meet it: something leaked and is answered, with its checklist; the legal texts come first until one
// agrees; the security page and what the administrator sets on it; the keys. Accessible, light and dark, on a phone
// too.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { goneFrom, isOff, newContext, newPage, settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const { agent } = await openIncident(api, appliance, "web-1");
  await api.in("POST", "/recipients", { name: "Chat bridge", kind: "webhook", fields: { url: "https://hooks.example.com/connlog" }, receives_by_default: false });
  const w = `/w/${api.workspace.slug}`;
  const open = async (path, options = {}) => {
    const page = await signedIn(browser, appliance.http, person, { allowed: [/status of 40[139]/, /status of 422/], ...options });
    if (path) await page.goto(appliance.http + path);
    return page;
  };

  const told = await step("an agent's token that leaked: what will be done is said, the new one is shown once, a checklist remains", async () => {
    const page = await open(`${w}/leaks`);
    await page.getByText("Nothing leaked so far").waitFor();
    nothing(await violations(page), "axe on the empty list");
    await page.getByRole("button", { name: "Something leaked" }).click();
    const dialog = page.getByRole("dialog", { name: "Something leaked" });
    await dialog.getByLabel("What leaked?").selectOption({ label: "An agent's token" });
    // the only one chooses itself
    await dialog.getByText("web-1 gets a new token, which is shown to you once.").waitFor();
    await dialog.getByText("What you will have to do").waitFor();
    nothing(await violations(page), "axe on the plan");
    await shot(page, "leak-plan");
    await dialog.getByLabel("What happened").fill("Pasted into a ticket.");
    await dialog.getByRole("button", { name: "Answer it now" }).click();
    const once = page.getByRole("dialog", { name: "The new token of web-1" });
    check(/^agent_[0-9a-f]{64}$/.test(await once.locator("code").innerText()), "the new token is shown");
    nothing(await violations(page), "axe on the secret");
    await once.getByRole("link", { name: "Go to the checklist" }).click();
    await page.getByRole("heading", { name: "web-1" }).waitFor();
    await page.getByText("The old token was ended.").waitFor();
    await goneFrom(page, "agent_", "the token is not on the page any more");
    nothing(page.complaints, "complaints");
  });

  await step("the checklist is ticked with a note, closed, printed and exported", async () => {
    if (!told.passed) await api.in("POST", "/leaks", { kind: "agent_token", subject: agent.id, circumstances: "Pasted into a ticket." });
    const [leak] = (await api.in("GET", "/leaks")).items;
    const page = await open(`${w}/leaks/${leak.id}`);
    const close = page.getByRole("button", { name: "Close", exact: true });
    await isOff(close, "it cannot be closed while something is left");
    const boxes = page.getByRole("list", { name: "To be done by people" }).getByRole("checkbox");
    const left = await until("steps for people", async () => (await boxes.count()) >= 3 && boxes.count());
    for (let i = 0; i < left; i += 1) {
      await boxes.nth(i).check();
      await page.getByText(`${left - i - 1} step`).or(page.getByText("Everything is done")).first().waitFor();
    }
    await page.getByRole("button", { name: /^Add a note/ }).first().click();
    await page.getByLabel("Note").fill("Done by hand on the host.");
    await page.getByRole("button", { name: "Save note" }).click();
    await page.getByText("Done by hand on the host.").waitFor();
    await page.getByText("Everything is done").waitFor();
    nothing(await violations(page), "axe on the checklist");
    await shot(page, "leak-checklist", { fullPage: true });
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Markdown" }).click()]);
    check(/^leak-[0-9a-f-]+\.md$/.test(file.suggestedFilename()), file.suggestedFilename());
    await page.emulateMedia({ media: "print" });
    await close.waitFor({ state: "hidden" }); // buttons are not printed
    await page.emulateMedia({ media: "screen" });
    await close.click();
    await page.getByText("Closed", { exact: true }).waitFor();
    await page.getByRole("link", { name: "All leaks" }).click();
    await page.getByRole("link", { name: "web-1" }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the security page says whom to tell; the administrator names the contact", async () => {
    const visitor = await newPage(await newContext(browser), appliance.http);
    await visitor.goto(`${appliance.http}/security`);
    await visitor.getByRole("heading", { name: "Security", level: 1 }).waitFor();
    await visitor.getByText("has not named a contact yet").waitFor();
    const page = await open("/appliance/disclosure");
    await page.getByLabel("Contacts").fill("not an address");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("A contact is a mail address").waitFor();
    nothing(await violations(page), "axe on a refused contact");
    await page.getByLabel("Contacts").fill("security@example.com");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await visitor.reload();
    await visitor.getByRole("link", { name: "security@example.com" }).waitFor();
    await visitor.getByText("overload it or shut others out").waitFor();
    const text = await (await fetch(`${appliance.http}/.well-known/security.txt`)).text();
    check(text.includes("Contact: mailto:security@example.com\n"), text);
    for (const each of [visitor, page]) nothing(each.complaints, "complaints");
  });

  await step("the master key is renewed from the screen, and nobody is logged out", async () => {
    const page = await open("/appliance/keys");
    await page.getByRole("button", { name: "Renew the master key" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Renew the master key" }).click();
    await page.getByText(/Renewed; \d+ secrets? w/).waitFor();
    // by itself, once maintenance (each 30 s) has forgotten the old key
    await page.getByText("in order", { exact: true }).waitFor({ timeout: 75_000 });
    await page.goto(`${appliance.http}${w}/overview`);
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("where the master key is a passphrase or a credential, the screen shows the command, and the command works", async () => {
    const run = (...more) => promisify(execFile)(binary(), ["key", "rotate", "--data-dir", join(appliance.folder, "data"), ...more]);
    const secret = join(appliance.folder, "passphrase");
    await writeFile(secret, "nine green lanterns in the harbour\n");
    const page = await open(null);
    const offered = page.getByRole("button", { name: "Renew the master key" });
    const shows = async (command) => {
      await becomes(async () => (await page.locator(".copy-box code, .copy-box pre").first().innerText()).trim(), command, "the command");
      await settled(page);
      equal(await offered.count(), 0, "a button that would fail");
    };
    try {
      await run("--to", "passphrase", "--passphrase-file", secret);
      await page.goto(`${appliance.http}/appliance/keys`);
      await page.getByText("it asks for the new passphrase twice").waitFor();
      await shows(`connlog key rotate --data-dir ${join(appliance.folder, "data")}`);
      nothing(await violations(page), "axe, passphrase");
      await shot(page, "keys-passphrase");
      await run("--passphrase-file", secret); // the same, without a terminal

      const before = (await api.call("GET", "/appliance/keys")).generation;
      await run("--to", "credential", "--key-file", join(appliance.folder, "first.key"));
      await page.reload();
      await page.getByText("the new key is written to the file").waitFor();
      await shows(`connlog key rotate --data-dir ${join(appliance.folder, "data")} --key-file /etc/connlog/master-key-${before + 2}`);
      nothing(await violations(page), "axe, credential");
      await shot(page, "keys-credential");
      await run("--key-file", join(appliance.folder, "second.key"));
    } finally {
      await run("--to", "file"); // what comes after starts the appliance anew
    }
    await page.reload();
    await offered.waitFor();
    nothing(page.complaints, "complaints");
  });

  const pages = {
    leaks: `${w}/leaks`, "leaks-own": "/account/leaks", "leaks-people": "/appliance/leaks-of-people", keys: "/appliance/keys",
    disclosure: "/appliance/disclosure", "legal-texts": "/appliance/legal-texts", security: "/security", about: "/appliance/about",
  };
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 320, height: 640 }]]) {
      await step(`every page of it is accessible, quiet and fits a ${name}, ${colorScheme}`, async () => {
        const page = await open(null, { colorScheme, viewport });
        nothing(await walk(page, appliance.http, pages, { narrow: true, looks: `trust-*-${name}-${colorScheme}` }), "problems");
      });
    }
  }

  // The last: it stands in everybody's way.
  await step("a text that asks for agreement stands in the way until one agrees, and shows markup as words", async () => {
    await mkdir(join(appliance.folder, "data/legal"), { recursive: true });
    await writeFile(join(appliance.folder, "data/legal/terms.md"),
      "title: Terms of this appliance\nacceptance: required\n---\n## Rules\n\n- Be kind.\n- <img src=x onerror=alert(1)> is only words.\n\nThank you.\n");
    await appliance.stop();
    await appliance.start();
    const page = await open(`${w}/agents`);
    await page.getByRole("heading", { name: "Terms of this appliance", level: 1 }).waitFor();
    await page.getByText("<img src=x onerror=alert(1)> is only words.").waitFor();
    nothing(await violations(page), "axe on the agreement");
    equal(await page.locator("img").count(), 0, "images");
    await shot(page, "legal-agreement", { fullPage: true });
    const agree = page.getByRole("button", { name: "Agree and go on" });
    await isOff(agree, "only who ticked it can agree");
    await page.getByLabel(/I have read/).check();
    await agree.click();
    await page.getByRole("heading", { name: "Agents", level: 1 }).waitFor();
    await page.goto(`${appliance.http}/appliance/legal-texts`);
    await page.getByRole("cell", { name: /Ada/ }).first().waitFor();
    await page.goto(`${appliance.http}/legal/terms`);
    await page.getByRole("heading", { name: "Terms of this appliance", level: 1 }).waitFor();
    nothing(await violations(page), "axe on the text");
    nothing(page.complaints, "complaints");
  });
}
