//! `dataspoor verify` on the folder of a case: its ledger, that every number has its recording and every recording its number, and what is kept beside
//! them. Says of each what was found; what cannot be known from the folder alone is said too.

use std::collections::BTreeMap;

use anyhow::Context as _;

use super::inventory::{self, Inventory, KeptOnDisk, Stranger, sha256_of};
use super::recovery::take_up_interrupted;
use crate::batch::{Check, Verdict};
use crate::capture::{self, CUSTODY_FILE, SESSION_FILE};
use crate::model::{Digest, Timestamp};
use crate::plan::{Known, OnDisk};
use crate::vault::{CASE_FILE, Case, CaseError, LEDGER_FILE, LedgerLine, LedgerRead, SEEDS_FOLDER};

/// What an honest reader adds to a case that holds.
pub(super) const RESTS_ON: &str = "the ledger and what it knows of fit together. Whether somebody wrote the ledger anew, or cut off its last \
     records together with their recordings, shows only against a head of it kept elsewhere (--expect-head). That the recordings are complete and honest \
     rests on whoever made them.";

/// Checks everything in the folder of a case. `expected`: head of its ledger as it was kept elsewhere.
///
/// # Errors
///
/// A folder cannot be read.
pub(super) fn checks(case: &Case, expected: Option<Digest>) -> anyhow::Result<Vec<Check>> {
    let mut found = Found::default();
    let Some(_) = found.ledger(case) else { return Ok(found.checks) };
    // What was interrupted has its end noted first, as `record` would do it.
    take_up_interrupted(case)?;
    found = Found::default();
    let Some(ledger) = found.ledger(case) else { return Ok(found.checks) };
    if let Some(expected) = expected {
        let verdict = if ledger.head == expected { Verdict::Proved } else { Verdict::Disproved };
        found.add(verdict, LEDGER_FILE, format!("its head is {}; {expected} was expected", ledger.head));
    }
    found.numbers(case, &ledger.lines);
    let inventory = inventory::take(case, &ledger.lines);
    for known in &inventory.known {
        found.recording(case, known, &inventory)?;
    }
    found.kept(&inventory);
    found.seeds(case, &ledger.lines);
    found.times(case, &ledger.lines);
    inventory.strangers.iter().for_each(|stranger| found.stranger(stranger));
    Ok(found.checks)
}

/// Whether the ledger of a case noted the end of a recording with this head. `None`: it notes no end with a head, so nothing can be compared.
pub(super) fn noted_end(case: &Case, number: u64, head: Option<Digest>) -> Option<Check> {
    let lines = case.read_ledger().ok()?.lines;
    let begun = lines.iter().any(|line| matches!(line, LedgerLine::Begun { number: begun, .. } if *begun == number));
    let noted = lines.iter().find_map(|line| match line {
        LedgerLine::Ended { number: ended, custody_head, .. } if *ended == number && !custody_head.is_empty() => {
            Some(custody_head.as_str())
        }
        _ => None,
    });
    let head = head.map(|head| head.to_string()).unwrap_or_default();
    let (verdict, text) = match noted {
        _ if !begun => (Verdict::Disproved, format!("the ledger of case {} knows no recording {number}", case.file.id)),
        None => return None,
        Some(noted) if noted == head => {
            (Verdict::Proved, format!("the ledger of case {} noted this head for recording {number}", case.file.id))
        }
        Some(noted) => (Verdict::Disproved, format!("the ledger of case {} noted the head {noted} for recording {number}", case.file.id)),
    };
    Some(Check { verdict, file: CUSTODY_FILE.to_owned(), text })
}

#[derive(Default)]
struct Found {
    checks: Vec<Check>,
}

impl Found {
    fn add(&mut self, verdict: Verdict, file: impl Into<String>, text: impl Into<String>) {
        self.checks.push(Check { verdict, file: file.into(), text: text.into() });
    }

    fn wrong(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.add(Verdict::Disproved, file, text);
    }

    /// The chain of the ledger. `None`: it does not hold, so that nothing can be held against it.
    fn ledger(&mut self, case: &Case) -> Option<LedgerRead> {
        let ledger = match case.read_ledger() {
            Ok(ledger) => ledger,
            Err(CaseError::Ledger { record, offset, what, .. }) => {
                self.wrong(LEDGER_FILE, format!("record {record}, byte {offset}: {what}"));
                return None;
            }
            Err(error) => {
                self.wrong(LEDGER_FILE, format!("{error}; without it nobody can say which recordings there were"));
                return None;
            }
        };
        let mut text = format!("{} records, each fits the one before; head {}", ledger.lines.len(), ledger.head);
        if ledger.torn > 0 {
            text.push_str(&format!("; {} bytes at its end are a part of a record, as a power cut leaves them", ledger.torn));
        }
        let backwards = backwards(&ledger.lines);
        if !backwards.is_empty() {
            let records: Vec<String> = backwards.iter().map(ToString::to_string).collect();
            text.push_str(&format!("; records {} are earlier than the one before, so a clock was set back", records.join(", ")));
        }
        self.add(Verdict::Proved, LEDGER_FILE, text);
        match ledger.lines.first() {
            Some(LedgerLine::Case { id, .. }) if *id == case.file.id => {}
            Some(LedgerLine::Case { id, .. }) => {
                self.wrong(CASE_FILE, format!("describes case {}, and its ledger is that of case {id}", case.file.id));
            }
            _ => self.wrong(LEDGER_FILE, "record 1, byte 0: does not name the case"),
        }
        Some(ledger)
    }

    /// That every recording has a number of its own, without a hole.
    fn numbers(&mut self, case: &Case, lines: &[LedgerLine]) {
        let mut begun: BTreeMap<u64, u32> = BTreeMap::new();
        let mut ended: BTreeMap<u64, u32> = BTreeMap::new();
        let mut closed = false;
        let mut problems = Vec::new();
        for (line, record) in lines.iter().zip(1_u64..) {
            match line {
                LedgerLine::Begun { number, .. } => {
                    *begun.entry(*number).or_default() += 1;
                    if closed {
                        problems.push(format!("record {record}: recording {number} begins after the case was closed"));
                    }
                }
                LedgerLine::Ended { number, .. }
                | LedgerLine::Discarded { number, .. }
                | LedgerLine::Sealed { number, .. }
                | LedgerLine::Purged { number, .. }
                    if !begun.contains_key(number) =>
                {
                    problems.push(format!("record {record}: speaks of recording {number}, of which no beginning is noted"));
                }
                LedgerLine::Ended { number, .. } => *ended.entry(*number).or_default() += 1,
                LedgerLine::Closed { .. } => closed = true,
                _ => {}
            }
        }
        let last = begun.keys().max().copied().unwrap_or(0);
        let of = |counts: &BTreeMap<u64, u32>, number: u64| counts.get(&number).copied().unwrap_or(0);
        // Whoever writes a huge number into a ledger makes no list as long.
        problems.extend((1..=last).filter(|number| of(&begun, *number) == 0).take(20).map(|number| format!("number {number} is missing")));
        problems.extend(
            begun.iter().filter(|(_, times)| **times > 1).map(|(number, times)| format!("number {number} was given {times} times")),
        );
        problems
            .extend(ended.iter().filter(|(_, times)| **times > 1).map(|(number, times)| format!("recording {number} ended {times} times")));
        if problems.is_empty() {
            let numbers = match last {
                0 => "no recording was begun".to_owned(),
                last => format!("recordings 1 to {last} of case {}, each number once", case.file.id),
            };
            self.add(Verdict::Proved, LEDGER_FILE, numbers);
        }
        problems.into_iter().for_each(|problem| self.wrong(LEDGER_FILE, problem));
    }

    fn recording(&mut self, case: &Case, known: &Known, inventory: &Inventory) -> anyhow::Result<()> {
        let (number, folder) = (known.number, known.folder.clone());
        if folder.is_empty() {
            // Its beginning is missing, which is said of the ledger.
            return Ok(());
        }
        let path = case.folder().join(&folder);
        let unused = known.discarded.as_ref().map(|by| format!("; it is noted as not used ({}: {})", by.by, by.reason)).unwrap_or_default();
        let head = inventory.heads.get(&number);
        match &known.disk {
            OnDisk::There if known.imported.is_some() => {
                self.add(
                    Verdict::Proved,
                    folder,
                    format!("recording {number}: the file that was made elsewhere is the one that the ledger noted{unused}"),
                );
            }
            OnDisk::There => {
                let place = |file: &str| format!("{folder}/{file}");
                let checked = capture::verify(&path, Some(&case.key())).with_context(|| format!("{}: cannot be read", path.display()))?;
                let before = self.checks.len();
                for problem in &checked.problems {
                    self.wrong(place(&problem.file), format!("recording {number}: {}: {}", problem.place, problem.what));
                }
                let entries = known.ended.as_ref().map_or(checked.entries, |ended| ended.entries);
                if checked.entries != entries {
                    self.wrong(
                        place(CUSTODY_FILE),
                        format!("recording {number}: {} exchanges, and the ledger noted {entries}", checked.entries),
                    );
                }
                let said = known.scenario.as_ref().map(|scenario| (scenario.name.clone(), scenario.repetition));
                if said != known.planned {
                    let words = |planned: &Option<(String, u32)>| match planned {
                        Some((name, repetition)) => format!("scenario {name}, repetition {repetition}"),
                        None => "no scenario".to_owned(),
                    };
                    let text = format!("recording {number}: says {}, and the ledger noted {}", words(&said), words(&known.planned));
                    self.wrong(place(SESSION_FILE), text);
                }
                if self.checks.len() == before {
                    match head {
                        Some(head) => {
                            let text = format!(
                                "recording {number}: {} records, head {head} as the ledger noted it, {entries} exchanges{unused}",
                                checked.records
                            );
                            self.add(Verdict::Proved, place(CUSTODY_FILE), text);
                        }
                        None => {
                            let text = format!(
                                "recording {number}: its files fit together, and the ledger noted no head to hold against them{unused}"
                            );
                            self.add(Verdict::CannotBeChecked, place(CUSTODY_FILE), text);
                        }
                    }
                }
            }
            OnDisk::Empty => {
                self.add(
                    Verdict::Proved,
                    folder,
                    format!("recording {number} came to nothing, as the ledger notes; no recording is here{unused}"),
                );
            }
            OnDisk::Purged(at, why) => {
                let held = head.map(|head| format!("; its head of custody was {head}")).unwrap_or_default();
                let text = format!("recording {number} was purged at {at}, as the ledger notes ({why}), and is not here{held}{unused}");
                self.add(Verdict::Proved, folder, text);
            }
            OnDisk::Locked => {
                let text = format!(
                    "recording {number} is encrypted, so nothing in it was checked; pass the file of a private key with --identity{unused}"
                );
                self.add(Verdict::CannotBeChecked, folder, text);
            }
            OnDisk::Lost => {
                let begun = known.begun.map(|begun| format!("begun {begun}")).unwrap_or_default();
                let planned = known
                    .planned
                    .as_ref()
                    .map(|(name, repetition)| format!(", scenario {name}, repetition {repetition}"))
                    .unwrap_or_default();
                let (verdict, held) = match &known.ended {
                    Some(ended) => {
                        let head = head.map(|head| format!(", head {head}")).unwrap_or_default();
                        (Verdict::Disproved, format!("it held {} exchanges{head}", ended.entries))
                    }
                    None => {
                        (Verdict::CannotBeChecked, "the ledger notes no end, so nobody can say whether anything was recorded".to_owned())
                    }
                };
                self.add(verdict, folder, format!("recording {number} of the ledger is not here: {begun}{planned}; {held}{unused}"));
            }
            OnDisk::Running => {
                self.add(
                    Verdict::CannotBeChecked,
                    folder,
                    format!("recording {number} is being recorded at this moment; check it when it has ended"),
                );
            }
            OnDisk::NotTakenUp => {
                let text = format!(
                    "recording {number} was interrupted and could not be taken up, so its end is not noted; see the message about it"
                );
                self.add(Verdict::CannotBeChecked, folder, text);
            }
            OnDisk::Changed(what) | OnDisk::Another(what) => self.wrong(folder, format!("recording {number}: {what}{unused}")),
        }
        Ok(())
    }

    fn kept(&mut self, inventory: &Inventory) {
        for item in &inventory.kept {
            match item.disk {
                KeptOnDisk::There => self.add(Verdict::Proved, &item.file, format!("{} is the file that the ledger noted", item.id)),
                KeptOnDisk::Lost => self.wrong(&item.file, format!("{} of the ledger is not here, or cannot be read", item.id)),
                KeptOnDisk::Changed => self.wrong(&item.file, format!("{} is not the file that the ledger noted", item.id)),
            }
        }
    }

    fn seeds(&mut self, case: &Case, lines: &[LedgerLine]) {
        for line in lines {
            let LedgerLine::SeedAdded { id, file_sha256, .. } = line else { continue };
            let file = format!("{SEEDS_FOLDER}/{id}.age");
            match sha256_of(&case.folder().join(&file)) {
                Ok(found) if found == *file_sha256 => self.add(Verdict::Proved, file, format!("{id} is the file that the ledger noted")),
                Ok(_) => self.wrong(file, format!("{id} is not the file that the ledger noted")),
                Err(error) => self.wrong(file, format!("{id} of the ledger cannot be read ({error})")),
            }
        }
    }

    /// Outside times that were got after a recording had ended: whether they are the files that were noted. What they vouch for shows a check of the recording.
    fn times(&mut self, case: &Case, lines: &[LedgerLine]) {
        for line in lines {
            let LedgerLine::Stamped { number, file, sha256, .. } = line else { continue };
            let folder = lines.iter().find_map(|line| match line {
                LedgerLine::Begun { number: begun, folder, .. } if begun == number => Some(folder.clone()),
                _ => None,
            });
            let file = format!("{}/{file}", folder.unwrap_or_default());
            match sha256_of(&case.folder().join(&file)) {
                Ok(found) if found == *sha256 => {
                    self.add(Verdict::Proved, file, format!("recording {number}: the outside time is the file that the ledger noted"));
                }
                Ok(_) => self.wrong(file, format!("recording {number}: the outside time is not the file that the ledger noted")),
                Err(error) => self.wrong(file, format!("recording {number}: the outside time of the ledger cannot be read ({error})")),
            }
        }
    }

    fn stranger(&mut self, stranger: &Stranger) {
        match (&stranger.case, stranger.number) {
            (Some(_), Some(number)) if stranger.of_this_case => {
                let text = format!(
                    "says that it is recording {number} of this case, and the ledger does not know it there: records were cut off the ledger, or it was put here"
                );
                self.wrong(&stranger.folder, text);
            }
            (Some(case), Some(number)) => {
                let text = format!(
                    "is recording {number} of case {case}; the ledger of this case does not vouch for it. Check it with the folder of its own case"
                );
                self.add(Verdict::CannotBeChecked, &stranger.folder, text);
            }
            _ => {
                let text = "a recording that names no case, or cannot be read; the ledger of this case does not vouch for it";
                self.add(Verdict::CannotBeChecked, &stranger.folder, text);
            }
        }
    }
}

/// Records that are earlier than the one before.
fn backwards(lines: &[LedgerLine]) -> Vec<u64> {
    let at = |line: &LedgerLine| match line {
        LedgerLine::Case { at, .. }
        | LedgerLine::Begun { at, .. }
        | LedgerLine::Ended { at, .. }
        | LedgerLine::Discarded { at, .. }
        | LedgerLine::Kept { at, .. }
        | LedgerLine::SeedAdded { at, .. }
        | LedgerLine::Stamped { at, .. }
        | LedgerLine::Sealed { at, .. }
        | LedgerLine::Shared { at, .. }
        | LedgerLine::Opened { at, .. }
        | LedgerLine::Purged { at, .. }
        | LedgerLine::Closed { at, .. } => Timestamp::parse(at),
    };
    let times: Vec<Option<Timestamp>> = lines.iter().map(at).collect();
    times
        .windows(2)
        .zip(2..)
        .filter(|(pair, _)| matches!(pair, [Some(before), Some(after)] if after < before))
        .map(|(_, record)| record)
        .collect()
}
