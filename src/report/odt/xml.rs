//! Text as XML.

use std::fmt::Write as _;

/// Whether XML 1.0 has this character (5th edition, production 2).
const fn is_possible(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text as it may stand in an element or an attribute. What XML cannot hold is made visible, as the page does it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ if is_possible(character) => out.push(character),
            // Writing into a String cannot fail.
            _ => {
                let _ = write!(out, "\\u{{{:X}}}", u32::from(character));
            }
        }
    }
    out
}

/// A text of which each space and line end counts: ODF makes one space of many, and none of those at the beginning (part 3, 6.1.3).
pub(super) fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while !rest.is_empty() {
        let spaces = rest.bytes().take_while(|byte| *byte == b' ').count();
        if spaces > 0 {
            let _ = write!(out, "<text:s text:c=\"{spaces}\"/>");
            rest = &rest[spaces..];
            continue;
        }
        let mut end = rest.len();
        for (at, character) in rest.char_indices() {
            let two = rest[at..].starts_with("  ");
            if matches!(character, '\n' | '\t' | '\r') || two {
                end = at;
                break;
            }
        }
        // A single space between other characters stays what it is.
        out.push_str(&escaped(&rest[..end]));
        rest = &rest[end..];
        if let Some(character) = rest.chars().next().filter(|character| matches!(character, '\n' | '\t' | '\r')) {
            out.push_str(match character {
                '\n' => "<text:line-break/>",
                '\t' => "<text:tab/>",
                _ => "",
            });
            rest = &rest[1..];
        }
    }
    out
}
