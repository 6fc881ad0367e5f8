"""What the simulated servers saw, counted from their own log without any code of dataspoor (standard library only).

Usage: demo_facts.py SERVERS.ndjson PLANTED.json

Prints JSON: `fields`, how often each field went where, taken apart as the document of the decoder says (docs/fields.md); `carried`, in which of
them the value of which cookie stood; `planted`, where a planted value stood and what was done to it; `bytes`, of each field's values together;
`hosts`, requests with bytes of bodies out and in; `pages`, to which page each request belongs.
"""

import base64
import collections
import email.parser
import email.policy
import hashlib
import json
import re
import sys
import urllib.parse

SHORTEST = 8


def site(host):
    return ".".join(host.split(".")[-2:])


def kind(value):
    for of, name in ((bool, "boolean"), (dict, "object"), (list, "list"), (str, "text"), ((int, float), "number")):
        if isinstance(value, of):
            return name
    return "null"


def text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def leaves(name, value):
    """Names and texts of what JSON holds: in lists of one kind the position is left open."""
    dotted = lambda part: f"{name}.{part}" if name else str(part)
    if isinstance(value, dict) and value:
        for member, inner in value.items():
            yield from leaves(dotted(member), inner)
    elif isinstance(value, list) and value:
        mixed = len({kind(element) for element in value}) > 1
        for position, element in enumerate(value):
            yield from leaves(dotted(position if mixed else "*"), element)
    else:
        yield name, text(value)


class Undone(str):
    """A text that was base64."""


def unpacked(name, value):
    """What a parameter holds: JSON, an address with a query, base64 of a text, or itself."""
    name = re.sub(r"\[[0-9]+\]", "[*]", name)
    if value[:1] in "{[" and len(value) > 2:
        try:
            yield from leaves(name, json.loads(value))
            return
        except ValueError:
            pass
    parts = urllib.parse.urlsplit(value)
    if parts.scheme in ("http", "https") and parts.query:
        for inner, text_of in urllib.parse.parse_qsl(parts.query, keep_blank_values=True):
            yield from unpacked(f"{name}.{inner}", text_of)
        return
    if re.fullmatch(r"[A-Za-z0-9+/]{20,}={0,2}", value) and len(value) % 4 == 0:
        inner = base64.b64decode(value)
        if all(32 <= byte < 127 for byte in inner):
            yield name, Undone(inner.decode())
            return
    yield name, value


def field(headers, name):
    return [value for found, value in headers if found.lower() == name]


def cookies(access):
    pairs = (pair for line in field(access["request_headers"], "cookie") for pair in line.split("; "))
    return [tuple(pair.split("=", 1)) for pair in pairs if "=" in pair]


def multipart(media, body):
    head = f"Content-Type: {media}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    for part in message.iter_parts():
        yield part.get_param("name", header="content-disposition"), part.get_payload(decode=True).decode()


def fields(access):
    """Place, name and text of every field that an access carries."""
    split = urllib.parse.urlsplit(access["path"])
    for name, value in urllib.parse.parse_qsl(split.query, keep_blank_values=True):
        yield from (("query", *found) for found in unpacked(name, value))
    for name, value in access["request_headers"]:
        # How the message is carried to the next hop is not what is compared.
        if name.lower() not in ("cookie", "host"):
            yield from (("header", *found) for found in unpacked(name.lower(), value))
    for name, value in cookies(access):
        yield "cookie", name, value
    media = (field(access["request_headers"], "content-type") or [""])[0]
    body = base64.b64decode(access["request_body"])
    if media.startswith("application/x-www-form-urlencoded"):
        for name, value in urllib.parse.parse_qsl(body.decode(), keep_blank_values=True):
            yield from (("form", *found) for found in unpacked(name, value))
    elif media.startswith("multipart/form-data"):
        for name, value in multipart(media, body):
            yield from (("form", *found) for found in unpacked(name, value))
    elif media.startswith("application/json"):
        yield from (("json", *found) for found in leaves("", json.loads(body)))
    for sent, payload in access["messages"]:
        if sent:
            payload = base64.b64decode(payload)
            try:
                document = json.loads(payload)
            except ValueError:
                continue
            if isinstance(document, (dict, list)):
                yield from (("message", *found) for found in leaves("", document))


def pages(accesses):
    """The page of every access: itself for a document, else what the Referer (or Origin) names; where that is a host only, its newest document."""
    newest = {}
    for access in sorted(accesses, key=lambda access: access["at"]):
        headers = access["request_headers"]
        path = access["path"].split("?")[0]
        if "document" in field(headers, "sec-fetch-dest"):
            newest[access["host"]] = path
            yield access["host"], path, access["host"], path
            continue
        referer = urllib.parse.urlsplit((field(headers, "referer") or field(headers, "origin") or [""])[0])
        named = referer.path if referer.path not in ("", "/") else newest.get(referer.netloc, "")
        # The start page's own address is a slash, which is also how a Referer that names a host ends.
        if referer.path == "/" and referer.netloc == access["host"]:
            named = "/"
        yield access["host"], path, referer.netloc, named


def normal_forms(what, value):
    value = value.strip()
    yield value
    yield value.lower()
    if what == "phone":
        digits = re.sub(r"[^0-9]", "", value)
        yield digits
        yield re.sub(r"^0", "31", digits)


def forms(what, value):
    """What a planted value can look like in the simulated world, with what was done to it."""
    for normal in normal_forms(what, value):
        yield normal, ()
        yield hashlib.sha256(normal.encode()).hexdigest(), ("sha256",)
        yield base64.b64encode(normal.encode()).decode(), ("base64",)


def main():
    accesses = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    planted = json.load(open(sys.argv[2], encoding="utf-8"))
    known = collections.defaultdict(set)
    for access in accesses:
        for name, value in cookies(access):
            if len(value) >= SHORTEST:
                known[value].add((name, site(access["host"])))
        for line in field(access["response_headers"], "set-cookie"):
            name, value = line.split(";")[0].split("=", 1)
            if len(value) >= SHORTEST:
                known[value].add((name, site(access["host"])))
    counts, sizes, carried = collections.Counter(), collections.Counter(), collections.Counter()
    found = collections.Counter()
    wanted = [(index, form, done) for index, (what, _, value) in enumerate(planted) for form, done in set(forms(what, value))]
    for access in accesses:
        path = access["path"].split("?")[0]
        for place, name, value in fields(access):
            key = (access["host"], access["method"], path, place, name)
            counts[key] += 1
            sizes[key] += len(value.encode())
            for cookie, home in known.get(value, ()):
                if place != "cookie" or home != site(access["host"]):
                    carried[(cookie, home, access["host"], place, name)] += 1
            if place in ("query", "form", "json"):
                undone = ("base64",) if isinstance(value, Undone) else ()
                for index, form, done in wanted:
                    if value == form:
                        found[(index, access["host"], access["method"], path, name, "+".join(done + undone))] += 1
    rows = lambda counter: [[*key, times] for key, times in sorted(counter.items())]
    hosts = collections.defaultdict(lambda: [0, 0, 0])
    for access in accesses:
        said = hosts[access["host"]]
        said[0] += 1
        said[1] += len(base64.b64decode(access["request_body"]))
        said[2] += 0 if access["status"] == 101 else access["response_bytes"]
    of = collections.Counter(pages(accesses))
    json.dump({"pages": rows(of), "hosts": hosts, "fields": rows(counts), "bytes": rows(sizes), "carried": rows(carried), "planted": rows(found)}, sys.stdout)


main()
