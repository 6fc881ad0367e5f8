//! Typed netstrings: `length:payload` and a byte that names the type. A value borrows from the bytes that it was read from.

use crate::model::Timestamp;

/// How deep values may be nested. A flow that holds its own state from before a change needs seven levels.
const DEEPEST: u32 = 48;

/// How many values one flow may have: some hundred thousand messages, and no more memory than that needs.
const MOST: u32 = 4_000_000;

/// Digits of a length. Twelve name more bytes than any file has.
pub(super) const LONGEST_LENGTH: usize = 12;

/// What is wrong with the bytes, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Flag(bool),
    /// An integer or a decimal fraction, as it is written.
    Number(&'a [u8]),
    /// Bytes or text: programs of Python 2 wrote the one, later ones the other, for the same field.
    Text(&'a [u8]),
    List(Vec<Value<'a>>),
    Dictionary(Vec<(&'a [u8], Value<'a>)>),
}

/// Length and place of the payload that is announced at the start of `data`. `None`: the announcement is not whole.
pub(super) fn announced(data: &[u8]) -> Result<Option<(usize, u64)>, Fault> {
    let head = &data[..data.len().min(LONGEST_LENGTH + 1)];
    let digits = head.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match head.get(digits) {
        Some(b':') if digits > 0 => {
            let length = head[..digits].iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0'));
            Ok(Some((digits + 1, length)))
        }
        None if digits <= LONGEST_LENGTH && head.len() == data.len() => Ok(None),
        _ => Err(Fault { at: digits, what: "a length and a colon were expected" }),
    }
}

/// The value that is the whole of `data`.
pub(super) fn value(data: &[u8]) -> Result<Value<'_>, Fault> {
    let mut left = MOST;
    let (value, end) = parse(data, 0, DEEPEST, &mut left)?;
    if end == data.len() { Ok(value) } else { Err(Fault { at: end, what: "there is something behind the value" }) }
}

fn parse<'a>(data: &'a [u8], at: usize, deeper: u32, left: &mut u32) -> Result<(Value<'a>, usize), Fault> {
    let fault = |at, what| Err(Fault { at, what });
    *left = match left.checked_sub(1) {
        Some(left) => left,
        None => return fault(at, "the flow has more than four million values"),
    };
    let (start, length) = match announced(&data[at..]) {
        Ok(Some((start, length))) => (at + start, length),
        Ok(None) => return fault(at, "a value is cut off"),
        Err(inner) => return fault(at + inner.at, inner.what),
    };
    let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length)).filter(|end| *end < data.len());
    let Some(end) = end else { return fault(at, "a value is longer than what holds it") };
    let payload = &data[start..end];
    let value = match data[end] {
        b',' | b';' => Value::Text(payload),
        b'#' | b'^' if is_number(payload) => Value::Number(payload),
        b'#' | b'^' => return fault(start, "a number was expected"),
        b'!' if payload == b"true" => Value::Flag(true),
        b'!' if payload == b"false" => Value::Flag(false),
        b'!' => return fault(start, "true or false was expected"),
        b'~' if payload.is_empty() => Value::Null,
        b'~' => return fault(start, "nothing was expected"),
        b']' | b'}' if deeper == 0 => return fault(at, "values are nested too deeply"),
        b']' => {
            let (inside, mut next, mut items) = (&data[..end], start, Vec::new());
            while next < end {
                let (item, after) = parse(inside, next, deeper - 1, left)?;
                items.push(item);
                next = after;
            }
            Value::List(items)
        }
        b'}' => {
            let (inside, mut next, mut members) = (&data[..end], start, Vec::new());
            while next < end {
                let (Value::Text(name), after) = parse(inside, next, deeper - 1, left)? else {
                    return fault(next, "the name of a member was expected");
                };
                let (member, after) = parse(inside, after, deeper - 1, left)?;
                members.push((name, member));
                next = after;
            }
            Value::Dictionary(members)
        }
        _ => return fault(end, "the type of a value was expected"),
    };
    Ok((value, end + 1))
}

fn is_number(payload: &[u8]) -> bool {
    std::str::from_utf8(payload).is_ok_and(|text| text.parse::<f64>().is_ok())
}

impl<'a> Value<'a> {
    /// The bytes of a text.
    pub(super) fn text(&self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number without a fraction.
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Number(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// A point in time: seconds since 1970. 0 stands for one that is not known.
    pub(super) fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Number(digits) => nanoseconds(std::str::from_utf8(digits).ok()?).filter(|at| *at > 0).map(Timestamp::from_nanoseconds),
            _ => None,
        }
    }

    /// Whether it is `true`.
    pub(super) fn is_true(&self) -> bool {
        *self == Self::Flag(true)
    }

    /// The items of a list; of anything else none.
    pub(super) fn items(&self) -> &[Value<'a>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The members of a dictionary; of anything else none.
    pub(super) fn fields(&self) -> Fields<'_, 'a> {
        match self {
            Self::Dictionary(members) => Fields(members),
            _ => Fields(&[]),
        }
    }
}

/// The digits of a decimal fraction are taken as they stand: as a floating-point number they would lose the last of them.
fn nanoseconds(seconds: &str) -> Option<i64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        let seconds: f64 = seconds.parse().ok()?;
        return seconds.is_finite().then_some((seconds * 1e9) as i64);
    }
    let fraction = (0..9).fold(0, |sum, at| sum * 10 + i64::from(fraction.as_bytes().get(at).map_or(0, |digit| digit - b'0')));
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction)
}

/// The members of a dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'v, 'a>(pub(super) &'v [(&'a [u8], Value<'a>)]);

impl<'v, 'a> Fields<'v, 'a> {
    /// The member called by one of `names`, the first that is there and not null.
    pub(super) fn any(self, names: &[&str]) -> Option<&'v Value<'a>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The member `name`, unless it is missing or null.
    pub(super) fn get(self, name: &str) -> Option<&'v Value<'a>> {
        self.0.iter().find(|(key, value)| *key == name.as_bytes() && *value != Value::Null).map(|(_, value)| value)
    }

    /// The bytes of a text.
    pub(super) fn text(self, names: &[&str]) -> Option<&'a [u8]> {
        self.any(names).and_then(Value::text)
    }

    /// A text that is not empty; what is no UTF-8 in it is replaced.
    pub(super) fn string(self, names: &[&str]) -> Option<String> {
        self.text(names).filter(|text| !text.is_empty()).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    /// A point in time.
    pub(super) fn time(self, names: &[&str]) -> Option<Timestamp> {
        self.any(names).and_then(Value::time)
    }

    /// The members of the dictionary `name`.
    pub(super) fn of(self, name: &str) -> Fields<'v, 'a> {
        self.get(name).map_or(Fields(&[]), Value::fields)
    }

    /// Whether there are none.
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_type() {
        let text = b"68:1:a,1:1#1:b;3:2.5^1:c,4:true!1:d,0:~1:e,17:1:x,2:yz,2:-1#0:]]1:f,0:}}";
        let read = value(text).expect("a value");
        let fields = read.fields();
        assert_eq!(fields.any(&["z", "a"]).and_then(Value::whole), Some(1));
        assert_eq!(fields.time(&["b"]).map(Timestamp::as_nanoseconds), Some(2_500_000_000));
        assert!(fields.get("c").is_some_and(Value::is_true));
        assert_eq!(fields.get("d"), None, "null is as good as missing");
        let items = fields.get("e").expect("a list").items();
        assert_eq!(items, [Value::Text(b"x"), Value::Text(b"yz"), Value::Number(b"-1"), Value::List(vec![])]);
        assert!(fields.of("f").is_empty());
    }

    #[test]
    fn a_time_keeps_its_digits() {
        assert_eq!(nanoseconds("1693314232.444319"), Some(1_693_314_232_444_319_000));
        assert_eq!(nanoseconds("1693314203.1234567891"), Some(1_693_314_203_123_456_789));
        assert_eq!(nanoseconds("1612375501"), Some(1_612_375_501_000_000_000));
        assert_eq!(nanoseconds("1.5e3"), Some(1_500_000_000_000));
        assert_eq!(nanoseconds("99999999999999"), None);
        assert_eq!(nanoseconds("nan"), None);
        assert_eq!(Value::Number(b"0").time(), None);
    }

    #[test]
    fn faults_name_their_place() {
        for (text, at, what) in [
            (&b"x"[..], 0, "a length"),
            (b":,", 0, "a length"),
            (b"1234567890123:", 13, "a length"),
            (b"9:1:a,", 0, "longer"),
            (b"4:1:a,}", 6, "cut off"),
            (b"8:1:a,9:b,}", 6, "longer"),
            (b"3:abc#", 2, "a number"),
            (b"3:tru!", 2, "true or false"),
            (b"1:x~", 2, "nothing"),
            (b"1:x?", 3, "the type"),
            (b"8:1:1#1:1#}", 2, "the name"),
            (b"1:x,1", 4, "behind"),
        ] {
            let fault = value(text).expect_err("a fault");
            assert!(fault.what.contains(what) && fault.at == at, "{:?}: {fault:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn nothing_is_nested_without_end() {
        let nested =
            |depth: usize| (0..depth).fold(b"0:]".to_vec(), |inner, _| [format!("{}:", inner.len()).as_bytes(), &inner, b"]"].concat());
        assert!(value(&nested(DEEPEST as usize - 1)).is_ok());
        assert_eq!(value(&nested(DEEPEST as usize)).map_err(|fault| fault.what), Err("values are nested too deeply"));
        assert!(value(&nested(20_000)).is_err());
    }

    #[test]
    fn a_flow_has_no_values_without_end() {
        let inner = b"0:~".repeat(MOST as usize);
        let text = [format!("{}:", inner.len()).as_bytes(), &inner, b"]"].concat();
        assert!(value(&text).expect_err("too many").what.contains("four million"));
    }
}
