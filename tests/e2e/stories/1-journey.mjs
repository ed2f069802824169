// The first alert, as a new user meets it: set-up by the printed link, mail, an agent by the shown command, its
// silence, the mail, the acknowledgement, and the recovery that joins the alert in the mailbox.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { binary, run, startAppliance } from "../support/appliance.mjs";
import { ownerOf, person } from "../support/api.mjs";
import { enter, newContext, newPage, shot, startBrowser } from "../support/browser.mjs";
import { account, startMailbox, useMailbox } from "../support/mailbox.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

const exec = promisify(execFile);
const kSilence = 120; // seconds: the rule waits for its own reasons

export default async function story(step, world) {
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const context = await newContext(browser);
  const origin = new URL(appliance.setupLink ?? appliance.http).origin; // as printed
  const page = await newPage(context, origin);
  const hostRoot = await mkdtemp(join(tmpdir(), "connlog-e2e-host-"));
  world.later(() => rm(hostRoot, { recursive: true, force: true }));
  const firstScreenAt = Date.now();
  const host = { name: "db-1", command: "", path: join(hostRoot, "usr/local/bin"), agent: null };
  let alert = null;

  // One page goes through it all. Where a step failed, the next ones begin where it would have ended.
  let api = null;
  const owner = async () => (api ??= await ownerOf(appliance));
  const go = async (path) => {
    await owner();
    await enter(page, `${origin}/w/${api.workspace.slug}${path}`, person);
  };
  const startAgent = () => {
    host.agent = run(world, `env ${host.command}`, { env: { ...process.env, PATH: `${host.path}:${process.env.PATH}` } });
  };

  const setUp = await step("the printed link makes its holder the owner", async () => {
    check([appliance.http, appliance.https].some((each) => appliance.setupLink?.startsWith(`${each}/setup`)), `a set-up link is printed, found ${appliance.setupLink}`);
    await page.goto(appliance.setupLink);
    await page.getByRole("heading", { name: "Set up connlog" }).waitFor();
    await until("the token leaves the address bar", () => !page.url().includes("token") && !new URL(page.url()).hash);
    await page.getByLabel("Your name").fill(person.name);
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByLabel("Password").fill(person.password);
    await page.getByLabel("Name of the workspace").fill(person.workspace_name);
    await shot(page, "01-set-up");
    await page.getByRole("button", { name: "Create and go on" }).click();
    await page.getByRole("heading", { name: "First steps" }).waitFor();
  });

  const mails = await step("mail goes through a server with STARTTLS and an authority of its own, and a test shows its real answer", async () => {
    if (!setUp.passed) await go("/start?step=mail");
    await page.getByLabel("Server", { exact: true }).fill("localhost");
    await page.getByLabel("Encryption").selectOption("starttls");
    await page.getByLabel("Port").fill(String(mailbox.port));
    await page.getByLabel("User name").fill(account.user);
    await page.getByLabel("Password").fill(account.password);
    await page.getByLabel("Sender's address").fill("connlog@example.com");
    await page.getByText("The server's certificate comes from an own authority").click();
    await page.getByLabel("Certificate authority (PEM)").fill(mailbox.ca);
    await page.getByRole("button", { name: "Save" }).click();
    const form = page.getByRole("form", { name: "Send a test mail" });
    await form.getByRole("button", { name: "Send a test" }).click();
    await form.getByText("Accepted").waitFor();
    await form.locator(".answer-text").filter({ hasText: "queued as E2E1" }).waitFor(); // the server's own words
    const mail = await mailbox.take("the test mail", (each) => each.to.includes(person.mail));
    check(mail.secure, "it came over TLS");
    await shot(page, "02-mail");
    await page.getByRole("button", { name: "Next" }).click();
  });
  const mailWorks = async () => {
    if (!mails.passed) await useMailbox(await owner(), mailbox);
  };

  const installed = await step("the shown command brings the agent onto a host, and the waiting sign turns green by itself", async () => {
    if (!mails.passed) await go("/start?step=agent");
    await page.getByLabel("Name", { exact: true }).fill(host.name);
    await page.getByLabel(/I may monitor this system/).check();
    await page.getByRole("button", { name: "Add and show the command" }).click();
    const shown = await page.locator("#install-command").innerText();
    await page.getByText("Waiting for the first heartbeat").waitFor();
    await shot(page, "03-agent-waiting");
    const parts = /^curl -fsSk --pinnedpubkey '(sha256\/\/[A-Za-z0-9+/=]+)' (https:\/\/localhost:\d+)\/install\.sh \| sudo CONNLOG_TOKEN=(agent_[0-9a-f]{64}) sh -s -- --install$/.exec(shown);
    check(parts, `the command has its agreed form, found: ${shown}`);
    equal(parts[1], `sha256//${appliance.pin}`, "it names the served key");
    // As shown, but into a root of its own, and without the service, which is the host's.
    const command = shown.replace("sudo ", `DESTDIR='${hostRoot}' `).replace(" --install", "");
    const { stdout } = await exec("sh", ["-c", command], { timeout: 60_000 });
    check(/Installed .*\/usr\/local\/bin\/connlog/.test(stdout), `the installer says so, found: ${stdout}`);

    await page.getByText("Without the installer, or the token alone").click();
    host.command = await page.locator("#run-command").innerText();
    check(/--ca-pin [0-9a-f]{64}/.test(host.command), "the command to run by hand pins the authority");
    startAgent();
    await page.locator(".waiting.here").waitFor({ timeout: 60_000 }).catch((problem) => {
      throw new Error(`${problem.message}\nthe agent said: ${host.agent.text}`);
    });
    await shot(page, "04-agent-here");
    await page.getByRole("button", { name: "Next" }).click();
  });
  const agentSpeaks = async () => {
    if (installed.passed || host.name === "db-2") return;
    host.agent?.kill("SIGKILL");
    const added = await (await owner()).in("POST", "/agents", { name: "db-2", tags: [], authorised: true });
    Object.assign(host, { name: "db-2", command: added.run_command, path: dirname(binary()) });
    startAgent();
    await until("the agent speaks", async () => (await api.in("GET", `/agents/${added.agent.id}`)).state === "up", { seconds: 60 });
  };

  const tested = await step("the default rules are on and a test alert arrives", async () => {
    await mailWorks();
    await agentSpeaks();
    if (!installed.passed) await go("/start?step=alert");
    await page.getByRole("heading", { name: "Alerts are on" }).waitFor();
    await until("silence, disk, memory and load are on", async () => (await page.locator(".plain-list .state-up").count()) >= 4);
    await page.getByRole("button", { name: "Send a test alert" }).click();
    await mailbox.take("the test alert", (each) => each.to.includes(person.mail));
    await page.locator(".answers").getByText("Sent").waitFor();
    await shot(page, "05-test-alert");
    await page.getByRole("button", { name: "Go to the overview" }).click();
    await page.getByText("All is well.").waitFor();
    await shot(page, "06-overview-well");
  });

  const charted = await step("the agent's charts fill", async () => {
    await agentSpeaks();
    if (!tested.passed) await go("/overview");
    await page.getByRole("link", { name: "Agents", exact: true }).first().click();
    await page.locator("main").getByRole("link", { name: host.name }).click();
    await page.getByRole("heading", { name: host.name }).waitFor();
    const chart = page.locator("figure.chart").filter({ hasText: "Memory" });
    await until("a value stands at the memory chart", async () => /\d %/.test(await chart.locator(".chart-values").innerText()), { seconds: 60 });
    await chart.getByRole("button", { name: /^Table/ }).click();
    await chart.locator(".chart-table tbody tr").first().waitFor(); // the data is there as a table too
    await shot(page, "07-agent", { fullPage: true });
    await chart.getByRole("button", { name: /^Hide table/ }).click();
  });

  const silent = await step("killing the agent turns its page red by itself and brings a mail", async () => {
    await mailWorks();
    await agentSpeaks();
    if (!charted.passed) {
      await go("/agents");
      await page.locator("main").getByRole("link", { name: host.name }).click();
      await page.getByRole("heading", { name: host.name }).waitFor();
    }
    host.agent.kill("SIGKILL");
    alert = await mailbox.take("the alert", (each) => each.to.includes(person.mail) && each.headers.subject.includes(host.name), kSilence);
    console.log(`         from the first screen to the first alert: ${Math.round((alert.at - firstScreenAt) / 1000)} s`);
    await page.locator(".page-title .state-down").waitFor();
    check(alert.headers["message-id"] && alert.headers.date, "it has a Message-ID and a Date");
    check(/multipart\/alternative/i.test(alert.headers["content-type"]), "it has a text and an HTML part");
    await shot(page, "08-agent-down", { fullPage: true });
  });

  const acknowledged = await step("the incident is acknowledged on its page", { needs: [silent] }, async () => {
    await page.getByRole("link", { name: "Overview", exact: true }).first().click();
    await page.getByText("1 agent is down.").waitFor();
    await shot(page, "09-overview-down");
    // the incident, not the agent
    await page.locator(".attention a[href*='/incidents/']").filter({ hasText: host.name }).click();
    await page.locator(".timeline").getByText("Notified").waitFor();
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.locator(".page-title").getByText("Acknowledged").waitFor();
    await page.locator(".timeline").getByText("Acknowledged").waitFor();
    await page.getByRole("textbox", { name: "Comment" }).fill("Looking at it.");
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.locator(".timeline").getByText("Looking at it.").waitFor();
    await shot(page, "10-incident", { fullPage: true });
  });

  await step("starting the agent again resolves it, and the recovery joins the alert in the mailbox", { needs: [silent] }, async () => {
    if (!acknowledged.passed) {
      const [incident] = (await (await owner()).in("GET", "/incidents?state=open")).items;
      await go(`/incidents/${incident.id}`);
    }
    startAgent();
    const recovery = await mailbox.take("the recovery", (each) => each.headers.subject.includes(host.name), kSilence);
    check(recovery.headers.references?.includes(alert.headers["message-id"]), `References names the alert, found: ${recovery.headers.references}`);
    check(recovery.headers["message-id"] !== alert.headers["message-id"], "it is a mail of its own");
    await page.locator(".page-title").getByText("Resolved").waitFor();
    await shot(page, "11-resolved", { fullPage: true });
  });

  await step("nothing was said on the console and nobody else was asked", async () => {
    nothing(page.complaints, "complaints");
  });

  await step("the appliance ends politely", async () => {
    equal(await appliance.stop(), 0, "exit code");
  });
}
