#!/usr/bin/env python3
"""Makes tests/data/mitm/simulated.mitm: made-up flows, written by mitmproxy's own writer of flow files.

    pip install mitmproxy==11.0.2
    scripts/make-flow-fixtures.py tests/data/mitm/simulated.mitm
"""

import sys

from mitmproxy import connection, dns, flow, http, io, tcp, version, websocket
from wsproto.frame_protocol import Opcode

START = 1795000000.25


def connections(nr, host, tls=True):
    client = connection.Client(peername=("127.0.0.1", 50000 + nr), sockname=("127.0.0.1", 8080), timestamp_start=START + nr)
    server = connection.Server(address=(host, 443 if tls else 80), peername=("192.0.2.%d" % nr, 443 if tls else 80))
    client.id, server.id = f"client-{nr}", f"server-{nr}"
    server.timestamp_start, server.timestamp_tcp_setup = START + nr + 0.01, START + nr + 0.02
    if tls:
        server.tls, server.tls_version, server.cipher, server.alpn = True, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", b"h2"
        server.timestamp_tls_setup = START + nr + 0.03
    return client, server


def http_flow(nr, host, path, method="GET", headers=(), content=b"", tls=True):
    made = http.HTTPFlow(*connections(nr, host, tls))
    made.id = f"flow-{nr}"
    made.timestamp_created = START + nr
    fields = http.Headers([(b"Host", host.encode()), *headers])
    scheme, port = (b"https", 443) if tls else (b"http", 80)
    made.request = http.Request(host, port, method.encode(), scheme, b"", path.encode(), b"HTTP/1.1", fields, content, None, START + nr, START + nr + 0.005)
    return made


def answer(made, status, headers=(), content=b"", at=0.1):
    start = made.request.timestamp_start + at
    made.response = http.Response(b"HTTP/1.1", status, b"OK", http.Headers(headers), content, None, start, start + 0.05)


def main(path):
    page = http_flow(1, "www.social.example", "/ministry?a=1", headers=[(b"Cookie", b"visitor=abc")])
    answer(page, 200, [(b"Content-Type", b"text/html"), (b"Set-Cookie", b"visitor=abc; Max-Age=86400"), (b"Set-Cookie", b"lang=nl")], b"<p>simulated</p>")
    beacon = http_flow(2, "collect.example", "/hit", "POST", [(b"Content-Type", b"application/x-www-form-urlencoded")], b"id=42&ev=view")
    answer(beacon, 204)
    failed = http_flow(3, "gone.example", "/")
    failed.error = flow.Error("[Errno -2] Name or service not known", START + 3.5)
    stopped = http_flow(4, "slow.example", "/wait")
    socket = http_flow(5, "chat.example", "/socket", headers=[(b"Upgrade", b"websocket")])
    answer(socket, 101, [(b"Upgrade", b"websocket")])
    socket.websocket = websocket.WebSocketData(
        messages=[
            websocket.WebSocketMessage(Opcode.TEXT, True, b"hello", START + 5.2),
            websocket.WebSocketMessage(Opcode.BINARY, False, b"\x00\xff", START + 5.3),
            websocket.WebSocketMessage(Opcode.TEXT, True, b"put in", START + 5.4, injected=True),
        ],
        closed_by_client=True, close_code=1000, close_reason="", timestamp_end=START + 5.5,
    )
    changed = http_flow(6, "www.social.example", "/changed")
    answer(changed, 200, [(b"Content-Type", b"text/plain")], b"before")
    changed.backup()
    changed.response.content = b"after"
    noted = http_flow(7, "www.social.example", "/noted")
    answer(noted, 200, content=b"noted")
    noted.backup()
    noted.comment, noted.marked = "looks odd", ":red_circle:"
    replayed = http_flow(8, "www.social.example", "/again")
    replayed.is_replay = "request"
    answer(replayed, 200, content=b"again")
    by_address = http_flow(9, "192.0.2.9", "/unseen", tls=False)
    by_address.request.headers["Host"] = "plain.example:8000"
    answer(by_address, 200, content=b"plain")
    streamed = http_flow(10, "video.example", "/stream")
    answer(streamed, 200, [(b"Content-Length", b"9999999")], None)
    raw = tcp.TCPFlow(*connections(11, "mail.example"))
    raw.id, raw.timestamp_created = "flow-11", START + 11
    raw.messages.append(tcp.TCPMessage(True, b"EHLO", START + 11))
    question = dns.Message(
        timestamp=START + 12, id=1, query=True, op_code=0, authoritative_answer=False, truncation=False, recursion_desired=True,
        recursion_available=False, reserved=0, response_code=0, questions=[dns.Question("collect.example", 1, 1)], answers=[], authorities=[], additionals=[],
    )
    asked = dns.DNSFlow(*connections(12, "resolver.example"))
    asked.id, asked.timestamp_created, asked.request = "flow-12", START + 12, question
    with open(path, "wb") as out:
        writer = io.FlowWriter(out)
        for made in (page, beacon, failed, stopped, socket, changed, noted, replayed, by_address, streamed, raw, asked):
            writer.add(made)
    print(f"{path}: written by {version.MITMPROXY}, format {version.FLOW_FORMAT_VERSION}")


main(sys.argv[1])
