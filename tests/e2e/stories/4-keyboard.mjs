// The keyboard alone: the first run, walking the pages, and an acknowledgement. The mouse is never touched.
import { startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { newContext, newPage, startBrowser } from "../support/browser.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(test, world) {
  world.steps = true;
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const context = await newContext(browser);
  const page = await newPage(context, appliance.https);
  let api = null;

  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") || element?.labels?.[0]?.innerText || element?.innerText || element?.tagName || "";
  });
  // Tab until the element with this name has the focus.
  const tabTo = async (name) => {
    for (let each = 0; each < 60; each += 1) {
      if ((await focused()).trim().startsWith(name)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach "${name}"`);
  };
  const heading = (name) => page.getByRole("heading", { name, level: 1 }).waitFor();

  await test("the first run needs no mouse", async () => {
    // Over TLS, whatever address the link was printed with.
    await page.goto(appliance.https + appliance.setupLink.slice(new URL(appliance.setupLink).origin.length));
    await heading("Set up connlog");
    for (const [label, text] of [["Your name", person.name], ["Mail address", person.mail], ["Password", person.password], ["Name of the workspace", person.workspace_name]]) {
      await tabTo(label);
      await page.keyboard.type(text);
    }
    await page.keyboard.press("Enter");
    await heading("First steps");
    await tabTo("Skip for now");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Add the first agent" }).waitFor();
    await tabTo("Name");
    await page.keyboard.type("db-1");
    await tabTo("I may monitor");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.locator("#install-command").waitFor();
    await tabTo("Skip for now");
    await page.keyboard.press("Enter");
    await tabTo("Go to the overview");
    await page.keyboard.press("Enter");
    await heading("Overview");
  });

  await test("g and a letter goes to a page, Escape closes, and the letters can be switched off", async () => {
    api = await signIn(appliance);
    for (const [key, name] of [["a", "Agents"], ["i", "Incidents"], ["r", "Rules"], ["s", "Settings"], ["o", "Overview"]]) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await heading(name);
    }
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await tabTo("Single-letter keys are on");
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.keyboard.press("/");
    equal(new URL(page.url()).pathname.split("/").pop(), "overview", "letters do nothing now");
    equal(await page.getByRole("dialog").count(), 0, "nor does the slash");
    // Control-K always works: it leads back to the switch.
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
  });

  await test("the palette finds every tab by its name, and what is not there is said", async () => {
    for (const [typed, option, name] of [["secur even", "Security events", "Security events"], ["sessions", "Sessions", "Sessions"], ["appliance limits", "Limits", "Limits"]]) {
      await page.keyboard.press("Control+k");
      await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
      await page.keyboard.type(typed);
      await page.getByRole("option", { name: option, selected: true }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("navigation").getByRole("link", { name, exact: true }).and(page.locator("[aria-current=page]")).waitFor();
    }
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type("zzz");
    await page.getByRole("dialog").getByRole("status").waitFor();
    await page.keyboard.press("Escape");
    await page.goto(`${appliance.https}/w/${api.workspace.slug}/overview`);
  });

  await test("an incident is found, opened and acknowledged", async () => {
    await page.evaluate(() => localStorage.setItem("connlog.keys", "on"));
    await openIncident(api, appliance, "web-1");
    await page.reload();
    await heading("Overview");
    await page.keyboard.press("g");
    await page.keyboard.press("i");
    await heading("Incidents");
    await page.locator("[data-row]").first().waitFor();
    await page.keyboard.press("j");
    check(await page.evaluate(() => document.activeElement.hasAttribute("data-row")), "j goes to the first row");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await until("the title of the page has the focus", () => page.evaluate(() => document.activeElement.matches("h1")));
    await tabTo("Acknowledge");
    await page.keyboard.press("Enter");
    await page.locator(".page-title").getByText("Acknowledged").waitFor();
    nothing(page.complaints, "complaints");
  });
}
