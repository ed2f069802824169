// Threat 5: hostile texts in every field a person or an agent can fill are shown as text, in a real browser. Were one of
// them let through as markup, the picture would be asked for (a complaint), or the script would run (another).
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, openIncident, person, signIn } from "../support/api.mjs";
import { newContext, newPage, settled, shot, signInPage, startBrowser } from "../support/browser.mjs";
import { check, equal, nothing } from "../support/wait.mjs";

const image = `<img src=/x onerror="document.title='pwned'">`;
const script = `"'><script>document.title='pwned'</script>`;
const template = "{{7*7}} ${7*7} <%= 7*7 %>";
const link = "javascript:document.title='pwned'";

export default async function story(test, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: { name: `Eve ${image}`, workspace_name: `Eve's ${image}` } });
  const w = `/w/${api.workspace.slug}`;
  const agentName = `a ${image}`;
  const hostName = `h ${script}`;
  const { agent, token, rule, incident } = await openIncident(api, appliance, agentName, { "X-Hostname": hostName, "X-OS": "linux" });
  await api.in("POST", `/incidents/${incident.id}/comments`, { text: `${script} ${template}\nsecond line ${link}` });
  await api.in("POST", `/incidents/${incident.id}/acknowledge`, { comment: image });
  await api.in("PATCH", `/rules/${rule.id}`, { name: `r ${script}` });
  await api.in("POST", "/recipients", { name: `c ${image}`, channel: "webhook", address: "https://hooks.example.com/%3Cimg%20src=x%3E?q=%22onerror=1" });

  await test("every text is text, on every page", async () => {
    const context = await newContext(browser);
    const page = await newPage(context, appliance.http);
    await signInPage(page, appliance.http, person);
    const shown = async (path, ...texts) => {
      await page.goto(appliance.http + path);
      await settled(page);
      for (const text of texts) {
        await page.getByText(text).first().waitFor().catch(() => {
          throw new Error(`${path} does not show ${text} as text`);
        });
      }
      equal(await page.locator("main img:not([role=img])").count(), 0, `${path}: pictures`);
      equal(await page.locator("body script").count(), 0, `${path}: scripts`);
      equal(await page.locator("a[href^='javascript:']").count(), 0, `${path}: script links`);
      check(!(await page.title()).startsWith("pwned"), `${path}: a script ran`);
    };
    await shown(`${w}/overview`, agentName);
    await shown(`${w}/agents`, agentName);
    await shown(`${w}/agents/${agent.id}`, agentName, hostName);
    await shown(`${w}/agents/${agent.id}?tab=settings`, agentName);
    await shown(`${w}/rules`, `r ${script}`);
    await shown(`${w}/rules/${rule.id}`, `r ${script}`);
    await shown(`${w}/incidents?state=any`, agentName);
    await shown(`${w}/incidents/${incident.id}`, agentName, template);
    await shot(page, "hostile", { fullPage: true });
    await shown(`${w}/recipients`, `c ${image}`);
    await shown(`${w}/audit`, `Eve ${image}`);
    await shown(`${w}/agents?q=${encodeURIComponent(image)}&state=${encodeURIComponent(script)}&sort=${encodeURIComponent(script)}`);
    await shown(`${w}/agents/${encodeURIComponent(script)}`);
    nothing(page.complaints.filter((each) => !/status of 4\d\d/.test(each)), "complaints");
    await context.close();
  });

  await test("the address to come back to leads nowhere else", async () => {
    for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/", link, "/w/../../evil"]) {
      const context = await newContext(browser);
      const page = await newPage(context, appliance.http);
      await page.goto(`${appliance.http}/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel("Mail address").fill(person.mail);
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).waitFor();
      equal(new URL(page.url()).pathname, `${w}/overview`, `after next=${next}`);
      equal(new URL(page.url()).origin, appliance.http, `after next=${next}`);
      nothing(page.complaints, "complaints");
      await context.close();
    }
  });

  await test("lines cannot be broken by an agent's header", async () => {
    const answer = await heartbeat(appliance, token, {}, { "X-Hostname": "one\u0085two" }).catch(() => null);
    // Refused or cleaned: the name of the host never has a control character.
    if (answer?.ok) {
      const found = await api.in("GET", `/agents/${agent.id}`);
      check(!/[\u0000-\u001f\u007f-\u009f]/.test(found.hostname), `host name ${JSON.stringify(found.hostname)}`);
    }
  });
}
