//! Opens a single mask of a copy: shows what stood in one place, with the salt that proves it, and nothing from which another mask could be opened.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::key::CaseKey;
use super::layout::{Shape, Shapes};
use super::parts::{self, Kind, Sink};
use super::proof::{EntryProof, Leaf, NOT_BASE64};
use super::salts::Salts;
use super::tree::{self, SALT};
use crate::model::Exchange;

/// One part that the holder of the key shows: what stood in the place of a mask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Number of the entry.
    pub entry: u64,
    /// Number of the leaf.
    pub leaf: u64,
    /// Number of its kind.
    pub kind: u8,
    /// Its salt, in base64.
    pub salt: String,
    /// Its bytes, in base64.
    pub bytes: String,
}

/// Opens one part of `original`, entry `number`: its salt and its bytes.
///
/// # Errors
///
/// A body cannot be read, or there is no such part (`NotFound`).
pub fn open_part(key: &CaseKey, number: u64, original: &Exchange, leaf: u64) -> io::Result<Opening> {
    struct Finding {
        at: u64,
        wanted: u64,
        found: Option<(Kind, Vec<u8>)>,
    }
    impl Sink for Finding {
        fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
            if self.at == self.wanted {
                self.found = Some((kind, pieces.concat()));
            }
            self.at += 1;
        }
    }
    let mut finding = Finding { at: 1, wanted: leaf, found: None };
    parts::walk(number, original, &mut finding)?;
    let (kind, bytes) =
        finding.found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("entry {number} has no part {leaf}")))?;
    let mut salts = Salts::new(key);
    salts.of(number);
    Ok(Opening { entry: number, leaf, kind: kind as u8, salt: STANDARD.encode(salts.at(leaf)), bytes: STANDARD.encode(bytes) })
}

impl EntryProof {
    /// The digest of one masked leaf, if the proof names it (of what is withheld it names nodes, and leaves only where no node fits).
    pub(super) fn masked_leaf(&self, wanted: u64) -> Result<Option<[u8; 32]>, &'static str> {
        let mut told = self.told();
        let mut at = 0;
        while let Some(leaf) = told.next()? {
            let (digest, count) = match leaf {
                Leaf::Open(_) => (None, 1),
                Leaf::Masked(digest) => (Some(digest), 1),
                Leaf::Node(0, count, digest) => (Some(digest), count),
                Leaf::Node(_, count, _) => (None, count),
            };
            if (at..at + count).contains(&wanted) {
                return Ok(digest);
            }
            at += count;
        }
        Ok(None)
    }

    /// Kind and length of a leaf, from the layout.
    fn shape(&self, wanted: u64) -> Option<Shape> {
        let layout = self.layout()?;
        let mut shapes = Shapes::of(&layout)?;
        let mut at = 1;
        while let Ok(Some((shape, count))) = shapes.take(u64::MAX) {
            if (at..at + count).contains(&wanted) {
                return Some(shape);
            }
            at += count;
        }
        None
    }

    /// Whether `opening` shows what stood in the place of its mask. That the proof belongs to the original is another question.
    ///
    /// # Errors
    ///
    /// Says why not.
    pub fn opens(&self, opening: &Opening) -> Result<Vec<u8>, &'static str> {
        if opening.entry != self.entry {
            return Err("it is about another entry");
        }
        let salt = STANDARD.decode(&opening.salt).ok().and_then(|salt| <[u8; SALT]>::try_from(salt).ok()).ok_or(NOT_BASE64)?;
        let bytes = STANDARD.decode(&opening.bytes).map_err(|_| NOT_BASE64)?;
        let shape = self.shape(opening.leaf).ok_or("the entry has no such part")?;
        if shape.0 as u8 != opening.kind || shape.1.iter().sum::<usize>() != bytes.len() {
            return Err("the part has another kind or length");
        }
        let digest = self.masked_leaf(opening.leaf)?.ok_or("the part is not masked by a digest of its own")?;
        if digest != tree::leaf(&salt, &[&bytes]) {
            return Err("these bytes did not stand in this place");
        }
        Ok(bytes)
    }
}
