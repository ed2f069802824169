// Things watched as one: a group of three of which two must be up, made in the interface; a member falls silent and the
// group is degraded; a rule about the group; a second one falls silent, the incident says so, and it recovers. Then the
// filter by label, a pause, labels and notes, and the removal of a group with what stands in the way.
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, person, signIn } from "../support/api.mjs";
import { fits, settled, shot, signedIn, startBrowser, violations } from "../support/browser.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const kBeatEveryMs = 8_000; // the agents' interval is 10 s
const kSilence = { timeout: 120_000 }; // silence is known 30 s after the last heartbeat

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const open = async (path, options) => {
    const page = await signedIn(browser, appliance.http, person, options);
    await page.goto(`${appliance.http}${w}${path}`);
    await settled(page);
    return page;
  };

  // Three agents that speak until they are silenced.
  const agents = [];
  const silent = new Set();
  const beat = (agent) => heartbeat(appliance, agent.token, {}, { "X-Machine-Id": agent.machine });
  for (const [index, env] of ["prod", "prod", "test"].entries()) {
    const name = `web-${index + 1}`;
    const added = await api.in("POST", "/agents", { name, tags: ["web"], labels: { env }, interval_seconds: 10, missed_threshold: 2, authorised: true });
    agents.push({ name, id: added.agent.id, token: added.token, machine: String(index + 1).repeat(64) });
    check((await beat(agents[index])).ok, `${name} speaks`);
  }
  const timer = setInterval(() => {
    for (const agent of agents) if (!silent.has(agent.name)) void beat(agent).catch(() => {});
  }, kBeatEveryMs);
  world.later(() => clearInterval(timer));

  // What a step needs of those before it: found, or made where they failed.
  const group = async () =>
    (await api.in("GET", "/subjects?kind=group")).items.find((each) => each.name === "shop front")
    ?? api.in("POST", "/subjects", { kind: "group", name: "shop front", health: "at_least", amount: 2, member_ids: agents.map((each) => each.id) });
  const rule = async () => {
    const about = await group();
    return (await api.in("GET", "/rules")).items.find((each) => each.target.subject_id === about.id)
      ?? api.in("POST", "/rules", {
        name: "The shop is down", kind: "state", state: "down", target: { kind: "subject", subject_id: about.id }, duration_seconds: 0, cooldown_seconds: 0,
        severity: "critical", enabled: true, recipient_ids: [],
      });
  };
  const speaking = async () => {
    silent.clear();
    for (const agent of agents) {
      await until(`${agent.name} is up`, async () => {
        await beat(agent);
        return (await api.in("GET", `/subjects/${agent.id}`)).observed.state === "up";
      }, { seconds: 60, everyMs: 1_000 });
    }
  };

  await step("a group of three, of which two must be up, is made in the interface", async () => {
    const page = await open("/overview");
    await page.getByRole("link", { name: "Groups", exact: true }).first().click();
    await page.getByText("No groups yet").waitFor();
    nothing(await violations(page), "axe on no groups");
    await page.getByRole("button", { name: "Add group" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Add group" });
    await dialog.getByLabel("Name", { exact: true }).fill("shop front");
    await dialog.getByLabel("It is up while").selectOption("at_least");
    await dialog.getByLabel("How many").fill("2");
    await dialog.getByLabel("Find by name, tag or label").fill("env=prod");
    await dialog.getByLabel("web-3", { exact: true }).waitFor({ state: "detached" });
    await dialog.getByLabel("web-1", { exact: true }).check();
    await dialog.getByLabel("web-2", { exact: true }).check();
    await dialog.getByLabel("Find by name, tag or label").fill("");
    await dialog.getByLabel("web-3", { exact: true }).check();
    await dialog.getByText("3 chosen").waitFor();
    nothing(await violations(page), "axe on the dialog");
    await shot(page, "groups-add");
    await dialog.getByRole("button", { name: "Make the group" }).click();
    await page.getByRole("heading", { name: "shop front", level: 1 }).waitFor();
    await page.locator(".page-title .state-up").waitFor();
    await page.getByText("up while at least 2 of 3 members are up").first().waitFor();
    for (const agent of agents) await page.getByRole("table", { name: "Members" }).getByRole("link", { name: agent.name }).waitFor();
    nothing(await violations(page), "axe on the group");
    nothing(page.complaints, "complaints");
  });

  await step("a silent member makes it degraded, on its page, in the list and on the overview, by itself", async () => {
    const { id } = await group();
    await speaking();
    const page = await open(`/groups/${id}`);
    const overview = await open("/overview");
    await page.locator(".page-title .state-up").waitFor();
    silent.add("web-1");
    await page.locator(".page-title").getByText("Degraded").waitFor(kSilence);
    await page.locator(".facts").getByText(/1 of 3 members (is|are) down/).waitFor();
    await page.getByRole("row").filter({ hasText: "web-1" }).getByText("Down").waitFor();
    await shot(page, "group-degraded", { fullPage: true });
    const cell = overview.locator(".group-cells li").filter({ hasText: "shop front" });
    await cell.getByText("Degraded").waitFor();
    await cell.getByRole("link", { name: "shop front" }).click();
    await overview.getByRole("heading", { name: "shop front", level: 1 }).waitFor();
    await overview.getByRole("navigation", { name: "Where you are" }).getByRole("link", { name: "Groups" }).click();
    await overview.getByRole("row").filter({ hasText: "shop front" }).getByText("Degraded").waitFor();
    nothing([...page.complaints, ...overview.complaints], "complaints");
  });

  await step("a rule about the group begins on its page: when it is down", async () => {
    const { id } = await group();
    const page = await open(`/groups/${id}`);
    await page.getByRole("link", { name: "Add a rule about this group" }).click();
    await page.getByLabel("Name of the rule").fill("The shop is down");
    await becomes(() => page.getByLabel("What is watched").inputValue(), "state:down", "the condition");
    await becomes(() => page.getByLabel("What it is about").inputValue(), `subject:${id}`, "what it is about");
    await page.getByText(/Now: 0 of 1 match/).waitFor();
    await until("what a group has not is not offered", async () => !(await page.getByLabel("What is watched").locator("option").allTextContents()).includes("silence"));
    nothing(await violations(page), "axe on the rule");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText("The rule is on").waitFor();
    await page.goto(`${appliance.http}${w}/groups/${id}`);
    const made = await rule();
    equal(made.kind, "state", "the kind of the rule");
    await page.getByRole("link", { name: made.sentence }).waitFor();
    nothing(page.complaints, "complaints");
  });

  let incident = null;
  const down = await step("a second silent member opens an incident that says how many are down", async () => {
    const { id } = await group();
    await rule();
    const page = await open(`/groups/${id}`);
    for (const name of ["web-1", "web-2"]) silent.add(name);
    await page.locator(".page-title .state-down").waitFor(kSilence);
    await page.getByRole("table", { name: "Open incidents" }).getByRole("link", { name: /2 of 3 members are down/ }).click();
    await page.getByRole("heading", { name: /shop front is down: 2 of 3 members are down/, level: 1 }).waitFor();
    incident = new URL(page.url()).pathname;
    await page.locator(".facts").getByRole("link", { name: "shop front" }).waitFor();
    nothing(await violations(page), "axe on the incident");
    await shot(page, "group-down", { fullPage: true });
    nothing(page.complaints, "complaints");
  });

  await step("it ends when enough members speak again", { needs: [down] }, async () => {
    const page = await open(incident.slice(w.length));
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await speaking();
    await page.locator(".page-title").getByText("Resolved").waitFor();
    await page.locator(".facts").getByRole("link", { name: "shop front" }).click();
    await page.locator(".page-title .state-up").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    const record = page.getByRole("table", { name: "Changes of its state" });
    await record.getByText("2 of 3 members are down").first().waitFor();
    nothing(await violations(page), "axe on the record");
    nothing(page.complaints, "complaints");
  });

  await step("a filter by labels is in the address, survives a reload, and its values are alternatives", async () => {
    const page = await open("/agents");
    await page.getByLabel("Labels", { exact: true }).selectOption("env=prod");
    await page.getByText("2 of 3 agents").waitFor();
    await page.reload();
    await page.getByText("2 of 3 agents").waitFor();
    await page.getByRole("link", { name: "web-3" }).waitFor({ state: "detached" });
    await page.getByLabel("Labels", { exact: true }).selectOption("env=test");
    await page.getByText("3 of 3 agents").waitFor();
    equal(new URL(page.url()).searchParams.getAll("label").join(), "env=prod,env=test", "the labels in the address");
    nothing(await violations(page), "axe on the chosen filters");
    await page.getByRole("list", { name: "Chosen filters" }).getByRole("button", { name: /env=prod/ }).click();
    await page.getByText("1 of 3 agents").waitFor();
    await page.getByRole("link", { name: "web-3" }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("pausing says what it means, nothing is judged meanwhile, and resuming goes on", async () => {
    await speaking();
    const [, , third] = agents;
    const page = await open(`/agents/${third.id}`);
    await page.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog", { name: "Pause" });
    await dialog.getByText(/nothing about it is judged/).waitFor();
    nothing(await violations(page), "axe on the question");
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.locator(".page-title").getByText("Paused").waitFor();
    await page.getByText(/nobody is alerted/).waitFor();
    const { group: part } = await api.in("GET", `/subjects/${(await group()).id}`);
    equal(part.counts.up, 2, "members that count");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator(".page-title .state-up").waitFor(kSilence);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("table", { name: "Changes of its state" }).getByText("Paused", { exact: true }).first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("labels, notes and a key are set on an agent; what somebody else changed meanwhile is not overwritten", async () => {
    const [first] = agents;
    const page = await open(`/agents/${first.id}?tab=settings`, { allowed: [/status of 4(09|12)/] });
    await page.getByRole("button", { name: "Add label" }).click();
    await page.getByLabel("Name of label 2").fill("role");
    await page.getByLabel("Value of label 2").fill("shop");
    await page.getByLabel(/^Notes/).fill("Ask Grace first.\nhttps://wiki.example.com/shop");
    await page.getByLabel(/^Key/).fill("shop-1");
    nothing(await violations(page), "axe on the fields");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    const saved = await api.in("GET", `/subjects/${first.id}`);
    equal(JSON.stringify(saved.labels), JSON.stringify({ env: "prod", role: "shop" }), "the labels");
    equal(saved.key, "shop-1", "the key");
    await api.in("PATCH", `/agents/${first.id}`, { notes: `${saved.notes}\nOr Ada.` });
    await page.getByText("Somebody changed this in the meantime").waitFor();
    await page.getByLabel(/^Notes/).fill("Nothing.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("form", { name: "Settings" }).getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Load it" }).click();
    await becomes(async () => (await page.getByLabel(/^Notes/).inputValue()).includes("Or Ada."), true, "what somebody else wrote is there");
    await page.getByRole("link", { name: "Readings" }).click();
    await page.getByRole("link", { name: "https://wiki.example.com/shop" }).waitFor();
    await page.locator(".page-header").getByText("role=shop").waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("removing a group says what stands in the way", async () => {
    const { id } = await group();
    const { id: about } = await rule();
    const page = await open(`/groups/${id}?tab=settings`, { allowed: [/status of 404/] });
    await page.getByRole("button", { name: "Remove group" }).click();
    const way = page.getByRole("dialog", { name: "Something stands in the way" });
    await way.getByRole("link", { name: "The shop is down" }).waitFor();
    nothing(await violations(page), "axe on what stands in the way");
    await page.keyboard.press("Escape");
    await way.waitFor({ state: "detached" });
    await api.in("DELETE", `/rules/${about}`);
    await page.reload();
    await settled(page);
    await page.getByRole("button", { name: "Remove group" }).click();
    await page.getByRole("dialog", { name: "Remove group" }).getByRole("button", { name: "Remove group" }).click();
    await page.getByText("This group does not exist").waitFor();
    equal((await api.in("GET", "/subjects?kind=group")).items.length, 0, "groups afterwards");
    equal((await api.in("GET", "/agents")).items.length, 3, "agents afterwards");
    nothing(page.complaints, "complaints");
  });

  await step("the group's screens fit a phone, and are accessible in the dark", async () => {
    const { id } = await group();
    const page = await open(`/groups/${id}`, { colorScheme: "dark", viewport: { width: 320, height: 640 } });
    for (const path of ["/groups", "/groups?add=1", `/groups/${id}`, `/groups/${id}?tab=history`, `/groups/${id}?tab=settings`, "/agents?tag=web&label=env&state=up"]) {
      await page.goto(`${appliance.http}${w}${path}`);
      nothing(await violations(page), `axe on ${path}`);
      await fits(page, path);
    }
    await shot(page, "group-phone");
    nothing(page.complaints, "complaints");
  });
}
