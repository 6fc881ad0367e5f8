//! Frames as bytes, and what is told of them. The bytes of the standards' own examples stand in the tests named after their sections.

use super::*;
use BodyState::{AlreadyDecoded, Raw, Truncated};
use Unrecorded::{Ceiling, Disconnected};

/// Room without end, or for so many bytes.
struct Rooms(usize);

impl Room for Rooms {
    fn take(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.0;
        self.0 -= if fits { bytes } else { 0 };
        fits
    }
}

const SMALL: Ceilings = Ceilings { kept: 100_000, decoded: 200_000 };

type Told = (u8, BodyState, Vec<u8>);

fn told(seen: &Seen) -> Told {
    (seen.opcode.number(), seen.payload.state(), seen.payload.in_memory().expect("in memory").to_vec())
}

/// Everything that a direction tells of `bytes` in pieces of `length`, and how many bytes it did not read.
fn read(mut frames: Frames, bytes: &[u8], length: usize) -> (Vec<Told>, u64) {
    let mut all = Vec::new();
    for piece in bytes.chunks(length) {
        let mut rest = piece;
        while !rest.is_empty() {
            let (used, seen) = frames.push(rest, &mut Rooms(usize::MAX));
            assert!(used > 0 && (seen.is_some() || used == rest.len()));
            rest = &rest[used..];
            all.extend(seen.as_ref().map(told));
        }
    }
    all.extend(frames.cut().map(|seen| told(&seen)));
    (all, frames.unread())
}

fn plain() -> Frames {
    Frames::new(None, SMALL)
}

fn deflated() -> Frames {
    Frames::new(Some(Inflater::new(true, SMALL.decoded)), SMALL)
}

fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(masked | length as u8),
        length @ 126..=65535 => {
            frame.push(masked | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(masked | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(mask.into_iter().flatten());
    frame.extend(payload.iter().zip(mask.unwrap_or_default().iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

#[test]
fn the_examples_of_rfc_6455_section_5_7() {
    let long = vec![7; 65536];
    let cases: [(&[u8], Vec<Told>); 5] = [
        (b"\x81\x05\x48\x65\x6c\x6c\x6f", vec![(1, Raw, b"Hello".to_vec())]),
        (b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", vec![(1, Raw, b"Hello".to_vec())]),
        (b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f", vec![(1, Raw, b"Hello".to_vec())]),
        (
            b"\x89\x05\x48\x65\x6c\x6c\x6f\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
            vec![(9, Raw, b"Hello".to_vec()), (10, Raw, b"Hello".to_vec())],
        ),
        (
            &[b"\x82\x7e\x01\x00", &long[..256], b"\x82\x7f\0\0\0\0\0\x01\0\0", &long].concat(),
            vec![(2, Raw, vec![7; 256]), (2, Raw, long.clone())],
        ),
    ];
    for (bytes, expected) in cases {
        for length in [1, 3, 4096, 100_000] {
            assert_eq!(read(plain(), bytes, length), (expected.clone(), 0), "{length}");
        }
    }
}

#[test]
fn every_length_and_mask_in_pieces_of_any_size() {
    for length in [0, 1, 2, 3, 4, 5, 125, 126, 127, 4095, 4096, 4097, 65535, 65536] {
        let payload: Vec<u8> = (0..length).map(|at: u32| (at ^ at >> 8) as u8).collect();
        for mask in [None, Some([1, 2, 3, 4]), Some([0; 4])] {
            let bytes = frame(0x82, mask, &payload).repeat(2);
            for piece in [7, 4096, 1 << 20] {
                let expected = vec![(2, Raw, payload.clone()); 2];
                assert!(read(plain(), &bytes, piece) == (expected, 0), "{length} {mask:?} {piece}");
            }
        }
    }
}

#[test]
fn a_control_frame_stands_between_fragments_and_a_close_is_the_last() {
    let mask = Some([9, 8, 7, 6]);
    let bytes = [
        frame(0x01, mask, b"He"),
        frame(0x89, mask, b"still there?"),
        frame(0x00, mask, b""),
        frame(0x8a, mask, b""),
        frame(0x80, mask, b"llo"),
        frame(0x88, mask, b"\x03\xe9away"),
        frame(0x81, mask, b"ignored"),
    ];
    let expected = [(9, Raw, &b"still there?"[..]), (10, Raw, b""), (1, Raw, b"Hello"), (8, Raw, b"\x03\xe9away")];
    let expected: Vec<Told> = expected.map(|(opcode, state, bytes)| (opcode, state, bytes.to_vec())).into();
    for length in [1, 1000] {
        assert_eq!(read(plain(), &bytes.concat(), length), (expected.clone(), bytes[6].len() as u64));
    }
}

#[test]
fn compressed_messages_are_read_across_fragments_and_beside_others() {
    // RFC 7692 sections 7.2.3.1 and 7.2.3.2; only the first frame of a message is marked.
    let bytes = [
        frame(0x41, None, b"\xf2\x48\xcd"),
        frame(0x89, None, b"p"),
        frame(0x80, None, b"\xc9\xc9\x07\x00"),
        frame(0x82, None, b"as it is"),
        frame(0xc1, None, b"\xf2\x00\x11\x00\x00"),
    ];
    let hello = (1, AlreadyDecoded, b"Hello".to_vec());
    let expected = vec![(9, Raw, b"p".to_vec()), hello.clone(), (2, Raw, b"as it is".to_vec()), hello];
    assert_eq!(read(deflated(), &bytes.concat(), 2), (expected, 0));
}

#[test]
fn what_has_no_meaning_is_counted_and_what_was_begun_is_kept() {
    let cases: [(&str, Vec<u8>, Vec<Told>); 7] = [
        ("no extension uses this bit", frame(0xc1, None, b"x"), vec![]),
        ("a continuation of nothing", frame(0x80, None, b"x"), vec![]),
        ("a control frame in parts", frame(0x09, None, b"x"), vec![]),
        ("a length with its highest bit", b"\x82\x7f\x80\0\0\0\0\0\0\x01x".to_vec(), vec![]),
        (
            "another message",
            [frame(0x01, None, b"half"), frame(0x81, None, b"x")].concat(),
            vec![(1, Truncated(Disconnected), b"half".to_vec())],
        ),
        ("the end", frame(0x01, None, b"half"), vec![(1, Truncated(Disconnected), b"half".to_vec())]),
        ("half a head", vec![0x81], vec![]),
    ];
    for (what, bytes, expected) in cases {
        let first = expected.first().map_or(0, |(.., bytes)| bytes.len() + 2);
        for length in [1, 100] {
            let lost = if what == "the end" { 0 } else { (bytes.len() - first) as u64 };
            assert_eq!(read(plain(), &bytes, length), (expected.clone(), lost), "{what}");
        }
    }
    let (told, unread) = read(deflated(), &[frame(0xc2, None, b"\x07\xff"), frame(0x81, None, b"x")].concat(), 100);
    assert_eq!((told, unread), (vec![(2, Truncated(Disconnected), Vec::new())], 5), "no DEFLATE");
    assert_eq!(read(Frames::unreadable(), b"anything", 3), (vec![], 8));
}

#[test]
fn long_messages_are_cut_and_followed_to_their_end() {
    let long = vec![b'a'; 150_000];
    let bytes = [frame(0x01, Some([1, 2, 3, 4]), &long), frame(0x80, None, &long), frame(0x81, None, b"next")].concat();
    let expected = vec![(1, Truncated(Ceiling), long[..100_000].to_vec()), (1, Raw, b"next".to_vec())];
    assert!(read(plain(), &bytes, 5000) == (expected, 0));
    let mut frames = plain();
    let mut rooms = Rooms(10_000);
    let (used, seen) = frames.push(&bytes, &mut rooms);
    let seen = seen.expect("a message");
    assert_eq!((told(&seen), seen.room), ((1, Truncated(Ceiling), long[..FREE * 2].to_vec()), FREE));
    assert_eq!(rooms.0, 10_000 - FREE, "what is given back is what was taken");
    assert_eq!(used, bytes.len() - 6);
}

#[test]
fn a_bomb_is_cut_and_what_refers_to_it_is_missing() {
    let mut compress = flate2::Compress::new(flate2::Compression::best(), false);
    let mut compressed = |bytes: &[u8]| {
        let mut out = Vec::with_capacity(bytes.len() + 1024);
        compress.compress_vec(bytes, &mut out, flate2::FlushCompress::Sync).expect("compresses");
        out.truncate(out.len() - 4);
        frame(0xc2, None, &out)
    };
    let bytes = [compressed(&vec![0; 1_000_000]), compressed(b"after"), frame(0x89, None, b"p")].concat();
    let (told, unread) = read(deflated(), &bytes, 100);
    let missing = (2, BodyState::Missing(Ceiling), Vec::new());
    assert!(told == [(2, Truncated(Ceiling), vec![0; 100_000]), missing, (9, Raw, b"p".to_vec())], "{unread}");
    assert_eq!(unread, 0);
}
