//! Makes the annex of a recording again as its manifest says that it was made: to compare every byte, or to put one in its place that says what the
//! ledger of the case has noted since.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::house;
use super::judge::{ASSESSED, ASSESSMENT_FILE, AT_RISK, FORMS, Inputs, NOT_USED, Options, RISKS_FILE};
use super::output::MANIFEST_FILE;
use super::replay::replay;
use super::verify::{ANNEX_FILE, Check, Verdict, check};
use crate::analysis::Planted;
use crate::capture::{Capture, ImportedCapture, PackedCapture};
use crate::evidence::CaseKey;
use crate::interop::har;
use crate::model::{Decision, Digest};
use crate::report::assessment::Assessment;
use crate::report::risks::Risks;
use crate::report::{TOOL_VERSION, text::Lang};
use crate::rules::OutsideList;

/// What of a case bears on the annexes of its recordings.
#[derive(Clone, Default)]
pub struct OfCase {
    /// Its key.
    pub key: Option<CaseKey>,
    /// Which of its recordings are not used, by number, as its ledger notes it. `None`: the ledger cannot be read.
    pub decisions: Option<BTreeMap<u64, Decision>>,
}

/// How an annex was made, as its manifest says.
fn made(folder: &Path) -> anyhow::Result<Value> {
    let mut manifest: Value = serde_json::from_slice(&fs::read(folder.join(MANIFEST_FILE))?)?;
    Ok(manifest["made"].take())
}

/// A recording of ours, in a folder or in a sealed package.
fn ours(capture: &Path) -> anyhow::Result<Option<Capture>> {
    Ok(match () {
        () if Capture::is_at(capture) => Some(Capture::open(capture)?),
        () if PackedCapture::is_at(capture) => Some(Capture::in_package(&Arc::new(PackedCapture::open(capture)?))?),
        () => None,
    })
}

/// The number that a recording has in its case.
fn number_of(capture: &Path) -> anyhow::Result<Option<u64>> {
    if let Some(ours) = ours(capture)? {
        return Ok(ours.session.case.map(|case| case.number));
    }
    Ok(match () {
        () if ImportedCapture::is_at(capture) => Some(ImportedCapture::open(capture)?.description.case.number),
        () => None,
    })
}

/// How an annex is made again, without a decision about its recording. The inner error: it cannot be with what is there, and what is missing.
fn again(made: &Value, folder: &Path, capture: &Path, inputs: &Inputs, case: Option<&CaseKey>) -> anyhow::Result<Result<Options, String>> {
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
        return Ok(Err(text));
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
    let mut beside = |digest: &Value, file: &str| {
        let digest = digest.as_str()?;
        let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
        if Digest::of(text.as_bytes()).to_string() == digest {
            return Some(text);
        }
        reasons.push(format!("another {file} (sha256 {digest}) than the one beside it"));
        None
    };
    // What has the digest of what was read then is read again.
    let assessment = beside(&made[ASSESSED], ASSESSMENT_FILE).and_then(|text| Assessment::parse(&text).ok()).map(Arc::new);
    let risks = beside(&made[AT_RISK], RISKS_FILE).and_then(|text| Risks::parse(&text).ok()).map(Arc::new);
    let house = house::beside(folder, made).unwrap_or_else(|why| {
        reasons.push(why);
        None
    });
    let subject = match ours(capture)? {
        Some(ours) => inputs.subject_of(&ours.session, None, false),
        // Neither of the members that are compared here depends on the page that a recording made elsewhere is about.
        None => inputs.subject(None, false),
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
    let (mut forms, mut missing) = (Vec::new(), Vec::new());
    for name in list(FORMS) {
        match name.parse() {
            Ok(form) => forms.push(form),
            Err(error) => missing.push(format!("{error}")),
        }
    }
    reasons.extend(missing);
    if !reasons.is_empty() {
        return Ok(Err(format!("the annex was made with: {}", reasons.join("; "))));
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
        decisions: BTreeMap::new(),
        assessment,
        risks,
        house: house.map(Arc::new),
        forms,
        keep_report: false,
    };
    Ok(Ok(options))
}

/// Makes the annex in `folder` again in its place, the way it was made before, with what the ledger of the case notes now. Gives the reason if it cannot be
/// made the same way with what is there; it then stands as it was.
///
/// # Errors
///
/// The recording cannot be read, or the annex cannot be written.
pub fn remake(folder: &Path, capture: &Path, inputs: &Inputs, case: &OfCase) -> anyhow::Result<Result<(), String>> {
    let options = match again(&made(folder)?, folder, capture, inputs, case.key.as_ref())? {
        Ok(options) => Options { decisions: case.decisions.clone().unwrap_or_default(), ..options },
        Err(why) => return Ok(Err(why)),
    };
    replay(capture, inputs, &options, Some(folder))?;
    Ok(Ok(()))
}

/// What an annex says of a decision about its recording, held against the ledger.
fn decided(said: Option<&Decision>, number: Option<u64>, ledger: Option<&BTreeMap<u64, Decision>>) -> Option<Check> {
    let words = |decision: &Decision| {
        format!("record {} of the ledger: {}, {}: {}", decision.ledger_record, decision.by, decision.at, decision.reason)
    };
    let noted = number.zip(ledger).and_then(|(number, decisions)| decisions.get(&number));
    let (verdict, text) = match (said, noted) {
        (None, None) => return None,
        (Some(said), Some(noted)) if said == noted => {
            (Verdict::Proved, format!("says that the recording is not used, as the ledger does ({})", words(noted)))
        }
        (Some(said), Some(noted)) => (
            Verdict::Disproved,
            format!("says that the recording is not used ({}), and the ledger says otherwise ({})", words(said), words(noted)),
        ),
        (Some(said), None) if ledger.is_none() => (
            Verdict::CannotBeChecked,
            format!("says that the recording is not used ({}); the ledger cannot be read to hold that against it", words(said)),
        ),
        (Some(said), None) => {
            (Verdict::Disproved, format!("says that the recording is not used ({}), and the ledger notes nothing of the kind", words(said)))
        }
        // The ledger goes on growing, so this disproves nothing.
        (None, Some(noted)) => (
            Verdict::Proved,
            format!(
                "was made without the decision not to use the recording ({}); `dataspoor replay` with --case makes one that says it",
                words(noted)
            ),
        ),
    };
    Some(check(verdict, ANNEX_FILE, text))
}

/// Makes the annex again from the recording and compares every byte. An annex from before the recording was discarded is made again without that.
///
/// # Errors
///
/// The recording cannot be read.
pub fn verify_rederivation(folder: &Path, capture: &Path, inputs: &Inputs, case: &OfCase) -> anyhow::Result<Vec<Check>> {
    let made = made(folder)?;
    let mut options = match again(&made, folder, capture, inputs, case.key.as_ref())? {
        Ok(options) => options,
        Err(why) => return Ok(vec![check(Verdict::CannotBeChecked, MANIFEST_FILE, why)]),
    };
    let number = number_of(capture)?;
    let said: Option<Decision> = serde_json::from_value(made[NOT_USED].clone()).ok();
    let mut checks: Vec<Check> = decided(said.as_ref(), number, case.decisions.as_ref()).into_iter().collect();
    options.decisions.extend(number.zip(said));
    // Apart from each other, because the recording may have any name, that of the folder of the annex too.
    let (input, output) = (tempfile::tempdir()?, tempfile::tempdir()?);
    // The name of the recording stands in the annex; it may lie under another one here.
    let name = made["capture"]["name"].as_str().unwrap_or("recording").replace(['/', '\0'], "_");
    let named = input.path().join(if matches!(&*name, "" | "." | "..") { "recording" } else { &name });
    // A package is read where it lies; other files may be long too, but their readers look at what they are named.
    if capture.is_dir() || PackedCapture::is_at(capture) {
        std::os::unix::fs::symlink(fs::canonicalize(capture)?, &named)?;
    } else {
        fs::copy(capture, &named)?;
    }
    let again = output.path().join("again");
    let replayed = replay(&named, inputs, &options, Some(&again))?;
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
