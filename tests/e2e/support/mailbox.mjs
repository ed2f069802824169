// A real SMTP server that insists on STARTTLS with a certificate of an authority of its own, and on a password.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SMTPServer } from "smtp-server";
import { kPatience, until } from "./wait.mjs";

const exec = promisify(execFile);
export const account = { user: "connlog", password: "a secret of the mail server" };

async function certificates() {
  const folder = await mkdtemp(join(tmpdir(), "connlog-e2e-ca-"));
  const at = (name) => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await writeFile(at("leaf.cnf"), "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n");
  await exec("openssl", ["req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=A test authority", "-days", "2",
    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
  await exec("openssl", ["req", "-new", ...key, "-keyout", at("leaf.key"), "-out", at("leaf.csr"), "-subj", "/CN=localhost"]);
  await exec("openssl", ["x509", "-req", "-in", at("leaf.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at("leaf.cnf"), "-out", at("leaf.pem")]);
  const made = { ca: await readFile(at("ca.pem"), "utf8"), key: await readFile(at("leaf.key")), cert: await readFile(at("leaf.pem")) };
  await rm(folder, { recursive: true, force: true });
  return made;
}

function parse(raw) {
  const [head, ...rest] = raw.split(/\r?\n\r?\n/);
  const headers = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body: rest.join("\n\n"), raw };
}

// The text of a mail, out of quoted-printable.
export const textOf = (mail) => mail.raw.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

// The appliance sends its letters through this mailbox.
export async function useMailbox(api, mailbox) {
  await api.call("PUT", "/appliance/mail", {
    host: "localhost", port: mailbox.port, security: "starttls", username: account.user, password: mailbox.password ?? account.password,
    from_address: "connlog@example.com", from_name: "connlog", ca_pem: mailbox.ca,
  });
}

export async function startMailbox(world) {
  const { ca, key, cert } = await certificates();
  const mails = [];
  const server = new SMTPServer({
    key,
    cert,
    hideSTARTTLS: false,
    authMethods: ["PLAIN", "LOGIN"],
    onAuth(auth, session, done) {
      if (!session.secure) return done(new Error("TLS first"));
      if (auth.username !== account.user || auth.password !== account.password) return done(new Error("wrong user or password"));
      done(null, { user: auth.username });
    },
    onData(stream, session, done) {
      let raw = "";
      stream.setEncoding("utf8");
      stream.on("data", (text) => (raw += text));
      stream.on("end", () => {
        mails.push({ ...parse(raw), to: session.envelope.rcptTo.map((each) => each.address), secure: session.secure, at: Date.now() });
        done(null, `queued as E2E${mails.length}`);
      });
    },
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  server.on("error", () => {}); // a peer that goes away is no failure of a test
  world.later(() => new Promise((done) => server.close(done)));
  return {
    ca,
    mails,
    port: server.server.address().port,
    // The next mail that fits and was not returned before.
    async take(what, fits, seconds = kPatience) {
      const mail = await until(what, () => mails.find((each) => !each.taken && fits(each)), { seconds });
      mail.taken = true;
      return mail;
    },
  };
}
