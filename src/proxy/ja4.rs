//! A fingerprint of a TLS client's hello in the form of JA4 (FoxIO, "JA4: TLS Client Fingerprinting", 2023; the part of JA4+ under the BSD
//! licence). Equal clients have equal ones; that two are equal does not show that the clients are. It never reads anything but a hello.

use std::fmt::Write as _;

use crate::model::Digest;

use super::hello::Hello;

/// What a list that is empty is written as, in place of a digest.
const NOTHING: &str = "000000000000";
/// Extensions that stand in the first part already: server name and application protocols.
const IN_FRONT: [u16; 2] = [0, 16];

/// The fingerprint, for instance `t13d1516h2_8daaf6152771_e5627efa2ab1`.
pub(super) fn fingerprint(hello: &Hello) -> String {
    let real = |numbers: &[u16]| numbers.iter().copied().filter(|number| !is_grease(*number)).collect::<Vec<u16>>();
    let (mut suites, mut extensions) = (real(&hello.cipher_suites), real(&hello.extensions));
    let version = real(&hello.versions).into_iter().max().unwrap_or(hello.version);
    let named = if extensions.contains(&IN_FRONT[0]) { 'd' } else { 'i' };
    let (suites_count, extensions_count) = (suites.len().min(99), extensions.len().min(99));
    let protocol = protocol(hello.protocols.first().map(Vec::as_slice));
    suites.sort_unstable();
    extensions.retain(|number| !IN_FRONT.contains(number));
    extensions.sort_unstable();
    let mut last = listed(&extensions);
    let signatures = real(&hello.signatures);
    if !signatures.is_empty() {
        last.push('_');
        last.push_str(&listed(&signatures));
    }
    let suites = digest(&listed(&suites), suites.is_empty());
    let last = digest(&last, extensions.is_empty());
    format!("t{}{named}{suites_count:02}{extensions_count:02}{protocol}_{suites}_{last}", version_in_short(version))
}

/// Numbers that clients put in to keep servers from breaking on new ones (RFC 8701).
fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

fn version_in_short(version: u16) -> &'static str {
    match version {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0200 | 0x0002 => "s2",
        0x0100 => "s1",
        _ => "00",
    }
}

/// The first and the last character of the first protocol; where either is no letter or digit, those of its hexadecimal form.
fn protocol(first: Option<&[u8]>) -> String {
    let Some((first, last)) = first.and_then(|name| Some((*name.first()?, *name.last()?))) else { return "00".to_owned() };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return String::from_iter([char::from(first), char::from(last)]);
    }
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    String::from_iter([digit(first >> 4), digit(last & 15)])
}

/// Numbers as four hexadecimal digits each, with commas.
fn listed(numbers: &[u16]) -> String {
    let mut text = String::with_capacity(numbers.len() * 5);
    for (at, number) in numbers.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        // Writing to a String does not fail.
        let _ = write!(text, "{comma}{number:04x}");
    }
    text
}

/// The first twelve digits of the SHA-256.
fn digest(text: &str, nothing: bool) -> String {
    if nothing {
        return NOTHING.to_owned();
    }
    let mut digits = Digest::of(text.as_bytes()).to_string();
    digits.truncate(NOTHING.len());
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists of the published description's example, with GREASE values among them.
    fn example() -> Hello {
        Hello {
            version: 0x0303,
            versions: vec![0x7a7a, 0x0304, 0x0303],
            cipher_suites: vec![
                0xfafa, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f,
                0x0035,
            ],
            extensions: vec![
                0x0a0a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b,
                0x000a, 0x0015, 0xeaea,
            ],
            server_name: Some("a.test".to_owned()),
            protocols: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            signatures: vec![0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
        }
    }

    #[test]
    fn the_published_examples() {
        assert_eq!(fingerprint(&example()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
        let without = Hello { signatures: Vec::new(), ..example() };
        assert_eq!(fingerprint(&without), "t13d1516h2_8daaf6152771_6d807ffa2a79");
        // From the published test data "sigalg-grease": a hello of Chromium with one more extension, and GREASE among the signatures.
        let mut later = example();
        later.extensions = vec![
            0xfe0d, 0x0010, 0x0017, 0x0033, 0x44cd, 0xff01, 0x000a, 0x000d, 0x0023, 0x002b, 0x000b, 0xca34, 0x002d, 0x0000, 0x0005, 0x001b,
            0x0012,
        ];
        later.signatures = vec![0x3a3a, 0x0904, 0x0905, 0x0906, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
        assert_eq!(fingerprint(&later), "t13d1517h2_8daaf6152771_cb7bf5808d99");
    }

    #[test]
    fn the_first_part_where_something_is_missing_or_odd() {
        let first = |hello: Hello| fingerprint(&hello).split('_').next().unwrap_or_default().to_owned();
        assert_eq!(fingerprint(&Hello::default()), format!("t00i000000_{NOTHING}_{NOTHING}"));
        assert_eq!(first(Hello { versions: Vec::new(), ..example() }), "t12d1516h2");
        let many = Hello { cipher_suites: vec![0x1301; 120], extensions: vec![1; 100], ..example() };
        assert_eq!(first(many), "t13i9999h2");
        for (name, expected) in
            [(&b"http/1.1"[..], "h1"), (b"x", "xx"), (b"", "00"), (b"\xab\xcd", "ad"), (b"h2-\xff", "6f"), (b"0-", "3d")]
        {
            let odd = Hello { protocols: vec![name.to_vec()], ..example() };
            assert_eq!(first(odd), format!("t13d1516{expected}"), "{name:?}");
        }
    }
}
