//! Proves that a masked copy of an exchange is the original but for its masks: the layout, the salts of what is shown and the digests of what is not.
//! From these and the copy's own bytes the digest of the original comes out again, and about what is masked nothing can be tried out, because its
//! salts stay with whoever holds the key.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::key::CaseKey;
use super::layout::{Layout, Shape, Shapes};
use super::parts::{self, Kind, Sink};
use super::salts::Salts;
use super::tree::{self, Grower, SALT};
use crate::model::{Digest, EntryDigest, Exchange};

/// The proof of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProof {
    /// Number of the entry in the original.
    pub entry: u64,
    /// Digest of the entry in the original.
    pub digest_of_entry: String,
    /// The first leaf: kinds and lengths of all parts, in base64.
    layout: String,
    /// The second leaf: facts that are no bytes of a message. Absent: masked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    facts: Option<String>,
    /// What is told of the leaves, in order.
    leaves: Vec<Run>,
}

/// What is told of some leaves in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Run {
    /// Their bytes stand in the copy: their salts, in base64, one after the other.
    Open(String),
    /// Other bytes of the same length stand in the copy: their digests, in base64, one after the other.
    Masked(String),
    /// Nothing stands in the copy: nodes of the tree that stand for them.
    Withheld(Vec<Node>),
}

/// A node: its level (0: a leaf), how many leaves are below it, its digest in base64.
type Node = (u32, u64, String);

/// A part that the copy does not show as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedPart {
    /// Number of the leaf, from 0 (the layout).
    pub leaf: u64,
    /// Number of its kind (`docs/evidence-format.md`, "Entry digest").
    pub kind: u8,
    /// Its length in bytes.
    pub length: usize,
    /// How many parts of this kind and length in a row: more than one only where nothing stands in the copy.
    pub parts: u64,
    /// Whether nothing stands in the copy.
    pub withheld: bool,
}

/// What a proof does not prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry}, part {leaf}: {what}")]
pub struct ProofProblem {
    /// The entry.
    pub entry: u64,
    /// The leaf at which it was noticed.
    pub leaf: u64,
    /// What does not fit.
    pub what: &'static str,
}

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

/// A part of the copy: what it is and the digest of its bytes.
struct CopyPart {
    shape: Shape,
    digest: Digest,
}

/// Collects the parts of the copy.
#[derive(Default)]
struct Collected(Vec<CopyPart>);

impl Sink for Collected {
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
        self.0.push(CopyPart { shape: (kind, pieces.map(<[u8]>::len)), digest: digest_of(pieces) });
    }
}

fn digest_of(pieces: [&[u8]; 3]) -> Digest {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    pieces.iter().for_each(|piece| hasher.update(piece));
    Digest(hasher.finalize().into())
}

/// What becomes of a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Masked,
    Withheld,
}

/// Walks over the original beside the parts of the copy.
struct Proving {
    salts: Salts,
    layout: Layout,
    copy: std::iter::Peekable<std::vec::IntoIter<CopyPart>>,
    leaves: Vec<[u8; 32]>,
    states: Vec<State>,
    facts: String,
    problem: Option<u64>,
}

impl Sink for Proving {
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
        let shape = (kind, pieces.map(<[u8]>::len));
        self.layout.part(shape);
        let leaf = self.leaves.len() as u64;
        let salt = self.salts.at(leaf);
        self.leaves.push(tree::leaf(&salt, &pieces));
        if kind == Kind::Facts {
            self.facts = String::from_utf8_lossy(pieces[0]).into_owned();
            self.copy.next();
            self.states.push(State::Open);
            return;
        }
        let state = match self.copy.next_if(|part| part.shape == shape) {
            Some(part) if part.digest == digest_of(pieces) => State::Open,
            Some(_) => State::Masked,
            None if kind.is_body() => State::Withheld,
            None => {
                self.problem.get_or_insert(leaf);
                State::Masked
            }
        };
        self.states.push(state);
    }
}

impl EntryProof {
    /// Proves `copy` by the `original`, entry `number`. `key`: of the salts of the original. `show_facts`: whether the facts are shown.
    ///
    /// # Errors
    ///
    /// A body cannot be read, or the copy has other parts than the original (`InvalidData`).
    pub fn of(key: &CaseKey, number: u64, original: &Exchange, copy: &Exchange, show_facts: bool) -> io::Result<Self> {
        let mut collected = Collected::default();
        parts::walk(number, copy, &mut collected)?;
        let mut salts = Salts::new(key);
        salts.of(number);
        let mut layout = Layout::default();
        layout.begin();
        let copy = collected.0.into_iter().peekable();
        let (leaves, states) = (vec![[0; 32]], vec![State::Open]);
        let mut proving = Proving { salts, layout, copy, leaves, states, facts: String::new(), problem: None };
        parts::walk(number, original, &mut proving)?;
        if let Some(leaf) = proving.problem.or_else(|| proving.copy.next().map(|_| proving.leaves.len() as u64)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("entry {number}: part {leaf} of the copy is not in its place")));
        }
        let layout = proving.layout.end().to_vec();
        let salt = proving.salts.at(0);
        proving.leaves[0] = tree::leaf(&salt, &[&layout]);
        if !show_facts {
            proving.states[1] = State::Masked;
        }
        let leaves = proving.runs();
        let digest_of_entry = tree::root(&mut proving.leaves).to_string();
        let facts = show_facts.then_some(proving.facts);
        Ok(Self { entry: number, digest_of_entry, layout: STANDARD.encode(layout), facts, leaves })
    }

    /// Holds `copy`, the exchange as the copy has it, against the proof. Returns what is masked. That the digest of the proof is that of the original is
    /// for the caller to see.
    ///
    /// # Errors
    ///
    /// Names the first part that does not fit.
    pub fn check(&self, copy: &Exchange) -> Result<Vec<MaskedPart>, ProofProblem> {
        let problem = |leaf: u64, what: &'static str| ProofProblem { entry: self.entry, leaf, what };
        let layout = STANDARD.decode(&self.layout).map_err(|_| problem(0, NOT_BASE64))?;
        let shapes = Shapes::of(&layout).ok_or_else(|| problem(0, "the layout cannot be read"))?;
        let mut checking = Checking {
            proof: self,
            shapes,
            told: Told { runs: self.leaves.iter(), run: Current::None },
            grower: Grower::default(),
            masked: Vec::new(),
            problem: None,
        };
        checking.guard(|checking| {
            let salt = checking.told.next()?;
            let Some(Leaf::Open(salt)) = salt else { return Err("the layout is not shown") };
            checking.grower.leaf(tree::leaf(&salt, &[&layout]))
        });
        if parts::walk(self.entry, copy, &mut checking).is_err() {
            return Err(problem(0, "a body of the copy cannot be read"));
        }
        checking.guard(Checking::rest);
        if let Some((leaf, what)) = checking.problem {
            return Err(problem(leaf, what));
        }
        let root = checking.grower.root();
        if root.to_string() != self.digest_of_entry {
            return Err(problem(0, "the digest that its parts give is not the one that the proof names"));
        }
        Ok(checking.masked)
    }

    /// Whether what is asked holds of the facts that are shown.
    #[must_use]
    pub fn facts_contain(&self, what: impl Fn(&[u8]) -> bool) -> bool {
        self.facts.as_ref().is_some_and(|facts| what(facts.as_bytes()))
    }

    /// The digest of the entry in the original; `None`: it is none.
    #[must_use]
    pub fn digest(&self) -> Option<EntryDigest> {
        self.digest_of_entry.parse().ok().map(EntryDigest)
    }

    /// The digest of one masked leaf, if the proof names it (of what is withheld it names nodes, and leaves only where no node fits).
    fn masked_leaf(&self, wanted: u64) -> Result<Option<[u8; 32]>, &'static str> {
        let mut told = Told { runs: self.leaves.iter(), run: Current::None };
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
        let layout = STANDARD.decode(&self.layout).ok()?;
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

const NOT_BASE64: &str = "something in the proof is no base64 of the right length";

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

impl Proving {
    /// What is told of the leaves, from their states.
    fn runs(&mut self) -> Vec<Run> {
        let total = self.leaves.len() as u64;
        let mut runs = Vec::new();
        let mut from = 0;
        while from < self.states.len() {
            let state = self.states[from];
            let count = self.states[from..].iter().take_while(|other| **other == state).count();
            let to = from + count;
            runs.push(match state {
                State::Open => Run::Open(STANDARD.encode((from..to).flat_map(|leaf| self.salts.at(leaf as u64)).collect::<Vec<u8>>())),
                State::Masked => Run::Masked(STANDARD.encode(self.leaves[from..to].as_flattened())),
                State::Withheld => {
                    let mut at = from;
                    let nodes = tree::cover(from as u64, to as u64, total).into_iter().map(|(level, count)| {
                        let below = &self.leaves[at..at + count as usize];
                        at += count as usize;
                        (level, count, STANDARD.encode(tree::above(below, level)))
                    });
                    Run::Withheld(nodes.collect())
                }
            });
            from = to;
        }
        runs
    }
}

/// What is told of the next leaf or leaves.
enum Leaf {
    Open([u8; SALT]),
    Masked([u8; 32]),
    Node(u32, u64, [u8; 32]),
}

/// Reads what a proof tells of the leaves, one after the other.
struct Told<'p> {
    runs: std::slice::Iter<'p, Run>,
    run: Current<'p>,
}

enum Current<'p> {
    None,
    Open(std::vec::IntoIter<u8>),
    Masked(std::vec::IntoIter<u8>),
    Withheld(std::slice::Iter<'p, Node>),
}

fn array<const LENGTH: usize>(bytes: &mut std::vec::IntoIter<u8>) -> Option<[u8; LENGTH]> {
    let array = bytes.as_slice().get(..LENGTH)?.try_into().ok()?;
    bytes.nth(LENGTH - 1);
    Some(array)
}

impl Told<'_> {
    fn next(&mut self) -> Result<Option<Leaf>, &'static str> {
        loop {
            let leaf = match &mut self.run {
                Current::None => None,
                Current::Open(salts) if salts.as_slice().is_empty() => None,
                Current::Open(salts) => Some(Leaf::Open(array(salts).ok_or(NOT_BASE64)?)),
                Current::Masked(digests) if digests.as_slice().is_empty() => None,
                Current::Masked(digests) => Some(Leaf::Masked(array(digests).ok_or(NOT_BASE64)?)),
                Current::Withheld(nodes) => match nodes.next() {
                    None => None,
                    Some((level, count, digest)) => {
                        let digest = STANDARD.decode(digest).ok().and_then(|digest| digest.try_into().ok()).ok_or(NOT_BASE64)?;
                        Some(Leaf::Node(*level, *count, digest))
                    }
                },
            };
            if leaf.is_some() {
                return Ok(leaf);
            }
            self.run = match self.runs.next() {
                None => return Ok(None),
                Some(Run::Open(salts)) => Current::Open(STANDARD.decode(salts).map_err(|_| NOT_BASE64)?.into_iter()),
                Some(Run::Masked(digests)) => Current::Masked(STANDARD.decode(digests).map_err(|_| NOT_BASE64)?.into_iter()),
                Some(Run::Withheld(nodes)) => Current::Withheld(nodes.iter()),
            };
        }
    }
}

/// Walks over the copy beside the proof.
struct Checking<'p> {
    proof: &'p EntryProof,
    shapes: Shapes<'p>,
    told: Told<'p>,
    grower: Grower,
    masked: Vec<MaskedPart>,
    problem: Option<(u64, &'static str)>,
}

impl Checking<'_> {
    /// Does a step, unless something did not fit before.
    fn guard(&mut self, step: impl FnOnce(&mut Self) -> Result<(), &'static str>) {
        if self.problem.is_none() {
            let leaf = self.grower.leaves();
            self.problem = step(self).err().map(|what| (leaf, what));
        }
    }

    fn node(&mut self, level: u32, count: u64, digest: [u8; 32]) -> Result<(), &'static str> {
        let mut left = count;
        let mut leaf = self.grower.leaves();
        while left > 0 {
            let Some((shape, parts)) = self.shapes.take(left)? else { return Err(MORE_TOLD) };
            if !shape.0.is_body() {
                return Err("something else than a body is withheld");
            }
            self.masked.push(MaskedPart { leaf, kind: shape.0 as u8, length: shape.1.iter().sum(), parts, withheld: true });
            left -= parts;
            leaf += parts;
        }
        match (level, count) {
            (0, 1) => self.grower.leaf(digest),
            _ => self.grower.node(level, digest, count),
        }
    }

    fn one(&mut self, kind: Kind, pieces: [&[u8]; 3]) -> Result<(), &'static str> {
        let leaf = loop {
            match self.told.next()? {
                None => return Err("the copy has more parts than the proof"),
                Some(Leaf::Node(level, count, digest)) => self.node(level, count, digest)?,
                Some(leaf) => break leaf,
            }
        };
        let shape = self.shapes.next()?.ok_or(MORE_TOLD)?;
        if shape.0 != kind {
            return Err("the copy has another kind of part here than the original");
        }
        if kind == Kind::Facts {
            return self.facts(leaf, pieces[0], shape);
        }
        if shape.1 != pieces.map(<[u8]>::len) {
            return Err("the part has another length in the copy than in the original");
        }
        match leaf {
            Leaf::Open(salt) => self.grower.leaf(tree::leaf(&salt, &pieces)),
            Leaf::Masked(digest) => self.mask(shape, digest),
            Leaf::Node(..) => Err(MORE_TOLD),
        }
    }

    fn mask(&mut self, shape: Shape, digest: [u8; 32]) -> Result<(), &'static str> {
        let leaf = self.grower.leaves();
        self.masked.push(MaskedPart { leaf, kind: shape.0 as u8, length: shape.1.iter().sum(), parts: 1, withheld: false });
        self.grower.leaf(digest)
    }

    /// The facts of the original stand in the proof. Those of the copy may differ in the states of bodies that are withheld, and in nothing else.
    fn facts(&mut self, leaf: Leaf, copy: &[u8], shape: Shape) -> Result<(), &'static str> {
        let (salt, facts) = match (leaf, &self.proof.facts) {
            (Leaf::Masked(digest), None) => return self.mask(shape, digest),
            (Leaf::Open(salt), Some(facts)) => (salt, facts),
            _ => return Err("the facts are neither shown nor masked"),
        };
        if shape.1 != [facts.len(), 0, 0] {
            return Err("the facts have another length than the layout says");
        }
        let copy = std::str::from_utf8(copy).unwrap_or_default();
        let (mut own, mut original) = (copy.lines(), facts.lines());
        loop {
            let same = match (own.next(), original.next()) {
                (None, None) => break,
                (Some(own), Some(original)) if own == original => true,
                (Some(own), Some(original)) => ["request-body=", "response-body="]
                    .iter()
                    .any(|name| original.starts_with(name) && own.strip_prefix(name) == Some(parts::WITHHELD)),
                _ => false,
            };
            if !same {
                return Err("a fact of the copy is not that of the original");
            }
        }
        self.grower.leaf(tree::leaf(&salt, &[facts.as_bytes()]))
    }

    /// What is told after the last part of the copy.
    fn rest(&mut self) -> Result<(), &'static str> {
        while let Some(leaf) = self.told.next()? {
            let Leaf::Node(level, count, digest) = leaf else { return Err(MORE_TOLD) };
            self.node(level, count, digest)?;
        }
        match self.shapes.next()? {
            None => Ok(()),
            Some(_) => Err("the original has more parts than the proof"),
        }
    }
}

const MORE_TOLD: &str = "the proof tells of more parts than there are";

impl Sink for Checking<'_> {
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
        self.guard(|checking| checking.one(kind, pieces));
    }
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
