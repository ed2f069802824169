// Chromium by playwright-core. Every page is watched: console errors, uncaught errors, violations of the content
// security policy, requests to anyone but the appliance, and which requests are still on their way.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, request } from "playwright-core";
import { becomes, kPatience, until } from "./wait.mjs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const artefacts = process.env.CONNLOG_E2E_ARTEFACTS ?? join(dirname(fileURLToPath(import.meta.url)), "../artefacts");
const kTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// the live stream, and its worker, whose end no page is told
const kEndless = /^\/(api\/v1\/events|assets\/live-[^/]*\.js)$/;
const contexts = new Set();

export async function startBrowser(world, appliance) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
      // No name but this machine's is looked up: what a foreign page wants from elsewhere fails at once, with or
      // without a network.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      // The appliance's own certificate, and no other, is taken without a public authority.
      ...(appliance ? [`--ignore-certificate-errors-spki-list=${appliance.pin}`] : []),
    ],
  });
  world.later(() => browser.close());
  return browser;
}

// One that a step opens ends with the step (run.mjs).
export async function newContext(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Amsterdam", reducedMotion: "reduce", ...options });
  contexts.add(context);
  context.once("close", () => contexts.delete(context));
  return context;
}

export const openContexts = () => new Set(contexts);

export async function closeContexts(except) {
  for (const context of openContexts()) if (!except.has(context)) await context.close().catch(() => {});
}

// `complaints` gathers what must not happen. `allowed`: patterns of console errors a test provokes itself.
export async function newPage(context, origin, allowed = []) {
  const page = await context.newPage();
  page.setDefaultTimeout(kPatience * 1000);
  page.complaints = [];
  page.asked = new Set(); // requests without an answer yet
  const complain = (text) => {
    if (!allowed.some((pattern) => pattern.test(text))) page.complaints.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complain(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (problem) => complain(`uncaught: ${problem.stack ?? problem}`));
  page.on("dialog", async (dialog) => {
    complain(`a dialog appeared: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`)) complain(`a foreign request: ${url}`);
    // what the page before had asked for
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) page.asked.clear();
    if (!kEndless.test(new URL(url).pathname)) page.asked.add(request);
  });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => page.asked.delete(request));
  page.on("download", () => page.asked.clear());
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  return page;
}

export async function shot(page, name, options = {}) {
  await page.screenshot({ path: join(artefacts, `${name}.png`), ...options });
}

export async function saveOpenPages(name) {
  let count = 0;
  for (const context of contexts) {
    for (const page of context.pages()) {
      count += 1;
      try {
        await shot(page, `${name}-${count}`, { timeout: 5_000 });
        console.log(`    page ${count}: ${page.url()}${page.complaints?.length ? `\n      ${page.complaints.join("\n      ")}` : ""}`);
      } catch {
        // Closed meanwhile, or too busy to be drawn.
      }
    }
  }
}

// The page is whole: what it asked for came, nothing on it waits, and its heading (or what went wrong) is there; and so
// it still is a frame later, when effects of what came have run.
export async function settled(page) {
  await until(`the page ${page.url()} is whole`, async () => {
    const missing = await page.evaluate(async () => {
      const look = () =>
        document.readyState !== "complete" ? "the document is not complete"
        : document.querySelector("main") === null ? "there is no main"
        : document.querySelector("main[aria-busy=true], .skeleton") !== null ? "something waits"
        : document.querySelector("main h1, main .failure") === null ? "there is no heading"
        : "";
      if (look()) return look();
      // Frames are not drawn in every tab.
      await new Promise((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, 100);
      });
      return look();
    });
    if (missing) throw new Error(missing);
    if (page.asked.size > 0) throw new Error(`no answer yet: ${[...page.asked].map((request) => request.url()).join(" ")}`);
    return true;
  }, { everyMs: 20 });
}

// axe looks at a whole page, in a world of its own: the page's policy stays as strict as it is. `lent`: a session of
// the caller's; opening and closing one beside it would end a virtual authenticator.
export async function violations(page, lent = null) {
  await settled(page);
  const session = lent ?? (await page.context().newCDPSession(page));
  try {
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
    await session.send("Runtime.evaluate", { contextId: executionContextId, expression: `${axe};0` });
    const answer = await session.send("Runtime.evaluate", {
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
      expression: `axe.run(document, { runOnly: ${JSON.stringify(kTags)} }).then((result) => ({
        rules: result.passes.length,
        found: result.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join(" | ")),
      }))`,
    });
    if (answer.exceptionDetails) throw new Error(`axe: ${answer.exceptionDetails.exception?.description}`);
    if (answer.result.value.rules < 10) throw new Error("axe looked at nothing");
    return answer.result.value.found;
  } finally {
    if (!lent) await session.detach();
  }
}

// Nothing can be scrolled sideways once the page is laid out.
export async function fits(page, what) {
  await becomes(() => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)), 0, `pixels to scroll sideways, ${what}`, { seconds: 5 });
}

// Opens each of `pages` (name → path), and gives all that is wrong with them: for axe, on the console, in width.
// `looks` is the name of the pictures, before or after the page's name by `*`.
export async function walk(page, origin, pages, { looks, axe: accessible = true, narrow = false, fullPage = true, then = async () => {} }) {
  const problems = [];
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(origin + path);
    await settled(page);
    await then(name);
    if (accessible) problems.push(...(await violations(page)).map((each) => `${name}: ${each}`));
    if (narrow) await fits(page, name).catch((problem) => problems.push(`${name}: ${problem.message}`));
    if (looks) await shot(page, looks.replace("*", name), { fullPage });
    problems.push(...page.complaints.splice(0).map((each) => `${name}: ${each}`));
  }
  return problems;
}

// What only a page asked for anew shows.
export async function shownAnew(page, locator, what) {
  await until(what, async () => {
    if (await locator.isVisible()) return true;
    await page.reload();
    await settled(page);
    return locator.isVisible();
  }, { everyMs: 300 });
}

// What was shown once is not on the page, nor in its source.
export async function goneFrom(page, text, what) {
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await settled(page);
  await until(what, async () => !(await page.content()).includes(text));
}

export async function isOff(locator, what) {
  await until(what, () => locator.isDisabled());
}

export async function escape(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

// By the form, as people do.
export async function signInPage(page, origin, person) {
  await page.goto(`${origin}/login`);
  await page.getByLabel("Mail address").fill(person.mail);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}

// Opens an address of a page that is shared by steps, whatever the one before left; signs in where that is asked for.
export async function enter(page, address, person) {
  await page.goto(address);
  await settled(page);
  const heading = page.getByRole("heading", { level: 1 });
  if ((await heading.first().innerText()) !== "Sign in") return;
  await page.getByLabel("Mail address").fill(person.mail);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await heading.filter({ hasNotText: "Sign in" }).first().waitFor();
  await settled(page);
}

const kFreshMs = 5 * 60_000; // older sessions are asked again who they are, before what is dangerous
const sessions = new Map();

// A page of a browser in which the person signed in before, where signing in is not what is told. `anew`: with a
// session that no other browser has.
export async function signedIn(browser, origin, person, { allowed = [], anew = false, ...options } = {}) {
  const who = `${origin} ${person.mail} ${person.password}`;
  if (anew || !sessions.has(who) || performance.now() - sessions.get(who).at > kFreshMs) {
    const door = await request.newContext({ ignoreHTTPSErrors: true });
    await until(`${person.mail} is let in`, async () => {
      const answer = await door.post(`${origin}/api/v1/login`, { data: { mail: person.mail, password: person.password } });
      if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
      return true;
    }, { everyMs: 1_000 });
    const { cookies } = await door.storageState();
    await door.dispose();
    sessions.set(who, { at: performance.now(), cookies: cookies.map(({ name, value, httpOnly, secure, sameSite }) => ({ name, value, httpOnly, secure, sameSite, url: origin })) });
  }
  const context = await newContext(browser, {
    storageState: { cookies: [], origins: [{ origin, localStorage: [{ name: "connlog.session", value: "1" }] }] },
    ...options,
  });
  await context.addCookies(sessions.get(who).cookies);
  return newPage(context, origin, allowed);
}
