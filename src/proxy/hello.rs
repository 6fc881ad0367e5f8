//! The first message of a TLS client, read out of the bytes themselves (RFC 8446 section 4.1.2): the TLS library does not give the list of
//! extensions. It changes nothing, answers nothing, and says less rather than guess where the bytes are not what they should be.

use crate::model::Offer;

use super::ja4;

/// Longest message that is looked at: what the TLS library takes as well.
const LONGEST: usize = 0xffff;
/// Most bytes of one record (RFC 8446 section 5.1), which a hello is not encrypted in.
const RECORD: usize = 1 << 14;
/// The content type of a handshake, and the type of the message.
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
/// Extensions whose content is read (IANA, "TLS ExtensionType Values").
const SERVER_NAME: u16 = 0;
const SIGNATURE_ALGORITHMS: u16 = 13;
const PROTOCOLS: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// What a hello says, in the order in which it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hello {
    /// The version in the message itself; later versions stand in [`Self::versions`].
    pub(super) version: u16,
    /// Versions of the extension for them; empty without it.
    pub(super) versions: Vec<u16>,
    /// Cipher suites.
    pub(super) cipher_suites: Vec<u16>,
    /// Extensions, by number.
    pub(super) extensions: Vec<u16>,
    /// The first host name of the extension for it, in lower case.
    pub(super) server_name: Option<String>,
    /// Application protocols.
    pub(super) protocols: Vec<Vec<u8>>,
    /// Signature algorithms.
    pub(super) signatures: Vec<u16>,
}

impl Hello {
    /// Reads the hello at the beginning of `bytes`, which are records as they came and may go on behind it. `None`: there is no whole one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let message = message(bytes)?;
        let mut rest = Reader(&message);
        let version = rest.u16()?;
        let _random = rest.take(32)?;
        let _session = rest.short()?;
        let cipher_suites = numbers(rest.long()?)?;
        let _compressions = rest.short()?;
        let mut hello = Self { version, cipher_suites, ..Self::default() };
        // A hello of TLS 1.2 may end here.
        if !rest.0.is_empty() {
            let mut extensions = Reader(rest.long()?);
            while !extensions.0.is_empty() {
                let (number, content) = (extensions.u16()?, extensions.long()?);
                hello.extensions.push(number);
                hello.note(number, content);
            }
        }
        Some(hello)
    }

    /// Notes what an extension says. One whose content is not what it should be says nothing.
    fn note(&mut self, number: u16, content: &[u8]) {
        match number {
            SERVER_NAME => self.server_name = server_name(content),
            PROTOCOLS => self.protocols = protocols(content).unwrap_or_default(),
            SIGNATURE_ALGORITHMS => self.signatures = Reader(content).long().and_then(numbers).unwrap_or_default(),
            SUPPORTED_VERSIONS => self.versions = Reader(content).short().and_then(numbers).unwrap_or_default(),
            _ => {}
        }
    }

    /// As the record writes it.
    pub(super) fn offer(&self) -> Offer {
        Offer {
            server_name: self.server_name.clone(),
            protocols: self.protocols.iter().map(|protocol| protocol.escape_ascii().to_string()).collect(),
            cipher_suites: self.cipher_suites.clone(),
            fingerprint: Some(ja4::fingerprint(self)),
        }
    }
}

/// The content of the first handshake message, put together from as many records as it was cut into.
fn message(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(bytes);
    let mut handshake = Vec::new();
    loop {
        if let Some(head) = handshake.first_chunk::<4>() {
            let length = usize::from(head[1]) << 16 | usize::from(head[2]) << 8 | usize::from(head[3]);
            if head[0] != CLIENT_HELLO || length > LONGEST {
                return None;
            }
            if let Some(content) = handshake.get(4..4 + length) {
                return Some(content.to_vec());
            }
        }
        let (kind, _version, content) = (rest.u8()?, rest.u16()?, rest.long()?);
        // Nothing else may stand between the parts of a message, and no part is empty (RFC 8446 section 5.1).
        if kind != HANDSHAKE || content.is_empty() || content.len() > RECORD {
            return None;
        }
        handshake.extend_from_slice(content);
    }
}

/// The first host name (RFC 6066 section 3). Others than in ASCII do not exist.
fn server_name(content: &[u8]) -> Option<String> {
    let mut names = Reader(Reader(content).long()?);
    while !names.0.is_empty() {
        let (kind, name) = (names.u8()?, names.long()?);
        if kind == 0 && !name.is_empty() {
            return Some(name.escape_ascii().to_string().to_ascii_lowercase());
        }
    }
    None
}

/// The protocols (RFC 7301 section 3.1).
fn protocols(content: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut names = Reader(Reader(content).long()?);
    let mut found = Vec::new();
    while !names.0.is_empty() {
        found.push(names.short()?.to_vec());
    }
    Some(found)
}

/// A list of numbers of 16 bits. `None`: half a number is left over.
fn numbers(bytes: &[u8]) -> Option<Vec<u16>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect())
}

/// Takes pieces off the front of bytes, and nothing that is not there.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// Bytes behind a length of one byte.
    fn short(&mut self) -> Option<&'b [u8]> {
        let length = self.u8()?;
        self.take(usize::from(length))
    }

    /// Bytes behind a length of two bytes.
    fn long(&mut self) -> Option<&'b [u8]> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn long(content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("a short content");
        [&length.to_be_bytes(), content].concat()
    }

    fn list(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
    }

    /// The bytes of a hello with these cipher suites and extensions, in one record.
    fn bytes(cipher_suites: &[u16], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut content = vec![3, 3];
        content.extend([7; 32]);
        content.extend([&[32][..], &[9; 32]].concat());
        content.extend(long(&list(cipher_suites)));
        content.extend([1, 0]);
        let extensions: Vec<u8> = extensions.iter().flat_map(|(number, body)| [&number.to_be_bytes()[..], &long(body)].concat()).collect();
        content.extend(long(&extensions));
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        let message = [&[CLIENT_HELLO], &length[1..], &content].concat();
        [&[HANDSHAKE, 3, 1][..], &long(&message)].concat()
    }

    fn example() -> (Hello, Vec<u8>) {
        let name = long(&[&[0][..], &long(b"WWW.Example.test")].concat());
        let protocols = long(b"\x02h2\x08http/1.1\x02\xff\x00");
        let extensions = [
            (0x1a1a, Vec::new()),
            (SERVER_NAME, name),
            (PROTOCOLS, protocols),
            (SIGNATURE_ALGORITHMS, long(&list(&[0x0403, 0x0804]))),
            (SUPPORTED_VERSIONS, vec![6, 0x2a, 0x2a, 3, 4, 3, 3]),
            (0xfe0d, vec![0; 200]),
        ];
        let hello = Hello {
            version: 0x0303,
            versions: vec![0x2a2a, 0x0304, 0x0303],
            cipher_suites: vec![0x3a3a, 0x1301, 0xc02b],
            extensions: vec![0x1a1a, SERVER_NAME, PROTOCOLS, SIGNATURE_ALGORITHMS, SUPPORTED_VERSIONS, 0xfe0d],
            server_name: Some("www.example.test".to_owned()),
            protocols: vec![b"h2".to_vec(), b"http/1.1".to_vec(), vec![0xff, 0]],
            signatures: vec![0x0403, 0x0804],
        };
        let bytes = bytes(&hello.cipher_suites, &extensions);
        (hello, bytes)
    }

    /// Cuts the one record of a hello into records of `size` bytes.
    fn cut(record: &[u8], size: usize) -> Vec<u8> {
        record[5..].chunks(size).flat_map(|part| [&[HANDSHAKE, 3, 1][..], &long(part)].concat()).collect()
    }

    #[test]
    fn reads_every_part_in_order_however_it_is_cut() {
        let (hello, bytes) = example();
        assert_eq!(Hello::read(&bytes).as_ref(), Some(&hello));
        for size in [1, 3, 4, 5, 100] {
            let mut records = cut(&bytes, size);
            assert_eq!(Hello::read(&records).as_ref(), Some(&hello), "records of {size} bytes");
            records.extend(b"\x17\x03\x03\x00\x02xx");
            assert_eq!(Hello::read(&records).as_ref(), Some(&hello), "what comes behind it is not read");
        }
        let offer = hello.offer();
        assert_eq!(offer.protocols, ["h2", "http/1.1", "\\xff\\x00"]);
        assert!(offer.fingerprint.is_some_and(|text| text.starts_with("t13d0205h2_")), "{hello:?}");
    }

    #[test]
    fn a_browsers_own_hello() {
        // Of Debian's Chromium, as it came; the published test data has the same fingerprint.
        let bytes = include_bytes!("../../fuzz/corpus/client_hello/chromium");
        let offer = Hello::read(bytes).expect("a hello").offer();
        assert_eq!(
            (offer.server_name.as_deref(), offer.protocols),
            (Some("www.example.test"), vec!["h2".to_owned(), "http/1.1".to_owned()])
        );
        assert_eq!(offer.cipher_suites.len(), 16, "with the one that means nothing");
        assert_eq!(offer.fingerprint.as_deref(), Some("t13d1517h2_8daaf6152771_cb7bf5808d99"));
    }

    #[test]
    fn what_is_not_whole_or_no_hello_is_none() {
        let (_, bytes) = example();
        for end in 0..bytes.len() {
            assert_eq!(Hello::read(&bytes[..end]), None, "the first {end} bytes");
        }
        for (at, byte) in [(0, 23), (5, 2)] {
            let mut wrong = bytes.clone();
            wrong[at] = byte;
            assert_eq!(Hello::read(&wrong), None);
        }
        assert_eq!(Hello::read(&[HANDSHAKE, 3, 1, 0, 0]), None, "an empty part");
        assert_eq!(Hello::read(&[HANDSHAKE, 3, 1, 0, 4, CLIENT_HELLO, 1, 0, 0]), None, "longer than anybody sends");
    }

    #[test]
    fn an_extension_that_is_odd_says_nothing_and_the_others_do() {
        let odd = bytes(&[0x1301], &[(SERVER_NAME, vec![0, 9, 0]), (PROTOCOLS, vec![1]), (SIGNATURE_ALGORITHMS, long(&[4, 3, 8]))]);
        let hello = Hello::read(&odd).expect("a hello");
        assert_eq!((hello.server_name, hello.protocols.len(), hello.signatures.len()), (None, 0, 0));
        assert_eq!(hello.extensions, [SERVER_NAME, PROTOCOLS, SIGNATURE_ALGORITHMS]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(noise in proptest::collection::vec(any::<u8>(), 0..600), at in 0_usize..300, size in 1_usize..400) {
            let _ = Hello::read(&noise);
            // Noise in the middle of a whole hello gets further.
            let (_, mut bytes) = example();
            for (place, byte) in bytes.iter_mut().skip(at).zip(&noise) {
                *place ^= byte & 0x11;
            }
            if let Some(hello) = Hello::read(&bytes) {
                prop_assert!(ja4::fingerprint(&hello).len() >= 36);
                prop_assert!(hello.extensions.len() * 4 <= bytes.len() && hello.cipher_suites.len() * 2 <= bytes.len());
                prop_assert_eq!(Hello::read(&cut(&bytes[..5 + usize::from(bytes[3]) * 256 + usize::from(bytes[4])], size)), Some(hello));
            }
        }
    }
}
