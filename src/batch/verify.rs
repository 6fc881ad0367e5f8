//! Checks an annex folder: each file against itself, the files against each other, and all of them against the recording.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::compared::COMPARISON_FOLDER;
use super::judge::{Inputs, Options};
use super::linked::LINKAGE_FOLDER;
use super::output::MANIFEST_FILE;
use super::replay::replay;
use crate::analysis::Planted;
use crate::capture::Capture;
use crate::evidence::{CaseKey, verify_chain, verify_seal};
use crate::interop::har;
use crate::model::Digest;
use crate::report::evidence_log::EVIDENCE_FILE;
use crate::report::{TOOL_VERSION, text::Lang};
use crate::rules::OutsideList;

/// The sealed form of the annex.
const ANNEX_FILE: &str = "annex.json";

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Proved,
    /// It does not hold.
    Disproved,
    /// It could not be checked, for the stated reason.
    CannotBeChecked,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Disproved => "DISPROVED",
            Self::CannotBeChecked => "cannot be checked",
        }
    }
}

/// A check and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it came to.
    pub verdict: Verdict,
    /// The file it is about.
    pub file: String,
    /// What was found, with record and byte where it does not hold.
    pub text: String,
}

fn check(verdict: Verdict, file: &str, text: impl Into<String>) -> Check {
    Check { verdict, file: file.to_owned(), text: text.into() }
}

/// Checks one evidence log or one sealed JSON document against itself.
#[must_use]
pub fn verify_file(name: &str, bytes: &[u8]) -> Check {
    let outcome = if name.ends_with(".ndjson") {
        let mut totals = Totals::default();
        let chain = verify_chain(bytes, |record, line| totals.see(record, line)).map_err(|problem| problem.to_string());
        chain.and_then(|summary| match totals.problem {
            None => Ok(format!("{} records, each fits the one before; head {}", summary.records, summary.head)),
            Some(problem) => Err(problem),
        })
    } else {
        verify_seal(bytes).map(|()| "every line fits its digest".to_owned()).map_err(|problem| problem.to_string())
    };
    match outcome {
        Ok(text) => check(Verdict::Proved, name, text),
        Err(text) => check(Verdict::Disproved, name, text),
    }
}

/// Holds a log against its own first and last record. A chain alone proves only that its records follow each other: a log of other
/// records, or of none, is a chain as well.
#[derive(Default)]
struct Totals {
    /// Byte at which the next record begins.
    offset: usize,
    flows: u64,
    cookies: u64,
    gaps: u64,
    stretches: u64,
    marks: u64,
    choices: u64,
    /// The first thing that does not fit.
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct End {
    flows: u64,
    cookie_events: u64,
    gaps: u64,
    // Absent in version 1 of the log, and where a recording has none.
    #[serde(default)]
    stretches: u64,
    #[serde(default)]
    marks: u64,
    #[serde(default)]
    choices: u64,
}

impl Totals {
    fn see(&mut self, record: u64, line: &[u8]) {
        let place = format!("record {record}, byte {}", self.offset);
        self.offset += line.len() + 1;
        if self.problem.is_some() {
            return;
        }
        self.problem = self.fault(record, line).map(|fault| format!("{place}: {fault}"));
    }

    fn fault(&mut self, record: u64, line: &[u8]) -> Option<String> {
        let Ok(Kind { kind }) = serde_json::from_slice::<Kind<'_>>(line) else { return Some("is no JSON object with a kind".to_owned()) };
        if record == 1 && kind != "header" {
            return Some(format!("the first record is of kind {kind:?}, not \"header\""));
        }
        match &*kind {
            "flow" => self.flows += 1,
            "cookie" => self.cookies += 1,
            "gap" => self.gaps += 1,
            "stretch" => self.stretches += 1,
            "mark" => self.marks += 1,
            "choice" => self.choices += 1,
            "end" => {
                let Ok(end) = serde_json::from_slice::<End>(line) else {
                    return Some("does not say how many flows, cookie_events and gaps there are".to_owned());
                };
                let said = [("flows", end.flows, "flow", self.flows), ("gaps", end.gaps, "gap", self.gaps)];
                let wrong = said.into_iter().chain([
                    ("cookie_events", end.cookie_events, "cookie", self.cookies),
                    ("stretches", end.stretches, "stretch", self.stretches),
                    ("marks", end.marks, "mark", self.marks),
                    ("choices", end.choices, "choice", self.choices),
                ]);
                return wrong
                    .filter(|(_, said, _, found)| said != found)
                    .map(|(member, said, kind, found)| format!("says {said} {member}, but {found} records of kind {kind} come before it"))
                    .next();
            }
            _ => {}
        }
        None
    }
}

/// Whether the head of the evidence log, or of the one in an annex folder, is the one that was kept elsewhere. Whoever rewrites all files
/// can make them fit each other, but not this.
#[must_use]
pub fn verify_head(path: &Path, expected: Digest) -> Check {
    let (path, name) = if path.is_dir() {
        (path.join(EVIDENCE_FILE), EVIDENCE_FILE.to_owned())
    } else {
        (path.to_owned(), path.file_name().unwrap_or_default().to_string_lossy().into_owned())
    };
    let found = fs::read(path)
        .map_err(|error| format!("cannot be read ({error})"))
        .and_then(|log| verify_chain(&log, |_, _| {}).map_err(|problem| problem.to_string()));
    match found {
        Ok(summary) if summary.head == expected => check(Verdict::Proved, &name, "its head is the expected one"),
        Ok(summary) => check(Verdict::Disproved, &name, format!("its head is {}, not {expected} as expected", summary.head)),
        Err(problem) => check(Verdict::Disproved, &name, format!("{problem}; so its head is not {expected} as expected")),
    }
}

/// Checks all files of a folder against its manifest and against each other.
///
/// # Errors
///
/// The folder cannot be read, or is no annex.
pub fn verify_folder(folder: &Path) -> io::Result<Vec<Check>> {
    let manifest = fs::read(folder.join(MANIFEST_FILE))?;
    let mut checks = vec![verify_file(MANIFEST_FILE, &manifest)];
    let Ok(value) = serde_json::from_slice::<Value>(&manifest) else {
        // Its seal may fit all the same: that covers lines, whatever stands in them.
        checks.push(check(Verdict::Disproved, MANIFEST_FILE, "is no valid JSON, so it lists nothing"));
        return Ok(checks);
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut listed = vec![MANIFEST_FILE.to_owned()];
    for row in value["files"].as_array().into_iter().flatten() {
        let name = text(&row["name"]);
        // A manifest is somebody else's text: a name in it must not lead out of the folder.
        if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            checks.push(check(Verdict::Disproved, MANIFEST_FILE, format!("lists {name:?}, which is no file name of an annex")));
            continue;
        }
        let bytes = match fs::read(folder.join(&name)) {
            Ok(bytes) => bytes,
            Err(error) => {
                checks.push(check(Verdict::Disproved, &name, format!("is listed in the manifest but cannot be read ({error})")));
                listed.push(name);
                continue;
            }
        };
        if name == EVIDENCE_FILE || name.ends_with(".json") {
            checks.push(verify_file(&name, &bytes));
        }
        checks.push(if Digest::of(&bytes).to_string() == text(&row["sha256"]) {
            check(Verdict::Proved, &name, format!("{} bytes, as the manifest says", bytes.len()))
        } else {
            let expected = row["bytes"].as_u64().unwrap_or_default();
            let length =
                if bytes.len() as u64 == expected { "the length is right".to_owned() } else { format!("{expected} bytes were written") };
            check(Verdict::Disproved, &name, format!("differs from what the manifest lists ({length}); --capture finds the byte"))
        });
        listed.push(name);
    }
    let compares = value["made"]["kind"] == COMPARISON_FOLDER;
    let over_a_case = compares || value["made"]["kind"] == LINKAGE_FOLDER;
    // An annex without these is none: a manifest that lists nothing would otherwise hold.
    let least: &[&str] = match (compares, over_a_case) {
        (true, _) => &["comparison.json"],
        (_, true) => &["linkage.json"],
        _ => &[EVIDENCE_FILE, ANNEX_FILE],
    };
    for &name in least {
        if !listed.iter().any(|listed| listed == name) {
            checks.push(check(Verdict::Disproved, name, "is missing from the manifest"));
            listed.push(name.to_owned());
        }
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !listed.contains(&name) {
            checks.push(check(Verdict::Disproved, &name, "stands in the folder but not in the manifest"));
        }
    }
    if over_a_case {
        let names: Vec<String> = value["made"]["captures"].as_array().into_iter().flatten().map(|row| text(&row["name"])).collect();
        let remedy = match compares {
            true => "compare them again with `dataspoor compare` and hold the files against these",
            false => "replay them together with --case and compare the files",
        };
        checks.push(check(
            Verdict::CannotBeChecked,
            MANIFEST_FILE,
            format!("the report was made from the recordings {}; {remedy}", names.join(", ")),
        ));
        return Ok(checks);
    }
    checks.extend(one_log(folder));
    Ok(checks)
}

/// Whether annex and evidence log speak of each other. `None` where one of them cannot be read or a record does not fit, which is said
/// elsewhere.
fn one_log(folder: &Path) -> Option<Check> {
    let annex = fs::read(folder.join(ANNEX_FILE)).ok()?;
    let Ok(annex) = serde_json::from_slice::<Value>(&annex) else {
        return Some(check(Verdict::Disproved, ANNEX_FILE, "is no valid JSON, so it names no evidence log"));
    };
    let summary = verify_chain(&fs::read(folder.join(EVIDENCE_FILE)).ok()?, |_, _| {}).ok()?;
    let same = annex["method"]["evidence_head"] == summary.head.to_string() && annex["method"]["evidence_records"] == summary.records;
    Some(if same {
        check(Verdict::Proved, ANNEX_FILE, "names this evidence log by number of records and head")
    } else {
        check(Verdict::Disproved, ANNEX_FILE, "/method, names another evidence log than the one in this folder")
    })
}

/// Makes the annex again from the recording and compares every byte.
///
/// # Errors
///
/// The recording cannot be read.
pub fn verify_rederivation(folder: &Path, capture: &Path, inputs: &Inputs, case: Option<&CaseKey>) -> anyhow::Result<Vec<Check>> {
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join(MANIFEST_FILE))?)?;
    let made = &manifest["made"];
    let text = |key: &str| made[key].as_str().map(str::to_owned);
    let list =
        |key: &str| made[key].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let mut reasons = Vec::new();
    if text("tool_version").as_deref() != Some(TOOL_VERSION) {
        reasons.push(format!("made by version {}, this is {TOOL_VERSION}", text("tool_version").unwrap_or_default()));
    }
    if text("rules_sha256") != Some(inputs.rules.digest().to_string()) {
        reasons.push(format!("other rules (sha256 {}); pass them with --rules", text("rules_sha256").unwrap_or_default()));
    }
    if text("suffix_list") != Some(inputs.suffixes.description())
        || text("suffix_list_sha256") != inputs.suffixes.digest().map(|digest| digest.to_string())
    {
        reasons.push(format!("another Public Suffix List ({}); pass it with --psl", text("suffix_list").unwrap_or_default()));
    }
    let lists = made["lists"].as_array().into_iter().flatten();
    let (names, digests): (Vec<&str>, Vec<&str>) =
        lists.map(|list| (list["name"].as_str().unwrap_or_default(), list["sha256"].as_str().unwrap_or_default())).unzip();
    let used: Vec<String> = inputs.lists.iter().map(|list| list.info().digest.to_string()).collect();
    let missing: Vec<String> = names
        .iter()
        .zip(&digests)
        .filter(|(_, digest)| used.iter().all(|used| used != *digest))
        .map(|(name, digest)| format!("not re-derivable without list {name} (sha256 {digest})"))
        .collect();
    if !missing.is_empty() {
        let text = format!("{}; add what is missing with `dataspoor lists add`, or pass it with --list", missing.join("; "));
        return Ok(vec![check(Verdict::CannotBeChecked, MANIFEST_FILE, text)]);
    }
    if used != digests {
        reasons.push(format!("{} lists (sha256 {}) in that order and no others", digests.len(), digests.join(", ")));
    } else {
        // The name of a list stands in the annex: the same list under another name gives other bytes, which disproves nothing.
        for (list, name) in inputs.lists.iter().map(OutsideList::info).zip(names).filter(|(list, name)| list.name != **name) {
            reasons.push(format!("the list {:?} under the name {name:?}; rename the file to that", list.name));
        }
    }
    // An annex from before there were planted values names none.
    let searched = inputs.planted.as_ref().map(Planted::names).unwrap_or_default();
    let made_with = (list("seeds_searched"), list("seeds_not_searched"));
    if made_with.0 != searched.0 && searched.0.is_empty() {
        reasons.push(format!("a search for the planted values {}; pass their key with --seeds-key, and --case", made_with.0.join(", ")));
    } else if made_with.0 != searched.0 || made_with.1 != searched.1 {
        let words = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        reasons.push(format!(
            "a search for other planted values (searched: {}; not searched: {}); with --seeds-key, or without",
            words(&made_with.0),
            words(&made_with.1)
        ));
    }
    let subject = match Capture::is_at(capture) {
        true => inputs.subject_of(&Capture::open(capture)?.session, None, false),
        // Neither of the members that are compared here depends on the page that a recording made elsewhere is about.
        false => inputs.subject(None, false),
    };
    let platform = subject.parties.platform.map(|owner| inputs.rules.owners[owner].id.clone());
    let sites = &subject.parties.platform_sites;
    if list("auditee") != subject.parties.auditee
        || text("platform") != platform
        || list("platform_sites") != *sites
        || (made["in_case"] == true) != subject.parties.in_case
    {
        reasons.push("other --auditee or --platform, or another --case".to_owned());
    }
    if !reasons.is_empty() {
        return Ok(vec![check(Verdict::CannotBeChecked, MANIFEST_FILE, format!("the annex was made with: {}", reasons.join("; ")))]);
    }
    let options = Options {
        page: text("page"),
        languages: list("languages").iter().filter_map(|language| language.parse::<Lang>().ok()).collect(),
        full_urls: text("urls").as_deref() == Some("full"),
        har: har::Options {
            partial: made["partial"] == true,
            max_entry_bytes: made["max_entry_bytes"].as_u64().unwrap_or_else(|| har::Options::default().max_entry_bytes),
        },
        case: case.cloned(),
    };
    // Apart from each other, because the recording may have any name, that of the folder of the annex too.
    let (input, output) = (tempfile::tempdir()?, tempfile::tempdir()?);
    // The name of the recording stands in the annex; it may lie under another one here.
    let name = made["capture"]["name"].as_str().unwrap_or("recording").replace(['/', '\0'], "_");
    let named = input.path().join(if matches!(&*name, "" | "." | "..") { "recording" } else { &name });
    if capture.is_dir() {
        std::os::unix::fs::symlink(fs::canonicalize(capture)?, &named)?;
    } else {
        fs::copy(capture, &named)?;
    }
    let again = output.path().join("again");
    let replayed = replay(&named, inputs, &options, Some(&again))?;
    let mut checks = Vec::new();
    let expected = made["capture"]["sha256"].as_str().unwrap_or_default();
    if replayed.capture.digest.to_string() != expected {
        let text = format!("is another recording (sha256 {}) than the annex was made from ({expected})", replayed.capture.digest);
        return Ok(vec![check(Verdict::Disproved, &capture.display().to_string(), text)]);
    }
    let mut names: Vec<_> = fs::read_dir(&again)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<_>>()?;
    names.sort();
    for name in names {
        let name = name.to_string_lossy().into_owned();
        let (Ok(old), new) = (fs::read(folder.join(&name)), fs::read(again.join(&name))?) else {
            checks.push(check(Verdict::Disproved, &name, "is missing"));
            continue;
        };
        checks.push(match first_difference(&old, &new) {
            None => check(Verdict::Proved, &name, "made again from the recording, byte for byte the same"),
            Some(at) => {
                let line = 1 + old[..at].iter().filter(|&&byte| byte == b'\n').count();
                check(Verdict::Disproved, &name, format!("record {line}, byte {at}: differs from what the recording gives"))
            }
        });
    }
    Ok(checks)
}

fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    (same < one.len().max(other.len())).then_some(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Chain;

    /// The log with these records, and the byte at which each begins.
    fn log(records: &[&str]) -> (Vec<u8>, Vec<usize>) {
        let (mut chain, mut log, mut starts) = (Chain::default(), Vec::new(), Vec::new());
        for record in records {
            starts.push(log.len());
            chain.append(record.as_bytes(), &mut log);
        }
        (log, starts)
    }

    #[test]
    fn a_log_is_held_against_its_own_first_and_last_record() {
        const HEADER: &str = r#"{"kind":"header"}"#;
        const END: &str = r#"{"kind":"end","flows":2,"cookie_events":1,"gaps":1}"#;
        let [flow, cookie, gap] = [r#"{"kind":"flow"}"#, r#"{"kind":"cookie"}"#, r#"{"kind":"gap"}"#];
        let sound = [HEADER, r#"{"kind":"page"}"#, flow, cookie, flow, gap, END];
        assert_eq!(verify_file(EVIDENCE_FILE, &log(&sound).0).verdict, Verdict::Proved);
        for (records, record, words) in [
            (&sound[1..], 1, "the first record is of kind \"page\", not \"header\""),
            (&[END], 1, "not \"header\""),
            (&[HEADER, END], 2, "says 2 flows, but 0 records of kind flow"),
            (&[HEADER, flow, cookie, gap, END], 5, "says 2 flows, but 1 records of kind flow"),
            (&[HEADER, flow, flow, gap, END], 5, "says 1 cookie_events, but 0 records of kind cookie"),
            (&[HEADER, flow, flow, cookie, gap, gap, END], 7, "says 1 gaps, but 2 records of kind gap"),
            (&[HEADER, r#"{"kind":"end","flows":0,"gaps":0}"#], 2, "does not say how many"),
            (&[HEADER, r#"{"no":"kind"}"#, END], 2, "is no JSON object with a kind"),
            (&[HEADER, r#"{"kind":"flow","kind":"page"}"#, END], 2, "is no JSON object with a kind"),
        ] {
            let (log, starts) = log(records);
            let found = verify_file(EVIDENCE_FILE, &log);
            let place = format!("record {record}, byte {}: ", starts[record - 1]);
            assert_eq!(found.verdict, Verdict::Disproved, "{words}");
            assert!(found.text.starts_with(&place) && found.text.contains(words), "{} is not {place}{words}", found.text);
        }
    }

    /// The digests of a seal cover lines, whatever stands in them.
    #[test]
    fn a_manifest_whose_seal_fits_must_still_be_json() {
        let body = "{\nno JSON,\n";
        let digest = |text: &str| Digest::of(text.as_bytes()).to_string();
        let lines = format!("\"{:.16}\",\n\"{:.16}\" \n", digest("{\n"), digest(body));
        let covered = format!("{body}\"integrity\":{{\"algorithm\":\"sha-256\",\"lines\":[\n{lines}],\n\"digest\":\"");
        let forged = format!("{covered}{}\"}}\n}}\n", digest(&covered));
        assert_eq!(verify_file(MANIFEST_FILE, forged.as_bytes()).verdict, Verdict::Proved);
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join(MANIFEST_FILE), forged).expect("write");
        let checks = verify_folder(folder.path()).expect("a folder");
        assert!(checks.iter().any(|check| check.verdict == Verdict::Disproved && check.text.contains("JSON")), "{checks:?}");
    }
}
