//! Which characters the fonts can show, and where a long text may be broken.
//!
//! PDF/UA-1 and PDF/A-3a allow no character without a glyph. What the fonts cannot show is printed as its number, `\u{1F600}`, in the way that the page
//! marks characters that nobody sees; so a strange name makes no export fail and loses nothing.

use std::sync::LazyLock;

use typst::text::{Coverage, FontStyle};
use unicode_segmentation::UnicodeSegmentation;

use super::world::FONTS;
use crate::report::html::is_hidden;

/// The families that the template names, in its order. A character counts as shown if every face of a family that the template uses has it.
pub(super) const FAMILIES: [&str; 4] = ["Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern", "New Computer Modern Math"];

static COVERAGES: LazyLock<Vec<Vec<&'static Coverage>>> = LazyLock::new(|| {
    let of_family = |family: &&str| {
        let upright =
            FONTS.iter().map(|font| font.info()).filter(move |info| info.family == *family && info.variant.style == FontStyle::Normal);
        upright.map(|info| &info.coverage).collect()
    };
    FAMILIES.iter().map(of_family).collect()
});

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters that can be shown.
    Shown(String),
    /// A character that cannot, as its number.
    Escape(String),
}

/// A text in parts.
pub(super) fn parts(text: &str) -> Vec<Part> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return if text.is_empty() { Vec::new() } else { vec![Part::Shown(text.to_owned())] };
    }
    let mut out: Vec<Part> = Vec::new();
    let show = |out: &mut Vec<Part>, text: &str| match out.last_mut() {
        Some(Part::Shown(shown)) => shown.push_str(text),
        _ => out.push(Part::Shown(text.to_owned())),
    };
    for cluster in text.graphemes(true) {
        if is_shown(cluster) {
            show(&mut out, cluster);
            continue;
        }
        // What belongs together and has no font together is taken apart: each character by itself, marks without a base as numbers.
        for (index, character) in cluster.char_indices() {
            let alone = &cluster[index..index + character.len_utf8()];
            if index == 0 && is_shown(alone) {
                show(&mut out, alone);
            } else {
                out.push(Part::Escape(format!("\\u{{{:X}}}", u32::from(character))));
            }
        }
    }
    out
}

/// A text for places that take no marks, such as the name of a document: what cannot be shown as its number.
pub(super) fn plain(text: &str) -> String {
    let said = |part| match part {
        Part::Shown(text) | Part::Escape(text) => text,
    };
    parts(text).into_iter().map(said).collect()
}

/// Whether the fonts show `cluster`, characters that are drawn as one.
fn is_shown(cluster: &str) -> bool {
    let possible = cluster.chars().all(|character| is_drawn_by_itself(character) && (character == '\u{a0}' || !is_hidden(character)));
    let has_base = cluster.chars().next().is_some_and(|character| !is_mark(character));
    let has = |face: &&Coverage| cluster.chars().all(|character| face.contains(u32::from(character)));
    possible && has_base && COVERAGES.iter().any(|faces| !faces.is_empty() && faces.iter().all(has))
}

/// Whether a character belongs to a script whose letters do not change with those around them: from Latin to Hebrew, and signs. A letter that does may be
/// drawn by a glyph that stands for no character, which PDF/A-3a does not allow.
const fn is_drawn_by_itself(character: char) -> bool {
    matches!(character, '\u{0}'..='\u{5ff}' | '\u{1e00}'..='\u{2bff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}' | '\u{1d400}'..='\u{1d7ff}')
}

/// Whether a character is a combining mark of those scripts. Without a base it would be drawn over whatever stands before it.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}'
        | '\u{5c7}' | '\u{20d0}'..='\u{20f0}')
}

/// Whether a text holds letters that are written from right to left.
pub(super) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(|character| matches!(character, '\u{590}'..='\u{5ff}'))
}

/// Words up to this length stay whole, in characters.
pub(super) const WHOLE: usize = 14;
/// The most characters of a longer word that stay together.
const PIECE: usize = 10;
/// Where a line may end. It has no glyph and is no part of what is copied out of the file.
const MAY_END: char = '\u{200b}';

/// A digest is broken after so many digits, where nothing else is known of the room.
const GROUP: usize = 16;

/// Whether a word is a digest in hexadecimal, or a key or token that looks like one: of 32 digits or more, in a number that comes apart evenly.
fn is_digest(word: &str) -> bool {
    word.len() >= 2 * GROUP && word.len().is_multiple_of(8) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A digest in groups of `size` digits.
fn grouped(digest: &str, size: usize) -> String {
    let mut out = String::with_capacity(digest.len() + digest.len() / size.max(1) * MAY_END.len_utf8());
    for (index, digit) in digest.chars().enumerate() {
        if index > 0 && index.is_multiple_of(size) && digit != ' ' {
            out.push(MAY_END);
        }
        out.push(digit);
    }
    out
}

/// A text that may be broken, with its digests in lines of the same length: as long as `room` characters allow.
pub(super) fn regroup(text: &str, room: u64) -> String {
    let again = |word: &str| {
        let plain = word.replace(MAY_END, "");
        let length = plain.trim_end_matches(' ').len();
        if !is_digest(plain.trim_end_matches(' ')) {
            return word.to_owned();
        }
        let mut even = [1, 2, 4, 8].into_iter().filter(|parts| length.is_multiple_of(*parts)).map(|parts| length / parts);
        grouped(&plain, even.clone().find(|size| *size as u64 <= room).or_else(|| even.next_back()).unwrap_or(GROUP))
    };
    text.split_inclusive(' ').map(again).collect()
}

/// A text whose long words, such as addresses and digests, may be broken: behind a sign, otherwise after [`PIECE`] characters.
pub(super) fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for word in text.split_inclusive(' ') {
        let length = word.graphemes(true).count();
        if length <= WHOLE {
            out.push_str(word);
            continue;
        }
        if is_digest(word.trim_end_matches(' ')) {
            out.push_str(&grouped(word, GROUP));
            continue;
        }
        let mut together = 0;
        for (index, cluster) in word.graphemes(true).enumerate() {
            out.push_str(cluster);
            together += 1;
            let sign = cluster.bytes().all(|byte| byte.is_ascii_punctuation());
            if length - index > 3 && index > 1 && (together >= PIECE || sign && together > 1) {
                out.push(MAY_END);
                together = 0;
            }
        }
    }
    out
}
