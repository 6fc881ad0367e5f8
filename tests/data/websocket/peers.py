#!/usr/bin/env python3
"""Both ends of WebSockets through a proxy, by other people's program: the library `websockets`, client and server.

peers.py CERTIFICATE KEY    prints the ports of its servers, reads the address of the proxy and its root's file from its standard input,
holds its conversations through it, and prints for each what both ends sent and got: opcode, length and SHA-256 of every message.
"""

import asyncio
import hashlib
import itertools
import json
import ssl
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

LENGTHS = [0, 1, 125, 126, 65535, 65536, 3_000_000]
FLAGS = (False, True)
BITS = (None, 9, 15)
# server_no_context_takeover, client_no_context_takeover, server_max_window_bits, client_max_window_bits; None for no compression.
DEFLATE = [None, *itertools.product(FLAGS, FLAGS, BITS, BITS)]

heard = {}


def note(message):
    opcode, payload = (1, message.encode()) if isinstance(message, str) else (2, bytes(message))
    return [opcode, len(payload), hashlib.sha256(payload).hexdigest()]


def mixed(length, seed):
    """Bytes that repeat themselves at some distance and are noise between."""
    noise = hashlib.shake_256(str(seed).encode()).digest(min(length, 20_000))
    return (noise * (length // 20_000 + 1))[:length]


def words(length, seed):
    return "".join("woord %d; " % (at * seed % 977) for at in range(length // 8 + 1))[:length]


async def until_closed(socket, got):
    try:
        async for message in socket:
            got.append(note(message))
    except ConnectionClosed:
        pass


async def answer(socket):
    path = socket.request.path
    told = heard.setdefault(path, {"got": [], "sent": []})
    what = path.split("/")[1]
    if what == "close":
        await socket.close(4000, "genoeg")
        return
    try:
        async for message in socket:
            told["got"].append(note(message))
            if what == "parts":
                half = len(message) // 2
                await socket.send([message[:half], message[half:]])
            else:
                await socket.send(message)
            told["sent"].append(note(message))
    except ConnectionClosed:
        pass


def before(connection, request):
    what, *numbers = request.path.strip("/").split("/")
    if what == "refused":
        return connection.respond(403, "Niet voor u.\n")
    deflate = DEFLATE[int(numbers[0])]
    connection.protocol.available_extensions = [] if deflate is None else [
        ServerPerMessageDeflateFactory(*deflate[:3], client_max_window_bits=deflate[3]),
    ]
    return None


def after(connection, request, response):
    response.headers["Set-Cookie"] = "one=1; Path=/"
    response.headers["Set-Cookie"] = "two=2; Secure"
    return None


async def converse(path, origin, proxy, tls, talk):
    sent, got = [], []
    heard[path] = {"got": [], "sent": []}
    options = {"ssl": tls} if origin.startswith("wss") else {}
    deflate = ClientPerMessageDeflateFactory(client_max_window_bits=True)
    async with connect(origin + path, proxy=proxy, subprotocols=["chat.v1", "chat.v2"], extensions=[deflate], compression=None,
                       max_size=None, ping_interval=None, **options) as socket:

        async def say(message, parts=None):
            await socket.send(message if parts is None else parts)
            sent.append(note(message))

        listening = asyncio.create_task(until_closed(socket, got))
        expected = await talk(socket, say)
        while len(got) < expected:
            await asyncio.sleep(0)
            if listening.done():
                break
        if path.startswith("/close"):
            await listening
        await socket.close(1000, "klaar")
        await listening
        fields = socket.response.headers
        print(json.dumps({
            "path": path, "sent": sent, "got": got, "server": heard[path], "subprotocol": socket.subprotocol,
            "cookies": fields.get_all("Set-Cookie"), "extensions": fields.get("Sec-WebSocket-Extensions"),
            "close": [socket.close_code, socket.close_reason],
        }), flush=True)


async def lengths(_, say):
    for length in LENGTHS:
        await say(mixed(length, length))
        await say(words(length, 7))
    return 2 * len(LENGTHS)


async def few(_, say):
    for seed in range(1, 6):
        await say(words(3000, seed))
        await say(mixed(3000, seed % 2))
    return 10


async def many(_, say):
    for number in range(10_000):
        await say("bericht %d" % number)
    return 10_000


async def in_parts(socket, say):
    async def parts():
        yield "Goede"
        await socket.ping(b"tussendoor")
        yield ""
        yield "morgen"

    await say("Goedemorgen", parts())
    await say(b"\0\1" * 70_000, [b"\0\1" * 35_000] * 2)
    return 2


async def nothing(*_):
    return 0


async def main():
    certificate, key = sys.argv[1:]
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    common = {"process_request": before, "process_response": after, "subprotocols": ["chat.v2"], "max_size": None, "ping_interval": None,
              "compression": None}
    async with serve(answer, "127.0.0.1", 0, ssl=served, **common) as secure, serve(answer, "127.0.0.1", 0, **common) as plain:
        ports = [server.sockets[0].getsockname()[1] for server in (secure, plain)]
        print(json.dumps(ports), flush=True)
        proxy = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        proxy, root = proxy.split()
        tls = ssl.create_default_context(cafile=root)
        for number in range(1, len(DEFLATE)):
            await converse(f"/few/{number}", "wss://a.test", proxy, tls, few)
        for number in (0, 1):
            await converse(f"/lengths/{number}", "wss://a.test", proxy, tls, lengths)
            await converse(f"/many/{number}", "wss://a.test", proxy, tls, many)
            await converse(f"/parts/{number}", "wss://a.test", proxy, tls, in_parts)
            await converse(f"/close/{number}", "wss://a.test", proxy, tls, nothing)
            await converse(f"/plain/{number}", "ws://b.test", proxy, tls, few)
        try:
            await converse("/refused", "wss://a.test", proxy, tls, nothing)
        except InvalidStatus as error:
            print(json.dumps({"path": "/refused", "status": error.response.status_code, "body": error.response.body.decode()}), flush=True)


asyncio.run(main())
