"""What the stand-ins of services over HTTP share (ntfy_server.py, gotify_server.py, …): a server on a free port that
tells of what it took as one JSON object a line on standard output, as http_sink.py does, and ends when its standard input
is closed. A stand-in holds each request against the service's own rules and answers as the service would.
"""

import http.server
import json
import sys
import threading

LOCK = threading.Lock()


def tell(event, **facts):
    with LOCK:
        print(json.dumps(dict(event=event, **facts)), flush=True)


def serve(answer):
    """`answer(method, path, headers, body)` → (status, content type, text) or (…, more headers); headers are in lower case."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, kind, text, *more = answer(self.command, self.path, headers, body)
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = handle_any

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tell("ready", port=server.server_address[1])
    sys.stdin.read()
