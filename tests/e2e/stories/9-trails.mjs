// The trails in a browser: told in sentences, searched, linked, exported, verified, forwarded; one's own events on the
// account page.
import { readFile } from "node:fs/promises";
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { shot, signedIn, startBrowser, walk } from "../support/browser.mjs";
import { becomes, check, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  for (let i = 0; i < 60; ++i) await api.in("POST", "/agents", { name: `web-${i}`, tags: [], authorised: true });
  await api.in("POST", "/recipients", { name: "=HYPERLINK(\"http://evil.example\")", kind: "webhook", fields: { url: "https://hooks.example.com/x" }, receives_by_default: false });
  await fetch(`${appliance.http}/api/v1/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ mail: person.mail, password: "something else entirely" }) });
  const open = async (path) => {
    const page = await signedIn(browser, appliance.http, person);
    await page.goto(appliance.http + path);
    return page;
  };
  const rowsOf = (page) => page.getByRole("table", { name: "Audit log" }).locator("tbody tr");

  await step("acts are told in sentences, page by page, and each has a link of its own", async () => {
    const page = await open(`${w}/audit`);
    const rows = rowsOf(page);
    await page.getByText("added a recipient").first().waitFor();
    await becomes(() => rows.count(), 50, "rows of the first page");
    await page.getByRole("link", { name: "Older" }).click();
    await page.getByText("created the workspace").waitFor();
    await until("the page stands in the address", () => page.url().includes("after="));
    await page.goBack();
    await page.getByText("added a recipient").first().waitFor();
    const wanted = await rows.nth(3).innerText();
    await rows.nth(3).getByRole("link").click();
    const marked = page.locator("tr.marked");
    const parts = (text) => text.split(/\s{2,}|\n|\t/).slice(1).join(); // without the time, which is told as "… ago"
    await becomes(async () => parts(await marked.innerText()), parts(wanted), "the marked entry");
    await page.reload();
    await becomes(async () => parts(await marked.innerText()), parts(wanted), "the linked entry");
    await page.getByRole("link", { name: "Newest" }).click();
    await marked.waitFor({ state: "detached" });
    nothing(page.complaints, "complaints");
  });

  await step("a search stands in the address and survives a reload; nothing found says what to do", async () => {
    const page = await open(`${w}/audit`);
    await page.getByLabel("Text").fill("web-7");
    await page.waitForURL(/text=web-7/);
    await becomes(() => rowsOf(page).count(), 1, "rows found");
    await page.reload();
    await becomes(() => rowsOf(page).count(), 1, "rows found after a reload");
    await page.getByLabel("Text").fill("nobody did this");
    await page.getByText("Nothing fits the filter").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByText("added a recipient").first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the export holds every row, and no cell is a formula", async () => {
    const page = await open(`${w}/audit`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
    check(/^connlog-audit-\d{4}-\d\d-\d\d\.csv$/.test(download.suggestedFilename()), `the file's name: ${download.suggestedFilename()}`);
    const csv = await readFile(await download.path(), "utf8");
    check(csv.split("\r\n").length > 60, "rows in the export");
    check(csv.includes("\"'=HYPERLINK(\"\"http"), "the formula is defused");
    const [second] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export JSON" }).click()]);
    check(JSON.parse(await readFile(await second.path(), "utf8")).length > 60, "objects in the export");
    nothing(page.complaints, "complaints");
  });

  await step("one's own refused login is among one's security events", async () => {
    const page = await open("/account/events");
    await page.getByText("was refused at the login").first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the administrator verifies the trails", async () => {
    const page = await open("/appliance/trail");
    await page.getByText("claimed the appliance").waitFor();
    await page.getByRole("button", { name: "Verify and forward" }).click();
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText("Nothing found").waitFor();
    await shot(page, "trails-verified", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("the administrator sees the forwarding fail", async () => {
    const page = await open("/appliance/trail?trail=keeping");
    const form = page.getByRole("form", { name: "Forward to syslog" });
    await page.getByLabel("Forward the trails").check();
    await page.getByLabel("Server").fill("127.0.0.1");
    await page.getByLabel("Port").fill("9");
    await page.getByRole("group", { name: "What is forwarded" }).waitFor();
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Will try again").waitFor();
    nothing(page.complaints, "complaints");
  });

  const pages = { audit: `${w}/audit`, "security-events": `${w}/security-events`, "my-events": "/account/events", appliance: "/appliance/trail", "appliance-security": "/appliance/trail?trail=security", keeping: "/appliance/trail?trail=keeping", "audit-none": `${w}/audit?text=nothing-has-this` };
  for (const [kind, options] of [["light", { colorScheme: "light" }], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 }]]) {
    await step(`every page of the trails is accessible, quiet, and fits, ${kind}`, async () => {
      const page = await signedIn(browser, appliance.http, person, options);
      nothing(await walk(page, appliance.http, pages, { narrow: true, looks: `trails-*-${kind}`, fullPage: kind !== "phone" }), "problems");
    });
  }
}
