//! Any bytes as one direction of a WebSocket, with and without permessage-deflate; and any messages made into frames, which must be told as they
//! were. The first byte chooses the mode.
#![no_main]

use flate2::{Compress, Compression, FlushCompress};
use libfuzzer_sys::fuzz_target;

use crate::deflate::{Deflate, Inflater};
use crate::frames::{CEILINGS, Ceilings, FREE, Frames, Room, Seen};
use crate::model::{BodyState, Unrecorded};

// The reader is no public part of the library, and needs nothing of the proxy around it.
#[path = "../../src/proxy/deflate.rs"]
mod deflate;
#[path = "../../src/proxy/frames.rs"]
mod frames;
mod model {
    pub(crate) use dataspoor::model::{Body, BodyState, Opcode, Unrecorded};
}

/// Small, so that inputs reach them.
const SMALL: Ceilings = Ceilings { kept: 6_000, decoded: 20_000 };

/// Room for so many bytes.
struct Rooms(usize);

impl Room for Rooms {
    fn take(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.0;
        self.0 -= if fits { bytes } else { 0 };
        fits
    }
}

type Told = (u8, BodyState, Vec<u8>);

/// What a direction tells of bytes in pieces of `length`, and how many it did not read.
fn read(mut frames: Frames, bytes: &[u8], length: usize, ceilings: Ceilings) -> (Vec<Told>, u64) {
    let mut rooms = Rooms(1 << 20);
    let mut told = Vec::new();
    let mut note = |seen: Seen, rooms: &mut Rooms| {
        rooms.0 += seen.room;
        let payload = seen.payload.in_memory().expect("in memory");
        assert!(payload.len() <= ceilings.kept.max(FREE), "no more is kept than the ceiling");
        told.push((seen.opcode.number(), seen.payload.state(), payload.to_vec()));
    };
    for piece in bytes.chunks(length) {
        let mut rest = piece;
        while !rest.is_empty() {
            let (used, seen) = frames.push(rest, &mut rooms);
            assert!(used <= rest.len() && (used == rest.len() || seen.is_some()), "without a message everything is taken");
            rest = &rest[used..];
            if let Some(seen) = seen {
                note(seen, &mut rooms);
            }
        }
    }
    frames.cut().for_each(|seen| note(seen, &mut rooms));
    assert_eq!(rooms.0, 1 << 20, "all room is given back");
    assert!(frames.unread() <= bytes.len() as u64);
    let _ = (frames.is_closed(), frames.decoded());
    (told, frames.unread())
}

/// What does not depend on how the bytes are cut: where they turn out to be no DEFLATE, and how much came out before, does.
fn comparable((mut told, unread): (Vec<Told>, u64), deflate: bool) -> (Vec<Told>, u64) {
    if !deflate || unread == 0 {
        return (told, unread);
    }
    let whole = told.iter().take_while(|(_, state, _)| !matches!(state, BodyState::Truncated(_))).count();
    told.truncate(whole);
    (told, 0)
}

fuzz_target!(|data: &[u8]| {
    let Some((mode, bytes)) = data.split_first() else { return };
    let deflate = Deflate::of(bytes).unwrap_or(Deflate { client_takeover: mode & 2 == 0, server_takeover: true });
    let frames =
        |ceilings: Ceilings| Frames::new((mode & 1 == 1).then(|| Inflater::new(deflate.client_takeover, ceilings.decoded)), ceilings);
    if mode & 4 == 0 {
        let whole = comparable(read(frames(SMALL), bytes, bytes.len().max(1), SMALL), mode & 1 == 1);
        for length in [1, 7] {
            assert_eq!(comparable(read(frames(SMALL), bytes, length, SMALL), mode & 1 == 1), whole, "the same in pieces of {length}");
        }
        let (_, unread) = read(Frames::unreadable(), bytes, 100, SMALL);
        assert_eq!(unread, bytes.len() as u64);
        return;
    }
    // Messages of up to 300 bytes, each in frames of the lengths and with the masks that its own bytes say.
    let mut compress = Compress::new_with_window_bits(Compression::fast(), false, 9 + mode % 7);
    let (mut wire, mut expected) = (Vec::new(), Vec::new());
    for payload in bytes.chunks(300) {
        let (seed, compressed) = (payload[0], mode & 1 == 1 && payload[0] & 3 != 0);
        let mut coded = payload.to_vec();
        if compressed {
            if !deflate.client_takeover {
                compress.reset();
            }
            coded = Vec::with_capacity(payload.len() + 100);
            compress.compress_vec(payload, &mut coded, FlushCompress::Sync).expect("compresses");
            coded.truncate(coded.len() - 4);
        }
        let parts = 1 + usize::from(seed >> 2 & 3);
        for part in 0..parts {
            let piece = &coded[coded.len() * part / parts..coded.len() * (part + 1) / parts];
            let first = if part > 0 {
                0
            } else if compressed {
                0x41
            } else {
                0x02
            };
            wire.push(first | if part + 1 == parts { 0x80 } else { 0 });
            wire.extend([0x80 | 126, (piece.len() >> 8) as u8, piece.len() as u8]);
            let mask = [seed, seed.wrapping_mul(7), !seed, 3];
            wire.extend(mask);
            wire.extend(piece.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
            if seed & 0x40 != 0 {
                wire.extend([0x8a, 1, seed]);
                if part + 1 < parts {
                    expected.push((10, BodyState::Raw, vec![seed]));
                }
            }
        }
        expected.push(if compressed { (1, BodyState::AlreadyDecoded, payload.to_vec()) } else { (2, BodyState::Raw, payload.to_vec()) });
        if seed & 0x40 != 0 {
            expected.push((10, BodyState::Raw, vec![seed]));
        }
    }
    wire.push(0x81);
    let (told, unread) = read(frames(CEILINGS), &wire, 1 + usize::from(*mode), CEILINGS);
    assert_eq!((told, unread), (expected, 1), "half a head is left");
    let half = [&wire[..wire.len() - 1], &[0x01, 0x02, b'x']].concat();
    let last = read(frames(CEILINGS), &half, half.len(), CEILINGS).0.pop();
    assert_eq!(last, Some((1, BodyState::Truncated(Unrecorded::Disconnected), b"x".to_vec())));
});
