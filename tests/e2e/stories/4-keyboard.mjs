// The keyboard alone: the first run, walking the pages, and an acknowledgement. The mouse is never touched.
import { startAppliance } from "../support/appliance.mjs";
import { openIncident, ownerOf, person } from "../support/api.mjs";
import { newContext, newPage, settled, signedIn, startBrowser } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);

  await step("the first run needs no mouse", async () => {
    const page = await newPage(await newContext(browser), appliance.https);
    const keys = keyboardOf(page);
    // Over TLS, whatever address the link was printed with.
    await page.goto(appliance.https + appliance.setupLink.slice(new URL(appliance.setupLink).origin.length));
    await page.getByRole("heading", { name: "Set up connlog", level: 1 }).waitFor();
    for (const [label, text] of [["Your name", person.name], ["Mail address", person.mail], ["Password", person.password], ["Name of the workspace", person.workspace_name]]) {
      await keys.tabTo(label);
      await keys.type(text);
    }
    await keys.press("Enter");
    await keys.arrived("First steps");
    await page.getByRole("button", { name: "Skip for now" }).waitFor();
    await keys.tabTo("Skip for now");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Add the first agent" }).waitFor();
    await keys.tabTo("Name");
    await keys.type("db-1");
    await keys.tabTo("I may monitor");
    await keys.press("Space");
    await keys.press("Enter");
    await page.locator("#install-command").waitFor();
    await keys.tabTo("Skip for now");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Alerts are on" }).waitFor();
    await keys.tabTo("Go to the overview");
    await keys.press("Enter");
    await keys.arrived("Overview");
    nothing(page.complaints, "complaints");
  });

  const api = await ownerOf(appliance);
  const overview = `${appliance.https}/w/${api.workspace.slug}/overview`;
  const openOverview = async () => {
    const page = await signedIn(browser, appliance.https, person);
    await page.goto(overview);
    await settled(page);
    return { page, keys: keyboardOf(page) };
  };
  // g and a letter, which must come soon after it: on a busy machine it may come too late, and then does nothing.
  const goBy = (keys, page, letter, name) => until(`g ${letter} leads to ${name}`, async () => {
    await keys.press("g");
    await keys.press(letter);
    await page.getByRole("heading", { name, level: 1 }).waitFor({ timeout: 5_000 });
    await keys.arrived(name);
    return true;
  });

  await step("g and a letter goes to a page, Escape closes, and the letters can be switched off", async () => {
    const { page, keys } = await openOverview();
    for (const [letter, name] of [["a", "Agents"], ["m", "Monitors"], ["g", "Groups"], ["i", "Incidents"], ["r", "Rules"], ["s", "Settings"], ["o", "Overview"]]) await goBy(keys, page, letter, name);
    await keys.press("?");
    await keys.inDialog();
    await keys.tabTo("Single-letter keys are on");
    await keys.press("Space");
    await page.getByRole("dialog").getByRole("checkbox", { name: "Single-letter keys are on", checked: false }).waitFor();
    await keys.press("Escape");
    await keys.closed();
    await keys.press("g");
    await keys.press("a");
    await keys.press("/");
    // Control-K always works: it leads back to the switch. Had the slash opened the palette, it would close it.
    await keys.press("Control+k");
    await keys.atCombobox();
    equal(new URL(page.url()).pathname.split("/").pop(), "overview", "where letters lead now");
    await keys.press("Escape");
    await keys.closed();
    nothing(page.complaints, "complaints");
  });

  await step("the palette finds every tab by its name, and what is not there is said", async () => {
    const { page, keys } = await openOverview();
    for (const [typed, option, name] of [["secur even", "Security events", "Security events"], ["sessions", "Sessions", "Sessions"], ["appliance limits", "Limits", "Limits"]]) {
      await keys.palette(typed);
      await page.getByRole("option", { name: option, selected: true }).waitFor();
      await keys.press("Enter");
      await page.getByRole("navigation").getByRole("link", { name, exact: true }).and(page.locator("[aria-current=page]")).waitFor();
      await keys.closed();
    }
    await keys.palette("zzz");
    await page.getByRole("dialog").getByRole("status").waitFor();
    await keys.press("Escape");
    await keys.closed();
    nothing(page.complaints, "complaints");
  });

  await step("an incident is found, opened and acknowledged", async () => {
    await openIncident(api, appliance, "web-1");
    const { page, keys } = await openOverview();
    await goBy(keys, page, "i", "Incidents");
    await page.locator("[data-row]").first().waitFor();
    await keys.press("j");
    await until("j goes to the first row", () => page.evaluate(() => document.activeElement.hasAttribute("data-row")));
    await keys.press("Enter");
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await until("the title of the page has the focus", () => page.evaluate(() => document.activeElement.matches("h1")));
    await keys.tabTo("Acknowledge");
    await keys.press("Enter");
    await page.locator(".page-title").getByText("Acknowledged").waitFor();
    nothing(page.complaints, "complaints");
  });
}
