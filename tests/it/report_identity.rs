//! The same captures, rules and settings give the same bytes in every form: in another run, another time zone, under another language of the machine, in
//! another folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::corpus::{run_in, scratch, tree};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-demo");
const HAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-ministry-page.har");

/// Two machines that have little in common: time zones of half and three quarters of an hour on both sides of the date line, a language in which a capital I is
/// no I, and one with decimal commas.
const MACHINES: [[(&str, &str); 3]; 2] = [
    [("TZ", "America/St_Johns"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
    [("TZ", "Pacific/Chatham"), ("LANG", "nl_NL.UTF-8"), ("LC_ALL", "nl_NL.UTF-8")],
];

/// Every form that this build knows, as it says itself.
pub(crate) fn forms(folder: &Path) -> Vec<String> {
    let ran = run_in(folder, ["report", HAR, "--format", "no-such-form"]);
    let known = ran.err.split_once("write one of ").unwrap_or_else(|| panic!("{}", ran.err)).1;
    let forms: Vec<String> = known.lines().next().unwrap_or_default().split(", ").map(|form| form.trim().to_owned()).collect();
    assert!(forms.len() >= 5 && ["html", "odt", "json", "csv", "xlsx"].iter().all(|form| forms.iter().any(|one| one == form)), "{forms:?}");
    forms
}

/// Files of a run on a machine, with those of every recording and of the comparison.
fn written(folder: &Path, machine: &[(&str, &str)], path: &str, forms: &str, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
    command.current_dir(folder).stdin(Stdio::null()).envs(machine.iter().copied());
    let ran = command.args(["report", path, "--format", forms, "--lang", "nl,en", "--out", out]).output().expect("the program starts");
    assert!(ran.status.success(), "{path}: {}", String::from_utf8_lossy(&ran.stderr));
    tree(&folder.join(out))
}

#[test]
fn every_form_has_the_same_bytes_on_another_machine() {
    let root = scratch();
    let folder = root.path();
    let forms = forms(folder);
    // A case with two recordings that differ, and so a comparison.
    let ok = |arguments: &[&str]| assert_eq!(run_in(folder, arguments).code, 0, "{arguments:?}");
    ok(&["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"]);
    let other = fs::read_to_string(HAR).expect("a recording").replacen("200", "201", 1);
    fs::write(folder.join("other.har"), other).expect("a copy that is not the same");
    ok(&["import", HAR, "--case", "case", "--scenario", "none-page", "--said", "exported by A"]);
    ok(&["import", "other.har", "--case", "case", "--scenario", "none-page"]);

    let (elsewhere, listed) = (folder.join("elsewhere/deeper"), forms.join(","));
    fs::create_dir_all(&elsewhere).expect("a folder");
    let case = folder.join("case");
    for (path, name) in [(DEMO, "recording"), (case.to_str().expect("UTF-8"), "of-the-case")] {
        let one = written(folder, &MACHINES[0], path, &listed, name);
        let other = written(&elsewhere, &MACHINES[1], path, &listed, &format!("{name}-again"));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{path}");
        for (file, bytes) in &one {
            assert!(*bytes == other[file], "{path}: {} differs between two machines", file.display());
        }
        // Every form has left files, in both languages where it has one.
        let count = |ending: &str| one.keys().filter(|file| file.extension().is_some_and(|found| found == ending)).count();
        let folders = if name == "of-the-case" { 3 } else { 1 };
        for form in &forms {
            let least = if matches!(form.as_str(), "html" | "odt" | "pdf" | "xlsx") { 2 * folders } else { folders };
            assert!(count(form) >= least, "{path}: {} files of {form}", count(form));
        }
        assert!(name != "of-the-case" || one.keys().any(|file| file.starts_with("case-annex")), "the case has its annex");
    }
}
