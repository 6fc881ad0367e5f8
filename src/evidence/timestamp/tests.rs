//! Answers of a real authority (`tests/data/timestamp`), whole, cut off and changed, and answers that mean no.

use super::*;
use crate::model::{Digest, Timestamp};

const RSA: &[u8] = include_bytes!("../../../tests/data/timestamp/rsa.tsr");
const RSA_ROOT: &[u8] = include_bytes!("../../../tests/data/timestamp/rsa-root.pem");
const P384: &[u8] = include_bytes!("../../../tests/data/timestamp/p384.tsr");
const P384_ROOT: &[u8] = include_bytes!("../../../tests/data/timestamp/p384-root.pem");
const REFUSED: &[u8] = include_bytes!("../../../tests/data/timestamp/refused.tsr");

#[test]
fn answers_hold_and_lead_to_their_own_root_only() {
    let imprint = Digest::of(b"head");
    for (answer, own, other) in [(RSA, RSA_ROOT, P384_ROOT), (P384, P384_ROOT, RSA_ROOT)] {
        let token = TimeAnswer::read(answer).expect("a token").token;
        let unknown = check_time(token, &imprint, None, &Anchors::default()).expect("holds");
        assert_eq!((unknown.signer.as_str(), &unknown.chain_to), ("CN=Time for tests", &None));
        assert_eq!(unknown.says, TimeToken::read(token).expect("readable"));
        assert!(unknown.says.time > Timestamp::parse("2026-11-23T00:00:00Z").expect("a time") && unknown.says.nonce.is_some());
        let anchors = |pem| Anchors::from_pem(pem).expect("anchors");
        let known = check_time(token, &imprint, unknown.says.nonce.as_deref(), &anchors(own)).expect("holds");
        assert_eq!(known.chain_to.as_deref(), Some("CN=Root for tests"));
        // The same name, another key.
        let error = check_time(token, &imprint, None, &anchors(other)).expect_err("another root");
        assert!(matches!(error, TimestampError::Chain { .. } | TimestampError::Unknown(_)), "{error}");
    }
    assert!(Anchors::from_pem(b"").is_err() && Anchors::from_der(vec![vec![0x30, 0]]).is_err());
}

#[test]
fn a_refusal_says_why() {
    let error = TimeAnswer::read(REFUSED).expect_err("refused").to_string();
    assert!(error.starts_with("the authority refuses: status 2 (rejection): unrecognized or unsupported algorithm"), "{error}");
    for (bytes, says) in [
        (&[0x30, 5, 0x30, 3, 2, 1, 3][..], "status 3 (waiting)"),
        (&[0x30, 5, 0x30, 3, 2, 1, 99], "status 99 (unknown)"),
        (&[0x30, 5, 0x30, 3, 2, 1, 0], "holds none"),
        (&[], "the answer"),
        (&[0x30, 0x80], "the answer"),
    ] {
        let error = TimeAnswer::read(bytes).expect_err("no token").to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn what_is_cut_off_or_changed_never_says_anything_else() {
    let imprint = Digest::of(b"head");
    let token = TimeAnswer::read(P384).expect("a token").token;
    let whole = check_time(token, &imprint, None, &Anchors::default()).expect("holds");
    for length in 0..token.len() {
        assert!(check_time(&token[..length], &imprint, None, &Anchors::default()).is_err(), "cut at {length}");
    }
    for at in 0..token.len() {
        for bit in [0, 7] {
            let mut changed = token.to_vec();
            changed[at] ^= 1 << bit;
            if let Ok(found) = check_time(&changed, &imprint, None, &Anchors::default()) {
                assert_eq!(found, whole, "byte {at} bit {bit}");
            }
        }
    }
}

#[test]
fn the_anchors_decide_whatever_else_lies_in_a_token() {
    // A token whose list of certificates holds the other authority's root as well leads nowhere new.
    let imprint = Digest::of(b"head");
    let token = TimeAnswer::read(RSA).expect("a token").token;
    let strangers = Anchors::from_pem(P384_ROOT).expect("anchors");
    assert!(check_time(token, &imprint, None, &strangers).is_err());
    let both = Anchors::from_pem(&[P384_ROOT, RSA_ROOT].concat()).expect("anchors");
    assert!(check_time(token, &imprint, None, &both).is_ok());
}
