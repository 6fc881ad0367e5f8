//! Checks an annex folder: each file against itself, the files against each other, and all of them against the recording.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::output::MANIFEST_FILE;
use super::replay::{Inputs, Options, replay};
use crate::evidence::{verify_chain, verify_seal};
use crate::interop::har;
use crate::model::Digest;
use crate::report::evidence_log::EVIDENCE_FILE;
use crate::report::{TOOL_VERSION, text::Lang};

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
        verify_chain(bytes, |_, _| {})
            .map(|summary| format!("{} records, each fits the one before; head {}", summary.records, summary.head))
            .map_err(|problem| problem.to_string())
    } else {
        verify_seal(bytes).map(|()| "every line fits its digest".to_owned()).map_err(|problem| problem.to_string())
    };
    match outcome {
        Ok(text) => check(Verdict::Proved, name, text),
        Err(text) => check(Verdict::Disproved, name, text),
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
    let Ok(value) = serde_json::from_slice::<Value>(&manifest) else { return Ok(checks) };
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
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !listed.contains(&name) {
            checks.push(check(Verdict::Disproved, &name, "stands in the folder but not in the manifest"));
        }
    }
    checks.extend(one_log(folder));
    Ok(checks)
}

/// Whether annex and evidence log speak of each other.
fn one_log(folder: &Path) -> Option<Check> {
    let annex: Value = serde_json::from_slice(&fs::read(folder.join("annex.json")).ok()?).ok()?;
    let summary = verify_chain(&fs::read(folder.join(EVIDENCE_FILE)).ok()?, |_, _| {}).ok()?;
    let same = annex["method"]["evidence_head"] == summary.head.to_string() && annex["method"]["evidence_records"] == summary.records;
    Some(if same {
        check(Verdict::Proved, "annex.json", "names this evidence log by number of records and head")
    } else {
        check(Verdict::Disproved, "annex.json", "/method, names another evidence log than the one in this folder")
    })
}

/// Makes the annex again from the recording and compares every byte.
///
/// # Errors
///
/// The recording cannot be read.
pub fn verify_rederivation(folder: &Path, capture: &Path, inputs: &Inputs) -> anyhow::Result<Vec<Check>> {
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
    let wanted = made["lists"].as_array().into_iter().flatten().map(|list| list["sha256"].as_str().unwrap_or_default().to_owned());
    let wanted: Vec<String> = wanted.collect();
    let given: Vec<String> = inputs.lists.iter().map(|list| list.digest.to_string()).collect();
    if wanted != given {
        reasons.push(format!("{} filter lists (sha256 {}); pass them with --list in that order", wanted.len(), wanted.join(", ")));
    }
    let platform = inputs.parties.platform.map(|owner| inputs.rules.owners[owner].id.clone());
    if list("auditee") != inputs.parties.auditee || text("platform") != platform {
        reasons.push("other --auditee or --platform".to_owned());
    }
    if !reasons.is_empty() {
        return Ok(vec![check(Verdict::CannotBeChecked, MANIFEST_FILE, format!("the annex was made with: {}", reasons.join("; ")))]);
    }
    let options = Options {
        page: text("page"),
        languages: list("languages").iter().filter_map(|language| language.parse::<Lang>().ok()).collect(),
        full_urls: text("urls").as_deref() == Some("full"),
        har: har::Options { partial: made["partial"] == true, ..har::Options::default() },
    };
    let scratch = tempfile::tempdir()?;
    // The name of the recording stands in the annex; it may lie under another one here.
    let name = made["capture"]["name"].as_str().unwrap_or("recording").replace(['/', '\0'], "_");
    let named = scratch.path().join(if name.is_empty() { "recording" } else { &name });
    fs::copy(capture, &named)?;
    let again = scratch.path().join("again");
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
