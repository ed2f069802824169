// Every page, light and dark: accessible, quiet on the console, true to the content security policy, without a request
// to anyone else, and without sideways scrolling on a phone and at 200 % zoom.
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, openIncident, person, signIn } from "../support/api.mjs";
import { escape, fits, goneFrom, isOff, newContext, newPage, settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { check, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);

  await step("the set-up page is accessible and fits a phone", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await newPage(await newContext(browser, { colorScheme, viewport: { width: 320, height: 640 } }), appliance.http);
      await page.goto(`${appliance.http}/setup`);
      await page.getByLabel("Set-up token").waitFor();
      nothing(await violations(page), `axe, ${colorScheme}`);
      await fits(page, colorScheme);
      nothing(page.complaints, "complaints");
    }
  });

  const api = await signIn(appliance, { setup: {} });
  const { agent, token, rule, incident } = await openIncident(api, appliance, "web-1");
  await api.in("POST", `/incidents/${incident.id}/comments`, { text: "Looking at it." });
  await api.in("POST", "/agents", { name: "waiting-1", tags: [], authorised: true });
  const group = await api.in("POST", "/subjects", { kind: "group", name: "web servers", notes: "Runbook: https://wiki.example.com/web", labels: { env: "prod" }, member_ids: [agent.id] });
  await api.in("POST", "/recipients", { name: "Chat bridge", kind: "webhook", fields: { url: "https://hooks.example.com/connlog" }, receives_by_default: false });
  const w = `/w/${api.workspace.slug}`;
  const open = (options) => signedIn(browser, appliance.http, person, options);

  await step("the login page is accessible", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await newPage(await newContext(browser, { colorScheme }), appliance.http);
      await page.goto(`${appliance.http}/login`);
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
      nothing(await violations(page), `axe, ${colorScheme}`);
      nothing(page.complaints, "complaints");
    }
  });

  await step("a wrong password is said, and a lost session leads back to where one was", async () => {
    const page = await newPage(await newContext(browser), appliance.http, [/status of 401/]);
    await page.goto(`${appliance.http}${w}/rules`);
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByLabel("Password").fill("something else entirely");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("Mail address or password is wrong.").waitFor();
    nothing(await violations(page), "axe");
    await page.getByLabel("Password").fill(person.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Rules", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  const pages = {
    overview: `${w}/overview`,
    agents: `${w}/agents`,
    "agents-add": `${w}/agents?add=1`,
    "agents-none": `${w}/agents?q=nothing-has-this-name`,
    agent: `${w}/agents/${agent.id}`,
    "agent-history": `${w}/agents/${agent.id}?tab=history`,
    "agent-settings": `${w}/agents/${agent.id}?tab=settings`,
    "agents-filtered": `${w}/agents?tag=production&tag=staging&state=down&label=env%3Dprod`,
    groups: `${w}/groups`,
    "groups-add": `${w}/groups?add=1`,
    group: `${w}/groups/${group.id}`,
    "group-history": `${w}/groups/${group.id}?tab=history`,
    "group-settings": `${w}/groups/${group.id}?tab=settings`,
    "rule-group": `${w}/rules/new?subject=${group.id}`,
    rules: `${w}/rules`,
    rule: `${w}/rules/${rule.id}`,
    "rule-new": `${w}/rules/new`,
    incidents: `${w}/incidents`,
    "incidents-resolved": `${w}/incidents?state=resolved`,
    incident: `${w}/incidents/${incident.id}`,
    recipients: `${w}/recipients`,
    deliveries: `${w}/deliveries`,
    quiet: `${w}/quiet`,
    dependencies: `${w}/dependencies`,
    "event-sources": `${w}/event-sources`,
    settings: `${w}/settings`,
    audit: `${w}/audit`,
    "start-mail": `${w}/start?step=mail`,
    "start-agent": `${w}/start?step=agent`,
    "start-alert": `${w}/start?step=alert`,
    mail: "/appliance/mail",
    about: "/appliance/about",
    health: "/appliance/health",
    check: "/appliance/check",
    register: "/appliance/register",
    backups: "/appliance/backups",
    recovery: "/appliance/recovery",
    removed: `${w}/removed`,
    unknown: `${w}/nowhere`,
  };

  for (const colorScheme of ["light", "dark"]) {
    await step(`every page is accessible and quiet, ${colorScheme}`, async () => {
      const page = await open({ colorScheme });
      nothing(await walk(page, appliance.http, pages, {
        looks: `page-*-${colorScheme}`,
        then: async (name) => {
          if (/^(agent|incident)$/.test(name)) await page.locator(".uplot canvas").first().waitFor();
          await until(`${name} has a title`, async () => (await page.title()).endsWith(" · connlog"));
        },
      }), "problems");
    });
  }

  for (const [size, viewport, looks] of [["at 320 pixels", { width: 320, height: 640 }, "phone-*"], ["at 200 % zoom", { width: 640, height: 450 }, null]]) {
    await step(`nothing scrolls sideways ${size}`, async () => {
      const page = await open({ viewport, deviceScaleFactor: 2 });
      nothing(await walk(page, appliance.http, pages, { axe: false, narrow: true, looks, fullPage: false }), "problems");
    });
  }

  for (const colorScheme of ["light", "dark"]) {
    await step(`the palette, the key help and the dialogs are accessible, ${colorScheme}`, async () => {
      const page = await open({ colorScheme });
      const keys = keyboardOf(page);
      await page.goto(`${appliance.http}${w}/overview`);
      await settled(page);
      await keys.palette("web");
      await page.getByRole("option", { name: /web-1/ }).waitFor();
      nothing(await violations(page), "axe on the palette");
      await escape(page);
      await keys.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
      nothing(await violations(page), "axe on the key help");
      await page.goto(`${appliance.http}${w}/agents/${agent.id}?tab=settings`);
      await page.getByRole("button", { name: "Remove" }).click();
      const remove = page.getByRole("dialog", { name: "Remove" });
      await remove.waitFor();
      nothing(await violations(page), "axe on a confirmation");
      await isOff(remove.getByRole("button", { name: "Remove" }), "removing asks for the name");
      nothing(page.complaints, "complaints");
    });
  }

  await step("adding a webhook shows its secret once", async () => {
    const page = await open();
    await page.goto(`${appliance.http}${w}/recipients`);
    await page.getByRole("button", { name: "Add recipient" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Webhook", exact: true }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Pager");
    await dialog.getByLabel("Address (URL)").fill("https://pager.example.com/in");
    await dialog.getByRole("button", { name: "Add recipient" }).click();
    const once = page.getByRole("dialog", { name: "Signing secret of Pager" });
    const secret = await once.locator("pre code").innerText();
    check(secret.length >= 32, `a long secret, found ${secret.length} characters`);
    nothing(await violations(page), "axe");
    await escape(page);
    await goneFrom(page, secret, "it is gone with its dialog");
    await page.reload();
    await page.getByRole("heading", { name: "Pager" }).waitFor();
    await goneFrom(page, secret, "it is not shown again");
    nothing(page.complaints, "complaints");
  });

  await step("a channel's secrets are entered once, kept by a change, and never shown again", async () => {
    const page = await open({ allowed: [/status of 422/] });
    await page.goto(`${appliance.http}${w}/recipients`);
    await page.getByRole("button", { name: "Add recipient" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "ntfy" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Phones");
    await dialog.getByLabel("Server").fill("https://ntfy.example.com");
    await dialog.getByLabel("Topic").fill("alerts-of-the-night");
    nothing(await violations(page), "axe");
    await dialog.getByRole("button", { name: "Add recipient" }).click();
    await page.getByRole("heading", { name: "Phones" }).waitFor();
    await page.getByText("ntfy.example.com/ale…").first().waitFor();
    await goneFrom(page, "alerts-of-the-night", "the topic is not shown");
    await page.getByRole("button", { name: "Edit (Phones)" }).click();
    await dialog.getByText("A value is set; leave this empty to keep it.").first().waitFor();
    await dialog.getByLabel("Name", { exact: true }).fill("All phones");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "All phones" }).waitFor();
    await page.getByRole("button", { name: "Edit (All phones)" }).click();
    await dialog.getByLabel("Server").fill("https://elsewhere.example.com");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("belongs to the former address").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("a rule is a sentence with a live preview, and can be made, turned off and removed", async () => {
    const page = await open();
    await page.goto(`${appliance.http}${w}/rules/new`);
    await page.getByText(/Now: \d+ of \d+ match/).waitFor();
    // The agent speaks again, as only a fresh reading counts as "now".
    await until("a fresh reading", async () => (await heartbeat(appliance, token)).ok);
    const choice = page.getByLabel("What is watched");
    await choice.selectOption("memory_percent");
    // What can be watched, and how it is called, comes from the catalogue; silence and three states are beside it.
    const metrics = (await api.call("GET", "/metrics/catalogue")).items.filter((each) => each.in_rules);
    const offered = await choice.locator("option").allTextContents();
    check(metrics.length > 0 && offered.length === metrics.length + 4 && metrics.every((each) => offered.includes(each.noun)), `offered: ${offered}`);
    await choice.selectOption("load_per_core");
    await until("the suggested threshold follows the metric", async () => (await page.getByLabel("Threshold").inputValue()) === "4");
    await choice.selectOption("memory_percent");
    await page.getByLabel("Threshold").fill("1");
    await page.getByText("Now: 1 of 2 matches.").waitFor();
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
  });

  await step("a comment may be as long as the API takes it, and an incident that a changed agent ended says so", async () => {
    const page = await open();
    await page.goto(`${appliance.http}${w}/incidents/${incident.id}`);
    const { maxLength } = (await api.call("GET", "/openapi.json")).components.schemas.Comment.properties.text;
    check(maxLength > 0, "the API has a bound");
    await page.locator(`textarea[maxlength="${maxLength}"]`).waitFor();
    const other = await openIncident(api, appliance, "web-2");
    await page.goto(`${appliance.http}${w}/incidents/${other.incident.id}`);
    await page.getByText("not yet").first().waitFor();
    await api.in("PATCH", `/agents/${other.agent.id}`, { metrics: { cpu: true, memory: false, disk: true, load: true } });
    await page.locator(".fact-list").getByText("It was changed, and the rule is not about it any more").waitFor();
    await api.in("DELETE", `/rules/${other.rule.id}`);
    await api.in("DELETE", `/agents/${other.agent.id}`);
    nothing(page.complaints, "complaints");
  });

  await step("days on a chart begin at the first instant of the local day, where there is no 00:00 too", async () => {
    for (const [timezoneId, from, label] of [["Africa/Cairo", Date.UTC(2026, 3, 22, 16) / 1000, "24 Apr"], ["Europe/Amsterdam", Date.UTC(2026, 3, 22, 16) / 1000, "24 Apr"]]) {
      const page = await open({ timezoneId });
      await page.addInitScript(() => {
        window.drawn = [];
        const draw = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          window.drawn.push(text);
          return draw.call(this, text, ...rest);
        };
      });
      await page.goto(`${appliance.http}${w}/agents/${agent.id}?from=${from}&to=${from + 3 * 86_400}`);
      await settled(page);
      await until(`${label} stands at the axis in ${timezoneId}`, () => page.evaluate((wanted) => window.drawn.includes(wanted), label));
    }
  });

  await step("the appliance's page says until when its certificate is valid", async () => {
    const page = await open();
    await page.goto(`${appliance.http}/appliance/about`);
    await page.locator(".fact-list").getByText(/^valid until .*20\d\d/).waitFor();
  });

  await step("zooming a chart is in the address, and Back undoes it", async () => {
    const page = await open();
    await page.goto(`${appliance.http}${w}/agents/${agent.id}`);
    const area = page.locator(".u-over").first();
    await area.waitFor();
    await settled(page); // what comes above the chart moves it
    const box = await area.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    await until("the stretch is in the address", () => /from=\d+&to=\d+/.test(page.url()));
    await page.getByRole("button", { name: "Whole range" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Whole range" }).waitFor({ state: "detached" });
    await settled(page);
    const slider = page.getByRole("slider").first();
    await slider.focus();
    await page.keyboard.press("End");
    await until("the keyboard reads the chart", async () => /\d/.test(await slider.getAttribute("aria-valuetext")));
    nothing(page.complaints, "complaints");
  });

  await step("a chart whose stretch changes before the first answer shows the next one", async () => {
    const page = await open();
    let held = 0;
    await page.route(/\/readings\?/, (route) => (held++ === 0 ? undefined : route.continue()));
    await page.goto(`${appliance.http}${w}/agents/${agent.id}`);
    await until("the first question is held", () => held > 0);
    await page.getByRole("button", { name: "7 d", exact: true }).click();
    const chart = page.locator("figure.chart").filter({ hasText: "Memory" });
    await until("a value stands at the chart", async () => /\d %/.test(await chart.locator(".chart-values").innerText()));
    await chart.getByRole("button", { name: /^Table/ }).click();
    await chart.locator(".chart-table tbody tr").first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("a stretch that comes back is not overwritten by the late answer to its first question", async () => {
    const page = await open();
    const held = [];
    await page.route(/\/readings\?/, (route) => (held.length === 0 ? void held.push(route) : route.continue()));
    await page.goto(`${appliance.http}${w}/agents/${agent.id}?range=24h`);
    await until("the first question is held", () => held.length > 0);
    const asked = new URL(held[0].request().url());
    const answer = await (await fetch(asked, { headers: await held[0].request().allHeaders() })).json();
    for (const values of Object.values(answer.series)) values.fill(97);
    const values = page.locator("figure.chart").filter({ hasText: "Memory" }).locator(".chart-values");
    const shown = async () => /\d %/.test(await values.innerText());
    await page.getByRole("button", { name: "7 d", exact: true }).click();
    await until("the second stretch stands at the chart", shown);
    await page.getByRole("button", { name: "24 h", exact: true }).click();
    await settled(page);
    await until("the first stretch stands at the chart", shown);
    // The interface gave the first question up; where the browser still takes its answer, nothing may change.
    await held[0].fulfill({ json: answer }).catch(() => {});
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    check(!(await values.innerText()).includes("97"), "the late answer is not shown");
    nothing(page.complaints, "complaints");
  });

  await step("the live sign tells of a lost appliance and of its return, in eight tabs at once", async () => {
    const provoked = [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|Failed to load resource|Failed to fetch/];
    const first = await open({ allowed: provoked });
    const tabs = [first];
    while (tabs.length < 8) tabs.push(await newPage(first.context(), appliance.http, provoked));
    for (const page of tabs) {
      await page.goto(`${appliance.http}${w}/overview`);
      await settled(page);
    }
    const sign = (page) => page.locator(".side .live");
    for (const page of tabs) await sign(page).getByText("Live", { exact: true }).waitFor();
    await appliance.stop();
    try {
      await first.bringToFront();
      await sign(first).getByText(/Reconnecting|Polling|Data is \d+ s old/).waitFor();
      await shot(first, "reconnecting");
      nothing(await violations(first), "axe while reconnecting");
    } finally {
      await appliance.start();
    }
    for (const page of tabs) {
      await page.bringToFront();
      await sign(page).getByText("Live", { exact: true }).waitFor({ timeout: 60_000 });
    }
    for (const page of tabs) nothing(page.complaints, "complaints");
  });
}
