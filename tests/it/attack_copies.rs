//! Attacks on a masked copy and on the masks in it: what is proved stays proved, what was covered is listed as covered whatever stands there, and nobody who
//! has the copy finds what stood behind a mask by trying.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::capture::{Capture, PackedCapture, Writer};
use dataspoor::evidence::{EntryHasher, Opening, open_part};
use dataspoor::model::{Body, BodyState, Digest, Timestamp};
use dataspoor::package::{Extra, ExtraBytes, Sealing, own, seal, verify};
use dataspoor::share::{self, CopyChecked};
use serde_json::Value;

use super::attack_kit::{AT, Auditor, Files, Kit, PHONE, chained, document, file, lines, packed, signed};

const PROOF: &str = "dataspoor/proof.ndjson";
const ORIGINAL: &str = "dataspoor/original-seal.json";

fn of<'f>(files: &'f Files, path: &str) -> &'f [u8] {
    &files.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("no {path}")).1
}

/// What the copy at `path` says of itself: what does not hold, and what the proof came to.
fn check(path: &Path) -> (Vec<String>, Option<CopyChecked>) {
    let files = super::attack_kit::unpacked(path);
    let package = PackedCapture::open(path).expect("opens");
    let mut problems: Vec<String> = match verify(&Arc::new(package), None, Some(&signed)) {
        Ok(checked) => checked.problems.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    let package = Arc::new(PackedCapture::open(path).expect("opens"));
    let Ok(copy) = Capture::in_package(&package) else { return (problems, None) };
    let checked = match share::check(&copy, of(&files, PROOF), of(&files, ORIGINAL)) {
        Ok(checked) => checked,
        Err(error) => {
            problems.push(error.to_string());
            return (problems, None);
        }
    };
    problems.extend(checked.problems.iter().map(|problem| format!("{}: {}: {}", problem.file, problem.place, problem.what)));
    let key: Option<Digest> = document(of(&files, ORIGINAL))["signer"]["public_key"].as_str().and_then(|digits| digits.parse().ok());
    let signature: Option<[u8; 64]> = of(&files, "dataspoor/original-seal.ed25519").try_into().ok();
    if !key.zip(signature).is_some_and(|(key, signature)| signed(&key.0, of(&files, ORIGINAL), &signature)) {
        problems.push(format!("{ORIGINAL}: the signature does not fit"));
    }
    (problems, Some(checked))
}

/// The recording of the copy written anew with other bytes, and packed with its proof by somebody else.
fn forged(kit: &Kit, name: &str, change: &dyn Fn(u64, &mut dataspoor::model::Exchange), proof: &[u8]) -> std::path::PathBuf {
    let package = Arc::new(PackedCapture::open(&kit.copy).expect("opens"));
    let copy = Capture::in_package(&package).expect("a recording");
    let folder = kit.at(&format!("forged-{name}"));
    let (mut writer, key) = Writer::create(&folder, &copy.session, None).expect("a new capture");
    let mut hasher = EntryHasher::new(&key);
    copy.read(None, &mut |mut entry| {
        change(entry.number, &mut entry.exchange);
        writer.whole(entry.number, entry.exchange, &mut hasher).map_err(std::io::Error::other)
    })
    .expect("reads");
    writer.finish(Timestamp::parse(AT).expect("a time")).expect("ended");
    let mut extras = vec![Extra { name: "proof.ndjson".to_owned(), bytes: ExtraBytes::Here(proof.to_vec()) }];
    for name in ["original-seal.json", "original-seal.ed25519", "original-signer.pem"] {
        extras.push(Extra { name: name.to_owned(), bytes: ExtraBytes::Here(of(&kit.copy_files, &own(name)).to_vec()) });
    }
    let stranger = Auditor::new(66);
    let at = Timestamp::parse(AT).expect("a time");
    let out = kit.at(&format!("forged-{name}.wacz"));
    let sealing = Sealing { tool: "other".to_owned(), at, case: None, extras, signer: Some(&stranger), stamp: None };
    seal(&folder, &out, &sealing).expect("sealed");
    out
}

/// Changes the form that entry 2 sent.
fn form(from: &'static str, to: &'static str) -> impl Fn(u64, &mut dataspoor::model::Exchange) {
    move |number, exchange| {
        if number == 2 {
            let text = String::from_utf8(exchange.request.body.bytes().expect("in memory").to_vec()).expect("text");
            assert!(text.contains(from), "{text}");
            exchange.request.body = Body::new(BodyState::Raw, text.replace(from, to).into_bytes());
        }
    }
}

/// Records of the proof, changed and chained anew.
fn proof(kit: &Kit, change: &dyn Fn(&mut Vec<String>)) -> Vec<u8> {
    let mut records = lines(&kit.proof);
    let before = records.clone();
    change(&mut records);
    assert_ne!(records, before, "changes nothing");
    chained(&records)
}

fn proof_of(records: &[String], entry: u64) -> usize {
    records.iter().position(|record| record.contains(&format!("\"kind\":\"entry\",\"entry\":{entry},"))).expect("a proof")
}

#[test]
fn a_copy_proves_itself_and_attacks_on_it_are_noticed() {
    let kit = Kit::new();
    let (problems, checked) = check(&kit.copy);
    assert_eq!(problems, Vec::<String>::new());
    let checked = checked.expect("checked");
    assert_eq!(kit.python(&kit.copy), Vec::<String>::new());
    let masked = checked.masked.iter().find(|(entry, part)| *entry == 2 && part.kind == 8).expect("the number for a telephone").1.clone();
    assert!(!masked.withheld && masked.length == format!("phone={PHONE}&").len(), "{masked:?}");
    // Its neighbours in a body of more than 300 bytes stay readable and proved.
    let package = Arc::new(PackedCapture::open(&kit.copy).expect("opens"));
    let mut body = String::new();
    Capture::in_package(&package)
        .expect("a recording")
        .read(None, &mut |entry| {
            if entry.number == 2 {
                body = String::from_utf8(entry.exchange.request.body.bytes()?.to_vec()).expect("text");
            }
            Ok(())
        })
        .expect("reads");
    assert!(body.len() > 300 && body.starts_with("lsd=") && body.contains("&next=%2Fministry&kind=visit&words=a+word"), "{body}");
    assert!(!body.contains(PHONE), "{body}");

    let mut table = String::new();
    let mut noticed = |name: &str, path: &Path, says: &str, python: bool| {
        let (problems, _) = check(path);
        let by_python = kit.python(path);
        table += &format!("| {name} | {:.120} | {:.120} |\n", problems.first().map_or("-", String::as_str), by_python.join("; "));
        assert!(problems.iter().any(|problem| problem.contains(says)), "{name}: {says}: {problems:?}");
        assert_eq!(!by_python.is_empty(), python, "{name}: Python: {by_python:?}");
    };
    // Whoever changes the copy signs it anew; what ties it to the original cannot be made anew.
    let field = forged(&kit, "field", &form("kind=visit", "kind=admin"), &kit.proof);
    noticed("an open field changed", &field, "entry 2", true);
    let length = forged(&kit, "length", &form("kind=visit", "kind=visits"), &kit.proof);
    noticed("an open field longer", &length, "another length", true);
    let answer = |number: u64, exchange: &mut dataspoor::model::Exchange| {
        if let (2, dataspoor::model::Outcome::Response(answer)) = (number, &mut exchange.outcome) {
            answer.body = Body::new(BodyState::Raw, b"{\"ok\":fals}".to_vec());
        }
    };
    noticed("a released answer changed", &forged(&kit, "answer", &answer, &kit.proof), "entry 2", true);
    let same = |_: u64, _: &mut dataspoor::model::Exchange| {};
    let open_as_masked = proof(&kit, &|records| {
        let at = proof_of(records, 2);
        let from = records[at].find("\"masked\":\"").expect("a mask") + 10;
        let end = from + records[at][from..].find('"').expect("an end");
        let next = records[at][end..].find("\"open\":\"").expect("open leaves") + end + 8;
        // The mask is moved by one part: the salt behind it goes before it.
        let masked = STANDARD.decode(&records[at][from..end]).expect("base64");
        let stop = next + records[at][next..].find('"').expect("an end");
        let salts = STANDARD.decode(&records[at][next..stop]).expect("base64");
        let text = format!(
            "\"open\":\"{}\"}},{{\"masked\":\"{}\"}},{{\"open\":\"{}",
            STANDARD.encode(&salts[..16]),
            STANDARD.encode(masked),
            STANDARD.encode(&salts[16..])
        );
        let begin = records[at][..from].rfind("\"masked\"").expect("a mask");
        records[at].replace_range(begin..stop, &text);
    });
    noticed("a mask moved to the part beside it", &forged(&kit, "moved", &same, &open_as_masked), "entry 2", true);
    for (name, says, change) in [
        (
            "proof of an entry removed",
            "entry 3",
            &(|records: &mut Vec<String>| drop(records.remove(proof_of(records, 3)))) as &dyn Fn(&mut Vec<String>),
        ),
        ("proofs of two entries swapped", "entry", &|records| {
            let (one, other) = (proof_of(records, 1), proof_of(records, 3));
            let first = records[one].replace("\"entry\":1,", "\"entry\":3,");
            records[one] = records[other].replace("\"entry\":3,", "\"entry\":1,");
            records[other] = first;
        }),
        ("another digest of an entry", "entry", &|records| {
            let at = proof_of(records, 1);
            let digest = records[at].find("\"digest_of_entry\":\"").expect("one") + 19;
            records[at].replace_range(digest..digest + 8, "00000000");
        }),
        ("a fact changed", "entry 1", &|records| {
            let at = proof_of(records, 1);
            records[at] = records[at].replace("192.0.2.1", "192.0.2.2");
        }),
        ("a shown record with other words", "", &|records| {
            records.iter_mut().for_each(|record| *record = record.replace("the page is open", "consent was given"));
        }),
        ("a shown record left out", "", &|records| {
            let at = records.iter().position(|record| record.contains("\"kind\":\"line\"")).expect("a record");
            records.remove(at);
        }),
        ("the seal of another recording", "another seal", &|records| {
            let at = records[0].find("\"seal\":\"").expect("a seal") + 8;
            records[0].replace_range(at..at + 64, &Digest::of(b"other").to_string());
        }),
    ] {
        let path = forged(&kit, &name.replace(' ', "-"), &same, &proof(&kit, change));
        noticed(name, &path, says, true);
    }
    let mut files = kit.copy_files.clone();
    let mut statement = document(file(&mut files, ORIGINAL));
    statement["started"] = "2026-11-21T00:00:00Z".into();
    *file(&mut files, ORIGINAL) = dataspoor::evidence::seal(&statement).expect("JSON");
    let path = kit.at("statement.wacz");
    packed(&files, &path);
    noticed("another statement of the original", &path, ORIGINAL, true);
    eprintln!("| attack on a copy | first finding | Python |\n|---|---|---|\n{table}");

    // What stands in the place of a mask is nobody's word: whatever it is, the part is listed as masked, and proved it is not.
    let masked_text: String = body
        .split('&')
        .find(|field| field.starts_with("phone="))
        .map_or_else(|| body.split('&').nth(1).expect("a field").to_owned(), str::to_owned);
    let other = format!("phone={}", "0".repeat(masked_text.len() - 6));
    let (from, to): (&'static str, &'static str) = (masked_text.leak(), other.leak());
    let path = forged(&kit, "mask", &form(from, to), &kit.proof);
    let (_, edited) = check(&path);
    let edited = edited.expect("checked");
    assert!(edited.masked.contains(&(2, masked)), "a mask with other bytes is a mask: {:?}", edited.masked);
    let by_key = kit.python(&path);
    let (own_seal, expected) = (edited.problems, kit.auditor.0.public().to_string());
    let signer = document(of(&super::attack_kit::unpacked(&path), "dataspoor/seal.json"))["signer"]["public_key"].clone();
    assert!(own_seal.iter().all(|problem| problem.file != "original-seal.json") && signer != expected, "{by_key:?}");
}

/// Opening one mask, and trying to find what stands behind it by its digest: all numbers of a reduced space, as somebody would who knows everything else.
#[test]
fn what_stands_behind_a_mask_is_not_found_by_trying() {
    let kit = Kit::new();
    let checked = check(&kit.copy).1.expect("checked");
    let (_, part) = checked.masked.iter().find(|(entry, part)| *entry == 2 && part.kind == 8).expect("a mask");
    let original = Capture::open(&kit.case.folder().join("captures/1")).expect("opens");
    let key = original.salts_key(Some(&kit.case.key()));
    let mut found: Option<Opening> = None;
    original
        .read(Some(&kit.case.key()), &mut |entry| {
            if entry.number == 2 {
                found = Some(open_part(&key, 2, &entry.exchange, part.leaf)?);
            }
            Ok(())
        })
        .expect("reads");
    let opening = found.expect("an opening");
    let proof = &checked.proofs[&2];
    assert_eq!(proof.opens(&opening).expect("opens"), format!("phone={PHONE}&").into_bytes());
    let bytes = |text: &str| Opening { bytes: STANDARD.encode(text), ..opening.clone() };
    assert!(proof.opens(&bytes("phone=0612340043&")).is_err(), "another value of the same length");
    assert!(proof.opens(&Opening { leaf: part.leaf + 1, ..opening.clone() }).is_err(), "another place");
    assert!(proof.opens(&Opening { salt: STANDARD.encode([0; 16]), ..opening.clone() }).is_err(), "another salt");

    // Every digest and every salt in the whole copy, whatever they are for.
    let mut everything = fs::read(&kit.copy).expect("a package");
    kit.copy_files.iter().for_each(|(_, text)| everything.extend(text));
    let (mut digests, mut salts) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::from([[0; 16]]));
    for record in lines(&kit.proof) {
        let value: Value = serde_json::from_str(&record).expect("JSON");
        for run in value["leaves"].as_array().into_iter().flatten() {
            let raw = |kind: &str| run[kind].as_str().map(|text| STANDARD.decode(text).expect("base64")).unwrap_or_default();
            salts.extend(raw("open").chunks_exact(16).map(|salt| <[u8; 16]>::try_from(salt).expect("16 bytes")));
            digests.extend(raw("masked").chunks_exact(32).map(|digest| <[u8; 32]>::try_from(digest).expect("32 bytes")));
        }
        digests.extend(value["digest_of_entry"].as_str().and_then(|digits| digits.parse().ok()).map(|digest: Digest| digest.0));
    }
    assert!(salts.len() > 20 && digests.len() > 1, "{} salts, {} digests", salts.len(), digests.len());
    let (mut tried, mut own) = (0_u64, 0);
    let own_salt: [u8; 16] = STANDARD.decode(&opening.salt).expect("base64").try_into().expect("16 bytes");
    assert!(!salts.contains(&own_salt), "the salt of a mask is not in the copy");
    for last in 0..1_000_u32 {
        let guess = format!("phone=0612340{last:03}&");
        for salt in &salts {
            tried += 1;
            let leaf = Digest::of(&[&[0], &salt[..], guess.as_bytes()].concat()).0;
            assert!(!digests.contains(&leaf), "{guess} was found");
        }
        for plain in [Digest::of(guess.as_bytes()), Digest::of(&guess.as_bytes()[6..guess.len() - 1])] {
            assert!(!digests.contains(&plain.0));
            assert!(memchr::memmem::find(&everything, plain.to_string().as_bytes()).is_none(), "a plain digest of {guess}");
        }
        // Whoever has the salt does find it, so the search is one.
        own += u32::from(digests.contains(&Digest::of(&[&[0], &own_salt[..], guess.as_bytes()].concat()).0));
    }
    assert_eq!(own, 1, "with its own salt exactly one of the numbers fits");
    eprintln!("{tried} combinations of number and salt were tried");
}
