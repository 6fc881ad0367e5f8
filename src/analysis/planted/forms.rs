//! Every form in which a planted value is looked for: normal forms, encodings and digests of them, and the likely ones of these in a second and third layer.
//! Bounded, so that a case with many seeds stays searchable; what is left out is counted.

use std::collections::BTreeSet;

use super::encode::{self, Edges, HASHES, LIKELY};
use super::normal::{ANY_CASE, AS_TYPED, normal_forms};
use super::{Seed, SeedNote};

/// Shorter forms (bytes) are not looked for: they would be found everywhere.
pub const SHORTEST: usize = 5;

/// Forms of one seed, at most. Digests and second layers of a value with the most normal forms (a date, ten or more) stay below it.
pub const MOST_FORMS: usize = 8_192;

/// A form of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The normal form, then what was done to it, innermost first.
    pub(super) path: Vec<&'static str>,
    pub(super) bytes: Vec<u8>,
    /// Whether the case of ASCII letters means nothing.
    pub(super) any_case: bool,
    /// What must stand beside it.
    pub(super) edges: Edges,
}

impl Form {
    /// Whether it may stand somewhere by chance: under 8 bytes, or under 12 that are all hexadecimal digits.
    pub(super) fn may_be_chance(&self) -> bool {
        self.bytes.len() < 8 || (self.bytes.len() < 12 && self.bytes.iter().all(u8::is_ascii_hexdigit))
    }
}

/// The forms of a seed, the plainest first, and what there is to say about them.
pub(super) fn forms(seed: &Seed) -> (Vec<Form>, Vec<SeedNote>) {
    let (normal, mut notes) = normal_forms(seed);
    let mut maker = Maker::default();
    for (name, text) in &normal {
        maker.text(name, text);
    }
    for (name, text) in &normal {
        maker.digests(name, text);
        maker.pairs(name, text);
    }
    // Last: where a form is found exactly, it is that one.
    let lower = seed.value.trim().to_lowercase();
    maker.readable(ANY_CASE, &lower, true);
    if maker.short > 0 {
        notes.push(SeedNote::TooShort(maker.short));
    }
    if maker.too_many > 0 {
        notes.push(SeedNote::TooMany(maker.too_many));
    }
    if maker.forms.iter().any(|form| form.path == [AS_TYPED] && form.may_be_chance()) {
        notes.push(SeedNote::ShortValue);
    }
    (maker.forms, notes)
}

#[derive(Default)]
struct Maker {
    forms: Vec<Form>,
    known: BTreeSet<(bool, Edges, Vec<u8>)>,
    short: u32,
    too_many: u32,
}

impl Maker {
    fn add(&mut self, path: &[&'static str], bytes: impl Into<Vec<u8>>, any_case: bool) {
        self.add_between(path, bytes.into(), any_case, Edges::default());
    }

    fn add_between(&mut self, path: &[&'static str], bytes: Vec<u8>, any_case: bool, edges: Edges) {
        if bytes.len() < SHORTEST {
            self.short += 1;
        } else if self.forms.len() >= MOST_FORMS {
            self.too_many += 1;
        } else {
            let key = if any_case { bytes.to_ascii_lowercase() } else { bytes.clone() };
            if self.known.insert((any_case, edges, key)) {
                self.forms.push(Form { path: path.to_vec(), bytes, any_case, edges });
            }
        }
    }

    fn add_all(&mut self, path: &[&'static str], all: Vec<encode::Encoded>) {
        for encoded in all {
            self.add_between(&[path, &[encoded.name]].concat(), encoded.bytes, encoded.any_case, encoded.edges);
        }
    }

    /// The encodings in which the letters of a text can still be read.
    fn readable(&mut self, normal: &'static str, text: &str, any_case: bool) {
        self.add(&[normal], text, any_case);
        for percent in encode::percent(text) {
            self.add(&[normal, "percent"], percent, any_case);
        }
        for (name, escaped) in [("html-entity", encode::html(text)), ("json-escape", encode::json(text))] {
            for text in escaped {
                self.add(&[normal, name], text, any_case);
            }
        }
        for once in [encode::percent_component(text), encode::percent(text)[5].clone()] {
            for twice in encode::percent(&once) {
                self.add(&[normal, "percent", "percent"], twice, any_case);
            }
        }
    }

    /// A text, its encodings, and encodings of these.
    fn text(&mut self, normal: &'static str, text: &str) {
        self.readable(normal, text, false);
        self.add_all(&[normal], encode::opaque(text));
        let (percent, base64, hex) = (encode::percent_component(text), encode::base64(text.as_bytes()), encode::hex(text.as_bytes()));
        self.add_all(&[normal, "percent"], encode::base64_anywhere(percent.as_bytes()));
        self.add_all(&[normal, "base64"], encode::base64_anywhere(base64.as_bytes()));
        self.add_all(&[normal, "base16"], encode::base64_anywhere(hex.as_bytes()));
        self.add(&[normal, "base64", "base16"], encode::hex(base64.as_bytes()), true);
        self.add(&[normal, "percent", "base16"], encode::hex(percent.as_bytes()), true);
        for twice in percent_of_base64(&base64) {
            self.add(&[normal, "base64", "percent"], twice, false);
        }
    }

    /// Every digest of a text, however it is written.
    fn digests(&mut self, normal: &'static str, text: &str) {
        for hash in &HASHES {
            let digest = (hash.of)(text.as_bytes());
            let path = [normal, hash.name];
            self.add_all(&path, encode::written(&digest));
            // Scripts print this one as a number.
            if let Ok(number) = <[u8; 4]>::try_from(digest.as_slice()) {
                self.add(&[normal, hash.name, "decimal"], u32::from_be_bytes(number).to_string(), false);
            }
            if digest.len() >= SHORTEST {
                self.add(&path, digest, false);
            }
        }
    }

    /// Second and third layers of the likely digests: encoded digests, digests of encodings, digests of digests.
    fn pairs(&mut self, normal: &'static str, text: &str) {
        let likely = || HASHES[..LIKELY].iter();
        let (percent, base64, hex) = (encode::percent_component(text), encode::base64(text.as_bytes()), encode::hex(text.as_bytes()));
        for outer in likely() {
            for (name, inner) in [("percent", &percent), ("base64", &base64), ("base16", &hex)] {
                // Where percent-encoding changes nothing, this is a digest of the text itself and known as such.
                self.add_all(&[normal, name, outer.name], three(&(outer.of)(inner.as_bytes())));
            }
        }
        for first in likely() {
            let raw = (first.of)(text.as_bytes());
            let (hex, base64) = (encode::hex(&raw), encode::base64(&raw));
            self.encoded_digest(&[normal, first.name], &hex, &base64);
            for second in likely() {
                let of_hex = (second.of)(hex.as_bytes());
                let path = [normal, first.name, "base16", second.name];
                self.add_all(&path, three(&of_hex));
                self.encoded_digest(&path, &encode::hex(&of_hex), &encode::base64(&of_hex));
                self.add(&[normal, first.name, second.name, "base16"], encode::hex(&(second.of)(&raw)), true);
                self.add(&[normal, first.name, "base64", second.name, "base16"], encode::hex(&(second.of)(base64.as_bytes())), true);
                for third in likely() {
                    let of_both = (third.of)(encode::hex(&of_hex).as_bytes());
                    let path = [normal, first.name, "base16", second.name, "base16", third.name, "base16"];
                    self.add(&path, encode::hex(&of_both), true);
                }
            }
        }
    }

    /// A digest whose digits were encoded once more.
    fn encoded_digest(&mut self, path: &[&'static str], hex: &str, base64: &str) {
        self.add_all(&[path, &["base16"]].concat(), encode::base64_anywhere(hex.as_bytes()));
        for twice in percent_of_base64(base64) {
            self.add(&[path, &["base64", "percent"]].concat(), twice, false);
        }
    }
}

/// The three usual ways to write a digest.
fn three(digest: &[u8]) -> Vec<encode::Encoded> {
    let mut all = encode::written(digest);
    all.truncate(3);
    all
}

/// Base64 with padding, percent-encoded, as far as that changes it.
fn percent_of_base64(base64: &str) -> impl Iterator<Item = String> {
    encode::percent(base64).into_iter().filter(|text| text.contains('%'))
}
