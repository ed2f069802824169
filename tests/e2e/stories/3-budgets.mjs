// Budgets: what the first screen weighs, and a thousand agents.
import { gzipSync } from "node:zlib";
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, person, signIn } from "../support/api.mjs";
import { settled, shot, signedIn, startBrowser } from "../support/browser.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const kAgents = 1_000;
const kilobytes = (bytes) => bytes / 1000;
const packed = (text) => gzipSync(text, { level: 9 }).length;

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const api = await signIn(appliance, { setup: {} });
  const browser = await startBrowser(world, appliance);
  const w = `/w/${api.workspace.slug}`;
  const added = await api.in("POST", "/agents", { name: "first", tags: [], authorised: true });
  check((await heartbeat(appliance, added.token)).ok, "the first agent speaks");

  // Everything reachable from the page: each file names the ones it may load.
  const all = new Map();
  const visit = async (path) => {
    if (all.has(path)) return;
    const response = await fetch(appliance.http + path);
    check(response.ok, `${path}: ${response.status}`);
    const text = await response.text();
    all.set(path, text);
    for (const [, name] of text.matchAll(/["'](?:\/assets\/|\.\/)([\w.-]+\.(?:js|css))["']/g)) await visit(`/assets/${name}`);
  };

  await visit("/");

  const loadedBy = async (path, ready) => {
    const page = await signedIn(browser, appliance.http, person);
    const scripts = new Map();
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith(".js")) scripts.set(pathname, all.get(pathname));
    });
    await page.goto(appliance.http + path);
    await ready(page);
    await settled(page);
    await page.context().close();
    return [...scripts].reduce((sum, [name, text]) => {
      check(text !== undefined, `${name} is among the known files`);
      return sum + packed(text);
    }, 0);
  };

  // What a page needs before it can be drawn: the files that it and its own files import, without those loaded on
  // demand.
  const needed = (entries) => {
    const seen = new Set();
    const add = (path) => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const [, name] of all.get(path).matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) add(`/assets/${name}`);
    };
    for (const entry of entries) {
      const path = [...all.keys()].find((each) => each.startsWith(`/assets/${entry}-`) && each.endsWith(".js"));
      check(path, `there is a file ${entry}`);
      add(path);
    }
    return [...seen].reduce((total, path) => total + packed(all.get(path)), 0);
  };

  await step("first screen ≤ 40 kB of script, with charts ≤ 70 kB, daily pages ≤ 100 kB, any other room ≤ 40 kB more; styles ≤ 15 kB (gzip)", async () => {
    const sum = (ending) => [...all].filter(([name]) => name.endsWith(ending)).reduce((total, [, text]) => total + packed(text), 0);
    const first = await loadedBy(`${w}/overview`, (page) => page.getByRole("heading", { name: "Overview", level: 1 }).waitFor());
    const charts = await loadedBy(`${w}/agents/${added.agent.id}`, (page) => page.locator(".uplot canvas").first().waitFor());
    const dailyFiles = ["app", "live", "agents", "agent", "incidents", "setup", "chart"];
    const daily = needed(dailyFiles);
    const rooms = ["groups", "monitors", "people", "account", "appliance", "care", "entrance", "quiet", "telling", "sources", "ack"].map((room) => [room, needed([...dailyFiles, room]) - daily]);
    console.log(`         script: first screen ${kilobytes(first).toFixed(1)} kB, with charts ${kilobytes(charts).toFixed(1)} kB, daily pages ${kilobytes(daily).toFixed(1)} kB, rooms ${rooms.map(([room, bytes]) => `${room} ${kilobytes(bytes).toFixed(1)}`).join(", ")} kB, all ${kilobytes(sum(".js")).toFixed(1)} kB; styles ${kilobytes(sum(".css")).toFixed(1)} kB`);
    check(first > 5_000 && charts > first, "the measure measures something");
    check(kilobytes(first) <= 40, "first screen");
    check(kilobytes(charts) <= 70, "with charts");
    check(daily > charts, "the daily pages are more than one");
    check(kilobytes(daily) <= 100, "daily pages");
    for (const [room, bytes] of rooms) check(bytes > 0 && kilobytes(bytes) <= 40, `the room ${room}`);
    check(kilobytes(sum(".css")) <= 15, "styles");
  });

  await step("hashed files may be kept for ever, the page is asked for each time, and unknown files are not the page", async () => {
    const html = await fetch(`${appliance.http}${w}/overview`);
    check(/no-cache/.test(html.headers.get("cache-control")), "the page is asked for each time");
    const script = [...all.keys()].find((name) => name.endsWith(".js"));
    check(/immutable/.test((await fetch(appliance.http + script)).headers.get("cache-control")), "files are immutable");
    equal((await fetch(`${appliance.http}/assets/app-00000000.js`)).status, 404, "an unknown file");
  });

  await step("of a thousand agents at most a hundred rows are in the document, and all can be reached", async () => {
    let next = 1;
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (next < kAgents) {
        const number = next++;
        const name = `srv-${String(number).padStart(4, "0")}`;
        await until(`${name} is added`, () => api.in("POST", "/agents", { name, tags: number % 2 ? ["production"] : ["staging"], authorised: true }), { seconds: 60 });
      }
    }));
    const page = await signedIn(browser, appliance.http, person);
    await page.goto(`${appliance.http}${w}/agents?sort=name`);
    await page.getByText("1,000 agents").waitFor();
    const rows = () => page.locator("tbody tr:not(.spacer)").count();
    const names = () => page.locator("tbody [data-row]").allInnerTexts();
    const few = async () => (await rows()) > 10 && (await rows()) <= 100;
    await until("a few rows are in the document", few);
    await becomes(async () => (await names())[0], "first", "the first row");
    await until("the last agent is shown", async () => {
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      return (await names()).includes("srv-0999");
    });
    await until("the rows are few at the end", few);
    await shot(page, "agents-1000");
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    equal(await rows(), kAgents, "rows on paper, which is taken at once");
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await until("the rows are few again", few);
    await page.getByLabel("Filter by name, tag or label").fill("srv-0500");
    await page.getByText("1 of 1,000 agents").waitFor();
    await page.reload();
    await page.getByText("1 of 1,000 agents").waitFor();
    await becomes(async () => (await names()).join(), "srv-0500", "the filter survives a reload");
    await page.goto(`${appliance.http}${w}/overview`);
    const map = page.getByRole("img", { name: /1,000 agents/ });
    await map.waitFor();
    equal(await map.evaluate((element) => element.tagName), "CANVAS", "the fleet is drawn on a canvas");
    await shot(page, "overview-1000");
    nothing(page.complaints, "complaints");
  });
}
