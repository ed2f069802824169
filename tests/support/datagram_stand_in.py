#!/usr/bin/python3
"""Servers over UDP on a free loopback port, good and broken, for the checks of kinds dns and ntp.

    datagram_stand_in.py dns       RFC 1035, 2782, 3596, 8659: the zone below, over UDP and (one name) over TCP
    datagram_stand_in.py ntp MODE  RFC 5905 §7.3: good, unsynchronised, kiss:CODE, origin (a wrong one), offset:SECONDS,
                                   stratum:N, silent

Tells {"event": "ready", "port": N}, then {"event": "question", …} for each question, and ends when its standard input is
closed.
"""

import json
import socket
import struct
import sys
import threading
import time


def tell(event, **facts):
    print(json.dumps(dict(event=event, **facts)), flush=True)


TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "CAA": 257}


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def texts(*parts):
    return b"".join(bytes([len(part)]) + part.encode() for part in parts)


ZONE = {
    ("www.test", "A"): [("www.test", "CNAME", name("host.test")), ("host.test", "A", bytes([192, 0, 2, 1])),
                        ("host.test", "A", bytes([192, 0, 2, 2])), ("other.test", "A", bytes([203, 0, 113, 9]))],
    ("host.test", "AAAA"): [("host.test", "AAAA", socket.inet_pton(socket.AF_INET6, "2001:db8::7"))],
    ("www.test", "CNAME"): [("www.test", "CNAME", name("Host.Test"))],
    ("test", "MX"): [("test", "MX", struct.pack("!H", 10) + name("mail.test")),
                     ("test", "MX", struct.pack("!H", 20) + name("backup.test"))],
    ("test", "TXT"): [("test", "TXT", texts("v=spf1 ", "-all"))],
    ("test", "NS"): [("test", "NS", name("ns.test"))],
    ("_sip._tcp.test", "SRV"): [("_sip._tcp.test", "SRV", struct.pack("!HHH", 1, 2, 5060) + name("sip.test"))],
    ("1.2.0.192.in-addr.arpa", "PTR"): [("1.2.0.192.in-addr.arpa", "PTR", name("host.test"))],
    ("test", "SOA"): [("test", "SOA", name("ns.test") + name("admin.test") + struct.pack("!5I", 7, 1, 2, 3, 4))],
    ("test", "CAA"): [("test", "CAA", bytes([0, 5]) + b"issue" + b"ca.test")],
    ("long.test", "TXT"): [("long.test", "TXT", texts("x" * 200)) for _ in range(20)],
    ("nothing.test", "A"): [],
    # Of these two one answers, where a server listens on 127.0.0.1 alone.
    ("two.test", "A"): [("two.test", "A", bytes([127, 0, 0, 2])), ("two.test", "A", bytes([127, 0, 0, 1]))],
}
CODES = {"fails.test": 2, "refuses.test": 5}


def answer(query, is_tcp):
    """The bytes of the answer; nothing: none comes."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    asked = ".".join(labels)
    word = next((word for word, number in TYPES.items() if number == kind), "?")
    tell("question", name=asked, record=word, tcp=is_tcp)
    question = query[12:at + 5]
    records = ZONE.get((asked, word))
    known = asked in CODES or asked.endswith((".broken", ".silent")) or any(owner == asked for owner, _ in ZONE)
    flags = 0x8180 | (CODES.get(asked, 0) if known else 3)
    number = query[:2]
    body = b""
    for owner, record, data in records or []:
        # The name of the question is pointed to, as servers do.
        body += (b"\xc0\x0c" if owner == asked else name(owner)) + struct.pack("!HHIH", TYPES[record], 1, 60, len(data)) + data
    count = len(records or [])
    if asked == "x.silent":
        return None
    if asked == "id.broken":
        number = bytes([query[0] ^ 1, query[1]])
    if asked == "loop.broken":  # a name that points to itself
        body, count = b"\xc0" + bytes([12 + len(question)]) + struct.pack("!HHIH", 1, 1, 60, 4) + bytes(4), 1
    if asked == "short.broken":  # more is promised than comes
        body, count = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 400) + bytes(4), 1
    if asked == "inside.broken":  # an address of three bytes
        body, count = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 3) + bytes(3), 1
    if asked == "other.broken":  # the answer to another question
        question = name("another.test") + question[-4:]
    if len(body) > 1200 and not is_tcp:
        flags, body, count = flags | 0x0200, b"", 0
    return number + struct.pack("!HHHHH", flags, 1, count, 0, 0) + question + body


def serve_tcp(listener):
    while True:
        connection, _ = listener.accept()
        size = struct.unpack("!H", connection.recv(2))[0]
        reply = answer(connection.recv(size), True)
        # In two pieces, as a network would.
        connection.sendall(struct.pack("!H", len(reply)) + reply[:5])
        connection.sendall(reply[5:])
        connection.close()


def stamp(seconds):
    whole = int(seconds)
    return struct.pack("!II", (whole + 2208988800) & 0xffffffff, int((seconds - whole) * 2**32) & 0xffffffff)


def time_answer(query, mode):
    what, _, value = mode.partition(":")
    tell("question", size=len(query), mode=query[0] & 7, version=query[0] >> 3 & 7, empty=query[1:40] == bytes(39))
    if what == "silent":
        return None
    now = time.time() + (float(value) if what == "offset" else 0)
    leap = 3 if what == "unsynchronised" else 0
    stratum = 0 if what == "kiss" else int(value) if what == "stratum" else 2
    reference = value.encode() if what == "kiss" else bytes(4)
    origin = bytes(8) if what == "origin" else query[40:48]
    return (bytes([leap << 6 | 4 << 3 | 4, stratum, 6, 0xec]) + bytes(8) + reference + stamp(now - 10) + origin + stamp(now)
            + stamp(now))


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# The same number for both: one that is free over TCP nearly always is over UDP.
for _ in range(100):
    listener.bind(("127.0.0.1", 0))
    try:
        server.bind(listener.getsockname())
        break
    except OSError:
        listener.close()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.listen(5)


def serve():
    while True:
        query, client = server.recvfrom(1500)
        reply = answer(query, False) if sys.argv[1] == "dns" else time_answer(query, sys.argv[2])
        if reply is not None:
            server.sendto(reply, client)


threading.Thread(target=serve, daemon=True).start()
threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
tell("ready", port=server.getsockname()[1])
sys.stdin.read()
