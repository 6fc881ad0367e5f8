#!/usr/bin/env python3
"""Checks a sealed package or a masked copy of dataspoor. Written from docs/evidence-format.md and docs/capture-format.md alone; writes nothing.

python3 verify.py PACKAGE.wacz [--case-secret FILE] [--expect-key DIGITS]          (Python 3.11 or later, with the package `cryptography`)
Prints "proved|disproved|cannot be checked: file: text"; exit code 0: all is proved, 1: something is disproved, 2: something cannot be checked.
Not looked at: outside times, the signature of wacz-auth, the ledger of the case, whether findings follow from the recording, and in a copy
whether its log says of other things than exchanges only what the original says."""
import argparse, base64, hashlib, itertools, json, re, struct, zipfile, zlib
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_public_key
OWN, END, LAYOUT = "dataspoor/", b"\r\n\r\n", b"dataspoor entry 1\n"
sha = lambda *pieces: hashlib.sha256(b"".join(pieces)).digest()
b64 = lambda text: base64.b64decode(text, validate=True)
latin = lambda pairs: [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
tree = lambda salts, texts: root([(0, 1, sha(b"\0", salt, text)) for salt, text in zip(salts, texts, strict=True)])
def need(holds, text):
    if not holds:
        raise ValueError(text)

def root(told):
    """Root of a hash tree of nodes (level, leaves below, digest), in order. A leaf has level 0."""
    nodes, at, level = [], 0, 0
    for place, (height, count, digest) in enumerate(told):
        fits = 0 <= height < 16 and at % 16**height == 0 and (count == 16**height or 0 < count < 16**height and place == len(told) - 1)
        need(fits and len(digest) == 32, "a node of a hash tree stands where none can")
        nodes.append((height, at // 16**height, digest))
        at += count
    while level == 0 or [height for height, _, _ in nodes] != [level]:
        groups = {} if nodes else {(1, 0, False): []}
        for height, index, digest in nodes:
            groups.setdefault((height, index, True) if height > level else (level + 1, index // 16, False), []).append(digest)
        nodes = [(height, index, below[0] if kept else sha(b"\1", *below)) for (height, index, kept), below in groups.items()]
        level += 1
    return nodes[0][2].hex()

def salts(k1, number, count):
    blocks = b"".join(struct.pack(">QQ", number, leaf) for leaf in range(count))
    made = Cipher(algorithms.AES(k1), modes.ECB()).encryptor().update(blocks)
    return [made[at:at + 16] for at in range(0, len(made), 16)]

def sealed(text):
    before, mark, _ = text.rpartition(b'"integrity":{"algorithm":"sha-256","lines":[\n')
    lines = [b'"%s"' % sha(before[:line.end()]).hex()[:16].encode() for line in re.finditer(b"\n", before)]
    body = before + mark + b",\n".join(lines) + b' \n],\n"digest":"'
    need(text == body + sha(body).hex().encode() + b'"}\n}\n', "a line does not fit its digest")
    return json.loads(text)

def chain(text):
    digest, records = "0" * 64, []
    for number, line in enumerate(text[:-1].split(b"\n"), 1):
        begin, digest = b'{"n":%d,"prev":"%s",' % (number, digest.encode()), sha(line[:-77]).hex()
        need(line.startswith(begin) and line[-77:] == b',"digest":"%s"}' % digest.encode(), f"record {number} does not fit the chain")
        records.append((line, json.loads(line)))
    need(text.endswith(b"\n") and (records[0][1]["kind"], records[-1][1]["kind"]) == ("header", "end"), "is not whole")
    return records, digest

def unpack(packed):
    out, starts, at = bytearray(), [], 0
    while at < len(packed):
        member, _ = zlib.decompressobj(31), starts.append(len(out))
        while not member.eof:
            need(piece := packed[at:at + 65536], "a gzip member does not end")
            out += member.decompress(piece)
            at += len(piece) - len(member.unused_data)
    return bytes(out), starts

class Capture:
    """A recording: the records of its log, and for each place in the archive the head of the WARC record, that of the message, and the body."""
    def __init__(self, files):
        self.session, self.sha = sealed(files[OWN + "session.json"]), sha(files[OWN + "session.json"])
        self.records, self.head = chain(files[OWN + "custody.ndjson"])
        need(self.records[0][1]["session"] == self.sha.hex(), "the log names another session.json")
        self.at, self.messages, self.entries, links = {}, {}, {}, {}
        for kind, record in ((record["kind"], record) for _, record in self.records):
            if kind == "connection":
                links[record["connection"]] = record
            elif kind == "message":
                self.messages.setdefault(record["entry"], []).append(record)
            elif kind == "entry":
                self.entries[record["entry"]] = (links[record["connection"]] if "connection" in record else {}) | record
            elif kind == "digest":
                self.entries[record["entry"]].setdefault("digest_of_entry", record["digest_of_entry"])
    def archive(self, files):
        unpacked = {name[8:-3]: unpack(text) for name, text in files.items() if name.startswith("archive/")}
        covered = {name: [] for name in unpacked}
        for (_, record), part in itertools.product(self.records, ("info", "request", "response", "record")):
            if part in record and record["kind"] != "stream":
                file, at, length = (record[part][name] for name in ("file", "at", "length"))
                block = unpacked[file][0][at:at + length]
                head = block.index(END) + 4
                http = {"info": length - 4, "record": head}.get(part) or block.index(END, head) + 4
                body, payload = block[http:-4], re.search(rb"\r\nWARC-Payload-Digest: sha256:(\S+)\r\n", block[:head])
                fits = block.endswith(END) and sha(block[:http]).hex() == record[part]["heads"]
                fits &= base64.b32decode(payload[1]) == sha(body) if payload else not body
                need(fits and record.get("sha256") in (None, sha(body).hex()), f"{file}, byte {at}: is not what the log says")
                covered[file].append((at, at + length))
                self.at[file, at] = block[:head], block[head:http], body
        for file, (text, starts) in unpacked.items():
            fits = sorted(covered[file]) == list(zip(starts, starts[1:] + [len(text)]))
            need(fits, f"{file}: is not covered by the records of the log, one gzip member each")
        return f"unpacked, {len(self.at)} records cover every byte, each as the log has it"
    def k1(self, secret):
        case = sha(b"dataspoor session salts 1\n", sha(b"dataspoor case key 1\n", secret or b""), self.sha)
        return sha(case if self.session["case"] else sha(b"dataspoor capture key 1\n", self.sha), b"salts 1")

def cut(body, media=b""):
    json_way = rb'(?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))*+,|.+'
    for words, way in (b"x-www-form-urlencoded", rb"[^&]*&|[^&]+"), (b"json", json_way), (b"multipart/form-data", rb"[^\n]*\n|[^\n]+"):
        if words in media.lower() and len(body) <= 65536:
            return re.findall(way, body, re.S)
    return [body[at:at + step] for step in [128 if len(body) <= 65536 else 1024] for at in range(0, len(body), step)]

def parts(e, capture):
    """The parts of an exchange but for the layout, each as (kind, lengths of its three pieces) and bytes."""
    def message(side):
        head, http, body = capture.at[e[side]["file"], e[side]["at"]]
        start, *lines = http[:-4].split(b"\r\n")
        pairs = [tuple(line.split(b": ", 1)) for line in lines][side == "request" and e.get("host_added", False):]
        for apart in (apart for apart in e.get("apart", []) if apart["response"] == (side == "response")):
            pairs.insert(apart["index"], *latin([(apart["name"], apart["value"])]))
        return re.search(rb"\r\nWARC-Target-URI: (.*)\r\n", head)[1], start.split(b" ", 2) + [b""], pairs, body
    fields = lambda kind, pairs: [(kind, name, b": ", value) for name, value in pairs]
    said, until = {name.replace("_", "-"): value for name, value in e.items()}, 0.0
    for stage in (e["stages"][index] for index in (0, 1, 2, 4, 5) if e["stages"][index] >= 0):
        until += stage / 1e6
    said |= {"not-carried": e.get("not_carried", 0), "until-response-head": int(until * 1e6), "request-body": e.get("request_state", "raw"),
             "response-body": e.get("response_state", "raw") if "response" in e else None, "server": e.get("server_address"),
             "client-connection": e.get("client"), "connection-opened": "yes" if e.get("fresh") else None,
             "from-cache": "yes" if "from-cache" in e.get("anomalies", []) else None}
    facts = "entry started fidelity not-carried until-response-head outcome request-body response-body server connection client-connection"
    facts = (facts + " tls-version cipher-suite protocol certificate connection-opened from-cache").split()
    lines = (f"{name}={said[name]}".replace("\\", "\\\\").replace("\n", "\\n") + "\n" for name in facts if said.get(name) is not None)
    url, (method, *_), pairs, body = message("request")
    address, query, rest = re.fullmatch(rb"([^?#]*)(\?[^#]*)?(.*)", url).groups(b"")
    out = [(1, "".join(lines).encode()), (2, method, b" ", address)] + [(3, one) for one in re.findall(rb"[?&][^&]*", query)]
    out += [(4, rest, b" ", e["request_version"].encode())]
    for name, value in pairs:
        cookies = [(6, name, b": ")] + [(7, pair) for pair in re.findall(rb"[^;]*;|[^;]+", value)]
        out += cookies if name.lower() == b"cookie" else [(5, name, b": ", value)]
    media = next((value for name, value in pairs if name.lower() == b"content-type"), b"")
    out += [(8, piece) for piece in cut(body, media)] + fields(9, latin(e.get("request_trailers", [])))
    out += [(20, b64(e[name])) for name in ["request_head"] if name in e]
    for early in e.get("interim", []):
        out += [(18, b"%d" % early["at"], b"%d" % early["status"], early["reason"].encode())] + fields(19, latin(early.get("fields", [])))
    out += [(21, b64(e[name])) for name in ["response_head"] if name in e]
    if "response" in e:
        _, (_, status, reason, *_), pairs, body = message("response")
        out += [(10, e["response_version"].encode(), b" ", status), (10, reason)] + fields(11, pairs)
        out += [(12, piece) for piece in cut(body)] + fields(13, latin(e.get("response_trailers", [])))
    else:
        out += [(16, e.get("cause", "").encode())]
    for m in capture.messages.get(e["entry"], []):
        payload = capture.at[m["record"]["file"], m["record"]["at"]][2]
        out += [(14, f"{'sent' if m['sent'] else 'received'} {m['opcode']} {m.get('at', '')} {m.get('state', 'raw')}".encode())]
        out += [(15, piece) for piece in cut(payload, b"json" if m["sent"] and payload[:1] in (b"{", b"[") else b"")]
    return [((kind, *map(len, (pieces + [b""] * 3)[:3])), b"".join(pieces)) for kind, *pieces in out]

def digest(e, capture, k1):
    shapes, texts = zip(*parts(e, capture))
    runs = ((kind, len(list(run)), *lengths) for (kind, *lengths), run in itertools.groupby(shapes))
    leb = lambda number: bytes(number >> at & 127 | (128 if number >> at + 7 else 0) for at in range(0, max(7, number.bit_length()), 7))
    return tree(salts(k1, e["entry"], len(texts) + 1), (LAYOUT + b"".join(map(leb, itertools.chain(*runs))), *texts))
def proved(p, e, capture):
    """Holds an entry of a copy against its proof. Answers how many parts are masked or withheld."""
    layout, nodes, hidden, at = b64(p["layout"]), [], 0, 0
    numbers = [sum((byte & 127) << 7 * at for at, byte in enumerate(one)) for one in re.findall(rb"[\x80-\xff]*[\x00-\x7f]", layout[len(LAYOUT):])]
    shapes = [shape for kind, count, *rest in zip(*[iter(numbers)] * 5, strict=True) for shape in [(kind, *rest)] * count]
    shapes, own = [(0, len(layout), 0, 0)] + shapes, iter([((0, len(layout), 0, 0), layout)] + parts(e, capture))
    for (state, told), in (run.items() for run in p["leaves"]):
        step, told = {"open": 16, "masked": 32, "withheld": 1}[state], told if state == "withheld" else b64(told)
        for one in (told[place:place + step] for place in range(0, len(told), step)):
            level, count, given = (one[0][0], one[0][1], b64(one[0][2])) if state == "withheld" else (0, 1, one)
            covered, at, hidden = shapes[at:at + count], at + count, hidden + (0 if state == "open" else count)
            need(len(covered) == count, "it tells of more parts than there are")
            if state == "withheld":
                need(all(shape[0] in (8, 12, 15) for shape in covered), "something else than a body is withheld")
            else:
                shape, text = next(own)
                if shape[0] == 1 and "facts" in p:
                    own_facts = re.escape(text.decode()).replace("body=missing\\ withheld", "body=.*")
                    need(re.fullmatch(own_facts, p["facts"]), "a fact of the copy is not that of the original")
                    shape, text = (1, len(p["facts"].encode()), 0, 0), p["facts"].encode()
                fits = shape == covered[0] or shape[0] == covered[0][0] == 1 and state == "masked" and "facts" not in p
                need(fits and (shape[0] > 0 or state == "open"), f"part {at - 1} has another kind or length than in the original")
                given = sha(b"\0", given, text) if state == "open" else given
            nodes.append((level, count, given))
    need(next(own, None) is None and at == len(shapes), "the copy has other parts than the original")
    need(layout.startswith(LAYOUT) and root(nodes) == p["digest_of_entry"], "its parts do not give the digest of the original")
    return hidden
def copy(files, capture):
    statement, (records, _), nodes, entries, hidden = sealed(files[OWN + "original-seal.json"]), chain(files[OWN + "proof.ndjson"]), [], {}, 0
    seals = {records[0][1]["seal"], capture.session["copy"]["seal"], sha(files[OWN + "original-seal.json"]).hex()}
    need(len(seals) == 1, "copy, proof and original-seal.json do not name the same seal")
    for p in (record for _, record in records):
        need(p.get("record", 0) in (0, sum(count for _, count, _ in nodes) + 1), "the records of the log are not in order")
        if p["kind"] == "line":
            nodes.append((0, 1, sha(b"\0", b64(p["leaf_salt"]), p["text"].encode())))
        elif p["kind"] == "withheld-lines":
            nodes += [(level, count, b64(digest)) for level, count, digest in p["nodes"]]
        elif p["kind"] == "entry":
            need(p["entry"] in capture.entries and p["entry"] not in entries, f"entry {p['entry']} is not in the copy, or proved twice")
            hidden += proved(p, capture.entries[p["entry"]], capture)
            entries[p["entry"]] = bytes(0 if not p.get("unsealed") else 32) or bytes.fromhex(p["digest_of_entry"])
    need(len(entries) == len(capture.entries), "an entry of the copy has no proof")
    need(root([(0, 1, entries[entry]) for entry in sorted(entries)]) == statement["entries"]["root"], "these are not the entries that were sealed")
    fits = sum(count for _, count, _ in nodes) == statement["custody"]["records"] and root(nodes) == statement["custody"]["root"]
    need(fits, "these are not the records of the log that were sealed")
    return f"{len(entries)} entries are those that were sealed but for {hidden} parts that are masked or withheld"
def zipped(path):
    data, archive, files, at = open(path, "rb").read(), zipfile.ZipFile(path), {}, 0
    for one in archive.infolist():
        name, extra = struct.unpack("<HH", data[at + 26:at + 30])
        plain = (one.compress_type, one.date_time, one.comment, one.external_attr >> 16) == (0, (1980, 1, 1, 0, 0, 0), b"", 0o100644)
        plain &= one.header_offset == at and data[at + 30:at + 30 + name] == one.filename.encode() and one.filename not in files
        need(plain, f"{one.filename} does not stand in the archive as in a sealed package")
        files[one.filename], at = archive.read(one), at + 30 + name + extra + one.file_size
    need(at == archive.start_dir and not archive.comment and data[-22:-18] == b"PK\5\6", "something stands between or behind the files")
    return files
def listed(files, rows, left_out):
    there = {(name, len(text), sha(text).hex()) for name, text in files.items() if not re.fullmatch(left_out, name)}
    need(len(set(rows)) == len(rows), "a file is listed twice")
    need(there == set(rows), "does not list, as they are: " + ", ".join(sorted({name for name, _, _ in there ^ set(rows)})))
    return f"lists {len(rows)} files, each as it is"
def wacz(files):
    need(json.loads(files["datapackage-digest.json"])["hash"] == "sha256:" + sha(files["datapackage.json"]).hex(), "is not the list that was named")
    rows = [(row["path"], row["bytes"], row["hash"].removeprefix("sha256:")) for row in json.loads(files["datapackage.json"])["resources"]]
    return listed(files, rows, r"datapackage(-digest)?\.json")
def own_list(files):
    rows = [(row["path"], row["bytes"], row["sha256"]) for row in sealed(files[OWN + "files.json"])["files"]]
    return listed(files, rows, r"datapackage(-digest)?\.json|dataspoor/(files\.json|seal\.json|seal\.ed25519|signer\.pem|seal[^/]*\.tsr)")
def statement(files, capture):
    said, rows, session = sealed(files[OWN + "seal.json"]), sealed(files[OWN + "files.json"])["files"], capture.session
    texts = [row["path"].encode() + b"\0" + row["sha256"].encode() for row in rows]
    digests = [bytes.fromhex(e.get("digest_of_entry", "00" * 32)) for _, e in sorted(capture.entries.items())]
    found = {"files": {"count": len(rows), "root": tree([bytes.fromhex(row["salt"]) for row in rows], texts)},
             "entries": {"count": len(digests), "root": root([(0, 1, digest) for digest in digests])},
             "custody": {"records": len(capture.records), "head": capture.head, "root": said["custody"]["root"]},
             "session": {"id": session["id"], "sha256": capture.sha.hex()}} | {name: session[name] for name in ("case", "started", "simulated")}
    need(not (wrong := [name for name in found if said[name] != found[name]]), f"does not state what is in the package: {wrong}")
    return "states these files, entries, custody log and session"
def salted(files, capture, secret):
    if capture.session["case"] and secret is None:
        raise Open("the digests of the entries and the root over the log need the secret of the case (--case-secret)")
    k1 = capture.k1(secret)
    for e in capture.entries.values():
        need(e.get("digest_of_entry") in (None, digest(e, capture, k1)), f"entry {e['entry']} does not have the digest of its parts")
    lines = tree(salts(k1, 2**64 - 1, len(capture.records)), [line for line, _ in capture.records])
    need(lines == sealed(files[OWN + "seal.json"])["custody"]["root"], "the root over the log is not the one in seal.json")
    return f"the digests of {len(capture.entries)} entries and the root over the log were made again"
def signature(files, before, expected):
    seal, signer = files[OWN + before + "seal.json"], sealed(files[OWN + before + "seal.json"])["signer"]
    if signer is None:
        raise Open("nobody signed, so whoever rewrites all of it leaves no trace in it")
    key = load_pem_public_key(files[OWN + before + "signer.pem"])
    need({"algorithm": "Ed25519", "public_key": key.public_bytes_raw().hex()} == signer, f"{before}signer.pem is not the key that is named")
    need(expected in (None, signer["public_key"]), f"{signer['public_key']} signed, and {expected} was expected")
    key.verify(files[OWN + before + "seal.ed25519"], seal)
    return f"is the signature of {signer['public_key']}; whose key that is, is not said here"

class Open(Exception):
    """What cannot be checked, and what it would need."""
def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("package")
    options.add_argument("--case-secret", help="file with the secret of the case in 64 hexadecimal digits")
    options.add_argument("--expect-key", help="public key that must have signed, in 64 hexadecimal digits")
    given, told = options.parse_args(), []
    def tell(file, check, *arguments):
        try:
            found = check(*arguments)
            told.append(("proved", file, found if isinstance(found, str) else "holds"))
            return found
        except Open as wanted:
            told.append(("cannot be checked", file, str(wanted)))
        except Exception as wrong:  # a changed file may make Python raise anything
            told.append(("disproved", file, f"{wrong}" if type(wrong) is ValueError else f"{type(wrong).__name__}: {wrong}"))
    files = tell(given.package, zipped, given.package) or {}
    is_copy = OWN + "proof.ndjson" in files
    tell("datapackage.json", wacz, files)
    tell(OWN + "files.json", own_list, files)
    capture = tell(OWN + "custody.ndjson", Capture, files)
    if capture and tell("archive", capture.archive, files):
        tell(OWN + "seal.json", statement, files, capture)
        secret = bytes.fromhex(open(given.case_secret).read().strip()) if given.case_secret else None
        tell(OWN + "custody.ndjson", salted, files, capture, secret)
        if is_copy:
            tell(OWN + "proof.ndjson", copy, files, capture)
    tell(OWN + "seal.ed25519", signature, files, "", None if is_copy else given.expect_key)
    if is_copy:
        tell(OWN + "original-seal.ed25519", signature, files, "original-", given.expect_key)
    for verdict, file, text in told:
        print(f"{verdict}: {file}: {text}")
    verdicts = {verdict for verdict, _, _ in told}
    return 1 if "disproved" in verdicts else 2 if "cannot be checked" in verdicts else 0
if __name__ == "__main__":
    raise SystemExit(main())
