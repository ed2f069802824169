#!/usr/bin/env python3
"""A first look at an executable for another processor, under qemu's user emulation.

    tests/cross/run.py <build directory> <emulator>     the last line is "N passed, N failed"

It must say its version and check an empty data directory; serve, be set up by the
printed link, and take a first heartbeat over pinned TLS from an agent that is the same
executable; check the data while the server runs and after it stopped.
"""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

STEP_SECONDS_MAX = 60  # emulation is about ten times slower, and the machine may be busy


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, condition, explain):
    until = time.monotonic() + STEP_SECONDS_MAX
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise Failed(f"{what}: not within {STEP_SECONDS_MAX} s\n{explain()}")


class Program:
    """A child that runs on, its output in a file."""

    def __init__(self, command, output, environment):
        self.output = output
        with open(output, "wb") as file:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=environment)

    def said(self):
        return self.output.read_text(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STEP_SECONDS_MAX)


class Person:
    """Speaks JSON to the API, keeps the cookie and the CSRF token."""

    def __init__(self, port):
        self.port, self.headers = port, {"Origin": f"http://127.0.0.1:{port}"}

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STEP_SECONDS_MAX)
        headers = dict(self.headers, **({"Content-Type": "application/json"} if body is not None else {}))
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except OSError:
            return None, {}
        finally:
            connection.close()
        if answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        found = json.loads(text) if "json" in answer.getheader("Content-Type", "") else {}
        if "csrf_token" in found:
            self.headers["X-CSRF-Token"] = found["csrf_token"]
        return answer.status, found

    def must(self, method, path, body=None, status=200):
        got, found = self.ask(method, path, body)
        if got != status:
            raise Failed(f"{method} {path} answered {got}: {found}")
        return found


def first_look(command, target, directory):
    """Yields what was seen to work; raises Failed where something did not."""
    environment = {"PATH": "/usr/bin:/bin"}
    data = ["--data-dir", str(directory / "data")]
    programs = []

    def once(*arguments):
        ran = subprocess.run(command + list(arguments), env=environment, stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=STEP_SECONDS_MAX)
        if ran.returncode != 0:
            raise Failed(f"{arguments[0]} ended with {ran.returncode}\n{ran.stdout}")
        return ran.stdout

    def must_say(text, part):
        if part not in text:
            raise Failed(f"{part!r} is not in:\n{text}")

    try:
        must_say(once("version"), target)
        yield "version names the target"
        must_say(once("check", *data), "There is no database")
        yield "check of an empty data directory"

        port, tls_port = free_port(), free_port()
        url = f"https://127.0.0.1:{tls_port}"
        server = Program(command + ["serve", *data, "--http-listen", f"127.0.0.1:{port}", "--https-listen",
                                    f"127.0.0.1:{tls_port}", "--public-url", url], directory / "server.txt", environment)
        programs.append(server)
        owner = Person(port)
        wait_for("serve", lambda: owner.ask("GET", "/readyz")[0] == 200, server.said)
        link = wait_for("the link", lambda: re.search(r"#token=(\S+)", server.said()), server.said)
        claimed = owner.must("POST", "/api/v1/setup", {
            "token": link.group(1), "name": "Ada", "mail": "ada@example.org",
            "password": "correct horse battery staple 7", "workspace_name": "House"}, 201)
        yield "set up by the printed link"

        agents = f"/api/v1/workspaces/{claimed['workspaces'][0]['id']}/agents"
        added = owner.must("POST", agents, {"name": "pi", "authorised": True}, 201)
        pin = owner.must("GET", "/api/v1/appliance")["ca_pin"]
        agent = Program(command + ["agent", "run", "--server", url, "--ca-pin", pin], directory / "agent.txt", dict(
            environment, CONNLOG_TOKEN=added["token"], CONNLOG_STATE_DIR=str(directory), DESTDIR="/nonexistent"))
        programs.append(agent)
        path = f"{agents}/{added['agent']['id']}"
        wait_for("the heartbeat", lambda: owner.must("GET", path)["state"] == "up", lambda: agent.said() + server.said())
        must_say(agent.said(), "agent.heartbeat_accepted")
        yield "first heartbeat over TLS"

        must_say(once("check", *data), "A server is running here")
        for program in reversed(programs):
            code = program.stop()
            if code != 0:
                raise Failed(f"stopped with {code}\n{program.said()}")
        programs.clear()
        must_say(once("check", *data), "The database ")
        yield "check beside the server and after it"
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{error.cmd} did not end within {error.timeout} s") from error
    finally:
        for program in programs:
            program.process.kill()
            program.process.wait()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    passed = failed = 0
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="connlog-cross-") as directory:
        os.chmod(directory, 0o700)
        try:
            for step in first_look([sys.argv[2], str(build / "connlog")], build.name, pathlib.Path(directory)):
                print(f"ok   {step} ({time.monotonic() - begin:.1f} s)", flush=True)
                passed += 1
        except Failed as problem:
            print(f"FAIL {problem}")
            failed = 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed)


main()
