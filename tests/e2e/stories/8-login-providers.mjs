// Login providers against a real one (npm oidc-provider): set up and tested by the administrator, linked by a person,
// used from another browser, an account made for an allowed domain with its role by a claim, and the provider gone.
import { startAppliance } from "../support/appliance.mjs";
import { person, signIn } from "../support/api.mjs";
import { fits, newContext, newPage, settled, shot, signedIn, signInPage, startBrowser, violations } from "../support/browser.mjs";
import { client, signedClient, logInThere, logInThereAgain, reserveProvider, startProvider } from "../support/login_provider.mjs";
import { becomes, equal, nothing, until } from "../support/wait.mjs";

export default async function story(step, world) {
  const place = await reserveProvider();
  const appliance = await startAppliance(world, { CONNLOG_OUTBOUND_LOOPBACK: `127.0.0.1:${place.port}` });
  const provider = await startProvider(world, place, `${appliance.https}/api/v1/login/providers/callback`);
  const browser = await startBrowser(world, appliance);
  const api = await signIn(appliance, { setup: {} });
  // The provider's own pages are visited on purpose, want a font from elsewhere, and complain about themselves.
  const ours = (page) => page.complaints.filter((text) => !text.includes(place.issuer) && !text.includes("fonts.googleapis.com"));
  const allowed = [/status of 40[139]/, /status of 422/];
  const open = () => signedIn(browser, appliance.https, person, { allowed });
  const visitor = async () => newPage(await newContext(browser), appliance.https, allowed);
  const byProvider = async (page, name) => {
    await page.goto(`${appliance.https}/login`);
    await page.getByRole("link", { name: "Sign in with Staff login" }).click();
    await logInThere(page, name);
  };

  const made = await step("the administrator sets a provider up, and a test says step by step that it works", async () => {
    const page = await open();
    await page.goto(`${appliance.https}/appliance/providers`);
    await settled(page);
    await page.getByText("No login providers").waitFor();
    await page.getByText(`${appliance.https}/api/v1/login/providers/callback`).waitFor();
    nothing(await violations(page), "axe, empty");
    await page.getByRole("button", { name: "Add a provider" }).click();
    await page.getByLabel("Kind").selectOption("generic");
    await page.getByLabel("Name on the button").fill("Staff login");
    await page.getByLabel("Issuer").fill(`${place.issuer}/`);
    await page.getByLabel("Client id").fill(client.id);
    await page.getByLabel("Client secret").fill(client.secret);
    nothing(await violations(page), "axe, the form");
    await shot(page, "provider-form");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Staff login" }).waitFor();
    await page.getByRole("button", { name: "Test (Staff login)" }).click();
    await page.getByText("that of another issuer").first().waitFor(); // the slash too much
    await page.getByRole("button", { name: "Edit (Staff login)" }).click();
    await page.getByLabel("Issuer").fill(place.issuer);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Test (Staff login)" }).click();
    await page.getByText("The client id and the secret are right.").waitFor();
    nothing(await violations(page), "axe, tested");
    await shot(page, "providers");
    await page.emulateMedia({ colorScheme: "dark" });
    nothing(await violations(page), "axe, dark");
    await shot(page, "providers-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 360, height: 740 });
    await fits(page, "providers");
    await shot(page, "providers-phone");
    nothing(ours(page), "complaints");
  });
  if (!made.passed) {
    for (const each of (await api.call("GET", "/appliance/providers")).items) await api.call("DELETE", `/appliance/providers/${each.id}`);
    await api.call("POST", "/appliance/providers", { preset: "generic", enabled: true, name: "Staff login", issuer: place.issuer, client_id: client.id, client_secret: client.secret });
  }

  await step("a verified address alone does not open the account that has it", async () => {
    const stranger = await visitor();
    await stranger.goto(`${appliance.https}/login`);
    await stranger.getByRole("link", { name: "Sign in with Staff login" }).waitFor();
    nothing(await violations(stranger), "axe, the login page");
    await shot(stranger, "login-with-provider");
    await stranger.getByRole("link", { name: "Sign in with Staff login" }).click();
    await logInThere(stranger, person.mail.split("@")[0]);
    await stranger.getByText("nobody has proved yet that the address is its owner's").waitFor();
    await becomes(() => new URL(stranger.url()).hash, "", "the fragment in the address bar");
    nothing(await violations(stranger), "axe, refused");
    await shot(stranger, "provider-refused");
    nothing(ours(stranger), "complaints");
  });

  await step("the person links it from their account, and signs in by it in another browser", async () => {
    const page = await open();
    await page.goto(`${appliance.https}/account/logins`);
    await settled(page);
    await page.getByText("No login provider is linked").waitFor();
    nothing(await violations(page), "axe, none linked");
    await page.getByRole("button", { name: "Link Staff login" }).click();
    await logInThere(page, "ada");
    await page.getByText("It is linked. From now on you can sign in with it.").waitFor();
    nothing(await violations(page), "axe, linked");
    await shot(page, "account-logins");
    nothing(ours(page), "complaints");

    const elsewhere = await visitor();
    await byProvider(elsewhere, "ada");
    await elsewhere.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    nothing(ours(elsewhere), "complaints");
  });

  const [listed] = (await api.call("GET", "/appliance/providers")).items;
  await api.call("PATCH", `/appliance/providers/${listed.id}`, {
    allowed_domains: ["example.com"], create_accounts: true, role_claim: "groups",
    roles: [{ value: "ops", workspace_id: api.workspace.id, role: "operator" }],
  });

  await step("a newcomer of an allowed domain gets an account and the role that the claim gives; it ends with the claim", async () => {
    const visit = async () => {
      const newcomer = await visitor();
      await byProvider(newcomer, "grace");
      return until("the newcomer is let in", async () => {
        if (!newcomer.url().startsWith(`${appliance.https}/`)) return null;
        const me = await newcomer.evaluate(async () => (await fetch("/api/v1/me")).json());
        return me.user && me;
      });
    };
    provider.groups.set("grace", ["ops"]);
    const me = await visit();
    equal(me.user.mail, "grace@example.com", "the new account");
    equal(me.workspaces.map((each) => each.role).join(), "operator", "its role");
    provider.groups.set("grace", []);
    equal((await visit()).workspaces.length, 0, "workspaces without the claim");
  });

  await step("signed userinfo answers and roles in a nested claim are read; the test says what it tried", async () => {
    const signed = await api.call("POST", "/appliance/providers", {
      preset: "generic", enabled: true, name: "Signed login", issuer: place.issuer, client_id: signedClient.id, client_secret: signedClient.secret,
      allowed_domains: ["example.com"], create_accounts: true, role_claim: "resource_access.org.example.connlog.roles",
      roles: [{ value: "ops", workspace_id: api.workspace.id, role: "operator" }],
    });
    const page = await open();
    await page.goto(`${appliance.https}/appliance/providers`);
    await settled(page);
    await page.getByRole("button", { name: "Test (Signed login)" }).click();
    await page.getByText("/token: client_secret_basic").waitFor();
    nothing(await violations(page), "axe, tested");
    nothing(ours(page), "complaints");
    provider.groups.set("hopper", ["ops"]);
    const newcomer = await visitor();
    await newcomer.goto(`${appliance.https}/login`);
    await newcomer.getByRole("link", { name: "Sign in with Signed login" }).click();
    await logInThere(newcomer, "hopper");
    await newcomer.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    const me = await newcomer.evaluate(async () => (await fetch("/api/v1/me")).json());
    equal(me.user.mail, "hopper@example.com", "the address in the signed answer");
    equal(me.workspaces.map((each) => each.role).join(), "operator", "the role in the nested claim");
    equal((await api.call("GET", "/appliance/providers")).items.find((each) => each.id === signed.id).notice, null, "what could not be used");
    nothing(ours(newcomer), "complaints");
    await api.call("DELETE", `/appliance/providers/${signed.id}`);
  });

  await step("who has no password proves by the provider that it is them, comes back to the page, and goes on", async () => {
    await api.call("PUT", "/appliance/limits", { limits: { fresh_minutes: 1 } });
    provider.groups.set("grace", ["ops"]);
    const newcomer = await visitor();
    await byProvider(newcomer, "grace");
    await newcomer.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    // The server's own clock must run for the minute: 409 is a fresh session without a factor, 403 one that is not
    // fresh.
    await until("the session is no longer fresh", () => newcomer.evaluate(async () => {
      const { csrf_token: csrf } = await (await fetch("/api/v1/me")).json();
      return (await fetch("/api/v1/account/factors/recovery-codes", { method: "POST", headers: { "X-CSRF-Token": csrf } })).status === 403;
    }), { seconds: 90, everyMs: 1_000 });
    await newcomer.goto(`${appliance.https}/account/security?from=story`);
    await settled(newcomer);
    const dialog = newcomer.getByRole("dialog");
    await newcomer.getByRole("button", { name: "Set up", exact: true }).click();
    await newcomer.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
    const prove = dialog.getByRole("button", { name: "Prove it with Staff login" });
    const focusIsOnProve = () => until("the focus is on the only way", () => prove.evaluate((element) => element === document.activeElement));
    await focusIsOnProve();
    equal(await dialog.getByText("Sign out").count(), 0, "advice to sign out");
    nothing(await violations(newcomer), "axe, the confirmation");
    await shot(newcomer, "step-up-provider");
    await newcomer.emulateMedia({ colorScheme: "dark" });
    nothing(await violations(newcomer), "axe, the confirmation in the dark");
    await newcomer.emulateMedia({ colorScheme: "light" });

    // As somebody else there: it says why, and leads back.
    await focusIsOnProve();
    await newcomer.keyboard.press("Enter");
    await newcomer.locator('input[name="login"]').waitFor();
    await logInThereAgain(newcomer, place, "mallory");
    await newcomer.getByRole("heading", { name: "Not confirmed" }).waitFor();
    await newcomer.getByText("At the provider you are somebody else.").waitFor();
    nothing(await violations(newcomer), "axe, not confirmed");
    await newcomer.getByRole("link", { name: "Back to where you were" }).click();
    await newcomer.getByRole("button", { name: "Set up", exact: true }).click();

    await prove.click();
    await newcomer.locator('input[name="login"]').waitFor();
    await logInThereAgain(newcomer, place, "grace");
    await newcomer.waitForURL(`${appliance.https}/account/security?from=story`);
    await newcomer.getByText("It is you. Now repeat what you wanted to do.").waitFor();
    nothing(await violations(newcomer), "axe, back");
    await newcomer.getByRole("button", { name: "Set up", exact: true }).click();
    await newcomer.getByRole("img", { name: /QR code/ }).waitFor();
    nothing(ours(newcomer), "complaints");
  });

  await step("a provider that is gone locks nobody out: its button says so, and the password works", async () => {
    await provider.stop();
    await appliance.stop(); // what it knew of the provider is forgotten
    await appliance.start();
    const owner = await visitor();
    await owner.goto(`${appliance.https}/login`);
    await owner.getByRole("link", { name: "Sign in with Staff login" }).click();
    await owner.getByText("could not be reached, or answered wrongly").waitFor();
    await owner.getByRole("link", { name: "Back to signing in" }).click();
    await owner.getByText("Staff login did not answer as it should lately.").waitFor();
    nothing(await violations(owner), "axe, trouble");
    await shot(owner, "login-provider-trouble");
    await signInPage(owner, appliance.https, person);
    nothing(ours(owner), "complaints");
  });
}
