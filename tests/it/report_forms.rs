//! `dataspoor report` from outside: the forms of an annex, that none says anything else than its page, and what other programs make of them.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use dataspoor::batch::{Options, replay_report};
use dataspoor::report::document::{Block, Document, Inline, Part, Table};
use dataspoor::report::text::Lang;
use dataspoor::report::{html, odt};
use serde_json::Value;

use super::corpus::{Ran, inputs, own_recordings, recordings, run_in, scratch, tree};

#[path = "../../src/report/document/oracle.rs"]
mod oracle;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-demo");
const HAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-ministry-page.har");

fn report(folder: &Path, arguments: &[&str]) -> Ran {
    run_in(folder, ["report"].iter().chain(arguments))
}

fn done(ran: &Ran) -> &str {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    &ran.out
}

fn files(folder: &Path) -> BTreeSet<String> {
    tree(folder).keys().map(|path| path.to_string_lossy().into_owned()).collect()
}

/// A page of ours against the document that other forms are made from.
pub(crate) fn is_read_whole(html: &str) -> Document {
    let document = Document::of_page(html).unwrap_or_else(|error| panic!("{error}"));
    let page = oracle::read(html);
    let (mut text, mut ids, mut links) = (String::new(), Vec::new(), Vec::new());
    document.walk(&mut |part| match part {
        Part::Text(more) => text.push_str(more),
        Part::End => {}
        Part::Id(id) => ids.push(id.to_owned()),
        Part::Link(to) => links.push(to.to_owned()),
        Part::Svg(svg) => {
            let picture = oracle::read(svg);
            text.push_str(&picture.text);
            ids.extend(picture.ids);
        }
    });
    assert!(oracle::without_spaces(&text) == page.text, "what is said, and in which order");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!((sorted(ids), sorted(links)), (sorted(page.ids), sorted(page.links)), "names, and where links lead");
    assert!(!document.title.contains('<') && !document.blocks.is_empty(), "{}", document.title);
    document
}

/// Recordings whose annex is made here: ours, and a part of the corpus that `make test-full` widens to all of it.
fn annexed() -> Vec<PathBuf> {
    let step = if env::var_os("DATASPOOR_FULL_CASE").is_some() { 1 } else { 12 };
    let mut paths = vec![PathBuf::from(DEMO)];
    paths.extend(own_recordings());
    paths.extend(recordings().into_iter().step_by(step));
    paths
}

#[test]
fn every_annex_is_read_whole_and_is_a_text_document() {
    let mut pages = 0;
    for path in annexed() {
        // Some recordings of ours are broken on purpose; that is said elsewhere.
        let Ok(report) = replay_report(&path, inputs(), &Options::default()) else { continue };
        for lang in [Lang::Nl, Lang::En] {
            let page = html::render(&report, lang).expect("a page");
            let document = is_read_whole(&page);
            assert_eq!((document.lang.as_str(), document.simulated.is_some()), (lang.to_string().as_str(), report.simulated));
            let bytes = odt::render(&document).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(bytes == odt::render(&document).expect("the same again"), "the same document, other bytes");
            pages += 1;
        }
    }
    assert!(pages > 10, "{pages} pages");
}

#[test]
fn forms_and_languages_are_what_was_asked_for() {
    let scratch = scratch();
    let folder = scratch.path();
    let said = report(folder, &[DEMO, HAR, "--format", "html,odt,json,csv", "--lang", "nl,en,nl"]);
    assert!(
        done(&said).contains("simulated-demo (simulated, says nothing about real parties): dataspoor-report/simulated-demo"),
        "{}",
        said.out
    );
    let annex = folder.join("dataspoor-report/simulated-demo");
    let all = files(&annex);
    for name in
        ["annex.nl.html", "annex.en.html", "annex.nl.odt", "annex.en.odt", "annex.json", "flows.csv", "evidence.ndjson", "manifest.json"]
    {
        assert!(all.contains(name), "{name}");
    }
    assert!(folder.join("dataspoor-report/simulated-ministry-page/annex.en.odt").is_file());
    // What `replay` writes is the same, and the manifest makes every form again.
    done(&run_in(folder, ["replay", DEMO, "--out", "replayed", "--lang", "nl", "--lang", "en", "--quiet"]));
    for (name, bytes) in tree(&folder.join("replayed/simulated-demo")) {
        if name.as_os_str() != "manifest.json" {
            assert!(fs::read(annex.join(&name)).expect("the same file") == bytes, "{}", name.display());
        }
    }
    let checked = run_in(folder, ["verify", "dataspoor-report/simulated-demo", "--capture", DEMO]);
    for name in ["annex.nl.odt", "annex.en.odt", "annex.json", "annex.nl.html"] {
        assert!(done(&checked).contains(&format!("{name}: made again from the recording, byte for byte the same")), "{}", checked.out);
    }
    // Only what was asked for, in place of what was there.
    done(&report(folder, &[DEMO, "--format", "odt"]));
    assert_eq!(files(&annex), BTreeSet::from(["annex.nl.odt", "evidence.ndjson", "manifest.json"].map(str::to_owned)));
    let checked = run_in(folder, ["verify", "dataspoor-report/simulated-demo", "--capture", DEMO]);
    assert!(done(&checked).contains("annex.nl.odt: made again"), "{}", checked.out);
    done(&report(folder, &[DEMO]));
    assert_eq!(files(&annex), BTreeSet::from(["annex.nl.html", "evidence.ndjson", "manifest.json"].map(str::to_owned)));
}

#[test]
fn what_cannot_be_written_is_said_and_leaves_nothing() {
    let scratch = scratch();
    let folder = scratch.path();
    let refused = |arguments: &[&str], words: &[&str]| {
        let ran = report(folder, arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
        words.iter().for_each(|word| assert!(ran.err.contains(word), "{arguments:?}: {}", ran.err));
    };
    refused(&[HAR, "--format", "docx"], &["there is no format \"docx\"", "html, odt, json, csv, xlsx"]);
    refused(&[HAR, "--format", "html,"], &["there is no format \"\""]);
    refused(&[HAR, "--lang", "nl,de"], &["'de'", "`nl` or `en`"]);
    refused(&["nowhere.har"], &["nowhere.har", "no such file"]);
    refused(&[HAR, "--page", "x:"], &["has no host"]);
    fs::create_dir_all(folder.join("used/simulated-ministry-page")).expect("a folder");
    fs::write(folder.join("used/simulated-ministry-page/own.txt"), "mine").expect("a file");
    refused(&[HAR, "--out", "used"], &["holds no annex of dataspoor", "--out"]);
    fs::write(folder.join("file"), "mine").expect("a file");
    refused(&[HAR, "--out", "file"], &["file", "choose another with --out"]);
    assert_eq!(files(&folder.join("used")), BTreeSet::from(["simulated-ministry-page/own.txt".to_owned()]));
    // One that cannot be read does not keep the others from being written.
    fs::write(folder.join("broken.har"), "{").expect("a file");
    let ran = report(folder, &["broken.har", HAR, "--format", "odt"]);
    assert!(ran.code == 1 && ran.err.contains("broken.har"), "{}{}", ran.out, ran.err);
    assert!(folder.join("dataspoor-report/simulated-ministry-page/annex.nl.odt").is_file());
    assert!(!folder.join("dataspoor-report/broken").exists());
}

#[test]
fn a_case_has_its_recordings_and_an_annex_over_all() {
    let scratch = scratch();
    let folder = scratch.path();
    let ok = |arguments: &[&str]| done(&run_in(folder, arguments)).to_owned();
    ok(&["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"]);
    let none = report(folder, &["case"]);
    assert!(none.code == 2 && none.err.contains("no recording of this case is used yet"), "{}", none.err);
    let other = folder.join("other.har");
    let text = fs::read_to_string(HAR).expect("a recording").replacen("200", "201", 1);
    fs::write(&other, text).expect("a copy that is not the same");
    ok(&["import", HAR, "--case", "case", "--scenario", "none-page", "--said", "exported by A"]);
    ok(&["import", "other.har", "--case", "case", "--scenario", "none-page"]);
    let said = ok(&["report", "case", "--format", "odt,html,json,csv", "--lang", "nl,en", "--out", "out"]);
    assert!(said.contains("0001") && said.contains("0002") && said.contains("annex over case"), "{said}");
    for name in [
        "0001/annex.nl.odt",
        "0002/annex.en.html",
        "case-annex/case-annex.nl.odt",
        "case-annex/case-annex.en.html",
        "case-annex/register.csv",
    ] {
        assert!(folder.join("out").join(name).is_file(), "{name}");
    }
    // It counts what `compare` counts, and its page is another.
    ok(&["compare", "--case", "case", "--out", "compared", "--lang", "nl", "--lang", "en"]);
    let (here, there) = (tree(&folder.join("out/case-annex")), tree(&folder.join("compared")));
    let tables: Vec<_> = there.iter().filter(|(name, _)| name.extension().is_some_and(|ending| ending == "csv")).collect();
    assert!(tables.len() > 5, "{tables:?}");
    for (name, bytes) in tables {
        assert!(here.get(name) == Some(bytes), "{}", name.display());
    }
    let page = |name: &str| fs::read_to_string(folder.join("out").join(name)).expect("a page");
    ["case-annex/case-annex.nl.html", "case-annex/case-annex.en.html", "0001/annex.en.html"].iter().for_each(|name| {
        is_read_whole(&page(name));
    });
    // One that is not used has no annex; the annex over the case lists it.
    ok(&["discard", "--case", "case", "2", "--reason", "wrong page", "--by", "A"]);
    ok(&["report", "case", "--format", "json", "--out", "later"]);
    assert_eq!(files(&folder.join("later")).iter().filter(|name| name.ends_with(".json") && !name.contains("manifest")).count(), 2);
    let compared: Value = serde_json::from_slice(&tree(&folder.join("later"))[Path::new("case-annex/case-annex.json")]).expect("JSON");
    assert_eq!(compared["register"].as_array().expect("a register").iter().filter(|row| row["used"] == false).count(), 1);
    for (arguments, words) in [
        (["report", "case", HAR].as_slice(), "name it alone"),
        (["report", "case", "--page", "https://example.org/"].as_slice(), "leave it out"),
        (["report", "case/captures/0001"].as_slice(), "--case"),
    ] {
        let ran = run_in(folder, arguments);
        assert!(ran.code == 2 && ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
    ok(&["report", "case/captures/0001", "--case", "case", "--format", "odt", "--out", "single"]);
    assert!(folder.join("single/0001/annex.nl.odt").is_file());
}

/// Members of an archive, in order.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let length = archive.len();
    let member = |index| {
        let mut file = archive.by_index(index).expect("a member");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        (file.name().expect("a name").into_owned(), bytes)
    };
    (0..length).map(member).collect()
}

/// Reads a text document with Python's XML parser: well-formed, names once, every link with its target, and what it says as JSON.
const READER: &str = r#"
import json, sys, zipfile, xml.etree.ElementTree as tree
names = {}
for part in ("office", "text", "table", "drawing", "svg-compatible"):
    names["draw" if part == "drawing" else "svg" if part == "svg-compatible" else part] = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}" % part
T, B, D, S = names["text"], names["table"], names["draw"], names["svg"]
archive = zipfile.ZipFile(sys.argv[1])
parsed = {name: tree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith((".xml", ".svg"))}
content = parsed["content.xml"]
listed = [entry.get("{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path") for entry in parsed["META-INF/manifest.xml"]]
used = {e.get(a) for e in content.iter() for a in (T + "style-name", B + "style-name") if e.get(a)}
style = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
known = {e.get(style + "name") for part in ("content.xml", "styles.xml") for e in parsed[part].iter()}
rows = lambda table: [row for row in table.iter(B + "table-row")]
json.dump({
    "listed": listed,
    "members": archive.namelist(),
    "unknown_styles": sorted(used - known),
    "bookmarks": [e.get(T + "name") for e in content.iter(T + "bookmark")],
    "links": [e.get("{http://www.w3.org/1999/xlink}href") for e in content.iter(T + "a")],
    "headings": [[int(e.get(T + "outline-level")), "".join(e.itertext())] for e in content.iter(T + "h")],
    "tables": [{
        "name": e.get(B + "name"),
        "heads": sum(1 for h in e.iter(B + "table-header-rows") for r in rows(h)),
        "rows": len(rows(e)),
        "columns": len(list(e.iter(B + "table-column"))),
        "widths": sorted({sum(1 for c in r) for r in rows(e)}),
    } for e in content.iter(B + "table")],
    "pictures": [[e.findtext(S + "title"), e.findtext(S + "desc"), e.find(D + "image").get("{http://www.w3.org/1999/xlink}href")] for e in content.iter(D + "frame")],
    "page": "".join(parsed["styles.xml"].itertext()),
    "meta": ["".join(e.itertext()) for e in parsed["meta.xml"].iter() if e.text],
}, sys.stdout)
"#;

fn structure(file: &Path) -> Value {
    let read = Command::new("python3").args(["-c", READER]).arg(file).output().expect("python3");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).expect("JSON")
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}

fn words(content: &[Inline]) -> String {
    let mut out = String::new();
    for inline in content {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => out.push_str(&words(content)),
            Inline::Link { content, .. } | Inline::Span { content, .. } => out.push_str(&words(content)),
            Inline::Break | Inline::Image { .. } => {}
        }
    }
    out
}

fn each_block<'d>(blocks: &'d [Block], each: &mut dyn FnMut(&'d Block)) {
    for block in blocks {
        each(block);
        match block {
            Block::Notice { blocks, .. } => each_block(blocks, each),
            Block::List { items, .. } => items.iter().for_each(|item| each_block(&item.blocks, each)),
            _ => {}
        }
    }
}

fn tables(document: &Document) -> Vec<&Table> {
    let mut found = Vec::new();
    each_block(&document.blocks, &mut |block| {
        if let Block::Table(table) = block {
            found.push(table);
        }
    });
    found
}

#[test]
fn a_text_document_by_its_structure() {
    let scratch = scratch();
    for (path, lang) in [(DEMO, Lang::Nl), (HAR, Lang::En)] {
        let report = replay_report(Path::new(path), inputs(), &Options::default()).expect("a report");
        let document = Document::of_page(&html::render(&report, lang).expect("a page")).expect("a document");
        let bytes = odt::render(&document).expect("a text document");
        let members = members(&bytes);
        assert_eq!((members[0].0.as_str(), members[0].1.as_slice()), ("mimetype", odt::MEDIA_TYPE.as_bytes()));
        assert!(bytes[30..].starts_with(&[b"mimetype", odt::MEDIA_TYPE.as_bytes()].concat()), "first and stored");
        let file = scratch.path().join("annex.odt");
        fs::write(&file, &bytes).expect("written");
        let read = structure(&file);
        let listed: BTreeSet<String> = strings(&read["listed"]).into_iter().collect();
        let own = ["mimetype", "META-INF/manifest.xml"];
        assert!(strings(&read["members"]).iter().all(|name| own.contains(&name.as_str()) || listed.contains(name)), "{listed:?}");
        assert_eq!(strings(&read["unknown_styles"]), Vec::<String>::new());
        // Names once, all of them there, and every link has its target.
        let mut ids = BTreeMap::<String, usize>::new();
        strings(&read["bookmarks"]).into_iter().for_each(|id| *ids.entry(id).or_default() += 1);
        let mut wanted = BTreeSet::new();
        document.walk(&mut |part| {
            if let Part::Id(id) = part {
                wanted.insert(id.to_owned());
            }
        });
        assert!(ids.values().all(|count| *count == 1));
        assert_eq!(ids.keys().cloned().collect::<BTreeSet<_>>(), wanted);
        let links = strings(&read["links"]);
        assert!(links.len() > 100 && links.iter().filter_map(|link| link.strip_prefix('#')).all(|id| ids.contains_key(id)));
        // Every heading of the page, in order and at its level.
        let mut headings = Vec::new();
        for block in &document.blocks {
            if let Block::Heading { level, content, .. } = block {
                headings.push(serde_json::json!([level, words(content)]));
            }
        }
        assert_eq!(read["headings"].as_array().expect("headings"), &headings);
        // Every table with all its rows, its heads on every page, and as many places in each row as it has columns.
        let tables = tables(&document);
        let found = read["tables"].as_array().expect("tables");
        assert_eq!(found.len(), tables.len());
        for (found, table) in found.iter().zip(tables) {
            assert_eq!(
                (found["rows"].as_u64(), found["heads"].as_u64()),
                (Some((table.head.len() + table.body.len()) as u64), Some(table.head.len() as u64))
            );
            assert_eq!(found["widths"], serde_json::json!([found["columns"]]), "{}", found["name"]);
        }
        for picture in read["pictures"].as_array().expect("pictures") {
            assert!(strings(picture).iter().all(|text| !text.is_empty()), "{picture}");
        }
        // The line about what is simulated: on every page, and in what the file says of itself.
        let line = document.simulated.as_deref().expect("simulated");
        assert_eq!(read["page"].as_str().expect("a page").matches(line).count(), 2, "upright and on its side");
        let meta = strings(&read["meta"]);
        assert!(
            [line, &document.title, &document.lang, &document.generator].iter().all(|said| meta.iter().any(|one| one == said)),
            "{meta:?}"
        );
    }
}

/// LibreOffice opens the text document and loses nothing. Heavy, so `make test-full` asks for it; elsewhere it runs where LibreOffice is there.
#[test]
fn libreoffice_loses_nothing() {
    // `soffice` alone may be there without its Writer.
    if !Path::new("/usr/lib/libreoffice/program/libswlo.so").is_file() {
        assert!(
            env::var_os("DATASPOOR_FULL_CASE").is_none(),
            "LibreOffice Writer is not here; install the Debian package libreoffice-writer-nogui"
        );
        eprintln!("LibreOffice Writer is not here, so no text document was opened; install the Debian package libreoffice-writer-nogui");
        return;
    }
    let scratch = scratch();
    let folder = scratch.path();
    done(&report(folder, &[DEMO, "--format", "odt,html", "--lang", "en", "--out", "out"]));
    let annex = folder.join("out/simulated-demo/annex.en.odt");
    let convert = |to: &str, out: PathBuf| {
        let mut soffice = Command::new("soffice");
        soffice.arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()));
        let done = soffice.args(["--headless", "--convert-to", to, "--outdir"]).arg(&out).arg(&annex).output().expect("soffice");
        let file = out.join(format!("annex.en.{}", to.split(':').next().unwrap_or_default()));
        assert!(file.is_file(), "{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        file
    };
    let document =
        Document::of_page(&fs::read_to_string(folder.join("out/simulated-demo/annex.en.html")).expect("a page")).expect("a document");
    let text = fs::read_to_string(convert("txt:Text (encoded):UTF8", folder.to_owned())).expect("UTF-8");
    // Marks that keep directions apart stand in no page.
    let squeezed = oracle::without_spaces(&text.replace(['\u{2066}', '\u{2069}'], ""));
    let (mut headings, mut rows) = (0, 0);
    each_block(&document.blocks, &mut |block| match block {
        Block::Heading { content, .. } => {
            assert!(squeezed.contains(&oracle::without_spaces(&words(content))), "{}", words(content));
            headings += 1;
        }
        Block::Table(table) => {
            for row in table.head.iter().chain(&table.body) {
                for cell in &row.cells {
                    for block in &cell.blocks {
                        if let Block::Paragraph { content, .. } = block {
                            let said: String = oracle::without_spaces(&words(content));
                            assert!(squeezed.contains(&said), "lost: {said}");
                        }
                    }
                }
                rows += 1;
            }
        }
        _ => {}
    });
    assert!(headings > 40 && rows > 500, "{headings} headings, {rows} rows");
    // Written again by LibreOffice, every table has as many rows as before, and no name is lost that a link leads to.
    let before = structure(&annex);
    let again = structure(&convert("odt", folder.join("again")));
    let rows = |of: &Value| of["tables"].as_array().expect("tables").iter().map(|table| table["rows"].as_u64()).collect::<Vec<_>>();
    assert_eq!(rows(&again), rows(&before));
    let ids = |of: &Value| strings(&of["bookmarks"]).into_iter().collect::<BTreeSet<_>>();
    assert!(ids(&again).is_superset(&ids(&before)), "{:?}", ids(&before).difference(&ids(&again)));
    let pdf = fs::read(convert("pdf", folder.to_owned())).expect("a PDF");
    assert!(pdf.starts_with(b"%PDF-"));
}
