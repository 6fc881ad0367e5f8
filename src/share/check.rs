//! Holds a masked copy against the seal of its original: every part that is shown is proved, every one that is not is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::Value;

use super::proof_file::{End, Header, PROOF_FORMAT, ProofLine, ShownLine, WithheldLines};
use crate::capture::{Capture, CaptureError, LogLine};
use crate::evidence::{EntryProof, LinesCheck, MaskedPart, Statement, entries_root, verify_chain, verify_seal};
use crate::model::{Digest, GapKind};

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyProblem {
    /// File of the package below `dataspoor/`.
    pub file: &'static str,
    /// Record, entry or part.
    pub place: String,
    /// What does not hold.
    pub what: String,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct CopyChecked {
    /// What does not hold.
    pub problems: Vec<CopyProblem>,
    /// Entries that were proved.
    pub entries: u64,
    /// Parts that are covered or left out, by entry.
    pub masked: Vec<(u64, MaskedPart)>,
    /// Records of the original's log that are shown and proved.
    pub lines_shown: u64,
    /// Records of the original's log.
    pub lines: u64,
    /// The proofs, for openings.
    pub proofs: BTreeMap<u64, EntryProof>,
    /// Entries of which the seal has no digest.
    pub unsealed: BTreeSet<u64>,
    /// For whom the copy was made.
    pub profile: String,
}

const PROOF: &str = "proof.ndjson";
const SEAL: &str = "original-seal.json";
const CUSTODY: &str = "custody.ndjson";

/// Holds `copy` against `seal`, the statement under which its original was sealed, with the help of `proof`. That the statement is signed, and when, is for
/// others to check; so is that the copy's own files fit together.
///
/// # Errors
///
/// The copy cannot be read.
pub fn check(copy: &Capture, proof: &[u8], seal: &[u8]) -> Result<CopyChecked, CaptureError> {
    let mut checked = CopyChecked::default();
    let statement = match statement(seal) {
        Ok(statement) => statement,
        Err((place, what)) => {
            checked.problem(SEAL, place, what);
            return Ok(checked);
        }
    };
    let mut reading =
        Reading { lines: LinesCheck::default(), says: BTreeMap::new(), exhibits: BTreeMap::new(), next: 1, ended: None, head: None };
    let digest = Digest::of(seal).to_string();
    let mut failed: Vec<(u64, String)> = Vec::new();
    let walked = verify_chain(proof, |record, text| {
        if let Err(what) = reading.record(&mut checked, text, &digest, copy) {
            failed.push((record, what));
        }
    });
    if let Err(problem) = walked {
        checked.problem(PROOF, format!("record {}, byte {}", problem.record, problem.offset), problem.what);
        return Ok(checked);
    }
    failed.into_iter().for_each(|(record, what)| checked.problem(PROOF, format!("record {record}"), what));
    reading.conclude(&mut checked, &statement);
    taken_over(&mut checked, &mut reading, copy)?;
    entries(&mut checked, &statement, copy)?;
    Ok(checked)
}

impl CopyChecked {
    fn problem(&mut self, file: &'static str, place: impl Into<String>, what: impl Into<String>) {
        self.problems.push(CopyProblem { file, place: place.into(), what: what.into() });
    }
}

fn statement(seal: &[u8]) -> Result<Statement, (String, String)> {
    verify_seal(seal).map_err(|problem| (format!("{}, byte {}", problem.record, problem.offset), problem.what.to_owned()))?;
    serde_json::from_slice(seal).map_err(|error| (format!("line {}", error.line()), format!("is no statement of a seal: {error}")))
}

/// What the proof says of the log.
struct Reading {
    lines: LinesCheck,
    /// What shown records say, and how often.
    says: BTreeMap<String, u64>,
    /// SHA-256 of exhibits in shown records.
    exhibits: BTreeMap<String, u64>,
    next: u64,
    ended: Option<End>,
    /// Digest of the last record, if it is shown.
    head: Option<Digest>,
}

impl Reading {
    fn record(&mut self, checked: &mut CopyChecked, text: &[u8], seal: &str, copy: &Capture) -> Result<(), String> {
        let wrong = |error: serde_json::Error| format!("is not what its kind should hold: {error}");
        let kind = LogLine { record: 0, text }.kind().ok_or("is no record")?;
        match kind.as_str() {
            "header" => {
                let header: Header = serde_json::from_slice(text).map_err(wrong)?;
                if header.format != PROOF_FORMAT || header.version != 1 {
                    return Err(format!("is of format {} {}, which this version does not read", header.format, header.version));
                }
                if header.seal != seal {
                    return Err(format!("names another seal than {SEAL}"));
                }
                if copy.session.copy.as_ref().is_none_or(|of| of.seal != seal) {
                    return Err(format!("belongs to {SEAL}, but the session of the copy names another original"));
                }
                checked.profile = header.profile;
                Ok(())
            }
            "line" => {
                let line: ShownLine = serde_json::from_slice(text).map_err(wrong)?;
                self.in_order(line.record)?;
                self.next += 1;
                self.lines.line(&line.leaf_salt, line.text.as_bytes())?;
                checked.lines_shown += 1;
                self.shown(&line)
            }
            "withheld-lines" => {
                let withheld: WithheldLines = serde_json::from_slice(text).map_err(wrong)?;
                self.in_order(withheld.record)?;
                for node in &withheld.nodes {
                    self.lines.withheld(node)?;
                    self.next += node.1;
                }
                Ok(())
            }
            "entry" => {
                let line: ProofLine = serde_json::from_slice(text).map_err(wrong)?;
                if line.unsealed {
                    checked.unsealed.insert(line.proof.entry);
                }
                match checked.proofs.insert(line.proof.entry, line.proof) {
                    None => Ok(()),
                    Some(twice) => Err(format!("proves entry {} a second time", twice.entry)),
                }
            }
            "end" => {
                self.ended = Some(serde_json::from_slice(text).map_err(wrong)?);
                Ok(())
            }
            other => Err(format!("is of the unknown kind {other:?}")),
        }
    }

    fn in_order(&self, record: u64) -> Result<(), String> {
        if record == self.next { Ok(()) } else { Err(format!("is about record {record} of the log, and {} was to come", self.next)) }
    }

    /// A record that is shown must fit its own digest, so that the places in the chain that are shown are those of the chain.
    fn shown(&mut self, line: &ShownLine) -> Result<(), String> {
        let text = &line.text;
        let at = text.rfind(",\"digest\":\"").ok_or_else(|| format!("shows record {} without its digest", line.record))?;
        let digest = Digest::of(&text.as_bytes()[..at]);
        if text[at..] != format!(",\"digest\":\"{digest}\"}}") {
            return Err(format!("shows record {} with a digest that is not its own", line.record));
        }
        let log_line = LogLine { record: line.record, text: text.as_bytes() };
        let says = log_line.says().ok_or_else(|| format!("shows record {}, which is none", line.record))?;
        if log_line.kind().as_deref() == Some("exhibit")
            && let Ok(value) = serde_json::from_str::<Value>(&says)
            && let Some(sha256) = value.get("sha256").and_then(Value::as_str)
        {
            *self.exhibits.entry(sha256.to_owned()).or_default() += 1;
        }
        *self.says.entry(says).or_default() += 1;
        self.head = Some(digest);
        Ok(())
    }

    fn conclude(&mut self, checked: &mut CopyChecked, statement: &Statement) {
        checked.lines = self.lines.records();
        let lines = std::mem::take(&mut self.lines);
        let records = lines.records();
        if records != statement.custody.records {
            checked.problem(
                PROOF,
                "whole",
                format!("tells of {records} records of the log, but {} were sealed", statement.custody.records),
            );
        } else if lines.root() != statement.custody.root {
            checked.problem(PROOF, "whole", "the records of the log that it shows are not those that were sealed".to_owned());
        }
        if self.head.is_some_and(|head| head != statement.custody.head) {
            let what = "the last record of the log that it shows is not the one that was sealed as the last".to_owned();
            checked.problem(PROOF, "whole", what);
        }
        let complete = self.ended.as_ref().is_some_and(|end| end.records == records && end.entries == checked.proofs.len() as u64);
        if !complete {
            checked.problem(PROOF, "last record", "does not say how many records and entries there are".to_owned());
        }
    }
}

/// Whether everything that the copy's own log says apart from the exchanges was said in the original.
fn taken_over(checked: &mut CopyChecked, reading: &mut Reading, copy: &Capture) -> Result<(), CaptureError> {
    let own_gaps = [GapKind::CopyMasked, GapKind::CopyWithheld, GapKind::CopyExhibits]
        .map(|kind| format!("{{\"kind\":\"gap\",\"gap\":\"{}\"", kind.id()));
    copy.log_lines(&mut |line| {
        let (kind, says) = (line.kind().unwrap_or_default(), line.says().unwrap_or_default());
        let of_original = match kind.as_str() {
            "connection" => says.contains("\"host\":"),
            "gap" => !own_gaps.iter().any(|own| says.starts_with(own)),
            "certificate" | "client" | "tunnel" | "mark" | "fact" | "recover" | "time" => true,
            _ => false,
        };
        let known = match kind.as_str() {
            "exhibit" => {
                let sha256 = serde_json::from_str::<Value>(&says).ok();
                let sha256 = sha256.as_ref().and_then(|value| value.get("sha256")).and_then(Value::as_str).unwrap_or_default();
                take(&mut reading.exhibits, sha256)
            }
            _ => !of_original || take(&mut reading.says, &says),
        };
        if !known {
            let what = format!("a record of kind {kind} stands in the copy and is not shown as one of the original");
            checked.problem(CUSTODY, format!("record {}", line.record), what);
        }
        Ok(())
    })
}

fn take(of: &mut BTreeMap<String, u64>, what: &str) -> bool {
    match of.get_mut(what) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// Holds every entry against its proof, and all of them against the seal.
fn entries(checked: &mut CopyChecked, statement: &Statement, copy: &Capture) -> Result<(), CaptureError> {
    let mut seen = BTreeSet::new();
    let proofs = std::mem::take(&mut checked.proofs);
    let read = copy.read(None, &mut |entry| {
        let Some(proof) = proofs.get(&entry.number) else {
            checked.problem(PROOF, format!("entry {}", entry.number), "stands in the copy and has no proof".to_owned());
            return Ok(());
        };
        seen.insert(entry.number);
        match proof.check(&entry.exchange) {
            Ok(masked) => {
                checked.entries += 1;
                checked.masked.extend(masked.into_iter().map(|part| (entry.number, part)));
            }
            Err(problem) => {
                let place = format!("entry {}, part {}", problem.entry, problem.leaf);
                checked.problem(PROOF, place, problem.what.to_owned());
            }
        }
        Ok::<(), io::Error>(())
    });
    checked.proofs = proofs;
    match read {
        Ok(_) => {}
        Err(CaptureError::Damaged { place, what, .. }) => checked.problem(CUSTODY, place, what),
        Err(error) => return Err(error),
    }
    let missing: Vec<u64> = checked.proofs.keys().filter(|number| !seen.contains(number)).copied().collect();
    for number in missing {
        checked.problem(PROOF, format!("entry {number}"), "is proved and does not stand in the copy".to_owned());
    }
    let sealed =
        |(number, proof): (&u64, &EntryProof)| proof.digest().filter(|_| !checked.unsealed.contains(number)).map(|digest| digest.0);
    let root = entries_root(checked.proofs.iter().map(sealed));
    if root != statement.entries {
        checked.problem(PROOF, "whole", "its entries are not those that were sealed".to_owned());
    }
    Ok(())
}
