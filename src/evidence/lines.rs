//! The hash tree over the records of a log: which of them are shown can be chosen later, and those that are not cannot be guessed from it.
//!
//! Leaf of record *i* (from 0) = SHA-256(0x00 ‖ salt ‖ its line without the line feed), with the salt that [`Salts`] give for ([`LINES`], *i*).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::CaseKey;
use super::salts::{LINES, Salts};
use super::seal_statement::Rooted;
use super::tree::{self, Grower, SALT};
use crate::model::Digest;

/// A node of the tree that stands for records which are not shown: its level (0: a leaf), how many records are below it, its digest in base64.
pub type WithheldNode = (u32, u64, String);

/// Makes the tree.
pub struct LinesTree {
    salts: Salts,
    leaves: Vec<[u8; 32]>,
}

impl LinesTree {
    /// With salts under `key`.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        let mut salts = Salts::new(key);
        salts.of(LINES);
        Self { salts, leaves: Vec::new() }
    }

    /// The next record, without its line feed. Returns its salt in base64.
    pub fn line(&mut self, text: &[u8]) -> String {
        let salt = self.salts.at(self.leaves.len() as u64);
        self.leaves.push(tree::leaf(&salt, &[text]));
        STANDARD.encode(salt)
    }

    /// Nodes that stand for the records from number `from` up to `to` (from 0, `to` excluded). All records must have been handed in.
    #[must_use]
    pub fn withheld(&self, from: u64, to: u64) -> Vec<WithheldNode> {
        let mut at = from as usize;
        let nodes = tree::cover(from, to, self.leaves.len() as u64).into_iter().map(|(level, count)| {
            let below = &self.leaves[at..at + count as usize];
            at += count as usize;
            (level, count, STANDARD.encode(tree::above(below, level)))
        });
        nodes.collect()
    }

    /// How many records, and the root over them.
    #[must_use]
    pub fn finish(mut self) -> Rooted {
        Rooted { count: self.leaves.len() as u64, root: tree::root(&mut self.leaves) }
    }
}

/// Makes the root again from records that are shown and nodes that stand for the others.
#[derive(Debug, Default)]
pub struct LinesCheck(Grower);

impl LinesCheck {
    /// A record that is shown, with its salt.
    ///
    /// # Errors
    ///
    /// The salt is none, or nothing may follow.
    pub fn line(&mut self, salt: &str, text: &[u8]) -> Result<(), &'static str> {
        let salt =
            STANDARD.decode(salt).ok().and_then(|salt| <[u8; SALT]>::try_from(salt).ok()).ok_or("a salt is no base64 of 16 bytes")?;
        self.0.leaf(tree::leaf(&salt, &[text]))
    }

    /// A node that stands for records which are not shown.
    ///
    /// # Errors
    ///
    /// It cannot stand here.
    pub fn withheld(&mut self, node: &WithheldNode) -> Result<(), &'static str> {
        let (level, count, digest) = node;
        let digest = STANDARD.decode(digest).ok().and_then(|digest| digest.try_into().ok()).ok_or("a digest is no base64 of 32 bytes")?;
        match (level, count) {
            (0, 1) => self.0.leaf(digest),
            _ => self.0.node(*level, digest, *count),
        }
    }

    /// Records so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.0.leaves()
    }

    /// The root.
    #[must_use]
    pub fn root(self) -> Digest {
        self.0.root()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_and_withheld_records_give_the_root_and_nothing_else_does() {
        let key = CaseKey::of_case([3; 32]);
        let lines: Vec<String> = (0..700).map(|at| format!("{{\"n\":{at}}}")).collect();
        let mut tree = LinesTree::new(&key);
        let salts: Vec<String> = lines.iter().map(|line| tree.line(line.as_bytes())).collect();
        let shown = |at: u64| at < 5 || at == 300 || at == 699;
        let check = |lines: &[String], tree: &LinesTree| {
            let mut check = LinesCheck::default();
            let mut at = 0;
            while at < 700 {
                if shown(at) {
                    check.line(&salts[at as usize], lines[at as usize].as_bytes()).expect("in order");
                    at += 1;
                } else {
                    let to = (at..700).find(|next| shown(*next)).unwrap_or(700);
                    tree.withheld(at, to).iter().for_each(|node| check.withheld(node).expect("in order"));
                    at = to;
                }
            }
            assert_eq!(check.records(), 700);
            check.root()
        };
        let found = check(&lines, &tree);
        let mut changed = lines.clone();
        changed[300].push(' ');
        let other = check(&changed, &tree);
        let root = tree.finish().root;
        assert_eq!(found, root);
        assert_ne!(other, root);
        assert!(LinesCheck::default().line("AAAA", b"x").is_err());
        assert!(LinesCheck::default().withheld(&(0, 2, STANDARD.encode([0; 32]))).is_err());
    }
}
