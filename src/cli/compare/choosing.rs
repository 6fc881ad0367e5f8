//! Which recordings stand on which side: by their paths, by scenario or by day, and of a case what its ledger says of each. Reads no recording but the
//! description of those that may be of an idle browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::capture::Capture;
use crate::plan::Day;
use crate::report::model::comparison::NotUsed;
use crate::vault::{Case, LedgerLine};

/// The setting of a session by which the recording of an idle browser is known.
const BASELINE_OF: &str = "baseline-of";

/// A recording that may be compared.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Candidate {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) number: Option<u64>,
    pub(in crate::cli) name: String,
    pub(in crate::cli) began: Option<String>,
    pub(in crate::cli) planned: Option<(String, u32)>,
    pub(in crate::cli) outcome: Option<String>,
    pub(in crate::cli) side: Option<usize>,
    pub(in crate::cli) not_used: Option<NotUsed>,
    /// Whether it was named by its path: then days do not leave it out.
    named: bool,
}

fn because(why: &'static str) -> Option<NotUsed> {
    Some(NotUsed { why, by: None, at: None, reason: None })
}

/// All recordings of the ledger, in its order, with what it says of each.
pub(in crate::cli) fn candidates(case: Option<&Case>) -> anyhow::Result<Vec<Candidate>> {
    let Some(case) = case else { return Ok(Vec::new()) };
    let ledger = case.ledger()?;
    let mut all: Vec<Candidate> = Vec::new();
    for line in ledger.lines() {
        match line {
            LedgerLine::Begun { number, at, folder, planned, .. } => {
                let path = case.folder().join(folder);
                all.push(Candidate {
                    not_used: because("not-ended"),
                    path,
                    number: Some(*number),
                    name: folder.clone(),
                    began: Some(at.clone()),
                    planned: planned.as_ref().map(|planned| (planned.scenario.clone(), planned.repetition)),
                    outcome: None,
                    side: None,
                    named: false,
                });
            }
            LedgerLine::Ended { number, outcome, .. } => {
                if let Some(one) = all.iter_mut().find(|one| one.number == Some(*number)) {
                    one.outcome.clone_from(outcome);
                    one.not_used = if is_baseline(&one.path) { because("baseline") } else { None };
                }
            }
            _ => {}
        }
    }
    // A recording may be discarded before its end is noted, so decisions come last.
    for line in ledger.lines() {
        if let LedgerLine::Discarded { number, at, by, reason } = line
            && let Some(one) = all.iter_mut().find(|one| one.number == Some(*number))
        {
            one.not_used = Some(NotUsed { why: "discarded", by: Some(by.clone()), at: Some(at.clone()), reason: Some(reason.clone()) });
        }
    }
    Ok(all)
}

fn is_baseline(path: &Path) -> bool {
    Capture::is_at(path) && Capture::open(path).is_ok_and(|capture| capture.session.settings.contains_key(BASELINE_OF))
}

/// Puts candidates on the sides that name them; of a comparison of two sides, the others are not selected.
pub(super) fn chosen(all: &mut Vec<Candidate>, case: Option<&Case>, sides: [&[String]; 2], days: &[String]) -> anyhow::Result<()> {
    for (side, words) in sides.into_iter().enumerate() {
        for word in words {
            if put(all, word, side)? {
                continue;
            }
            match case {
                None => bail!("{word}: there is no such file or folder; scenarios and days are those of a case, which --case names"),
                Some(case) => bail!(
                    "{word}: neither a recording nor a scenario or day of the case in {}; `dataspoor status` lists its scenarios",
                    case.folder().display()
                ),
            }
        }
    }
    let sided = sides.iter().any(|side| !side.is_empty());
    for one in all.iter_mut() {
        let day = |day: &String| one.began.as_deref().is_some_and(|began| began.starts_with(day.as_str()));
        let left_out = !days.is_empty() && !one.named && !days.iter().any(day);
        if one.not_used.is_none() && (left_out || sided && one.side.is_none()) {
            (one.side, one.not_used) = (None, because("not-selected"));
        }
    }
    Ok(())
}

/// Puts what `word` names on `side`. Whether it names anything.
fn put(all: &mut Vec<Candidate>, word: &str, side: usize) -> anyhow::Result<bool> {
    let path = Path::new(word);
    let mut found = false;
    if path.exists() {
        let same = |one: &Candidate| fs::canonicalize(&one.path).ok().is_some_and(|known| fs::canonicalize(path).ok() == Some(known));
        let index = all.iter().position(same);
        let index = index.unwrap_or_else(|| {
            let name = path.file_name().map_or_else(|| word.to_owned(), |name| name.to_string_lossy().into_owned());
            all.push(Candidate {
                path: path.to_owned(),
                number: None,
                name,
                began: None,
                planned: None,
                outcome: None,
                side: None,
                not_used: None,
                named: true,
            });
            all.len() - 1
        });
        let one = &mut all[index];
        one.named = true;
        place(one, word, side)?;
        return Ok(true);
    }
    let day = Day::parse(word).is_some();
    for one in all.iter_mut() {
        let of_day = day && one.began.as_deref().is_some_and(|began| began.starts_with(word));
        if of_day || one.planned.as_ref().is_some_and(|(scenario, _)| fits(word, scenario)) {
            place(one, word, side)?;
            found = true;
        }
    }
    Ok(found)
}

fn place(one: &mut Candidate, word: &str, side: usize) -> anyhow::Result<()> {
    if one.side.is_some_and(|other| other != side) {
        bail!("{word}: {} would stand on both sides; name other recordings, scenarios or days", one.name);
    }
    one.side = Some(side);
    Ok(())
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, wanted) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("no-account.*.page", "no-account.none.page", true),
            ("no-account.*.page", "no-account.none.page2", false),
            ("*.page", "x.page", true),
            ("*", "", true),
            ("a*b*c", "abxbc", true),
            ("a*b*c", "ac", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
