//! What is looked for of the values of the carriers that are kept: texts, and the forms in which they may be written. Makes forms only of what may
//! stand somewhere, and no more of them than it is granted.

use std::io;

use super::digests::Digests;
use super::kept::{FORM, Form, KeptSearch, KeptValue, Place, fetch};
use super::runs::Runs;
use super::shape::{address, telling};
use super::token::{pieces, tokens};
use super::{Coding, form};
use crate::analysis::Spool;
use crate::evidence::Marks;

/// Forms that are made in one join: beyond it, values are not looked for.
const FORMS: u64 = 2_000_000;

/// Texts of a value that are looked for.
const TEXTS: usize = 32;

/// Makes the forms of values.
pub(super) struct Search<'m> {
    marks: &'m Marks,
    digests: Digests,
    /// Forms that may still be made.
    left: u64,
    bytes: Vec<u8>,
}

impl<'m> Search<'m> {
    /// `digests`: those that may stand in the texts among which values are looked for.
    pub(super) const fn new(marks: &'m Marks, digests: Digests) -> Self {
        Self { marks, digests, left: FORMS, bytes: Vec::new() }
    }

    /// Puts forms of the values that wait at `search` into `forms`, for the carrier with this number. Gives the sightings of values for which no
    /// form was left.
    pub(super) fn put(&mut self, number: u32, search: Place, spools: &mut [Box<dyn Spool>], forms: &mut Runs<FORM>) -> io::Result<u64> {
        let values: Vec<KeptSearch> = fetch(spools[0].as_mut(), search, &mut self.bytes)?;
        let mut left_out = 0;
        for value in &values {
            if self.left == 0 {
                left_out += value.times;
                continue;
            }
            let spool = spools.get_mut(value.capture as usize).ok_or(io::ErrorKind::UnexpectedEof)?;
            let kept: KeptValue = fetch(spool.as_mut(), Place(value.value), &mut self.bytes)?;
            let form = Form {
                mark: 0,
                carrier: number,
                value: value.number,
                fingerprint: value.fingerprint,
                profiles: Place(value.profiles),
                part: false,
                codings: 0,
            };
            self.put_value(&kept.value, form, spools[0].as_mut(), forms)?;
        }
        Ok(left_out)
    }

    fn put_value(&mut self, value: &[u8], form: Form, spool: &mut dyn Spool, forms: &mut Runs<FORM>) -> io::Result<()> {
        let (mut failed, mut made) = (Ok(()), 0);
        for (text, part) in texts(value, TEXTS) {
            // Of parts there are many, and who encodes before hashing does so with the whole or with what is packed, which is a carrier of its own.
            let layers = if part { 1 } else { 2 };
            form::forms(&text, layers, &self.digests, &mut |bytes, codings| {
                made += 1;
                let mark = self.marks.of(bytes);
                if failed.is_ok() && (codings.is_empty() || self.digests.has(mark)) {
                    let codings = codings.iter().rev().fold(0, |all, coding| all << 4 | coding.number() as u8);
                    failed = forms.push(spool, Form { mark, part, codings, ..form }.write());
                }
            });
        }
        self.left = self.left.saturating_sub(made);
        failed
    }
}

/// Whether anything of a value is looked for.
pub(super) fn has_text(value: &[u8]) -> bool {
    !texts(value, 1).is_empty()
}

/// The texts of a value that are looked for, at most `most`, each with whether it is a part.
fn texts(value: &[u8], most: usize) -> Vec<(Vec<u8>, bool)> {
    let mut texts: Vec<(Vec<u8>, bool)> = Vec::new();
    let decoded: Vec<u8> = percent_encoding::percent_decode(value).collect();
    // What a script reads from a cookie and sends on is mostly the decoded value.
    for written in [Some(value), Some(&decoded[..]).filter(|decoded| *decoded != value)].into_iter().flatten() {
        if address(written) {
            continue;
        }
        pieces(written, &mut |piece, part| {
            if texts.len() < most && telling(piece) && !texts.iter().any(|(text, _)| text == piece) {
                texts.push((piece.to_vec(), part));
            }
        });
    }
    if texts.len() == most {
        return texts;
    }
    // What is packed in it in base64 or hexadecimal is a part of it.
    let mut in_address = false;
    tokens(value, &mut |text, undone| {
        let packed = undone.innermost_first().any(|coding| coding != Coding::Percent);
        // The parts of an address that is packed say where, as the address does.
        in_address |= packed && address(text);
        if packed && !in_address && texts.len() < most && telling(text) && !texts.iter().any(|(known, _)| known == text) {
            texts.push((text.to_vec(), true));
        }
    });
    texts
}
