// Every page, light and dark: accessible, quiet on the console, true to the content security policy, without a request
// to anyone else, and without sideways scrolling on a phone and at 200 % zoom.
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, openIncident, person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

export default async function story(test, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);

  await test("the set-up page is accessible and fits a phone", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const context = await newContext(browser, { colorScheme, viewport: { width: 320, height: 640 } });
      const page = await newPage(context, appliance.http);
      await page.goto(`${appliance.http}/setup`);
      await page.getByLabel("Set-up token").waitFor();
      nothing(await violations(page), `axe, ${colorScheme}`);
      equal(await sideways(page), 0, "sideways scroll");
      nothing(page.complaints, "complaints");
      await context.close();
    }
  });

  const api = await signIn(appliance, { setup: {} });
  const { agent, token, rule, incident } = await openIncident(api, appliance, "web-1");
  await api.in("POST", `/incidents/${incident.id}/comments`, { text: "Looking at it." });
  await api.in("POST", "/agents", { name: "waiting-1", tags: [], authorised: true });
  await api.in("POST", "/recipients", { name: "Chat bridge", channel: "webhook", address: "https://hooks.example.com/connlog", receives_by_default: false });

  await test("the login page is accessible", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const context = await newContext(browser, { colorScheme });
      const page = await newPage(context, appliance.http);
      await page.goto(`${appliance.http}/login`);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      nothing(await violations(page), `axe, ${colorScheme}`);
      nothing(page.complaints, "complaints");
      await context.close();
    }
  });

  await test("a wrong password is said, and a lost session leads back to where one was", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http, [/status of 401/]);
    await page.goto(`${appliance.http}/w/${api.workspace.slug}/rules`);
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByLabel("Password").fill("something else entirely");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Mail address or password is wrong.").waitFor();
    nothing(await violations(page), "axe");
    await page.getByLabel("Password").fill(person.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Rules", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
    await context.close();
  });

  const w = `/w/${api.workspace.slug}`;
  const pages = {
    overview: `${w}/overview`,
    agents: `${w}/agents`,
    "agents-add": `${w}/agents?add=1`,
    "agents-none": `${w}/agents?q=nothing-has-this-name`,
    agent: `${w}/agents/${agent.id}`,
    "agent-settings": `${w}/agents/${agent.id}?tab=settings`,
    rules: `${w}/rules`,
    rule: `${w}/rules/${rule.id}`,
    "rule-new": `${w}/rules/new`,
    incidents: `${w}/incidents`,
    "incidents-resolved": `${w}/incidents?state=resolved`,
    incident: `${w}/incidents/${incident.id}`,
    recipients: `${w}/recipients`,
    settings: `${w}/settings`,
    audit: `${w}/audit`,
    "start-mail": `${w}/start?step=mail`,
    "start-agent": `${w}/start?step=agent`,
    "start-alert": `${w}/start?step=alert`,
    mail: "/appliance/mail",
    about: "/appliance/about",
    unknown: `${w}/nowhere`,
  };

  for (const colorScheme of ["light", "dark"]) {
    await test(`every page is accessible and quiet, ${colorScheme}`, async () => {
      const context = await newContext(browser, { colorScheme });
      const page = await newPage(context, appliance.http);
      await signInPage(page, appliance.http, person);
      const problems = [];
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(appliance.http + path);
        await settled(page);
        if (/^(agent|incident)$/.test(name)) await page.locator(".uplot canvas").first().waitFor();
        check((await page.title()).endsWith("connlog"), `${name} has a title`);
        problems.push(...(await violations(page)).map((each) => `${name}: ${each}`));
        await shot(page, `page-${name}-${colorScheme}`, { fullPage: true });
      }
      nothing(problems, "axe");
      nothing(page.complaints, "complaints");
      await context.close();
    });
  }

  await test("nothing scrolls sideways at 320 pixels and at 200 % zoom", async () => {
    const wide = [];
    for (const [size, viewport, deviceScaleFactor] of [["phone", { width: 320, height: 640 }, 2], ["zoom", { width: 640, height: 450 }, 2]]) {
      const context = await newContext(browser, { viewport, deviceScaleFactor });
      const page = await newPage(context, appliance.http);
      await signInPage(page, appliance.http, person);
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(appliance.http + path);
        await settled(page);
        const pixels = await sideways(page);
        if (pixels > 0) wide.push(`${name} at ${size}: ${pixels} px`);
        if (size === "phone") await shot(page, `phone-${name}`);
      }
      nothing(page.complaints, "complaints");
      await context.close();
    }
    nothing(wide, "too wide");
  });

  await test("the palette, the key help and the dialogs are accessible", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const context = await newContext(browser, { colorScheme });
      const page = await newPage(context, appliance.http);
      await signInPage(page, appliance.http, person);
      await page.keyboard.press("Control+k");
      // Its field has the focus only once it is there: what is typed before goes to the page.
      await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
      await page.keyboard.type("web");
      await page.getByRole("option", { name: /web-1/ }).waitFor();
      nothing(await violations(page), "axe on the palette");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
      nothing(await violations(page), "axe on the key help");
      await page.keyboard.press("Escape");
      await page.goto(`${appliance.http}${w}/agents/${agent.id}?tab=settings`);
      await page.getByRole("button", { name: "Remove" }).click();
      const remove = page.getByRole("dialog", { name: "Remove" });
      await remove.waitFor();
      nothing(await violations(page), "axe on a confirmation");
      check(await remove.getByRole("button", { name: "Remove" }).isDisabled(), "removing asks for the name");
      await page.keyboard.press("Escape");
      nothing(page.complaints, "complaints");
      await context.close();
    }
  });

  await test("adding a webhook shows its secret once", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/recipients`);
    await page.getByRole("button", { name: "Add recipient" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Webhook" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Pager");
    await dialog.getByLabel("Address (URL)").fill("https://pager.example.com/in");
    await dialog.getByRole("button", { name: "Add recipient" }).click();
    const once = page.getByRole("dialog", { name: "Signing secret of Pager" });
    const secret = await once.locator("pre code").innerText();
    check(secret.length >= 32, `a long secret, found ${secret.length} characters`);
    nothing(await violations(page), "axe");
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("heading", { name: "Pager" }).waitFor();
    check(!(await page.content()).includes(secret), "it is not shown again");
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("a rule is a sentence with a live preview, and can be made, turned off and removed", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/rules/new`);
    await page.getByText(/Now: \d+ of \d+ agents?/).waitFor();
    // The agent speaks again, as only a fresh reading counts as "now".
    await until("a fresh reading", async () => (await heartbeat(appliance, token)).ok);
    await page.getByLabel("What is watched").selectOption("memory_percent");
    await page.getByLabel("Threshold").fill("1");
    await page.getByText("Now: 1 of 2 agents matches.").waitFor();
    await page.getByLabel("Name of the rule").fill("Memory, nearly any");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByRole("heading", { name: "Memory, nearly any" }).waitFor();
    await page.getByRole("link", { name: "Rules", exact: true }).first().click();
    const row = page.locator(".rule-row").filter({ hasText: "Memory, nearly any" });
    await row.getByRole("button", { name: /Turn off/ }).click();
    await row.getByText("Off", { exact: true }).waitFor();
    await row.getByRole("link").click();
    await page.getByRole("button", { name: "Remove rule" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove rule" }).click();
    await page.getByRole("heading", { name: "Rules", level: 1 }).waitFor();
    await row.waitFor({ state: "detached" });
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("a comment may be as long as the API takes it, and an incident that a changed agent ended says so", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/incidents/${incident.id}`);
    const { maxLength } = (await api.call("GET", "/openapi.json")).components.schemas.Comment.properties.text;
    check(maxLength > 0, "the API has a bound");
    equal(await page.getByRole("textbox", { name: "Comment" }).getAttribute("maxlength"), String(maxLength), "the box's bound");
    const other = await openIncident(api, appliance, "web-2");
    await page.goto(`${appliance.http}${w}/incidents/${other.incident.id}`);
    await page.getByText("not yet").first().waitFor();
    await api.in("PATCH", `/agents/${other.agent.id}`, { metrics: { cpu: true, memory: false, disk: true, load: true } });
    await page.locator(".fact-list").getByText("The agent was changed, and the rule is not about it any more").waitFor();
    await api.in("DELETE", `/rules/${other.rule.id}`);
    await api.in("DELETE", `/agents/${other.agent.id}`);
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("zooming a chart is in the address, and Back undoes it", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/agents/${agent.id}`);
    const area = page.locator(".u-over").first();
    await area.waitFor();
    const box = await area.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    await until("the stretch is in the address", () => /from=\d+&to=\d+/.test(page.url()));
    await page.getByRole("button", { name: "Whole range" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Whole range" }).waitFor({ state: "detached" });
    const slider = page.getByRole("slider").first();
    await slider.focus();
    await page.keyboard.press("End");
    check(/\d/.test(await slider.getAttribute("aria-valuetext")), "the keyboard reads the chart");
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("the live sign tells of a lost appliance and of its return, in eight tabs at once", async () => {
    const context = await newContext(browser);
    const provoked = [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|Failed to load resource|Failed to fetch/];
    const tabs = [];
    for (let each = 0; each < 8; each += 1) {
      const page = await newPage(context, appliance.http, provoked);
      if (each === 0) await signInPage(page, appliance.http, person);
      else await page.goto(`${appliance.http}${w}/overview`);
      await settled(page);
      tabs.push(page);
    }
    const sign = (page) => page.locator(".side .live");
    for (const page of tabs) await sign(page).getByText("Live", { exact: true }).waitFor();
    await appliance.stop();
    await sign(tabs[0]).getByText(/Reconnecting|Polling|Data is \d+ s old/).waitFor();
    await shot(tabs[0], "reconnecting");
    nothing(await violations(tabs[0]), "axe while reconnecting");
    await appliance.start();
    for (const page of tabs) {
      await page.bringToFront();
      await sign(page).getByText("Live", { exact: true }).waitFor({ timeout: 40_000 });
    }
    for (const page of tabs) nothing(page.complaints, "complaints");
    await context.close();
  });
}
