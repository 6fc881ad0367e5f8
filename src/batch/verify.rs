//! Checks an annex folder: each file against itself, the files against each other, and all of them against the recording.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::beside::BESIDE_KIND;
use super::compared::COMPARISON_FOLDER;
use super::judge::FORMS;
use super::linked::LINKAGE_FOLDER;
use super::output::MANIFEST_FILE;
use super::report::Form;
use crate::evidence::{verify_chain, verify_seal};
use crate::model::Digest;
use crate::report::evidence_log::EVIDENCE_FILE;

/// The sealed form of the annex.
pub(super) const ANNEX_FILE: &str = "annex.json";

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

pub(super) fn check(verdict: Verdict, file: &str, text: impl Into<String>) -> Check {
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
    let kind = value["made"]["kind"].as_str().unwrap_or_default();
    let compares = kind == COMPARISON_FOLDER;
    // An annex without these is none: a manifest that lists nothing would otherwise hold. What was asked for in other forms only has no JSON.
    let json = value["made"][FORMS].as_array().is_none_or(|forms| forms.iter().any(|form| form == Form::Json.name()));
    let least: &[(&str, bool)] = match kind {
        COMPARISON_FOLDER => &[("comparison.json", json)],
        LINKAGE_FOLDER => &[("linkage.json", true)],
        BESIDE_KIND => &[("beside.json", true)],
        _ => &[(EVIDENCE_FILE, true), (ANNEX_FILE, json)],
    };
    for (name, _) in least.iter().copied().filter(|(_, needed)| *needed) {
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
    if kind == BESIDE_KIND {
        let remedy = "run `dataspoor beside` with another --out and compare the files";
        checks.push(check(Verdict::CannotBeChecked, MANIFEST_FILE, format!("the report was made from a case; {remedy}")));
        return Ok(checks);
    }
    if compares || kind == LINKAGE_FOLDER {
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
