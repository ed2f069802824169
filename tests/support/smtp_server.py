#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) on a free loopback port, for tests.

Tells what happens as one JSON object a line on standard output:
  {"event": "ready", "port": N}
  {"event": "connection"}
  {"event": "mail", "from": …, "to": […], "data": base64, "tls": bool, "user": name or null, "helo": …}
and ends when its standard input is closed.
"""

import argparse
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def tell(event, **facts):
    print(json.dumps(dict(event=event, **facts)), flush=True)


class Handler:
    def __init__(self, options):
        self.options = options

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.options.reject_recipient:
            return self.options.reject_recipient
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        if self.options.reject_data:
            return self.options.reject_data
        tell(
            "mail",
            **{"from": envelope.mail_from},
            to=envelope.rcpt_tos,
            data=base64.b64encode(envelope.original_content).decode(),
            tls=session.ssl is not None or self.options.mode == "tls",
            user=session.auth_data,
            helo=session.host_name,
        )
        return self.options.accept


class Server(SMTP):
    def connection_made(self, transport):
        # With STARTTLS the same connection is made again, over TLS.
        if self._original_transport is None:
            tell("connection")
        super().connection_made(transport)


def authenticator(wanted):
    user, _, password = wanted.partition(":")

    def check(server, session, envelope, mechanism, data):
        good = data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=good, handled=False, auth_data=user if good else None)

    return check


async def stripped(reader, writer):
    """Somebody on the line who takes STARTTLS out of the greeting."""
    tell("connection")
    writer.write(b"220 mail.test ESMTP\r\n")
    async for line in reader:
        verb = line.split()[0].upper() if line.split() else b""
        tell("command", verb=verb.decode(errors="replace"))
        if verb == b"EHLO":
            writer.write(b"250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 ok\r\n")
    writer.close()


async def injecting(reader, writer):
    """Somebody who sends a reply before the handshake, to be taken for one after it (CVE-2021-22947)."""
    tell("connection")
    writer.write(b"220 mail.test ESMTP\r\n")
    async for line in reader:
        verb = line.split()[0].upper() if line.split() else b""
        tell("command", verb=verb.decode(errors="replace"))
        if verb == b"EHLO":
            writer.write(b"250-mail.test\r\n250 STARTTLS\r\n")
        elif verb == b"STARTTLS":
            writer.write(b"220 go ahead\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n")
        else:
            break
    writer.close()


async def silent(reader, writer):
    """Accepts and says nothing."""
    tell("connection")
    await reader.read()
    writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["plain", "starttls", "tls", "stripped", "injecting", "silent"], default="plain")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--auth", help="user:password, then required")
    parser.add_argument("--reject-recipient")
    parser.add_argument("--reject-data")
    parser.add_argument("--accept", default="250 2.0.0 Ok: queued as 4F1B2")
    options = parser.parse_args()

    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    loop = asyncio.get_running_loop()
    if options.mode in ("stripped", "injecting", "silent"):
        server = await asyncio.start_server(globals()[options.mode], "127.0.0.1", 0)
    else:
        def make():
            auth = {}
            if options.auth:
                auth = dict(authenticator=authenticator(options.auth), auth_required=True,
                            auth_require_tls=options.mode == "starttls")
            return Server(Handler(options), hostname="mail.test", enable_SMTPUTF8=False, loop=loop,
                          tls_context=context if options.mode == "starttls" else None,
                          require_starttls=options.mode == "starttls", **auth)

        server = await loop.create_server(make, "127.0.0.1", 0, ssl=context if options.mode == "tls" else None)
    tell("ready", port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
