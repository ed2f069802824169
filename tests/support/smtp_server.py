#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) on a free loopback port, for tests.

Tells what happens as one JSON object a line on standard output:
  {"event": "ready", "port": N}
  {"event": "connection"}
  {"event": "mail", "from": …, "to": […], "data": base64, "tls": bool, "user": name or null, "helo": …}
and ends when its standard input is closed.

--mode picky is a server by hand, in the clear, for what real ones do and aiosmtpd does not; it also tells
  {"event": "command", "line": …}   (what follows AUTH is left out)
"""

import argparse
import asyncio
import base64
import hmac
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


class Picky:
    """Greets late, offers what it is told, refuses by command, counts connections."""

    def __init__(self, options):
        self.options = options
        self.open = 0
        self.replies = dict(reply.split("=", 1) for reply in options.reply)

    async def serve(self, reader, writer):
        tell("connection")
        self.open += 1
        try:
            await self.converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def converse(self, reader, writer):
        def say(text):
            writer.write(text.encode() + b"\r\n")

        options = self.options
        if options.greet_after:
            await asyncio.sleep(options.greet_after)
        if options.connections_max and self.open > options.connections_max:
            say("421 4.7.0 Too many connections from your host")
            return
        say(self.replies.get("CONNECT", "220 mail.test ESMTP"))
        helo, sender, recipients, user, mails, attempts = "", "", [], None, 0, []
        async for raw in reader:
            line = raw.decode(errors="replace").rstrip("\r\n")
            verb = line.split(" ")[0].split(":")[0].upper()
            tell("command", line=" ".join(line.split(" ")[:2]) if verb == "AUTH" else line)
            if verb == "AUTH":
                mechanism = line.split(" ")[1].upper()
                attempts.append(mechanism)
                user = await self.login(reader, writer, line, mechanism)
                say("235 2.7.0 welcome" if user else self.replies.get(mechanism, "535 5.7.8 No"))
            elif verb == "EHLO" and "EHLO" not in self.replies:
                helo = line[5:]
                offers = ["mail.test", *options.offer]
                for i, offer in enumerate(offers):
                    say(("250 " if i == len(offers) - 1 else "250-") + offer)
            elif verb == "MAIL" and options.mails_max and mails >= options.mails_max:
                say("452 4.5.3 Too many mails in this session")
            elif verb == "RCPT" and options.full_name and "." not in helo:
                say(f"504 5.5.2 <{helo}>: Helo command rejected: need fully-qualified hostname")
            elif verb in self.replies:
                say(self.replies[verb])
                if self.replies[verb].startswith("421"):
                    return
            elif verb == "DATA":
                say("354 go")
                data = b""
                while not (data == b".\r\n" or data.endswith(b"\r\n.\r\n")):
                    part = await reader.readline()
                    if not part:
                        return
                    data += part
                mails += 1
                tell("mail", **{"from": sender}, to=recipients, data=base64.b64encode(data).decode(), tls=False,
                     user=user, helo=helo, attempts=attempts)
                recipients = []
                say(options.accept)
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                if verb == "MAIL":
                    sender = line.partition("<")[2].partition(">")[0]
                if verb == "RCPT":
                    recipients.append(line.partition("<")[2].partition(">")[0])
                say("250 ok")

    async def login(self, reader, writer, line, mechanism):
        """The user, where this mechanism works here and the password is right."""
        async def ask(challenge):
            writer.write(b"334 " + base64.b64encode(challenge) + b"\r\n")
            return base64.b64decode(await reader.readline())

        wanted, _, password = (self.options.auth or ":").partition(":")
        if mechanism == "PLAIN":
            words = line.split(" ")
            said = base64.b64decode(words[2]) if len(words) > 2 else await ask(b"")
            good = said == b"\0" + wanted.encode() + b"\0" + password.encode()
        elif mechanism == "LOGIN":
            good = [await ask(b"Username:"), await ask(b"Password:")] == [wanted.encode(), password.encode()]
        else:
            challenge = b"<1896.697170952@mail.test>"
            digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
            good = await ask(challenge) == f"{wanted} {digest}".encode()
        return wanted if good and mechanism not in self.options.broken else None


async def silent(reader, writer):
    """Accepts and says nothing."""
    tell("connection")
    await reader.read()
    writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["plain", "starttls", "tls", "stripped", "injecting", "silent", "picky"],
                        default="plain")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--auth", help="user:password, then required")
    parser.add_argument("--reject-recipient")
    parser.add_argument("--reject-data")
    parser.add_argument("--accept", default="250 2.0.0 Ok: queued as 4F1B2")
    picky = parser.add_argument_group("picky")
    picky.add_argument("--greet-after", type=float, default=0, help="seconds")
    picky.add_argument("--offer", action="append", default=[], help="a line of the answer to EHLO")
    picky.add_argument("--broken", action="append", default=[], help="a mechanism that refuses everybody")
    picky.add_argument("--reply", action="append", default=[], help="VERB=what it is answered; CONNECT is the greeting")
    picky.add_argument("--connections-max", type=int, default=0)
    picky.add_argument("--mails-max", type=int, default=0, help="over one connection")
    picky.add_argument("--full-name", action="store_true", help="wants a dot in the EHLO name, and says so at RCPT")
    options = parser.parse_args()

    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    loop = asyncio.get_running_loop()
    if options.mode == "picky":
        server = await asyncio.start_server(Picky(options).serve, "127.0.0.1", 0)
    elif options.mode in ("stripped", "injecting", "silent"):
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
