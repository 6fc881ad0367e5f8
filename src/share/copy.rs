//! Makes the recording of a masked copy, and its proof.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::Path;

use super::known::{Known, KnownValue, accounts};
use super::proof_file::Proofs;
use super::{Profile, ShareError};
use crate::analysis::planted::SeedKind;
use crate::capture::{Capture, CopyOf, SECRETS_TO, SessionFile, Writer};
use crate::decode::resolve;
use crate::evidence::{CaseKey, EntryHasher, EntryProof, LinesTree, entries_root};
use crate::model::{
    Body, BodyState, Change, ChangeKind, Digest, Exchange, Exhibit, Gap, GapKind, Locator, Outcome, Part, Timestamp, Unrecorded, UrlParts,
};
use crate::redact::{COPY_REASON, Extent, Masker};
use crate::rules::{RequestFacts, RuleSet};

/// What a copy is made of, and how.
pub struct CopyOrder<'o> {
    /// The original.
    pub original: &'o Capture,
    /// Where it lies, for messages.
    pub path: &'o Path,
    /// The key of its case.
    pub case: Option<&'o CaseKey>,
    /// SHA-256 of the statement under which it was sealed.
    pub seal: Digest,
    /// Rules that say what is a credential, an account number, a harmless parameter.
    pub rules: &'o RuleSet,
    /// Values that must not get out, beside those that rules find.
    pub values: Vec<KnownValue>,
    /// Hosts of the vendor, for [`Profile::Vendor`].
    pub of_vendor: &'o dyn Fn(&str) -> bool,
    /// For whom.
    pub profile: Profile,
    /// Entries whose answers somebody released.
    pub released: BTreeSet<u64>,
    /// Exhibits that somebody released.
    pub released_exhibits: BTreeSet<u64>,
    /// Who masks; its fingerprints are pseudonyms of this copy.
    pub masker: Masker,
    /// Identifier of the copy's session, drawn at random.
    pub id: String,
    /// When it is made.
    pub made: Timestamp,
    /// Settings that the copy's session has besides those of the original.
    pub settings: BTreeMap<String, String>,
}

/// A copy that was made.
#[derive(Debug)]
pub struct Copied {
    /// The proof, for the package.
    pub proof: Vec<u8>,
    /// Entries in which something was covered.
    pub masked: u64,
    /// Entries of which a body was left out.
    pub withheld: u64,
    /// Exhibits that were left out.
    pub exhibits: u64,
    /// Records of the original's log that are shown.
    pub lines_shown: u64,
    /// All of them.
    pub lines: u64,
    /// Account numbers that were found by rules.
    pub accounts: usize,
    /// Labels of values that are too short to be looked for.
    pub too_short: Vec<String>,
    /// Root over the digests of the original's entries.
    pub entries_root: Digest,
    /// Root over the records of its log.
    pub lines_root: Digest,
}

/// Kinds of records that say nothing of a message: they are shown and taken over. A mark is the operator's word, and only for a court.
const TAKEN_OVER: [&str; 8] = ["connection", "certificate", "client", "tunnel", "gap", "fact", "recover", "time"];

/// Makes the recording of the copy in `folder`, which must be empty or not there.
///
/// # Errors
///
/// The original cannot be read or copied, or something that must not get out is still there.
pub fn copy(order: &CopyOrder<'_>, folder: &Path) -> Result<Copied, ShareError> {
    let original = order.original;
    if original.session.case.is_none() {
        return Err(ShareError::NoCase(order.path.to_owned()));
    }
    let Some(case) = order.case else { return Err(ShareError::NoKey(order.path.to_owned())) };
    if original.session.version < 4 {
        return Err(ShareError::Unsalted(order.path.to_owned(), original.session.version));
    }
    let salts = original.salts_key(Some(case));
    let (known, found_accounts) = known_values(order, case)?;
    let mut made = Made { known: &known, order, salts: &salts, masked: Vec::new(), withheld: Vec::new(), digests: BTreeMap::new() };
    let (mut writer, key) = Writer::create(folder, &session(order, &known), None)?;
    let mut hasher = EntryHasher::new(&key);
    let mut proofs = Proofs::default();
    let made_at = order.made.to_string();
    proofs.begin(order.seal, order.profile.id(), &made_at);

    // The log: what is shown of it, and what the copy takes over.
    let mut tree = LinesTree::new(&salts);
    let (mut lines, mut shown, mut ended, mut exhibits) = (0, Vec::new(), None, Vec::new());
    original.log_lines(&mut |line| {
        lines += 1;
        let salt = tree.line(line.text);
        let kind = line.kind().unwrap_or_default();
        let says = line.says().unwrap_or_default();
        if kind == "exhibit" {
            exhibits.push(exhibits.len() as u64 + 1);
        }
        let mark = kind == "mark" && order.profile == Profile::Court;
        let may_be_shown = mark || TAKEN_OVER.contains(&kind.as_str()) || ["header", "exhibit", "end"].contains(&kind.as_str());
        if !may_be_shown || known.stands_in(line.text) {
            return Ok(());
        }
        if kind == "end" {
            ended = end_of(&says);
        }
        if (mark || TAKEN_OVER.contains(&kind.as_str())) && (kind != "connection" || says.contains("\"host\":")) {
            writer.copied(&says);
        }
        shown.push((line.record, salt, String::from_utf8_lossy(line.text).into_owned()));
        Ok(())
    })?;
    let lines_shown = shown.len() as u64;
    proofs.lines(&tree, lines, shown);
    let lines_root = tree.finish().root;

    // The exchanges.
    let mut failed = None;
    // An entry of an interrupted recording may have no digest of its own in the log, so the seal has none either.
    let listed = original.listed(&mut |_| {})?.entries;
    let read = original.read(Some(case), &mut |entry| {
        let number = entry.number;
        let sealed = listed.get(&number).copied().flatten();
        made.digests.insert(number, sealed);
        match made.entry(number, &entry.exchange) {
            Ok((covered, proof)) => {
                proofs.entry(proof, sealed.is_some());
                writer.whole(number, covered, &mut hasher).map_err(|error| {
                    failed = Some(error.into());
                    io::ErrorKind::Other.into()
                })
            }
            Err(error) => {
                failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    read?;
    let entries_root = entries_root(made.digests.values().copied()).root;

    let mut left_out = 0;
    for number in exhibits {
        match order.released_exhibits.contains(&number).then(|| original.exhibit(number)).transpose()?.flatten() {
            Some((exhibit, bytes)) => {
                let (kind, said_by) = (exhibit.kind, exhibit.said_by);
                let shown = Exhibit { kind, said_by, about: exhibit.about, media_type: exhibit.media_type, bytes: bytes.into() };
                writer.exhibit(exhibit.at, &shown);
            }
            None => left_out += 1,
        }
    }
    let (masked, withheld) = (made.masked, made.withheld);
    let mut gap = |kind, entries: &[u64], count: u64| {
        if count > 0 {
            writer.gap(&Gap { kind, since: None, entries: entries.iter().copied().take(10).collect(), count });
        }
    };
    gap(GapKind::CopyMasked, &masked, masked.len() as u64);
    gap(GapKind::CopyWithheld, &withheld, withheld.len() as u64);
    gap(GapKind::CopyExhibits, &[], left_out);
    writer.finish(ended.or(original.session.started()).unwrap_or(order.made))?;
    Ok(Copied {
        proof: proofs.finish(lines),
        masked: masked.len() as u64,
        withheld: withheld.len() as u64,
        exhibits: left_out,
        lines_shown,
        lines,
        accounts: found_accounts,
        too_short: known.too_short.clone(),
        entries_root,
        lines_root,
    })
}

/// When the recording ended, as the last record of its log says.
fn end_of(says: &str) -> Option<Timestamp> {
    let value: serde_json::Value = serde_json::from_str(says).ok()?;
    value.get("at")?.as_i64().map(Timestamp::from_nanoseconds)
}

/// Everything that must not get out.
fn known_values(order: &CopyOrder<'_>, case: &CaseKey) -> Result<(Known, usize), ShareError> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    order.original.read(Some(case), &mut |entry| {
        accounts(&entry.exchange, order.rules, &mut |value| {
            found.insert(value);
        });
        Ok(())
    })?;
    let mut values = order.values.clone();
    let accounts = found.len();
    values.extend(found.into_iter().enumerate().map(|(index, value)| {
        let kind = if value.bytes().all(|byte| byte.is_ascii_digit()) { SeedKind::Number } else { SeedKind::Text };
        KnownValue { label: format!("account-{}", index + 1), kind, value }
    }));
    Ok((Known::new(&values), accounts))
}

/// The session of the copy: what is nobody's secret of that of the original.
fn session(order: &CopyOrder<'_>, known: &Known) -> SessionFile {
    let original = &order.original.session;
    let clean = |text: &str| !known.stands_in(text.as_bytes());
    let kept = |text: &Option<String>| text.clone().filter(|text| clean(text));
    let mut settings: BTreeMap<String, String> = original.settings.clone();
    settings.retain(|name, value| name != SECRETS_TO && clean(value));
    settings.extend(order.settings.iter().map(|(name, value)| (name.clone(), value.clone())));
    SessionFile {
        version: crate::capture::CAPTURE_VERSION,
        id: order.id.clone(),
        tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")),
        case: None,
        // Personas and paths of choices are the operator's words about persons.
        scenario: original.scenario.clone().filter(|_| order.profile == Profile::Court),
        page: kept(&original.page),
        comment: kept(&original.comment),
        browser: if clean(&original.browser) { original.browser.clone() } else { String::new() },
        map: original.map.iter().filter(|text| clean(text)).cloned().collect(),
        copy: Some(CopyOf { seal: order.seal.to_string(), profile: order.profile.id().to_owned(), made: order.made.to_string() }),
        settings,
        ..original.clone()
    }
}

/// What was made of the entries so far.
struct Made<'m> {
    known: &'m Known,
    order: &'m CopyOrder<'m>,
    salts: &'m CaseKey,
    masked: Vec<u64>,
    withheld: Vec<u64>,
    digests: BTreeMap<u64, Option<Digest>>,
}

impl Made<'_> {
    /// Covers an exchange and proves the copy.
    fn entry(&mut self, number: u64, original: &Exchange) -> Result<(Exchange, EntryProof), ShareError> {
        let failed = |cause| ShareError::File { file: format!("{}, entry {number}", self.order.path.display()), cause };
        let mut copy = original.clone();
        self.cover(&mut copy, number, &[]).map_err(failed)?;
        // What was found behind layers that letters in place cannot reach is covered altogether.
        let left: Vec<_> = self.known.places_in(&copy).into_iter().map(|(locator, _)| raw_range(&copy, locator)).collect();
        if !left.is_empty() {
            self.cover(&mut copy, number, &left).map_err(failed)?;
            // A range that was not enough takes its body with it.
            let left: Vec<_> = self.known.places_in(&copy).into_iter().map(|(locator, _)| (locator.part, None)).collect();
            if !left.is_empty() {
                self.cover(&mut copy, number, &left).map_err(failed)?;
            }
        }
        if let Some((locator, what)) = self.known.places_in(&copy).into_iter().next() {
            let part = Locator { part: locator.part, steps: Vec::new() }.to_string();
            return Err(ShareError::StillThere { entry: number, what, part });
        }
        let proof = match EntryProof::of(self.salts, number, original, &copy, true) {
            Ok(proof) => proof,
            // A value whose letters changed where its body would be cut: the body is left out instead.
            Err(error) if error.kind() == io::ErrorKind::InvalidData && !copy.request.body.is_empty() => {
                copy.request.body = Body::missing(Unrecorded::Withheld);
                EntryProof::of(self.salts, number, original, &copy, true).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        let proof = match proof.facts_contain(|facts| self.known.stands_in(facts)) {
            true => EntryProof::of(self.salts, number, original, &copy, false).map_err(failed)?,
            false => proof,
        };
        let covered = |change: &Change| change.reason == COPY_REASON || matches!(change.kind, ChangeKind::Masked { .. });
        if copy.changes.iter().any(covered) {
            self.masked.push(number);
        }
        let left_out = |body: &Body| body.state() == BodyState::Missing(Unrecorded::Withheld);
        let answered = match &copy.outcome {
            Outcome::Response(answer) | Outcome::Switched(answer) => left_out(&answer.body),
            _ => false,
        };
        if answered || left_out(&copy.request.body) {
            self.withheld.push(number);
        }
        Ok((copy, proof))
    }

    fn cover(&self, copy: &mut Exchange, number: u64, whole: &[(Part, Option<Range<usize>>)]) -> io::Result<()> {
        let order = self.order;
        let url = copy.request.url.clone();
        let parts = UrlParts::of(&url);
        let host = parts.host(&url).map(|found| found.host.into_owned()).unwrap_or_default();
        let request = RequestFacts::new(&url, &host, &copy.request.method, &[]);
        let endpoints = order.rules.endpoints_of(&request);
        let shown = |name: &str| endpoints.iter().any(|&rule| order.rules.endpoints[rule].show.iter().any(|shown| shown == name));
        let values = match order.profile {
            Profile::Court => false,
            Profile::Vendor => !(order.of_vendor)(&host),
            Profile::Publication => true,
        };
        let known = |bytes: &[u8]| self.known.ranges(bytes);
        let extent = Extent { known: &known, values, shown: &shown, released: order.released.contains(&number), whole };
        order.masker.cover(copy, &extent)
    }
}

/// The smallest piece of a request's body, as it was sent, in which a field stands: the value of a form's field, say, whatever is packed in there.
fn raw_range(exchange: &Exchange, locator: Locator) -> (Part, Option<Range<usize>>) {
    let body = match (&locator.part, exchange.request.body.in_memory()) {
        (Part::RequestBody, Some(body)) => body.as_ptr_range(),
        _ => return (locator.part, None),
    };
    let mut range = None;
    for steps in 1..=locator.steps.len() {
        let piece = Locator { part: locator.part.clone(), steps: locator.steps[..steps].to_vec() };
        match resolve(exchange, &piece) {
            // What was not unpacked yet lies in the body itself.
            Ok(Cow::Borrowed(bytes)) if body.contains(&bytes.as_ptr()) => {
                let start = bytes.as_ptr() as usize - body.start as usize;
                range = Some(start..start + bytes.len());
            }
            _ => break,
        }
    }
    (locator.part, range)
}
