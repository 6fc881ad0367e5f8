#!/usr/bin/env python3
"""What Python's standard library says of texts: similarity by difflib, and values written in every coding and in two layers of them.

Reads a JSON object from standard input: "pairs" (two texts each) and "values" (bytes in hexadecimal). Writes a JSON object with "ratios" (as
Python prints them) and "written": for each value an object from codings, innermost first, joined with a plus sign, to the ways of writing it (bytes
in hexadecimal), in the order of ways() and without repetition within one layer.
"""

import base64
import binascii
import difflib
import hashlib
import json
import sys
import urllib.parse

DIGESTS = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}
CODINGS = ["percent", "base64", "hex", *DIGESTS]


def hexes(value):
    return [binascii.hexlify(value), binascii.hexlify(value).upper()]


def base64s(value):
    standard, safe = base64.b64encode(value), base64.urlsafe_b64encode(value)
    return [standard, standard.rstrip(b"="), safe, safe.rstrip(b"=")]


def ways(value, coding):
    if coding == "percent":
        every = [urllib.parse.quote(value, safe=safe).encode() for safe in ("", "!*'()")]
    elif coding == "base64":
        every = base64s(value)
    elif coding == "hex":
        every = hexes(value)
    else:
        digest = DIGESTS[coding](value).digest()
        every = [*hexes(digest), *base64s(digest), digest]
    return list(dict.fromkeys(every))


def written(value):
    once = {coding: ways(value, coding) for coding in CODINGS}
    twice = {f"{inner}+{outer}": [way for one in once[inner] for way in ways(one, outer)] for inner in CODINGS for outer in CODINGS}
    return {codings: [way.hex() for way in every] for codings, every in (once | twice).items()}


def main():
    asked = json.load(sys.stdin)
    ratios = [repr(difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()) for one, other in asked["pairs"]]
    json.dump({"ratios": ratios, "written": [written(bytes.fromhex(value)) for value in asked["values"]]}, sys.stdout)


if __name__ == "__main__":
    main()
