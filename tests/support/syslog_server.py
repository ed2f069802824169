#!/usr/bin/python3
"""A syslog server for tests: octet-counted frames (RFC 6587) over TCP or TLS (RFC 5425) on a free loopback port.

Tells what happens as one JSON object a line on standard output:
  {"event": "ready", "port": N}
  {"event": "connection"}
  {"event": "message", "text": …}
  {"event": "broken", "why": …}       a frame that is none
and ends when its standard input is closed. With --udp each datagram is a message (RFC 5426). With --close-after N it hangs up after N messages of its first connection.
"""

import argparse
import asyncio
import json
import ssl
import sys


def tell(event, **facts):
    print(json.dumps(dict(event=event, **facts)), flush=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--close-after", type=int, default=0)
    parser.add_argument("--udp", action="store_true")
    options = parser.parse_args()
    if options.udp:

        class Datagrams(asyncio.DatagramProtocol):
            def datagram_received(self, data, _):
                tell("message", text=data.decode())

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
        tell("ready", port=transport.get_extra_info("sockname")[1])
        await loop.run_in_executor(None, sys.stdin.read)
        return
    first = True

    async def serve(reader, writer):
        nonlocal first
        tell("connection")
        limit, first = (options.close_after if first else 0), False
        count = 0
        try:
            while True:
                length = await reader.readuntil(b" ")
                if not length[:-1].isdigit():
                    tell("broken", why=repr(length))
                    break
                text = await reader.readexactly(int(length))
                tell("message", text=text.decode())
                count += 1
                if limit and count == limit:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        writer.close()

    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    tell("ready", port=server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
