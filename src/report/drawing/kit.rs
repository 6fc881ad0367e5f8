//! What all pictures share: a canvas that writes SVG, colours with a second sign beside each of them, texts that keep to their room, and the
//! words for those who do not see it.
//!
//! Positions are whole units, so the same values give the same bytes everywhere. An element says all of its looks itself, because a picture may
//! be copied out of its page, and other forms take it without the style sheet.

use std::fmt::Write as _;

use super::super::html::{escaped, is_hidden};
use super::super::text::{Texts, Value};

/// Width of every picture.
pub(super) const WIDTH: i64 = 800;
/// Room at both sides.
pub(super) const MARGIN: i64 = 10;

pub(super) const INK: &str = "#1b1f24";
pub(super) const MUTED: &str = "#4d5560";
pub(super) const BLUE: &str = "#154273";
pub(super) const LINE: &str = "#c9d3df";
pub(super) const PALE: &str = "#f2f5f9";
pub(super) const WHITE: &str = "#fff";
/// The colours of Okabe and Ito that stay apart for eyes that tell few colours apart. None of them stands for good or bad.
pub(super) const DEEP: &str = "#0072b2";
pub(super) const SKY: &str = "#56b4e9";
pub(super) const ORANGE: &str = "#e69f00";
pub(super) const RED: &str = "#b34e00";
pub(super) const GREEN: &str = "#00785a";
pub(super) const PLUM: &str = "#8a4a78";

const FONT: &str = "Segoe UI, system-ui, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif";

/// Where a text stands from its place.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    size: i64,
    bold: bool,
    fill: &'static str,
    anchor: Anchor,
}

/// A name.
pub(super) const NAME: Style = Style { size: 13, bold: true, fill: INK, anchor: Anchor::Start };
/// What stands beside a name.
pub(super) const NOTE: Style = Style { size: 12, bold: false, fill: MUTED, anchor: Anchor::Start };
/// A name at the head of a narrow column.
pub(super) const SLANTED: Style = Style { size: 12, bold: true, fill: INK, anchor: Anchor::Start };
/// A number or a word that carries a value.
pub(super) const VALUE: Style = Style { size: 12, bold: false, fill: INK, anchor: Anchor::Start };
/// The head of a column.
pub(super) const HEAD: Style = Style { size: 12, bold: true, fill: BLUE, anchor: Anchor::Start };

impl Style {
    pub(super) const fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    pub(super) const fn end(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    pub(super) const fn fill(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}

/// Lines over an area, the second sign beside its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hatch {
    None,
    Horizontal,
    Diagonal,
    Cross,
    Dots,
}

/// Which end of a text gives way where there is no room for all of it.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    End,
    /// Of a host the end tells whose it is, so `a.example` must not be cut out of `a.example.other.example`.
    Start,
}

/// A picture that is being made.
pub(super) struct Canvas<'t> {
    texts: &'t Texts,
    name: String,
    simulated: bool,
    body: String,
}

impl<'t> Canvas<'t> {
    /// An empty picture. `name` tells apart the pictures of a page.
    pub(super) fn new(name: &str, simulated: bool, texts: &'t Texts) -> Self {
        Self { texts, name: name.to_owned(), simulated, body: String::new() }
    }

    /// Where the picture itself begins: below the line that says that it is simulated.
    pub(super) const fn top(&self) -> i64 {
        if self.simulated { 28 } else { 4 }
    }

    /// A message.
    pub(super) fn say(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        self.texts.get(id, args)
    }

    /// The word for an identifier of the model, or the identifier where no table has a word for it.
    pub(super) fn word(&self, prefix: &str, id: &str) -> String {
        let message = format!("{prefix}{id}");
        if self.texts.has(&message) { self.texts.get(&message, &[]) } else { id.to_owned() }
    }

    /// A message about a number.
    pub(super) fn count(&self, id: &str, n: u64) -> String {
        self.texts.get(id, &[("n", n.into())])
    }

    pub(super) const fn texts(&self) -> &'t Texts {
        self.texts
    }

    /// An element as it is written. Writing into a String cannot fail; the same holds below.
    pub(super) fn draw(&mut self, element: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(element);
    }

    /// A text, in as much room as there is.
    pub(super) fn text(&mut self, (x, y): (i64, i64), text: &str, style: Style, room: i64) {
        self.cut_text((x, y), text, style, room, Cut::End);
    }

    /// The same of a host or site.
    pub(super) fn host(&mut self, (x, y): (i64, i64), text: &str, style: Style, room: i64) {
        self.cut_text((x, y), text, style, room, Cut::Start);
    }

    fn cut_text(&mut self, (x, y): (i64, i64), text: &str, style: Style, room: i64, from: Cut) {
        self.element(&format!("x=\"{x}\" y=\"{y}\""), &cut(text, style, room, from), style);
    }

    /// A text that climbs to the right from its place, for the head of a narrow column.
    pub(super) fn slanted(&mut self, (x, y): (i64, i64), text: &str, style: Style, room: i64, from: Cut) {
        self.element(&format!("x=\"{x}\" y=\"{y}\" transform=\"rotate(-45 {x} {y})\""), &cut(text, style, room, from), style);
    }

    fn element(&mut self, place: &str, text: &str, style: Style) {
        let weight = if style.bold { " font-weight=\"600\"" } else { "" };
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (size, fill) = (style.size, style.fill);
        let mut said = String::with_capacity(text.len());
        text.chars().for_each(|character| escaped(&mut said, character));
        self.draw(format_args!("<text {place} font-size=\"{size}\"{weight} fill=\"{fill}\"{anchor}>{said}</text>"));
    }

    /// A rectangle with lines over it.
    pub(super) fn area(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), fill: &str, hatch: Hatch, lines: &str) {
        self.draw(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" stroke=\"{lines}\" stroke-width=\"1\"></rect>"
        ));
        let path = hatched(x, y, width, height, hatch);
        if !path.is_empty() {
            self.draw(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{lines}\" stroke-width=\"1\"></path>"));
        }
    }

    /// A box with round corners.
    pub(super) fn frame(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), fill: &str, stroke: &str) {
        self.draw(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1\"></rect>"
        ));
    }

    /// A straight line; `dashes` as `stroke-dasharray` has them, empty: none.
    pub(super) fn line(&mut self, (x, y): (i64, i64), (to_x, to_y): (i64, i64), stroke: &str, width: i64, dashes: &str) {
        self.path(&format!("M{x} {y}L{to_x} {to_y}"), stroke, width, dashes);
    }

    /// A line along a path.
    pub(super) fn path(&mut self, path: &str, stroke: &str, width: i64, dashes: &str) {
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.draw(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}></path>"));
    }

    /// A filled shape along a path.
    pub(super) fn shape(&mut self, path: &str, fill: &str, stroke: &str) {
        self.draw(format_args!("<path d=\"{path}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1\"></path>"));
    }

    pub(super) fn circle(&mut self, (x, y): (i64, i64), radius: i64, fill: &str, stroke: &str) {
        self.draw(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"2\"></circle>"
        ));
    }

    /// Numbers of rows in a dark pill around a place.
    pub(super) fn pill(&mut self, (x, y): (i64, i64), text: &str) {
        let width = (extent(text, 12) + 12).max(20);
        self.draw(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"18\" rx=\"9\" fill=\"{BLUE}\" stroke=\"{WHITE}\" stroke-width=\"1\"></rect>",
            x - width / 2,
            y - 9
        ));
        self.text((x, y + 4), text, VALUE.middle().bold().fill(WHITE), width);
    }

    /// The whole picture with its words: what it is, and one sentence with its numbers.
    pub(super) fn finish(self, height: i64, title: &str, sentence: &str) -> String {
        let plain = |text: &str| {
            let mut out = String::with_capacity(text.len());
            visible(text).chars().for_each(|character| escaped(&mut out, character));
            out
        };
        let (name, body) = (&self.name, &self.body);
        let line = if self.simulated { self.texts.get("simulated-line", &[]) } else { String::new() };
        let mut out = format!(
            "<svg role=\"img\" aria-labelledby=\"pic-{name}-title pic-{name}-desc\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" preserveAspectRatio=\"xMinYMin meet\" xmlns=\"http://www.w3.org/2000/svg\" \
             font-family=\"{FONT}\" font-size=\"13\" direction=\"ltr\"><title id=\"pic-{name}-title\">{}{}{}</title>\
             <desc id=\"pic-{name}-desc\">{}</desc><rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{WHITE}\"></rect>",
            plain(title),
            if self.simulated { ". " } else { "" },
            plain(&line),
            plain(sentence)
        );
        if self.simulated {
            let _ =
                write!(out, "<text x=\"{MARGIN}\" y=\"16\" font-size=\"12\" font-weight=\"600\" fill=\"#5c4400\">{}</text>", plain(&line));
        }
        out + body + "</svg>"
    }
}

/// The lines of a hatch inside a rectangle, as the path of an SVG element. Drawn and not a pattern, so that every program that reads SVG shows them.
pub(super) fn hatched(x: i64, y: i64, width: i64, height: i64, hatch: Hatch) -> String {
    let mut out = String::new();
    let falling = |out: &mut String| {
        for at in (5..width + height).step_by(5) {
            let (from_x, from_y) = if at <= height { (x, y + height - at) } else { (x + at - height, y) };
            let (to_x, to_y) = if at <= width { (x + at, y + height) } else { (x + width, y + height - (at - width)) };
            let _ = write!(out, "M{from_x} {from_y}L{to_x} {to_y}");
        }
    };
    let rising = |out: &mut String| {
        for at in (5..width + height).step_by(5) {
            let (from_x, from_y) = if at <= height { (x, y + at) } else { (x + at - height, y + height) };
            let (to_x, to_y) = if at <= width { (x + at, y) } else { (x + width, y + at - width) };
            let _ = write!(out, "M{from_x} {from_y}L{to_x} {to_y}");
        }
    };
    match hatch {
        Hatch::None => {}
        Hatch::Horizontal => {
            for at in (4..height).step_by(4) {
                let _ = write!(out, "M{x} {}h{width}", y + at);
            }
        }
        Hatch::Diagonal => rising(&mut out),
        Hatch::Cross => {
            rising(&mut out);
            falling(&mut out);
        }
        Hatch::Dots => {
            for at in (3..height).step_by(5) {
                for beside in (3..width - 1).step_by(5) {
                    let _ = write!(out, "M{} {}h1", x + beside, y + at);
                }
            }
        }
    }
    out
}

/// A text in which everything can be seen: what is hidden, or would turn what stands around it, is written as its number.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) || matches!(character, '\u{fffe}' | '\u{ffff}') {
            let _ = write!(out, "\\u{{{:X}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// Hundredths of the size that a character takes at most in the fonts that a reader may have.
const fn breadth(character: char) -> i64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')' | '[' | ']' => 38,
        'f' | 'r' | 't' | '/' | '\\' | '-' => 42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 100,
        'A'..='Z' | '&' | '+' | '=' | '<' | '>' | '~' | '#' | '–' | '—' => 80,
        '\0'..='\u{24f}' => 64,
        '\u{250}'..='\u{10ff}' => 85,
        _ => 120,
    }
}

/// How wide a text is at most.
pub(super) fn extent(text: &str, size: i64) -> i64 {
    (text.chars().map(breadth).sum::<i64>() * size + 99) / 100
}

/// A name as it may stand in a sentence.
pub(super) fn short(text: &str, from: Cut) -> String {
    cut(text, VALUE, 500, from)
}

/// As much of a text as there is room for; where something is left out, an ellipsis says so.
pub(super) fn cut(text: &str, style: Style, room: i64, from: Cut) -> String {
    // Bold letters are a little wider. A long text is not measured to its end.
    let size = if style.bold { style.size + 1 } else { style.size };
    let most = usize::try_from(room).unwrap_or_default() / 4 + 2;
    let text = match from {
        Cut::End => visible(&text.chars().take(most).collect::<String>()) + if text.chars().nth(most).is_some() { "…" } else { "" },
        Cut::Start => match text.chars().rev().nth(most) {
            Some(_) => "…".to_owned() + &visible(&text.chars().rev().take(most).collect::<Vec<_>>().into_iter().rev().collect::<String>()),
            None => visible(text),
        },
    };
    if extent(&text, size) <= room {
        return text;
    }
    let mut left = room * 100 / size - breadth('…');
    let mut fits = |character: &char| {
        left -= breadth(*character);
        left >= 0
    };
    match from {
        Cut::End => text.chars().take_while(&mut fits).collect::<String>().trim_end().to_owned() + "…",
        Cut::Start => {
            let kept: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
            "…".to_owned() + &kept.into_iter().rev().collect::<String>()
        }
    }
}

/// The logarithm of a number to base 2, in 1024ths. Whole numbers only, so that every machine draws the same.
pub(super) fn logarithm(number: u64) -> i64 {
    let number = number.max(1);
    let whole = i64::from(number.ilog2());
    // The number between 1 and 2, with 30 bits behind the point.
    let mut rest = (u128::from(number) << 30) >> whole;
    let mut out = whole << 10;
    for bit in (0..10).rev() {
        rest = (rest * rest) >> 30;
        if rest >= 2 << 30 {
            rest >>= 1;
            out |= 1 << bit;
        }
    }
    out
}
