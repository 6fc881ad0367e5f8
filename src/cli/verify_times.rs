//! What outside times vouch for in a recording: each token is held against the record that it names, their order is looked at, and what no time vouches for is said.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::plain;
use crate::batch::{Check, Verdict};
use crate::capture::{FoundTime, PackedCapture, TimeLine, Times};
use crate::compare::{HeldTime, RecordingTimes};
use crate::evidence::{Anchors, CheckedTime, LONGEST_ANSWER, TimeAnswer, check_time};
use crate::model::{Digest, Timestamp};
use crate::package::{SIGNATURE_FILE, TIME_FILE, own, time_files};

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
        let times = Times::read(folder)?;
        let Judged { checks, held, unanswered } = judge(&times, &self.anchors()?);
        Ok((checks, rests_on(&held, times.records) + &unanswered))
    }

    /// Checks the times over the signature of a package, and, if its custody log holds, those in it and beside it. The sentence says what they vouch for.
    pub(super) fn of_package(&self, package: &Arc<PackedCapture>, log_holds: bool) -> anyhow::Result<(Vec<Check>, String)> {
        let anchors = self.anchors()?;
        let (mut checks, over) = over_signature(package, &anchors)?;
        let times = if log_holds { Times::in_package(package)? } else { Times::default() };
        let judged = judge(&times, &anchors);
        checks.extend(judged.checks);
        let sentence = match over {
            None if !log_holds => String::new(),
            None => format!("No outside time stands over a signature of this package. {}", rests_on(&judged.held, times.records)),
            Some(time) => {
                let unless = unless(&time);
                let log = match judged.held.iter().max_by_key(|(line, time)| (line.record, std::cmp::Reverse(time.says.time))) {
                    None => String::new(),
                    Some((line, time)) => {
                        format!(
                            "Of its custody log, records 1 to {} of {} existed at {} already. ",
                            line.record, times.records, time.says.time
                        )
                    }
                };
                let time = time.says.time;
                format!(
                    "The signature over this package existed at {time}{unless}: changes since then to what it covers can be detected. {log}"
                )
            }
        };
        Ok((checks, sentence + &judged.unanswered))
    }
}

/// What the outside times of a recording came to.
struct Judged {
    checks: Vec<Check>,
    /// Those that hold, in the order of the records.
    held: Vec<(Box<TimeLine>, Box<CheckedTime>)>,
    /// How often nobody answered, as a sentence.
    unanswered: String,
}

/// What is said if no anchors were given.
fn untrusted(file: &str) -> Check {
    let text = "whether these times come from authorities that deserve trust: the chain of their certificates was not checked, and anybody can make a \
                certificate; name those you trust with --tsa-roots FILE";
    Check { verdict: Verdict::CannotBeChecked, file: file.to_owned(), text: text.to_owned() }
}

fn unless(time: &CheckedTime) -> &'static str {
    if time.chain_to.is_some() { "" } else { ", if its certificate is that of an authority you trust" }
}

/// The answers of authorities over the signature of a package, and the earliest that holds: one whose chain was checked goes first.
fn over_signature(package: &PackedCapture, anchors: &Anchors) -> anyhow::Result<(Vec<Check>, Option<CheckedTime>)> {
    let (mut checks, mut held) = (Vec::new(), Vec::new());
    let read = |path: &str, most: usize| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        package.open_file(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let signature = own(SIGNATURE_FILE);
    let files = time_files(package);
    if files.is_empty() || !package.has(&signature) {
        // A time without a signature was said of the package.
        return Ok((checks, None));
    }
    let imprint = Digest::of(&read(&signature, 64)?);
    for file in files {
        let bytes = read(&file, LONGEST_ANSWER)?;
        let checked = TimeAnswer::read(&bytes).and_then(|answer| check_time(answer.token, &imprint, None, anchors));
        let (verdict, text) = match checked {
            Ok(time) => {
                let (accuracy, chain, claims) = (accuracy(&time), chain(&time), claims(&time));
                let text = format!(
                    "the signature {signature} existed at {}{accuracy}, says a token signed by {}; {chain}{claims}",
                    time.says.time, time.signer
                );
                held.push(time);
                (Verdict::Proved, text)
            }
            Err(error) if error.cannot_be_checked() => (Verdict::CannotBeChecked, format!("over {signature}: {error}")),
            Err(error) => (Verdict::Disproved, format!("over {signature}: {error}")),
        };
        checks.push(Check { verdict, file, text: plain(&text) });
    }
    if anchors.is_empty() && !held.is_empty() {
        checks.push(untrusted(&own(TIME_FILE)));
    }
    Ok((checks, held.into_iter().min_by_key(|time| (time.chain_to.is_none(), time.says.time))))
}

/// Holds each time against the record that it names.
fn judge(times: &Times, anchors: &Anchors) -> Judged {
    let mut checks = Vec::new();
    let mut held = Vec::new();
    let mut unanswered = 0;
    for found in &times.found {
        let (verdict, text) = match one(found, anchors) {
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
    checks.extend(order(&held, &times.log));
    if anchors.is_empty() && !held.is_empty() {
        checks.push(untrusted(&times.log));
    }
    let unanswered = match unanswered {
        0 => String::new(),
        1 => "Once no authority gave a time; the log says why. ".to_owned(),
        unanswered => format!("{unanswered} times no authority gave a time; the log says why. "),
    };
    Judged { checks, held, unanswered }
}

/// The times of a recording, checked without anybody's anchors: for an annex, which leaves the question of trust to its reader.
pub(super) fn of_recording(times: &Times) -> RecordingTimes {
    let mut of = RecordingTimes::default();
    let anchors = Anchors::default();
    for found in &times.found {
        if found.line.is_err() {
            of.unreadable += 1;
            continue;
        }
        match one(found, &anchors) {
            One::Unanswered => {}
            One::Not(..) => of.not_held += 1,
            One::Holds(line, checked) => {
                of.whole |= line.record == times.records;
                of.held.extend(line.stamp.map(|stamp| HeldTime {
                    authority: stamp.authority,
                    qualified: stamp.qualified,
                    source: stamp.qualified_source,
                    time: checked.says.time.to_string(),
                }));
            }
        }
    }
    of
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

fn accuracy(time: &CheckedTime) -> String {
    match time.says.accuracy_us {
        Some(us) if us >= 1_000_000 && us % 1_000_000 == 0 => format!(" (within {} s)", us / 1_000_000),
        Some(us) => format!(" (within {} ms)", us.div_ceil(1000)),
        None => String::new(),
    }
}

fn chain(time: &CheckedTime) -> String {
    match &time.chain_to {
        Some(anchor) => format!("its certificate leads to {anchor}"),
        None => "the chain of its certificate was not checked".to_owned(),
    }
}

fn claims(time: &CheckedTime) -> &'static str {
    if time.says.claims_qualified { "; the token calls itself qualified" } else { "" }
}

/// What a token that holds says.
fn words(line: &TimeLine, time: &CheckedTime) -> String {
    let (accuracy, chain, claims) = (accuracy(time), chain(time), claims(time));
    let Some(stamp) = &line.stamp else { return String::new() };
    let source = stamp.qualified_source.as_ref().map(|source| format!(" by {source}")).unwrap_or_default();
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
fn order(held: &[(Box<TimeLine>, Box<CheckedTime>)], log: &str) -> Option<Check> {
    let file = log.to_owned();
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
    let unless = unless(time);
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
