//! Which style a part of a document has, by its class in the page and where it stands.

use crate::report::document::{ISOLATED, Inline};

/// Paragraphs of what sources say, in a row of its own below the one that it is about.
pub(super) const SAID: &str = "Cell_20_said";

/// Where a block stands, which decides how it looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    Page,
    Item,
    Notice,
    Said,
    /// The style of paragraphs in this cell, and whether its table is one of facts, in larger type.
    Cell(&'static str, bool),
}

/// Whether a part of a line holds nothing but ASCII.
pub(super) fn is_ascii(inline: &Inline) -> bool {
    match inline {
        Inline::Text(text) => text.is_ascii(),
        Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => content.iter().all(is_ascii),
        Inline::Link { content, .. } | Inline::Span { content, .. } => content.iter().all(is_ascii),
        Inline::Break | Inline::Image { .. } => true,
    }
}

/// The style of a paragraph by its class in the page and where it stands.
pub(super) fn style_of(class: Option<&str>, ground: Ground) -> &'static str {
    match (ground, class) {
        (Ground::Cell(style, _), _) => style,
        (Ground::Notice, _) => "Notice",
        (Ground::Item, _) => "List_20_text",
        (Ground::Said, _) => "Said_20_of_20_term",
        (Ground::Page, Some("overline")) => "Overline",
        (Ground::Page, Some("lead")) => "Subtitle",
        (Ground::Page, Some("lead-note")) => "Lead_20_note",
        (Ground::Page, Some("hint")) => "Hint",
        (Ground::Page, Some("caption")) => "Picture_20_caption",
        (Ground::Page, Some("footer")) => "Footnote_20_of_20_page",
        (Ground::Page, _) => "Text_20_body",
    }
}

/// The style of a part of a line by its class in the page; nothing where it looks as what stands around it.
pub(super) fn style_of_text(class: &str) -> Option<&'static str> {
    Some(match class {
        ISOLATED => "Recorded",
        "em" => "Emphasis",
        "esc" => "Made_20_visible",
        "cut" | "ne" => "Not_20_established",
        "why" => "Muted",
        "method" => "Method",
        "no" => "Number_20_of_20_chapter",
        "path" | "sim" => "Plain",
        _ => return None,
    })
}
