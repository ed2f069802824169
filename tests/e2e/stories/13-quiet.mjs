// Quiet and loud: a maintenance is planned by its form, two hosts fall silent and wait with their sentence, it ends early and
// one message comes, which is acknowledged from the mail by its number. Then events of another system with a wrong number,
// a dependency, a mute, the drill, the log of deliveries, the calendar by the keyboard, and every new screen.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { freePort, startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { escape, goneFrom, newContext, newPage, settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { startMailbox, textOf, useMailbox } from "../support/mailbox.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const exec = promisify(execFile);
const kDown = { seconds: 90 }; // interval, retries and the mail's own way
const kZone = "Europe/Amsterdam"; // the browser's

// What a field for a date and a time takes, minutes from now.
const local = (minutes) => new Date(Date.now() + minutes * 60_000).toLocaleString("sv-SE", { timeZone: kZone }).slice(0, 16).replace(" ", "T");
const dayIn = (days) => new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: kZone });

// A service that can be stopped and started on the same port.
async function startService(world) {
  const port = await freePort();
  const service = { url: `http://127.0.0.1:${port}/`, server: null };
  service.start = async () => {
    if (service.server) return;
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
  const w = `/w/${api.workspace.slug}`;
  await useMailbox(api, mailbox);
  await api.call("PUT", `/appliance/workspaces/${api.workspace.id}/networks`, { networks: ["127.0.0.0/8", "::1/128"] });
  const databases = await startService(world);
  const network = await startService(world);
  const quick = { interval_seconds: 5, retries: 1, retry_interval_seconds: 5, time_limit_ms: 1_000 };
  const open = async (path, options) => {
    const page = await signedIn(browser, appliance.http, person, options);
    await page.goto(`${appliance.http}${path.startsWith("/w/") || path.startsWith("/a") ? path : w + path}`);
    await settled(page);
    return page;
  };
  const monitor = async (name, url, tags = []) => {
    const found = (await api.in("GET", `/monitors?q=${encodeURIComponent(name)}&limit=50`)).items.find((each) => each.name === name);
    return found ?? api.in("POST", "/monitors", { name, kind: "http", fields: { url }, own: quick, tags });
  };
  const state = async (id) => (await api.in("GET", `/monitors/${id}`)).observed;
  const isUp = (each) => until(`${each.name} is up`, async () => (await state(each.id)) === "up", kDown);
  const incidentOf = (id) => until("its incident is open", async () => (await api.in("GET", `/incidents?state=open&subject=${id}&limit=10`)).items[0], kDown);
  const telling = (incident) => api.in("GET", `/incidents/${incident.id}/telling`);
  const held = (incident, reason) => until(`it is held: ${reason}`, async () => {
    const view = await telling(incident);
    if (view.phase !== "held" || view.reason !== reason) throw new Error(`${view.phase}: ${view.reason} (${view.text})`);
    return view;
  }, kDown);
  // Each message goes at once, whatever was sent before it.
  const alone = async () => {
    const { version } = await api.in("GET", "/telling-settings");
    await api.call("PUT", `/workspaces/${api.workspace.id}/telling-settings`, { group_wait_seconds: 0, group_every_seconds: 0 }, { "If-Match": `"${version}"` });
  };
  // Others, so that two are not more than half of the workspace.
  for (const name of ["spare-1", "spare-2", "spare-3", "spare-4"]) await api.in("POST", "/agents", { name, tags: [], authorised: true });
  const dbs = [await monitor("db-1", `${databases.url}1`, ["db"]), await monitor("db-2", `${databases.url}2`, ["db"])];

  const planned = await step("a maintenance is planned, and its form says whom it silences and when", async () => {
    for (const each of dbs) await isUp(each);
    const page = await open("/quiet");
    await page.getByText("Nothing is quiet, and nothing is planned").waitFor();
    nothing(await violations(page), "axe on nothing quiet");
    await shot(page, "quiet-none");
    await page.getByRole("button", { name: "Plan maintenance" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Plan maintenance" });
    await dialog.getByText("Choose what is quiet in each line.").waitFor();
    await dialog.getByLabel("Name", { exact: true }).fill("Kernel update");
    await dialog.getByLabel("Which, of line 1").selectOption("db");
    await dialog.getByText("Matches 2 of 6 subjects.").waitFor();
    await dialog.locator("input[name=starts_at]").fill(local(0));
    await dialog.locator("input[name=ends_at]").fill(local(120));
    await dialog.getByRole("list", { name: "Next windows:" }).getByRole("listitem").first().waitFor();
    nothing(await violations(page), "axe on the form");
    await shot(page, "quiet-form");
    await dialog.getByRole("button", { name: "Weekly" }).click();
    await dialog.getByRole("group", { name: "Days" }).getByLabel("Sunday").waitFor();
    await until("a weekly one has several windows", async () => (await dialog.getByRole("list", { name: "Next windows:" }).getByRole("listitem").count()) > 3);
    nothing(await violations(page), "axe on a weekly one");
    await dialog.getByRole("button", { name: "Once" }).click();
    await dialog.locator("input[name=ends_at]").fill(local(120));
    await dialog.getByRole("button", { name: "Plan it" }).click();
    await page.getByRole("list", { name: "Running" }).getByRole("heading", { name: "Kernel update" }).waitFor();
    await page.getByText("Quiet now: 2 of 6.").waitFor();
    await shot(page, "quiet-running", { fullPage: true });
    nothing(await violations(page), "axe on what runs");
    nothing(page.complaints, "complaints");
  });
  const maintained = async () => {
    const { items } = await api.in("GET", "/quiet");
    if (planned.passed || items.some((each) => each.name === "Kernel update")) return;
    await api.in("POST", "/quiet", {
      kind: "maintenance", name: "Kernel update", reason: "", matchers: [{ tag: "db" }], repeat: "once", zone: "UTC", schedule: "", duration_seconds: 0,
      starts_at: new Date().toISOString(), ends_at: new Date(Date.now() + 7_200_000).toISOString(),
    });
  };

  const waited = await step("what falls meanwhile is held, says so in a sentence, and the overview says what is quiet", async () => {
    await maintained();
    await databases.stop();
    const incidents = [];
    for (const each of dbs) incidents.push(await incidentOf(each.id));
    for (const each of incidents) equal((await held(each, "in_maintenance")).deliveries.length, 0, "messages about it");
    const page = await open(`/incidents/${incidents[0].id}`);
    await page.getByRole("button", { name: "Why was I (not) told?" }).click();
    const why = page.getByRole("region", { name: "Why was I (not) told?" });
    await why.getByText(/maintenance: Kernel update, by Ada Lovelace, until/).first().waitFor();
    await why.getByRole("list", { name: "Stages between an incident and a message" }).getByText("Held").first().waitFor();
    await why.getByText("No message was sent.").waitFor();
    nothing(await violations(page), "axe on why");
    await shot(page, "quiet-why", { fullPage: true });
    const overview = await open("/overview");
    await overview.getByText(/Quiet now: 2 of 6, by Ada Lovelace/).waitFor();
    nothing(await violations(overview), "axe on the overview");
    await shot(overview, "quiet-overview");
    nothing([...page.complaints, ...overview.complaints], "complaints");
  });

  let alert = null;
  const released = await step("it ends early by a click: what is still open is one message", { needs: [waited] }, async () => {
    const incidents = [];
    for (const each of dbs) incidents.push(await incidentOf(each.id));
    const page = await open("/quiet");
    await page.getByRole("button", { name: "End now (Kernel update)" }).click();
    await page.getByText("Kernel update is over.").first().waitFor();
    alert = await mailbox.take("the message", (each) => each.to.includes(person.mail) && textOf(each).includes("db-1"), kDown.seconds);
    check(textOf(alert).includes("db-2"), "it names the other one too");
    const told = [];
    for (const each of incidents) {
      told.push(await until("its message was sent", async () => {
        const { deliveries } = await telling(each);
        return deliveries.length > 0 && deliveries.every((one) => one.state === "sent") && deliveries;
      }));
    }
    equal(told[0].length, 1, "messages about db-1");
    equal(told[1].length, 1, "messages about db-2");
    equal(told[0][0].id, told[1][0].id, "it is the same message");
    nothing(page.complaints, "complaints");
  });

  const linkIn = (mail) => {
    const text = textOf(mail);
    const link = /https:\/\/\S+?\/ack#token=ack_[0-9a-f]+/.exec(text)?.[0];
    const number = /choose the number (\d\d)/.exec(text)?.[1];
    check(link && number, `the mail offers to acknowledge:\n${text.slice(0, 2_000)}`);
    return { link, number };
  };
  const openLink = async (link, options = {}) => {
    const page = await newPage(await newContext(browser, options), new URL(link).origin, [/status of 4\d\d/]);
    await page.goto(link);
    await page.getByText("Which number stands in the mail?").waitFor();
    return page;
  };

  await step("the mail's number acknowledges what it listed, without signing in", { needs: [released] }, async () => {
    const { link, number } = linkIn(alert);
    const page = await openLink(link, { viewport: { width: 390, height: 780 } });
    check(!page.url().includes("token"), "the token left the address bar");
    equal(await page.getByRole("group", { name: "Which number stands in the mail?" }).getByRole("button").count(), 3, "buttons");
    nothing(await violations(page), "axe on the question");
    await shot(page, "quiet-ack");
    await page.getByRole("button", { name: number, exact: true }).click();
    await page.getByText("2 incidents are acknowledged").waitFor();
    nothing(await violations(page), "axe on the answer");
    for (const each of dbs) {
      const incident = await incidentOf(each.id);
      check(incident.acknowledged_at && incident.acknowledged_until, `${each.name} is acknowledged, with an end`);
    }
    nothing(page.complaints, "complaints");
  });

  await step("grouping is switched off in the settings, and the pipeline shows its stages", async () => {
    const page = await open("/telling");
    await page.locator("input[name=group_wait_seconds]").fill("0");
    await page.locator("input[name=group_every_seconds]").fill("0");
    await page.getByText("Every message goes alone, at once.").waitFor();
    nothing(await violations(page), "axe on the settings");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    equal((await api.in("GET", "/telling-settings")).group_every_seconds, 0, "what is kept");
    await page.getByRole("link", { name: "What each stage does" }).click();
    await page.getByRole("heading", { name: "From an incident to a message", level: 1 }).waitFor();
    const stages = (await api.in("GET", "/telling/stages")).items;
    for (const { title } of stages) await page.locator(".pipeline").getByText(title, { exact: true }).waitFor();
    nothing(await violations(page), "axe on the pipeline");
    nothing(page.complaints, "complaints");
  });

  // The lines of the dialog, as people paste them.
  const paste = async (line) => {
    const { stdout } = await exec("sh", ["-c", line], { timeout: 60_000 });
    return stdout;
  };
  let lines = null;
  const sourced = await step("another system gets a key, shown once, and its event is an incident", async () => {
    await alone();
    const page = await open("/event-sources");
    await page.getByText("No event sources yet").waitFor();
    nothing(await violations(page), "axe on no sources");
    await page.getByRole("button", { name: "Add event source" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Add event source" });
    await dialog.getByLabel("Name", { exact: true }).fill("Backups");
    await dialog.getByLabel("Format").selectOption("json");
    nothing(await violations(page), "axe on the form");
    await dialog.getByRole("button", { name: "Add event source" }).click();
    const once = page.getByRole("dialog", { name: "Key of Backups" });
    const key = await once.getByRole("region", { name: "Key", exact: true }).innerText();
    check(/^rk[A-Za-z0-9]{30}$/.test(key.trim()), `a key, found ${key.length} characters`);
    lines = { opens: await once.getByRole("region", { name: "Opens an event" }).innerText(), ends: await once.getByRole("region", { name: "Ends the event" }).innerText() };
    check(lines.opens.includes(key.trim()), "the line has the key");
    nothing(await violations(page), "axe on the key");
    await shot(page, "source-key");
    await paste(lines.opens);
    await once.getByRole("link", { name: "Go to its page" }).click();
    await page.getByRole("heading", { name: "Backups", level: 1 }).waitFor();
    await goneFrom(page, key.trim(), "the key is not shown again");
    await page.getByRole("table", { name: "Its incidents" }).getByText(/Backup of nas failed/).waitFor();
    nothing(await violations(page), "axe on the source");
    await shot(page, "source", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("a wrong number ends the link and acknowledges nothing", { needs: [sourced] }, async () => {
    const mail = await mailbox.take("the mail about the event", (each) => each.to.includes(person.mail) && textOf(each).includes("Backup of nas failed"), kDown.seconds);
    const { link, number } = linkIn(mail);
    const page = await openLink(link);
    const buttons = page.getByRole("group", { name: "Which number stands in the mail?" }).getByRole("button");
    const wrong = (await buttons.allInnerTexts()).find((each) => each.trim() !== number);
    await page.getByRole("button", { name: wrong.trim(), exact: true }).click();
    await page.getByText("That is not the number in the mail.").waitFor();
    nothing(await violations(page), "axe on the refusal");
    const token = new URLSearchParams(new URL(link).hash.slice(1)).get("token");
    const again = await fetch(`${appliance.http}/api/v1/ack`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, number: Number(number) }) });
    equal(again.status, 410, "the right number afterwards");
    const [source] = (await api.in("GET", "/event-sources")).items;
    equal((await incidentOf(source.id)).acknowledged_at, null, "acknowledged at");
    nothing(page.complaints, "complaints");
  });

  await step("its sender says that it is over, and so does the incident", { needs: [sourced] }, async () => {
    const [source] = (await api.in("GET", "/event-sources")).items;
    const incident = await incidentOf(source.id);
    await paste(lines.ends);
    await until("it is resolved", async () => (await api.in("GET", `/incidents/${incident.id}`)).resolution === "said_resolved");
    await mailbox.take("the recovery", (each) => each.to.includes(person.mail) && textOf(each).includes("Backup of nas failed") && !textOf(each).includes("/ack#token="), kDown.seconds);
    const page = await open(`/incidents/${incident.id}`);
    await page.locator(".fact-list").getByText("Its sender ended it, or the time that it gave is over").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("what a host depends on is chosen on its page: when that dies one message comes, and the child waits", async () => {
    await alone();
    await network.start();
    const router = await monitor("router-1", `${network.url}router`);
    const child = await monitor("web-1", `${network.url}web`);
    for (const each of [router, child]) await isUp(each);
    const page = await open(`/monitors/${child.id}`);
    await page.getByRole("button", { name: "Dependencies" }).click();
    await page.getByRole("region", { name: "Dependencies" }).getByRole("button", { name: "Choose" }).click();
    const dialog = page.getByRole("dialog", { name: "What web-1 depends on" });
    await dialog.getByLabel("Filter by name").fill("router");
    await dialog.getByLabel("router-1").check();
    nothing(await violations(page), "axe on the choice");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("list", { name: "Depends on" }).getByRole("link", { name: "router-1" }).waitFor();
    nothing(await violations(page), "axe on the dependency");
    await network.stop();
    const [parent, waiting] = [await incidentOf(router.id), await incidentOf(child.id)];
    await mailbox.take("the message about the router", (each) => each.to.includes(person.mail) && each.headers.subject.includes("router-1"), kDown.seconds);
    check((await telling(parent)).deliveries.length > 0, "the parent was told");
    equal((await held(waiting, "parent_down")).deliveries.length, 0, "messages about the child");
    await page.goto(`${appliance.http}${w}/incidents/${waiting.id}?why=1`);
    await page.getByText(/its parent router-1 is down since .*, told to/).first().waitFor();
    await page.goto(`${appliance.http}${w}/dependencies`);
    await page.getByRole("list", { name: "What depends on router-1" }).getByRole("link", { name: "web-1" }).waitFor();
    nothing(await violations(page), "axe on the dependencies");
    await shot(page, "dependencies");
    nothing(page.complaints, "complaints");
    await network.start();
  });

  await step("a mute holds with its reason, and ends by a click", async () => {
    await alone();
    const page = await open("/quiet");
    await page.getByRole("button", { name: "Mute" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Mute" });
    await dialog.getByLabel("Reason").fill("Known noise");
    await dialog.getByLabel("What line 1 is about").selectOption("label");
    await dialog.getByLabel("Which, of line 1").fill("noise=yes");
    await dialog.getByRole("button", { name: "1 day" }).click();
    nothing(await violations(page), "axe on the mute");
    await dialog.getByRole("button", { name: "Mute now" }).click();
    await page.getByRole("list", { name: "Running" }).getByRole("heading", { name: "Known noise" }).waitFor();
    const noisy = await api.in("POST", "/monitors", { name: "noisy-1", kind: "http", fields: { url: `http://127.0.0.1:${await freePort()}/` }, own: quick, labels: { noise: "yes" } });
    const incident = await incidentOf(noisy.id);
    equal((await held(incident, "muted")).deliveries.length, 0, "messages about it");
    await page.getByRole("button", { name: "End now (Known noise)" }).click();
    await mailbox.take("what it held", (each) => each.to.includes(person.mail) && textOf(each).includes("noisy-1"), kDown.seconds);
    nothing(page.complaints, "complaints");
  });

  await step("what covers more than half asks for the number, and the owners see it", async () => {
    const page = await open("/quiet", { allowed: [/status of 409/] });
    await page.getByRole("button", { name: "Mute" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Mute" });
    await dialog.getByLabel("Reason").fill("Everything");
    await dialog.getByLabel("What line 1 is about").selectOption("");
    await dialog.getByText(/it lasts 24 hours at most/).waitFor();
    await dialog.getByRole("button", { name: "Mute now" }).click();
    const typed = dialog.getByLabel(/^Type \d+ to confirm/);
    await typed.waitFor();
    equal((await api.in("GET", "/quiet")).items.filter((each) => each.reason === "Everything").length, 0, "mutes of everything so far");
    nothing(await violations(page), "axe on the second question");
    await typed.fill(/\d+/.exec(await dialog.getByText(/Matches \d+ of \d+ subjects/).innerText())[0]);
    await dialog.getByRole("button", { name: "Mute now" }).click();
    await page.getByRole("list", { name: "Running" }).getByRole("heading", { name: "Everything" }).waitFor();
    await page.getByRole("button", { name: "End now (Everything)" }).click();
    await until("it is over", async () => (await api.in("GET", "/quiet")).items.every((each) => each.reason !== "Everything"));
    nothing(page.complaints, "complaints");
  });

  await step("a rule says whom it would tell now, keeps hours, runbook and notes, and a drill walks the whole way", async () => {
    await alone();
    const rule = (await api.in("GET", "/rules")).items.find((each) => each.name === "Monitor is down");
    check(rule, "the rule that comes with the first monitor");
    const page = await open(`/rules/${rule.id}`);
    await page.getByRole("list", { name: "Who would be told now" }).getByText(person.mail).first().waitFor();
    await page.getByText("Reminders, working hours, runbook").click();
    await page.locator("input[name=runbook]").fill("https://wiki.example.com/down");
    await page.locator("input[name=repeat]").fill("30");
    nothing(await violations(page), "axe on the rule");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    const saved = await api.in("GET", `/rules/${rule.id}`);
    equal(saved.runbook, "https://wiki.example.com/down", "the runbook");
    equal(saved.repeat_seconds, 1_800, "the reminder");
    await page.getByRole("button", { name: "Start a drill" }).click();
    await page.getByRole("dialog", { name: "Drill" }).getByRole("button", { name: "Start a drill" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("main").getByText("It is open:").getByRole("link").click();
    await page.getByText("This is a drill").first().waitFor();
    await page.getByRole("region", { name: "Why was I (not) told?" }).getByRole("table", { name: "Messages and their answers" }).getByText("Sent").first().waitFor();
    nothing(await violations(page), "axe on the drill");
    await page.getByRole("button", { name: "End the drill" }).click();
    await page.locator(".page-title").getByText("Resolved").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the log of deliveries has the other side's answer, and sends one again", async () => {
    const page = await open("/deliveries?state=sent");
    const table = page.getByRole("table", { name: "Deliveries" });
    await table.getByText(/queued as E2E\d+/).first().waitFor();
    nothing(await violations(page), "axe on the log");
    await shot(page, "deliveries", { fullPage: true });
    const before = mailbox.mails.length;
    await table.getByRole("button", { name: /^Send again/ }).first().click();
    await page.getByText("It is sent again now").waitFor();
    await until("it arrives again", () => mailbox.mails.length > before);
    nothing(page.complaints, "complaints");
  });

  await step("a recipient's reader gets hours of their own", async () => {
    const page = await open("/recipients");
    await page.getByRole("button", { name: /^Edit/ }).first().click();
    const dialog = page.getByRole("dialog", { name: "Edit recipient" });
    await dialog.getByText("Reader's hours, daily message, weekly letter").click();
    await dialog.getByLabel("Quiet hours").check();
    await dialog.locator("input[name=quiet_from]").fill("23:00");
    nothing(await violations(page), "axe on the hours");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    const [recipient] = (await api.in("GET", "/recipients")).items;
    equal(recipient.quiet_from, "23:00", "quiet from");
    equal(recipient.zone, kZone, "the reader's zone");
    nothing(page.complaints, "complaints");
  });

  await step("nobody watches connlog until somebody does; the address is not shown again", async () => {
    const overview = await open("/overview");
    await overview.getByText(/Nobody watches connlog/).waitFor();
    const page = await open("/appliance/dead-man");
    await page.getByText(/Nobody watches connlog/).waitFor();
    await page.locator("input[name=url]").fill("https://watcher.example.com/ping/0123456789abcdef");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    await goneFrom(page, "0123456789abcdef", "the address is gone");
    equal((await api.call("GET", "/appliance/dead-man")).configured, true, "it is configured");
    nothing(await violations(page), "axe on the switch");
    await overview.reload();
    await settled(overview);
    equal(await overview.getByText(/Nobody watches connlog/).count(), 0, "hints on the overview");
    nothing([...page.complaints, ...overview.complaints], "complaints");
  });

  await step("the calendar is walked by the keyboard alone", async () => {
    const name = "Patch night";
    if (!(await api.in("GET", "/quiet")).items.some((each) => each.name === name)) {
      await api.in("POST", "/quiet", {
        kind: "maintenance", name, reason: "", matchers: [{ tag: "db" }], repeat: "weekly", zone: kZone, schedule: "mon,tue,wed,thu,fri,sat,sun 12:00",
        duration_seconds: 3_600, starts_at: new Date(Date.now() + 60_000).toISOString(), ends_at: null,
      });
    }
    const page = await open("/quiet?view=calendar");
    const keys = keyboardOf(page);
    const focused = () => page.evaluate(() => document.activeElement?.closest("td") !== null && document.activeElement?.tabIndex === 0);
    const chosen = () => page.evaluate(() => new URL(location.href).searchParams.get("day"));
    await until("the keyboard reaches the days", async () => {
      if (await focused()) return true;
      await keys.press("Tab");
      return false;
    }, { everyMs: 0 });
    await keys.press("ArrowRight");
    await becomes(chosen, dayIn(1), "the chosen day");
    await keys.press("ArrowDown");
    await becomes(chosen, dayIn(8), "a week later");
    await until("the focus went with it", focused);
    await page.getByRole("list", { name: "Quiet on this day" }).getByRole("button", { name }).waitFor();
    nothing(await violations(page), "axe on the calendar");
    const month = await page.locator(".month-head h2").innerText();
    await keys.press("PageDown");
    await until("the next month", async () => (await page.locator(".month-head h2").innerText()) !== month);
    await until("the focus is still on a day", focused);
    await keys.press("PageUp");
    await becomes(() => page.locator(".month-head h2").innerText(), month, "the month");
    await keys.tabTo(name);
    await keys.press("Enter");
    await page.getByRole("dialog", { name: "Change what is quiet" }).waitFor();
    await keys.inDialog();
    await shot(page, "quiet-calendar-dialog");
    await escape(page);
    nothing(page.complaints, "complaints");
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 320, height: 640 }]]) {
      await step(`every new screen is accessible, quiet and fits a ${size}, ${colorScheme}`, async () => {
        const source = (await api.in("GET", "/event-sources")).items[0] ?? (await api.in("POST", "/event-sources", { name: "Backups", format: "json" })).source;
        const [incident] = (await api.in("GET", "/incidents?state=any&limit=1")).items;
        const [rule] = (await api.in("GET", "/rules")).items;
        check(incident && rule, "there is an incident, and a rule");
        const page = await open("/overview", { colorScheme, viewport });
        nothing(await walk(page, appliance.http, {
          quiet: `${w}/quiet`,
          "quiet-past": `${w}/quiet?past=1`,
          "quiet-calendar": `${w}/quiet?view=calendar`,
          dependencies: `${w}/dependencies`,
          telling: `${w}/telling`,
          pipeline: `${w}/pipeline`,
          deliveries: `${w}/deliveries`,
          sources: `${w}/event-sources`,
          source: `${w}/event-sources/${source.id}`,
          "incident-why": `${w}/incidents/${incident.id}?why=1`,
          rule: `${w}/rules/${rule.id}`,
          recipients: `${w}/recipients`,
          monitor: `${w}/monitors/${dbs[0].id}`,
          messages: "/account/messages",
          "dead-man": "/appliance/dead-man",
          ack: "/ack",
          overview: `${w}/overview`,
        }, { narrow: true, looks: `quiet-*-${size}-${colorScheme}` }), "problems");
      });
    }
  }
}
