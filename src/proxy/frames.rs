//! Follows one direction of a WebSocket (RFC 6455 section 5) and tells its messages. It is given bytes that somebody else passes on, does no
//! input or output of its own, and never refuses any: what it cannot follow, it counts.
//!
//! It reads whatever has one meaning only, also where an endpoint would have to refuse it (a mask in the wrong direction, a length in more bytes
//! than needed, an opcode that nobody has defined, a long control frame).

use crate::model::{Body, BodyState, Opcode, Unrecorded};

use super::deflate::{Inflater, Undone};

/// Bytes that a message may keep without asking for room.
pub(super) const FREE: usize = 4 * 1024;
/// Longest head of a frame: two bytes, eight of length, four of mask.
const LONGEST_HEAD: usize = 14;
/// Bytes that are unmasked at once.
const STEP: usize = 4 * 1024;

const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;

/// How much of a message is kept, and read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ceilings {
    /// Bytes that are kept of one message, extensions undone. What is longer is recorded up to here, as truncated.
    pub(super) kept: usize,
    /// Bytes up to which one compressed message is decoded. Where messages refer to those before them, what follows a longer one cannot be read.
    pub(super) decoded: u64,
}

/// The ceilings of a recording.
pub(super) const CEILINGS: Ceilings = Ceilings { kept: 4 * 1024 * 1024, decoded: 64 * 1024 * 1024 };

/// Room for messages whose end has not come, which many connections share.
pub(super) trait Room {
    /// Takes so many bytes of it. `false`: there are not so many.
    fn take(&mut self, bytes: usize) -> bool;
}

/// A message, or what there is of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its opcode.
    pub(super) opcode: Opcode,
    /// Its payload.
    pub(super) payload: Body,
    /// Bytes of [`Room`] that were taken for it and are to be given back.
    pub(super) room: usize,
}

/// See the head of this file.
pub(super) struct Frames {
    ceilings: Ceilings,
    inflater: Option<Inflater>,
    stage: Stage,
    head: [u8; LONGEST_HEAD],
    /// How many bytes of `head` there are.
    headed: usize,
    /// The message that data frames make up, and a control frame that may stand between these.
    message: Option<Held>,
    control: Option<Held>,
    closed: bool,
    unread: u64,
    decoded: u64,
}

enum Stage {
    Head,
    Payload(Frame),
    /// Bytes have no meaning (any more).
    Unread,
}

/// The frame whose payload comes.
struct Frame {
    control: bool,
    last: bool,
    mask: [u8; 4],
    left: u64,
}

/// A message in the making.
struct Held {
    opcode: u8,
    compressed: bool,
    kept: Vec<u8>,
    /// How many bytes it may keep.
    allowed: usize,
    cut: bool,
    /// Nothing of it could be decoded.
    missing: bool,
}

impl Held {
    fn new(opcode: u8, compressed: bool) -> Self {
        Self { opcode, compressed, kept: Vec::new(), allowed: FREE, cut: false, missing: false }
    }

    fn keep(&mut self, bytes: &[u8], ceiling: usize, room: &mut impl Room) {
        if self.cut || bytes.is_empty() {
            return;
        }
        let wanted = self.kept.len() + bytes.len();
        if wanted > self.allowed && self.allowed < ceiling {
            // By doubling, so that bytes are moved rarely.
            let allowed = wanted.max(self.allowed * 2).min(ceiling);
            if room.take(allowed - self.allowed) {
                self.allowed = allowed;
                self.kept.reserve_exact(allowed - self.kept.len());
            }
        }
        let fits = bytes.len().min(self.allowed.min(ceiling) - self.kept.len());
        self.kept.extend_from_slice(&bytes[..fits]);
        self.cut = fits < bytes.len();
    }

    /// What it came to. `whole`: its end came.
    fn seen(self, whole: bool) -> Seen {
        let state = match (self.cut, whole) {
            (true, _) => BodyState::Truncated(Unrecorded::Ceiling),
            (false, false) => BodyState::Truncated(Unrecorded::Disconnected),
            (false, true) if self.compressed => BodyState::AlreadyDecoded,
            (false, true) => BodyState::Raw,
        };
        let payload = if self.missing { Body::missing(Unrecorded::Ceiling) } else { Body::new(state, self.kept) };
        Seen { opcode: Opcode::from_number(self.opcode), payload, room: self.allowed - FREE }
    }
}

impl Frames {
    /// A direction of a WebSocket. `inflater`: permessage-deflate was agreed on.
    pub(super) fn new(inflater: Option<Inflater>, ceilings: Ceilings) -> Self {
        let stage = Stage::Head;
        Self {
            ceilings,
            inflater,
            stage,
            head: [0; LONGEST_HEAD],
            headed: 0,
            message: None,
            control: None,
            closed: false,
            unread: 0,
            decoded: 0,
        }
    }

    /// A direction of something else, whose bytes are only counted.
    pub(super) fn unreadable() -> Self {
        Self { stage: Stage::Unread, ..Self::new(None, CEILINGS) }
    }

    /// Bytes that were passed by without being read as part of a message.
    pub(super) fn unread(&self) -> u64 {
        self.unread
    }

    /// Whether a Close frame has come.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Bytes that compressed messages came to so far: a measure of the work that was done.
    pub(super) fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Takes bytes up to the end of the next message. Answers how many it took, and the message. Without one it took all.
    pub(super) fn push(&mut self, bytes: &[u8], room: &mut impl Room) -> (usize, Option<Seen>) {
        let mut rest = bytes;
        loop {
            match &mut self.stage {
                Stage::Unread => {
                    self.unread += rest.len() as u64;
                    return (bytes.len(), None);
                }
                Stage::Head => {
                    let Some((byte, after)) = rest.split_first() else { return (bytes.len(), None) };
                    rest = after;
                    self.head[self.headed] = *byte;
                    self.headed += 1;
                    if self.headed < 2 || self.headed < length_of_head(self.head[1]) {
                        continue;
                    }
                    match self.begin() {
                        Some(frame) => {
                            self.stage = Stage::Payload(frame);
                            self.headed = 0;
                        }
                        None => {
                            let partial = self.lose();
                            if partial.is_some() {
                                return (bytes.len() - rest.len(), partial);
                            }
                        }
                    }
                }
                Stage::Payload(frame) if frame.left == 0 => {
                    let (control, last) = (frame.control, frame.last);
                    self.stage = Stage::Head;
                    if let Some(seen) = self.end(control, last, room) {
                        return (bytes.len() - rest.len(), Some(seen));
                    }
                }
                Stage::Payload(frame) => {
                    if rest.is_empty() {
                        return (bytes.len(), None);
                    }
                    let length = rest.len().min(STEP).min(usize::try_from(frame.left).unwrap_or(STEP));
                    let (masked, after) = rest.split_at(length);
                    let mut piece = [0; STEP];
                    let piece = &mut piece[..length];
                    piece.copy_from_slice(masked);
                    unmask(piece, &mut frame.mask);
                    frame.left -= length as u64;
                    let control = frame.control;
                    if self.keep(control, piece, room) {
                        rest = after;
                    } else {
                        // The bytes of this piece are counted as unread.
                        let partial = self.lose();
                        if partial.is_some() {
                            return (bytes.len() - rest.len(), partial);
                        }
                    }
                }
            }
        }
    }

    /// The head of a frame is there. `None`: it has no meaning at this point.
    fn begin(&mut self) -> Option<Frame> {
        let (first, second) = (self.head[0], self.head[1]);
        let (last, reserved, opcode) = (first & 0x80 != 0, first >> 4 & 0b111, first & 0x0f);
        let (masked, short) = (second & 0x80 != 0, u64::from(second & 0x7f));
        let long = &self.head[2..10];
        let left = match short {
            126 => u64::from(u16::from_be_bytes([long[0], long[1]])),
            127 => u64::from_be_bytes(long.try_into().ok()?),
            short => short,
        };
        let mask = if masked { self.head[self.headed - 4..self.headed].try_into().ok()? } else { [0; 4] };
        let control = opcode >= CLOSE;
        let compressed = reserved == 0b100 && self.inflater.is_some() && !control && opcode != CONTINUATION;
        let goes_on = opcode == CONTINUATION;
        let out_of_order = if control { !last } else { goes_on != self.message.is_some() };
        if out_of_order || reserved != 0 && !compressed || left > i64::MAX as u64 {
            return None;
        }
        if control {
            self.control = Some(Held::new(opcode, false));
        } else if !goes_on {
            if let Some(inflater) = self.inflater.as_mut().filter(|_| compressed) {
                inflater.begin();
            }
            self.message = Some(Held::new(opcode, compressed));
        }
        Some(Frame { control, last, mask, left })
    }

    /// Keeps bytes of a payload. `false`: they are not what they claim to be.
    fn keep(&mut self, control: bool, bytes: &[u8], room: &mut impl Room) -> bool {
        let Some(held) = (if control { &mut self.control } else { &mut self.message }) else { return true };
        let (ceiling, decoded) = (self.ceilings.kept, &mut self.decoded);
        let Some(inflater) = self.inflater.as_mut().filter(|_| held.compressed) else {
            held.keep(bytes, ceiling, room);
            return true;
        };
        let undone = inflater.push(bytes, &mut |piece| {
            *decoded += piece.len() as u64;
            held.keep(piece, ceiling, room);
        });
        held.undone(undone)
    }

    /// A frame ends, and a message with its last.
    fn end(&mut self, control: bool, last: bool, room: &mut impl Room) -> Option<Seen> {
        if control {
            let held = self.control.take()?;
            self.closed |= held.opcode == CLOSE;
            if self.closed {
                // Nothing that may follow has a meaning. What was begun will not be ended.
                self.stage = Stage::Unread;
            }
            return Some(held.seen(true));
        }
        if !last {
            return None;
        }
        let mut held = self.message.take()?;
        let mut readable = true;
        if let Some(inflater) = self.inflater.as_mut().filter(|_| held.compressed) {
            let (ceiling, decoded) = (self.ceilings.kept, &mut self.decoded);
            let undone = inflater.end(&mut |piece| {
                *decoded += piece.len() as u64;
                held.keep(piece, ceiling, room);
            });
            readable = held.undone(undone);
        }
        if !readable {
            self.stage = Stage::Unread;
        }
        Some(held.seen(readable))
    }

    /// From here on bytes have no meaning. Answers what there is of a message that was begun.
    fn lose(&mut self) -> Option<Seen> {
        self.stage = Stage::Unread;
        self.unread += std::mem::take(&mut self.headed) as u64;
        self.message.take().map(|held| held.seen(false))
    }

    /// Nothing more comes: what there is of messages that were begun. What comes all the same is counted as unread.
    pub(super) fn cut(&mut self) -> impl Iterator<Item = Seen> {
        let message = self.lose();
        self.control.take().map(|held| held.seen(false)).into_iter().chain(message)
    }
}

impl Held {
    /// Notes how far the decoder came. `false`: the bytes are not what they claim to be.
    fn undone(&mut self, undone: Undone) -> bool {
        if undone == Undone::Lost {
            self.missing = self.kept.is_empty();
            self.cut = true;
        }
        undone != Undone::Invalid
    }
}

/// The length of a head, from its second byte.
fn length_of_head(second: u8) -> usize {
    let length = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    2 + length + if second & 0x80 != 0 { 4 } else { 0 }
}

/// Undoes the masking (RFC 6455 section 5.3) of bytes; `mask` begins with the byte for the first of them, then for what follows.
fn unmask(bytes: &mut [u8], mask: &mut [u8; 4]) {
    if *mask == [0; 4] {
        return;
    }
    let key = u32::from_ne_bytes(*mask);
    let (words, rest) = bytes.as_chunks_mut();
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ key).to_ne_bytes();
    }
    rest.iter_mut().zip(*mask).for_each(|(byte, key)| *byte ^= key);
    let over = rest.len();
    mask.rotate_left(over);
}

// The path is written out because the fuzz target takes this file alone.
#[cfg(test)]
#[path = "frames/tests.rs"]
mod tests;
