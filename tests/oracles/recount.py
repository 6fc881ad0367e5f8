"""Counts again what the sentences of an annex say, from the rows of annex.json, the records of evidence.ndjson and the rows of the CSV files beside the
page; without any code of dataspoor, and without reading the same total back where there are rows to count.

recount.py FOLDER LOCALES    FOLDER: an annex with pages, annex.json, evidence.ndjson and CSV files; LOCALES: the folder of the language files

Every sentence outside of tables that has digits must be named (data-says), or its digits must be one of the few things that are no counts (RULES below).
So a new sentence with a number cannot slip in. Prints how many sentences of each name were counted, as JSON; what is wrong on stderr, with exit code 1.
"""

import csv
import json
import re
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))
import page  # noqa: E402
from sentences import NUMBERS, count_pages, fixed_sentences, number, percent  # noqa: E402

csv.field_size_limit(1 << 30)

# What is recorded, or stands for itself, is no number of ours; a link to a place has its own rule below.
NOT_OURS = {"bdi", "code", "time", "svg", "table", "style", "script"}
# A link that names a place: what it says must be the number of that place.
ROW_OF = re.compile(r"(?:see|zie)?\s*(?:row|regel|rij)\s+(\d+)\s+(?:of|van)\s+(?:table|tabel)\s+(\d+[a-z]?)\Z", re.I)
PLACE = re.compile(r"(?:.*\b)?(?:tabel|table|hoofdstuk|chapter|bron|source|rij|row)\s+([\d.]+[a-z]?)\.?\Z", re.I | re.S)


class Annex:
    """An annex as it lies in its folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.json = json.loads((self.folder / "annex.json").read_text(encoding="utf-8"))
        self.log = [json.loads(line) for line in (self.folder / "evidence.ndjson").read_text(encoding="utf-8").splitlines()]
        self.flows = self.records("flow")

    def records(self, kind):
        return [record for record in self.log if record["kind"] == kind]

    def csv(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, strict=True))

    def at(self, path):
        here = self.json
        for name in path.split("."):
            here = (here or {}).get(name)
        return here or 0

    def fields(self, rows):
        """Fields, those without a known meaning, and those of which only an unchecked claim says one; each as often as it was sent."""
        rows = [row for row in rows if not row["step"]]
        times = lambda meaning: sum(row["times"] for row in rows if meaning is None or row["meaning"] == meaning)  # noqa: E731
        return times(None), times("not-established"), times("unverified")

    @staticmethod
    def was_sent(flow):
        """Whether the recording does not itself say that nothing went to the host."""
        return not flow["from_cache"] and flow["outcome"] != "stopped-by-browser"

    def with_findings(self):
        """Entries about which more is found than who received them: of the request, or of a cookie that its answer set."""
        records = self.flows + self.records("cookie")
        return {record["entry"] for record in records if any(finding["subject"] != "recipient" for finding in record["findings"])}

    def first_asked(self):
        """The first request to each host in each stretch."""
        first = {}
        for flow in sorted(self.flows, key=lambda flow: (flow["time"] or "", flow["entry"])):
            first.setdefault((flow.get("stretch") or 1, flow["host"]), flow)
        return first


def stays(row):
    """Whether a value went between the site to which it belongs and that site's own pages, or pages that are not established."""
    return row["own_site"] and row["from"] in (None, row["site"])


def of_share(annex, rows, share):
    """Fields, fields without a known meaning with their per cent, fields of which only an unchecked claim says one. Where there was no room for all rows, the
    rows cannot be counted, and what the share says is taken; it may be more than the rows, never less."""
    counted = annex.fields(rows)
    said = (share["fields"], share["not_established"]["fields"], share["unverified"]["fields"])
    if annex.at("fields_left_out.rows") or annex.at("fields_left_out.not_kept"):
        if any(one > other for one, other in zip(counted, said)):
            raise SystemExit(f"annex.json: the rows of fields hold more than their share says: {counted}, {said}")
        return said
    return counted


def shares(annex):
    j = annex.json
    share = {row["scope"]: row["share"] for row in j["field_shares"]}
    out = []
    for scope, rows in (("recording", j["fields"]), ("recording-without-headers", [row for row in j["fields"] if row["place"] not in ("header", "path")])):
        fields, unknown, unverified = of_share(annex, rows, share[scope])
        out += [fields, unknown, percent(unknown, fields), unverified] if fields else []
    return out


def endpoint_of(element):
    """The number of the endpoint whose part of the page this is."""
    siblings = element.above.inside
    before = [one for one in siblings[: siblings.index(element)] if isinstance(one, page.Element) and one.name == "h4"]
    return int(before[-1].get("id").removeprefix("c14-e"))


def of_endpoint(annex, element):
    nr = endpoint_of(element)
    row = annex.json["endpoints"][nr - 1]
    rows = [field for field in annex.json["fields"] if field["endpoint"] == nr]
    fields, unknown, unverified = of_share(annex, rows, row["share"])
    if not fields:
        return []
    return [fields, unknown, percent(unknown, fields), unverified, percent(unverified, fields), sum(field["place"] == "header" for field in rows)]


def stretch(annex, element):
    nr = [one for one in element.above.inside if isinstance(one, page.Element)].index(element) + 1
    flows = [flow for flow in annex.flows if (flow.get("stretch") or 1) == nr]
    first = [flow for (at, _), flow in annex.first_asked().items() if at == nr]
    with_cookies = sum(bool(flow["cookies_sent"]) for flow in first)
    return [nr] + ([len(flows), len(first), with_cookies] if flows else [])


def shown(root, table):
    """Rows of a table of the page; what is said below a row belongs to it."""
    found = root.find(table)
    return sum(bool(row.get("id")) and not row.is_of("said") for body in found.all("tbody") for row in body.all("tr"))


def rest(annex, root, element):
    """Rows of a file that stand in the table before this sentence no more."""
    tables = [one for one in root.each() if one.name == "table" or one is element]
    table = tables[tables.index(element) - 1].get("id")
    file = re.search(r"[a-z-]+\.csv", element.text())[0]
    rows = annex.csv(file)
    if file == "sharing.csv":
        listed = [row for row in annex.json["linkage"]["sharings"] if row["same_value_as"] is None and stays(row) == (table == "t8e")]
        rows = listed
    return [len(rows) - shown(root, table)]


def counts(annex, root):
    """What each name must say, in order; called with the element for those of which there are several."""
    j, flows = annex.json, annex.flows
    rows = lambda name: len(j[name])  # noqa: E731
    entries = lambda: annex.records("end")[0]["entries"]  # noqa: E731
    listed = [row for row in j["linkage"]["sharings"] if row["same_value_as"] is None]
    joined = sum(row["kind"] != "own-cookie" and row["one"]["page"] == j["page"]["site"] for row in j["trail"])
    other = j["linkage"]["sent_from_other_sites"]
    start = j["scenario"]["start"]
    first = annex.first_asked()
    # One entry stands there as a number, several as a recorded text.
    alone = start.get("entries_from_elsewhere", [])
    alone = alone if len(alone) == 1 else []
    not_shown = lambda name, table: [max(0, rows(name) - shown(root, table))]  # noqa: E731
    header = {(row["name"], tuple(row["rules"])) for row in j["fields"] if row["place"] == "header"}
    hands = Counter()
    for row in j["flows"]:
        hands.update(row["operated"])
    return {
        "f-entries": lambda _: [entries()],
        "f-domains": lambda _: [len({flow["site"] for flow in flows})],
        "f-cookies": lambda _: [rows("cookies")],
        "f-other": lambda _: [sum(flow["site"] != j["page"]["site"] for flow in flows)],
        "s-hosts": lambda _: [len({flow["host"] for flow in flows})],
        "s-owner": lambda _: [sum(row["requests"] for row in j["recipients"] if row["owner"])],
        "s-set": lambda _: [sum("list of cookies" not in record["observed"] for record in annex.records("cookie"))],
        "s-sent": lambda _: [sum(len(flow["cookies_sent"]) for flow in flows if annex.was_sent(flow))],
        "s-lifetimes": lambda _: [rows("lifetimes")],
        "s-validators": lambda _: [rows("validators")],
        "s-findings": lambda _: [len(annex.with_findings())],
        "s-hostless": lambda _: [entries() - len(flows)],
        "s-choices": lambda _: [len(annex.records("choice"))],
        "s-trail": lambda _: [joined],
        "s-trail-own": lambda _: [rows("trail") - joined],
        "s-sent-other": lambda _: [len({(row["name"], row["domain"]) for row in other}), len({row["from"] for row in other})],
        "s-fields": lambda _: shares(annex),
        "s-identifiers": lambda _: [len(j["linkage"]["identifiers"])],
        "s-sharings": lambda _: [sum(not stays(row) for row in listed)],
        "s-gaps": lambda _: [len(annex.records("gap"))],
        "not-used-record": lambda _: [annex.at("capture.not_used.ledger_record")],
        "flows-left-out": lambda _: [len({(flow["host"], flow["method"], urlsplit(flow["url"]).path) for flow in flows}) - rows("flows")],
        "validators": lambda _: [annex.at(f"totals.{name}_with_validators") for name in ("resources", "answers", "requests")],
        "link-bytes": lambda _: [annex.at("linkage.bytes"), annex.at("linkage.bytes_left_out")],
        "link-repeated": lambda _: [len(j["linkage"]["sharings"]) - len(listed)],
        "planted-bytes": lambda _: [annex.at("planted.bytes"), annex.at("planted.bytes_left_out")],
        "planted-not-searched": lambda _: [sum(row["forms"] is None for row in j["planted"]["seeds"])],
        "rest": lambda element: rest(annex, root, element),
        "stretch": lambda element: stretch(annex, element),
        "start-profile": lambda _: [start["used_before"] or 0],
        "start-cookies": lambda _: [sum(bool(flow["cookies_sent"]) for flow in first.values()), len(first)],
        "start-cookies-set-before": lambda _: [start["with_cookies_set_before"]],
        "start-cookies-script": lambda _: [
            sum(bool(flow["cookies_sent"]) for flow in first.values()) - start["with_cookies_set_before"] - start["with_cookies_from_elsewhere"]
        ],
        "start-cookies-elsewhere": lambda _: [start["with_cookies_from_elsewhere"], *alone],
        "hand-counts": lambda _: [hands["script"], hands["person"], hands["not_established"]],
        "endpoints-more": lambda _: not_shown("endpoints", "t14a"),
        "header-more": lambda _: [len(header) - shown(root, "t14b")],
        "hints-more": lambda _: [rows("hints") - shown(root, "t14c") + annex.at("fields_left_out.hints")],
        # The sentence names the length that is too short too.
        "personal-too-short": lambda _: [annex.at("fields_left_out.personal_too_short"), 1] if annex.at("fields_left_out.personal_too_short") else [],
        "personal-more": lambda _: not_shown("personal_data", "t14d"),
        "per-endpoint-more": lambda _: [rows("endpoints") - sum(bool(re.match(r"c14-e\d+\Z", one.get("id") or "")) for one in root.all("h4"))],
        "endpoint": lambda element: of_endpoint(annex, element),
        "endpoint-bodies": lambda element: [j["endpoints"][endpoint_of(element.above) - 1]["bodies_open"]],
        "endpoint-more": lambda element: endpoint_more(annex, root, element),
    }


def endpoint_more(annex, root, element):
    nr = endpoint_of(element.above)
    own = [row for row in annex.json["fields"] if row["endpoint"] == nr and row["place"] != "header"]
    return [len(own) - shown(root, f"t14-e{nr}") + annex.json["endpoints"][nr - 1]["rows_left_out"]]


# Sentences that stand in the page only where there is something to say, and which must stand there then.
ONLY_THEN = {
    "s-hostless", "s-trail-own", "s-sent-other", "flows-left-out", "endpoints-more", "header-more", "hints-more", "personal-more", "per-endpoint-more",
}


def digits_of(element, named):
    """The text of an element without what is recorded, without links to places, and without sentences within it that have a name of their own."""

    def leave(one):
        return one.name in NOT_OURS or one.get("aria-hidden") or one.is_of("esc") or (named and one.get("data-says")) or is_place(one)

    return " ".join(element.text(leave).split())


def is_place(element):
    text = " ".join(element.text().split())
    return element.name == "a" and (element.get("href") or "").startswith("#") and (ROW_OF.match(text) or PLACE.match(text)) is not None


def place_number(target):
    """The number that a place has by its name: t3b → 3b, c8 → 8, t13-r4 → 4, t14-l2 → 14.2a."""
    for pattern, number_of in (
        (r"c(\d+)(?:-[a-z].*)?", r"\1"),
        (r"t\w+-r(\d+)", r"\1"),
        (r"t14-l(\d+)", r"14.\1a"),
        (r"t14-e(\d+)", r"14.\1b"),
        (r"t(\d+[a-z]?)", r"\1"),
    ):
        match = re.fullmatch(pattern, target)
        if match:
            return match.expand(number_of)
    return None


def same(expected, found, text):
    """Whether a sentence says the numbers. None of something, or one, may stand there as a word, and what is left out because there is none of it."""
    expected = [Decimal(one) for one in expected]
    words = len(re.findall(r"\b(?:one|één|ene)\b", text, re.I))
    here = 0
    for one in expected:
        if here < len(found) and found[here] == one:
            here += 1
        elif one == 1 and words:
            words -= 1
        elif one != 0:
            return False
    return here == len(found)


def check_page(annex, path, locales, told, counted):
    root = page.read(path)
    lang = root.all("html")[0].get("lang")
    body = root.all("body")[0]
    fixed = fixed_sentences(locales, lang)
    recounts = counts(annex, root)
    wrong = lambda element, what: told.append(f"{Path(path).name}, line {element.line}: {what}")  # noqa: E731

    def without_fixed(text):
        for sentence in fixed:
            text = text.replace(sentence, " ")
        return text

    said = set()
    for element in body.each():
        name = element.get("data-says")
        if name is None:
            continue
        said.add(name)
        counted[name.split(":")[0]] += 1
        if name.startswith("left:"):
            expected = [annex.at(name.removeprefix("left:"))]
        elif name in recounts:
            expected = recounts[name](element)
        else:
            wrong(element, f"nobody counts what {name!r} says")
            continue
        text = without_fixed(digits_of(element, True))
        found = [number(one, lang) for one in NUMBERS[lang].findall(text)]
        if not same(expected, found, text):
            wrong(element, f"{name!r} says {[str(one) for one in found]}, counted again it is {[str(one) for one in expected]}: {text[:300]}")
    for name in ONLY_THEN - said:
        if any(recounts[name](None)):
            told.append(f"{Path(path).name}: {name!r} is not said, and counted again it is {recounts[name](None)}")

    # What the rules beside the names allow.
    version = re.escape(annex.json["method"]["tool_version"])
    layout = re.compile(rf"(?:annex format|bijlageformaat) {annex.json['version']}\b")
    for element in body.each():
        if element.name == "a" and is_place(element):
            text = " ".join(element.text().split())
            target = (element.get("href") or "").removeprefix("#")
            row = ROW_OF.match(text)
            if target != f"t{row[2]}-r{row[1]}" if row else PLACE.match(text)[1].rstrip(".") != place_number(target):
                wrong(element, f"{text!r} leads to {target!r}")
            counted["place"] += 1
        if (element.within("table", "svg") and element.name != "caption") or element.name in NOT_OURS or element.within("bdi", "code", "time"):
            continue
        if element.within("ul") and element.within("ul").is_of("claims") or element.is_of("claims"):
            # The words of sources; which source it is, is a link to a place.
            continue
        own = " ".join("".join(one for one in element.inside if isinstance(one, str)).split())
        if not re.search(r"\d", own):
            continue
        named = element
        while named is not None and not named.get("data-says"):
            named = named.above
        if named is not None or is_place(element):
            continue
        text = own
        if element.name == "caption":
            text = re.sub(r"^(?:Table|Tabel) " + re.escape(place_number(element.above.get("id")) or "?") + r"\. ", "", text)
        elif element.is_of("no"):
            text = text.replace(place_number((element.above.get("id") or "").removesuffix("-h")) or "?", "")
        elif element.name == "h4":
            text = text.replace(f" {(element.get('id') or '').removeprefix('c14-e')}:", ":")
        whole = without_fixed(digits_of(element, True)) if element.name != "caption" else text
        if element.name not in ("caption", "span", "h4"):
            text = whole
        # The site examined stands in the title and in some sentences; it is recorded, and an address has digits.
        text = text.replace(annex.json["page"]["site"] or "\0", "")
        text = layout.sub("", re.sub(rf"(?<![\d.]){version}(?![\d]|\.\d)", "", text))
        text = without_fixed(text)
        if re.search(r"\d", text):
            wrong(element, f"<{element.name}> has digits that nobody counts again: {text[:300]}")


def main():
    folder, locales = sys.argv[1:3]
    annex = Annex(folder)
    pages = Path(folder).glob("annex.*.html")
    count_pages(pages, lambda _: {}, lambda path, told, counted: check_page(annex, path, locales, told, counted))


main()
