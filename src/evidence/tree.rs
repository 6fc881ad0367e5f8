//! The hash tree: salted leaves, inner nodes over up to sixteen children.
//!
//! Leaf = SHA-256(0x00 ‖ salt ‖ bytes), inner node = SHA-256(0x01 ‖ children). Different first bytes keep a leaf from passing for a node
//! (RFC 6962 section 2.1 does the same with two children).

use sha2::{Digest as _, Sha256};

use crate::model::Digest;

/// Children of an inner node.
const FAN_OUT: usize = 16;

/// Length of a salt in bytes.
pub(super) const SALT: usize = 16;

/// Bytes of four blocks: what a short leaf needs is packed there at once.
const SHORT: usize = 256;

/// The same for a piece of 1 KiB of a long body.
const LONG: usize = 1088;

/// The first hash value of SHA-256 (FIPS 180-4 section 5.3.3).
const START: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Digest of a leaf whose bytes are the concatenation of `pieces`.
///
/// Leaves are short and many (a typical exchange has eighty), so the message is padded by hand (FIPS 180-4 section 5.1.1) and compressed in
/// one call; this takes half the time of the general hasher. Tests hold both against each other.
pub(super) fn leaf(salt: &[u8; SALT], pieces: &[&[u8]]) -> [u8; 32] {
    let length = 1 + SALT + pieces.iter().map(|piece| piece.len()).sum::<usize>();
    if length + 9 <= SHORT {
        packed::<SHORT>(salt, pieces, length)
    } else if length + 9 <= LONG {
        packed::<LONG>(salt, pieces, length)
    } else {
        let mut hasher = Sha256::new();
        hasher.update([0_u8]);
        hasher.update(salt);
        pieces.iter().for_each(|piece| hasher.update(piece));
        hasher.finalize().into()
    }
}

/// The digest of a leaf of `length` bytes that fits into a buffer of this size with its padding.
fn packed<const SIZE: usize>(salt: &[u8; SALT], pieces: &[&[u8]], length: usize) -> [u8; 32] {
    let mut message = [0_u8; SIZE];
    message[1..=SALT].copy_from_slice(salt);
    let mut at = 1 + SALT;
    for piece in pieces {
        message[at..at + piece.len()].copy_from_slice(piece);
        at += piece.len();
    }
    message[at] = 0x80;
    let end = (length + 9).next_multiple_of(64);
    message[end - 8..end].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = START;
    let (blocks, _) = message[..end].as_chunks::<64>();
    sha2::block_api::compress256(&mut state, blocks);
    let mut digest = [0_u8; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// Root over `leaves`, which are used up. No leaves have the digest of a node without children.
pub(super) fn root(leaves: &mut Vec<[u8; 32]>) -> Digest {
    loop {
        let nodes = leaves.len().div_ceil(FAN_OUT).max(1);
        for node in 0..nodes {
            let mut hasher = Sha256::new();
            hasher.update([1_u8]);
            let children = &leaves[node * FAN_OUT..((node + 1) * FAN_OUT).min(leaves.len())];
            hasher.update(children.as_flattened());
            let digest = hasher.finalize().into();
            // A node is written where its first child stood or earlier, and its children have been read.
            match leaves.get_mut(node) {
                Some(place) => *place = digest,
                None => leaves.push(digest),
            }
        }
        leaves.truncate(nodes);
        if let [root] = leaves[..] {
            return Digest(root);
        }
    }
}

/// Digest of an inner node over `children`, of which there are at most sixteen.
fn node(children: &[[u8; 32]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update([1_u8]);
    hasher.update(children.as_flattened());
    hasher.finalize().into()
}

/// The node of a level over `leaves`, of which it has no more below it than it has room for.
pub(super) fn above(leaves: &[[u8; 32]], level: u32) -> [u8; 32] {
    let mut nodes = leaves.to_vec();
    for _ in 0..level {
        nodes = nodes.chunks(FAN_OUT).map(node).collect();
    }
    nodes.first().copied().unwrap_or_else(|| node(&[]))
}

/// Leaves below a node of a level: 1, 16, 256 … `None` for more than can be counted.
pub(super) fn below(level: u32) -> Option<u64> {
    (FAN_OUT as u64).checked_pow(level)
}

const MISPLACED: &str = "a digest stands for leaves that no node of the tree has below it";

/// Takes leaves, and nodes in place of all leaves below them, in order, and gives the root that [`root`] gives for all the leaves. Needs no more memory than
/// a path through the tree.
#[derive(Debug, Default)]
pub(super) struct Grower {
    /// Digests that wait for their neighbours, by level; of the leaves first.
    waiting: Vec<Vec<[u8; 32]>>,
    leaves: u64,
    /// A node with fewer leaves than it has room for came: nothing may follow it, or a leaf could pass for another one.
    ended: bool,
}

impl Grower {
    /// The next leaf.
    ///
    /// # Errors
    ///
    /// The end came before.
    pub(super) fn leaf(&mut self, digest: [u8; 32]) -> Result<(), &'static str> {
        if self.ended {
            return Err(MISPLACED);
        }
        self.leaves += 1;
        self.at(0, digest);
        Ok(())
    }

    /// The node that stands for the next leaves. `leaves`: how many; fewer than a full node has only at the very end.
    ///
    /// # Errors
    ///
    /// No node of this level begins here or has as many leaves.
    pub(super) fn node(&mut self, level: u32, digest: [u8; 32], leaves: u64) -> Result<(), &'static str> {
        let full = below(level).filter(|full| level > 0 && level < 16 && leaves > 0 && leaves <= *full).ok_or(MISPLACED)?;
        if self.ended || self.leaves % full != 0 {
            return Err(MISPLACED);
        }
        self.ended = leaves < full;
        self.leaves += leaves;
        self.at(level as usize, digest);
        Ok(())
    }

    fn at(&mut self, level: usize, digest: [u8; 32]) {
        if self.waiting.len() <= level {
            self.waiting.resize_with(level + 1, Vec::new);
        }
        self.waiting[level].push(digest);
        if self.waiting[level].len() == FAN_OUT {
            let parent = node(&self.waiting[level]);
            self.waiting[level].clear();
            self.at(level + 1, parent);
        }
    }

    /// How many leaves there were.
    pub(super) fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root.
    pub(super) fn root(mut self) -> Digest {
        let mut level = 0;
        loop {
            let above = self.waiting.get(level + 1..).is_some_and(|above| above.iter().any(|waiting| !waiting.is_empty()));
            let here = self.waiting.get(level).map(Vec::as_slice).unwrap_or_default();
            match here {
                [root] if !above && level > 0 => return Digest(*root),
                [] if above => level += 1,
                _ => {
                    let parent = node(here);
                    if let Some(here) = self.waiting.get_mut(level) {
                        here.clear();
                    }
                    level += 1;
                    if self.waiting.len() <= level {
                        self.waiting.resize_with(level + 1, Vec::new);
                    }
                    self.waiting[level].push(parent);
                }
            }
        }
    }
}

/// The fewest nodes that stand for the leaves from `from` up to `to` of a tree with `total` leaves, in order: level and leaves of each. Level 0 is a leaf.
pub(super) fn cover(from: u64, to: u64, total: u64) -> Vec<(u32, u64)> {
    let mut nodes = Vec::new();
    let mut at = from;
    while at < to {
        let mut level = 0;
        while let Some(size) = below(level + 1)
            && at % size == 0
            && (at + size <= to || to == total)
            // The root is no part of a proof, and a node above a single one says nothing more.
            && size < total.max(2)
            && (level == 0 || to - at > below(level).unwrap_or(u64::MAX))
        {
            level += 1;
        }
        let leaves = below(level).unwrap_or(u64::MAX).min(to - at);
        nodes.push((level, leaves));
        at += leaves;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_leaves_equal_the_general_hasher() {
        let salt = [7_u8; SALT];
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let (front, back) = bytes.split_at(length / 3);
            let mut whole = vec![0_u8];
            whole.extend_from_slice(&salt);
            whole.extend_from_slice(&bytes);
            assert_eq!(leaf(&salt, &[front, back]), Digest::of(&whole).0, "{length} bytes");
        }
    }

    #[test]
    fn roots_by_hand() {
        let node = |children: &[[u8; 32]]| Digest::of(&[&[1_u8][..], children.as_flattened()].concat()).0;
        let leaves: Vec<[u8; 32]> = (0..18).map(|at| [at as u8; 32]).collect();
        assert_eq!(root(&mut leaves[..1].to_vec()).0, node(&leaves[..1]));
        assert_eq!(root(&mut leaves[..16].to_vec()).0, node(&leaves[..16]));
        assert_eq!(root(&mut leaves.clone()).0, node(&[node(&leaves[..16]), node(&leaves[16..])]));
        assert_eq!(root(&mut Vec::new()).0, node(&[]));
        let many: Vec<[u8; 32]> = (0..300_u32).map(|at| Digest::of(&at.to_be_bytes()).0).collect();
        let second: Vec<[u8; 32]> = many.chunks(16).map(node).collect();
        let third: Vec<[u8; 32]> = second.chunks(16).map(node).collect();
        let mut many = many;
        assert_eq!(root(&mut many).0, node(&third));
    }

    #[test]
    fn growing_gives_the_same_root_with_any_stretch_put_together() {
        for total in [0_u64, 1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 257, 272, 4095, 4096, 4097, 5000] {
            let leaves: Vec<[u8; 32]> = (0..total).map(|at| Digest::of(&at.to_be_bytes()).0).collect();
            let expected = root(&mut leaves.clone());
            let mut plain = Grower::default();
            leaves.iter().for_each(|leaf| plain.leaf(*leaf).expect("in order"));
            assert_eq!(plain.root(), expected, "{total} leaves");
            for (from, to) in
                [(0, total), (1, total), (0, total / 2), (total / 3, total - total / 5), (16, total.max(16)), (256, 512), (2, 3)]
            {
                if from > to || to > total {
                    continue;
                }
                let mut grower = Grower::default();
                leaves[..from as usize].iter().for_each(|leaf| grower.leaf(*leaf).expect("in order"));
                for (level, count) in cover(from, to, total) {
                    let at = grower.leaves() as usize;
                    let digest = above(&leaves[at..at + count as usize], level);
                    match level {
                        0 => grower.leaf(digest).expect("in order"),
                        level => grower.node(level, digest, count).expect("fits"),
                    }
                }
                assert_eq!(grower.leaves(), to);
                leaves[to as usize..].iter().for_each(|leaf| grower.leaf(*leaf).expect("in order"));
                assert_eq!(grower.root(), expected, "{total} leaves, {from} to {to}");
            }
        }
        assert!(cover(0, 4096, 4097).len() <= 2, "few nodes stand for many leaves");
    }

    #[test]
    fn a_node_in_the_wrong_place_is_refused() {
        let mut grower = Grower::default();
        grower.leaf([0; 32]).expect("in order");
        assert!(grower.node(1, [1; 32], 16).is_err());
        for (level, leaves) in [(0, 1), (1, 17), (1, 0), (16, 1), (99, 1)] {
            assert!(Grower::default().node(level, [1; 32], leaves).is_err(), "level {level}, {leaves} leaves");
        }
        let mut ended = Grower::default();
        ended.node(1, [1; 32], 5).expect("the last one");
        assert!(ended.leaf([2; 32]).is_err(), "nothing stands behind the last one");
    }
}
