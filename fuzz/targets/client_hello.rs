//! Any bytes as the first message of a TLS client. What is read must fit into the bytes it was read from, and cutting the bytes into other
//! records must not change it. The file of the parser is taken in by its path, so that fuzzing builds no proxy.

#![no_main]

use dataspoor::model;
use libfuzzer_sys::fuzz_target;

#[path = "../../src/proxy/hello.rs"]
mod hello;
#[path = "../../src/proxy/ja4.rs"]
mod ja4;

/// The content of the records at the front of `bytes`, in records of `size` bytes.
fn cut(bytes: &[u8], size: usize) -> Vec<u8> {
    let (mut rest, mut content) = (bytes, Vec::new());
    while let [_, _, _, high, low, more @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((record, behind)) = more.split_at_checked(length) else { break };
        content.extend_from_slice(record);
        rest = behind;
    }
    content.chunks(size).flat_map(|part| [&[22, 3, 1][..], &(part.len() as u16).to_be_bytes(), part].concat()).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some(read) = hello::Hello::read(data) else { return };
    assert!(read.extensions.len() * 4 + read.cipher_suites.len() * 2 + read.signatures.len() * 2 <= data.len());
    let offer: model::Offer = read.offer();
    assert!(offer.fingerprint.is_some_and(|text| text.len() == 36 && text.is_ascii()));
    assert!(offer.protocols.iter().all(|name| name.is_ascii()));
    let all_handshake = { 
        let mut rest = data;
        let mut all = true;
        while let [kind, _, _, high, low, more @ ..] = rest {
            all &= *kind == 22;
            rest = more.get(usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default();
        }
        all
    };
    if all_handshake {
        for size in [1, 5, 1_000] {
            assert_eq!(hello::Hello::read(&cut(data, size)).as_ref(), Some(&read), "records of {size} bytes");
        }
    }
});
