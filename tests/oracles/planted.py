#!/usr/bin/env python3
"""Writes tests/data/planted/forms.json: forms of invented values, made with Python's standard library, that a search for these values must find.

Run it from the repository: python3 tests/oracles/planted.py    With --check it says whether the file is what it would write.
Each line: value, kind, path (normal form, then what was done, innermost first), and the bytes to find as hexadecimal digits, as they may stand inside a
longer text. Base58 is written out here, as the library has none; MD2, MD4, RIPEMD-160, Whirlpool and MurmurHash3 are checked against published values in
the tests beside the code.
"""

import base64
import hashlib
import html
import json
import pathlib
import sys
import urllib.parse

FILE = pathlib.Path(__file__).parent.parent / "data" / "planted" / "forms.json"

VALUES = [
    ("email", "Jan.Visser+Proef@Voorbeeld.example", {
        "as-typed": "Jan.Visser+Proef@Voorbeeld.example",
        "lower-case": "jan.visser+proef@voorbeeld.example",
        "without-dots-and-tag": "janvisser@voorbeeld.example",
        "before-the-at": "jan.visser+proef",
    }),
    ("phone", "+31 (0)6 1234 5678", {
        "as-typed": "+31 (0)6 1234 5678",
        "digits-with-country-code": "31612345678",
        "e164": "+31612345678",
        "national": "0612345678",
    }),
    ("name", "Zoë de Vries-Åkesson", {
        "as-typed": "Zoë de Vries-Åkesson",
        "lower-case": "zoë de vries-åkesson",
        "without-punctuation": "zoë de vriesåkesson",
        "last-word": "vriesåkesson",
    }),
    ("date", "3-2-1990", {"yyyymmdd": "19900203", "yyyy-mm-dd": "1990-02-03", "dd/mm/yyyy": "03/02/1990"}),
    ("text", "Zeldzaam <woord> & \"nog\" één/2", {"lower-case": "zeldzaam <woord> & \"nog\" één/2"}),
]

HASHES = ["sha256", "md5", "sha1", "sha512", "sha224", "sha384", "sha3-224", "sha3-256", "sha3-384", "sha3-512"]
LIKELY = HASHES[:4]
# Normal forms of which layers of digests are written down.
DEEP = ["lower-case", "e164"]
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def digest(name, data):
    return hashlib.new(name.replace("sha3-", "sha3_"), data).digest()


def base58(data):
    number, out = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = ALPHABET[rest] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def forms_of(text, deep):
    """Paths after the normal form, with the bytes to find; second and third layers of digests if `deep`."""
    raw = text.encode()
    yield [], raw
    for safe in ["", "/", "!~*'()", "!~*'();/?:@&=+$,#"]:
        yield ["percent"], urllib.parse.quote(text, safe=safe).encode()
    yield ["percent"], urllib.parse.quote_plus(text, safe="*").replace("~", "%7E").encode()
    yield ["percent"], urllib.parse.quote(text, safe="").lower().encode() if text == text.lower() else b""
    yield ["percent"], "".join(f"%{byte:02X}" for byte in raw).encode()
    component = urllib.parse.quote(text, safe="!~*'()")
    yield ["percent", "percent"], urllib.parse.quote(component, safe="").encode()
    yield ["html-entity"], html.escape(text).encode()
    yield ["html-entity"], "".join(f"&#{ord(char)};" for char in text).encode()
    yield ["html-entity"], "".join(f"&#x{ord(char):x};" for char in text).encode()
    yield ["html-entity"], text.replace("@", "&#64;").encode()
    yield ["json-escape"], json.dumps(text)[1:-1].encode()
    yield ["json-escape"], json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield ["json-escape"], json.dumps(text)[1:-1].replace("@", "\\u0040").encode()
    yield ["base16"], raw.hex().encode()
    yield ["base16"], raw.hex().upper().encode()
    yield ["base32"], base64.b32encode(raw)
    yield ["base32"], base64.b32encode(raw).lower().rstrip(b"=")
    yield ["base58"], base58(raw).encode()
    yield ["base64"], base64.b64encode(raw)
    for before in [b"x", b"{\"", b"a=b"]:
        for after in [b"", b"&", b"}}"]:
            yield ["base64"], base64.b64encode(before + raw + after)
    url = base64.urlsafe_b64encode(raw)
    if url != base64.b64encode(raw):
        yield ["base64url"], url
    yield ["base64", "base64"], base64.b64encode(base64.b64encode(raw))
    yield ["base16", "base64"], base64.b64encode(raw.hex().encode())
    yield ["base64", "base16"], base64.b64encode(raw).hex().encode()
    if component != text:
        yield ["percent", "base64"], base64.b64encode(component.encode())
    if urllib.parse.quote(base64.b64encode(raw), safe="") != base64.b64encode(raw).decode():
        yield ["base64", "percent"], urllib.parse.quote(base64.b64encode(raw), safe="").encode()
    for name in HASHES:
        found = digest(name, raw)
        yield [name], found
        yield [name, "base16"], found.hex().encode()
        yield [name, "base16"], found.hex().upper().encode()
        yield [name, "base32"], base64.b32encode(found)
        yield [name, "base58"], base58(found).encode()
        yield [name, "base64"], base64.b64encode(found)
        if base64.urlsafe_b64encode(found) != base64.b64encode(found):
            yield [name, "base64url"], base64.urlsafe_b64encode(found).rstrip(b"=")
    for first in LIKELY if deep else []:
        one = digest(first, raw)
        yield [first, "base16", "base64"], base64.b64encode(one.hex().encode())
        yield [first, "base16", "base64"], base64.b64encode(b"h=" + one.hex().encode() + b"&")
        if urllib.parse.quote(base64.b64encode(one), safe="") != base64.b64encode(one).decode():
            yield [first, "base64", "percent"], urllib.parse.quote(base64.b64encode(one), safe="").encode()
        for name, inner in [("percent", component.encode()), ("base64", base64.b64encode(raw)), ("base16", raw.hex().encode())]:
            if inner != raw:
                yield [name, first, "base16"], digest(first, inner).hex().encode()
                yield [name, first, "base64"], base64.b64encode(digest(first, inner))
        for second in LIKELY:
            two = digest(second, one.hex().encode())
            yield [first, "base16", second, "base16"], two.hex().encode()
            yield [first, "base16", second, "base64"], base64.b64encode(two)
            yield [first, "base16", second, "base16", "base64"], base64.b64encode(two.hex().encode())
            yield [first, second, "base16"], digest(second, one).hex().encode()
            yield [first, "base64", second, "base16"], digest(second, base64.b64encode(one)).hex().encode()
            for third in LIKELY:
                three = digest(third, two.hex().encode())
                yield [first, "base16", second, "base16", third, "base16"], three.hex().encode()


def lines():
    for kind, value, normal in VALUES:
        known = set()
        plain = {text: name for name, text in normal.items()}
        for name, text in normal.items():
            for path, found in forms_of(text, name in DEEP):
                # What an encoding leaves unchanged, or what is the same as a plainer form, is that one.
                if len(found) < 5 or found in known or (path and found.decode("latin-1") in plain):
                    continue
                known.add(found)
                yield json.dumps({"kind": kind, "value": value, "path": [name, *path], "find": found.hex()}, ensure_ascii=False)


def main():
    text = "[\n" + ",\n".join(lines()) + "\n]\n"
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text(encoding="utf-8") == text else f"{FILE} is not what {sys.argv[0]} writes; run it without --check")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text, encoding="utf-8")


main()
