#!/usr/bin/python3
"""Servers over TCP on a free loopback port, good and broken, for the checks of kinds tcp and tls.

    stream_stand_in.py MODE [ARGUMENT]… [--tls CERTIFICATE KEY]

Tells {"event": "ready", "port": N}, then {"event": "heard", "text": …} for what came (as Latin-1), and ends when its
standard input is closed. The modes, with the document that each follows:

    closes           accepts and closes
    silent           accepts and says nothing
    endless          sends without end
    reset            accepts and resets
    echo             sends back what comes
    says TEXT        sends the text (\\r, \\n, \\xNN) at once and then waits
    smtp GREETING …  RFC 5321: greeting, EHLO, QUIT; with "starttls" RFC 3207; with "inject" bytes in clear behind 220
    imap GREETING …  RFC 9051: greeting; with "starttls" its §6.2.1
    redis ANSWER     redis.io, "Redis serialization protocol specification": the answer to an inline PING
    postgresql S|N   PostgreSQL's manual, "Frontend/Backend Protocol", "SSL Session Encryption"
    mysql            MySQL's "Client/Server Protocol": Protocol::HandshakeV10, then the client's response
    mqtt CODE        MQTT 3.1.1, §3.1 and §3.2: CONNECT is read whole, CONNACK carries the code
    tls              a handshake, then nothing; with "client" a certificate of the client's is demanded (TLS 1.2)
"""

import json
import socket
import ssl
import struct
import sys
import threading

LOCK = threading.Lock()


def tell(event, **facts):
    with LOCK:
        print(json.dumps(dict(event=event, **facts)), flush=True)


words = sys.argv[1:]
certificate = key = None
if "--tls" in words:
    at = words.index("--tls")
    certificate, key = words[at + 1:at + 3]
    del words[at:at + 3]
mode, arguments = words[0], words[1:]


def secured(connection):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if "client" in arguments:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(certificate)
        context.verify_mode = ssl.CERT_REQUIRED
    wrapped = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        wrapped.do_handshake()
    except ssl.SSLError:
        # What the client sends on its way is read, so that no reset overtakes our alert.
        with socket.socket(fileno=wrapped.detach()) as bare:
            until_end(bare)
        raise
    return wrapped


def heard(connection, size=4096):
    data = connection.recv(size)
    if data:
        tell("heard", text=data.decode("latin-1"))
    return data


def until_end(connection):
    while heard(connection):
        pass


def line(connection):
    data = b""
    while not data.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            return data
        data += byte
    tell("heard", text=data.decode("latin-1"))
    return data


def smtp(connection):
    connection.sendall(arguments[0].encode() + b"\r\n")
    is_secured = False
    while command := line(connection).strip().upper():
        if command.startswith(b"EHLO "):
            offers = "starttls" in arguments and not is_secured
            connection.sendall(b"250-stand-in.example\r\n" + (b"250-STARTTLS\r\n" if offers else b"") + b"250 8BITMIME\r\n")
        elif command == b"STARTTLS" and "starttls" in arguments:
            connection.sendall(b"220 go ahead\r\n" + (b"250 injected\r\n" if "inject" in arguments else b""))
            connection = secured(connection)
            is_secured = True
        elif command == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"502 not known\r\n")


def imap(connection):
    connection.sendall(arguments[0].encode() + b"\r\n")
    while command := line(connection).split():
        tag = command[0]
        if command[1:] == [b"STARTTLS"] and "starttls" in arguments:
            connection.sendall(b"* CAPABILITY IMAP4rev2\r\n" + tag + b" OK begin\r\n")
            connection = secured(connection)
        elif command[1:] == [b"LOGOUT"]:
            connection.sendall(b"* BYE\r\n" + tag + b" OK\r\n")
            return
        else:
            connection.sendall(tag + b" BAD not known\r\n")


def exactly(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            return data
        data += piece
    return data


def postgresql(connection):
    length, code = struct.unpack("!II", exactly(connection, 8))
    tell("heard", text=f"{length} {code}")
    connection.sendall(arguments[0].encode())
    if arguments[0] == "S" and certificate:
        connection = secured(connection)
    until_end(connection)


def mysql(connection):
    payload = (b"\x0a" + b"8.0.36-stand-in\0" + struct.pack("<I", 7) + b"saltsalt" + b"\0" + struct.pack("<H", 0xffff)
               + b"\x21" + struct.pack("<HH", 2, 0xffff) + b"\x15" + bytes(10) + b"saltsaltsalt\0" + b"mysql_native_password\0")
    connection.sendall(struct.pack("<I", len(payload))[:3] + b"\0" + payload)
    head = exactly(connection, 4)
    body = exactly(connection, head[0] | head[1] << 8 | head[2] << 16)
    # Capability flags, the longest packet, a character set, 23 zeros, then the name.
    is_whole = head[3] == 1 and len(body) > 32 and struct.unpack("<I", body[:4])[0] & 0x200 and body[9:32] == bytes(23)
    tell("response", whole=bool(is_whole), name=body[32:body.index(b"\0", 32)].decode())


def mqtt(connection):
    kind, length = exactly(connection, 2)
    body = exactly(connection, length)
    name_length = struct.unpack("!H", body[10:12])[0]
    is_whole = (kind == 0x10 and body[:7] == b"\0\x04MQTT\x04" and body[7] & 1 == 0 and len(body) == 12 + name_length
                and 1 <= name_length <= 23)
    tell("connect", whole=is_whole)
    connection.sendall(bytes([0x20, 2, 0, int(arguments[0])]))
    until_end(connection)


def endless(connection):
    while True:
        connection.sendall(b"x" * 4096)


def reset(connection):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def echo(connection):
    while data := heard(connection):
        connection.sendall(data)


def says(connection):
    connection.sendall(arguments[0].encode("latin-1").decode("unicode_escape").encode("latin-1"))
    until_end(connection)


def redis(connection):
    if line(connection) == b"PING\r\n":
        connection.sendall(arguments[0].encode() + b"\r\n")
    until_end(connection)


MODES = {"closes": lambda connection: None, "silent": until_end, "endless": endless, "reset": reset, "echo": echo,
         "says": says, "smtp": smtp, "imap": imap, "redis": redis, "postgresql": postgresql, "mysql": mysql, "mqtt": mqtt,
         "tls": until_end}
IN_BETWEEN = ("smtp", "imap", "postgresql")  # these begin TLS themselves, where they are not told to from the beginning


def serve(connection):
    try:
        if certificate and (mode not in IN_BETWEEN or "first" in arguments):
            connection = secured(connection)
        MODES[mode](connection)
    except (OSError, ssl.SSLError, ValueError, IndexError):
        pass
    finally:
        connection.close()


server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))
server.listen(50)


def accept():
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
tell("ready", port=server.getsockname()[1])
sys.stdin.read()
