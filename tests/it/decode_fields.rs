//! Fields of the corpus: every one of them stands where its locator says, and known requests give known fields.

use std::collections::BTreeMap;

use dataspoor::batch::load;
use dataspoor::decode::{DecodeAnomaly, FieldPlace, Limits, fields, resolve};
use dataspoor::interop::har;
use dataspoor::model::Part;

use super::corpus::{name, recordings, shared};

/// Bytes of one response that are gone through to follow its fields; of the fields beyond some are followed.
const FOLLOWED: u64 = 3_000_000;

#[test]
fn fields_of_the_corpus_stand_where_their_locators_say() {
    let limits = Limits::default();
    let mut places: BTreeMap<FieldPlace, u64> = BTreeMap::new();
    let mut packed = 0_u64;
    let mut followed = 0_u64;
    for path in recordings() {
        // The broken files of the corpus are the business of facts.rs.
        let Ok(recording) = load(&path, har::Options::default()) else { continue };
        for entry in &recording.entries {
            let exchange = &entry.exchange;
            let (mut spent, mut count) = (0_u64, 0_usize);
            let decoded = fields(exchange, &limits, &mut |field| {
                *places.entry(field.place).or_default() += 1;
                packed += u64::from(field.holds_fields);
                count += 1;
                if field.locator.part == Part::ResponseBody {
                    spent += exchange.outcome.response().map_or(0, |response| response.body.len());
                }
                if spent < FOLLOWED || count.is_multiple_of(1_000) {
                    let place = || format!("{}, entry {}, {}", name(&path), entry.number, field.locator);
                    let found = resolve(exchange, field.locator).unwrap_or_else(|error| panic!("{}: {error}", place()));
                    assert!(found == field.value, "{}: other bytes", place());
                    assert_eq!(field.locator.to_string().parse().as_ref(), Ok(field.locator), "{}", place());
                    followed += 1;
                }
            });
            assert!(count <= limits.fields, "{} fields", count);
            assert_eq!(decoded.left_out > 0, decoded.anomalies.contains(&DecodeAnomaly::TooManyFields));
        }
    }
    eprintln!("{places:?}, of them {packed} hold others; {followed} followed");
    assert!(places.get(&FieldPlace::Query).is_some_and(|&count| count > 0), "{places:?}");
    if shared("corpus/har").is_some() {
        assert!(followed > 100_000, "{followed} fields followed");
        assert!(packed > 1_000, "{packed} fields hold others");
        assert!(FieldPlace::ALL.iter().all(|place| places.contains_key(place)), "{places:?}");
    }
}
