//! Where values stand outside of what carries them: the forms looked for against the texts found, both sorted by mark; then, field by field, the
//! best of what fits; then one row for what is the same.

use std::collections::BTreeMap;
use std::io;

use hashbrown::{HashMap, HashSet};

use super::kept::{FORM, Form, HIT, Hit, KeptEntry, KeptField, KeptProfiles, Place, TOKEN, Token, fetch};
use super::runs::{Merge, Reader, Runs, Sorted};
use super::token::Undone;
use super::{Carrier, Coding, Linkage, Sharing, Way};
use crate::analysis::Spool;
use crate::decode::FieldPlace;
use crate::model::Timestamp;
use crate::redact::{field_locator, field_name};

/// Rows of one recording.
const SHARINGS: u64 = 20_000;

/// Forms of one mark that are looked at: a text that more carriers share tells nothing apart.
const FORMS: usize = 64;

/// Finds in one field that are looked at.
const IN_A_FIELD: usize = 10_000;

/// Every way, by number.
const WAYS: [Way; 5] = [Way::Request, Way::Referer, Way::Redirect, Way::Answer, Way::Message];

/// What is known of a carrier.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Index in [`Linkage::identifiers`].
    pub(super) identifier: usize,
    /// Mark of the carrier as a whole.
    pub(super) outer: u64,
}

/// Reads fields with their entries, keeping the last one, because texts of one field often follow one another.
struct Fields {
    last: Option<(usize, Place)>,
    field: Option<(KeptField, KeptEntry)>,
    bytes: Vec<u8>,
}

impl Fields {
    const fn new() -> Self {
        Self { last: None, field: None, bytes: Vec::new() }
    }

    fn get(&mut self, capture: usize, place: Place, spools: &mut [Box<dyn Spool>]) -> io::Result<&(KeptField, KeptEntry)> {
        if self.last != Some((capture, place)) || self.field.is_none() {
            let field: KeptField = fetch(spools[capture].as_mut(), place, &mut self.bytes)?;
            let entry = fetch(spools[capture].as_mut(), Place(field.entry), &mut self.bytes)?;
            self.last = Some((capture, place));
            self.field = Some((field, entry));
        }
        self.field.as_ref().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Fills in the sharings.
pub(super) fn sightings(
    linkage: &mut Linkage,
    known: &[Option<Known>],
    forms: Sorted<FORM>,
    tokens: Vec<Sorted<TOKEN>>,
    spools: &mut [Box<dyn Spool>],
    memory: usize,
    stretch: &dyn Fn(u32, Timestamp) -> u32,
) -> io::Result<()> {
    let mut hits = Runs::new(memory / 2);
    let mut forms = Reader::new(forms);
    let mut next = forms.next(spools[0].as_mut())?.map(|record| Form::read(&record));
    let mut tokens = Merge::new(tokens, spools)?;
    let (mut group, mut fields): (Vec<(Form, Known)>, _) = (Vec::new(), Fields::new());
    while let (Some(form), Some(head)) = (next, tokens.peek()) {
        let mark = u64::from_be_bytes(head);
        if form.mark < mark {
            next = forms.next(spools[0].as_mut())?.map(|record| Form::read(&record));
        } else if form.mark > mark {
            tokens.next(spools)?;
        } else {
            group.clear();
            while let Some(form) = next.filter(|form| form.mark == mark) {
                group.extend(known.get(form.carrier as usize).copied().flatten().map(|known| (form, known)));
                next = forms.next(spools[0].as_mut())?.map(|record| Form::read(&record));
            }
            group.sort_by_key(|(form, known)| (known.identifier, form.part, form.value, form.codings));
            let left_out = group.len().saturating_sub(FORMS) as u64;
            group.truncate(FORMS);
            while tokens.peek() == Some(head) {
                let Some((capture, record)) = tokens.next(spools)? else { break };
                let token = Token::read(&record);
                linkage.sharings_left_out += left_out;
                for (form, known) in group.iter().filter(|(_, known)| known.outer != token.owner) {
                    let (field, entry) = fields.get(capture, token.field, spools)?;
                    if at_home(&linkage.identifiers[known.identifier].carrier, field, entry) {
                        continue;
                    }
                    let hit = hit(form, known, &token, capture, field, entry);
                    hits.push(spools[0].as_mut(), hit.write())?;
                }
            }
        }
    }
    rows(linkage, hits.seal(spools[0].as_mut())?, spools, &mut fields, stretch)
}

/// Whether a place is one where the carrier's values belong, apart from those that its mark tells.
fn at_home(carrier: &Carrier, field: &KeptField, entry: &KeptEntry) -> bool {
    let header = place(field) == FieldPlace::Header;
    let outer = field.name.split('.').next().unwrap_or_default();
    match carrier {
        Carrier::Cookie { .. } | Carrier::Field { .. } => false,
        // Two hosts that serve one file may well give it one tag; and a tag made of the content names the file wherever its host does.
        Carrier::EntityTag { host } => {
            let validator = header && ["etag", "if-none-match", "if-match"].contains(&outer);
            validator || (*host == entry.host && (header || place(field) == FieldPlace::Path))
        }
        // Until the browser leaves the site, the site speaks to itself.
        Carrier::Decoration { site, .. } => {
            let leads_away = entry.redirect.as_ref().is_some_and(|(_, to)| to != site);
            *site == entry.site
                && match way(field) {
                    Way::Redirect => !leads_away,
                    Way::Request | Way::Referer | Way::Answer | Way::Message => entry.asked_from.is_empty() || entry.asked_from == *site,
                }
        }
    }
}

fn hit(form: &Form, known: &Known, token: &Token, capture: usize, field: &KeptField, entry: &KeptEntry) -> Hit {
    let made = [u16::from(form.codings) & 15, u16::from(form.codings) >> 4].into_iter().filter_map(Coding::numbered);
    let mut codings: Vec<Coding> = made.collect();
    let mut undone: Vec<Coding> = Undone(token.undone).innermost_first().collect();
    // Hexadecimal is how digests are written.
    let digest = matches!(codings.last(), Some(Coding::Md5 | Coding::Sha1 | Coding::Sha256));
    if digest && undone.first() == Some(&Coding::Hex) {
        undone.remove(0);
    }
    codings.append(&mut undone);
    let sent = matches!(way(field), Way::Request | Way::Referer | Way::Message);
    Hit {
        capture: capture as u32,
        at: Timestamp::from_nanoseconds(if sent { entry.at } else { entry.answered }),
        entry: entry.number,
        ordinal: field.ordinal,
        identifier: known.identifier as u32,
        part: form.part,
        layers: codings.len() as u8,
        value: form.value,
        codings: codings.iter().rev().fold(0, |all, coding| all << 4 | u32::from(coding.number())),
        mark: token.mark,
        fingerprint: form.fingerprint,
        field: token.field,
        profiles: form.profiles,
    }
}

/// What makes sightings one row, in the order of rows.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    identifier: usize,
    capture: u32,
    fingerprint: [u8; 8],
    host: String,
    place: FieldPlace,
    field: String,
    part: bool,
    codings: Vec<Coding>,
    way: Way,
    asked_from: String,
}

/// Puts finds together, field by field.
fn rows(
    linkage: &mut Linkage,
    hits: Sorted<HIT>,
    spools: &mut [Box<dyn Spool>],
    fields: &mut Fields,
    stretch: &dyn Fn(u32, Timestamp) -> u32,
) -> io::Result<()> {
    let mut rows: BTreeMap<Key, Sharing> = BTreeMap::new();
    let mut counts: HashMap<u32, u64> = HashMap::new();
    let (mut reader, mut here, mut bytes): (_, Vec<Hit>, _) = (Reader::new(hits), Vec::new(), Vec::new());
    loop {
        let next = reader.next(spools[0].as_mut())?.map(|record| Hit::read(&record));
        let place = |hit: &Hit| (hit.capture, hit.at, hit.entry, hit.ordinal);
        let ends = next.is_none_or(|next| here.first().is_some_and(|first| place(first) != place(&next)));
        if ends {
            for hit in best(&mut here, &linkage.identifiers) {
                let (field, entry) = fields.get(hit.capture as usize, hit.field, spools)?;
                let key = key(&hit, field, entry);
                if let Some(row) = rows.get_mut(&key) {
                    row.times += 1;
                    continue;
                }
                let count = counts.entry(hit.capture).or_default();
                if *count >= SHARINGS {
                    linkage.sharings_left_out += 1;
                    continue;
                }
                *count += 1;
                let mut row = sharing(&key, &hit, field, entry);
                row.stretch = stretch(hit.capture, Timestamp::from_nanoseconds(entry.at));
                let seen: KeptProfiles = fetch(spools[0].as_mut(), hit.profiles, &mut bytes)?;
                let profile = (row.capture, row.stretch);
                let others = seen.iter().any(|(capture, stretch, _)| (*capture, *stretch) != profile);
                let before = seen
                    .iter()
                    .any(|(capture, stretch, first)| (*capture, *stretch) == profile && Timestamp::from_nanoseconds(*first) <= hit.at);
                row.across_profiles = others && !before;
                rows.insert(key, row);
            }
            here.clear();
        }
        match next {
            Some(hit) if here.len() < IN_A_FIELD => here.push(hit),
            Some(_) => linkage.sharings_left_out += 1,
            None => break,
        }
    }
    linkage.sharings = rows.into_values().collect();
    Ok(())
}

/// Of everything found in one field, for each identifier and value the whole rather than a part and the fewest codings; a part once, whatever
/// values have it; and nothing of a cookie's value as a whole where what is packed in the cookie was found.
fn best(hits: &mut Vec<Hit>, identifiers: &[super::Identifier]) -> Vec<Hit> {
    // They come by identifier, the best first.
    let (mut values, mut parts) = (HashSet::new(), HashSet::new());
    hits.retain(|hit| !hit.part || parts.insert((hit.identifier, hit.mark)));
    hits.retain(|hit| values.insert((hit.identifier, hit.fingerprint)));
    let carrier = |hit: &Hit| identifiers.get(hit.identifier as usize).map(|identifier| &identifier.carrier);
    let mut outer = HashSet::new();
    for hit in hits.iter() {
        if let Some(Carrier::Cookie { name, domain }) = carrier(hit) {
            outer.extend(name.match_indices('.').map(|(at, _)| (&name[..at], domain.as_str())));
        }
    }
    hits.iter()
        .filter(|hit| {
            !hit.part
                || !matches!(carrier(hit), Some(Carrier::Cookie { name, domain }) if outer.contains(&(name.as_str(), domain.as_str())))
        })
        .copied()
        .collect()
}

fn place(field: &KeptField) -> FieldPlace {
    FieldPlace::ALL.get(usize::from(field.place)).copied().unwrap_or(FieldPlace::Body)
}

fn way(field: &KeptField) -> Way {
    WAYS.get(usize::from(field.way)).copied().unwrap_or(Way::Request)
}

fn key(hit: &Hit, field: &KeptField, entry: &KeptEntry) -> Key {
    let codings = (0..8).filter_map(|at| Coding::numbered((hit.codings >> (4 * at) & 15) as u16));
    let before = field.codings.iter().filter_map(|number| Coding::numbered(u16::from(*number)));
    let redirect = entry.redirect.as_ref().filter(|_| way(field) == Way::Redirect);
    Key {
        identifier: hit.identifier as usize,
        capture: hit.capture,
        fingerprint: hit.fingerprint,
        host: redirect.map_or(&entry.host, |(host, _)| host).clone(),
        place: place(field),
        field: field_name(&field.name).into_owned(),
        part: hit.part,
        codings: codings.chain(before).collect(),
        way: way(field),
        asked_from: entry.asked_from.clone(),
    }
}

fn sharing(key: &Key, hit: &Hit, field: &KeptField, entry: &KeptEntry) -> Sharing {
    let redirect = entry.redirect.as_ref().filter(|_| key.way == Way::Redirect);
    Sharing {
        identifier: key.identifier,
        capture: key.capture,
        fingerprint: key.fingerprint,
        part: key.part,
        codings: key.codings.clone(),
        way: key.way,
        host: key.host.clone(),
        site: redirect.map_or(&entry.site, |(_, site)| site).clone(),
        asked_from: key.asked_from.clone(),
        place: key.place,
        field: key.field.clone(),
        locator: field_locator(&field.locator).to_owned(),
        entry: entry.number,
        at: hit.at,
        stretch: 0,
        times: 1,
        across_profiles: false,
    }
}
