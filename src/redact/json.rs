//! Members of JSON documents (RFC 8259): finds those that are secrets. Lenient: it reads tokens, not a grammar, so that a document that was cut
//! off or was never sound is read as far as it goes. It never changes a byte.

use std::ops::Range;

use super::search::Search;
use super::text::Text;

/// An object or array that is open.
#[derive(Default)]
struct Level {
    object: bool,
    /// The next text or word is the name of a member.
    name_next: bool,
    /// The rule that called the name before the next value a secret.
    named: Option<usize>,
    /// The rule that called a name above a secret: everything below it is one.
    above: Option<usize>,
    /// The last name was one by which records name their fields: `{"name": "password", "value": "…"}`.
    field: Field,
    /// The rule that the named field fits, and where its value stands.
    record: (Option<usize>, Option<(Range<usize>, bool)>),
}

/// What the last name says of the value behind it, in a record that names its field.
#[derive(Clone, Copy, Default, PartialEq)]
enum Field {
    #[default]
    Other,
    Name,
    Value,
}

/// Levels that are told apart; below, everything belongs to the deepest.
const DEEPEST: usize = 128;

/// Looks through the JSON in `text`, which begins with it.
pub(super) fn search(search: &mut Search<'_>, text: &Text<'_>, depth: usize) {
    let bytes = &text.bytes;
    let mut levels = vec![Level::default()];
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let deep = levels.len() - 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'{' | b'[' => {
                let level = &mut levels[deep];
                let above = level.named.take().or(level.above);
                if deep < DEEPEST {
                    levels.push(Level { object: byte == b'{', name_next: byte == b'{', above, ..Level::default() });
                } else {
                    search.broken = true;
                }
                at += 1;
            }
            b'}' | b']' => {
                if deep == 0 || levels[deep].object != (byte == b'}') {
                    search.broken = true;
                }
                if deep > 0
                    && let Some(level) = levels.pop()
                {
                    record(search, text, &level);
                }
                at += 1;
            }
            b',' => {
                let level = &mut levels[deep];
                (level.name_next, level.named) = (level.object, None);
                at += 1;
            }
            b':' => {
                levels[deep].name_next = false;
                at += 1;
            }
            b'"' | b'\'' => {
                let (inside, closed) = string(bytes, at, byte);
                search.broken |= !closed || byte == b'\'';
                at = inside.end + usize::from(closed);
                token(search, text, &mut levels[deep], inside, Kind::Text, depth);
            }
            _ => {
                let end = bytes[at..].iter().position(|byte| b" \t\n\r{}[],:\"'".contains(byte)).map_or(bytes.len(), |length| at + length);
                let word = at..end.max(at + 1);
                let number = matches!(byte, b'-' | b'0'..=b'9');
                search.broken |= !number && !matches!(&bytes[word.clone()], b"true" | b"false" | b"null");
                at = word.end;
                token(search, text, &mut levels[deep], word, if number { Kind::Number } else { Kind::Word }, depth);
            }
        }
    }
    search.broken |= levels.len() > 1;
    levels.iter().rev().for_each(|level| record(search, text, level));
}

/// What a token is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Word,
}

/// The inside of the string that begins at `at`, and whether it ends before the text does.
fn string(bytes: &[u8], at: usize, mark: u8) -> (Range<usize>, bool) {
    let mut end = at + 1;
    while let Some(next) = memchr::memchr2(mark, b'\\', &bytes[end.min(bytes.len())..]).map(|next| end + next) {
        if bytes[next] == mark {
            return (at + 1..next, true);
        }
        end = next + 2;
    }
    (at + 1..bytes.len(), false)
}

/// Takes a name or a value.
fn token(search: &mut Search<'_>, text: &Text<'_>, level: &mut Level, place: Range<usize>, kind: Kind, depth: usize) {
    let raw = text.part(place.clone());
    let plain = if kind == Kind::Text { raw.unescaped() } else { raw.part(0..raw.bytes.len()) };
    if level.object && level.name_next {
        level.name_next = false;
        level.named = search.name(&plain.bytes);
        level.field = match &*plain.bytes {
            b"name" | b"key" | b"field" | b"id" => Field::Name,
            b"value" => Field::Value,
            _ => Field::Other,
        };
        return;
    }
    let rule = level.named.take().or(level.above);
    let field = std::mem::take(&mut level.field);
    match (rule, kind) {
        // `true`, `false` and `null` are no secrets. Another word is what is left of a broken value.
        (Some(_), Kind::Word) if matches!(&*raw.bytes, b"true" | b"false" | b"null") => {}
        (Some(rule), kind) => search.secret(&plain, rule, kind == Kind::Number),
        (None, Kind::Text) => {
            match field {
                Field::Name => level.record.0 = search.name(&plain.bytes),
                Field::Value => level.record.1 = Some((place, false)),
                Field::Other => {}
            }
            search.value(&plain, depth);
        }
        (None, Kind::Number) if field == Field::Value => level.record.1 = Some((place, true)),
        (None, _) => {}
    }
}

/// Takes the value of a record that names its field.
fn record(search: &mut Search<'_>, text: &Text<'_>, level: &Level) {
    if let (Some(rule), Some((place, number))) = &level.record {
        let raw = text.part(place.clone());
        search.secret(&if *number { raw } else { raw.unescaped() }, *rule, *number);
    }
}
