//! Proofs of masked copies, what is done to them, and openings.

use super::*;
use crate::evidence::tree::SALT;
use crate::evidence::{EntryHasher, Opening, open_part};
use crate::model::{Body, BodyState, Fidelity, Headers, Outcome, Request, Response, Timestamp, Unrecorded};

const FORM: &[u8] = b"lsd=AVqx8&email=someone@example.org&telephone=0612345678&next=%2Fministry&a=1";

fn key() -> CaseKey {
    CaseKey::of_case([9; 32])
}

fn exchange(answer: usize) -> Exchange {
    let mut headers = Headers::new();
    headers.push(b"Cookie", b"c_user=1000; xs=secret; wd=10x20");
    headers.push(b"Content-Type", b"application/x-www-form-urlencoded");
    Exchange {
        started: Some(Timestamp::from_nanoseconds(5)),
        ..Exchange::of(
            Request::of("POST", "https://a.example/p?x=1&y=2#f", "h2", headers, Body::new(BodyState::Raw, FORM)),
            Outcome::Response(Response::of(
                200,
                "OK",
                "h2",
                Headers::new(),
                Body::new(BodyState::Raw, (0..answer).map(|at| (at % 251) as u8).collect::<Vec<u8>>()),
            )),
            Fidelity::ByteExact,
        )
    }
}

fn with_form(exchange: &Exchange, form: &[u8]) -> Exchange {
    let mut copy = exchange.clone();
    copy.request.body = Body::new(BodyState::Raw, form.to_vec());
    copy
}

fn without_answer(exchange: &Exchange) -> Exchange {
    let mut copy = exchange.clone();
    if let Outcome::Response(answer) = &mut copy.outcome {
        answer.body = Body::missing(Unrecorded::Withheld);
    }
    copy
}

fn masked_form() -> Vec<u8> {
    String::from_utf8(FORM.to_vec()).expect("text").replace("0612345678", "QhTeJzPwXa").into_bytes()
}

fn digest(exchange: &Exchange) -> String {
    EntryHasher::new(&key()).digest(7, exchange).expect("in memory").0.to_string()
}

#[test]
fn a_masked_field_leaves_its_neighbours_readable_and_proved() {
    let original = exchange(300);
    let copy = with_form(&original, &masked_form());
    let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
    assert_eq!(proof.digest_of_entry, digest(&original));
    let masked = proof.check(&copy).expect("fits");
    let [part] = &masked[..] else { panic!("{masked:?}") };
    assert_eq!((part.kind, part.length, part.withheld), (Kind::RequestBody as u8, "telephone=0612345678&".len(), false));
    // Any neighbour is proved: one letter of it changed is noticed, as is one of a header field, a cookie, the answer.
    let text = String::from_utf8(masked_form()).expect("text");
    for (from, to) in [("AVqx8", "AVqx9"), ("someone", "anyone1"), ("%2Fministry", "%2Fmin1stry"), ("a=1", "a=2")] {
        let changed = with_form(&original, text.replace(from, to).as_bytes());
        let problem = proof.check(&changed).expect_err("noticed");
        assert!(problem.what.contains("digest"), "{problem}");
    }
    for (from, to) in [("AVqx8", "AVqx"), ("&next", "&&next")] {
        let problem = proof.check(&with_form(&original, text.replace(from, to).as_bytes())).expect_err("noticed");
        assert!(!problem.what.contains("digest"), "{problem}");
    }
    let json = serde_json::to_string(&proof).expect("JSON");
    assert!(!json.contains("0612345678") && !json.contains(&STANDARD.encode("telephone=0612345678&")));
    assert_eq!(serde_json::from_str::<EntryProof>(&json).expect("JSON"), proof);
}

#[test]
fn what_is_masked_cannot_be_found_by_trying() {
    // The salt of the masked part is neither in the proof nor made from anything in it; with any salt of the proof no telephone number of the reduced
    // space gives the digest.
    let original = exchange(10);
    let copy = with_form(&original, &masked_form());
    let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
    let part = proof.check(&copy).expect("fits").remove(0);
    let wanted = proof.masked_leaf(part.leaf).expect("reads").expect("named");
    let mut salts: Vec<[u8; SALT]> = vec![[0; SALT]];
    let mut told = proof.told();
    while let Some(leaf) = told.next().expect("reads") {
        if let Leaf::Open(salt) = leaf {
            salts.push(salt);
        }
    }
    assert!(salts.len() > 10);
    for number in 5_000..6_000_u32 {
        let guess = format!("telephone=061234{number:04}&");
        assert!(salts.iter().all(|salt| tree::leaf(salt, &[guess.as_bytes()]) != wanted), "{guess}");
        let plain = Digest::of(guess.as_bytes());
        assert_ne!(plain.0, wanted);
    }
    // And the right salt gives it, so the search above could have found it.
    let opening = open_part(&key(), 7, &original, part.leaf).expect("opened");
    let salt: [u8; SALT] = STANDARD.decode(&opening.salt).expect("base64").try_into().expect("a salt");
    assert_eq!(tree::leaf(&salt, &[b"telephone=0612345678&"]), wanted);
}

#[test]
fn one_mask_can_be_opened_and_no_other_value_passes() {
    let original = exchange(10);
    let copy = with_form(&original, &masked_form());
    let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
    let part = proof.check(&copy).expect("fits").remove(0);
    let opening = open_part(&key(), 7, &original, part.leaf).expect("opened");
    assert_eq!(proof.opens(&opening).expect("opens"), b"telephone=0612345678&");
    let refused: [fn(&mut Opening); 6] = [
        |opening| opening.bytes = STANDARD.encode("telephone=0612345679&"),
        |opening| opening.bytes = STANDARD.encode("telephone=061234567&"),
        |opening| opening.salt = STANDARD.encode([1; SALT]),
        |opening| opening.salt = "no salt".to_owned(),
        |opening| opening.entry += 1,
        |opening| opening.leaf += 1,
    ];
    for (index, change) in refused.into_iter().enumerate() {
        let mut changed = opening.clone();
        change(&mut changed);
        assert!(proof.opens(&changed).is_err(), "change {index}");
    }
    assert!(open_part(&key(), 7, &original, 999).is_err());
}

#[test]
fn an_answer_is_withheld_whatever_its_length() {
    for length in [0, 1, 128, 129, 2_000, 40_000, 65_537, 300_000] {
        let original = exchange(length);
        let copy = without_answer(&original);
        let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
        assert_eq!(proof.digest_of_entry, digest(&original), "{length}");
        let masked = proof.check(&copy).expect("fits");
        let withheld: u64 = masked.iter().map(|part| part.parts * part.length as u64).sum();
        assert_eq!(withheld, length as u64, "all of it is listed");
        assert!(masked.iter().all(|part| part.withheld && part.kind == Kind::ResponseBody as u8));
        let told = serde_json::to_string(&proof.leaves).expect("JSON").len();
        assert!(told < 7_000, "{length} bytes of answer take {told} bytes of proof");
        // It may not come back as something else.
        let mut other = copy.clone();
        if let Outcome::Response(answer) = &mut other.outcome {
            answer.body = Body::new(BodyState::Raw, &b"another answer"[..]);
        }
        assert!(proof.check(&other).is_err());
    }
}

#[test]
fn a_proof_that_was_changed_proves_nothing() {
    let original = exchange(3_000);
    let copy = without_answer(&with_form(&original, &masked_form()));
    let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
    let text = serde_json::to_string(&proof).expect("JSON");
    let mut read = 0;
    for at in (0..text.len()).step_by(7) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        let Ok(changed) = serde_json::from_slice::<EntryProof>(&bytes) else { continue };
        read += 1;
        assert!(changed == proof || changed.check(&copy).is_err() || changed.digest() != proof.digest(), "byte {at}");
    }
    assert!(read > 100, "{read} changed proofs could be read");
    // A mask cannot be moved to another part, nor an open part passed off as masked with other bytes in its place.
    let mut moved = proof;
    let masked = moved.leaves.iter().position(|run| matches!(run, Run::Masked(_))).expect("a mask");
    moved.leaves.swap(masked, masked + 1);
    assert!(moved.check(&copy).is_err());
}

#[test]
fn facts_may_differ_only_where_a_body_is_withheld() {
    let original = exchange(100);
    let copy = without_answer(&original);
    let proof = EntryProof::of(&key(), 7, &original, &copy, true).expect("proved");
    let mut later = copy.clone();
    later.started = Some(Timestamp::from_nanoseconds(6));
    assert!(proof.check(&later).is_err(), "another time");
    let hidden = EntryProof::of(&key(), 7, &original, &copy, false).expect("proved");
    assert_eq!(hidden.check(&later).expect("the facts are masked").first().map(|part| part.kind), Some(Kind::Facts as u8));
    // A copy with other parts has no proof.
    let mut shorter = original.clone();
    shorter.request.url = "https://a.example/p?x=1".into();
    assert!(EntryProof::of(&key(), 7, &original, &shorter, true).is_err());
}
