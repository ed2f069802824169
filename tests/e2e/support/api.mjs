// The API as a program uses it, to prepare what a story does not tell: sign in or set up, then call.
import { randomBytes } from "node:crypto";
import { until } from "./wait.mjs";

// Shared by every story: a story that changes something of it takes a copy.
export const person = Object.freeze({ name: "Ada Lovelace", mail: "ada@example.com", password: "seven green bottles standing", workspace_name: "Acme Operations" });

export function setupToken(link) {
  const url = new URL(link);
  const part = url.hash.slice(1);
  return url.searchParams.get("token") ?? new URLSearchParams(part).get("token") ?? part;
}

export async function signIn(appliance, how = {}) {
  const api = { cookie: "", csrf: "", workspace: null, me: null };
  const jar = new Map();
  const who = { ...person, ...how.setup, ...how.as };
  api.call = async (method, path, body, headers = {}, again = true) => {
    const response = await fetch(`${appliance.http}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(api.cookie ? { Cookie: api.cookie } : {}),
        ...(method === "GET" || !api.csrf ? {} : { "X-CSRF-Token": api.csrf }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie?.() ?? [response.headers.get("set-cookie")].filter(Boolean)) {
      const [pair] = cookie.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair);
    }
    api.cookie = [...jar.values()].join("; ");
    // A long story is older than the minutes for which signing in proves who one is.
    if (response.status === 403 && again && JSON.parse(text).code === "step_up_required") {
      await api.call("POST", "/step-up", { method: "password", password: who.password }, {}, false);
      return api.call(method, path, body, headers, false);
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  api.in = (method, path, body) => api.call(method, `/workspaces/${api.workspace.id}${path}`, body);
  api.me = how.setup
    ? await api.call("POST", "/setup", { token: setupToken(appliance.setupLink), ...person, ...how.setup })
    : await api.call("POST", "/login", { mail: who.mail, password: who.password });
  api.csrf = api.me.csrf_token;
  api.workspace = api.me.workspaces[0];
  return api;
}

// The owner, also where nobody has set the appliance up yet, or a browser is about to.
export async function ownerOf(appliance, as = person) {
  return until("the owner is let in", async () => {
    const { needs_setup: setup } = await (await fetch(`${appliance.http}/api/v1/setup`)).json();
    return signIn(appliance, setup ? { setup: as } : { as });
  }, { everyMs: 1_000 });
}

// What somebody does who is not signed in.
export async function post(appliance, path, body) {
  const response = await fetch(`${appliance.http}/api/v1${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
}

const tokenOf = (link) => new URLSearchParams(new URL(link).hash.slice(1)).get("token");

// Somebody new in the workspace, with a password of their own.
export async function join(api, appliance, who, role = "member") {
  const { link } = await api.in("POST", "/invitations", { mail: who.mail, role });
  await post(appliance, "/invitation/register", { token: tokenOf(link), name: who.name, password: who.password });
}

// Somebody new who is in no workspace.
export async function addUser(api, appliance, who, more = {}) {
  const { link } = await api.call("POST", "/appliance/users", { name: who.name, mail: who.mail, ...more });
  await post(appliance, "/password-reset/complete", { token: tokenOf(link), password: who.password });
}

// One heartbeat as the genuine agent sends it: 32 bytes, little-endian (agent protocol §4).
export async function heartbeat(appliance, token, values = {}, headers = {}) {
  const frame = Buffer.alloc(32);
  frame.writeBigUInt64LE(BigInt(values.uptime ?? 86_400), 0);
  frame.writeUInt16LE(Math.round((values.cpu ?? 12.5) * 100), 8);
  frame.writeUInt16LE(Math.round((values.peak ?? values.cpu ?? 20) * 100), 10);
  frame.writeUInt32LE(values.memory ?? 2_048, 12);
  frame.writeUInt32LE(8_192, 16);
  frame.writeUInt32LE(values.disk ?? 20_480, 20);
  frame.writeUInt32LE(102_400, 24);
  frame.writeUInt16LE(40, 28);
  frame.writeUInt16LE(40, 30);
  return fetch(`${appliance.http}/api/agents/heartbeat`, {
    method: "POST",
    headers: {
      "Content-Type": "application/octet-stream",
      Authorization: `Bearer ${token}`,
      "User-Agent": "connlog-agent/1.19.0",
      "X-Agent-Version": "1.19.0",
      "X-Protocol-Version": "1",
      "X-Config-Version": "1",
      "X-OS": "linux",
      "X-Arch": "x86_64",
      "X-Machine-Id": "5a".repeat(32),
      "X-Cpu-Core-Count": "4",
      "X-ConnLog-Request-Id": randomBytes(16).toString("hex"),
      ...headers,
    },
    body: frame,
  });
}

// An incident without waiting: a rule that holds as soon as it is told of.
export async function openIncident(api, appliance, name, headers = {}) {
  const added = await api.in("POST", "/agents", { name, tags: ["production"], authorised: true });
  const rule = await api.in("POST", "/rules", {
    name: `Memory of ${name}`.slice(0, 80), kind: "metric", target: { kind: "subject", subject_id: added.agent.id }, metric: "memory_percent", comparison: "above",
    threshold: 1, hysteresis: 0.5, duration_seconds: 0, cooldown_seconds: 0, severity: "critical", enabled: true, recipient_ids: [],
  });
  const answer = await heartbeat(appliance, added.token, {}, headers);
  if (!answer.ok) throw new Error(`heartbeat: ${answer.status} ${await answer.text()}`);
  const incident = await until("the incident is open", async () => {
    const { items } = await api.in("GET", `/incidents?state=open&subject=${added.agent.id}`);
    return items.find((each) => each.rule_id === rule.id);
  });
  return { ...added, rule, incident };
}
