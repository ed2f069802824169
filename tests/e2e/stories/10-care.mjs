// The appliance looks after its own data, as its administrator meets it: the recovery key on paper, a place, a schedule, a
// backup that is made now, downloaded, verified and drilled; a rule that was removed and comes back; and the same appliance
// restored on another machine from the downloaded file and the ten words, in recovery until somebody ends it.
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { escape, goneFrom, isOff, settled, shot, shownAnew, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const kMagic = "connlog\0backup";
const kLong = 120; // seconds for what copies, reads or restores a whole database

export default async function story(step, world) {
  const outside = await mkdtemp(join(tmpdir(), "connlog-e2e-care-"));
  world.later(() => rm(outside, { recursive: true, force: true }));
  const disk = await mkdtemp(join(outside, "disk-"));
  const appliance = await startAppliance(world, { CONNLOG_BACKUP_DIRECTORIES: disk });
  const data = join(appliance.folder, "data");
  const command = (...words) => promisify(execFile)(binary(), words, { env: { ...process.env, CONNLOG_BACKUP_DIRECTORIES: disk }, timeout: kLong * 1000 });
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  await openIncident(api, appliance, "web-1");
  const { key: doubtful } = await api.in("POST", "/api-keys", { name: "Key of a former colleague", scopes: ["view"], days: 30 });

  const open = async (path, options = {}) => {
    const page = await signedIn(browser, appliance.http, person, { allowed: [/status of 4\d\d/], ...options });
    if (path) {
      await page.goto(appliance.http + path);
      await settled(page);
    }
    return page;
  };
  const backups = () => api.call("GET", "/appliance/backups");
  const complete = () => until("a backup is complete", async () => (await backups()).items.find((each) => each.state === "complete"), { seconds: kLong });
  const table = (page) => page.getByRole("table", { name: "Backups" });
  const row = (page) => table(page).locator("tbody tr").first();
  const manage = async (page) => {
    await row(page).getByRole("button", { name: /^Manage/ }).click();
    const dialog = page.getByRole("dialog", { name: /^Backup of/ });
    await dialog.waitFor();
    return dialog;
  };

  // What the restore needs of the steps before it.
  const kept = { words: "", signer: "", file: join(outside, "downloaded.clb") };

  const keyed = await step("the overview and the page of backups lead to the recovery key, which is shown once and confirmed by two of its words", async () => {
    const page = await open(`${w}/overview`);
    await page.getByText("there is no recovery key yet").waitFor();
    await page.getByRole("link", { name: "Set up backups" }).click();
    await page.getByRole("heading", { name: "Backups", level: 1 }).waitFor();
    await page.getByText("There is no backup yet. If this machine is lost").waitFor();
    equal(await page.getByRole("list", { name: "To lose nothing" }).getByRole("listitem").count(), 4, "steps");
    equal(await page.getByRole("button", { name: "Back up now" }).count(), 0, "buttons that would be refused");
    nothing(await violations(page), "axe on the empty page");
    await shot(page, "care-empty", { fullPage: true });

    await page.getByRole("button", { name: "Make the recovery key" }).click();
    const dialog = page.getByRole("dialog", { name: "Make the recovery key" });
    await dialog.getByText("They are shown this once.").waitFor();
    await dialog.getByRole("button", { name: "Show the words" }).click();
    const shown = dialog.locator("#recovery-words code");
    await shown.first().waitFor();
    const words = await shown.allInnerTexts();
    check(words.length === 10 && words.every((word) => /^[a-z]{5}$/.test(word)), `ten words of five letters, found ${words.length}`);
    nothing(await violations(page), "axe on the words");

    // The sheet: on paper alone, and nothing beside it.
    const sheet = page.locator(".sheet");
    check(!(await sheet.isVisible()), "the sheet is not on the screen");
    await page.emulateMedia({ media: "print" });
    await sheet.waitFor();
    await page.locator(".side").waitFor({ state: "hidden" });
    check(!(await dialog.getByRole("button").first().isVisible()), "buttons are not printed");
    const paper = await sheet.innerText();
    const facts = await backups();
    for (const text of [...words, facts.signer, facts.instance, "connlog restore"]) check(paper.includes(text), `the sheet has ${text}`);
    equal(await sheet.evaluate((element) => getComputedStyle(element).color), "rgb(0, 0, 0)", "the ink");
    equal(await sheet.evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(255, 255, 255)", "the paper");
    await shot(page, "care-sheet");
    await page.emulateMedia({ media: "screen" });

    await dialog.getByRole("button", { name: "I have them on paper" }).click();
    const fields = dialog.getByLabel(/^Word \d+/);
    equal(await fields.count(), 2, "words that are asked for");
    for (let each = 0; each < 2; each += 1) await fields.nth(each).fill("babab");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await dialog.locator(".field-error").first().waitFor();
    nothing(await violations(page), "axe on wrong words");
    for (let each = 0; each < 2; each += 1) {
      const number = Number(/\d+/.exec(await dialog.locator("label", { hasText: /^Word \d+/ }).nth(each).innerText())[0]);
      await fields.nth(each).fill(words[number - 1].toUpperCase());
    }
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("The recovery key is confirmed").waitFor();
    await goneFrom(page, words[3], "a word of the key is not on the page any more");
    const everywhere = await page.evaluate(() => JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }]));
    check(words.every((word) => !everywhere.includes(word)), "no word is in the address or stored in the browser");
    await becomes(async () => (await backups()).recovery_key.state, "confirmed", "the recovery key");
    Object.assign(kept, { words: words.join(" "), signer: facts.signer });
    nothing(page.complaints, "complaints");
  });

  await step("a directory without its marker is absent, with the command that prepares it, and is ready after it", async () => {
    const page = await open("/appliance/backups");
    const place = page.locator("#places").getByRole("listitem").filter({ hasText: disk });
    await place.getByText("Absent", { exact: true }).waitFor();
    equal((await place.locator("pre code").innerText()).trim(), `sudo connlog backup init ${disk}`, "the command");
    nothing(await violations(page), "axe on an absent directory");
    await command("backup", "init", disk, "--data-dir", data);
    await shownAnew(page, page.locator("#places").getByRole("listitem").filter({ hasText: disk }).getByText("Ready", { exact: true }), "the directory is ready");
    nothing(page.complaints, "complaints");
  });

  await step("the schedule says in words what it means, takes the browser's zone, and is kept", { needs: [keyed] }, async () => {
    const page = await open("/appliance/backups");
    const form = page.getByRole("form", { name: "Schedule" });
    equal(await form.getByLabel("Time zone").inputValue(), "Europe/Amsterdam", "the zone");
    await form.getByText("Backups are made by hand only.").waitFor();
    await form.getByLabel("Make backups by themselves").check();
    await form.getByLabel("At", { exact: true }).fill("03:15");
    await form.getByText("at 03:15 (Europe/Amsterdam)").waitFor();
    await form.getByText(/That is at most \d+ files/).waitFor();
    await form.getByLabel("Days", { exact: true }).fill("5");
    await form.getByText("the last 5 days").waitFor();
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    const { schedule, next_at: next } = await backups();
    equal(`${schedule.enabled} ${schedule.hour}:${schedule.minute} ${schedule.zone} ${schedule.keep_daily}`, "true 3:15 Europe/Amsterdam 5", "the schedule");
    check(Date.parse(next) > Date.now(), `the next one is to come, found ${next}`);
    await page.reload();
    await settled(page);
    equal(await form.getByLabel("At", { exact: true }).inputValue(), "03:15", "the time after a reload");
    nothing(page.complaints, "complaints");
  });

  await step("what runs is shown by a bar that says how far it is, and is asked for each second", { needs: [keyed] }, async () => {
    const page = await open(null);
    let done = 30;
    // A small database is copied faster than anybody can look, so the appliance's own answer is given a part that lasts.
    await page.route(/\/api\/v1\/appliance\/backups$/, async (route) => {
      if (route.request().method() !== "GET") return route.continue();
      const response = await route.fetch();
      const answer = await response.json();
      answer.progress = done === null ? [] : [{ backup_id: "none", step: "copying", destination: "", done, of: 120 }];
      return route.fulfill({ response, json: answer });
    });
    await page.goto(`${appliance.http}/appliance/backups`);
    const bar = page.getByRole("progressbar", { name: "Copying" });
    await becomes(() => bar.getAttribute("aria-valuenow"), "25", "the bar");
    await page.getByText("25 %").waitFor();
    nothing(await violations(page), "axe while it runs");
    await shot(page, "care-progress", { fullPage: true });
    done = 60;
    await becomes(() => bar.getAttribute("aria-valuenow"), "50", "the bar goes on by itself");
    done = null;
    await bar.waitFor({ state: "detached" });
    nothing(page.complaints, "complaints");
  });

  const made = await step("a backup is made now, and it is in the directory", { needs: [keyed] }, async () => {
    const page = await open("/appliance/backups");
    await page.getByRole("button", { name: "Back up now" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Back up now" });
    await dialog.getByLabel(/^Without history/).waitFor();
    nothing(await violations(page), "axe on the dialog");
    await dialog.getByRole("button", { name: "Begin" }).click();
    await page.getByText("The backup begins").waitFor();
    const backup = await complete();
    await until("its size stands in the list", async () => /\d/.test(await row(page).getByRole("cell").nth(4).innerText()));
    await row(page).getByText(disk).waitFor();
    check(backup.copies.some((copy) => copy.destination === disk && copy.is_there), JSON.stringify(backup.copies));
    await shot(page, "care-made", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("it is downloaded as a file that begins as the format says", { needs: [made] }, async () => {
    const page = await open("/appliance/backups");
    const dialog = await manage(page);
    nothing(await violations(page), "axe on what can be done with it");
    const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Download" }).click()]);
    check(/^connlog-[0-9a-f]{8}-\d{8}T\d{6}Z-.*\.clb$/.test(file.suggestedFilename()), file.suggestedFilename());
    await copyFile(await file.path(), kept.file);
    const handle = await openFile(kept.file);
    const { buffer } = await handle.read(Buffer.alloc(kMagic.length), 0, kMagic.length, 0);
    await handle.close();
    equal(buffer.toString("latin1"), kMagic, "the first bytes");
    nothing(page.complaints, "complaints");
  });

  await step("it is verified, and drilled beside the running appliance", { needs: [made] }, async () => {
    const page = await open("/appliance/backups");
    const rests = () => until("nothing is at work", async () => (await backups()).progress.length === 0, { seconds: kLong });
    await rests();
    await (await manage(page)).getByRole("button", { name: "Verify" }).click();
    await page.getByText("Verifying begins").waitFor();
    await row(page).getByRole("cell").nth(1).getByText("Verified", { exact: true }).waitFor({ timeout: kLong * 1000 });
    await page.getByText(/^The newest verified backup was made/).waitFor();
    await rests();
    await (await manage(page)).getByRole("button", { name: "Drill" }).click();
    await page.getByText("The drill begins").waitFor();
    const drilled = await until("the drill is over", async () => (await backups()).items.find((each) => each.drilled_at || each.drill_trouble), { seconds: kLong });
    equal(drilled.drill_trouble, "", "what the drill found");
    await row(page).getByRole("cell").nth(3).locator("time").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("a removed rule comes back by one click, and goes for good after a question", async () => {
    const rule = await api.in("POST", "/rules", {
      name: "Load, by mistake", kind: "metric", target: { kind: "all" }, metric: "load_per_core", comparison: "above", threshold: 9,
      hysteresis: 0.5, duration_seconds: 60, cooldown_seconds: 0, severity: "warning", enabled: true, recipient_ids: [],
    });
    await api.in("DELETE", `/rules/${rule.id}`);
    const page = await open(`${w}/removed`);
    const removed = page.getByRole("table", { name: "Removed" }).getByRole("row").filter({ hasText: "Load, by mistake" });
    await removed.getByRole("cell").nth(2).getByText("30 days").waitFor();
    nothing(await violations(page), "axe on the list");
    await shot(page, "care-removed");
    await removed.getByRole("button", { name: /^Bring back/ }).click();
    await page.getByText("Load, by mistake is back.").waitFor();
    await removed.waitFor({ state: "detached" });
    nothing(await violations(page), "axe on the notice");
    await page.getByRole("link", { name: "Open it" }).click();
    await page.getByRole("heading", { name: "Load, by mistake", level: 1 }).waitFor();

    await api.in("DELETE", `/rules/${rule.id}`);
    await page.goto(`${appliance.http}${w}/removed`);
    await removed.getByRole("button", { name: /^Remove for good/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove for good" }).click();
    await removed.waitFor({ state: "detached" });
    equal((await api.in("GET", "/removed")).items.filter((each) => each.name === "Load, by mistake").length, 0, "what is left of it");
    nothing(page.complaints, "complaints");
  });

  const pages = { backups: "/appliance/backups", removed: `${w}/removed`, recovery: "/appliance/recovery" };
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 320, height: 640 }]]) {
      await step(`every page of it is accessible, quiet and fits a ${name}, ${colorScheme}`, async () => {
        const page = await open(null, { colorScheme, viewport });
        nothing(await walk(page, appliance.http, pages, { narrow: true, looks: `care-*-${name}-${colorScheme}` }), "problems");
        if (name === "phone") return;
        for (const [button, title] of [["Add a bucket", "Add a bucket"], ["Set a passphrase", "Set a passphrase"], ["Back up now", "Back up now"]]) {
          await page.goto(`${appliance.http}/appliance/backups`);
          await settled(page);
          if ((await page.getByRole("button", { name: button }).count()) === 0) continue; // no key was made
          await page.getByRole("button", { name: button }).first().click();
          await page.getByRole("dialog", { name: title }).waitFor();
          nothing(await violations(page), `axe on ${title}`);
          await escape(page);
        }
        nothing(page.complaints, "complaints");
      });
    }
  }

  const restored = { appliance: null, api: null };
  const back = await step("an empty machine is brought back by the file and the ten words, and a banner says that it is in recovery", { needs: [keyed, made] }, async () => {
    const words = join(outside, "words");
    await writeFile(words, `${kept.words}\n`, { mode: 0o600 });
    restored.appliance = await startAppliance(world, {}, {
      before: (folder) => command("restore", kept.file, "--data-dir", folder, "--recovery-key-file", words, "--signer", kept.signer, "--yes"),
    });
    restored.api = await signIn(restored.appliance);
    const page = await signedIn(browser, restored.appliance.http, person, { allowed: [/status of 4\d\d/] });
    for (const path of [`${w}/overview`, "/account", "/appliance/backups"]) {
      await page.goto(restored.appliance.http + path);
      await page.getByText("is in recovery: heartbeats are taken").waitFor();
    }
    nothing(await violations(page), "axe on the banner");
    await page.goto(`${restored.appliance.http}${w}/overview`);
    await page.getByRole("link", { name: "web-1" }).first().waitFor();
    await shot(page, "care-recovery-banner", { fullPage: true });
    await page.locator(".note.outage").getByRole("link", { name: "Recovery" }).click();
    await page.getByRole("heading", { name: "Recovery", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("what nobody vouches for is revoked, with the count before; the recovery ends when the former machine is off", { needs: [back] }, async () => {
    const page = await signedIn(browser, restored.appliance.http, person, { allowed: [/status of 4\d\d/] });
    const open = async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${restored.appliance.http}/appliance/recovery`);
      await page.getByText("Nobody is told of anything, by no channel.").waitFor();
      nothing(await violations(page), `axe, ${colorScheme}`);
    };
    await open("dark");
    await open("light");
    await shot(page, "care-recovery", { fullPage: true });
    await page.getByLabel(/^I vouch for all \d+ entries/).check();
    const revoke = page.getByRole("button", { name: "Revoke what I cannot vouch for" });
    await isOff(revoke, "there is nothing to revoke");
    await page.getByLabel(/Key of a former colleague/).uncheck();
    await page.getByText("Not vouched for: 1").waitFor();
    await revoke.click();
    const dialog = page.getByRole("dialog", { name: "Revoke what I cannot vouch for" });
    await dialog.getByText("API keys: 1").waitFor();
    const action = dialog.getByRole("button", { name: "Revoke 1" });
    await isOff(action, "it asks for the word");
    await dialog.getByLabel("Type revoke to confirm").fill("revoke");
    nothing(await violations(page), "axe on the question");
    await action.click();
    await page.getByText("One was revoked").waitFor();
    equal((await restored.api.in("GET", "/api-keys")).items.filter((each) => each.id === doubtful.id).length, 0, "the key on the restored appliance");
    equal((await api.in("GET", "/api-keys")).items.filter((each) => each.id === doubtful.id).length, 1, "the key on the former one");

    const end = page.getByRole("button", { name: "End the recovery" });
    await isOff(end, "it asks for the former machine");
    await page.getByLabel("Yes: the former machine is off and does not come back").check();
    await end.click();
    await page.getByText("This appliance is not in recovery").waitFor();
    await page.getByText("is in recovery: heartbeats are taken").waitFor({ state: "detached" });
    nothing(await violations(page), "axe afterwards");
    equal((await restored.api.call("GET", "/me")).server.recovery, null, "the recovery");
    nothing(page.complaints, "complaints");
  });

  // The last: nothing is left of it.
  await step("a backup is removed after a question, from wherever it is", { needs: [made] }, async () => {
    const page = await open("/appliance/backups");
    await (await manage(page)).getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove this backup" });
    await dialog.getByText(disk).waitFor();
    nothing(await violations(page), "axe on the question");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("The backup was removed").waitFor();
    await page.getByText("No backups yet").waitFor();
    nothing(page.complaints, "complaints");
  });
}
