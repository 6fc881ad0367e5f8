//! The logo of a house style: a PNG, JPEG or SVG picture that can stand in the page itself. An SVG picture is a document that could fetch and do things, so
//! only what draws is let in.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::OwnFile;

/// Largest logo, in bytes: it stands in every page in full.
pub const LARGEST_LOGO: u64 = 512 * 1024;

/// Most pixels on a side.
const LONGEST_SIDE: usize = 8_000;

/// Elements that draw, or hold and name what does (SVG 2). None of them fetches, runs or embeds anything by itself.
const DRAWS: [&str; 23] = [
    "circle",
    "clippath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "lineargradient",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialgradient",
    "rect",
    "stop",
    "style",
    "svg",
    "symbol",
    "text",
    "title",
    "tspan",
    "use",
];

/// A picture that can stand in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The file.
    pub file: OwnFile,
    /// Its media type.
    pub media_type: &'static str,
    /// How its name ends, without the dot.
    pub ending: &'static str,
}

/// The line, if it is one, and what is wrong there.
type Wrong = (Option<usize>, String);

impl Logo {
    /// Looks at a file. What it is decides its first bytes, not its name.
    pub(super) fn of(file: OwnFile) -> Result<Self, Wrong> {
        let bytes = &file.bytes;
        if bytes.len() as u64 > LARGEST_LOGO {
            let what = format!("the logo has {} bytes; at most {LARGEST_LOGO} fit into a page: make it smaller", bytes.len());
            return Err((None, what));
        }
        let (media_type, ending) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            sound(bytes, b"IEND\xae\x42\x60\x82", "PNG")?;
            ("image/png", "png")
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            sound(bytes, b"\xff\xd9", "JPEG")?;
            ("image/jpeg", "jpg")
        } else if let Some(text) =
            std::str::from_utf8(bytes).ok().filter(|text| text.trim_start().starts_with('<') && text.contains("<svg"))
        {
            harmless(text)?;
            ("image/svg+xml", "svg")
        } else {
            return Err((None, "is no PNG, JPEG or SVG picture; save the logo as one of these".to_owned()));
        };
        Ok(Self { file, media_type, ending })
    }

    /// The picture as a `data:` address (RFC 2397).
    pub(in crate::report) fn address(&self) -> String {
        format!("data:{};base64,{}", self.media_type, BASE64_STANDARD.encode(&self.file.bytes))
    }
}

/// That a picture has a size that fits, and the sign with which such pictures end (PNG: ISO/IEC 15948, 11.2.5; JPEG: ITU-T T.81, B.1.1.3).
fn sound(bytes: &[u8], end: &[u8], kind: &str) -> Result<(), Wrong> {
    match imagesize::blob_size(bytes).ok().filter(|_| ends(bytes, end)).map(|size| (size.width, size.height)) {
        None | Some((0, _) | (_, 0)) => Err((None, format!("begins as a {kind} picture and is none, or is cut off; save the logo again"))),
        Some((width, height)) if width.max(height) > LONGEST_SIDE => {
            Err((None, format!("the logo has {width} × {height} pixels; at most {LONGEST_SIDE} on a side: make it smaller")))
        }
        Some(_) => Ok(()),
    }
}

/// Whether a picture holds the sign of its end. Behind it programs may have added something of their own.
fn ends(bytes: &[u8], sign: &[u8]) -> bool {
    bytes.windows(sign.len()).rev().any(|found| found == sign)
}

/// That an SVG picture only draws: known elements, no program, no address but one within itself, and nothing that readers of XML and of HTML read differently.
fn harmless(text: &str) -> Result<(), Wrong> {
    let line = |at: usize| Some(1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count());
    let wrong = |at: usize, what: String| Err((line(at), format!("{what}; save the logo as a plain SVG, or as PNG")));
    for (sign, name) in [("<!DOCTYPE", "a document type"), ("<!ENTITY", "an entity"), ("<![CDATA[", "a CDATA section")] {
        if let Some(at) = text.to_ascii_uppercase().find(sign) {
            return wrong(at, format!("the SVG picture holds {name}, which is not let in"));
        }
    }
    if let Some((at, _)) = text.match_indices("<?").find(|(at, _)| *at > 0 || !text.starts_with("<?xml ")) {
        return wrong(at, "the SVG picture holds an instruction for a program".to_owned());
    }
    let mut open: Vec<String> = Vec::new();
    let mut style = false;
    for token in Tokenizer::new_with_emitter(text, DefaultEmitter::<usize>::new_with_span()) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let at = tag.span.start;
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if !DRAWS.contains(&name.as_str()) || open.is_empty() && name != "svg" {
                    return wrong(at, format!("the SVG picture holds <{name}>, which is not let in"));
                }
                for (attribute, value) in &tag.attributes {
                    let (attribute, value) = (String::from_utf8_lossy(attribute), String::from_utf8_lossy(value));
                    let leads_out = matches!(&*attribute, "href" | "xlink:href" | "src") && !value.trim().starts_with('#');
                    if attribute.starts_with("on") || leads_out || !is_own(&value) && !attribute.starts_with("xmlns") {
                        return wrong(at, format!("the SVG picture has {attribute}={value:?}, which is not let in"));
                    }
                }
                style = name == "style";
                if !tag.self_closing {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if open.pop().as_ref() != Some(&name) {
                    return wrong(tag.span.start, format!("in the SVG picture </{name}> closes nothing, or something else is open"));
                }
                style = false;
            }
            Token::String(said) => {
                let said_text = String::from_utf8_lossy(&said);
                if open.is_empty() && !said_text.trim().is_empty() {
                    return wrong(said.span.start, "the SVG picture has text outside of <svg>".to_owned());
                }
                if style && (said_text.contains('@') || said_text.contains('\\') || !is_own(&said_text)) {
                    return wrong(said.span.start, "the style sheet in the SVG picture fetches something".to_owned());
                }
            }
            Token::Comment(_) => {}
            Token::Doctype(doctype) => return wrong(doctype.span.start, "the SVG picture holds a document type".to_owned()),
            // `<?xml … ?>` is none to a reader of HTML.
            Token::Error(error) if line(error.span.start) == Some(1) && text.starts_with("<?xml ") && open.is_empty() => {}
            Token::Error(error) => return wrong(error.span.start, format!("the SVG picture cannot be read ({})", *error)),
        }
    }
    if open.is_empty() { Ok(()) } else { wrong(text.len(), "the SVG picture is cut off".to_owned()) }
}

/// Whether a value or a style sheet names nothing outside of the picture.
fn is_own(value: &str) -> bool {
    let value: String = value.chars().filter(|character| !character.is_whitespace() && !character.is_control()).collect();
    let value = value.to_ascii_lowercase();
    let fetches = value.match_indices("url(").any(|(at, sign)| !value[at + sign.len()..].trim_start_matches(['"', '\'']).starts_with('#'));
    !fetches && !["javascript:", "data:", "http:", "https:", "expression(", "//"].iter().any(|word| value.contains(word))
}

#[cfg(test)]
mod tests;
