//! Lines of a list, with their numbers and a ceiling on their length; host names in the form in which they are looked up.

use crate::model::HostPort;

/// Bytes of a line that is read. The longest line of EasyList has 6,395.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// The lines of a text from 1, without byte order mark and line ends. `Err`: the line is too long, with its length.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, Result<&str, usize>)> {
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    lines.map(|(line, number)| (number, if line.len() > LONGEST_LINE { Err(line.len()) } else { Ok(line) }))
}

/// A host name as it is looked up: lower case, A-labels, no dot at either end. `None`: the text is no host name.
pub(super) fn host_name(text: &str) -> Option<String> {
    let text = text.trim_matches(['.', ' ', '\t', '\u{200b}']);
    let host = HostPort::of(text).filter(|_| text.len() <= 253 && !text.contains(['@', ':', '[']))?.host.into_owned();
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    (host.contains('.') && host.split('.').all(label)).then_some(host)
}

/// A host and its parents, longest first.
pub(super) fn with_parents(host: &str) -> impl Iterator<Item = &str> {
    // A name that is too long for DNS (RFC 1035 section 2.3.4) stands for itself alone: looking up each of some hundred thousand labels would let
    // one request hold up a whole recording.
    let has_parents = host.len() <= 253;
    std::iter::successors(Some(host), move |host| host.split_once('.').filter(|_| has_parents).map(|(_, parent)| parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (text, host) in [
            (".Bing.com", Some("bing.com")),
            ("bücher.example", Some("xn--bcher-kva.example")),
            (".commander1.com\u{200b}", Some("commander1.com")),
            ("a_b.example.", Some("a_b.example")),
            ("localhost", None),
            ("ads-[account].adhese.com", None),
            ("", None),
            ("a b.nl", None),
            ("a..nl", None),
        ] {
            assert_eq!(host_name(text).as_deref(), host, "{text:?}");
        }
        assert_eq!(host_name(&format!("{}.nl", "a".repeat(300))), None);
        assert_eq!(with_parents("a.b.c").collect::<Vec<_>>(), ["a.b.c", "b.c", "c"]);
        assert_eq!(with_parents(&"a.".repeat(200_000)).count(), 1);
    }

    #[test]
    fn long_lines() {
        let text = format!("\u{feff}a\r\n{}\nb", "x".repeat(LONGEST_LINE + 1));
        let read: Vec<_> = lines(&text).collect();
        assert_eq!(read, [(1, Ok("a")), (2, Err(LONGEST_LINE + 1)), (3, Ok("b"))]);
    }
}
