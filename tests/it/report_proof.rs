//! Proofs of the annex from outside: every number in its sentences is counted again, every link, row and entry followed, by Python without any code of ours;
//! and the numbers of rows stay what they were.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::corpus::{ROOT, own_recordings, recording, recordings, run_in, scratch};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-demo");

/// What a script said, and whether it found nothing wrong.
pub(super) struct Said {
    pub(super) fine: bool,
    pub(super) out: Value,
    pub(super) wrong: String,
}

pub(super) fn oracle(script: &str, arguments: &[&Path]) -> Said {
    let script = Path::new(ROOT).join("tests/oracles").join(script);
    let run = Command::new("python3").env("PYTHONDONTWRITEBYTECODE", "1").arg(&script).args(arguments).output().expect("python3 starts");
    let wrong = String::from_utf8(run.stderr).expect("UTF-8");
    assert!(!wrong.contains("Traceback"), "{}: {wrong}", script.display());
    Said { fine: run.status.success(), out: serde_json::from_slice(&run.stdout).unwrap_or_default(), wrong }
}

fn recount(annex: &Path) -> Said {
    oracle("recount.py", &[annex, &Path::new(ROOT).join("src/report/locale")])
}

fn rows(annex: &Path, recording: &Path) -> Said {
    oracle("rows.py", &[annex, recording])
}

/// The annex of a recording, in all languages, below `folder`.
fn annex(folder: &Path, out: &str, recording: &Path, more: &[&str]) -> PathBuf {
    let path = recording.to_str().expect("UTF-8");
    let mut arguments = vec!["report", path, "--format", "html,json,csv", "--lang", "nl,en", "--out", out];
    arguments.extend(more);
    let ran = run_in(folder, &arguments);
    assert_eq!(ran.code, 0, "{}: {}", path, ran.err);
    let out = folder.join(out);
    fs::read_dir(&out).expect("annexes").next().expect("one").expect("an annex").path()
}

/// The demo's recording, two of the corpus and ours; `make test-full` takes all of the corpus.
fn examined() -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::from(DEMO)];
    if env::var_os("DATASPOOR_FULL_CASE").is_some() {
        paths.extend(recordings());
    } else {
        paths.extend(["pixel988-ncssinc-contact-form.har", "chrome2012-buienradar.nl.har"].map(recording));
        paths.dedup();
    }
    paths.extend(own_recordings().into_iter().filter(|path| path.ends_with("page.har") || path.to_string_lossy().contains("simulated-")));
    paths
}

#[test]
fn numbers_links_and_rows_are_what_others_count() {
    let root = scratch();
    let (mut sentences, mut places, mut followed) = (0, 0, 0);
    for (nr, path) in examined().iter().enumerate() {
        let name = path.display();
        let out = format!("out-{nr}");
        let arguments = ["report", path.to_str().expect("UTF-8"), "--format", "html,json,csv", "--lang", "nl,en", "--out", &out];
        let ran = run_in(root.path(), arguments);
        // Some recordings of the corpus are broken on purpose; that is said elsewhere.
        let Some(folder) = fs::read_dir(root.path().join(&out)).ok().and_then(|mut found| found.next()) else {
            assert!(ran.code != 0, "{name}: no annex, and nothing was said");
            continue;
        };
        let folder = folder.expect("an annex").path();
        let said = recount(&folder);
        assert!(said.fine, "{name}: {}", said.wrong);
        let counted = said.out["sentences"].as_object().expect("sentences by name");
        places += counted.get("place").map_or(0, |count| count.as_u64().expect("a number"));
        sentences += counted.values().map(|count| count.as_u64().expect("a number")).sum::<u64>();
        let said = rows(&folder, path);
        assert!(said.fine, "{name}: {}", said.wrong);
        followed += said.out["rows"].as_u64().unwrap_or_default();
    }
    eprintln!("{} sentences with numbers, {places} links that name a place, {followed} rows", sentences - places);
    assert!(sentences - places > 150 && places > 1_000 && followed > 700, "{sentences} {places} {followed}");
}

#[test]
fn entries_of_rows_are_in_a_sealed_package() {
    let root = scratch();
    let package = root.path().join("demo.wacz");
    let ran = run_in(root.path(), ["seal", DEMO, "--out", "demo.wacz", "--at", "2026-11-23T09:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let folder = annex(root.path(), "out", &package, &[]);
    let said = rows(&folder, &package);
    assert!(said.fine, "{}", said.wrong);
    let number = |name: &str| said.out[name].as_u64().unwrap_or_default();
    assert!(number("records") > 50 && number("entries") > 500 && number("named") > 300, "{}", said.out);
    let said = recount(&folder);
    assert!(said.fine, "{}", said.wrong);
}

/// One change of a file of an annex, and what must be said of it.
type Change<'c> = (&'c str, &'c dyn Fn(&str) -> String, &'c str);

#[test]
fn one_changed_number_is_named() {
    let root = scratch();
    let folder = annex(root.path(), "out", Path::new(DEMO), &[]);
    let replaced = |from: &'static str, to: &'static str| {
        move |text: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        }
    };
    // A number of the page, in the words of each language; a row of the model; a record of the log; a sentence that nobody counts; a name that nobody knows.
    let (hosts, hosts_nl) =
        (replaced("addressed to 9 different hosts", "addressed to 8 different hosts"), replaced("<b>74</b>", "<b>73</b>"));
    let fields = replaced("2,154 fields", "2,145 fields");
    let identifier = |text: &str| {
        let mut annex: Value = serde_json::from_str(text).expect("JSON");
        annex["linkage"]["identifiers"].as_array_mut().expect("rows").pop();
        annex.to_string()
    };
    let record = |text: &str| {
        let line = text.lines().find(|line| line.contains("\"kind\":\"choice\"")).expect("a choice").to_owned() + "\n";
        text.replacen(&line, "", 1)
    };
    let slipped = replaced("<p class=\"intro\">", "<p class=\"intro\">In 12 van 14 bezoeken. ");
    let unknown = replaced("data-says=\"s-hosts\"", "data-says=\"s-guests\"");
    let place = replaced("(<a href=\"#t2\">table 2</a>)", "(<a href=\"#t3\">table 2</a>)");
    let more = replaced("<ul class=\"stretches\">", "<ul class=\"stretches\">\n<li>stretch 3: 5 requests</li>");
    let changes: [Change<'_>; 9] = [
        ("annex.en.html", &hosts, "'s-hosts' says ['8'], counted again it is ['9']"),
        ("annex.nl.html", &hosts_nl, "'f-entries' says ['73'], counted again it is ['74']"),
        ("annex.en.html", &fields, "'s-fields' says ['2145', '92'"),
        ("annex.json", &identifier, "'s-identifiers' says ['18'], counted again it is ['17']"),
        ("evidence.ndjson", &record, "'s-choices' says ['2'], counted again it is ['1']"),
        ("annex.nl.html", &slipped, "has digits that nobody counts again: In 12 van 14 bezoeken."),
        ("annex.en.html", &unknown, "nobody counts what 's-guests' says"),
        ("annex.en.html", &place, "'table 2' leads to 't3'"),
        ("annex.en.html", &more, "has digits that nobody counts again: stretch 3: 5 requests"),
    ];
    named(&folder, &changes, &|| recount(&folder));

    let (nowhere, twice) = (replaced("href=\"#t3b\"", "href=\"#t3z\""), replaced("id=\"t3-r1\"", "id=\"t2-r1\""));
    let (other, entry) =
        (replaced("<td role=\"cell\" class=\"nr\">2</td>", "<td role=\"cell\" class=\"nr\">7</td>"), replaced("entry 4", "entry 4711"));
    let dropped = |text: &str| text.lines().filter(|line| !line.starts_with("3,")).collect::<Vec<_>>().join("\r\n");
    let renamed = replaced("facebook.com", "example.com");
    let of_model = |text: &str| {
        let mut annex: Value = serde_json::from_str(text).expect("JSON");
        annex["cookies"][0]["first_entry"] = 4711.into();
        annex.to_string()
    };
    let digest = |text: &str| {
        let at = text.find("\"entry_digest\":\"").expect("a digest") + 16;
        format!("{}{}{}", &text[..at], if &text[at..=at] == "0" { "1" } else { "0" }, &text[at + 1..])
    };
    let changes: [Change<'_>; 8] = [
        ("annex.en.html", &nowhere, "the link '#t3z' leads nowhere"),
        ("annex.en.html", &twice, "the name 't2-r1' stands 2 times"),
        ("annex.nl.html", &other, "says that it is row '7'"),
        ("annex.en.html", &entry, "names entry 4711, which is not in the recording or the log"),
        ("cookies.csv", &dropped, "row 3 of t3 stands in no"),
        ("recipients.csv", &renamed, "row 1 of t2 does not show registrable_domain 'example.com'"),
        ("annex.json", &of_model, "first_entry names entry 4711"),
        ("evidence.ndjson", &digest, "has another digest in the recording"),
    ];
    named(&folder, &changes, &|| rows(&folder, Path::new(DEMO)));
}

/// Every change is noticed and named, and nothing is wrong when it is taken back.
fn named(folder: &Path, changes: &[Change<'_>], check: &dyn Fn() -> Said) {
    for (file, change, words) in changes {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).expect("a file");
        let changed = change(&text);
        assert!(changed != text, "{file}: nothing was changed for {words}");
        fs::write(&path, changed).expect("written");
        let said = check();
        assert!(!said.fine && said.wrong.contains(words), "{file}: {words} is not said: {}", said.wrong);
        fs::write(&path, text).expect("written back");
    }
    let said = check();
    assert!(said.fine, "{}", said.wrong);
}

#[test]
fn rows_keep_their_numbers() {
    let root = scratch();
    let numbers = |out: &str, more: &[&str]| {
        let folder = annex(root.path(), out, Path::new(DEMO), more);
        oracle("rows.py", &[Path::new("numbers"), &folder]).out
    };
    let (once, again) = (numbers("once", &[]), numbers("again", &[]));
    assert!(once == again, "another run has other rows");
    // What people write has tables of its own, and changes no row of another.
    let words = "format = \"dataspoor-assessment\"\nversion = 1\n[[word]]\ncookie = \"datr\"\ndomain = \"facebook.com\"\nkind = \"purpose\"\n\
        text = \"Volgens de leverancier: beveiliging.\"\nby = \"A. Jansen\"\ndate = 2026-11-23\n";
    fs::write(root.path().join("words.toml"), words).expect("written");
    let assessed = numbers("assessed", &["--assessment", "words.toml"]);
    let mut tables = 0;
    for (page, before) in once.as_object().expect("pages") {
        for (table, rows) in before.as_object().expect("tables") {
            assert_eq!(&assessed[page][table], rows, "{page}: {table}");
            tables += 1;
        }
        assert!(assessed[page]["t17"].as_array().is_some_and(|rows| rows.len() == 1), "{page}: the words of people");
    }
    assert!(tables > 100, "{tables} tables");
}
