//! Puts the sorted indices of recordings side by side: first carriers and their values, then, by marks, where else these values stand.

use std::collections::BTreeSet;
use std::io;

use hashbrown::{HashMap, HashSet};

use super::carriers::{Draft, Gathered, Lifetime, put_lifetime};
use super::collect::{Linker, SealedIndex};
use super::digests::Digests;
use super::kept::{USE, Use, UseKind};
use super::runs::{Merge, Runs, Sorted};
use super::search::Search;
use super::sightings::{Known, sightings};
use super::{Carrier, Linkage, Sharing, Survival};
use crate::analysis::{MemorySpool, Spool};
use crate::decode::FieldPlace;
use crate::model::Timestamp;

/// Identifiers that are kept: those with the most sightings.
const IDENTIFIERS: usize = 5_000;

/// Rows of one recording that say who was sent an identifier.
const SENT: u64 = 20_000;

/// Cookies whose lifetimes are remembered for what is packed in them; those of others are read once more.
const LIFETIMES: usize = 100_000;

/// Rows about identifiers that are held while carriers are gathered.
const HELD: usize = 200_000;

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
        identifiers_left_out: indices.iter().map(|index| index.cut).sum(),
        ..Linkage::default()
    };
    let (mut uses, mut tokens, mut digests): (Vec<Sorted<USE>>, _, _) = (Vec::new(), Vec::new(), Digests::default());
    for index in indices {
        uses.push(index.uses.clone());
        tokens.push(index.tokens.clone());
        digests.add(&index.digests);
    }

    let mut merge = Merge::new(uses.clone(), spools)?;
    let (mut drafts, mut number, mut held): (Vec<Draft>, u32, usize) = (Vec::new(), 0, 0);
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
        if let Some(draft) = gathered.close(number, spools)? {
            held += draft.rows();
            drafts.push(draft);
            number += 1;
            if held > HELD {
                linkage.identifiers_left_out += leave_out(&mut drafts);
                held = leave_rows_out(&mut drafts);
            }
            if drafts.len() >= 2 * IDENTIFIERS {
                linkage.identifiers_left_out += leave_out(&mut drafts);
                held = drafts.iter().map(Draft::rows).sum();
            }
        }
    }
    linkage.identifiers_left_out += leave_out(&mut drafts);
    read_lifetimes(&drafts, &mut lifetimes, uses, spools)?;
    // Those with the most sightings first, because forms may run out.
    let (mut forms, mut search) = (Runs::new(memory / 2), Search::new(&marks, digests));
    for draft in &mut drafts {
        draft.identifier.values_left_out += search.put(draft.number, draft.search, spools, &mut forms)?;
    }
    drafts.sort_by(|one, other| one.identifier.carrier.cmp(&other.identifier.carrier));

    let mut known = vec![None; number as usize];
    for (identifier, mut draft) in drafts.into_iter().enumerate() {
        let lifetime = draft.lifetime.or_else(|| lifetimes.get(&draft.outer).copied());
        put_lifetime(&mut draft.identifier.criteria, lifetime.unwrap_or_default());
        known[draft.number as usize] = Some(Known { identifier, outer: draft.outer });
        let survivals = draft.survivals.into_iter();
        linkage.survivals.extend(survivals.map(|(fingerprint, profiles)| Survival { identifier, fingerprint, profiles }));
        linkage.survivals_left_out += draft.survivals_left_out;
        linkage.sent_left_out += draft.sent_left_out;
        linkage.sent.extend(draft.sent.into_iter().map(|sent| super::OwnUse { identifier, ..sent }));
        linkage.identifiers.push(draft.identifier);
    }
    bound_sent(&mut linkage);

    let forms = forms.seal(spools[0].as_mut())?;
    sightings(&mut linkage, &known, forms, tokens, spools, memory, stretch)?;
    leave_unconfirmed_out(&mut linkage);
    Ok(linkage)
}

/// A parameter that a redirect put into an address may be the same for everybody (the number of a partner, the settings of a tag). Where its value stands
/// neither in a cookie nor where a cookie or a field that a rule knows was found, nothing speaks for more, and it is left to the table of redirects.
fn leave_unconfirmed_out(linkage: &mut Linkage) {
    let decoration = |index: usize| matches!(linkage.identifiers[index].carrier, Carrier::Decoration { .. });
    let place = |row: &Sharing| (row.capture, row.host.clone(), row.place, row.field.clone());
    let confirmed: BTreeSet<_> = linkage.sharings.iter().filter(|row| !decoration(row.identifier)).map(place).collect();
    let kept: BTreeSet<usize> = linkage
        .sharings
        .iter()
        .filter(|row| decoration(row.identifier) && (row.place == FieldPlace::Cookie || confirmed.contains(&place(row))))
        .map(|row| row.identifier)
        .collect();
    let unconfirmed: Vec<bool> = (0..linkage.identifiers.len()).map(|index| decoration(index) && !kept.contains(&index)).collect();
    linkage.decorations_unconfirmed = unconfirmed.iter().filter(|unconfirmed| **unconfirmed).count() as u64;
    linkage.sharings.retain(|row| !unconfirmed[row.identifier]);
    linkage.survivals.retain(|row| !unconfirmed[row.identifier]);
}

/// Keeps the identifiers with the most sightings, by carrier where these are equal, and says how many were left out.
fn leave_out(drafts: &mut Vec<Draft>) -> u64 {
    drafts.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.identifier.carrier.cmp(&other.identifier.carrier)));
    let left_out = drafts.len().saturating_sub(IDENTIFIERS) as u64;
    drafts.truncate(IDENTIFIERS);
    left_out
}

/// Takes the rows of those with the fewest sightings, which come last, until half of the room is free. Gives the rows that are left.
fn leave_rows_out(drafts: &mut [Draft]) -> usize {
    let mut held = 0;
    for draft in drafts {
        let rows = draft.rows();
        if held + rows > HELD / 2 {
            draft.leave_rows_out();
        } else {
            held += rows;
        }
    }
    held
}

/// Reads the lifetimes of cookies in which something kept is packed, where there were too many to remember all.
fn read_lifetimes(
    drafts: &[Draft],
    lifetimes: &mut HashMap<u64, Lifetime>,
    uses: Vec<Sorted<USE>>,
    spools: &mut [Box<dyn Spool>],
) -> io::Result<()> {
    if lifetimes.len() < LIFETIMES {
        return Ok(());
    }
    let without = drafts.iter().filter(|draft| draft.lifetime.is_none() && !lifetimes.contains_key(&draft.outer));
    let wanted: HashSet<u64> = without.map(|draft| draft.outer).collect();
    let mut merge = Merge::new(uses, spools)?;
    while let Some((_, record)) = merge.next(spools)? {
        let seen = Use::read(&record);
        if matches!(seen.kind, UseKind::Lifetime | UseKind::Session) && wanted.contains(&seen.carrier) {
            lifetimes.entry(seen.carrier).or_default().take(&seen);
        }
    }
    Ok(())
}

/// Sorts the rows and holds each recording to its bound.
fn bound_sent(linkage: &mut Linkage) {
    let mut rows: HashMap<u32, u64> = HashMap::new();
    let left_out = &mut linkage.sent_left_out;
    linkage.sent.retain(|sent| {
        let rows = rows.entry(sent.capture).or_default();
        *rows += 1;
        if *rows > SENT {
            *left_out += sent.times;
        }
        *rows <= SENT
    });
    linkage.sent.sort_by(|one, other| {
        let key = |sent: &super::OwnUse| (sent.identifier, sent.capture, sent.stretch, sent.fingerprint);
        key(one).cmp(&key(other)).then_with(|| (&one.host, &one.asked_from).cmp(&(&other.host, &other.asked_from)))
    });
}
