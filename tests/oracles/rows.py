"""Follows every link of the pages of an annex, every row of its tables to the CSV files, and every entry that a row names to the evidence log and to the recording;
without any code of dataspoor.

rows.py FOLDER RECORDING    FOLDER: an annex; RECORDING: a HAR file (or one in gzip), the folder of a recording of dataspoor, or a sealed package
rows.py numbers FOLDER      the numbers of all rows with what stands in them, as JSON by table

Prints what it followed, as JSON; what is wrong on stderr, with exit code 1.
"""

import csv
import gzip
import json
import re
import sys
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))
import page  # noqa: E402

csv.field_size_limit(1 << 30)

# The CSV file of each table of the page, and the columns of which the row of the page must show what the file says.
FILES = {
    "t2": ("recipients.csv", ["registrable_domain"]),
    "t2a": ("addresses.csv", ["address", "registrable_domain"]),
    "t2b": ("other-names.csv", ["host"]),
    "t3": ("cookies.csv", ["name", "domain"]),
    "t3a": ("comparison-lines.csv", ["days"]),
    "t3b": ("lifetimes.csv", ["name"]),
    "t3c": ("validators.csv", ["host"]),
    "t4": ("flows.csv", ["method", "host"]),
    "t4a": ("attribution.csv", ["requests", "first_entry"]),
    "t4b": ("ways.csv", []),
    "t4c": ("page-mentions.csv", ["method", "host"]),
    "t4d": ("preflights.csv", ["preflight_entry"]),
    "t5": ("timeline.csv", ["entry"]),
    "t8": ("trail.csv", ["name", "pseudonym", "entry", "again_entry"]),
    "t8a": ("not-sent-again.csv", ["name"]),
    "t8b": ("cookie-recipients.csv", ["name", "recipient"]),
    "t8c": ("identifier-recipients.csv", ["name", "recipient"]),
    "t8d": ("sharing.csv", ["pseudonym", "entry"]),
    "t8e": ("sharing.csv", ["pseudonym", "entry"]),
    "t8f": ("redirects.csv", ["from_entry", "to_entry"]),
    "t8g": ("survivals.csv", ["pseudonym"]),
    "t8h": ("identifiers.csv", ["name"]),
    "t8i": ("planted-values.csv", ["seed"]),
    "t8j": ("planted.csv", ["seed", "entry"]),
    "t8k": ("sent-from-other-sites.csv", ["name", "pseudonym", "first_entry"]),
    "t9": ("gaps.csv", ["kind"]),
    "t14a": ("endpoints.csv", ["host", "first_entry"]),
    "t14c": ("client-hints.csv", ["hint", "host"]),
    "t14d": ("personal-data.csv", []),
    "t16a": ("consent-screens.csv", ["layer"]),
    "t16b": ("consent-clicks.csv", ["clicks"]),
    "t16c": ("pictures.csv", ["sha256"]),
    "t16d": ("consent-rules.csv", ["sha256"]),
}
# Tables whose rows stand in annex.json and in no file of that name, with where they are there.
MEMBERS = {"t6": "choices", "t7": "choice_cookies", "t13": "sources", "t14e": "decode_anomalies", "t15": "beside_wire.reports", "t17": "assessment.words"}
# Members of annex.json that hold numbers of entries.
ENTRY = re.compile(r"(?:^|_)(?:entry|entries|preflight)\Z")
# An entry as the pages name it.
NAMED = {"nl": re.compile(r"\bvermelding (\d+)"), "en": re.compile(r"\bentry (\d+)")}


def recorded_har(path):
    """Entry number → host, as any reader of HAR counts them: the n-th of the list is entry n."""
    data = Path(path).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else zlib.decompress(data) if data[:1] == b"\x78" else data
    text = data.decode("utf-8-sig", "replace")
    # Some programs write a call of a function around it.
    log = json.loads(text[text.index("{") : text.rindex("}") + 1], strict=False)["log"]
    return {number: (urlsplit(entry["request"].get("url") or "").hostname, None) for number, entry in enumerate(log.get("entries", []), 1)}


def recorded_own(log, archive):
    """Entry number → host and digest, by the custody log and the record of the archive that it names; docs/capture-format.md says how."""
    found, texts = {}, {}
    for line in log.decode("utf-8").splitlines():
        record = json.loads(line)
        if record["kind"] == "entry":
            place, host = record["request"], None
            if place["file"] not in texts:
                texts[place["file"]] = archive(place["file"])
            head = texts[place["file"]][place["at"] :].split(b"\r\n\r\n", 1)[0].decode("utf-8")
            if not head.startswith("WARC/1.1\r\nWARC-Type: request\r\n"):
                raise SystemExit(f"entry {record['entry']}: no record of a request at byte {place['at']} of {place['file']}")
            host = urlsplit(re.search(r"^WARC-Target-URI: (.*)$", head, re.M)[1].strip()).hostname
            found[record["entry"]] = (host, record.get("digest_of_entry"))
        elif record["kind"] == "digest":
            found[record["entry"]] = (found[record["entry"]][0], record["digest_of_entry"])
    return found


def recorded(path):
    path = Path(path)
    if path.is_dir():
        return recorded_own((path / "custody.ndjson").read_bytes(), lambda name: (path / "archive" / name).read_bytes())
    if path.suffix == ".wacz":
        package = zipfile.ZipFile(path)
        return recorded_own(package.read("dataspoor/custody.ndjson"), lambda name: gzip.decompress(package.read(f"archive/{name}.gz")))
    return recorded_har(path)


def below(value, at=""):
    """Every number of an entry that annex.json names, with where it stands."""
    if isinstance(value, dict):
        for name, one in value.items():
            numbers = one if isinstance(one, list) else [one]
            if name == "totals" or (at, name) == (".custody", "entries"):
                continue  # Counts.
            if ENTRY.search(name) and all(isinstance(number, int) or number is None for number in numbers):
                yield from ((f"{at}.{name}", number) for number in numbers if number is not None)
            else:
                yield from below(one, f"{at}.{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from below(one, f"{at}[{index}]")


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def links(root, name, told, seen):
    ids = Counter(element.get("id") for element in root.each() if element.get("id") is not None)
    told += [f"{name}: the name {one!r} stands {count} times" for one, count in ids.items() if count > 1 or not one]
    for element in root.each():
        for attribute in ("aria-labelledby", "aria-describedby", "headers", "for"):
            for one in (element.get(attribute) or "").split():
                if one not in ids:
                    told.append(f"{name}, line {element.line}: {attribute} names {one!r}, which is not there")
        link = element.get("href") or element.get("xlink:href")
        if link is None or element.name not in ("a", "use", "area"):
            continue
        seen["links"] += 1
        table = element.within("table")
        if table is not None and table.get("id") == "t13" and link.startswith(("https://", "http://")):
            # The only links that leave the page are those to works that sources are; nobody follows them here.
            seen["sources"] += 1
        elif not link.startswith("#") or link[1:] not in ids:
            told.append(f"{name}, line {element.line}: the link {link!r} leads nowhere")


def squeezed(text):
    return "".join(text.split())


def rows_of(root, table):
    return [row for body in table.all("tbody") for row in body.all("tr") if row.get("id") and not row.is_of("said")]


def check_rows(root, folder, annex, name, told, seen):
    for table in root.all("table"):
        identifier = table.get("id")
        rows = rows_of(root, table)
        if identifier in FILES:
            file, columns = FILES[identifier]
            by_number = {row["nr"]: row for row in read_csv(folder / file)}
        elif identifier in MEMBERS:
            columns, here = [], annex
            for member in MEMBERS[identifier].split("."):
                here = here[member]
            by_number = {str(row.get("nr", index)): row for index, row in enumerate(here, 1)}
        else:
            continue
        seen["tables"] += 1
        for row in rows:
            number = row.get("id").removeprefix(f"{identifier}-r")
            first = row.all("td", "th")[0]
            shown = "".join(first.text().split())
            if shown != number:
                told.append(f"{name}, line {row.line}: row {row.get('id')} says that it is row {shown!r}")
            if number not in by_number:
                told.append(f"{name}, line {row.line}: row {number} of {identifier} stands in no {FILES.get(identifier, MEMBERS.get(identifier))}")
                continue
            seen["rows"] += 1
            text = squeezed(row.text())
            for column in columns:
                value = by_number[number][column]
                # What a page writes in another way, such as a number with a sign for thousands or a long text that is cut, is not compared here.
                if value and len(value) <= 100 and value.isascii() and value.isprintable() and not value.isspace() and not value.startswith("'"):
                    wanted = value if not value.isdigit() or len(value) < 4 else None
                    if wanted and squeezed(wanted) not in text:
                        told.append(f"{name}, line {row.line}: row {number} of {identifier} does not show {column} {value!r} of {FILES[identifier][0]}")


def check(folder, recording):
    folder, told, seen = Path(folder), [], Counter()
    annex = json.loads((folder / "annex.json").read_text(encoding="utf-8"))
    log = [json.loads(line) for line in (folder / "evidence.ndjson").read_text(encoding="utf-8").splitlines()]
    flows = {record["entry"]: record for record in log if record["kind"] == "flow"}
    entries = recorded(recording)
    # Each record of the log about an entry, with the entry of the recording itself.
    for record in log:
        if "entry_digest" in record:
            seen["records"] += 1
            host, digest = entries.get(record["entry"], (None, None))
            if record["entry"] not in entries:
                told.append(f"evidence.ndjson: record {record['n']} names entry {record['entry']}, which is not in the recording")
            elif digest is not None and digest != record["entry_digest"]:
                told.append(f"evidence.ndjson: record {record['n']}: entry {record['entry']} has another digest in the recording")
            elif record.get("host") and host and host.rstrip(".").lower() != record["host"].rstrip(".").lower() and host.isascii():
                told.append(f"evidence.ndjson: record {record['n']}: entry {record['entry']} was sent to {host}, not to {record['host']}")
    # An entry without a host makes no flow; only gaps and what was set or decoded can name it.
    known = set(flows) | {record["entry"] for record in log if record.get("entry") is not None}
    gaps = {number for record in log if record["kind"] == "gap" for number in record["entries"]}
    for at, number in below(annex):
        seen["entries"] += 1
        if number not in entries:
            told.append(f"annex.json: {at} names entry {number}, which is not in the recording")
        elif number not in known | gaps:
            told.append(f"annex.json: {at} names entry {number}, of which evidence.ndjson has no record")
    pages = sorted(folder.glob("annex.*.html"))
    if not pages:
        raise SystemExit(f"{folder}: no pages")
    for path in pages:
        root = page.read(path)
        lang = root.all("html")[0].get("lang")
        links(root, path.name, told, seen)
        check_rows(root, folder, annex, path.name, told, seen)
        for table in root.all("table"):
            # What was recorded may look like the name of an entry.
            for number in NAMED[lang].findall(table.text(lambda one: one.name in ("bdi", "code"))):
                seen["named"] += 1
                if int(number) not in entries or int(number) not in known | gaps:
                    told.append(f"{path.name}: {table.get('id')} names entry {number}, which is not in the recording or the log")
    print(json.dumps(dict(seen)))
    if told:
        print("\n".join(told[:200]), file=sys.stderr)
        raise SystemExit(1)


def numbers(folder):
    out = {}
    for path in sorted(Path(folder).glob("annex.*.html")):
        root = page.read(path)
        tables = {table.get("id"): table for table in root.all("table") if table.get("id")}
        out[path.name] = {name: [[row.get("id"), squeezed(row.text())] for row in rows_of(root, table)] for name, table in tables.items()}
    json.dump(out, sys.stdout)


if sys.argv[1] == "numbers":
    numbers(sys.argv[2])
else:
    check(*sys.argv[1:3])
