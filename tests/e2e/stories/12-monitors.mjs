// Checks from outside: a pasted address becomes a monitor, its first result is there at once; its server stops, a mail
// comes; it starts again, and so does a mail. A job pings by the shown line, then stays away and is late. Then several at
// once, the import that makes nothing yet, what the first unknown host asks, and the same with the keyboard alone.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { freePort, startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { escape, fits, settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { startMailbox, useMailbox } from "../support/mailbox.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const exec = promisify(execFile);
const kDown = 90; // seconds: interval, retries and the mail's own way
const kLate = { timeout: 150_000 }; // the shortest period of a push monitor is a minute
const kMany = 1_500;
const kAtOnce = 500; // lines of one import

// A service that can be stopped and started on the same port.
async function startService(world) {
  const port = await freePort();
  const service = { url: `http://127.0.0.1:${port}/`, port, server: null };
  service.start = async () => {
    service.server = createServer((_, response) => response.end("all is well\n"));
    await new Promise((done, fail) => service.server.once("error", fail).listen(port, "127.0.0.1", done));
  };
  service.stop = async () => {
    const { server } = service;
    service.server = null;
    if (!server) return;
    server.closeAllConnections?.();
    await new Promise((done) => server.close(done));
  };
  await service.start();
  world.later(service.stop);
  return service;
}

export default async function story(step, world) {
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const service = await startService(world);
  const w = `/w/${api.workspace.slug}`;
  await useMailbox(api, mailbox);
  // Only addresses of the public network may be checked, until the administrator lists others.
  await api.call("PUT", `/appliance/workspaces/${api.workspace.id}/networks`, { networks: ["127.0.0.0/8", "::1/128"] });
  const open = async (path, options) => {
    const page = await signedIn(browser, appliance.http, person, options);
    await page.goto(`${appliance.http}${w}${path}`);
    await settled(page);
    return page;
  };
  const quick = { interval_seconds: 5, retries: 1, retry_interval_seconds: 5, time_limit_ms: 1_000 };
  const listed = async (name) => (await api.in("GET", `/monitors?q=${encodeURIComponent(name)}&limit=50`)).items.find((each) => each.name === name);
  // Found, or made where the step that makes it in the interface failed.
  const monitor = async (name, body = {}) => {
    const found = await listed(name);
    return found ?? api.in("POST", "/monitors", { name, kind: "http", fields: { url: service.url }, own: quick, ...body });
  };
  const state = async (id) => (await api.in("GET", `/monitors/${id}`)).observed;
  const add = async (page) => {
    await page.getByRole("button", { name: "Add monitor" }).first().click();
    return page.getByRole("dialog", { name: "Add monitor" });
  };
  const paste = async (dialog, text) => {
    await dialog.getByLabel("Paste a web address, host:port or several lines").fill(text);
    await dialog.getByRole("button", { name: "Next" }).click();
  };

  await step("a pasted address is proposed as a monitor, tried, saved, and its first result is there at once", async () => {
    const page = await open("/monitors");
    await page.getByText("No monitors yet").waitFor();
    nothing(await violations(page), "axe on no monitors");
    await shot(page, "monitors-none");
    const dialog = await add(page);
    nothing(await violations(page), "axe on the field");
    await paste(dialog, service.url);
    await becomes(() => dialog.locator("select[name=kind]").inputValue(), "http", "the proposed kind");
    await becomes(() => dialog.locator("[name='fields.url']").inputValue(), service.url, "the address");
    check((await dialog.locator("input[name=name]").inputValue()).length > 0, "a name is proposed");
    await dialog.getByText("You will know within 2 min.").waitFor();
    await dialog.locator("input[name=name]").fill("shop");
    await dialog.getByText("More settings").click();
    for (const [name, value] of Object.entries(quick)) await dialog.locator(`input[name=${name}]`).fill(String(value));
    await dialog.getByText(/You will know within 12\s?s/).waitFor();
    await dialog.getByText("(4 differ from the standard)").waitFor();
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByRole("status", { name: "Result of the try" }).getByText("Up", { exact: true }).waitFor();
    nothing(await violations(page), "axe on the form");
    await shot(page, "monitors-add");
    const saved = performance.now();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "shop", level: 1 }).waitFor();
    await page.locator(".page-title .state-up").waitFor();
    console.log(`         from saving to the first result on the page: ${((performance.now() - saved) / 1000).toFixed(1)} s`);
    await page.getByRole("status", { name: "Last result" }).getByText("127.0.0.1").first().waitFor();
    await page.locator("figure.chart").filter({ hasText: "Response time" }).waitFor();
    nothing(await violations(page), "axe on the monitor");
    await shot(page, "monitor-up", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  let alert = null;
  const fell = await step("its server stops: the page and the list turn red by themselves, and a mail comes", async () => {
    const { id } = await monitor("shop");
    await until("it is up", async () => (await state(id)) === "up");
    const page = await open(`/monitors/${id}`);
    const list = await open("/monitors");
    await service.stop();
    alert = await mailbox.take("the alert", (each) => each.to.includes(person.mail) && each.headers.subject.includes("shop"), kDown);
    await page.locator(".page-title .state-down").waitFor();
    await page.getByRole("table", { name: "Open incidents" }).waitFor();
    await list.getByRole("row").filter({ hasText: "shop" }).getByText("Down", { exact: true }).waitFor();
    nothing(await violations(page), "axe on the monitor that is down");
    await shot(page, "monitor-down", { fullPage: true });
    await page.getByRole("table", { name: "Open incidents" }).getByRole("link").first().click();
    await page.locator(".facts").getByRole("link", { name: "shop" }).waitFor();
    nothing(await violations(page), "axe on the incident");
    const overview = await open("/overview");
    await overview.getByText("1 monitor is down.").waitFor();
    nothing([...page.complaints, ...list.complaints, ...overview.complaints], "complaints");
  });

  await step("it starts again: the page turns by itself, and the recovery joins the alert in the mailbox", { needs: [fell] }, async () => {
    const { id } = await monitor("shop");
    const page = await open(`/monitors/${id}`);
    await service.start();
    const recovery = await mailbox.take("the recovery", (each) => each.headers.subject.includes("shop"), kDown);
    check(recovery.headers.references?.includes(alert.headers["message-id"]), `References names the alert, found: ${recovery.headers.references}`);
    await page.locator(".page-title .state-up").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("table", { name: "Changes of its state" }).getByText("Down").first().waitFor();
    nothing(await violations(page), "axe on the history");
    nothing(page.complaints, "complaints");
  });
  const serving = async () => {
    if (!service.server) await service.start();
  };

  await step("a check by hand shows what it found and stores nothing", async () => {
    await serving();
    const { id } = await monitor("shop");
    const page = await open(`/monitors/${id}`);
    await page.getByRole("button", { name: "Check now" }).click();
    const dialog = page.getByRole("dialog", { name: "Checked just now" });
    await dialog.getByText("Up", { exact: true }).waitFor();
    nothing(await violations(page), "axe on the result");
    await escape(page);
    await page.getByRole("link", { name: "Settings", exact: true }).last().click();
    await page.getByRole("form", { name: "Settings" }).locator("input[name=interval_seconds]").waitFor({ state: "attached" });
    await page.getByText("More settings").click();
    await page.locator("input[name=interval_seconds]").fill("");
    await page.getByText(/the standard/).first().waitFor();
    nothing(await violations(page), "axe on the settings");
    nothing(page.complaints, "complaints");
  });

  await step("a job pings by the shown line, and is late when it stays away", async () => {
    const { items } = await api.call("GET", "/check-kinds");
    const { title } = items.find((each) => each.kind === "push");
    const page = await open("/monitors");
    const dialog = await add(page);
    await dialog.getByRole("button", { name: title }).click();
    await dialog.locator("input[name=name]").fill("nightly backup");
    await dialog.locator("[name='fields.period_seconds']").fill("60");
    await dialog.locator("[name='fields.grace_seconds']").fill("60");
    await dialog.getByText("You will know 2 min after the last ping.").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "nightly backup", level: 1 }).waitFor();
    const line = page.getByRole("region", { name: /^Line for .*curl/i }).first();
    await line.waitFor();
    nothing(await violations(page), "axe on the lines");
    await shot(page, "monitor-push", { fullPage: true });
    const { stdout, stderr } = await exec("sh", ["-c", await line.innerText()], { timeout: 60_000 }).catch((problem) => {
      throw new Error(`the line does not work as shown: ${problem.stderr || problem.message}`);
    });
    console.log(`         the shown line answered: ${(stdout || stderr).trim().slice(0, 40)}`);
    await page.locator(".page-title .state-up").waitFor();
    await page.getByRole("link", { name: "Pings", exact: true }).click();
    await page.getByRole("table", { name: "Pings" }).getByText("Success").first().waitFor();
    nothing(await violations(page), "axe on the pings");
    await page.locator(".page-title").getByText("Degraded").waitFor(kLate);
    nothing(page.complaints, "complaints");
  });

  await step("several are chosen and paused at once, and what they are paused for is said before", async () => {
    await serving();
    const first = await monitor("front-1");
    const second = await monitor("back-1");
    const page = await open("/monitors?sort=name");
    for (const name of ["front-1", "back-1"]) await page.getByLabel(`Choose ${name}`, { exact: true }).check();
    const bulk = page.getByRole("region", { name: "What to do with the chosen monitors" });
    await bulk.getByText("2 chosen").waitFor();
    nothing(await violations(page), "axe on the choice");
    await bulk.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog", { name: "Pause" });
    await dialog.getByText(/nobody is alerted/).waitFor();
    nothing(await violations(page), "axe on the question");
    await dialog.getByRole("button", { name: "Pause" }).click();
    for (const name of ["front-1", "back-1"]) await page.getByRole("row").filter({ hasText: name }).getByText("Paused", { exact: true }).waitFor();
    for (const { id } of [first, second]) check((await api.in("GET", `/monitors/${id}`)).paused_at, "it is paused");
    await page.getByRole("list", { name: "Monitors by state" }).getByRole("link", { name: /Paused/ }).click();
    await page.getByRole("list", { name: "Chosen filters" }).getByText("Paused").waitFor();
    equal(new URL(page.url()).searchParams.get("state"), "paused", "the filter in the address");
    nothing(page.complaints, "complaints");
  });

  await step("an import says what each line becomes and what is wrong, and makes nothing before it is told to", async () => {
    const page = await open("/monitors/import");
    const before = Object.values((await api.in("GET", "/monitors?limit=1")).counts).reduce((sum, each) => sum + each, 0);
    await page.getByLabel("List", { exact: true }).fill(`${service.url}one\n${service.url}two\nhttp://[broken\n`);
    await page.getByRole("button", { name: "Read it" }).click();
    const table = page.getByRole("table", { name: "What was read" });
    await table.getByText("Ready").first().waitFor();
    equal(await table.getByText("Ready", { exact: true }).count(), 2, "good lines");
    equal(await table.getByText("Trouble", { exact: true }).count(), 1, "bad lines");
    nothing(await violations(page), "axe on what was read");
    await shot(page, "monitors-import", { fullPage: true });
    equal(Object.values((await api.in("GET", "/monitors?limit=1")).counts).reduce((sum, each) => sum + each, 0), before, "monitors so far");
    await page.getByRole("button", { name: "Make 2 monitors" }).click();
    await page.getByText("2 monitors made").waitFor();
    equal(Object.values((await api.in("GET", "/monitors?limit=1")).counts).reduce((sum, each) => sum + each, 0), before + 2, "monitors afterwards");
    nothing(page.complaints, "complaints");
  });

  await step("a host beyond the workspace's networks asks once whether one may check it", async () => {
    const page = await open("/monitors", { allowed: [/status of 409/] });
    const dialog = await add(page);
    await paste(dialog, "https://example.com/health");
    await dialog.locator("[name='fields.url']").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByLabel("I may check this host.").waitFor();
    nothing(await violations(page), "axe on the question");
    await shot(page, "monitors-confirm");
    equal((await api.in("GET", "/monitors?q=example.com&limit=50")).items.length, 0, "monitors of that host so far");
    await dialog.getByLabel("I may check this host.").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: /example\.com/, level: 1 }).waitFor();
    const made = (await api.in("GET", "/monitors?q=example.com&limit=50")).items;
    equal(made.length, 1, "monitors of that host");
    await api.in("DELETE", `/monitors/${made[0].id}`);
    nothing(page.complaints, "complaints");
  });

  await step("what a tag sets is shown where it comes from", async () => {
    await serving();
    await api.in("PUT", "/check-defaults", { items: [{ scope: "tag", of: "slow", interval_seconds: 300, recipients: [] }] });
    const { id } = await monitor("archive", { own: {}, tags: ["slow"] });
    const page = await open(`/monitors/${id}`);
    await page.locator(".fact-list").getByText(/from the tag slow/).waitFor();
    await page.goto(`${appliance.http}${w}/monitors/defaults`);
    await page.getByRole("heading", { name: "Tag slow" }).waitFor();
    await page.getByRole("button", { name: "Edit (slow)" }).click();
    await page.getByRole("dialog", { name: "Change defaults" }).locator("input[name=interval_seconds]").fill("600");
    nothing(await violations(page), "axe on the defaults");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await until("it is kept", async () => (await api.in("GET", `/monitors/${id}`)).timing.interval_seconds.value === 600);
    nothing(page.complaints, "complaints");
  });

  await step("a monitor is added by the keyboard alone", async () => {
    await serving();
    const page = await open("/overview");
    const keys = keyboardOf(page);
    await keys.palette("add monitor");
    await page.getByRole("option", { name: /Add monitor/, selected: true }).waitFor();
    await keys.press("Enter");
    await keys.focusIsOn("the field for an address", "Paste a web address");
    await keys.type(`${service.url}keys`);
    await keys.press("Enter");
    await keys.focusIsOn("the name", "Name");
    await keys.press("Control+a");
    await keys.type("by keyboard");
    await keys.press("Enter");
    await keys.arrived("by keyboard");
    await page.locator(".page-title .state-up").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the administrator says which networks a workspace's checks may reach", async () => {
    const page = await signedIn(browser, appliance.http, person);
    await page.goto(`${appliance.http}/appliance/workspaces`);
    await page.getByRole("button", { name: /^Networks/ }).first().click();
    const dialog = page.getByRole("dialog", { name: "Networks" });
    await becomes(async () => (await dialog.locator("textarea").inputValue()).includes("127.0.0.0/8"), true, "what is listed");
    nothing(await violations(page), "axe on the networks");
    await dialog.locator("textarea").fill("127.0.0.0/8\n::1/128\n192.168.7.0/24");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    equal((await api.call("GET", `/appliance/workspaces/${api.workspace.id}/networks`)).networks.length, 3, "networks");
    nothing(page.complaints, "complaints");
  });

  await step("removing a monitor asks first, and it can come back", async () => {
    await serving();
    const { id } = await monitor("to remove");
    const page = await open(`/monitors/${id}?tab=settings`, { allowed: [/status of 404/] });
    await page.getByRole("button", { name: "Remove monitor" }).click();
    await page.getByRole("dialog", { name: "Remove monitor" }).getByRole("button", { name: "Remove monitor" }).click();
    await page.getByText("This monitor does not exist").waitFor();
    await page.goto(`${appliance.http}${w}/removed`);
    await page.getByRole("table", { name: "Removed" }).getByRole("row").filter({ hasText: "to remove" }).getByRole("button", { name: /^Bring back/ }).click();
    await page.getByText("to remove is back.").waitFor();
    await page.getByRole("link", { name: "Open it" }).click();
    await page.getByRole("heading", { name: "to remove", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 320, height: 640 }]]) {
      await step(`every screen of monitors is accessible, quiet and fits a ${name}, ${colorScheme}`, async () => {
        await serving();
        const { id } = await monitor("shop");
        const push = await monitor("a job", { kind: "push", fields: { period_seconds: 3_600, grace_seconds: 600 }, own: {} });
        const page = await open("/monitors", { colorScheme, viewport });
        nothing(await walk(page, appliance.http, {
          monitors: `${w}/monitors`,
          "monitors-filtered": `${w}/monitors?state=up&kind=http&tag=slow&q=s`,
          "monitors-nothing": `${w}/monitors?q=nothing-has-this-name`,
          "monitors-adding": `${w}/monitors?add=1`,
          "monitors-import": `${w}/monitors/import`,
          "monitors-defaults": `${w}/monitors/defaults`,
          monitor: `${w}/monitors/${id}`,
          "monitor-history": `${w}/monitors/${id}?tab=history`,
          "monitor-settings": `${w}/monitors/${id}?tab=settings`,
          "monitor-push": `${w}/monitors/${push.id}`,
          "monitor-pings": `${w}/monitors/${push.id}?tab=pings`,
          "rule-about-monitor": `${w}/rules/new?subject=${id}`,
          overview: `${w}/overview`,
        }, { narrow: true, looks: `monitor-*-${name}-${colorScheme}` }), "problems");
      });
    }
  }

  // The last: it fills the workspace.
  await step("of many monitors a page has fifty, by urgency; the next ones are a click away", async () => {
    await serving();
    for (let first = 0; first < kMany; first += kAtOnce) {
      const text = Array.from({ length: kAtOnce }, (_, number) => `http://127.0.0.1:${service.port}/${first + number}`).join("\n");
      const { made } = await api.in("POST", "/monitors/import", { text, format: "lines", dry_run: false, confirmed_hosts: true });
      equal(made, kAtOnce, "monitors made");
    }
    const page = await open("/overview");
    const session = await page.context().newCDPSession(page);
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.addInitScript(() => {
      const look = () => (document.querySelector("main tbody [data-row]") ? (window.firstRowAt = performance.now()) : requestAnimationFrame(look));
      look();
    });
    await page.goto(`${appliance.http}${w}/monitors`);
    await until("the rows are there", () => page.evaluate(() => window.firstRowAt));
    console.log(`         first rows of ${kMany} monitors, cold, the processor slowed four times: ${Math.round(await page.evaluate(() => window.firstRowAt))} ms`);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    const rows = () => page.locator("tbody tr").count();
    equal(await rows(), 50, "rows in the document");
    const names = () => page.locator("tbody [data-row]").evaluateAll((links) => links.map((link) => link.getAttribute("href")).join());
    const firstPage = await names();
    await page.getByRole("link", { name: "Next page" }).click();
    await until("the next page is another one", async () => (await names()) !== firstPage && (await rows()) === 50);
    await page.reload();
    await settled(page);
    await until("a reload stays there", async () => (await names()) !== firstPage);
    await fits(page, "many monitors");
    await shot(page, "monitors-many");
    nothing(page.complaints, "complaints");
  });
}
