#!/usr/bin/env python3
"""Tries each kind of check against the real servers of this system, on loopback, by `connlog check-once`.

    tests/proof/run.py CONNLOG [--quick] [--only nginx,…]

Starts one server after the other with a configuration of its own in a temporary directory, makes the checks that it has to
pass and those that it has to fail, stops it, and checks that it is then down. Prints what was tried as a table; exit code 1
when a result is not the expected one, or a server is missing. With --quick only those that start in less than two seconds.

Where this may be done (root, or users' namespaces) everything happens in a network of its own, so that no port is taken
and the system's settings stay as they are. postfix, dovecot, postgresql and mariadb want root.
"""

import argparse
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 60
IN_NETWORK = "CONNLOG_PROOF_NETWORK"


def enter_network():
    """Becomes the same program in a network of its own; where that is not possible it goes on here."""
    if os.environ.get(IN_NETWORK):
        return
    how = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    begin = "ip link set lo up && { sysctl -qw net.ipv4.ping_group_range='0 0' || true; }"
    if subprocess.run([*how, "sh", "-c", begin], capture_output=True).returncode != 0:
        return
    words = [*how, "sh", "-c", begin + ' && exec "$@"', "sh", sys.executable, *sys.argv]
    os.execvpe(how[0], words, dict(os.environ, **{IN_NETWORK: "1"}))


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def said(*command):
    """The first line of what a command prints, wherever it prints it."""
    ran = subprocess.run(command, capture_output=True, text=True)
    lines = (ran.stdout + ran.stderr).strip().splitlines()
    return lines[0] if lines else ""


def accepts(port):
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """One real server. `start` gives its command; `tries` the checks with the verdicts that are due."""

    name = ""
    is_quick = False
    needs_root = False
    program = ""
    also_tcp = True  # it is ready when its port accepts

    def __init__(self, directory, certificates):
        self.directory, self.certificates = directory, certificates
        self.port, self.tls_port = free_port(), free_port()
        self.tls = ["tls_trust=ca", f"ca=@{certificates}/ca.pem"]

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def here(self, *words):
        return ["host=127.0.0.1", f"port={self.port}", *words]

    def there(self, *words):
        return ["host=127.0.0.1", f"port={self.tls_port}", *words]

    def version(self):
        return ""

    def prepare(self):
        pass

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def is_ready(self):
        return accepts(self.port)


class Nginx(Server):
    name, program, is_quick = "nginx", "nginx", True

    def version(self):
        return said("nginx", "-v").rpartition("/")[2]

    def command(self):
        directory = self.directory
        user = "user root;" if os.getuid() == 0 else ""
        paths = "".join(f"{kind}_temp_path {directory}/{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        conf = self.write("nginx.conf", f"""
            {user} daemon off; pid {directory}/pid; error_log {directory}/error.log; events {{}}
            http {{ access_log off; {paths}
              server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 "all is well"; }}
                        location /broken {{ return 503; }} }}
              server {{ listen 127.0.0.1:{self.tls_port} ssl; ssl_certificate {self.certificates}/server.pem;
                        ssl_certificate_key {self.certificates}/server.key; location / {{ return 200 "secured"; }} }} }}""")
        return ["nginx", "-p", str(directory), "-c", conf]

    def tries(self):
        plain, secured = f"http://127.0.0.1:{self.port}", f"https://127.0.0.1:{self.tls_port}"
        return [("http", [f"url={plain}/", "keyword=well"], "up"), ("http", [f"url={plain}/broken"], "down"),
                ("http", [f"url={plain}/", "keyword=absent"], "down"), ("http", [f"url={secured}/", *self.tls], "up"),
                ("http", [f"url={secured}/"], "down"), ("tls", self.there(*self.tls), "up"),
                ("tcp", self.there("tls=tls", *self.tls), "up"), ("tcp", self.here("tls=tls", *self.tls), "down")]


class Openssh(Server):
    name, program, is_quick = "openssh", "sshd", True

    def version(self):
        return said("ssh", "-V").partition(",")[0]

    def prepare(self):
        self.key = str(self.directory / "host_key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        self.fingerprint = said("ssh-keygen", "-l", "-E", "sha256", "-f", self.key).split()[1]
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)

    def command(self):
        conf = self.write("sshd_config", f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.key}\nPidFile none\n"
                                         "UsePAM no\nStrictModes no\n")
        return [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", conf]

    def tries(self):
        return [("tcp", self.here("preset=ssh"), "up"), ("tcp", self.here("preset=ssh", f"expect={self.fingerprint}"), "up"),
                ("tcp", self.here("preset=ssh", "expect=SHA256:" + "A" * 43), "down"),
                ("tcp", self.here("preset=smtp"), "down")]


class Redis(Server):
    name, program, is_quick = "redis", "redis-server", True

    def version(self):
        return next((word[2:] for word in said("redis-server", "--version").split() if word.startswith("v=")), "")

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.directory),
                "--tls-port", str(self.tls_port), "--tls-cert-file", f"{self.certificates}/server.pem", "--tls-key-file",
                f"{self.certificates}/server.key", "--tls-ca-cert-file", f"{self.certificates}/ca.pem",
                "--tls-auth-clients", "no"]

    def tries(self):
        return [("tcp", self.here("preset=redis"), "up"), ("tcp", self.there("preset=redis", "tls=tls", *self.tls), "up"),
                ("tcp", self.here("send=PING\\r\\n", "expect=+PONG"), "up"), ("tcp", self.here("preset=mqtt"), "down")]


class Mosquitto(Server):
    name, program, is_quick = "mosquitto", "mosquitto", True

    def version(self):
        return said("mosquitto", "-h").rpartition(" ")[2]

    def command(self):
        # As root it becomes another user, who must be able to read these.
        user = "user root\n" if os.getuid() == 0 else ""
        conf = self.write("mosquitto.conf", f"{user}per_listener_settings true\nlistener {self.port} 127.0.0.1\n"
                                            "allow_anonymous true\n"
                                            f"listener {self.tls_port} 127.0.0.1\nallow_anonymous false\n"
                                            f"certfile {self.certificates}/server.pem\nkeyfile {self.certificates}/server.key\n")
        return ["mosquitto", "-c", conf]

    def tries(self):
        return [("tcp", self.here("preset=mqtt"), "up"), ("tcp", self.there("preset=mqtt", "tls=tls", *self.tls), "up"),
                ("tcp", self.here("preset=redis"), "down")]


class Chrony(Server):
    name, program, is_quick, also_tcp = "chrony", "chronyd", True, False

    def version(self):
        words = said("chronyd", "--version").split()
        return words[words.index("version") + 1] if "version" in words else ""

    def command(self):
        self.port = free_port(socket.SOCK_DGRAM)
        conf = self.write("chrony.conf", f"port {self.port}\ncmdport 0\nbindaddress 127.0.0.1\nallow 127.0.0.1\n"
                                         f"local stratum 8\npidfile {self.directory}/pid\ndriftfile {self.directory}/drift\n")
        user = ["-u", "root"] if os.getuid() == 0 else ["-U"]
        return ["chronyd", "-d", "-x", *user, "-f", conf]

    def is_ready(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.settimeout(0.2)
            try:
                asked.connect(("127.0.0.1", self.port))
                asked.send(b"\x23" + bytes(47))
                return len(asked.recv(100)) >= 48
            except OSError:
                return False

    def tries(self):
        return [("ntp", self.here(), "up"), ("ntp", self.here("stratum_max=3"), "degraded")]


class Bind9(Server):
    name, program = "bind9", "named"

    def version(self):
        words = said("named", "-v").split()
        return words[1] if len(words) > 1 else ""

    def command(self):
        self.write("zone", "$TTL 60\n@ SOA ns.test. admin.test. 1 2 3 4 5\n@ NS ns.test.\nns A 127.0.0.1\n@ MX 10 mail\n"
                           "www CNAME host\nhost A 192.0.2.1\nhost AAAA 2001:db8::7\n@ TXT \"v=spf1 -all\"\n"
                           "_sip._tcp SRV 1 2 5060 host\n@ CAA 0 issue \"ca.test\"\n" +
                   "".join(f"long TXT \"{number:03}{'x' * 200}\"\n" for number in range(20)))
        self.write("reverse", "$TTL 60\n@ SOA ns.test. admin.test. 1 2 3 4 5\n@ NS ns.test.\n1 PTR host.test.\n")
        conf = self.write("named.conf", f"""
            options {{ directory "{self.directory}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
                       recursion no; pid-file none; session-keyfile none; dnssec-validation no; }};
            controls {{ }};
            zone "test" {{ type primary; file "zone"; }};
            zone "2.0.192.in-addr.arpa" {{ type primary; file "reverse"; }};""")
        return ["named", "-g", "-c", conf]

    def tries(self):
        def asked(name, record, *words):
            return ["dns", [f"name={name}", f"record={record}", f"server=127.0.0.1:{self.port}", *words]]

        good = [asked("www.test", "A", "expected=192.0.2.1"), asked("host.test", "AAAA"), asked("www.test", "CNAME"),
                asked("test", "MX", "expected=10 mail.test"), asked("test", "TXT", "expected=v=spf1 -all"),
                asked("test", "NS"), asked("_sip._tcp.test", "SRV"), asked("192.0.2.1", "PTR", "expected=host.test"),
                asked("test", "SOA"), asked("test", "CAA", "expected=0 issue ca.test"), asked("long.test", "TXT")]
        bad = [asked("absent.test", "A"), asked("host.test", "A", "expected=192.0.2.9"), asked("example.org", "A")]
        return [(*each, "up") for each in good] + [(*each, "down") for each in bad]


class Postfix(Server):
    name, program, needs_root = "postfix", "postfix", True

    def version(self):
        return said("postconf", "-d", "-h", "mail_version")

    def prepare(self):
        spool, data = self.directory / "spool", self.directory / "data"
        spool.mkdir()
        data.mkdir()
        shutil.chown(data, "postfix")
        self.write("main.cf", f"""compatibility_level = 3.6
queue_directory = {spool}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = /dev/stdout
myhostname = mail.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_relay_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {self.certificates}/server.pem
smtpd_tls_key_file = {self.certificates}/server.key
""")
        self.write("master.cf", f"""127.0.0.1:{self.port} inet n - n - - smtpd
127.0.0.1:{self.tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
""")

    def command(self):
        return ["postfix", "-c", str(self.directory), "start-fg"]

    def tries(self):
        return [("tcp", self.here("preset=smtp"), "up"),
                ("tcp", self.here("preset=smtp", "tls=starttls", *self.tls), "up"),
                ("tcp", self.there("preset=smtp", "tls=tls", *self.tls), "up"),
                ("tls", self.here("starttls=smtp", *self.tls), "up"), ("tls", self.here("starttls=smtp"), "down"),
                ("tcp", self.here("preset=imap"), "down")]


class Dovecot(Server):
    name, program, needs_root = "dovecot", "dovecot", True

    def version(self):
        return said("dovecot", "--version").partition(" ")[0]

    def command(self):
        certificate, key = f"{self.certificates}/server.pem", f"{self.certificates}/server.key"
        listeners = (f"service imap-login {{\n inet_listener imap {{\n port = {self.port}\n }}\n"
                     f" inet_listener imaps {{\n port = {self.tls_port}\n ssl = yes\n }}\n}}\n")
        common = (f"base_dir = {self.directory}/run\nlisten = 127.0.0.1\nssl = yes\nlog_path = /dev/stderr\n{listeners}")
        if self.version().startswith("2.3"):
            text = (f"protocols = imap\n{common}ssl_cert = <{certificate}\nssl_key = <{key}\n"
                    "passdb {\n driver = static\n args = nopassword=y\n}\nuserdb {\n driver = static\n"
                    " args = uid=65534 gid=65534 home=/nonexistent\n}\n")
        else:
            text = (f"dovecot_config_version = {self.version()}\ndovecot_storage_version = {self.version()}\n"
                    f"protocols = imap\n{common}ssl_server_cert_file = {certificate}\nssl_server_key_file = {key}\n"
                    "passdb static {\n fields {\n nopassword = y\n }\n}\n")
        return ["dovecot", "-F", "-c", self.write("dovecot.conf", text)]

    def tries(self):
        return [("tcp", self.here("preset=imap"), "up"), ("tcp", self.here("preset=imap", "tls=starttls", *self.tls), "up"),
                ("tcp", self.there("preset=imap", "tls=tls", *self.tls), "up"),
                ("tls", self.here("starttls=imap", *self.tls), "up"), ("tcp", self.here("preset=smtp"), "down")]


class Postgresql(Server):
    name, program, needs_root = "postgresql", "", True

    def tool(self, name):
        found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
        return found[-1] if found else name

    def version(self):
        return said(self.tool("postgres"), "--version").rpartition(") ")[2].partition(" ")[0]

    def prepare(self):
        self.data = self.directory / "data"
        self.data.mkdir(mode=0o700)
        for name in ("server.pem", "server.key"):
            shutil.copy(self.certificates / name, self.directory / name)
            os.chmod(self.directory / name, 0o600)
        for path in (self.directory, self.data, self.directory / "server.pem", self.directory / "server.key"):
            shutil.chown(path, "postgres")
        subprocess.run(self.as_user(self.tool("initdb"), "-D", str(self.data), "-A", "trust", "--no-sync"), check=True,
                       capture_output=True, cwd=self.directory)

    def as_user(self, *words):
        return ["runuser", "-u", "postgres", "--", *words]

    def command(self):
        return self.as_user(self.tool("postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.directory),
                            "-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-c", f"ssl_cert_file={self.directory}/server.pem",
                            "-c", f"ssl_key_file={self.directory}/server.key", "-c", "fsync=off")

    def tries(self):
        return [("tcp", self.here("preset=postgresql"), "up"),
                ("tcp", self.here("preset=postgresql", "tls=starttls", *self.tls), "up"),
                ("tcp", self.here("preset=mysql"), "down")]


class Mariadb(Server):
    name, program, needs_root = "mariadb", "mariadbd", True

    def version(self):
        words = said("mariadbd", "--version").split()
        return words[words.index("Ver") + 1].partition("-")[0] if "Ver" in words else ""

    def prepare(self):
        self.data = self.directory / "data"
        self.data.mkdir()
        for path in (self.directory, self.data):
            shutil.chown(path, "mysql")
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self.data}", "--skip-test-db"],
                       check=True, capture_output=True)

    def command(self):
        return ["mariadbd", "--no-defaults", "--user=mysql", f"--datadir={self.data}", f"--port={self.port}",
                "--bind-address=127.0.0.1", f"--socket={self.directory}/socket", f"--pid-file={self.directory}/pid"]

    def tries(self):
        # More than the server's limit of failing connections from one host (100): a polite client is never blocked.
        often = [("tcp", self.here("preset=mysql"), "up")] * 3
        return [*often, ("tcp", self.here("preset=postgresql"), "down")]


SERVERS = [Nginx, Openssh, Redis, Mosquitto, Chrony, Bind9, Postfix, Dovecot, Postgresql, Mariadb]


def check_once(connlog, directory, kind, words):
    ran = subprocess.run([connlog, "check-once", kind, *words, "--json", "--time-limit", "5000", "--data-dir", str(directory)],
                         capture_output=True, text=True, timeout=60)
    try:
        return json.loads(ran.stdout)
    except ValueError:
        return {"verdict": f"exit code {ran.returncode}", "reason": "", "text": ran.stderr.strip()}


def shown(words):
    """The fields without those that are the same in every line."""
    return " ".join(word for word in words if not word.startswith(("host=127", "port=", "ca=@", "server=127")))


class Table:
    def __init__(self):
        self.good = self.bad = 0
        print(f"{'kind':5} {'server':11} {'version':12} {'result':20} what was tried", flush=True)

    def line(self, is_good, kind, server, version, result, tried, text):
        self.good += is_good
        self.bad += not is_good
        print(f"{kind:5} {server:11} {version[:12]:12} {result:20} {tried}", flush=True)
        print(f"{'' if is_good else 'WRONG':51} → {text}", flush=True)


def stop(process):
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def prove(connlog, kind_of_server, certificates, table):
    directory = pathlib.Path(tempfile.mkdtemp(prefix="connlog-proof-"))
    os.chmod(directory, 0o755)  # some servers become users of their own
    server = kind_of_server(directory, certificates)
    if server.program and not shutil.which(server.program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        table.line(False, "-", server.name, "", "missing", "", f"{server.program} is not installed: cmake/install-packages.sh proof")
        return
    process = None
    try:
        server.prepare()
        with open(directory / "log", "wb") as log:
            process = subprocess.Popen(server.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory,
                                       start_new_session=True)
        begin = time.monotonic()
        while not server.is_ready():
            if process.poll() is not None or time.monotonic() - begin > READY_SECONDS:
                raise RuntimeError("it did not start: " + (directory / "log").read_text(errors="replace")[-1500:])
            time.sleep(0.02)
        version = server.version()
        tries = server.tries()
        for kind, words, due in tries:
            result = check_once(connlog, directory, kind, words)
            table.line(result["verdict"] == due, kind, server.name, version, f"{result['verdict']}, {result['reason']}",
                       shown(words), result["text"])
        stop(process)
        process = None
        kind, words, _ = tries[0]
        result = check_once(connlog, directory, kind, words)
        table.line(result["verdict"] == "down", kind, server.name, version, f"{result['verdict']}, {result['reason']}",
                   shown(words) + " (stopped)", result["text"])
    except (OSError, LookupError, RuntimeError, subprocess.SubprocessError) as trouble:
        table.line(False, "-", server.name, "", "not tried", "", str(trouble))
    finally:
        if process is not None:
            stop(process)
        shutil.rmtree(directory, ignore_errors=True)


def prove_pings(connlog, certificates, table):
    may = True
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).close()
    except OSError:
        may = False  # then it must say so
    for host in ("127.0.0.1", "::1"):
        result = check_once(connlog, certificates, "ping", [f"host={host}"])
        due = "up" if may else "unknown"
        table.line(result["verdict"] == due, "ping", "the kernel", os.uname().release,
                   f"{result['verdict']}, {result['reason']}", f"host={host}", result["text"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("connlog")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    connlog = str(pathlib.Path(given.connlog).resolve())
    enter_network()
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    certificates = pathlib.Path(tempfile.mkdtemp(prefix="connlog-proof-certificates-"))
    os.chmod(certificates, 0o755)
    try:
        subprocess.run([ROOT / "tests/support/make_certificates.sh", certificates], check=True)
        for path in certificates.iterdir():
            os.chmod(path, 0o644)
        table = Table()
        for server in SERVERS:
            if given.quick and not server.is_quick or given.only and server.name not in given.only.split(","):
                continue
            prove(connlog, server, certificates, table)
        if not given.only or "ping" in given.only.split(","):
            prove_pings(connlog, certificates, table)
    finally:
        shutil.rmtree(certificates, ignore_errors=True)
    print(f"{table.good} passed, {table.bad} failed")
    sys.exit(1 if table.bad or not table.good else 0)


main()
