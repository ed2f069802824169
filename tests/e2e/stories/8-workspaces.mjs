// A workspace and its people: invited by a link, given a role and a team, seeing what is theirs; a second workspace and the
// way between them; the request to delete it and the way back. Every screen light, dark and on a phone.
import { readFile } from "node:fs/promises";
import { startAppliance } from "../support/appliance.mjs";
import { openIncident, person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, sideways, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

const guest = { name: "Grace Hopper", mail: "grace@example.com", password: "eleven quiet lanterns glow" };

export default async function story(test, world) {
  world.steps = true;
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const mine = await openIncident(api, appliance, "team-a-db");
  const others = await openIncident(api, appliance, "others-web");
  let link = "";

  await test("the owner makes a team and a group, and invites somebody by a link that is shown once", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/teams`);
    await page.getByText("No teams yet").waitFor();
    nothing(await violations(page), "axe on no teams");
    await page.getByRole("button", { name: "Add team" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("Databases");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Databases" }).waitFor();
    await page.goto(`${appliance.http}${w}/groups`);
    await page.getByText("No groups yet").waitFor();
    await page.getByRole("button", { name: "Add group" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("Amsterdam");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Amsterdam" }).waitFor();
    await page.goto(`${appliance.http}${w}/members`);
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
    check(!(await page.content()).includes(link), "it is not shown again");
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("the agent gets its team and group, and the workspace is scoped by team", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/agents/${mine.agent.id}?tab=settings`);
    await page.getByLabel("Team").selectOption({ label: "Databases" });
    await page.getByLabel("Amsterdam").check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved").first().waitFor();
    await page.goto(`${appliance.http}${w}/agents`);
    await page.getByLabel("Groups").selectOption({ label: "Amsterdam" });
    await page.getByText(/1 of 2/).waitFor();
    await page.goto(`${appliance.http}${w}/settings`);
    await page.getByLabel(/Teams see their own agents only/).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved").first().waitFor();
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("the invited person makes an account by the link, joins, and sees their team's agent alone", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http, [/status of 401/]);
    await page.goto(`${appliance.http}/invitation${new URL(link).hash}`);
    await page.getByText(/invites you to the workspace/).waitFor();
    check(!page.url().includes("token"), "the token leaves the address");
    nothing(await violations(page), "axe on the invitation");
    await shot(page, "invitation");
    await page.getByLabel("Your name").fill(guest.name);
    await page.getByLabel("Password").fill(guest.password);
    await page.getByRole("button", { name: "Make the account and join" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.goto(`${appliance.http}${w}/agents`);
    await page.getByRole("link", { name: "team-a-db" }).waitFor();
    check(!(await page.content()).includes("others-web"), "the other team's agent is not there");
    equal(await page.getByLabel("Team", { exact: true }).count(), 0, "filters for teams whose agents one does not see");
    nothing(page.complaints, "complaints");
    await context.close();
    // The link works once.
    const again = await newContext(browser);
    const second = await newPage(again, appliance.http, [/status of 40[13]/]);
    await second.goto(`${appliance.http}/invitation${new URL(link).hash}`);
    await second.getByRole("alert").getByText(/not valid/).waitFor();
    await again.close();
  });

  await test("an operator with a team's grant edits that team's agents and rules about them, and finds no button for more", async () => {
    const [team] = (await api.in("GET", "/teams")).items;
    const grace = (await api.in("GET", "/members")).items.find((each) => each.mail === guest.mail);
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, guest);
    await page.goto(`${appliance.http}${w}/agents/${mine.agent.id}?tab=settings`);
    await page.getByText("What it sends").waitFor();
    equal(await page.getByRole("button", { name: "Save" }).count(), 0, "ways to save without a grant");
    await page.goto(`${appliance.http}${w}/start`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await api.in("PUT", `/teams/${team.id}/members/${grace.user_id}`, { may_edit: true });
    await page.goto(`${appliance.http}${w}/agents/${mine.agent.id}?tab=settings`);
    await page.getByLabel("Missed heartbeats allowed").fill("4");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    await page.getByRole("button", { name: "Disable" }).waitFor();
    equal(await page.getByRole("button", { name: "Rotate token" }).count(), 0, "ways to rotate a token");
    nothing(await violations(page), "axe on the agent's settings");
    await page.goto(`${appliance.http}${w}/rules`);
    await page.getByRole("button", { name: /Turn off .Memory of team-a-db/ }).waitFor();
    equal(await page.getByRole("button", { name: /Turn off .Disk is filling up/ }).count(), 0, "ways to turn a rule about every agent off");
    await page.getByRole("link", { name: "Add rule" }).click();
    await page.getByLabel("Name of the rule").fill("Load of the database");
    equal(await page.getByLabel("On which agents").inputValue(), `agent:${mine.agent.id}`, "what the rule is about");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText("The rule is on").waitFor();
    await page.goto(`${appliance.http}${w}/agents?add=1`);
    await page.getByRole("dialog").getByLabel("Name").fill("team-a-cache");
    await page.getByRole("dialog").getByLabel(/I may monitor/).check();
    await page.getByRole("button", { name: "Add and show the command" }).click();
    await page.locator("pre").first().waitFor();
    const added = (await api.in("GET", "/agents")).items.find((each) => each.name === "team-a-cache");
    equal(added.team_id, team.id, "the team of what they added");
    await api.in("DELETE", `/agents/${added.id}`);
    await page.goto(`${appliance.http}${w}/recipients`);
    await page.getByText(person.mail).first().waitFor();
    equal(await page.getByRole("button", { name: /^(Edit|Remove)/ }).count(), 0, "ways to change whom other teams' alerts go to");
    await page.getByRole("button", { name: "Add recipient" }).click();
    await page.getByRole("dialog").getByLabel("Enabled").waitFor();
    equal(await page.getByLabel("Told of every alert whose rule names nobody").count(), 0, "ways to hear of other teams' agents");
    await page.keyboard.press("Escape");
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("a rule about a group stays about the group when it is saved", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/rules/new`);
    await page.getByLabel("Name of the rule").fill("Disks of Amsterdam");
    await page.getByLabel("On which agents").selectOption({ label: "group Amsterdam" });
    await page.getByText(/Now: 0 of 1 agent/).waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText("The rule is on").waitFor();
    const made = (await api.in("GET", "/rules")).items.find((each) => each.name === "Disks of Amsterdam");
    equal(made.target.kind, "group", "what the rule is about");
    await page.goto(`${appliance.http}${w}/agents/${mine.agent.id}`);
    await page.getByRole("link", { name: made.sentence }).waitFor();
    await page.goto(`${appliance.http}${w}/rules`);
    await page.getByRole("listitem").filter({ hasText: "Disks of Amsterdam" }).getByText("Amsterdam", { exact: true }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Memory of team-a-db" }).getByText("team-a-db", { exact: true }).waitFor();
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("who belongs to no workspace is told what to do, and finds no way into what is not there", async () => {
    const nobody = { name: "Lone Wolf", mail: "lone@example.com", password: "eleven quiet lanterns glow" };
    const { link: reset } = await api.call("POST", "/appliance/users", { name: nobody.name, mail: nobody.mail, appliance_administrator: true });
    const token = new URLSearchParams(new URL(reset).hash.slice(1)).get("token");
    await fetch(`${appliance.http}/api/v1/password-reset/complete`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, password: nobody.password }) });
    for (const colorScheme of ["light", "dark"]) {
      const context = await newContext(browser, { colorScheme, viewport: colorScheme === "dark" ? { width: 320, height: 640 } : { width: 1280, height: 900 } });
      const page = await newPage(context, appliance.http);
      await page.goto(`${appliance.http}/login`);
      await page.getByLabel("Mail address").fill(nobody.mail);
      await page.getByLabel("Password").fill(nobody.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "You are in no workspace yet" }).waitFor();
      await page.locator("main").getByText(nobody.mail).waitFor();
      await page.getByRole("button", { name: "New workspace" }).waitFor();
      equal(await page.locator('a[href^="/w/"]').count(), 0, "links into workspaces");
      nothing(await violations(page), `axe on no workspace, ${colorScheme}`);
      equal(await sideways(page), 0, "sideways scroll");
      await shot(page, `nowhere-${colorScheme}`);
      await page.goto(`${appliance.http}${w}/agents`);
      await page.getByRole("link", { name: "Go to the start" }).click();
      await page.getByRole("heading", { name: "You are in no workspace yet" }).waitFor();
      nothing(page.complaints, "complaints");
      await context.close();
    }
  });

  await test("every screen of it is accessible, light and dark, and fits a phone", async () => {
    const wide = [];
    for (const [size, colorScheme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"]]) {
      const context = await newContext(browser, { colorScheme, ...(size === "phone" ? { viewport: { width: 320, height: 640 } } : {}) });
      const page = await newPage(context, appliance.http);
      await signInPage(page, appliance.http, person);
      for (const name of ["settings", "members", "teams", "groups"]) {
        await page.goto(`${appliance.http}${w}/${name}`);
        await settled(page);
        await page.getByRole("navigation", { name: "Parts of the settings" }).waitFor();
        nothing(await violations(page), `axe on ${name}, ${size} ${colorScheme}`);
        if ((await sideways(page)) > 0) wide.push(`${name} ${size}`);
        await shot(page, `${size}-${colorScheme}-${name}`, { fullPage: true });
      }
      nothing(page.complaints, "complaints");
      await context.close();
    }
    nothing(wide, "too wide");
  });

  await test("a role is changed in the list, and a member is removed after a question", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/members`);
    await page.getByLabel(`Role of ${guest.name}`).selectOption("viewer");
    await page.getByText("Saved").first().waitFor();
    await page.getByRole("button", { name: `Remove (${guest.name})` }).click();
    const ask = page.getByRole("dialog", { name: "Remove member" });
    nothing(await violations(page), "axe on the question");
    await ask.getByRole("button", { name: "Remove member" }).click();
    await page.getByLabel(`Role of ${guest.name}`).waitFor({ state: "detached" });
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("the keyboard alone makes a second workspace and comes back to the first", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/overview`);
    await settled(page);
    await page.keyboard.press("w");
    await page.getByRole("dialog", { name: "Workspaces" }).getByRole("combobox").waitFor();
    nothing(await violations(page), "axe on the switcher");
    await shot(page, "switcher");
    await page.getByRole("button", { name: "New workspace" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New workspace" }).getByLabel("Name").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "name");
    await page.keyboard.type("Field tests");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\/field-tests\/overview/);
    await settled(page);
    await page.keyboard.press("w");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type("acme");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`${w}/overview`));
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("deletion asks for the name, is told on every page, and can be called off", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}/w/field-tests/settings`);
    await page.getByRole("button", { name: "Delete workspace" }).click();
    const ask = page.getByRole("dialog", { name: "Delete workspace" });
    check(await ask.getByRole("button", { name: "Delete workspace" }).isDisabled(), "it asks for the name");
    await ask.getByLabel(/Field tests/).fill("Field tests");
    await ask.getByRole("button", { name: "Delete workspace" }).click();
    await page.getByText(/asked to delete this workspace/).waitFor();
    await page.goto(`${appliance.http}/w/field-tests/agents`);
    await page.getByText(/asked to delete this workspace/).waitFor();
    nothing(await violations(page), "axe under the banner");
    await shot(page, "deletion-banner");
    await page.goto(`${appliance.http}/w/field-tests/settings`);
    await page.getByRole("button", { name: "Keep workspace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep workspace" }).click();
    await page.getByText(/asked to delete this workspace/).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Disable workspace" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable workspace" }).click();
    await page.getByRole("heading", { name: "This workspace is disabled" }).waitFor();
    nothing(await violations(page), "axe on a disabled workspace");
    await page.getByRole("button", { name: "Enable it again" }).click();
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    nothing(page.complaints.filter((each) => !/status of 403/.test(each)), "complaints");
    await context.close();
  });

  await test("the export asks who it is before the download begins, and stands in the audit log", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http, [/status of 403/]);
    await signInPage(page, appliance.http, person);
    await page.goto(`${appliance.http}${w}/settings`);
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
    await page.getByRole("dialog").getByLabel("Password").fill(person.password);
    const coming = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const download = await coming;
    check(download.suggestedFilename().endsWith(".json"), download.suggestedFilename());
    const whole = JSON.parse(await readFile(await download.path(), "utf8"));
    equal(whole.workspace.slug, api.workspace.slug, "what was exported");
    await page.goto(`${appliance.http}${w}/audit`);
    await page.getByText("exported the workspace").or(page.getByText("workspace.exported")).first().waitFor();
    nothing(page.complaints, "complaints");
    await context.close();
  });

  await test("the export is one JSON document without secrets", async () => {
    const response = await fetch(`${appliance.http}/api/v1/workspaces/${api.workspace.id}/export`, { headers: { Cookie: api.cookie } });
    equal(response.status, 200, "status");
    const whole = await response.json();
    for (const part of ["agents", "readings"]) equal(whole[part].length, 2, `${part} in it`);
    for (const { incident } of [mine, others]) check(whole.incidents.some((each) => each.id === incident.id), "each incident is in it");
    check(!JSON.stringify(whole).includes(mine.token) && !("token_hint" in whole.agents[0]), "no token is in it");
  });
}
