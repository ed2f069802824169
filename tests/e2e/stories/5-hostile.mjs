// Threat 5: hostile texts in every field a person or an agent can fill are shown as text, in a real browser. Were one
// of them let through as markup, the picture would be asked for (a complaint), or the script would run (another).
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, openIncident, person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, signedIn, startBrowser } from "../support/browser.mjs";
import { becomes, check, nothing } from "../support/wait.mjs";

const image = `<img src=/x onerror="document.title='pwned'">`;
const script = `"'><script>document.title='pwned'</script>`;
const template = "{{7*7}} ${7*7} <%= 7*7 %>";
const link = "javascript:document.title='pwned'";

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: { name: `Eve ${image}`, workspace_name: `Eve's ${image}` } });
  const w = `/w/${api.workspace.slug}`;
  const agentName = `a ${image}`;
  const hostName = `h ${script}`;
  const { agent, token, rule, incident } = await openIncident(api, appliance, agentName, { "X-Hostname": hostName, "X-OS": "linux" });
  const notes = `${script} ${link} ${template}`;
  await api.in("PATCH", `/agents/${agent.id}`, { notes, labels: { env: image } });
  const group = await api.in("POST", "/subjects", { kind: "group", name: `g ${image}`, notes, labels: { env: image }, member_ids: [agent.id] });
  await api.in("POST", `/incidents/${incident.id}/comments`, { text: `${script} ${template}\nsecond line ${link}` });
  await api.in("POST", `/incidents/${incident.id}/acknowledge`, { comment: image });
  await api.in("PATCH", `/rules/${rule.id}`, { name: `r ${script}` });
  await api.in("POST", "/recipients", { name: `c ${image}`, kind: "webhook", fields: { url: "https://hooks.example.com/%3Cimg%20src=x%3E?q=%22onerror=1" } });

  await step("every text is text, on every page", async () => {
    const page = await signedIn(browser, appliance.http, person, { allowed: [/status of 4\d\d/] });
    const problems = [];
    const shown = async (path, ...texts) => {
      await page.goto(appliance.http + path);
      await settled(page);
      for (const text of texts) {
        await page.getByText(text).first().waitFor({ timeout: 10_000 }).catch(() => problems.push(`${path} does not show ${text} as text`));
      }
      for (const [what, selector] of [["pictures", "main img:not([role=img])"], ["scripts", "body script"], ["script links", "a[href^='javascript:']"]]) {
        const found = await page.locator(selector).count();
        if (found > 0) problems.push(`${path}: ${found} ${what}`);
      }
      if ((await page.title()).startsWith("pwned")) problems.push(`${path}: a script ran`);
    };
    await shown(`${w}/overview`, agentName);
    await shown(`${w}/agents`, agentName);
    await shown(`${w}/agents/${agent.id}`, agentName, hostName, notes, `env=${image}`);
    await shown(`${w}/groups`, `g ${image}`);
    await shown(`${w}/groups/${group.id}`, `g ${image}`, agentName, notes);
    await shown(`${w}/groups/${group.id}?tab=settings`, agentName);
    await shown(`${w}/agents/${agent.id}?tab=settings`, agentName);
    await shown(`${w}/rules`, `r ${script}`);
    await shown(`${w}/rules/${rule.id}`, `r ${script}`);
    await shown(`${w}/incidents?state=any`, agentName);
    await shown(`${w}/incidents/${incident.id}`, agentName, template);
    await shot(page, "hostile", { fullPage: true });
    await shown(`${w}/recipients`, `c ${image}`);
    await shown(`${w}/audit`, `Eve ${image}`);
    await shown(`${w}/agents?q=${encodeURIComponent(image)}&state=${encodeURIComponent(script)}&label=${encodeURIComponent(image)}&sort=${encodeURIComponent(script)}`);
    await shown(`${w}/agents/${encodeURIComponent(script)}`);
    nothing(problems, "problems");
    nothing(page.complaints, "complaints");
  });

  await step("the address to come back to leads nowhere else", async () => {
    for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/", link, "/w/../../evil"]) {
      const page = await newPage(await newContext(browser), appliance.http);
      await page.goto(`${appliance.http}/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel("Mail address").fill(person.mail);
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
      await becomes(() => page.url(), `${appliance.http}${w}/overview`, `after next=${next}`);
      nothing(page.complaints, "complaints");
    }
  });

  await step("lines cannot be broken by an agent's header", async () => {
    const answer = await heartbeat(appliance, token, {}, { "X-Hostname": "one\u0085two" }).catch(() => null);
    // Refused or cleaned: the name of the host never has a control character.
    if (answer?.ok) {
      const found = await api.in("GET", `/agents/${agent.id}`);
      check(!/[\u0000-\u001f\u007f-\u009f]/.test(found.hostname), `host name ${JSON.stringify(found.hostname)}`);
    }
  });
}
