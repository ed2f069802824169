// A real OpenID provider (npm oidc-provider with its own development pages) on a free loopback port, for the stories of
// login providers. A person who logs in there as "ada" is ada@example.com, verified, in the groups given to them.
import { createServer } from "node:http";
import { freePort } from "./appliance.mjs";
import { until } from "./wait.mjs";

export const client = { id: "connlog", secret: "a secret of the test, 24601 +/&=" };
// A client whose userinfo answers are signed (application/jwt).
export const signedClient = { id: "connlog-signed", secret: "another one, 100% +/&=:" };

export async function reserveProvider() {
  const port = await freePort();
  return { port, issuer: `http://127.0.0.1:${port}` };
}

export async function startProvider(world, place, redirectUri) {
  const { default: Provider } = await import("oidc-provider");
  const groups = new Map();
  const quiet = console.warn;
  console.warn = () => {}; // it warns of its development keys and pages, which are meant here
  const provider = new Provider(place.issuer, {
    clients: [
      { client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] },
      { client_id: signedClient.id, client_secret: signedClient.secret, redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"],
        userinfo_signed_response_alg: "RS256" },
    ],
    features: { jwtUserinfo: { enabled: true } },
    pkce: { required: () => true, methods: ["S256"] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    scopes: ["openid", "email", "profile"],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups", "resource_access"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `${id[0].toUpperCase()}${id.slice(1)} of the provider`, groups: groups.get(id) ?? [], resource_access: { "org.example.connlog": { roles: groups.get(id) ?? [] } } }),
    }),
  });
  console.warn = quiet;
  const server = createServer(provider.callback());
  await new Promise((done, fail) => server.once("error", fail).listen(place.port, "127.0.0.1", done));
  const running = {
    groups,
    async stop() {
      server.closeAllConnections?.();
      await new Promise((done) => server.close(done));
    },
  };
  world.later(() => running.stop());
  return running;
}

// Its login page, as a person meets it.
async function nameThere(page, name) {
  await page.locator('input[name="login"]').fill(name);
  await page.locator('input[name="password"]').fill("anything");
  await page.locator('button[type="submit"]').click();
}

// Asked anew (prompt=login): the login page comes although the browser is logged in there; the consent only where it
// was not given yet.
export async function logInThereAgain(page, place, name) {
  await nameThere(page, name);
  const consent = page.getByRole("button", { name: "Continue" });
  const left = () => new URL(page.url()).origin !== place.issuer;
  await until("the provider asks for consent or leads back", async () => left() || (await consent.isVisible()));
  if (!left()) await consent.click();
}

// Its login page and its consent page.
export async function logInThere(page, name) {
  await nameThere(page, name);
  await page.getByRole("button", { name: "Continue" }).click();
}
