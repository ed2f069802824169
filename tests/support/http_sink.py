#!/usr/bin/python3
"""An HTTP or HTTPS server on a free port, for tests. It answers every request alike and tells of each as one JSON
object a line on standard output:
  {"event": "ready", "port": N}
  {"event": "request", "method": …, "path": …, "headers": {lower case: …}, "body": base64, "connection": N}
It ends when its standard input is closed.
"""

import argparse
import base64
import http.server
import itertools
import json
import ssl
import sys
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--address", default="127.0.0.1")
parser.add_argument("--status", type=int, default=200)
parser.add_argument("--header", action="append", default=[], help="Name: value")
parser.add_argument("--body", default="ok")
parser.add_argument("--body-bytes", type=int, default=0, help="instead of --body: so many bytes")
parser.add_argument("--raw", help="instead of an answer: these bytes (with escapes), then the end")
parser.add_argument("--drip", action="store_true", help="after --raw: a byte now and then, for ever")
parser.add_argument("--silent", action="store_true", help="take the request, never answer")
parser.add_argument("--certificate")
parser.add_argument("--key")
options = parser.parse_args()

lock = threading.Lock()
connections = itertools.count(1)


def tell(event, **facts):
    with lock:
        print(json.dumps(dict(event=event, **facts)), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.number = next(connections)

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        tell("request", method=self.command, path=self.path, body=base64.b64encode(body).decode(), connection=self.number,
             headers={name.lower(): value for name, value in self.headers.items()})
        if options.silent:
            threading.Event().wait()
        if options.raw is not None:
            self.close_connection = True
            self.wfile.write(options.raw.encode().decode("unicode_escape").encode("latin-1"))
            while options.drip:
                self.wfile.write(b"x")
                time.sleep(0.2)
            return
        content = b"x" * options.body_bytes if options.body_bytes else options.body.encode()
        self.send_response(options.status)
        for header in options.header:
            name, _, value = header.partition(":")
            self.send_header(name, value.strip())
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = answer

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # a client that goes away is nothing to tell of


server = Server((options.address, 0), Handler)
if options.certificate:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
tell("ready", port=server.server_address[1])
sys.stdin.read()
