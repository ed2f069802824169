#!/usr/bin/python3
"""A bucket: OpenStack Swift's own servers (proxy with its S3 interface, account, container, object) in one process, on
loopback, over a directory of the test. It is an implementation of S3 that shares nothing with connlog: it computes each
signature itself (version 4), holds each payload against x-amz-content-sha256 and Content-MD5, and wants parts of at least
5 MiB. Debian's python3-swift brings it. Objects are held in memory.

It tells of each request:
  {"event": "request", "method": "PUT", "path": "/backups/a", "query": "", "length": 5, "payload": "<sha256>", "status": 200}

What goes wrong at real buckets is said by options, in front of Swift:
  --deny GET,HEAD,DELETE   a policy that does not allow these methods: 403 AccessDenied
  --trouble 503:2[:PUT[:1]]  two requests (with this method, after the first so many) are answered with this status; 200 is a
                           page of HTML

What it does not have: object lock (to that question it answers with a listing), and policies of its own, hence --deny.
"""

import argparse
import errno
import json
import logging
import os
import sys
import threading

import eventlet
import eventlet.wsgi

parser = argparse.ArgumentParser()
parser.add_argument("--directory", required=True, help="empty; the test removes it")
parser.add_argument("--bucket", default="backups", help="made before it listens")
parser.add_argument("--access-key", default="test:tester")
parser.add_argument("--secret-key", default="testing")
parser.add_argument("--region", default="us-east-1")
parser.add_argument("--domain", default="", help="below which buckets are virtual hosts")
parser.add_argument("--deny", default="")
parser.add_argument("--trouble", default="")
options = parser.parse_args()

original_thread = threading.Thread  # a real one: reading standard input must not stop the loop


def end_with_input():
    sys.stdin.read()
    os._exit(0)


original_thread(target=end_with_input, daemon=True).start()
eventlet.monkey_patch(os=False, thread=False)

from swift.common import utils  # noqa: E402  (after the patch, as Swift's own servers do)

utils.HASH_PATH_SUFFIX = b"connlog"
utils.HASH_PATH_PREFIX = b""
logging.getLogger().addHandler(logging.NullHandler())

from swift.account import server as account_server  # noqa: E402
from swift.common.middleware import gatekeeper, slo, symlink, tempauth  # noqa: E402
from swift.common.middleware.s3api import s3api  # noqa: E402
from swift.common.middleware.versioned_writes import filter_factory as versioned_writes  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.container import server as container_server  # noqa: E402
from swift.obj import mem_server  # noqa: E402
from swift.proxy import server as proxy_server  # noqa: E402

CODES = {403: "AccessDenied", 500: "InternalError", 503: "SlowDown"}
OUT = threading.Lock()


def tell(event, **facts):
    with OUT:
        print(json.dumps(dict(event=event, **facts)), flush=True)


class Quiet:
    def write(self, text):
        pass

    def flush(self):
        pass


def listen():
    return eventlet.listen(("127.0.0.1", 0))


def serve(socket, app):
    eventlet.spawn(eventlet.wsgi.server, socket, app, log=Quiet(), log_output=False)
    return socket.getsockname()[1]


def make_ring(name, port):
    builder = RingBuilder(1, 1, 1)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1", "port": port, "device": "one", "meta": ""})
    builder.rebalance(seed=1)
    builder.get_ring().save(os.path.join(options.directory, name + ".ring.gz"))


class Cache:
    """What memcached is to Swift, in this process."""

    def __init__(self, app):
        self.app, self.kept = app, {}

    def __call__(self, env, start_response):
        env["swift.cache"] = self
        return self.app(env, start_response)

    def get(self, key, raise_on_error=False):
        return self.kept.get(key)

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.kept[key] = value

    def incr(self, key, delta=1, time=0):
        self.kept[key] = self.kept.get(key, 0) + delta
        return self.kept[key]

    def delete(self, key, server_key=None):
        self.kept.pop(key, None)


class InFront:
    """What a policy or an overloaded service does before Swift sees the request."""

    def __init__(self, app):
        self.app = app
        self.denied = [method for method in options.deny.split(",") if method]
        self.left, self.status, self.method, self.skipped = 0, 0, "", 0
        if options.trouble:
            parts = options.trouble.split(":")
            self.status, self.left = int(parts[0]), int(parts[1])
            self.method = parts[2] if len(parts) > 2 else ""
            self.skipped = int(parts[3]) if len(parts) > 3 else 0

    def __call__(self, env, start_response):
        method = env["REQUEST_METHOD"]
        facts = dict(method=method, path=env.get("RAW_PATH_INFO", env["PATH_INFO"]), query=env.get("QUERY_STRING", ""),
                     length=int(env.get("CONTENT_LENGTH") or 0), payload=env.get("HTTP_X_AMZ_CONTENT_SHA256", ""),
                     host=env.get("HTTP_HOST", ""))
        if method in self.denied:
            return self.answer(env, start_response, 403, facts)
        if self.left > 0 and self.method in ("", method):
            self.skipped -= 1
            if self.skipped < 0:
                self.left -= 1
                return self.answer(env, start_response, self.status, facts)

        def started(status, headers, exc_info=None):
            tell("request", status=int(status.split()[0]), **facts)
            return start_response(status, headers, exc_info)

        return self.app(env, started)

    def answer(self, env, start_response, status, facts):
        left = facts["length"]
        while left > 0:
            left -= len(env["wsgi.input"].read(min(left, 65536))) or left
        tell("request", status=status, **facts)
        if status == 200:
            text, kind = "<html><body>Welcome to the hotel's network. Log in to go on.</body></html>", "text/html"
        else:
            kind = "application/xml"
            text = ('<?xml version="1.0" encoding="UTF-8"?>\n'
                    f"<Error><Code>{CODES[status]}</Code><Message>No &lt;more&gt; than that.</Message></Error>")
        content = b"" if env["REQUEST_METHOD"] == "HEAD" else text.encode()
        start_response(f"{status} Said", [("Content-Type", kind), ("Content-Length", str(len(content)))])
        return [content]


def main():
    one = os.path.join(options.directory, "one")
    os.makedirs(one, exist_ok=True)
    conf = {"swift_dir": options.directory, "devices": options.directory, "mount_check": "false", "log_level": "CRITICAL",
            "disable_fallocate": "true", "allow_account_management": "true", "account_autocreate": "true",
            "bind_port": "0", "workers": "0"}
    sockets = {name: listen() for name in ("account", "container", "object")}
    for name, socket in sockets.items():
        make_ring(name, socket.getsockname()[1])
    serve(sockets["account"], account_server.AccountController(conf))
    serve(sockets["container"], container_server.ContainerController(conf))
    serve(sockets["object"], mem_server.ObjectController(conf))

    account, user = options.access_key.split(":")
    app = proxy_server.Application(conf)
    app = symlink.filter_factory({})(app)
    app = versioned_writes({}, allow_versioned_writes="true", allow_object_versioning="true")(app)
    app = slo.filter_factory({}, max_manifest_segments="1000")(app)
    app = tempauth.filter_factory({}, **{f"user_{account}_{user}": f"{options.secret_key} .admin"})(app)
    app = s3api.filter_factory({}, location=options.region, storage_domain=options.domain, log_level="CRITICAL",
                               auth_pipeline_check="false")(app)
    app = Cache(gatekeeper.filter_factory({})(app))

    # The bucket, made as an administrator of Swift would.
    from swift.common.swob import Request
    made = []
    for path in (f"/v1/AUTH_{account}", f"/v1/AUTH_{account}/{options.bucket}"):
        request = Request.blank(path, {"REQUEST_METHOD": "PUT", "swift.authorize_override": True,
                                       "swift_owner": True, "swift.authorize": lambda request: None})
        inside = proxy_server.Application(conf)
        made.append(request.get_response(inside).status_int)
    if any(status // 100 != 2 for status in made):
        print(f"the bucket could not be made: {made}", file=sys.stderr)
        return 1

    socket = listen()
    port = serve(socket, InFront(app))
    tell("ready", port=port)
    while True:
        try:
            eventlet.sleep(3600)
        except OSError as error:
            if error.errno != errno.EINTR:
                raise


sys.exit(main())
