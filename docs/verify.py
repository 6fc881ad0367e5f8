"""Checks a sealed package or masked copy of dataspoor, from docs/evidence-format.md and docs/capture-format.md alone (Python 3.11, `cryptography`).
python3 verify.py PACKAGE.wacz [--case-secret FILE] [--expect-key DIGITS]    exit code 0: all proved, 1: something disproved, 2: something cannot be checked
Not looked at: bytes between the files, outside times, wacz-auth, the ledger, findings, what a copy's log says besides exchanges. Writes nothing."""
import base64, functools, hashlib, itertools, json, re, struct, sys, zipfile, zlib
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_public_key
OWN, END, LAYOUT = "dataspoor/", b"\r\n\r\n", b"dataspoor entry 1\n"
sha = lambda *pieces: hashlib.sha256(b"".join(pieces)).digest()
b64 = lambda text: base64.b64decode(text, validate=True)
latin = lambda pairs: [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
tree = lambda salts, texts: root([(0, 1, sha(b"\0", salt, text)) for salt, text in zip(salts, texts, strict=True)])
def need(holds, text, kind=ValueError):
    if not holds: raise kind(text)
def root(told):  # of nodes (level, leaves below, digest) in order; a leaf has level 0; behind a node that is not full none can stand
    nodes, at, level = [], 0, 0
    for height, count, digest in told:
        need(height in range(16) and at % 16**height == 0 and 0 < count <= 16**height and len(digest) == 32, "a node stands where none can")
        nodes.append((height, at // 16**height, digest)); at += count if count == 16**height else float("nan")
    while level == 0 or [height for height, _, _ in nodes] != [level]:
        groups = {} if nodes else {(1, 0, False): []}
        for height, index, digest in nodes:
            groups.setdefault((height, index, True) if height > level else (level + 1, index // 16, False), []).append(digest)
        nodes, level = [(height, index, ds[0] if kept else sha(b"\1", *ds)) for (height, index, kept), ds in groups.items()], level + 1
    return nodes[0][2].hex()
def salts(k1, number, count):
    made = Cipher(algorithms.AES(k1), modes.ECB()).encryptor().update; return [made(struct.pack(">QQ", number, leaf)) for leaf in range(count)]
def sealed(text):
    return need(text[-69:] == sha(text[:-69]).hex().encode() + b'"}\n}\n', "a sealed document does not fit its digest") or json.loads(text)
def chain(text):
    digest, records = "0" * 64, []
    for number, line in enumerate(text[:-1].split(b"\n"), 1):
        begin, digest = b'{"n":%d,"prev":"%s",' % (number, digest.encode()), sha(line[:-77]).hex()
        need(line.startswith(begin) and line[-77:] == b',"digest":"%s"}' % digest.encode(), f"record {number} does not fit the chain")
        records.append((line, json.loads(line)))
    return need((text[-1:], records[0][1]["kind"], records[-1][1]["kind"]) == (b"\n", "header", "end"), "is not whole") or (records, digest)
def unpack(packed):
    out, starts, at = bytearray(), [], 0
    while at < len(packed):
        member = zlib.decompressobj(31); starts.append(len(out))
        while not member.eof:
            need(piece := packed[at:at + 65536], "a gzip member does not end")
            out += member.decompress(piece); at += len(piece) - len(member.unused_data)
    return bytes(out), starts
class Capture:  # records of the log, and for each place in the archive the head of the WARC record, that of the message, and the body
    def __init__(self, files):
        self.session, self.sha = sealed(files[OWN + "session.json"]), sha(files[OWN + "session.json"])
        (self.records, self.head), self.messages, self.entries, links = chain(files[OWN + "custody.ndjson"]), {}, {}, {None: {}}
        need(self.records[0][1]["session"] == self.sha.hex(), "the log names another session.json")
        for kind, of, record in ((record["kind"], record.get("entry"), record) for _, record in self.records):
            links |= {record["connection"]: record} if kind == "connection" else {}
            self.messages.setdefault(of, []).extend([record] if kind == "message" else [])
            self.entries |= {of: links[record.get("connection")] | record} if kind == "entry" else {}
            self.entries |= {of: {"digest_of_entry": record["digest_of_entry"]} | self.entries[of]} if kind == "digest" else {}
    def archive(self, files):
        unpacked, self.at = {name[8:-3]: unpack(text) for name, text in files.items() if name.startswith("archive/")}, {}
        for record, part in itertools.product((record for _, record in self.records), ("info", "request", "response", "record")):
            if part in record and record["kind"] != "stream":
                file, at, length = (record[part][name] for name in ("file", "at", "length"))
                block = unpacked[file][0][at:at + length]; head = block.index(END) + 4
                http = {"info": length - 4, "record": head}.get(part) or block.index(END, head) + 4
                body, payload = block[http:-4], re.search(rb"\r\nWARC-Payload-Digest: sha256:(\S+)\r\n", block[:head])
                fits = (base64.b32decode(payload[1]) == sha(body) if payload else not body) and record.get("sha256") in (None, sha(body).hex())
                fits &= len(block) == length and block.endswith(END) and sha(block[:http]).hex() == record[part]["heads"]
                need(fits, f"{file}, byte {at}: is not what the log says"); self.at[file, at] = block[:head], block[head:http], body
        for file, (text, starts) in unpacked.items():
            places = sorted((at, at + sum(map(len, self.at[name, at])) + 4) for name, at in self.at if name == file)
            need(places == list(zip(starts, starts[1:] + [len(text)])), f"{file}: is not covered by records, one gzip member each")
        return f"unpacked, {len(self.at)} records cover every byte, each as the log has it"
def cut(body, media=b""):
    quoted, step = rb'(?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))*+,|.+', 128 if len(body) <= 65536 else 1024
    for words, way in (b"x-www-form-urlencoded", rb"[^&]*&|[^&]+"), (b"json", quoted), (b"multipart/form-data", rb"[^\n]*\n|[^\n]+"):
        if words in media.lower() and step == 128: return re.findall(way, body, re.S)
    return [body[at:at + step] for at in range(0, len(body), step)]
def parts(e, capture):  # but for the layout: (kind, lengths of its three pieces) and bytes
    def message(side):
        head, http, body = capture.at[e[side]["file"], e[side]["at"]]
        start, *lines = http[:-4].split(b"\r\n")
        pairs = [tuple(line.split(b": ", 1)) for line in lines][side == "request" and e.get("host_added", False):]
        for a in e.get("apart", []): pairs[a["index"]:a["index"]] = latin([(a["name"], a["value"])] if a["response"] == (side == "response") else [])
        return re.search(rb"\r\nWARC-Target-URI: (.*)\r\n", head)[1], start.split(b" ", 2) + [b""], pairs, body
    fields = lambda kind, pairs: [(kind, name, b": ", value) for name, value in pairs]
    odd, answered = lambda kind, name: [(kind, b64(e[name]))] if name in e else [], "response" in e
    until = functools.reduce(lambda sum, index: sum + max(e["stages"][index], 0) / 1e6, (0, 1, 2, 4, 5), 0.0)
    facts = "entry started fidelity not-carried until-response-head outcome request-body response-body server connection client-connection "
    facts = zip((facts + "tls-version cipher-suite protocol certificate connection-opened from-cache").split(), [
        e["entry"], e.get("started"), e["fidelity"], e.get("not_carried", 0), int(until * 1e6), e["outcome"], e.get("request_state", "raw"),
        e.get("response_state", "raw") if answered else None, e.get("server_address"), e.get("connection"), e.get("client"), e.get("tls_version"),
        e.get("cipher_suite"), e.get("protocol"), e.get("certificate"), e.get("fresh") and "yes", "yes" if "from-cache" in e.get("anomalies", []) else None])
    lines = (f"{name}={value}".replace("\\", "\\\\").replace("\n", "\\n") + "\n" for name, value in facts if value is not None)
    url, (method, *_), pairs, body = message("request")
    address, query, rest = re.fullmatch(rb"([^?#]*)(\?[^#]*)?(.*)", url).groups(b"")
    out = [(1, "".join(lines).encode()), (2, method, b" ", address), *((3, one) for one in re.findall(rb"[?&][^&]*", query)),
           (4, rest, b" ", e["request_version"].encode())]
    for name, value in pairs:
        out += [(6, name, b": ")] + [(7, one) for one in re.findall(rb"[^;]*;|[^;]+", value)] if name.lower() == b"cookie" else fields(5, [(name, value)])
    media = next((value for name, value in pairs if name.lower() == b"content-type"), b"")
    out += [(8, piece) for piece in cut(body, media)] + fields(9, latin(e.get("request_trailers", []))) + odd(20, "request_head")
    for early in e.get("interim", []):
        out += [(18, b"%d" % early["at"], b"%d" % early["status"], early["reason"].encode())] + fields(19, latin(early.get("fields", [])))
    out += odd(21, "response_head") + ([] if answered else [(16, e.get("cause", "").encode())])
    if answered:
        _, (_, status, reason, *_), pairs, body = message("response")
        out += [(10, e["response_version"].encode(), b" ", status), (10, reason)] + fields(11, pairs)
        out += [(12, piece) for piece in cut(body)] + fields(13, latin(e.get("response_trailers", [])))
    for m in capture.messages.get(e["entry"], []):
        payload, way = capture.at[m["record"]["file"], m["record"]["at"]][2], "sent" if m["sent"] else "received"
        out += [(14, f"{way} {m['opcode']} {m.get('at', '')} {m.get('state', 'raw')}".encode())]
        out += [(15, piece) for piece in cut(payload, b"json" if m["sent"] and payload[:1] in (b"{", b"[") else b"")]
    return [((kind, *map(len, (pieces + [b""] * 3)[:3])), b"".join(pieces)) for kind, *pieces in out]
def digest(e, capture, k1):
    shapes, texts = zip(*parts(e, capture))
    runs = ((kind, len(list(run)), *lengths) for (kind, *lengths), run in itertools.groupby(shapes))
    leb = lambda number: bytes(number >> at & 127 | (128 if number >> at + 7 else 0) for at in range(0, max(7, number.bit_length()), 7))
    return tree(salts(k1, e["entry"], len(texts) + 1), (LAYOUT + b"".join(map(leb, itertools.chain(*runs))), *texts))
def proved(p, e, capture):  # an entry of a copy by its proof; answers how many parts are masked or withheld
    layout, nodes, hidden, at = b64(p["layout"]), [], 0, 0
    numbers = [sum((byte & 127) << 7 * at for at, byte in enumerate(one)) for one in re.findall(rb"[\x80-\xff]*[\0-\x7f]", layout[len(LAYOUT):])]
    first, runs = ((0, len(layout), 0, 0), layout), zip(*[iter(numbers)] * 5, strict=True)
    shapes, own = [first[0]] + [(kind, *lengths) for kind, count, *lengths in runs for _ in range(count)], iter([first] + parts(e, capture))
    for (state, told), in (run.items() for run in p["leaves"]):
        step = {"open": 16, "masked": 32, "withheld": 0}[state]
        told = [(0, 1, b64(told)[place:place + step]) for place in range(0, len(b64(told)), step)] if step else [(*n[:2], b64(n[2])) for n in told]
        for level, count, given in told:
            covered, at, hidden = shapes[at:at + count], at + count, hidden + (0 if state == "open" else count)
            shape, text = (covered[0], b"") if state == "withheld" else next(own)
            if shape[0] == 1 and state == "open":
                own_facts, text = re.escape(text.decode()).replace(r"body=missing\ withheld", "body=.*"), p["facts"].encode()
                shape = need(re.fullmatch(own_facts, p["facts"]) and len(text) == covered[0][1], "a fact is not that of the original") or covered[0]
            fits = {"open": shape == covered[0], "masked": shape == covered[0] and shape[0] > 1 or shape[0] == covered[0][0] == 1}
            fits |= {"withheld": all(shape[0] in (8, 12, 15) for shape in covered)}
            need(len(covered) == count and fits[state], f"part {at - 1} has another kind or length than in the original, or may not be hidden"); nodes.append((level, count, sha(b"\0", given, text) if state == "open" else given))
    need(next(own, None) is None and at == len(shapes) and layout.startswith(LAYOUT), "the copy has other parts than the original")
    return need(root(nodes) == p["digest_of_entry"], "its parts do not give the digest of the original") or hidden
def copy(files, capture):
    said, (records, _), nodes, entries, hidden = sealed(files[OWN + "original-seal.json"]), chain(files[OWN + "proof.ndjson"]), [], {}, 0
    for p in (record for _, record in records):
        need(p.get("record", 0) in (0, sum(count for _, count, _ in nodes) + 1), "the records of the log are not in order")
        nodes += [(0, 1, sha(b"\0", b64(p["leaf_salt"]), p["text"].encode()))] if p["kind"] == "line" else []
        nodes += [(level, count, b64(digest)) for level, count, digest in p.get("nodes", [])]
        if p["kind"] == "entry":
            hidden += proved(p, capture.entries[p["entry"]], capture)
            entries |= {p["entry"]: (0, 1, bytes(32) if p.get("unsealed") else bytes.fromhex(p["digest_of_entry"]))}
    need(len({records[0][1]["seal"], capture.session["copy"]["seal"], sha(files[OWN + "original-seal.json"]).hex()}) == 1, "names another seal")
    need(len(entries) == len(capture.entries) and root(nodes) == said["custody"]["root"] and root([entries[entry] for entry in sorted(entries)]) == said["entries"]["root"], "not the entries and log that were sealed")
    return f"{len(entries)} entries are those that were sealed but for {hidden} parts that are masked or withheld"
def zipped(path):
    archive = zipfile.ZipFile(path)
    need(len(archive.namelist()) == len(set(archive.namelist())) and not archive.comment, "a file stands there twice, or there is a comment")
    return {name: archive.read(name) for name in archive.namelist()}
def listed(files, rows, left_out=""):
    there = [(name, len(text), sha(text).hex()) for name, text in files.items() if not re.fullmatch(r"datapackage(-digest)?\.json" + left_out, name)]
    wrong = sorted({row[0] for row in set(there) ^ set(rows)})
    return need(sorted(rows) == sorted(there), f"does not list these files as they are: {wrong}") or f"lists {len(rows)} files, each as it is"
def wacz(files):
    need(json.loads(files["datapackage-digest.json"])["hash"][7:] == sha(files["datapackage.json"]).hex(), "is not the list that was named")
    return listed(files, [(row["path"], row["bytes"], row["hash"][7:]) for row in json.loads(files["datapackage.json"])["resources"]])
def statement(files, capture):
    said, own_list, session = sealed(files[OWN + "seal.json"]), sealed(files[OWN + "files.json"]), capture.session
    rows, form = own_list["files"], [own_list["format"], own_list["version"], said["format"], said["version"]]
    need(form == ["dataspoor-files", 1, "dataspoor-seal", 1], "is of a format that is not read here")
    own = r"|dataspoor/(files\.json|seal\.json|seal.*\.tsr|seal\.ed25519|signer\.pem)"
    listed(files, [(row["path"], row["bytes"], row["sha256"]) for row in rows], own)
    leaf = lambda row: sha(b"\0", bytes.fromhex(row["salt"]), row["path"].encode(), b"\0", row["sha256"].encode())
    entries = [(0, 1, bytes.fromhex(e.get("digest_of_entry", "00" * 32))) for _, e in sorted(capture.entries.items())]
    found = {"files": {"count": len(rows), "root": root([(0, 1, leaf(row)) for row in rows])}, "entries": {"count": len(entries), "root": root(entries)},
             "custody": {"records": len(capture.records), "head": capture.head, "root": said["custody"]["root"]},
             "session": {"id": session["id"], "sha256": capture.sha.hex()}} | {name: session[name] for name in ("case", "started", "simulated")}
    return need(not (wrong := [name for name in found if said[name] != found[name]]), f"does not state what is in it: {wrong}") or "states these files, entries, custody log and session"
def salted(files, capture, secret):
    alone = capture.session["case"] is None
    need(alone or secret, "the digests of the entries and the root over the log need the secret of the case (--case-secret)", NotImplementedError)
    case = alone or (b"dataspoor session salts 1\n", sha(b"dataspoor case key 1\n", secret), capture.sha)
    k1 = sha(sha(*((b"dataspoor capture key 1\n", capture.sha) if alone else case)), b"salts 1")
    wrong = [entry for entry, e in capture.entries.items() if e.get("digest_of_entry") not in (None, digest(e, capture, k1))]
    need(not wrong, f"entries {wrong} do not have the digests of their parts")
    lines = tree(salts(k1, 2**64 - 1, len(capture.records)), [line for line, _ in capture.records])
    return need(lines == sealed(files[OWN + "seal.json"])["custody"]["root"], "the root over the log is not the sealed one") or f"the digests of {len(capture.entries)} entries and the root over the log were made again"
def signature(files, before, expected):
    seal, named = files[before + "seal.json"], sealed(files[before + "seal.json"])["signer"]
    need(not expected or named and named["public_key"] == expected, f"{named and named['public_key']} signed, and {expected} was expected")
    need(named, "nobody signed, so whoever rewrites all of it leaves no trace in it", NotImplementedError)
    key = load_pem_public_key(files[before + "signer.pem"])
    need(named == {"algorithm": "Ed25519", "public_key": key.public_bytes_raw().hex()}, f"{before}signer.pem is not the key that is named")
    return key.verify(files[before + "seal.ed25519"], seal) or f"is the signature of {named['public_key']}; whose key that is, is not said here"
def tell(file, check, *arguments):
    try: verdict, found = "proved", check(*arguments)
    except NotImplementedError as wanted: verdict, found = "cannot be checked", wanted
    except Exception as wrong: verdict, found = "disproved", wrong  # a changed file may make Python raise anything
    verdicts.add(verdict); print(f"{verdict}: {file}: {found if isinstance(found, (str, ValueError, NotImplementedError)) else 'fits together' if verdict == 'proved' else repr(found)}")
    return found if verdict == "proved" else None
if len(sys.argv) % 2: sys.exit(__doc__)
given, verdicts = dict(zip(sys.argv[2::2], sys.argv[3::2])), set()
files = tell(sys.argv[1], zipped, sys.argv[1]) or {}; tell("datapackage.json", wacz, files)
if (capture := tell(OWN + "custody.ndjson", Capture, files)) and tell("archive", capture.archive, files):
    tell(OWN + "seal.json", statement, files, capture)
    tell(OWN + "custody.ndjson", salted, files, capture, bytes.fromhex(open(given["--case-secret"]).read()) if "--case-secret" in given else None)
    if capture.session.get("copy"): tell(OWN + "proof.ndjson", copy, files, capture)
whose = OWN + "original-" if OWN + "original-seal.json" in files else OWN
for before in sorted({OWN, whose}): tell(before + "seal.ed25519", signature, files, before, given.get("--expect-key") if before == whose else None)
raise SystemExit(1 if "disproved" in verdicts else 2 if "cannot be checked" in verdicts else 0)
