// Enrolment keys, as people meet them: made with the command shown once, a real host comes by one, the list says who, and it
// is revoked. Accessible, light and dark, by keyboard, on a phone too.
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

export default async function story(test, world) {
  world.steps = true;
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const context = await newContext(browser);
  const page = await newPage(context, appliance.http, [/status of 422/]);
  await signInPage(page, appliance.http, person);
  let key = "";

  await test("the empty list says what a key is for; a new one is shown once, with the command", async () => {
    await page.goto(`${appliance.http}${w}/enrolment`);
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
    const made = page.getByRole("dialog", { name: "The key “image of March”" });
    const command = await made.locator("#enrolment-install-command").innerText();
    key = /CONNLOG_ENROLMENT_KEY=(enrol_[0-9a-f]{64})/.exec(command)?.[1] ?? "";
    check(key !== "", "the command carries the key");
    nothing(await violations(page), "axe on the command");
    await shot(page, "enrolment-made");
    await made.getByText("Without a service").click();
    equal(await made.locator("#enrolment-key").innerText(), key, "the key itself");
    await page.keyboard.press("Escape");
    await page.getByText("2 uses left").waitFor();
    check(!(await page.content()).includes(key), "the key is not on the page any more");
  });

  await test("a host that comes by it is listed, and the last use is the last", async () => {
    const enrol = (n) =>
      fetch(`${appliance.http}/api/agents/enrol`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "X-Machine-Id": String(n).repeat(64) },
        body: JSON.stringify({ request_id: String(n).repeat(64), name: `host-${n}` }),
      });
    equal((await enrol(1)).status, 201, "the first host");
    equal((await enrol(1)).status, 200, "the same host again");
    equal((await enrol(2)).status, 201, "the second host");
    equal((await enrol(3)).status, 403, "the third host");
    await page.reload();
    await page.getByText("Used up").waitFor();
    await page.getByText("2 agents").click();
    await page.getByRole("link", { name: "host-2" }).waitFor();
    nothing(await violations(page), "axe on the list");
    await shot(page, "enrolment-list", { fullPage: true });
    await page.emulateMedia({ colorScheme: "dark" });
    await settled(page);
    nothing(await violations(page), "axe in the dark");
    await shot(page, "enrolment-list-dark", { fullPage: true });
    await page.setViewportSize({ width: 360, height: 740 });
    await settled(page);
    equal(await sideways(page), 0, "nothing sticks out on a phone");
    await shot(page, "enrolment-list-phone", { fullPage: true });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
  });

  await test("revoking says what happens, works by the keyboard alone, and the agents stay", async () => {
    const revoke = page.getByRole("button", { name: "Revoke (image of March)" });
    await revoke.focus();
    await page.keyboard.press("Enter");
    const confirm = page.getByRole("dialog", { name: "Revoke this key?" });
    await confirm.getByText("Agents that came by it stay").waitFor();
    nothing(await violations(page), "axe on the confirmation");
    await confirm.getByRole("button", { name: "Revoke" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("No enrolment keys yet").waitFor();
    equal((await api.in("GET", "/agents")).items.length, 2, "the agents");
    nothing(page.complaints, "complaints");
  });
}
