//! Cuts what a field holds into the texts that a value is looked for among, and undoes encodings, layer under layer. The work is linear in the
//! bytes: every byte is in a fixed number of pieces, and layers are few. Knows nothing of what is looked for.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::Coding;
use super::digests::LENGTHS as DIGESTS;
use super::shape::LENGTHS;

/// Layers of base64 and hexadecimal that are undone.
const LAYERS: u8 = 2;

/// Layers of percent-encoding that are undone.
const PERCENTS: u8 = 2;

/// Pieces up to this length are also taken from each of their first parts to the end, in bytes.
const LONGEST_WITH_ENDS: usize = 256;

/// How many such ends of a piece.
const ENDS: usize = 6;

/// Shortest base64 and hexadecimal that is undone, in bytes: shorter ones hold fewer than 8.
const SHORTEST_BASE64: usize = 11;
const SHORTEST_HEX: usize = 16;

/// In the body of an answer, the shortest text outside of quotes that is looked at.
const SHORTEST_IN_CODE: usize = 12;

/// What was undone to reach a text, outermost first, four bits each, the last in the lowest ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Undone(pub(super) u16);

impl Undone {
    fn and(self, coding: Coding) -> Self {
        Self(self.0 << 4 | coding.number())
    }

    fn count(self, percent: bool) -> u8 {
        self.innermost_first().filter(|coding| (*coding == Coding::Percent) == percent).count() as u8
    }

    /// The codings, innermost first.
    pub(super) fn innermost_first(self) -> impl Iterator<Item = Coding> {
        (0..4).filter_map(move |at| Coding::numbered(self.0 >> (4 * at) & 15))
    }
}

/// Takes the texts.
pub(super) type Each<'e> = dyn FnMut(&[u8], Undone) + 'e;

/// Hands every text in `value` to `each`, some more than once.
pub(super) fn tokens(value: &[u8], each: &mut Each<'_>) {
    cut(value, Undone::default(), each);
}

/// Does so with the body of an answer, of which most is code, markup and prose: outside of quotes only what holds a digit.
pub(super) fn tokens_of_code(body: &[u8], each: &mut Each<'_>) {
    let shortest = *LENGTHS.start();
    let mut at = 0;
    while at + shortest <= body.len() {
        // A text from here on that is long enough covers this byte; words and signs between them are mostly passed over in one step.
        let covered = at + shortest - 1;
        if let Some(skip) = body[at..=covered].iter().rposition(|byte| !is(*byte, CODE)) {
            at += skip + 1;
            continue;
        }
        let start = at;
        let end = body[covered..].iter().position(|byte| !is(*byte, CODE)).map_or(body.len(), |length| covered + length);
        at = end + 1;
        let text = &body[start..end];
        let quote = |at: Option<usize>| at.and_then(|at| body.get(at)).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let quoted = quote(start.checked_sub(1)).is_some_and(|open| quote(Some(end)) == Some(open));
        if (quoted && text.len() >= *LENGTHS.start()) || (text.len() >= SHORTEST_IN_CODE && text.iter().any(u8::is_ascii_digit)) {
            cut(text, Undone::default(), each);
        }
    }
}

/// What a byte may be part of, as bits of a table: most of the time goes into finding where texts end.
const SEPARATES: u8 = 1;
const RUN: u8 = 2;
const WIDE: u8 = 4;
const CODE: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let sign = byte as u8;
        let run = sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_');
        let wide = run || matches!(sign, b'+' | b'/');
        let quotes = matches!(sign, b'"' | b'\'' | b'`' | b'\\');
        let brackets = matches!(sign, b'<' | b'>' | b'(' | b')' | b'{' | b'}' | b'[' | b']');
        if sign.is_ascii_whitespace() || quotes || brackets || matches!(sign, b',' | b';' | b'&' | b'|' | b'=') {
            classes[byte] |= SEPARATES;
        }
        if run {
            classes[byte] |= RUN;
        }
        if wide {
            classes[byte] |= WIDE;
        }
        if wide || matches!(sign, b'.' | b'%' | b'~') {
            classes[byte] |= CODE;
        }
        byte += 1;
    }
    classes
};

const fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// The pieces of a value without undoing anything: itself without quotes around it, what stands between separators, runs of letters, digits, `-` and
/// `_`, and ends of pieces with several runs. The second argument says whether it is a part.
pub(super) fn pieces(value: &[u8], each: &mut dyn FnMut(&[u8], bool)) {
    let whole = value.trim_ascii();
    let whole = whole.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(whole);
    let padding = whole.iter().rev().take_while(|byte| **byte == b'=').count();
    let unpadded = &whole[..whole.len() - padding];
    each(whole, false);
    for piece in coarse(value) {
        if piece.len() < whole.len() {
            // Without its padding a value is still whole.
            each(piece, piece != unpadded);
        }
        runs_and_ends(piece, &mut |run| each(run, true));
    }
}

/// Texts that may be equal to a value of the shape looked for.
fn plausible(text: &[u8]) -> bool {
    LENGTHS.contains(&text.len()) && (text.len() >= 20 || !text.iter().all(u8::is_ascii_lowercase))
}

fn cut(value: &[u8], undone: Undone, each: &mut Each<'_>) {
    if value.len() < *LENGTHS.start() {
        return;
    }
    let layers_left = undone.count(false) < LAYERS;
    if plausible(value) {
        each(value, undone);
    }
    for piece in coarse(value).filter(|piece| piece.len() >= *LENGTHS.start()) {
        let mut give = |text: &[u8]| {
            if plausible(text) {
                each(text, undone);
            }
        };
        if piece.len() < value.len() {
            give(piece);
        }
        runs_and_ends(piece, &mut give);
        if layers_left && piece.len() >= SHORTEST_BASE64 {
            undo(piece, undone, each);
        }
    }
    if undone.count(true) < PERCENTS && has_escape(value) {
        let decoded: Vec<u8> = percent_encoding::percent_decode(value).collect();
        if is_text(&decoded) {
            cut(&decoded, undone.and(Coding::Percent), each);
        } else {
            // Among text there may be the bytes of a digest. They end at what no encoder leaves as it is.
            let left = |byte: &u8| in_run(*byte) || b"%.~!*'()".contains(byte);
            for piece in value.split(|byte| !left(byte)).filter(|piece| piece.len() >= DIGESTS[0] && has_escape(piece)) {
                let decoded: Vec<u8> = percent_encoding::percent_decode(piece).collect();
                take(&decoded, undone.and(Coding::Percent), each);
            }
        }
    }
}

/// Undoes base64 and hexadecimal in a piece.
fn undo(piece: &[u8], undone: Undone, each: &mut Each<'_>) {
    for wide in piece.split(|byte| !is(*byte, WIDE)).filter(|wide| wide.len() >= SHORTEST_BASE64) {
        let plus = memchr::memchr2(b'+', b'/', wide).is_some();
        if !plus || memchr::memchr2(b'-', b'_', wide).is_none() {
            undo_base64(wide, if plus { &STANDARD } else { &URL_SAFE }, undone, each);
        }
        if !plus {
            // It is one run.
            undo_hex(wide, undone, each);
            continue;
        }
        for run in wide.split(|byte| !in_run(*byte)).filter(|run| run.len() >= SHORTEST_BASE64) {
            undo_base64(run, &URL_SAFE, undone, each);
            undo_hex(run, undone, each);
        }
    }
}

const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);

fn undo_base64(text: &[u8], engine: &GeneralPurpose, undone: Undone, each: &mut Each<'_>) {
    let bytes = text.len() * 3 / 4;
    if text.len() % 4 == 1 {
        return;
    }
    // What is no digest must be text, and most of what is not shows it at once.
    let mut start = [0; 3];
    let seems_text =
        engine.decode_slice(&text[..4], &mut start).is_ok() && start.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace());
    if !seems_text && !DIGESTS.contains(&bytes) {
        return;
    }
    if let Ok(decoded) = engine.decode(text) {
        take(&decoded, undone.and(Coding::Base64), each);
    }
}

fn undo_hex(text: &[u8], undone: Undone, each: &mut Each<'_>) {
    if text.len() < SHORTEST_HEX || text.len() % 2 == 1 || !text.iter().all(u8::is_ascii_hexdigit) {
        return;
    }
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    let decoded: Vec<u8> = text.as_chunks::<2>().0.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect();
    take(&decoded, undone.and(Coding::Hex), each);
}

fn take(decoded: &[u8], undone: Undone, each: &mut Each<'_>) {
    if is_text(decoded) {
        cut(decoded, undone, each);
    } else if DIGESTS.contains(&decoded.len()) {
        each(decoded, undone);
    }
}

/// What stands between white space, quotes and the characters that separate parameters, lists and members.
fn coarse(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| is(*byte, SEPARATES)).filter(|piece| !piece.is_empty())
}

const fn in_run(byte: u8) -> bool {
    is(byte, RUN)
}

/// Runs that are shorter than the piece, and ends of the piece that begin with one of its runs and hold at least two.
fn runs_and_ends(piece: &[u8], each: &mut dyn FnMut(&[u8])) {
    let (mut at, mut number, mut last) = (0, 0, 0);
    let mut ends = [0; ENDS];
    for run in piece.split(|byte| !in_run(*byte)) {
        let start = at;
        at += run.len() + 1;
        if run.is_empty() {
            continue;
        }
        if run.len() >= *LENGTHS.start() && run.len() < piece.len() {
            each(run);
        }
        if start > 0 && number < ENDS {
            ends[number] = start;
            number += 1;
        }
        last = start;
    }
    if piece.len() <= LONGEST_WITH_ENDS {
        for &start in ends[..number].iter().filter(|start| **start < last) {
            each(&piece[start..]);
        }
    }
}

fn has_escape(text: &[u8]) -> bool {
    memchr::memchr_iter(b'%', text).any(|at| text.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)))
}

/// UTF-8 without control characters but white space.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace()) && std::str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(value: &[u8]) -> Vec<(String, Vec<Coding>)> {
        let mut all = Vec::new();
        tokens(value, &mut |text, undone| {
            all.push((String::from_utf8_lossy(text).into_owned(), undone.innermost_first().collect()));
        });
        all
    }

    #[test]
    fn pieces_runs_and_ends() {
        let mut found = Vec::new();
        pieces(b"GA1.2.123456789.1600000000", &mut |piece, part| found.push((String::from_utf8_lossy(piece).into_owned(), part)));
        let texts: Vec<_> = found.iter().map(|(text, part)| (text.as_str(), *part)).collect();
        assert_eq!(
            texts,
            [
                ("GA1.2.123456789.1600000000", false),
                ("123456789", true),
                ("1600000000", true),
                ("2.123456789.1600000000", true),
                ("123456789.1600000000", true),
            ]
        );
    }

    #[test]
    fn layers() {
        let has = |value: &[u8], text: &str, codings: &[Coding]| {
            assert!(all(value).contains(&(text.to_owned(), codings.to_vec())), "{} {:?}", String::from_utf8_lossy(value), all(value));
        };
        has(b"x=abc%2Fdef12;y", "abc/def12", &[Coding::Percent]);
        has(b"YWJjZGVmMTI=", "abcdef12", &[Coding::Base64]);
        has(b"6162636465663132", "abcdef12", &[Coding::Hex]);
        has(b"id:NjE2MjYzNjQ2NTY2MzEzMg%3D%3D", "abcdef12", &[Coding::Hex, Coding::Base64]);
        has(br#"{"u":"WVdKalpHVm1NVEk9"}"#, "abcdef12", &[Coding::Base64, Coding::Base64]);
    }

    #[test]
    fn digests_are_taken_as_bytes() {
        let digest: Vec<u8> = (240..=255).collect();
        for written in ["8PHy8/T19vf4+fr7/P3+/w==", "8PHy8_T19vf4-fr7_P3-_w", "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"] {
            let mut found = false;
            tokens(written.as_bytes(), &mut |text, _| found |= text == digest);
            assert!(found, "{written}");
        }
    }

    #[test]
    fn of_code_only_what_is_quoted_or_holds_digits() {
        let mut found = Vec::new();
        tokens_of_code(br#"function initialise(){a.b("aBcDeFgHiJ");c=x12345678901;shorter1}"#, &mut |text, _| found.push(text.to_vec()));
        assert_eq!(found, [&b"aBcDeFgHiJ"[..], b"x12345678901"]);
    }

    #[test]
    fn the_work_is_linear() {
        // Counts bytes handed out, not time: nested escapes and long runs must not multiply them.
        for unit in ["a1%2541b.c-d/", "WVdKalpHVm1NVEk9", "6162636465663132", "a.b.c.d.e.f.1.", "\"x1\",{y2:["] {
            let count = |times: usize| {
                let mut bytes = 0;
                tokens(unit.repeat(times).as_bytes(), &mut |text, _| bytes += text.len());
                bytes
            };
            assert!(count(4_000) <= 4 * count(1_000) + 40_000, "{unit}: {} {}", count(1_000), count(4_000));
        }
    }
}
