//! What outside times vouch for in a recording: each token is held against the record that it names, their order is looked at, and what no time vouches for is said.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::plain;
use crate::batch::{Check, Verdict};
use crate::capture::{FoundTime, TimeLine, Times};
use crate::evidence::{Anchors, CheckedTime, check_time};
use crate::model::{Digest, Timestamp};

/// Authorities whose clocks differ by this much, beyond what each says of itself, contradict each other. Nanoseconds; RFC 3161 lets a time be cut to whole seconds.
const SLACK: i64 = 2_000_000_000;

/// Which authorities are trusted.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TrustedTimes {
    /// Certificates of authorities for timestamps that you trust (PEM): the chain of each token must lead to one of them. Without this it is not checked.
    #[arg(long, value_name = "FILE")]
    tsa_roots: Option<PathBuf>,
}

impl TrustedTimes {
    fn anchors(&self) -> anyhow::Result<Anchors> {
        let Some(path) = &self.tsa_roots else { return Ok(Anchors::default()) };
        let text = fs::read(path).with_context(|| format!("{}: cannot be read; check the path", path.display()))?;
        Anchors::from_pem(&text).with_context(|| format!("{}: name a file of certificates in PEM", path.display()))
    }

    /// Checks the times of a recording whose custody log holds. The sentence says what they vouch for, and what they do not.
    pub(super) fn checks(&self, folder: &Path) -> anyhow::Result<(Vec<Check>, String)> {
        let anchors = self.anchors()?;
        let times = Times::read(folder)?;
        let mut checks = Vec::new();
        let mut held = Vec::new();
        let mut unanswered = 0;
        for found in &times.found {
            let (verdict, text) = match one(found, &anchors) {
                One::Unanswered => {
                    unanswered += 1;
                    continue;
                }
                One::Holds(line, time) => {
                    let text = words(&line, &time);
                    held.push((line, time));
                    (Verdict::Proved, text)
                }
                One::Not(verdict, text) => (verdict, text),
            };
            let place = found.own_record.map(|record| format!("record {record}: ")).unwrap_or_default();
            checks.push(Check { verdict, file: found.file.clone(), text: format!("{place}{}", plain(&text)) });
        }
        held.sort_by_key(|(line, time)| (line.record, time.says.time));
        checks.extend(order(&held));
        if anchors.is_empty() && !held.is_empty() {
            let file = crate::capture::CUSTODY_FILE.to_owned();
            let text = "whether these times come from authorities that deserve trust: the chain of their certificates was not checked, and anybody can make a \
                        certificate; name those you trust with --tsa-roots FILE";
            checks.push(Check { verdict: Verdict::CannotBeChecked, file, text: text.to_owned() });
        }
        let mut sentence = rests_on(&held, times.records);
        if unanswered > 0 {
            let times = if unanswered == 1 { "Once".to_owned() } else { format!("{unanswered} times") };
            sentence.push_str(&format!("{times} no authority gave a time; the log says why. "));
        }
        Ok((checks, sentence))
    }
}

/// What became of one attempt.
enum One {
    /// No authority answered: no token to check.
    Unanswered,
    Holds(Box<TimeLine>, Box<CheckedTime>),
    Not(Verdict, String),
}

fn one(found: &FoundTime, anchors: &Anchors) -> One {
    let wrong = |text: String| One::Not(Verdict::Disproved, text);
    let line = match &found.line {
        Ok(line) => line,
        Err(what) => return wrong(what.clone()),
    };
    let Some(stamp) = &line.stamp else { return One::Unanswered };
    let Ok(over) = line.over.parse::<Digest>() else { return wrong("names no digest".to_owned()) };
    match found.found {
        None => return wrong(format!("is over record {}, which the custody log does not have", line.record)),
        Some(found) if found != over => {
            return wrong(format!("is over a record {} with the digest {over}, but that record has the digest {found}", line.record));
        }
        Some(_) => {}
    }
    let Ok(token) = STANDARD.decode(&stamp.token) else { return wrong("holds a token that is not base64".to_owned()) };
    match check_time(&token, &over, None, anchors) {
        Ok(time) if time.says.time.as_nanoseconds() != stamp.time => {
            wrong(format!("says {}, but its token says {}", Timestamp::from_nanoseconds(stamp.time), time.says.time))
        }
        Ok(time) => One::Holds(Box::new(line.clone()), Box::new(time)),
        Err(error) if error.cannot_be_checked() => One::Not(Verdict::CannotBeChecked, format!("over record {}: {error}", line.record)),
        Err(error) => wrong(format!("over record {}: {error}", line.record)),
    }
}

/// What a token that holds says.
fn words(line: &TimeLine, time: &CheckedTime) -> String {
    let accuracy = match time.says.accuracy_us {
        Some(us) if us >= 1_000_000 && us % 1_000_000 == 0 => format!(" (within {} s)", us / 1_000_000),
        Some(us) => format!(" (within {} ms)", us.div_ceil(1000)),
        None => String::new(),
    };
    let chain = match &time.chain_to {
        Some(anchor) => format!("its certificate leads to {anchor}"),
        None => "the chain of its certificate was not checked".to_owned(),
    };
    let Some(stamp) = &line.stamp else { return String::new() };
    let source = stamp.qualified_source.as_ref().map(|source| format!(" by {source}")).unwrap_or_default();
    let claims = if time.says.claims_qualified { "; the token calls itself qualified" } else { "" };
    let clock = match stamp.clock_offset_ms {
        0 => "by the recorder this machine's clock agreed".to_owned(),
        offset => {
            let which = if offset > 0 { "behind" } else { "ahead" };
            format!("by the recorder this machine's clock was {} ms {which}", offset.unsigned_abs())
        }
    };
    format!(
        "record {} existed at {}{accuracy}, says a token signed by {} and asked for at {}; {chain}; qualified, as known at stamping{source}: {}{claims}; {clock}, known to {} ms",
        line.record,
        time.says.time,
        time.signer,
        stamp.authority,
        stamp.qualified,
        stamp.round_trip_ms.div_ceil(2).max(1),
    )
}

/// A later record cannot be older than an earlier one.
fn order(held: &[(Box<TimeLine>, Box<CheckedTime>)]) -> Option<Check> {
    let file = crate::capture::CUSTODY_FILE.to_owned();
    let accuracy = |time: &CheckedTime| i64::try_from(time.says.accuracy_us.unwrap_or_default().saturating_mul(1000)).unwrap_or(i64::MAX);
    let contradiction = held.windows(2).find_map(|pair| {
        let [(earlier, before), (later, after)] = pair else { return None };
        let slack = SLACK.saturating_add(accuracy(before)).saturating_add(accuracy(after));
        let back = before.says.time.as_nanoseconds().saturating_sub(after.says.time.as_nanoseconds());
        // A record can be stamped again later.
        (earlier.record != later.record && earlier.at <= later.at && back > slack).then(|| {
            format!(
                "record {} has the time {}, and the later record {} the earlier time {}",
                earlier.record, before.says.time, later.record, after.says.time
            )
        })
    });
    match contradiction {
        Some(text) => Some(Check { verdict: Verdict::Disproved, file, text: format!("outside times contradict each other: {text}") }),
        None if held.len() > 1 => {
            Some(Check { verdict: Verdict::Proved, file, text: format!("{} outside times follow the order of the records", held.len()) })
        }
        None => None,
    }
}

/// What the times vouch for.
fn rests_on(held: &[(Box<TimeLine>, Box<CheckedTime>)], records: u64) -> String {
    let Some((line, time)) = held.iter().max_by_key(|(line, time)| (line.record, std::cmp::Reverse(time.says.time))) else {
        return "No outside time stands behind this recording: whether all of it was written anew since cannot be told from the log alone. ".to_owned();
    };
    let unless = if time.chain_to.is_some() { "" } else { ", if its certificate is that of an authority you trust" };
    if line.record == records {
        return format!(
            "All {records} records of the custody log existed at {}{unless}: changes since then can be detected. ",
            time.says.time
        );
    }
    format!(
        "Records 1 to {} of {records} existed at {}{unless}: changes to them since then can be detected. No outside time stands behind records {} to {records}: \
         whether they were written anew since cannot be told from the log alone. ",
        line.record,
        time.says.time,
        line.record + 1
    )
}
