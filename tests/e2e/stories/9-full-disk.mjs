// A full disk, seen in the browser: a banner over every page since when and why, states that are unknown and not up, and
// both gone by themselves once there is room. The files of the running process may not grow any more: that works
// everywhere, as any user, and goes the same way as a full disk.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startAppliance } from "../support/appliance.mjs";
import { heartbeat, person, signIn } from "../support/api.mjs";
import { signedIn, shot, startBrowser } from "../support/browser.mjs";
import { becomes, check, equal, nothing, until } from "../support/wait.mjs";

const exec = promisify(execFile);

export default async function story(step, world) {
  const appliance = await startAppliance(world);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  const w = `/w/${api.workspace.slug}`;
  const added = await api.in("POST", "/agents", { name: "db-1", tags: [], authorised: true });
  check((await heartbeat(appliance, added.token)).ok, "the agent speaks");
  const limit = (size) => exec("prlimit", ["--pid", String(appliance.process.pid), `--fsize=${size}:`]);
  const beats = (status) => until(`a heartbeat is answered with ${status}`, async () => (await heartbeat(appliance, added.token)).status === status, { everyMs: 500 });
  const banner = (page) => page.getByRole("alert").filter({ hasText: "Nothing can be stored since" });

  await step("a full disk, seen on the overview", async () => {
    const page = await signedIn(browser, appliance.http, person);
    await page.goto(`${appliance.http}${w}/overview`);
    await page.getByText("All is well.").waitFor();
    equal(await banner(page).count(), 0, "banners before");
    await limit(0);
    try {
      await beats(503);
      await banner(page).waitFor();
      check((await banner(page).innerText()).includes("the limit of file sizes is reached"), "the banner names the cause");
      await page.getByText("Nothing is known of 1 agent").waitFor();
      await page.getByRole("link", { name: "db-1: Unknown" }).waitFor();
      equal(await page.getByText("All is well.").count(), 0, "All is well");
      await shot(page, "full-disk-overview", { fullPage: true });

      // A page that is opened now, and one that has nothing to do with the workspace.
      await page.goto(`${appliance.http}/account`);
      await banner(page).waitFor();
      await page.goto(`${appliance.http}${w}/agents`);
      await banner(page).waitFor();
      await page.getByRole("row").filter({ hasText: "db-1" }).getByText("Unknown").waitFor();
      await page.goto(`${appliance.http}${w}/overview`);
      await banner(page).waitFor();
    } finally {
      await limit("unlimited");
    }
    await becomes(() => banner(page).count(), 0, "banners afterwards");
    await beats(200);
    await page.getByText("All is well.").waitFor();
    equal((await api.in("GET", "/incidents")).items.length, 0, "incidents");
    nothing(page.complaints, "complaints");
  });
}
