// Starts the real executable on free ports with a data directory of its own, and knows what it printed.
import { spawn } from "node:child_process";
import { createHash, randomInt, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { kPatience, until } from "./wait.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

export function binary() {
  const path = process.env.CONNLOG_BIN ?? [join(root, "connlog"), join(root, "build/release/connlog"), join(root, "build/dev/connlog")].find(existsSync);
  if (!path || !existsSync(path)) throw new Error("no executable: build it first, or name it in CONNLOG_BIN");
  return resolve(path);
}

// Below the ports that the system gives to connections: one of those could be taken before it is listened on, or while
// the appliance is stopped.
export async function freePort() {
  return until("a port is free", async () => {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    await new Promise((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
    await new Promise((done) => server.close(done));
    return port;
  }, { everyMs: 0 });
}

// The pin of the certificate that is served: base64 SHA-256 of its public key.
async function spkiPin(port) {
  const certificate = await new Promise((done, fail) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false }, () => {
      const peer = socket.getPeerCertificate();
      socket.end();
      done(new X509Certificate(peer.raw));
    });
    socket.once("error", fail);
  });
  return createHash("sha256").update(certificate.publicKey.export({ type: "spki", format: "der" })).digest("base64");
}

// `before` puts something into the data directory before the first start, such as a restored appliance, which has people
// already.
export async function startAppliance(world, settings = {}, { before = null } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "connlog-e2e-"));
  const httpPort = await freePort();
  const httpsPort = await freePort();
  const appliance = {
    folder,
    http: `http://127.0.0.1:${httpPort}`,
    https: `https://localhost:${httpsPort}`,
    output: "",
    process: null,
    setupLink: null,
    pin: null,
    async start() {
      const child = spawn(binary(), ["serve"], {
        env: {
          ...process.env,
          CONNLOG_DATA_DIR: join(folder, "data"),
          CONNLOG_HTTP_LISTEN: `127.0.0.1:${httpPort}`,
          CONNLOG_HTTPS_LISTEN: `127.0.0.1:${httpsPort}`,
          CONNLOG_PUBLIC_URL: `https://localhost:${httpsPort}`,
          ...settings,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      appliance.process = child;
      let ended = null;
      child.once("exit", (code, signal) => (ended = `it ended with ${code ?? signal}`));
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (appliance.output += text));
      await until("the appliance is ready", async () => {
        if (ended) throw new Error(`${ended}:\n${appliance.output}`);
        return (await fetch(`${appliance.http}/readyz`)).ok;
      }, { seconds: 2 * kPatience }).catch((problem) => {
        throw new Error(`${problem.message}\n${appliance.output}`);
      });
      // Printed at the first start only.
      if (!before) appliance.setupLink ??= await until("a set-up link is printed", () => /(https?:\/\/\S+\/setup\S*)\s/.exec(appliance.output)?.[1]);
      appliance.pin = await spkiPin(httpsPort);
    },
    // Politely; exit code 0 within the time it promises.
    async stop() {
      const child = appliance.process;
      if (!child || child.exitCode !== null || child.signalCode !== null) return null;
      const ended = new Promise((done) => child.once("exit", (code) => done(code)));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), kPatience * 1000);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
  };
  world.appliances.push(appliance);
  world.later(async () => {
    await appliance.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await before?.(join(folder, "data"));
  await appliance.start();
  return appliance;
}

// A process of a test's own that ends with the story.
export function run(world, command, options = {}) {
  const child = spawn("sh", ["-c", `exec ${command}`], { stdio: ["ignore", "pipe", "pipe"], ...options });
  child.text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (child.text += text));
  world.later(() => child.kill("SIGKILL"));
  return child;
}
