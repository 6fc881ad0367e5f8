"""Numbers in the sentences of our pages, as each language writes them, and the sentences of the language files; without any code of dataspoor."""

import json
import re
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

NUMBERS = {
    # Groups of thousands and the sign before decimals, as each language writes them.
    "nl": re.compile(r"\b(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\b"),
    "en": re.compile(r"\b(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\b"),
}


def number(text, lang):
    return Decimal(text.replace(".", "").replace(",", ".") if lang == "nl" else text.replace(",", ""))


def percent(part, whole):
    """A share in per cent, to one decimal. 100 and 0 stand for all and nothing only, so what is nearly all or nearly nothing is not rounded to them."""
    if not whole:
        return Decimal(0)
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if part < whole and share == 100:
        return Decimal("99.9")
    if part and share == 0:
        return Decimal("0.1")
    return share


def messages(locales, lang):
    """The messages of the files of a language: name and how it is written."""
    for file in sorted(Path(locales).glob("*.ftl")):
        if file.name != f"{lang}.ftl" and not file.name.endswith(f".{lang}.ftl"):
            continue
        for message in re.split(r"^(?=[a-z][\w-]* =)", file.read_text(encoding="utf-8"), flags=re.M):
            name, sign, text = message.partition("=")
            if sign:
                yield name.strip(), " ".join(text.split("\n#")[0].replace("`", "").split())


def fixed_sentences(locales, lang):
    """Sentences of the language files that have digits and nothing that comes from a recording: their numbers are the same in every annex."""
    found = {text for _, text in messages(locales, lang) if "{" not in text and re.search(r"\d", text)}
    # The longest first: one may begin like another.
    return sorted(found, key=lambda text: (-len(text), text))


def count_pages(pages, behind, check):
    """Lets `check` look at each page; prints how many sentences of each name were counted, as JSON with `behind`, and what is wrong on stderr. Ends the program
    with 1 where something is."""
    told, counted = [], Counter()
    pages = sorted(pages)
    if not pages:
        raise SystemExit("no pages")
    for path in pages:
        check(path, told, counted)
    behind = behind(told)
    print(json.dumps({"pages": len(pages), **behind, "sentences": dict(sorted(counted.items()))}))
    if told:
        print("\n".join(told), file=sys.stderr)
        raise SystemExit(1)
