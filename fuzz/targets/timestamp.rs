//! Any bytes as an authority's answer and as a token: reading and checking must end in a value or an error; what is cut off holds nothing that the whole does not
//! say, and a token that is called good is over the digest that it was checked against.
#![no_main]

use dataspoor::evidence::{Anchors, TimeAnswer, TimeToken, check_time, time_request};
use dataspoor::model::Digest;
use libfuzzer_sys::fuzz_target;

const ROOTS: [&[u8]; 2] = [include_bytes!("../../tests/data/timestamp/rsa-root.pem"), include_bytes!("../../tests/data/timestamp/p384-root.pem")];

fuzz_target!(|data: &[u8]| {
    let imprint = Digest::of(b"head");
    let anchors = Anchors::from_pem(&ROOTS.concat()).expect("anchors");
    let answered = TimeAnswer::read(data).ok().map(|answer| answer.token);
    for token in [Some(data), answered].into_iter().flatten() {
        let Ok(says) = TimeToken::read(token) else { continue };
        if let Ok(checked) = check_time(token, &imprint, None, &anchors) {
            assert!(checked.says == says && says.imprint == Some(imprint) && checked.chain_to.is_some());
        }
        if let Ok(checked) = check_time(token, &imprint, None, &Anchors::default()) {
            assert!(checked.chain_to.is_none() && checked.says == says);
        }
        assert!(check_time(token, &Digest::of(b"heed"), None, &anchors).is_err());
    }
    // Whatever the nonce is, the request is a sequence of the announced length.
    let request = time_request(&imprint, data);
    assert_eq!((request[0], usize::from(request[1]) + 2), (0x30, request.len()));
});
