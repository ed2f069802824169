// The trails in a browser: told in sentences, searched, linked, exported, verified, forwarded; one's own events on the
// account page.
import { readFile } from "node:fs/promises";
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

export default async function story(test, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  for (let i = 0; i < 60; ++i) await api.in("POST", "/agents", { name: `web-${i}`, tags: [], authorised: true });
  await api.in("POST", "/recipients", { name: "=HYPERLINK(\"http://evil.example\")", channel: "webhook", address: "https://hooks.example.com/x", receives_by_default: false });
  await fetch(`${appliance.http}/api/v1/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ mail: person.mail, password: "something else entirely" }) });

  const context = await newContext(browser);
  const page = await newPage(context, appliance.http);
  await signInPage(page, appliance.http, person);

  await test("acts are told in sentences, page by page, and each has a link of its own", async () => {
    await page.goto(`${appliance.http}${w}/audit`);
    const rows = page.getByRole("table", { name: "Audit log" }).locator("tbody tr");
    await page.getByText("added a recipient").first().waitFor();
    equal(await rows.count(), 50, "rows of the first page");
    await page.getByRole("link", { name: "Older" }).click();
    await page.getByText("created the workspace").waitFor();
    check(page.url().includes("after="), "the page stands in the address");
    await page.goBack();
    await page.getByText("added a recipient").first().waitFor();
    await rows.nth(3).getByRole("link").click();
    await page.locator("tr.marked").waitFor();
    const linked = await page.locator("tr.marked").innerText();
    await page.reload();
    await page.locator("tr.marked").waitFor();
    equal(await page.locator("tr.marked").innerText(), linked, "the linked entry");
    await page.getByRole("link", { name: "Newest" }).click();
  });

  await test("a search stands in the address and survives a reload; nothing found says what to do", async () => {
    await page.goto(`${appliance.http}${w}/audit`);
    await page.getByLabel("Text").fill("web-7");
    await page.waitForURL(/text=web-7/);
    await settled(page);
    const rows = page.getByRole("table", { name: "Audit log" }).locator("tbody tr");
    await page.waitForFunction(() => document.querySelectorAll("table.trail tbody tr").length === 1);
    await page.reload();
    await rows.first().waitFor();
    equal(await rows.count(), 1, "rows found after a reload");
    await page.getByLabel("Text").fill("nobody did this");
    await page.getByText("Nothing fits the filter").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByText("added a recipient").first().waitFor();
  });

  await test("the export holds every row, and no cell is a formula", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
    check(/^connlog-audit-\d{4}-\d\d-\d\d\.csv$/.test(download.suggestedFilename()), `the file's name: ${download.suggestedFilename()}`);
    const csv = await readFile(await download.path(), "utf8");
    check(csv.split("\r\n").length > 60, "rows in the export");
    check(csv.includes("\"'=HYPERLINK(\"\"http"), "the formula is defused");
    const [second] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export JSON" }).click()]);
    check(JSON.parse(await readFile(await second.path(), "utf8")).length > 60, "objects in the export");
  });

  await test("one's own refused login is among one's security events", async () => {
    await page.goto(`${appliance.http}/account/events`);
    await page.getByText("was refused at the login").first().waitFor();
  });

  await test("the administrator verifies the trails and sees the forwarding fail", async () => {
    await page.goto(`${appliance.http}/appliance/trail`);
    await page.getByText("claimed the appliance").waitFor();
    await page.getByRole("button", { name: "Verify and forward" }).click();
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText("Nothing found").waitFor();
    await shot(page, "trails-verified", { fullPage: true });
    await page.getByLabel("Forward the trails").check();
    await page.getByLabel("Server").fill("127.0.0.1");
    await page.getByLabel("Port").fill("9");
    await page.getByRole("group", { name: "What is forwarded" }).waitFor();
    await page.getByRole("form", { name: "Forward to syslog" }).getByRole("button", { name: "Save" }).click();
    await page.getByText("Will try again").waitFor();
  });

  await test("every page of the trails is accessible, quiet, and fits a phone", async () => {
    const problems = [];
    const pages = { audit: `${w}/audit`, "security-events": `${w}/security-events`, "my-events": "/account/events", appliance: "/appliance/trail", "appliance-security": "/appliance/trail?trail=security", keeping: "/appliance/trail?trail=keeping", "audit-none": `${w}/audit?text=nothing-has-this` };
    for (const [kind, options] of [["light", { colorScheme: "light" }], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 }]]) {
      const each = await newContext(browser, options);
      const tab = await newPage(each, appliance.http);
      await signInPage(tab, appliance.http, person);
      for (const [name, path] of Object.entries(pages)) {
        await tab.goto(appliance.http + path);
        await settled(tab);
        problems.push(...(await violations(tab)).map((one) => `${name}, ${kind}: ${one}`));
        if (kind === "phone" && (await sideways(tab)) > 0) problems.push(`${name} scrolls sideways`);
        await shot(tab, `trails-${name}-${kind}`, { fullPage: kind !== "phone" });
      }
      nothing(tab.complaints, "complaints");
      await each.close();
    }
    nothing(problems, "problems");
  });
  nothing(page.complaints, "complaints");
  await context.close();
}
