//! Puts the sorted indices of recordings side by side: first carriers and their values, then, by marks, where else these values stand.

use std::io;

use hashbrown::HashMap;

use super::carriers::{Draft, Gathered, Lifetime, put_lifetime};
use super::collect::{Linker, SealedIndex};
use super::kept::Use;
use super::runs::{Merge, Runs};
use super::sightings::{Known, sightings};
use super::{Linkage, Survival};
use crate::analysis::{MemorySpool, Spool};
use crate::model::Timestamp;

/// Identifiers that are kept: those with the most sightings.
const IDENTIFIERS: usize = 5_000;

/// Rows of one recording that say who was sent an identifier.
const SENT: u64 = 20_000;

/// Cookies whose lifetimes are remembered.
const LIFETIMES: usize = 100_000;

impl Linker {
    /// The linkage of this recording alone.
    ///
    /// # Errors
    ///
    /// The spool fails.
    pub fn finish(self, stretch: &dyn Fn(Timestamp) -> u32) -> io::Result<Linkage> {
        join(&mut [self.seal()?], &|_, at| stretch(at))
    }
}

/// The linkage of several recordings of one case, which must have been taken under one key. `stretch`: the number of the stretch (the browser
/// profile) in which a request of a recording began; recordings count from 0, in the order given.
///
/// # Errors
///
/// A spool fails.
pub fn join(indices: &mut [SealedIndex], stretch: &dyn Fn(u32, Timestamp) -> u32) -> io::Result<Linkage> {
    // A spool that lies beside the others is lent to the merge and given back, so that a recording can be joined alone and with others.
    let lend = |index: &mut SealedIndex| std::mem::replace(&mut index.spool, Box::new(MemorySpool::default()) as Box<dyn Spool>);
    let mut spools: Vec<Box<dyn Spool>> = indices.iter_mut().map(lend).collect();
    let joined = join_lent(indices, &mut spools, stretch);
    indices.iter_mut().zip(spools).for_each(|(index, spool)| index.spool = spool);
    joined
}

fn join_lent(indices: &[SealedIndex], spools: &mut [Box<dyn Spool>], stretch: &dyn Fn(u32, Timestamp) -> u32) -> io::Result<Linkage> {
    let Some(first) = indices.first() else { return Ok(Linkage::default()) };
    let (marks, memory) = (first.marks.clone(), first.memory);
    let mut linkage = Linkage {
        bytes: indices.iter().map(|index| index.bytes).sum(),
        bytes_left_out: indices.iter().map(|index| index.bytes_left_out).sum(),
        ..Linkage::default()
    };
    let (mut uses, mut tokens) = (Vec::new(), Vec::new());
    for index in indices {
        uses.push(index.uses.clone());
        tokens.push(index.tokens.clone());
    }

    let mut merge = Merge::new(uses, spools)?;
    let (mut forms, mut drafts, mut number): (_, Vec<Draft>, u32) = (Runs::new(memory / 2), Vec::new(), 0);
    let mut lifetimes: HashMap<u64, Lifetime> = HashMap::new();
    while let Some(carrier) = merge.peek() {
        let mut gathered = Gathered::default();
        while merge.peek() == Some(carrier) {
            let Some((capture, record)) = merge.next(spools)? else { break };
            let seen = Use::read(&record);
            gathered.take(capture, stretch(capture as u32, seen.at), &seen);
        }
        if let Some(lifetime) = gathered.lifetime.filter(|_| lifetimes.len() < LIFETIMES) {
            lifetimes.insert(u64::from_be_bytes(carrier), lifetime);
        }
        if let Some(draft) = gathered.close(number, &marks, spools, &mut forms)? {
            drafts.push(draft);
            number += 1;
            if drafts.len() >= 2 * IDENTIFIERS {
                linkage.identifiers_left_out += leave_out(&mut drafts);
            }
        }
    }
    linkage.identifiers_left_out += leave_out(&mut drafts);
    drafts.sort_by(|one, other| one.identifier.carrier.cmp(&other.identifier.carrier));

    let mut known = vec![None; number as usize];
    for (identifier, mut draft) in drafts.into_iter().enumerate() {
        put_lifetime(&mut draft.identifier.criteria, lifetimes.get(&draft.outer).copied().unwrap_or_default());
        known[draft.number as usize] = Some(Known { identifier, outer: draft.outer });
        let survivals = draft.survivals.into_iter();
        linkage.survivals.extend(survivals.map(|(fingerprint, profiles)| Survival { identifier, fingerprint, profiles }));
        linkage.sent_left_out += draft.sent_left_out;
        linkage.sent.extend(draft.sent.into_iter().map(|sent| super::OwnUse { identifier, ..sent }));
        linkage.identifiers.push(draft.identifier);
    }
    bound_sent(&mut linkage);

    let forms = forms.seal(spools[0].as_mut())?;
    sightings(&mut linkage, &known, forms, tokens, spools, memory, stretch)?;
    Ok(linkage)
}

/// Keeps the identifiers with the most sightings, by carrier where these are equal, and says how many were left out.
fn leave_out(drafts: &mut Vec<Draft>) -> u64 {
    drafts.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.identifier.carrier.cmp(&other.identifier.carrier)));
    let left_out = drafts.len().saturating_sub(IDENTIFIERS) as u64;
    drafts.truncate(IDENTIFIERS);
    left_out
}

/// Sorts the rows and holds each recording to its bound.
fn bound_sent(linkage: &mut Linkage) {
    let mut rows: HashMap<u32, u64> = HashMap::new();
    let before = linkage.sent.len();
    linkage.sent.retain(|sent| {
        let rows = rows.entry(sent.capture).or_default();
        *rows += 1;
        *rows <= SENT
    });
    linkage.sent_left_out += (before - linkage.sent.len()) as u64;
    linkage.sent.sort_by(|one, other| {
        let key = |sent: &super::OwnUse| (sent.identifier, sent.capture, sent.stretch, sent.fingerprint);
        key(one).cmp(&key(other)).then_with(|| (&one.host, &one.asked_from).cmp(&(&other.host, &other.asked_from)))
    });
}
