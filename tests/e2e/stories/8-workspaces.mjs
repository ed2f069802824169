// A workspace and its people: invited by a link, given a role and a team, seeing what is theirs; a second workspace and
// the way between them; the request to delete it and the way back. Every screen light, dark and on a phone.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { startAppliance } from "../support/appliance.mjs";
import { addUser, openIncident, person, post, signIn } from "../support/api.mjs";
import { fits, goneFrom, isOff, newContext, newPage, settled, shot, signedIn, startBrowser, violations, walk } from "../support/browser.mjs";
import { keyboardOf } from "../support/keyboard.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const guest = { name: "Grace Hopper", mail: "grace@example.com", password: "eleven quiet lanterns glow" };

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const mine = await openIncident(api, appliance, "team-a-db");
  const others = await openIncident(api, appliance, "others-web");
  let link = "";
  const open = async (path, { as = person, ...options } = {}) => {
    const page = await signedIn(browser, appliance.http, as, options);
    if (path) await page.goto(appliance.http + path);
    return page;
  };

  // What a step needs of those before it: found, or made where they failed.
  const named = async (kind, name) => (await api.in("GET", `/${kind}`)).items.find((each) => each.name === name) ?? api.in("POST", `/${kind}`, { name });
  const team = () => named("teams", "Databases");
  const group = async () =>
    (await api.in("GET", "/subjects?kind=group")).items.find((each) => each.name === "Amsterdam") ?? api.in("POST", "/subjects", { kind: "group", name: "Amsterdam" });
  const scoped = async () => {
    await api.in("PATCH", `/agents/${mine.agent.id}`, { team_ids: [(await team()).id], group_ids: [(await group()).id] });
    const { version } = await api.in("GET", "");
    await api.call("PATCH", `/workspaces/${api.workspace.id}`, { team_scoped: true }, { "If-Match": `"${version}"` });
  };
  const invitation = async () => {
    for (const each of (await api.in("GET", "/invitations")).items) await api.in("DELETE", `/invitations/${each.id}`);
    return (await api.in("POST", "/invitations", { mail: guest.mail, role: "operator", team_id: (await team()).id })).link;
  };
  const tokenOf = (of) => new URLSearchParams(new URL(of).hash.slice(1)).get("token");
  const member = async () => {
    const find = async () => (await api.in("GET", "/members")).items.find((each) => each.mail === guest.mail);
    if (!(await find())) await post(appliance, "/invitation/register", { token: tokenOf(await invitation()), name: guest.name, password: guest.password });
    return find();
  };

  await step("the owner makes a team and a group", async () => {
    const page = await open(`${w}/teams`);
    await page.getByText("No teams yet").waitFor();
    nothing(await violations(page), "axe on no teams");
    await page.getByRole("button", { name: "Add team" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("Databases");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Databases" }).waitFor();
    await page.goto(`${appliance.http}${w}/groups`);
    await page.getByText("No groups yet").waitFor();
    nothing(await violations(page), "axe on no groups");
    await page.getByRole("button", { name: "Add group" }).first().click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Amsterdam");
    await page.getByRole("dialog").getByRole("button", { name: "Make the group" }).click();
    await page.getByRole("heading", { name: "Amsterdam", level: 1 }).waitFor();
    await page.getByText("Nobody is in it yet").waitFor();
    nothing(page.complaints, "complaints");
  });

  const invited = await step("the owner invites somebody by a link that is shown once", async () => {
    await team();
    const page = await open(`${w}/members`);
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Mail address").fill(guest.mail);
    await dialog.getByLabel("Role").selectOption("operator");
    await dialog.getByLabel(/^Team/).selectOption({ label: "Databases" });
    nothing(await violations(page), "axe on the invitation's dialog");
    await dialog.getByRole("button", { name: "Invite" }).click();
    const once = page.getByRole("dialog", { name: `Invitation for ${guest.mail}` });
    link = await once.locator("#invitation-link").innerText();
    check(/\/invitation#token=link_[0-9a-f]{64}$/.test(link), `a link with its token in the fragment, found ${link}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: `Revoke (${guest.mail})` }).waitFor();
    await goneFrom(page, link, "it is not shown again");
    nothing(page.complaints, "complaints");
  });

  await step("the agent gets its team and group, and the workspace is scoped by team", async () => {
    await Promise.all([team(), group()]);
    const page = await open(`${w}/agents/${mine.agent.id}?tab=settings`);
    await page.getByLabel("Databases", { exact: true }).check();
    await page.getByLabel("Amsterdam", { exact: true }).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved").first().waitFor();
    await page.goto(`${appliance.http}${w}/agents`);
    await page.getByLabel("Groups").selectOption({ label: "Amsterdam" });
    await page.getByText(/1 of 2/).waitFor();
    await page.goto(`${appliance.http}${w}/settings`);
    await page.getByLabel(/Teams see their own agents and groups only/).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved").first().waitFor();
    nothing(page.complaints, "complaints");
  });
  await scoped();

  await step("the invited person makes an account by the link, joins, and sees their team's agent alone", async () => {
    if (!invited.passed) link = await invitation();
    const page = await newPage(await newContext(browser), appliance.http, [/status of 401/]);
    await page.goto(`${appliance.http}/invitation${new URL(link).hash}`);
    await page.getByText(/invites you to the workspace/).waitFor();
    await until("the token leaves the address", () => !page.url().includes("token"));
    nothing(await violations(page), "axe on the invitation");
    await shot(page, "invitation");
    await page.getByLabel("Your name").fill(guest.name);
    await page.getByLabel("Password").fill(guest.password);
    await page.getByRole("button", { name: "Make the account and join" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.goto(`${appliance.http}${w}/agents`);
    await page.getByRole("link", { name: "team-a-db" }).waitFor();
    await settled(page);
    check(!(await page.content()).includes("others-web"), "the other team's agent is not there");
    equal(await page.getByLabel("Team", { exact: true }).count(), 0, "filters for teams whose agents one does not see");
    nothing(page.complaints, "complaints");
    // The link works once.
    const second = await newPage(await newContext(browser), appliance.http, [/status of 40[13]/]);
    await second.goto(`${appliance.http}/invitation${new URL(link).hash}`);
    await second.getByRole("alert").getByText(/not valid/).waitFor();
  });

  await step("another reader, or another workspace, sees no agent of the one before in the same tab", async () => {
    const { mail } = await member();
    const { slug } = await api.call("POST", "/workspaces", { name: "Empty quay" });
    const page = await newPage(await newContext(browser), appliance.http, [/status of 401/]);
    const enter = async (mail, password) => {
      await page.getByLabel("Mail address").fill(mail);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    };
    await page.goto(`${appliance.http}${w}/overview`);
    await enter(person.mail, person.password);
    const others = page.getByRole("link", { name: /^others-web:/ });
    await others.waitFor();
    await page.keyboard.press("w");
    await page.getByRole("dialog", { name: "Workspaces" }).getByRole("combobox").fill("Empty quay");
    await page.getByRole("option", { name: /Empty quay/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/w/${slug}/overview`));
    await page.locator("main").getByRole("link", { name: "Add agent" }).first().waitFor();
    await goneFrom(page, "others-web", "the other workspace's agents are gone");
    await page.goBack();
    await others.waitFor();

    await page.getByRole("button", { name: /Ada/ }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Mail address").waitFor();
    await page.route(/\/agents\?/, () => {}); // the new reader's list never comes
    await enter(mail, guest.password);
    await page.getByRole("link", { name: /^team-a-db:/ }).waitFor();
    await until("the former reader's agents are gone", async () => !(await page.content()).includes("others-web"));
    nothing(page.complaints, "complaints");
  });

  await step("an operator without a grant finds no button to change their team's agents", async () => {
    await member();
    const page = await open(`${w}/agents/${mine.agent.id}?tab=settings`, { as: guest });
    await page.getByText("What it sends").waitFor();
    await settled(page);
    equal(await page.getByRole("button", { name: "Save" }).count(), 0, "ways to save without a grant");
    await page.goto(`${appliance.http}${w}/start`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("an operator with a team's grant edits that team's agents and rules about them, and finds no button for more", async () => {
    const databases = await team();
    const { user_id: grace } = await member();
    await api.in("PUT", `/teams/${databases.id}/members/${grace}`, { may_edit: true });
    const page = await open(`${w}/agents/${mine.agent.id}?tab=settings`, { as: guest });
    await page.getByLabel("Missed heartbeats allowed").fill("4");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    await page.getByRole("button", { name: "Disable" }).waitFor();
    nothing(await violations(page), "axe on the agent's settings");
    equal(await page.getByRole("button", { name: "Rotate token" }).count(), 0, "ways to rotate a token");
    await page.goto(`${appliance.http}${w}/rules`);
    await page.getByRole("button", { name: /Turn off .Memory of team-a-db/ }).waitFor();
    await settled(page);
    equal(await page.getByRole("button", { name: /Turn off .Disk is filling up/ }).count(), 0, "ways to turn a rule about every agent off");
    await page.getByRole("link", { name: "Add rule" }).click();
    await page.getByLabel("Name of the rule").fill("Load of the database");
    await becomes(() => page.getByLabel("What it is about").inputValue(), `subject:${mine.agent.id}`, "what the rule is about");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText("The rule is on").waitFor();
    await page.goto(`${appliance.http}${w}/agents?add=1`);
    await page.getByRole("dialog").getByLabel("Name").fill("team-a-cache");
    await page.getByRole("dialog").getByLabel(/I may monitor/).check();
    await page.getByRole("button", { name: "Add and show the command" }).click();
    await page.locator("pre").first().waitFor();
    const added = (await api.in("GET", "/agents")).items.find((each) => each.name === "team-a-cache");
    await api.in("DELETE", `/agents/${added.id}`);
    equal(added.team_ids.join(), databases.id, "the team of what they added");
    await page.goto(`${appliance.http}${w}/recipients`);
    await page.getByText(person.mail).first().waitFor();
    await settled(page);
    equal(await page.getByRole("button", { name: /^(Edit|Remove)/ }).count(), 0, "ways to change whom other teams' alerts go to");
    await page.getByRole("button", { name: "Add recipient" }).click();
    await page.getByRole("dialog").getByLabel("Enabled").waitFor();
    await settled(page);
    equal(await page.getByLabel("Told of every alert whose rule names nobody").count(), 0, "ways to hear of other teams' agents");
    nothing(page.complaints, "complaints");
  });

  await step("a rule about a group stays about the group when it is saved", async () => {
    const page = await open(`${w}/rules/new`);
    await page.getByLabel("Name of the rule").fill("Disks of Amsterdam");
    await page.getByLabel("What it is about").selectOption({ label: "members of Amsterdam" });
    await page.getByText(/Now: 0 of 1 match/).waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText("The rule is on").waitFor();
    const made = (await api.in("GET", "/rules")).items.find((each) => each.name === "Disks of Amsterdam");
    equal(made.target.kind, "group", "what the rule is about");
    await page.goto(`${appliance.http}${w}/agents/${mine.agent.id}`);
    await page.getByRole("link", { name: made.sentence }).waitFor();
    await page.goto(`${appliance.http}${w}/rules`);
    await page.getByRole("listitem").filter({ hasText: "Disks of Amsterdam" }).getByRole("link", { name: "Amsterdam", exact: true }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Memory of team-a-db" }).getByRole("link", { name: "team-a-db", exact: true }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("who belongs to no workspace is told what to do, and finds no way into what is not there", async () => {
    const nobody = { name: "Lone Wolf", mail: "lone@example.com", password: "eleven quiet lanterns glow" };
    await addUser(api, appliance, nobody, { appliance_administrator: true });
    for (const colorScheme of ["light", "dark"]) {
      const viewport = colorScheme === "dark" ? { width: 320, height: 640 } : { width: 1280, height: 900 };
      const page = await newPage(await newContext(browser, { colorScheme, viewport }), appliance.http);
      await page.goto(`${appliance.http}/login`);
      await page.getByLabel("Mail address").fill(nobody.mail);
      await page.getByLabel("Password").fill(nobody.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "You are in no workspace yet" }).waitFor();
      await page.locator("main").getByText(nobody.mail).waitFor();
      await page.getByRole("button", { name: "New workspace" }).waitFor();
      nothing(await violations(page), `axe on no workspace, ${colorScheme}`);
      equal(await page.locator('a[href^="/w/"]').count(), 0, "links into workspaces");
      await fits(page, "no workspace");
      await shot(page, `nowhere-${colorScheme}`);
      await page.goto(`${appliance.http}${w}/agents`);
      await page.getByRole("link", { name: "Go to the start" }).click();
      await page.getByRole("heading", { name: "You are in no workspace yet" }).waitFor();
      nothing(page.complaints, "complaints");
    }
  });

  const pages = Object.fromEntries(["settings", "members", "teams"].map((name) => [name, `${w}/${name}`]));
  for (const [size, colorScheme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"]]) {
    await step(`every screen of it is accessible and fits, ${size}, ${colorScheme}`, async () => {
      const page = await open(null, { colorScheme, ...(size === "phone" ? { viewport: { width: 320, height: 640 } } : {}) });
      nothing(await walk(page, appliance.http, pages, {
        narrow: true,
        looks: `${size}-${colorScheme}-*`,
        then: () => page.getByRole("navigation", { name: "Parts of the settings" }).waitFor(),
      }), "problems");
    });
  }

  await step("a role is changed in the list, and a member is removed after a question", async () => {
    await member();
    const page = await open(`${w}/members`);
    await page.getByLabel(`Role of ${guest.name}`).selectOption("viewer");
    await page.getByText("Saved").first().waitFor();
    await page.getByRole("button", { name: `Remove (${guest.name})` }).click();
    const ask = page.getByRole("dialog", { name: "Remove member" });
    await ask.waitFor();
    nothing(await violations(page), "axe on the question");
    await ask.getByRole("button", { name: "Remove member" }).click();
    await page.getByLabel(`Role of ${guest.name}`).waitFor({ state: "detached" });
    nothing(page.complaints, "complaints");
  });

  await step("the keyboard alone makes a second workspace and comes back to the first", async () => {
    const page = await open(`${w}/overview`);
    const keys = keyboardOf(page);
    await settled(page);
    await keys.press("w");
    await page.getByRole("dialog", { name: "Workspaces" }).getByRole("combobox").waitFor();
    await keys.atCombobox();
    nothing(await violations(page), "axe on the switcher");
    await shot(page, "switcher");
    await keys.tabTo("New workspace");
    await keys.press("Enter");
    await page.getByRole("dialog", { name: "New workspace" }).getByLabel("Name").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "name");
    await keys.type("Field tests");
    await keys.press("Enter");
    await page.waitForURL(/\/w\/field-tests\/overview/);
    await keys.closed();
    await settled(page);
    await keys.press("w");
    await keys.atCombobox();
    await keys.type("acme");
    await page.getByRole("option", { name: /Acme/, selected: true }).waitFor();
    await keys.press("Enter");
    await page.waitForURL(new RegExp(`${w}/overview`));
    nothing(page.complaints, "complaints");
  });

  await step("deletion asks for the name, is told on every page, and can be called off", async () => {
    const { slug, name } = await api.call("POST", "/workspaces", { name: "Harbour" });
    const page = await open(`/w/${slug}/settings`, { allowed: [/status of 403/] });
    await page.getByRole("button", { name: "Delete workspace" }).click();
    const ask = page.getByRole("dialog", { name: "Delete workspace" });
    await isOff(ask.getByRole("button", { name: "Delete workspace" }), "it asks for the name");
    await ask.getByLabel(new RegExp(name)).fill(name);
    await ask.getByRole("button", { name: "Delete workspace" }).click();
    await page.getByText(/asked to delete this workspace/).waitFor();
    await page.goto(`${appliance.http}/w/${slug}/agents`);
    await page.getByText(/asked to delete this workspace/).waitFor();
    nothing(await violations(page), "axe under the banner");
    await shot(page, "deletion-banner");
    await page.goto(`${appliance.http}/w/${slug}/settings`);
    await page.getByRole("button", { name: "Keep workspace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep workspace" }).click();
    await page.getByText(/asked to delete this workspace/).waitFor({ state: "detached" });
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Disable workspace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable workspace" }).click();
    await page.getByRole("heading", { name: "This workspace is disabled" }).waitFor();
    nothing(await violations(page), "axe on a disabled workspace");
    await page.getByRole("button", { name: "Enable it again" }).click();
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the export asks who it is before the download begins, and stands in the audit log", async () => {
    const page = await open(`${w}/settings`, { allowed: [/status of 403/] });
    const begin = page.getByRole("button", { name: "Export", exact: true });
    await begin.waitFor();
    // As after ten minutes: the first answer is the server's own refusal; what follows is real.
    let asked = 0;
    await page.route("**/api/v1/step-up", async (route) => {
      if (route.request().method() !== "GET" || ++asked > 1) return route.continue();
      return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, code: "step_up_required", title: "", detail: "", methods: ["password"] }) });
    });
    await begin.click();
    await page.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
    const password = page.getByRole("dialog").getByLabel("Password");
    await password.fill(person.password);
    const [download] = await Promise.all([page.waitForEvent("download"), password.press("Enter")]);
    check(download.suggestedFilename().endsWith(".zip"), download.suggestedFilename());
    const zip = await download.path();
    const python = (program) => execFileSync("python3", ["-c", program, zip], { encoding: "utf8" });
    equal(python("import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())").trim(), "None", "damaged files in the ZIP");
    const manifest = JSON.parse(python("import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read('manifest.json').decode())"));
    equal(manifest.workspace.slug, api.workspace.slug, "what was exported");
    equal(manifest.sections.find((each) => each.name === "readings").rows, 2, "readings in the ZIP");
    const head = python("import csv, io, sys, zipfile; print(next(csv.reader(io.TextIOWrapper(zipfile.ZipFile(sys.argv[1]).open('readings.csv'), 'utf-8', newline='')))[:2])");
    equal(head.trim(), "['subject_id', 'at']", "the head of the readings");
    const [plain] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export as JSON" }).click()]);
    check(plain.suggestedFilename().endsWith(".json"), plain.suggestedFilename());
    equal(JSON.parse(await readFile(await plain.path(), "utf8")).workspace.slug, api.workspace.slug, "the JSON document");
    await page.goto(`${appliance.http}${w}/audit`);
    await page.getByText("exported the workspace").or(page.getByText("workspace.exported")).first().waitFor();
    nothing(page.complaints, "complaints");
  });

  await step("the export is one JSON document without secrets", async () => {
    const whole = await api.in("GET", "/export");
    for (const part of ["agents", "readings"]) equal(whole[part].length, 2, `${part} in it`);
    for (const { incident } of [mine, others]) check(whole.incidents.some((each) => each.id === incident.id), "each incident is in it");
    check(!JSON.stringify(whole).includes(mine.token) && !("token_hint" in whole.agents[0]), "no token is in it");
  });
}
