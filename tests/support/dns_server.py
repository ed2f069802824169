#!/usr/bin/python3
"""A name server on a free loopback port whose answers change, for tests of DNS rebinding.

    dns_server.py NAME=ADDRESS,ADDRESS,… …

The first question for NAME is answered with the first address, the second with the second, and so on; the last one
stays. Several addresses of one answer are joined by "+" and are of one family. Every other name does not exist. An answer has a time to live of zero. Tells
  {"event": "ready", "port": N}
  {"event": "question", "name": …, "kind": "A" or "AAAA"}
as one JSON object a line on standard output and ends when its standard input is closed.
"""

import ipaddress
import json
import socket
import struct
import sys
import threading

A, AAAA = 1, 28
answers = {}
for argument in sys.argv[1:]:
    name, _, addresses = argument.partition("=")
    answers[name] = [[ipaddress.ip_address(one) for one in answer.split("+")] for answer in addresses.split(",")]


def tell(event, **facts):
    print(json.dumps(dict(event=event, **facts)), flush=True)


def reply(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    question = query[12:at + 5]
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    name = ".".join(labels).lower()
    known = answers.get(name)
    records, count = b"", 0
    if known and kind in (A, AAAA):
        addresses = known[0]
        if (addresses[0].version == 4) == (kind == A):
            tell("question", name=name, kind="A" if kind == A else "AAAA")
            for address in addresses:
                records += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(address.packed)) + address.packed
            count = len(addresses)
            if len(known) > 1:
                known.pop(0)
    flags = 0x8180 if known else 0x8183  # name error
    return query[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + question + records


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))


def serve():
    while True:
        query, client = server.recvfrom(1500)
        server.sendto(reply(query), client)


threading.Thread(target=serve, daemon=True).start()
tell("ready", port=server.getsockname()[1])
sys.stdin.read()
