"""Counts again what the sentences of the annex over a case say, from the rows of case-annex.json and from the evidence logs of the annexes of the recordings
that stand beside it; without any code of dataspoor, and without reading the totals back that the model holds.

recount_case.py FOLDER LOCALES    FOLDER: what `dataspoor report CASE --format html,json,csv` wrote; LOCALES: the folder of the language files

A sentence is known by how the language files write it. Every sentence outside of tables that has digits which are not recorded must be one of those that are
counted below, or its digits must be one of the few things that are no counts. Prints how many sentences of each name were counted, as JSON; what is wrong on
stderr, with exit code 1.
"""

import csv
import ipaddress
import json
import re
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import page  # noqa: E402
from sentences import NUMBERS, count_pages, fixed_sentences, messages, number, percent  # noqa: E402

csv.field_size_limit(1 << 30)

# What is recorded or stands for itself is no number of ours. In its place stands this sign.
NOT_OURS, RECORDED = {"bdi", "code", "time", "svg", "table", "style", "script"}, "\u25a1"
ROW = re.compile(r"^(?:Bijlage|Annex) ([A-Z]\d*), (?:regel|row) ([\d.,]+)$")
ENTRY = re.compile(r"^(?:vastlegging|recording) ([\d.,]+)$")
PLACE = re.compile(r"^(?:.* )?(?:bron|source|tabel|table) ([A-Z]?\d*)\.?$|^(?:Bijlage|Annex) ([A-Z]\d*)$", re.I | re.S)

# Where the annex of a recording keeps tables that are not at its top.
IN = ("scenario", "linkage", "attribution")
# Behind these words stands for what an answer could not be established.
OPEN = {"nl": r"Kon niet worden vastgesteld voor:", "en": r"Could not be established for:"}


class Case:
    """The annex over a case, and the logs of its recordings."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.json = json.loads((self.folder / "case-annex/case-annex.json").read_text(encoding="utf-8"))
        self.annex = self.json["annex"]
        self.used = [row for row in self.json["register"] if row["used"]]
        self.logs, self.annexes = {}, {}
        for row in self.used:
            at = self.folder / Path(row["name"]).name
            lines = (at / "evidence.ndjson").read_text(encoding="utf-8").splitlines()
            self.logs[row["nr"]] = [json.loads(line) for line in lines]
            self.annexes[row["nr"]] = json.loads((at / "annex.json").read_text(encoding="utf-8"))

    def records(self, kind):
        return [record for log in self.logs.values() for record in log if record["kind"] == kind]

    def rows(self, name):
        return self.annex[name]["rows"]

    def answer(self, question):
        return next(answer for answer in self.json["answers"] if answer["question"] == question)["rows"]

    def recording_of(self, row):
        return self.annexes[row["recording"]]


def sent(flow):
    """Whether the recording does not itself say that nothing went to the host."""
    return not flow["from_cache"] and flow["outcome"] != "stopped-by-browser"


class Sentence:
    """A sentence of the page: what its variables say, and where it leads."""

    def __init__(self, case, found, element, lang):
        self.case, self.found, self.lang = case, found, lang
        self.recorded = [one.text() for one in element.all("bdi")]
        self.links = [(" ".join(one.text().split()), (one.get("href") or "").removeprefix("#")) for one in element.all("a")]

    def row(self, letter):
        """The number of the row of that table to which the sentence leads first."""
        for text, _ in self.links:
            match = ROW.match(text)
            if match and match[1] == letter:
                return int(number(match[2], self.lang))
        raise SystemExit(f"no row of {letter} in {self.links}")

    def class_row(self):
        return self.case.json["classes"]["rows"][self.row("B") - 1]


def tallies(sentence):
    """Of how many visits to the Page and to controls a row of classes tells, from the scenarios behind it."""
    row = sentence.class_row()
    out = {}
    for name, of, side in (("n", "of", row["page"]), ("m", "mof", row["controls"])):
        out[name] = sum(scenario["recorded"] for scenario in side["scenarios"])
        out[of] = sum(scenario["of"] for scenario in side["scenarios"])
    return out


def after_decline(sentence):
    row = sentence.case.answer("sent-after-decline")[sentence.row("S5") - 1]
    scenarios = row["tally"]["scenarios"]
    out = {"n": row["times"], "r": sum(one["recorded"] for one in scenarios), "of": sum(one["of"] for one in scenarios)}
    # Requests with that cookie while a choice that declines was handled, from the logs of the recordings of that scenario.
    name, domain = row["item"]["name"], row["item"]["of"]
    out["k"] = 0
    for recording in sentence.case.used:
        if recording["scenario"] not in {one["scenario"] for one in scenarios}:
            continue
        log = sentence.case.logs[recording["nr"]]
        declined = {choice["choice"] for choice in log if choice["kind"] == "choice" and choice["says"] == "decline-optional"}
        for flow in log:
            if flow["kind"] == "flow" and flow["choice_state"] == "transition" and flow["choice"] in declined and f".{flow['host']}".endswith(f".{domain}"):
                out["k"] += any(cookie["name"] == name for cookie in flow["cookies_sent"])
    again = [one for one in sentence.case.answer("set-after-decline") if one["item"]["name"] == name and one["item"]["of"] == domain]
    out["set"] = sum(one["times"] for one in again if one["scenario"] == row["scenario"])
    return out


def open_fields(sentence):
    case = sentence.case
    item = case.rows("endpoints")[sentence.row("G") - 1]["item"]
    rows = [row for row in case.rows("fields") if {**item, "kind": "field"}.items() <= row["item"].items() and row["item"].get("operation") == item.get("operation")]
    unknown = [row for row in rows if row["meaning"] == "not-established"]
    # Of several rows the last is no link.
    last = {"row": unknown[-1]["nr"]} if len(unknown) > 1 else {}
    return {"n": len(rows), "k": len(unknown), "p": percent(len(unknown), len(rows)), **last}


def before_choice(sentence):
    case, row = sentence.case, sentence.case.rows("cookies")[sentence.row("D") - 1]
    recording = next(int(number(match[1], sentence.lang)) for text, _ in sentence.links if (match := ENTRY.match(text)))
    cookie = next(one for one in case.annexes[recording]["cookies"] if (one["name"], one["domain"]) == (row["name"], row["domain"]))
    days = {"days": cookie["asked"]["max_days"]} if cookie["asked"] else {}
    return {**days, "behind": cookie["first_entry"]}


def register(sentence):
    return {"n": len(sentence.case.json["register"]), "used": len(sentence.case.used)}


def kinds(sentence):
    used = sentence.case.used
    pages = sum(row["kind"] == "audited-page" for row in used)
    personas, paths = ({row[name] for row in used if row[name]} for name in ("persona", "path"))
    return {"pages": pages, "controls": len(used) - pages, "personas": len(personas), "paths": len(paths)}


def fields(sentence):
    rows = sentence.case.rows("fields")
    return {"n": len(rows), "open": sum(row["meaning"] == "not-established" for row in rows)}


def cookies(sentence):
    """Cookies that answers set or requests carried; those that a browser is expected to have refused, and that were never sent, are none."""
    rows = [cookie for annex in sentence.case.annexes.values() for cookie in annex["cookies"] if cookie["set"] + cookie["sent"]]
    return {"n": len({(row["name"], row["domain"]) for row in rows})}


def operated(sentence):
    hands = [0, 0, 0]
    for annex in sentence.case.annexes.values():
        for flow in annex["flows"]:
            hands = [one + other for one, other in zip(hands, (flow["operated"][name] for name in ("script", "person", "not_established")))]
    return dict(zip(("script", "person", "open"), hands))


def not_seen(sentence):
    """Connections that were not decrypted, as the recordings themselves say, and recordings of the ledger that are not used."""
    custody = [annex["custody"] for annex in sentence.case.annexes.values() if annex["custody"]]
    register = sentence.case.json["register"]
    tunnels = {"n": sum(one["tunnels"] for one in custody), "bytes": sum(one["tunnel_bytes"] for one in custody)}
    return {**tunnels, "k": len(register) - len(sentence.case.used), "of": len(register)}


def changes(sentence):
    """What the proxy changed and masked, as the annexes of the recordings say it."""
    custody = [annex["custody"] for annex in sentence.case.annexes.values() if annex["custody"]]
    masks = sum(mask["count"] for one in custody for mask in one["masks"])
    return {"changes": sum(one["changes"] for one in custody), "masked": masks}


def left_out(case):
    """Fields of recordings for which their annexes had no room."""
    return sum(annex["fields_left_out"]["rows"] + annex["fields_left_out"].get("not_kept", 0) for annex in case.annexes.values())


def not_public(sentence):
    """Pairs of address and domain whose address no register assigns to anybody."""
    return {"n": sum(not ipaddress.ip_address(row["address"]).is_global for row in sentence.case.rows("locations"))}


def trail_sentence(case, element, text, lang):
    """The numbers of a statement about a value that was sent again, as the row of the trail and the controls give them, and as the page says them; none if it
    is another sentence. A statement of the trail is known by where it leads."""
    of_trail = [ROW.match(" ".join(one.text().split())) for one in element.all("a")]
    nr = next((int(number(match[2], lang)) for match in of_trail if match and match[1] == "K"), None)
    if nr is None or element.name != "p":
        return None
    row = case.rows("trail")[nr - 1]["row"]
    ms, ends = abs(row["between_ms"]), [row["one"]["entry"], row["other"]["entry"]]
    ends = ends if row["between_ms"] >= 0 else ends[::-1]
    if ms < 1_000:
        later = [ms]
    elif ms < 60_000:
        later = [Decimal((ms + 50) // 100) / 10]
    else:
        later = [ms // 60_000, ms // 1_000 % 60]
    key = (row["name"], row["recipient"], row["other"]["page"])
    shown = lambda annex: any((one["name"], one["recipient"], one["other"]["page"]) == key and one["kind"] == row["kind"] for one in annex["trail"])  # noqa: E731
    not_again = lambda annex: any((one["name"], one["recipient"], one["other"]) == key for one in annex["linkage"]["not_sent_again"])  # noqa: E731
    controls = [annex for annex in case.annexes.values() if "third-party cookies blocked" in (annex["capture"]["browser"] or "")]
    could = [annex for annex in controls if shown(annex) or not_again(annex)]
    control = [sum(shown(annex) for annex in controls), len(could)] if could else []
    expected = [ends[0], *later, ends[1], *control]
    # What stands between brackets at the end names the row and the entries once more.
    found = [number(one, lang) for one in NUMBERS[lang].findall(re.sub(r"\([^()]*\)\.?$", "", text))]
    return [Decimal(one) for one in expected], found


def open_scenarios(case, element):
    """Recordings for which an answer could not be established, in the order of the page: those of the table below the sentence."""
    section = element.above.inside
    after = [one for one in section[section.index(element) + 1 :] if isinstance(one, page.Element)]
    question = next(one.get("id") for part in after for one in part.all("table")).removeprefix("t-")
    answer = next(answer for answer in case.json["answers"] if answer["question"] == question)
    return [row["recordings"] for row in answer["not_established"]]


def of_profile(sentence):
    """Recordings of the kept profile whose table stands below the heading."""
    series = next(one for one in sentence.case.json["series"] if one["profile"] == sentence.recorded[0])
    return {"n": len(series["points"])}


COUNTS = {
    "case-brief-register": register,
    "cmp-lead": register,
    "cmp-series-of": of_profile,
    "case-brief-kinds": kinds,
    "case-brief-entries": lambda s: {"n": sum(record["entries"] for record in s.case.records("end"))},
    "case-brief-not-sent": lambda s: {"n": sum(not sent(flow) for flow in s.case.records("flow"))},
    "case-brief-parties": lambda s: {"n": len({flow["site"] for flow in s.case.records("flow") if sent(flow)})},
    "case-brief-cookies": cookies,
    "case-brief-fields": fields,
    "case-brief-choices": lambda s: {"n": len(s.case.records("choice"))},
    "case-brief-gaps": lambda s: {"n": len({record["gap"] for record in s.case.records("gap")})},
    "case-ten-1": tallies,
    "case-ten-2": before_choice,
    "case-ten-3": after_decline,
    "case-ten-3-again": after_decline,
    "case-ten-3-open": after_decline,
    "case-ten-4": open_fields,
    "case-ten-6": tallies,
    "case-ten-4-more": lambda s: {"n": left_out(s.case)},
    "case-ten-8-none": lambda s: {"n": len(s.case.rows("locations"))},
    "case-ten-8-not-public": not_public,
    "case-ten-10": not_seen,
    "case-ten-10-all": lambda s: {name: n for name, n in not_seen(s).items() if name != "k" or n},
    "case-ten-10-other": lambda s: {"n": sum(row["format"] != "dataspoor" for row in s.case.used)},
    "case-method-hands": operated,
    "case-method-changes": changes,
}
# Sentences that stand behind another in one paragraph.
BEHIND = ("case-ten-4-more", "case-ten-8-not-public", "case-ten-10-other")
# Sentences whose variables are things that are recorded or have a link of their own: tools, rules, scenarios, screens.
NO_COUNTS = {"case-ten-5", "case-ten-5-told", "case-ten-8", "case-ten-9", "case-footer"}


# A choice between words that stand as they are, such as one for one and one for many.
CHOICE = re.compile(r"\{ \$[a-z]+ -> ((?:\*?\[\w+\] [^{}\[\]]*)+)\}")


def template(text):
    """A message as an expression of what a page can say with it."""
    known, out = set(), []
    for nth, piece in enumerate(CHOICE.split(text)):
        if nth % 2 == 1:
            words = [re.escape(word.strip()) for word in re.split(r"\*?\[\w+\] ", piece)[1:]]
            out.append(f"(?:{'|'.join(words)})")
            continue
        for at, part in enumerate(re.split(r"\{ \$([a-z]+) \}", piece)):
            if at % 2 == 0:
                out.append(re.escape(part))
            else:
                out.append(f"(?P={part})" if part in known else f"(?P<{part}>.*?)")
                known.add(part)
    return re.compile("".join(out) + r"\Z", re.S)


def said(element):
    """What an element says, with a sign for what is recorded and without links to places."""

    def walk(one):
        for part in one.inside:
            if not isinstance(part, page.Element):
                yield part
            elif part.name in NOT_OURS or part.get("aria-hidden") or part.is_of("esc") or part.is_of("no"):
                yield RECORDED
            elif part.name != "a":
                yield from walk(part)
            else:
                text = " ".join(part.text().split())
                yield RECORDED if part.text(lambda one: one.name in NOT_OURS).strip() == "" or ROW.match(text) or ENTRY.match(text) or PLACE.match(text) else text

    return " ".join("".join(walk(element)).split())


def rest(case, root, element):
    """Rows of a file that the table before this sentence does not show."""
    tables = [one for one in root.each() if one.name == "table" or one is element]
    table = tables[tables.index(element) - 1]
    shown = sum(bool(row.get("id")) and not row.is_of("said") for body in table.all("tbody") for row in body.all("tr"))
    file = re.search(r"[a-z-]+\.csv", element.text())[0]
    with (case.folder / "case-annex" / file).open(newline="", encoding="utf-8") as rows:
        return sum(1 for _ in csv.DictReader(rows, strict=True)) - shown


def letters(root):
    """The letter of each table of the page, from its caption."""
    out = {}
    for caption in root.all("caption"):
        match = re.match(r"(?:Bijlage|Annex) ([A-Z]\d*)\. ", " ".join(caption.text().split()))
        if match:
            out[match[1]] = caption.above.get("id")
    return out


def check_link(element, lang, ids, tables, wrong):
    """That a link which names a place leads there."""
    text, target = " ".join(element.text().split()), (element.get("href") or "").removeprefix("#")
    if match := ROW.match(text):
        fits = target == f"{tables.get(match[1])}-r{number(match[2], lang)}" and target in ids
    elif match := ENTRY.match(text):
        fits = target == f"{tables.get('A')}-r{number(match[1], lang)}" and target in ids
    elif match := PLACE.match(text):
        place = match[1] or match[2]
        fits = target in (tables.get(place), f"t13-r{place}") and target in ids
    else:
        return False
    if not fits:
        wrong(element, f"{text!r} leads to {target!r}")
    return True


def check_page(case, path, locales, told, counted):
    root = page.read(path)
    lang = root.all("html")[0].get("lang")
    body = root.all("body")[0]
    fixed = fixed_sentences(locales, lang)
    written = {name: template(text) for name, text in messages(locales, lang) if "{" in text and "->" not in CHOICE.sub("", text) and name in {*COUNTS, *NO_COUNTS}}
    ids = {one.get("id") for one in body.each()}
    tables = letters(root)
    wrong = lambda element, what: told.append(f"{Path(path).name}, line {element.line}: {what}")  # noqa: E731

    def count(element, text):
        """Counts one sentence again, and those that may stand behind it; whether it is one of those that can be counted."""
        followed = trail_sentence(case, element, text, lang)
        if followed is not None:
            counted["trail-sentence"] += 1
            expected, found = followed
            if expected != found:
                wrong(element, f"says {[str(one) for one in found]}, counted again it is {[str(one) for one in expected]}: {text[:300]}")
            return True
        for name in BEHIND:
            if name in written and (match := re.search(rf" {written[name].pattern}", text, re.S)):
                check(name, match, element, match[0].strip())
                text = text[: match.start()]
        return one(element, text)

    def one(element, text):
        for name, pattern in written.items():
            match = pattern.match(text)
            if match:
                check(name, match, element, text)
                return True
        return False

    def check(name, match, element, text):
        counted[name] += 1
        if name in NO_COUNTS:
            return
        expected = COUNTS[name](Sentence(case, match.groupdict(), element, lang))
        for variable, value in match.groupdict().items():
            numbers = NUMBERS[lang].findall(value)
            if variable not in expected:
                if variable not in ("endpoint", "scenario", "field", "what", "cookie", "host", "time", "buttons") and numbers:
                    wrong(element, f"{name}: nobody counts {variable} again: {value}")
            elif [number(one, lang) for one in numbers] != [Decimal(str(expected[variable]))]:
                wrong(element, f"{name}: {variable} is {value!r}, counted again it is {expected[variable]}: {text[:300]}")

    for element in body.each():
        href = element.get("href") or ""
        if element.name == "a" and href.startswith("#") and href[1:] not in ids:
            wrong(element, f"{' '.join(element.text().split())!r} leads to {href!r}, which is nowhere")
        if element.name == "a" and check_link(element, lang, ids, tables, wrong):
            counted["place"] += 1
            continue
        if (element.within("table", "svg") and element.name != "caption") or element.name in NOT_OURS or element.within("bdi", "code", "time"):
            continue
        own = " ".join("".join(one for one in element.inside if isinstance(one, str)).split())
        if not re.search(r"\d", own) or element.is_of("no"):
            continue
        text = said(element)
        if count(element, text):
            continue
        if (open_in := re.search(OPEN[lang], text)) is not None:
            counted["not-established"] += 1
            found = [number(one, lang) for one in NUMBERS[lang].findall(text[open_in.end() :])]
            if found != open_scenarios(case, element):
                wrong(element, f"{text[open_in.start() :][:300]!r}, counted again it is {open_scenarios(case, element)}")
            continue
        if element.name == "strong" and re.search(r"[a-z-]+\.csv", element.text()):
            counted["rest"] += 1
            found = [number(one, lang) for one in NUMBERS[lang].findall(text)]
            if found != [rest(case, root, element)]:
                wrong(element, f"{text!r}, counted again it is {rest(case, root, element)}")
            continue
        if " ".join(element.text().split()) in fixed:
            continue
        if element.name == "caption":
            text = re.sub(r"^(?:Bijlage|Annex) [A-Z]\d*\. ", "", text)
        for sentence in fixed:
            text = text.replace(sentence, " ")
        if re.search(r"\d", text):
            wrong(element, f"<{element.name}> has digits that nobody counts again: {text[:300]}")


def check_rows(case, told):
    """That the recordings, entries and rows which a row names as those behind it are there; how many there were."""
    entries = {nr: {record["entry"] for record in log if "entry" in record} for nr, log in case.logs.items()}
    places = Counter()

    def walk(one, where):
        if isinstance(one, list):
            for nr, part in enumerate(one, 1):
                walk(part, f"{where}[{nr}]")
        elif isinstance(one, dict):
            if {"recording", "entries", "table", "row"} <= one.keys():
                annex = case.annexes.get(one["recording"])
                rows = next((part[one["table"]] for part in (annex or {}, *((annex or {}).get(name) or {} for name in IN)) if isinstance(part.get(one["table"]), list)), None)
                if annex is None or not set(one["entries"]) <= entries[one["recording"]]:
                    told.append(f"case-annex.json, {where}: {one} names a recording or entries that are not there")
                elif rows is None or one["row"] not in {row["nr"] for row in rows}:
                    told.append(f"case-annex.json, {where}: {one} names a row that is not there")
                places[one["table"]] += 1
            for name, part in one.items():
                walk(part, f"{where}.{name}")

    walk(case.json, "")
    return places


def main():
    folder, locales = sys.argv[1:3]
    case = Case(folder)
    pages = Path(folder).glob("case-annex/case-annex.*.html")
    behind = lambda told: {"behind": dict(sorted(check_rows(case, told).items()))}  # noqa: E731
    count_pages(pages, behind, lambda path, told, counted: check_page(case, path, locales, told, counted))


main()
