//! How findings of `dataspoor verify` are told: line by line, or as one JSON document that says the same.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Outcome;
use crate::batch::{Check, Verdict};
use crate::report::{TOOL, TOOL_VERSION};

/// Version of the JSON document.
const VERSION: u32 = 1;

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Each thing that was looked at, with its checks.
    parts: Vec<(PathBuf, Vec<Check>)>,
    /// What the proof rests on; empty: nothing is said.
    pub(super) rests_on: String,
    /// Whether that is said although something could not be checked.
    pub(super) even_if_open: bool,
    /// What outside times vouch for, which is said whatever else was found.
    pub(super) times: String,
}

impl Findings {
    /// Adds what was found of the thing at `path`.
    pub(super) fn add(&mut self, path: &Path, checks: Vec<Check>) {
        self.parts.push((path.to_owned(), checks));
    }

    fn checks(&self) -> impl Iterator<Item = (PathBuf, &Check)> {
        let place = |path: &PathBuf, check: &Check| if check.file.is_empty() { path.clone() } else { path.join(&check.file) };
        self.parts.iter().flat_map(move |(path, checks)| checks.iter().map(move |check| (place(path, check), check)))
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.checks().filter(|(_, check)| check.verdict == verdict).count()
    }

    /// What it came to.
    pub(super) fn outcome(&self) -> Outcome {
        if self.count(Verdict::Disproved) > 0 {
            Outcome::Differs
        } else if self.count(Verdict::CannotBeChecked) > 0 {
            Outcome::Impossible
        } else {
            Outcome::Done
        }
    }

    fn said(&self) -> Option<&str> {
        let fits = match self.outcome() {
            Outcome::Done => true,
            Outcome::Impossible => self.even_if_open,
            Outcome::Differs => false,
        };
        (fits && !self.rests_on.is_empty()).then_some(self.rests_on.as_str())
    }

    /// Prints it. `quiet`: only what does not hold or could not be checked.
    pub(super) fn tell(&self, quiet: bool) -> io::Result<Outcome> {
        let mut out = io::stdout().lock();
        for (place, check) in self.checks() {
            if !quiet || check.verdict != Verdict::Proved {
                writeln!(out, "{}: {}: {}", check.verdict.words(), place.display(), check.text)?;
            }
        }
        if !quiet {
            match self.said() {
                Some(said) => writeln!(out, "What this rests on: {said}")?,
                None if !self.times.is_empty() => writeln!(out, "Outside times: {}", self.times.trim_end())?,
                None => {}
            }
        }
        Ok(self.outcome())
    }

    /// Prints it as one JSON document.
    pub(super) fn tell_json(&self, path: &Path) -> io::Result<Outcome> {
        let outcome = self.outcome();
        let checks: Vec<Value> = self
            .checks()
            .map(|(file, check)| {
                let (place, text) = place_and_text(&check.text);
                let mut row = json!({ "verdict": id(check.verdict), "file": file.to_string_lossy() });
                if let Some(place) = place {
                    row["place"] = place.into();
                }
                row["text"] = text.into();
                row
            })
            .collect();
        let (verdict, code) = match outcome {
            Outcome::Done => (Verdict::Proved, 0),
            Outcome::Differs => (Verdict::Disproved, 1),
            Outcome::Impossible => (Verdict::CannotBeChecked, 2),
        };
        let document = json!({
            "format": "dataspoor-verification",
            "version": VERSION,
            "tool": format!("{TOOL} {TOOL_VERSION}"),
            "path": path.to_string_lossy(),
            "summary": {
                "verdict": id(verdict),
                "exit_code": code,
                "proved": self.count(Verdict::Proved),
                "disproved": self.count(Verdict::Disproved),
                "cannot_be_checked": self.count(Verdict::CannotBeChecked),
            },
            "checks": checks,
            "rests_on": self.said(),
            "outside_times": (!self.times.is_empty()).then(|| self.times.trim_end()),
        });
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &document)?;
        writeln!(out)?;
        Ok(outcome)
    }
}

fn id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::Disproved => "disproved",
        Verdict::CannotBeChecked => "cannot-be-checked",
    }
}

/// The place at which a text begins, such as `record 3, byte 120` or `/files`, and the rest of it.
fn place_and_text(text: &str) -> (Option<&str>, &str) {
    if text.starts_with('/') {
        return text.split_once(", ").map_or((None, text), |(place, rest)| (Some(place), rest));
    }
    let counts = |word: &str| {
        let word = word.trim_end_matches(',');
        ["record", "byte", "line", "entry", "at"].contains(&word) || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text.split_once(": ") {
        Some((place, rest)) if place.split(' ').all(counts) => (Some(place), rest),
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_texts() {
        for (text, expected) in [
            ("record 3, byte 120: does not fit", (Some("record 3, byte 120"), "does not fit")),
            ("record at byte 7: is torn", (Some("record at byte 7"), "is torn")),
            ("/files, does not state it", (Some("/files"), "does not state it")),
            ("record 3 existed at 2026: now", (None, "record 3 existed at 2026: now")),
            ("whole: yes", (None, "whole: yes")),
            ("12 files", (None, "12 files")),
        ] {
            assert_eq!(place_and_text(text), expected);
        }
    }

    #[test]
    fn the_worst_verdict_decides_and_only_what_holds_says_what_it_rests_on() {
        let check = |verdict| Check { verdict, file: String::new(), text: "t".to_owned() };
        let mut findings = Findings { rests_on: "r".to_owned(), ..Findings::default() };
        assert_eq!((findings.outcome(), findings.said()), (Outcome::Done, Some("r")));
        findings.add(Path::new("a"), vec![check(Verdict::Proved), check(Verdict::CannotBeChecked)]);
        assert_eq!((findings.outcome(), findings.said()), (Outcome::Impossible, None));
        findings.even_if_open = true;
        assert_eq!(findings.said(), Some("r"));
        findings.add(Path::new("b"), vec![check(Verdict::Disproved)]);
        assert_eq!((findings.outcome(), findings.said()), (Outcome::Differs, None));
    }
}
