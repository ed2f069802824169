#!/usr/bin/python3
"""An HTTP or HTTPS server on a free port that does what servers should not, for tests. The path says what:

    /ok /echo /json /page            honest answers; /echo sends the request's head back
    /status/503                      that status
    /to?LOCATION                     302 to LOCATION, with / for %2F; /to/STATUS?LOCATION with another status
    /loop                            302 to itself, for ever
    /endless                         200 and a body without end
    /long/BYTES                      200 and a body of so many bytes, with "needle" at its end
    /heads                           headers without end
    /drip                            a status line, a byte now and then
    /drip-body                       a head, then a byte of the body now and then
    /silent                          takes the request, says nothing
    /nothing                         takes the request, closes
    /reset                           half an answer, then a reset
    /cut                             half an answer, then the end
    /old                             HTTP/0.9: a body without a head
    /gzip                            200, compressed, though nobody asked
    /noise                           bytes that are no HTTP
    /token /token/short /token/bad   OAuth2: a token for an hour, for no time, none
    /private                         200 where Authorization is "Bearer " and the newest token, else 401
    /forget                          the tokens given so far are good no more

Tells as one JSON object a line: {"event": "ready", "port": N}, {"event": "request", "method", "path", "headers": {lower
case: …}, "body"}. With --client-ca it asks for a client certificate. It ends when its standard input is closed.
"""

import argparse
import gzip
import itertools
import json
import socket
import ssl
import struct
import sys
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--address", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--client-ca")
options = parser.parse_args()

lock = threading.Lock()
tokens = itertools.count(1)
newest = [""]


def tell(event, **facts):
    with lock:
        print(json.dumps(dict(event=event, **facts)), flush=True)


def answer(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def slowly(connection, text):
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def serve(connection, method, path, headers, body, head):
    name, _, query = path.partition("?")
    parts = name.strip("/").split("/")
    kind = parts[0]
    more = parts[1] if len(parts) > 1 else ""
    if kind == "echo":
        connection.sendall(answer(200, head + b"\r\n" + body, "Content-Type: text/plain"))
    elif kind == "echo-503":
        connection.sendall(answer(503, head, "Set-Cookie: session=abc"))
    elif kind == "json":
        connection.sendall(answer(200, b'{"status": "ok", "queue": {"length": 7}, "nodes": [{"up": true}, {"up": false}]}'))
    elif kind == "page":
        connection.sendall(answer(200, b"<h1>All systems operational</h1>"))
    elif kind == "status":
        connection.sendall(answer(int(more), b"the body of " + more.encode()))
    elif kind == "to":
        connection.sendall(answer(int(more or 302), b"", "Location: " + query.replace("%2F", "/")))
    elif kind == "loop":
        connection.sendall(answer(302, b"", "Location: /loop"))
    elif kind == "endless":
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)
    elif kind == "long":
        content = b"x" * (int(more) - 6) + b"needle"
        connection.sendall(answer(200, content))
    elif kind == "heads":
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")
    elif kind == "drip":
        slowly(connection, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 100_000)
    elif kind == "drip-body":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        slowly(connection, b"z" * 100_000)
    elif kind == "silent":
        connection.recv(1)
    elif kind == "nothing":
        pass
    elif kind == "reset":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        reset(connection)
    elif kind == "cut":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    elif kind == "old":
        connection.sendall(b"<html>hello from 1991</html>\n")
    elif kind == "noise":
        connection.sendall(b"\x00\x01\x02\xff\xfe SSH-2.0-noise\r\n\r\n")
    elif kind == "gzip":
        connection.sendall(answer(200, gzip.compress(b"All systems operational"), "Content-Encoding: gzip"))
    elif kind == "token":
        if more == "bad":
            connection.sendall(answer(401, b'{"error": "invalid_client"}'))
        else:
            newest[0] = f"token-number-{next(tokens)}"
            seconds = 0 if more == "short" else 3600
            text = {"access_token": newest[0], "token_type": "Bearer", "expires_in": seconds}
            connection.sendall(answer(200, json.dumps(text).encode(), "Content-Type: application/json"))
    elif kind == "private":
        good = newest[0] and headers.get("authorization") == "Bearer " + newest[0]
        connection.sendall(answer(200 if good else 401))
    elif kind == "forget":
        newest[0] = ""
        connection.sendall(answer(200))
    else:
        connection.sendall(answer(200, b"ok"))


def converse(raw):
    connection = raw
    try:
        raw.settimeout(60)
        if context:
            connection = context.wrap_socket(raw, server_side=True)
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
            if data[:1] == b"\x16":  # a client that speaks TLS to a server that does not
                connection.sendall(answer(400))
                return
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536)
        tell("request", method=method, path=path, headers=headers, body=body.decode("latin-1"))
        serve(connection, method, path, headers, body, head)
    except (OSError, ValueError):
        pass  # a client that goes away is nothing to tell of
    finally:
        connection.close()


context = None
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    if options.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(options.client_ca)
server = socket.socket(socket.AF_INET6 if ":" in options.address else socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((options.address, options.port))
server.listen(64)


def accept():
    while True:
        connection, _ = server.accept()
        threading.Thread(target=converse, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
tell("ready", port=server.getsockname()[1])
sys.stdin.read()
