// The production check and the register of security incidents, as an administrator meets them: known findings of a fresh
// appliance with the mend at hand, one of them mended and gone; a case from a leak, with an entry, the checklist, its end and
// the report. Accessible, light and dark, on a phone too.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { isOff, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const { agent } = await openIncident(api, appliance, "web-1");
  const open = async (path, options = {}) => {
    const page = await signedIn(browser, appliance.http, person, { allowed: [/status of 40[139]/, /status of 422/], ...options });
    if (path) await page.goto(appliance.http + path);
    return page;
  };

  await step("the page Check shows what is known of a fresh appliance, with why and how to mend it", async () => {
    const page = await open("/appliance/check");
    const warnings = page.getByRole("list", { name: "Warnings" });
    await warnings.getByText("No mail server is set up.").waitFor();
    await warnings.getByText("One guessed or stolen password opens everything.").waitFor();
    await warnings.getByText("connlog key rotate --to passphrase").first().waitFor();
    await page.getByRole("list", { name: "Notes" }).getByText("Only one person administers this appliance.").waitFor();
    nothing(await violations(page), "axe on Check");
    await shot(page, "check", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("what was mended is gone after Check again", async () => {
    const page = await open("/appliance/check");
    await page.getByText("No mail server is set up.").waitFor();
    await api.call("PUT", "/appliance/mail", { host: "127.0.0.1", port: 9, security: "none", from_address: "connlog@example.com" });
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("The mail server has never taken a mail from here.").waitFor();
    await until("the finding is gone", async () => (await page.getByText("No mail server is set up.").count()) === 0);
    nothing(page.complaints, "complaints");
  });

  await step("the command prints the same as JSON, and its exit code says how grave it is", async () => {
    const run = await promisify(execFile)(binary(), ["check", "--production", "--json", "--data-dir", join(appliance.folder, "data")])
      .then((done) => ({ code: 0, stdout: done.stdout }), (failure) => failure);
    const report = JSON.parse(run.stdout);
    check(report.findings.some((each) => each.id === "mail.untested" && each.severity === "warning"), "the server's finding");
    check(report.findings.some((each) => each.id === "keys.beside_database"), "the command's finding");
    equal(run.code, report.counts.danger > 0 ? 1 : report.counts.warning > 0 ? 3 : 0, "exit code");
  });

  const case_ = {};
  await step("a case is opened from a leak", async () => {
    const leak = (await api.in("POST", "/leaks", { kind: "agent_token", subject: agent.id, circumstances: "Pasted into a ticket." })).leak;
    const page = await open(`/w/${api.workspace.slug}/leaks/${leak.id}`);
    await page.getByRole("link", { name: "To the incident register" }).click();
    const dialog = page.getByRole("dialog", { name: "Open a case" });
    equal(await dialog.getByLabel("What happened, in a few words").inputValue(), "Leak: web-1", "the title is filled in");
    await dialog.getByText(leak.id).waitFor();
    nothing(await violations(page), "axe on the dialog");
    await dialog.getByRole("button", { name: "Open it" }).click();
    await page.getByRole("heading", { name: "Leak: web-1", level: 2 }).waitFor();
    await page.getByText("Within 24 hours", { exact: true }).waitFor();
    await page.getByText("Within 72 hours", { exact: true }).waitFor();
    case_.path = new URL(page.url()).pathname + new URL(page.url()).search;
    nothing(page.complaints, "complaints");
  });

  await step("the timeline takes an entry and refuses a secret; who is affected is written down", async () => {
    const page = await open(case_.path);
    const write = page.getByRole("form", { name: "Write it down" });
    await write.getByLabel("What this is").selectOption({ label: "Measure" });
    await write.getByLabel("What happened or was done").fill(`It was agent_${"0a".repeat(32)}`);
    await write.getByRole("button", { name: "Write it down" }).click();
    await page.getByText("This holds what looks like a secret").waitFor();
    await write.getByLabel("What happened or was done").fill("The token was replaced on the host.");
    await write.getByRole("button", { name: "Write it down" }).click();
    await page.getByRole("list", { name: "Timeline" }).getByText("The token was replaced on the host.").waitFor();
    const affected = page.getByRole("form", { name: "Affected" });
    await affected.getByLabel("Data").fill("Figures of one host");
    await affected.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    nothing(await violations(page), "axe on the case");
    nothing(page.complaints, "complaints");
  });

  await step("the checklist is ticked, the case closed, and the report downloaded", async () => {
    const page = await open(case_.path);
    const close = page.getByRole("button", { name: "Close the case" });
    await close.waitFor();
    await isOff(close, "it cannot be closed while something is left");
    const boxes = page.getByRole("list", { name: "Checklist" }).getByRole("checkbox");
    const left = await until("the steps", async () => (await boxes.count()) >= 8 && boxes.count());
    for (let i = 0; i < left; i += 1) {
      await boxes.nth(i).check();
      await page.getByText(`${left - i - 1} step`).first().waitFor();
    }
    await close.click();
    const dialog = page.getByRole("dialog", { name: "Close the case" });
    await dialog.getByLabel("Conclusion").fill("One token, replaced within the hour.");
    await dialog.getByRole("button", { name: "Close it" }).click();
    await page.getByRole("button", { name: "Open again" }).waitFor();
    equal(await boxes.count(), 0, "a closed case can only be read");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Report" }).click()]);
    check(/^security-incident-[0-9a-f-]+\.md$/.test(file.suggestedFilename()), file.suggestedFilename());
    const text = await readFile(await file.path(), "utf8");
    for (const part of ["# Security incident: Leak: web-1", "The token was replaced on the host.", "One token, replaced within the hour."]) check(text.includes(part), text);
    await page.getByRole("link", { name: "The whole register" }).click();
    await page.getByRole("link", { name: "Leak: web-1" }).waitFor();
    nothing(page.complaints, "complaints");
  });

  const pages = { check: "/appliance/check", register: "/appliance/register", case: case_.path ?? "/appliance/register" };
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 320, height: 640 }]]) {
      await step(`every page of it is accessible, quiet and fits a ${name}, ${colorScheme}`, async () => {
        const page = await open(null, { colorScheme, viewport });
        nothing(await walk(page, appliance.http, pages, { narrow: true, looks: `check-*-${name}-${colorScheme}` }), "problems");
      });
    }
  }
}
