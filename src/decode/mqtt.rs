//! MQTT control packets (MQTT 3.1, 3.1.1 and 5.0, OASIS) as a WebSocket carries them: where what a client says of itself, the topics and the payloads lie.
//! It never puts packets together that lie in several messages.

use std::ops::Range;

/// A packet, as far as it says something about anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    /// Its kind as a word, which names its fields.
    pub(crate) kind: &'static str,
    /// The names of what it holds and where each lies, in order.
    pub(crate) fields: Vec<(&'static str, Range<usize>)>,
    /// Where it ends.
    pub(crate) end: usize,
}

/// Whether bytes begin with a CONNECT packet; gives the level of the protocol: 3, 4 or 5.
pub(crate) fn connects(bytes: &[u8]) -> Option<u8> {
    if bytes.first() != Some(&0x10) {
        return None;
    }
    let mut reader = Reader { bytes, at: 1, end: bytes.len() };
    reader.length()?;
    let name = reader.text()?;
    let level = reader.byte()?;
    matches!((&bytes[name], level), (b"MQTT", 4 | 5) | (b"MQIsdp", 3)).then_some(level)
}

/// The packet at `at`. `None`: there is none, or it is broken or not whole.
pub(crate) fn packet(bytes: &[u8], at: usize, level: u8) -> Option<Packet> {
    let mut reader = Reader { bytes, at, end: bytes.len() };
    let first = reader.byte()?;
    let length = reader.length()?;
    reader.end = reader.at.checked_add(length).filter(|&end| end <= bytes.len())?;
    let end = reader.end;
    let mut fields = Vec::new();
    let kind = match first >> 4 {
        1 => {
            connect(&mut reader, &mut fields)?;
            "connect"
        }
        3 => {
            publish(&mut reader, first, level, &mut fields)?;
            "publish"
        }
        8 => {
            topics(&mut reader, level, 1, &mut fields)?;
            "subscribe"
        }
        10 => {
            topics(&mut reader, level, 0, &mut fields)?;
            "unsubscribe"
        }
        2 | 4..=7 | 9 | 11..=15 => "",
        _ => return None,
    };
    Some(Packet { kind, fields, end })
}

/// Sections 3.1.2 and 3.1.3.
fn connect(reader: &mut Reader<'_>, fields: &mut Vec<(&'static str, Range<usize>)>) -> Option<()> {
    reader.text()?;
    let level = reader.byte()?;
    let flags = reader.byte()?;
    reader.skip(2)?;
    reader.properties(level, "properties", fields)?;
    fields.push(("client_id", reader.text()?));
    if flags & 0x04 != 0 {
        reader.properties(level, "will_properties", fields)?;
        fields.push(("will_topic", reader.text()?));
        fields.push(("will_payload", reader.text()?));
    }
    if flags & 0x80 != 0 {
        fields.push(("user_name", reader.text()?));
    }
    if flags & 0x40 != 0 {
        fields.push(("password", reader.text()?));
    }
    Some(())
}

/// Section 3.3: only with a quality of service above 0 there is a number of the packet.
fn publish(reader: &mut Reader<'_>, first: u8, level: u8, fields: &mut Vec<(&'static str, Range<usize>)>) -> Option<()> {
    fields.push(("topic", reader.text()?));
    if first & 0x06 != 0 {
        reader.skip(2)?;
    }
    reader.properties(level, "properties", fields)?;
    fields.push(("payload", reader.at..reader.end));
    Some(())
}

/// Sections 3.8 and 3.10: topics, with so many bytes behind each.
fn topics(reader: &mut Reader<'_>, level: u8, behind: usize, fields: &mut Vec<(&'static str, Range<usize>)>) -> Option<()> {
    reader.skip(2)?;
    reader.properties(level, "properties", fields)?;
    while reader.at < reader.end {
        fields.push(("topic", reader.text()?));
        reader.skip(behind)?;
    }
    Some(())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes[..self.end].get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, length: usize) -> Option<Range<usize>> {
        let end = self.at.checked_add(length).filter(|&end| end <= self.end)?;
        Some(std::mem::replace(&mut self.at, end)..end)
    }

    /// A number of one to four bytes (section 2.2.3).
    fn length(&mut self) -> Option<usize> {
        let mut value = 0;
        for index in 0..4 {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A text or bytes behind their length in two bytes (sections 1.5.4 and 1.5.6).
    fn text(&mut self) -> Option<Range<usize>> {
        let length = u16::from_be_bytes([self.byte()?, self.byte()?]);
        self.skip(length.into())
    }

    /// The properties that level 5 brought (section 2.2.2).
    fn properties(&mut self, level: u8, name: &'static str, fields: &mut Vec<(&'static str, Range<usize>)>) -> Option<()> {
        if level >= 5 {
            let length = self.length()?;
            let place = self.skip(length)?;
            if !place.is_empty() {
                fields.push((name, place));
            }
        }
        Some(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const CONNECT: &[u8] =
        b"\x10\x2a\x00\x06MQIsdp\x03\xc6\x00\x0a\x00\x07mqttwsc\x00\x01w\x00\x01p\x00\x09{\"u\":123}\x00\x02pw";

    fn read(bytes: &[u8], level: u8) -> Option<Vec<(String, String)>> {
        let packet = packet(bytes, 0, level)?;
        assert_eq!(packet.end, bytes.len());
        let text = |place: Range<usize>| String::from_utf8_lossy(&bytes[place]).into_owned();
        Some(packet.fields.into_iter().map(|(name, place)| (format!("{}.{name}", packet.kind), text(place))).collect())
    }

    #[test]
    fn packets() {
        let pairs = |pairs: &[(&str, &str)]| Some(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>());
        assert_eq!(connects(CONNECT), Some(3));
        assert_eq!(
            read(CONNECT, 3),
            pairs(&[
                ("connect.client_id", "mqttwsc"),
                ("connect.will_topic", "w"),
                ("connect.will_payload", "p"),
                ("connect.user_name", "{\"u\":123}"),
                ("connect.password", "pw")
            ])
        );
        assert_eq!(read(b"\x32\x08\x00\x02/t\x00\x01hi", 4), pairs(&[("publish.topic", "/t"), ("publish.payload", "hi")]));
        assert_eq!(
            read(b"\x30\x09\x00\x02/t\x02\x01\x01hi", 5),
            pairs(&[("publish.topic", "/t"), ("publish.properties", "\u{1}\u{1}"), ("publish.payload", "hi")])
        );
        assert_eq!(
            read(b"\x82\x0c\x00\x01\x00\x02/a\x01\x00\x02/b\x00", 4),
            pairs(&[("subscribe.topic", "/a"), ("subscribe.topic", "/b")])
        );
        assert_eq!(read(b"\xa2\x06\x00\x01\x00\x02/a", 4), pairs(&[("unsubscribe.topic", "/a")]));
        assert_eq!(read(b"\xc0\x00", 4), pairs(&[]));
    }

    #[test]
    fn broken_packets() {
        for broken in [&b""[..], b"\x10", b"\x30\x05\x00\x09", b"\x30\xff\xff\xff\xff\x01", b"\x82\x05\x00\x01\x00\x09a", b"\x00\x00"] {
            assert_eq!(packet(broken, 0, 4), None, "{broken:?}");
        }
        assert_eq!(connects(b"\x10\x0c\x00\x04HTTP\x04"), None);
        assert_eq!(connects(b"\x10"), None);
    }
}
