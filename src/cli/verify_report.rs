//! The report in a sealed package: whether its files fit each other, whether the rules and lists that it was made with are there, and whether the recording in the
//! package gives the same bytes again. Made again in memory and in folders for temporary files; nothing is written elsewhere.

use std::fs;
use std::io::Read as _;

use serde_json::Value;

use super::inputs::{key_and_decisions, take_over};
use super::outside::of_annex;
use super::verify::Arguments;
use crate::batch::{Check, Inputs, MANIFEST_FILE, Verdict, verify_folder, verify_rederivation};
use crate::capture::{Capture, PackedCapture};
use crate::model::Digest;
use crate::package::own;
use crate::rules::{ListKind, OutsideList, RuleSet};
use crate::vault::Case;

/// What the names of the files begin with, below the folder of ours.
const REPORT: &str = "report.";
const RULES: &str = "rules.";
const LIST: &str = "list.";

/// Checks the report in the package. `sound`: the recording in it holds. `None`: there is no report.
pub(super) fn checks(
    arguments: &Arguments,
    package: &std::sync::Arc<PackedCapture>,
    case: Option<&Case>,
    sound: bool,
) -> anyhow::Result<Option<Vec<Check>>> {
    let names = named(package, REPORT);
    if names.is_empty() {
        return Ok(None);
    }
    let of_package = |name: &str| own(&format!("{REPORT}{name}"));
    let folder = tempfile::tempdir()?;
    for name in names.iter().filter(|name| is_plain(name)) {
        let mut file = fs::File::create_new(folder.path().join(name))?;
        std::io::copy(&mut package.open_file(&of_package(name))?, &mut file)?;
    }
    if !folder.path().join(MANIFEST_FILE).is_file() {
        let text = "is not in the package, so nobody can say how the report was made".to_owned();
        return Ok(Some(vec![Check { verdict: Verdict::Disproved, file: of_package(MANIFEST_FILE), text }]));
    }
    let mut checks = verify_folder(folder.path())?;
    let manifest: Value = serde_json::from_slice(&fs::read(folder.path().join(MANIFEST_FILE))?).unwrap_or_default();
    let listed = checks.iter().all(|check| check.file != MANIFEST_FILE || check.verdict != Verdict::Disproved);
    let mut found = Vec::new();
    if listed {
        let rules = texts(package)?;
        let lists = lists(package)?;
        found = present(&manifest["made"], &rules, &lists);
        if sound {
            checks.extend(again(arguments, package, folder.path(), case, &manifest["made"], &rules, lists)?);
        }
    }
    let named = |check: Check| Check { file: of_package(&check.file), ..check };
    Ok(Some(checks.into_iter().map(named).chain(found).collect()))
}

/// Files below the folder of ours whose names begin so, without that beginning.
fn named(package: &PackedCapture, begins: &str) -> Vec<String> {
    let begins = own(begins);
    package.in_order().filter_map(|(name, _)| name.strip_prefix(&begins).map(str::to_owned)).collect()
}

/// A package is somebody else's: a name in it must not lead out of a folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn bytes(package: &PackedCapture, path: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    package.open_file(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The rule files in the package. What is no text is none, and the digest of the rules says that something is missing.
fn texts(package: &PackedCapture) -> std::io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in named(package, RULES) {
        if let Ok(text) = String::from_utf8(bytes(package, &own(&format!("{RULES}{name}")))?) {
            found.push((name, text));
        }
    }
    Ok(found)
}

/// The outside lists in the package, by their digests.
fn lists(package: &PackedCapture) -> std::io::Result<Vec<(Digest, Vec<u8>)>> {
    let read = |name: String| bytes(package, &own(&format!("{LIST}{name}"))).map(|bytes| (Digest::of(&bytes), bytes));
    named(package, LIST).into_iter().map(read).collect()
}

fn compiled(rules: &[(String, String)]) -> (RuleSet, usize) {
    let (set, mistakes) = RuleSet::compile_what_holds(rules.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    (set, mistakes.len())
}

/// Whether the rules and lists are there that the report was made with.
fn present(made: &Value, rules: &[(String, String)], lists: &[(Digest, Vec<u8>)]) -> Vec<Check> {
    let wanted = made["rules_sha256"].as_str().unwrap_or_default();
    let found = compiled(rules).0.digest().to_string();
    let (verdict, text) = match found == wanted {
        true => (Verdict::Proved, format!("{} rule files, those that the report was made with (sha256 {found})", rules.len())),
        false => (
            Verdict::CannotBeChecked,
            format!(
                "the report was made with other rules (sha256 {wanted}) than those in the package (sha256 {found}); pass them with --rules"
            ),
        ),
    };
    let mut checks = vec![Check { verdict, file: own("rules.*"), text }];
    for used in made["lists"].as_array().into_iter().flatten() {
        let (name, digits) = (used["name"].as_str().unwrap_or_default(), used["sha256"].as_str().unwrap_or_default());
        let (verdict, text) = match lists.iter().any(|(digest, _)| digest.to_string() == digits) {
            true => (Verdict::Proved, format!("the list {name} (sha256 {digits}), with which the report was made")),
            false => {
                let why = match used["may_be_handed_over"].as_bool() {
                    Some(true) => "",
                    _ => ", whose licence does not let it be handed over or is not known,",
                };
                let text = format!(
                    "the list {name} (sha256 {digits}){why} is not in the package; add it with `dataspoor lists add` or pass it with --list"
                );
                (Verdict::CannotBeChecked, text)
            }
        };
        checks.push(Check { verdict, file: own("list.*"), text });
    }
    checks
}

/// Makes the report again from the recording in the package.
fn again(
    arguments: &Arguments,
    package: &std::sync::Arc<PackedCapture>,
    report: &std::path::Path,
    case: Option<&Case>,
    made: &Value,
    rules: &[(String, String)],
    lists: Vec<(Digest, Vec<u8>)>,
) -> anyhow::Result<Vec<Check>> {
    let open = |text: String| vec![Check { verdict: Verdict::CannotBeChecked, file: MANIFEST_FILE.to_owned(), text }];
    let of_case = Capture::in_package(package)?.session.case;
    if let (Some(of_case), None) = (&of_case, case) {
        let text = format!(
            "not re-derivable without the key of case {}, which makes its fingerprints; pass the folder of the case with --case",
            of_case.id
        );
        return Ok(open(text));
    }
    let case = case.filter(|_| of_case.is_some());
    let mut inputs: Inputs = if rules.is_empty() || arguments.judged_by.rules.is_some() {
        arguments.judged_by.load()?
    } else {
        let (set, mistakes) = compiled(rules);
        arguments.judged_by.with_rules(set, mistakes)?
    };
    case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
    arguments.seeds.plant(&mut inputs, case)?;
    for used in made["lists"].as_array().into_iter().flatten() {
        let digits = used["sha256"].as_str().unwrap_or_default();
        let kind = used["kind"].as_str().and_then(|word| ListKind::ALL.into_iter().find(|kind| kind.name() == word));
        let known = inputs.lists.iter().any(|list| list.info().digest.to_string() == digits);
        let bytes = lists.iter().find(|(digest, _)| digest.to_string() == digits);
        if let (Some(kind), Some((_, bytes)), false) = (kind, bytes, known)
            // One that cannot be read is named as missing.
            && let Ok(list) = OutsideList::read(used["name"].as_str().unwrap_or_default(), bytes, kind)
        {
            inputs.lists.push(list);
        }
    }
    of_annex(&mut inputs, report, case, &arguments.judged_by.store)?;
    verify_rederivation(report, package.path(), &inputs, &key_and_decisions(case))
}
