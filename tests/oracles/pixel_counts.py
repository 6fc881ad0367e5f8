#!/usr/bin/env python3
"""Counts requests to the Meta Pixel in HAR files with the Python standard library alone: a second opinion on `dataspoor replay --json`.

    python3 tests/oracles/pixel_counts.py FILE...
    python3 tests/oracles/pixel_counts.py --facts FACTS.json    # compares with the counts in FACTS.json (files stand beside it); exit code 1 if any differs

Definition (the same as in rules/meta-endpoints.toml and rules/meta-fields.toml):

* The host is facebook.com or lies under it; letter case and a trailing dot do not count. The scheme, the port and the method do not matter either.
* pixel_requests: every recorded request whose path is /tr or /tr/. One that is answered with a redirect to /tr/ again counts, and so does the request
  that follows it: both were sent.
* pixel_privacy_sandbox_requests: every recorded request whose path is /privacy_sandbox/pixel/register/trigger, with or without a slash behind it.
  They are not among pixel_requests, and their parameters are not among pixel_ids and pixel_events. /privacy_sandbox/topics/registration/ is neither.
* pixel_ids, pixel_events: of the requests of pixel_requests, by the value of the field `id` or `ev`, wherever it stands: in the query, in an
  urlencoded body, or in a part of a multipart body. A request counts once for every different value that it gives; it counts for an empty value too,
  and not where the field is absent.

* matching_fields: of the requests of pixel_requests, those that carry a field of advanced matching (`ud[…]`, `udff[…]`), by its name. Not among the facts.

Prints one JSON object, file by file.
"""

import gzip
import json
import re
import sys
import zlib
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

PIXEL = ("/tr", "/tr/")
TRIGGER = ("/privacy_sandbox/pixel/register/trigger", "/privacy_sandbox/pixel/register/trigger/")


def entries(path):
    """The entries of a HAR, packed or not, in a JSONP wrapper or not. None: it cannot be read."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    elif raw[:1] == b"\x78" and path.suffix == ".zhar":
        raw = zlib.decompress(raw)
    text = raw.decode("utf-8-sig", "replace").strip()
    wrapped = re.fullmatch(r"[\w.$]+\((.*)\)\s*;?", text, re.DOTALL)
    for candidate in (text, wrapped and wrapped.group(1)):
        try:
            log = json.loads(candidate)["log"]
            return [entry for entry in log.get("entries") or [] if isinstance(entry, dict)]
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return None


def multipart(body, media):
    boundary = re.search(r'boundary="?([^";]+)', media)
    for part in body.split("--" + boundary.group(1)) if boundary else []:
        head, _, value = part.lstrip("\r\n").partition("\r\n\r\n")
        name = re.search(r'content-disposition:[^\r\n]*[; ]name="([^"]*)"', head, re.IGNORECASE)
        if name:
            yield name.group(1), value.removesuffix("\r\n")


def fields(request, query):
    yield from parse_qsl(query, keep_blank_values=True)
    posted = request.get("postData") or {}
    media, body = posted.get("mimeType") or "", posted.get("text") or ""
    if media.lower().startswith("multipart/form-data"):
        yield from multipart(body, media)
    elif media.lower().startswith("application/x-www-form-urlencoded"):
        yield from parse_qsl(body, keep_blank_values=True)
    if not body:
        yield from ((param.get("name"), param.get("value")) for param in posted.get("params") or [])


def counts(path):
    found = {"pixel_requests": 0, "pixel_privacy_sandbox_requests": 0, "pixel_ids": {}, "pixel_events": {}, "matching_fields": {}}
    read = entries(path)
    if read is None:
        return None
    for entry in read:
        request = entry.get("request") or {}
        try:
            url = urlsplit(request.get("url") or "")
            host = (url.hostname or "").lower().rstrip(".")
        except ValueError:
            continue
        if host != "facebook.com" and not host.endswith(".facebook.com"):
            continue
        found["pixel_privacy_sandbox_requests"] += url.path in TRIGGER
        if url.path not in PIXEL:
            continue
        found["pixel_requests"] += 1
        given = set(fields(request, url.query))
        for name, counted in (("id", "pixel_ids"), ("ev", "pixel_events")):
            for value in {value for other, value in given if other == name}:
                found[counted][value] = found[counted].get(value, 0) + 1
        for name in {name for name, _ in given if re.match(r"ud(ff)?\[", name or "")}:
            found["matching_fields"][name] = found["matching_fields"].get(name, 0) + 1
    return found


def main(arguments):
    if arguments[:1] == ["--facts"]:
        facts = Path(arguments[1])
        known = {name: fact for name, fact in json.loads(facts.read_text())["files"].items() if "pixel_requests" in fact}
        differing = {}
        for name, fact in known.items():
            found = {key: value for key, value in (counts(facts.parent / name) or {}).items() if key != "matching_fields"}
            expected = {key: fact[key] for key in ("pixel_requests", "pixel_privacy_sandbox_requests", "pixel_ids", "pixel_events")}
            if found != expected:
                differing[name] = {"found": found, "expected": expected}
        json.dump({"files": len(known), "differing": differing}, sys.stdout, indent=1, sort_keys=True)
        print()
        return 1 if differing or not known else 0
    json.dump({argument: counts(Path(argument)) for argument in arguments}, sys.stdout, indent=1, sort_keys=True)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
