// Chromium by playwright-core. Every page is watched: console errors, uncaught errors, violations of the content security
// policy, requests to anyone but the appliance.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const artefacts = join(dirname(fileURLToPath(import.meta.url)), "../artefacts");
const kTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const open = new Set();

export async function startBrowser(world, appliance) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
      // No name but this machine's is looked up: what a foreign page wants from elsewhere fails at once, with or without a network.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      // The appliance's own certificate, and no other, is taken without a public authority.
      ...(appliance ? [`--ignore-certificate-errors-spki-list=${appliance.pin}`] : []),
    ],
  });
  world.later(() => browser.close());
  return browser;
}

export async function newContext(browser, options = {}) {
  return browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Amsterdam", reducedMotion: "reduce", ...options });
}

// `complaints` gathers what must not happen. `allowed`: patterns of console errors a test provokes itself.
export async function newPage(context, origin, allowed = []) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.complaints = [];
  page.sizes = new Map();
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
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  open.add(page);
  page.once("close", () => open.delete(page));
  return page;
}

export async function shot(page, name, options = {}) {
  await page.screenshot({ path: join(artefacts, `${name}.png`), ...options });
}

export async function saveOpenPages(name) {
  let count = 0;
  for (const page of open) {
    count += 1;
    try {
      await shot(page, `${name}-${count}`, { timeout: 5_000 });
      console.log(`    page ${count}: ${page.url()}${page.complaints.length ? `\n      ${page.complaints.join("\n      ")}` : ""}`);
    } catch {
      open.delete(page); // closed meanwhile
    }
  }
}

export async function closeOpenPages() {
  for (const page of open) await page.context().close().catch(() => {});
  open.clear();
}

// axe runs in a world of its own: the page's policy stays as strict as it is. `lent`: a session of the caller's; opening and
// closing one beside it would end a virtual authenticator.
export async function violations(page, lent = null) {
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

// How far the page can be scrolled sideways, in pixels.
export function sideways(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

export async function settled(page) {
  await page.locator("main").first().waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}

export async function signInPage(page, origin, person) {
  await page.goto(`${origin}/login`);
  await page.getByLabel("Mail address").fill(person.mail);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}
