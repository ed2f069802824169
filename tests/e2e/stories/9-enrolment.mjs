// Enrolment keys, as people meet them: made with the command shown once, a real host comes by one, the list says who,
// and it is revoked. Accessible, light and dark, by keyboard, on a phone too.
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { fits, goneFrom, shot, signedIn, startBrowser, violations } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const open = async (options = {}) => {
    const page = await signedIn(browser, appliance.http, person, { allowed: [/status of 422/], ...options });
    await page.goto(`${appliance.http}${w}/enrolment`);
    return page;
  };
  const enrol = (key, n) =>
    fetch(`${appliance.http}/api/agents/enrol`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "X-Machine-Id": String(n).repeat(64) },
      body: JSON.stringify({ request_id: String(n).repeat(64), name: `host-${n}` }),
    });
  const madeByApi = async (name) =>
    (await api.in("POST", "/enrolment-keys", { name, uses: 2, days: 7, addresses: ["127.0.0.0/8"], tags: ["web", "berlin"], team_id: null, authorised: true })).token;
  let key = "";

  const made = await step("the empty list says what a key is for; a new one is shown once, with the command", async () => {
    const page = await open();
    await page.getByText("No enrolment keys yet").waitFor();
    nothing(await violations(page), "axe on the empty list");
    await page.getByRole("button", { name: "New enrolment key" }).click();
    const dialog = page.getByRole("dialog", { name: "New enrolment key" });
    await dialog.getByLabel("Name", { exact: false }).first().fill("image of March");
    await dialog.getByLabel("How many hosts").fill("2");
    await dialog.getByLabel("Allowed addresses").fill("10.0.0.1/8");
    await dialog.getByLabel("Tags for its agents").fill("web, berlin");
    await dialog.getByLabel("I may monitor the systems").check();
    await dialog.getByRole("button", { name: "New enrolment key" }).click();
    await dialog.locator("[aria-invalid=true]").waitFor();
    nothing(await violations(page), "axe on a refused range");
    await dialog.getByLabel("Allowed addresses").fill("127.0.0.0/8");
    await dialog.getByRole("button", { name: "New enrolment key" }).click();
    const shown = page.getByRole("dialog", { name: "The key “image of March”" });
    const command = await shown.locator("#enrolment-install-command").innerText();
    key = /CONNLOG_ENROLMENT_KEY=(enrol_[0-9a-f]{64})/.exec(command)?.[1] ?? "";
    check(key !== "", "the command carries the key");
    nothing(await violations(page), "axe on the command");
    await shot(page, "enrolment-made");
    await shown.getByText("Without a service").click();
    equal(await shown.locator("#enrolment-key").innerText(), key, "the key itself");
    await page.keyboard.press("Escape");
    await page.getByText("2 uses left").waitFor();
    await goneFrom(page, key, "the key is not on the page any more");
    nothing(page.complaints, "complaints");
  });

  await step("a host that comes by it is listed, and the last use is the last", async () => {
    if (!made.passed) key = await madeByApi("image of May");
    equal((await enrol(key, 1)).status, 201, "the first host");
    equal((await enrol(key, 1)).status, 200, "the same host again");
    equal((await enrol(key, 2)).status, 201, "the second host");
    equal((await enrol(key, 3)).status, 403, "the third host");
    const page = await open();
    await page.getByText("Used up").waitFor();
    await page.getByText("2 agents").click();
    await page.getByRole("link", { name: "host-2" }).waitFor();
    nothing(await violations(page), "axe on the list");
    await shot(page, "enrolment-list", { fullPage: true });
    await page.emulateMedia({ colorScheme: "dark" });
    nothing(await violations(page), "axe in the dark");
    await shot(page, "enrolment-list-dark", { fullPage: true });
    await page.setViewportSize({ width: 360, height: 740 });
    await fits(page, "on a phone");
    await shot(page, "enrolment-list-phone", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("revoking says what happens, works by the keyboard alone, and the agents stay", async () => {
    equal((await enrol(await madeByApi("image of April"), 4)).status, 201, "a host");
    const page = await open();
    const keys = keyboardOf(page);
    const revoke = page.getByRole("button", { name: "Revoke (image of April)" });
    await revoke.focus();
    await keys.press("Enter");
    const confirm = page.getByRole("dialog", { name: "Revoke this key?" });
    await confirm.getByText("Agents that came by it stay").waitFor();
    nothing(await violations(page), "axe on the confirmation");
    await keys.inDialog();
    await confirm.getByRole("button", { name: "Revoke" }).focus();
    await keys.press("Enter");
    await revoke.waitFor({ state: "detached" });
    check((await api.in("GET", "/agents")).items.some((each) => each.name === "host-4"), "the agent stays");
    nothing(page.complaints, "complaints");
  });
}
