// The first alert, as a new user meets it: set-up by the printed link, mail, an agent by the shown command, its silence,
// the mail, the acknowledgement, and the recovery that joins the alert in the mailbox.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { run, startAppliance } from "../support/appliance.mjs";
import { person } from "../support/api.mjs";
import { newContext, newPage, shot, startBrowser } from "../support/browser.mjs";
import { account, startMailbox } from "../support/mailbox.mjs";
import { check, equal, nothing, until } from "../support/wait.mjs";

const exec = promisify(execFile);

export default async function story(test, world) {
  world.steps = true;
  const mailbox = await startMailbox(world);
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const context = await newContext(browser);
  const origin = new URL(appliance.setupLink ?? appliance.http).origin; // as printed
  const page = await newPage(context, origin);
  const hostRoot = await mkdtemp(join(tmpdir(), "connlog-e2e-host-"));
  world.later(() => rm(hostRoot, { recursive: true, force: true }));
  const firstScreenAt = Date.now();
  let runCommand = "";
  let agent = null;
  let alert = null;

  await test("the printed link makes its holder the owner", async () => {
    check([appliance.http, appliance.https].some((each) => appliance.setupLink?.startsWith(`${each}/setup`)), `a set-up link is printed, found ${appliance.setupLink}`);
    await page.goto(appliance.setupLink);
    await page.getByRole("heading", { name: "Set up connlog" }).waitFor();
    check(!page.url().includes("token") && !new URL(page.url()).hash, "the token leaves the address bar");
    await page.getByLabel("Your name").fill(person.name);
    await page.getByLabel("Mail address").fill(person.mail);
    await page.getByLabel("Password").fill(person.password);
    await page.getByLabel("Name of the workspace").fill(person.workspace_name);
    await shot(page, "01-set-up");
    await page.getByRole("button", { name: "Create and go on" }).click();
    await page.getByRole("heading", { name: "First steps" }).waitFor();
  });

  await test("mail goes through a server with STARTTLS and an authority of its own, and a test shows its real answer", async () => {
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
    const answer = await form.locator(".answer-text").innerText();
    check(/queued as E2E1/.test(answer), `the server's own words are shown, found: ${answer}`);
    const mail = await mailbox.take("the test mail", (each) => each.to.includes(person.mail));
    check(mail.secure, "it came over TLS");
    await shot(page, "02-mail");
    await page.getByRole("button", { name: "Next" }).click();
  });

  await test("the shown command brings the agent onto a host, and the waiting sign turns green by itself", async () => {
    await page.getByLabel("Name", { exact: true }).fill("db-1");
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
    runCommand = await page.locator("#run-command").innerText();
    check(/--ca-pin [0-9a-f]{64}/.test(runCommand), "the command to run by hand pins the authority");
    agent = run(world, `env ${runCommand}`, { env: { ...process.env, PATH: `${join(hostRoot, "usr/local/bin")}:${process.env.PATH}` } });
    await page.locator(".waiting.here").waitFor({ timeout: 40_000 }).catch((problem) => {
      throw new Error(`${problem.message}\nthe agent said: ${agent.text}`);
    });
    await shot(page, "04-agent-here");
    await page.getByRole("button", { name: "Next" }).click();
  });

  await test("the default rules are on and a test alert arrives", async () => {
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

  await test("the agent's charts fill", async () => {
    await page.getByRole("link", { name: "Agents", exact: true }).first().click();
    await page.locator("main").getByRole("link", { name: "db-1" }).click();
    await page.getByRole("heading", { name: "db-1" }).waitFor();
    const chart = page.locator("figure.chart").filter({ hasText: "Memory" });
    await until("a value stands at the memory chart", async () => /\d %/.test(await chart.locator(".chart-values").innerText()), { seconds: 40 });
    await chart.getByRole("button", { name: /^Table/ }).click();
    check((await chart.locator(".chart-table tbody tr").count()) > 0, "the data is there as a table too");
    await shot(page, "07-agent", { fullPage: true });
    await chart.getByRole("button", { name: /^Hide table/ }).click();
  });

  await test("killing the agent turns its page red by itself and brings a mail", async () => {
    agent.kill("SIGKILL");
    alert = await mailbox.take("the alert", (each) => each.to.includes(person.mail) && /db-1/.test(each.headers.subject), 90);
    console.log(`         from the first screen to the first alert: ${Math.round((alert.at - firstScreenAt) / 1000)} s`);
    await page.locator(".page-title .state-down").waitFor();
    check(alert.headers["message-id"] && alert.headers.date, "it has a Message-ID and a Date");
    check(/multipart\/alternative/i.test(alert.headers["content-type"]), "it has a text and an HTML part");
    await shot(page, "08-agent-down", { fullPage: true });
  });

  await test("the incident is acknowledged on its page", async () => {
    await page.getByRole("link", { name: "Overview", exact: true }).first().click();
    await page.getByText("1 agent is down.").waitFor();
    await shot(page, "09-overview-down");
    await page.locator(".attention").getByRole("link", { name: "db-1" }).click();
    await page.locator(".timeline").getByText("Notified").waitFor();
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.locator(".page-title").getByText("Acknowledged").waitFor();
    await page.locator(".timeline").getByText("Acknowledged").waitFor();
    await page.getByRole("textbox", { name: "Comment" }).fill("Looking at it.");
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.locator(".timeline").getByText("Looking at it.").waitFor();
    await shot(page, "10-incident", { fullPage: true });
  });

  await test("starting the agent again resolves it, and the recovery joins the alert in the mailbox", async () => {
    agent = run(world, `env ${runCommand}`, { env: { ...process.env, PATH: `${join(hostRoot, "usr/local/bin")}:${process.env.PATH}` } });
    const recovery = await mailbox.take("the recovery", (each) => /db-1/.test(each.headers.subject), 60);
    check(recovery.headers.references?.includes(alert.headers["message-id"]), `References names the alert, found: ${recovery.headers.references}`);
    check(recovery.headers["message-id"] !== alert.headers["message-id"], "it is a mail of its own");
    await page.locator(".page-title").getByText("Resolved").waitFor();
    await shot(page, "11-resolved", { fullPage: true });
  });

  await test("nothing was said on the console and nobody else was asked", async () => {
    nothing(page.complaints, "complaints");
  });

  await test("the appliance ends politely", async () => {
    equal(await appliance.stop(), 0, "exit code");
  });
}
