// What uses the disk and how long things are kept: a shorter time is looked at before it is saved, waits for a day, and is
// taken back with one click.
import { startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { becomes, nothing } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  await openIncident(api, appliance, "web-1");
  const open = async (path, options = {}) => {
    const page = await signedIn(browser, appliance.https, person, { allowed: [/status of 403/], ...options });
    if (path) {
      await page.goto(appliance.https + path);
      await settled(page);
    }
    return page;
  };
  const readingDays = async () => (await api.call("GET", "/appliance/storage")).limits.find((each) => each.name === "reading_days");

  await step("the page says what uses the disk, and what keeps it", async () => {
    const page = await open("/appliance/storage");
    await page.getByRole("heading", { name: "Storage", level: 1 }).waitFor();
    const uses = page.getByRole("table", { name: "What uses the disk" });
    await uses.getByRole("row", { name: /^Readings .*Readings are kept/ }).waitFor();
    await uses.getByRole("row", { name: /^Write-ahead log/ }).waitFor();
    nothing(await violations(page), "axe");
    await shot(page, "storage", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("a shorter time is looked at, saved, waits, and is taken back", async () => {
    const page = await open("/appliance/storage");
    await page.getByLabel(/^Readings are kept/).fill("7");
    await page.getByRole("button", { name: "What would this delete?" }).click();
    await page.getByText("Nothing would be deleted now.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/the former time still holds \(31 days\)/).waitFor();
    await becomes(async () => (await readingDays()).value, 7, "the days of readings");
    nothing(await violations(page), "axe");
    await page.getByRole("button", { name: "Undo: Readings are kept" }).click();
    await page.getByText("The former time holds again.").waitFor();
    await becomes(async () => (await readingDays()).value, 31, "the days of readings");
    await becomes(() => page.getByLabel(/^Readings are kept/).inputValue(), "31", "the field");
    nothing(page.complaints, "complaints");
  });

  for (const colorScheme of ["light", "dark"]) {
    await step(`the page is accessible and fits a phone, ${colorScheme}`, async () => {
      const page = await open(null, { colorScheme, viewport: { width: 320, height: 700 } });
      nothing(await walk(page, appliance.https, { storage: "/appliance/storage" }, { narrow: true, looks: `storage-phone-${colorScheme}-*`, fullPage: false }), "problems");
    });
  }
}
