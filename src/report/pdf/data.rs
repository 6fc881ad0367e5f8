//! A document as the data that the template sets: every text as a value, so that nothing that was recorded is ever read as a command of typst.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use typst::foundations::Bytes;

use super::PdfError;
use super::glyphs::{self, breakable, has_right_to_left, parts};
use super::pages;
use super::tables::{self, Grid};
use crate::report::document::{Block, Document, ISOLATED, Inline, Item, Part, Term};

/// What the template gets, besides the files that it names.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    pub(super) lang: String,
    pub(super) title: String,
    /// The line that stands on every page of what is simulated.
    pub(super) line: Option<String>,
    /// The classification that stands beside it on every page.
    pub(super) classification: Option<String>,
    /// Who wrote the document, as a house style says.
    pub(super) authors: Vec<String>,
    /// What else a house style says of it: name and words.
    pub(super) keywords: Vec<String>,
    /// The colour of a house style, `#rrggbb`.
    pub(super) colour: Option<String>,
    /// The word before the number of a page.
    pub(super) page: String,
    pub(super) parts: Vec<Section>,
    pub(super) attached: Vec<Attached>,
}

/// Chapters that stand on pages of the same direction.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    pub(super) wide: bool,
    pub(super) blocks: Vec<Node>,
}

/// A file that is attached.
#[derive(Debug, Serialize)]
pub(super) struct Attached {
    /// Name of the file among those of the desk.
    pub(super) file: String,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) relationship: &'static str,
    pub(super) description: String,
}

/// A block.
#[derive(Debug, Serialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
pub(super) enum Node {
    Heading {
        level: u8,
        id: Option<String>,
        c: Vec<Piece>,
    },
    Par {
        class: String,
        c: Vec<Piece>,
    },
    List {
        ordered: bool,
        items: Vec<Entry>,
    },
    Terms {
        items: Vec<Entry>,
    },
    Table {
        id: Option<String>,
        caption: Vec<Piece>,
        grid: Grid,
    },
    Figure {
        file: String,
        alt: String,
        caption: Vec<Piece>,
        /// Whether a page upright shows it larger than one in landscape.
        #[serde(skip)]
        tall: bool,
    },
    Pre {
        id: Option<String>,
        text: String,
    },
    Notice {
        id: Option<String>,
        blocks: Vec<Node>,
    },
}

/// An item of a list, or a term and what is said of it.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    id: Option<String>,
    value: Option<u64>,
    term: Vec<Piece>,
    blocks: Vec<Node>,
}

/// A part of a line.
#[derive(Debug, Serialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
pub(super) enum Piece {
    /// Characters as they are.
    Text {
        s: String,
    },
    /// The same in type of one width.
    Code {
        s: String,
    },
    /// A character by its number.
    Escape {
        s: String,
    },
    Strong {
        c: Vec<Self>,
    },
    Small {
        c: Vec<Self>,
    },
    Link {
        to: String,
        c: Vec<Self>,
    },
    Address {
        to: String,
        c: Vec<Self>,
    },
    /// A place that links lead to.
    Mark {
        id: String,
    },
    Span {
        class: String,
        c: Vec<Self>,
    },
    Break,
    Image {
        file: String,
        alt: String,
    },
}

/// Where a text stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Its words are not ours.
    recorded: bool,
    code: bool,
}

/// What a document is made of, and the files that its pictures are.
pub(super) fn of_document(document: &Document) -> Result<(Vec<Section>, BTreeMap<String, Bytes>), PdfError> {
    let mut maker = Maker::default();
    document.walk(&mut |part| {
        if let Part::Link(to) = part
            && let Some(name) = to.strip_prefix('#')
        {
            maker.wanted.insert(name.to_owned());
        }
    });
    let nodes = maker.nodes(&document.blocks)?;
    if let Some(id) = maker.wanted.iter().find(|id| !maker.placed.contains(*id)) {
        return Err(PdfError::Target { id: id.clone() });
    }
    Ok((pages::sections(nodes), maker.files))
}

/// Whether a drawing is higher than half its width, as its view box says: on a page in landscape its height sets its size then.
fn is_tall(svg: &str) -> bool {
    let numbers = svg.split_once("viewBox=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(numbers, _)| numbers);
    let numbers: Vec<f64> = numbers.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect();
    matches!(numbers.as_slice(), [_, _, width, height] if height * 2.0 > *width)
}

/// Shares out the width of their page among the columns of tables.
pub(super) fn settle(nodes: &mut [Node], wide: bool) {
    for node in nodes {
        match node {
            Node::Table { grid, .. } => grid.settle(wide),
            Node::Notice { blocks, .. } => settle(blocks, false),
            Node::List { items, .. } | Node::Terms { items } => items.iter_mut().for_each(|item| settle(&mut item.blocks, false)),
            Node::Heading { .. } | Node::Par { .. } | Node::Figure { .. } | Node::Pre { .. } => {}
        }
    }
}

#[derive(Default)]
pub(super) struct Maker {
    /// Names that links of the document lead to.
    wanted: BTreeSet<String>,
    /// Names that have a place.
    placed: BTreeSet<String>,
    files: BTreeMap<String, Bytes>,
}

impl Maker {
    /// A name where it can be led to: the first time that it occurs, if it is asked for.
    pub(super) fn place(&mut self, id: Option<&String>) -> Option<String> {
        let id = id.filter(|id| self.wanted.contains(*id))?;
        self.placed.insert(id.clone()).then(|| id.clone())
    }

    pub(super) fn nodes(&mut self, blocks: &[Block]) -> Result<Vec<Node>, PdfError> {
        blocks.iter().map(|block| self.node(block)).collect()
    }

    fn node(&mut self, block: &Block) -> Result<Node, PdfError> {
        Ok(match block {
            Block::Heading { level, id, content } => {
                if let Some(id) = id {
                    self.wanted.insert(id.clone());
                }
                Node::Heading { level: *level, id: self.place(id.as_ref()), c: self.pieces(content)? }
            }
            Block::Paragraph { id, class, content } => {
                let mark = self.mark(id.as_ref());
                let c = mark.into_iter().chain(self.pieces(content)?).collect();
                Node::Par { class: class.clone().unwrap_or_default(), c }
            }
            Block::List { ordered, items } => Node::List { ordered: *ordered, items: self.items(items)? },
            Block::Terms(terms) => Node::Terms { items: self.terms(terms)? },
            Block::Table(table) => {
                let id = self.place(table.id.as_ref());
                Node::Table { id, caption: self.pieces(&table.caption)?, grid: tables::grid(self, table)? }
            }
            Block::Figure { svg, title, description, caption } => {
                let file = self.file("svg", Bytes::from_string(drawing(svg)));
                let alt = [title.as_str(), description].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(". ");
                Node::Figure { file, alt: glyphs::plain(&alt), caption: self.pieces(caption)?, tall: is_tall(svg) }
            }
            Block::Preformatted { id, text } => {
                let lines: Vec<String> =
                    text.trim_matches('\n').split('\n').map(|line| breakable(&glyphs::plain(line.trim_end_matches('\r')))).collect();
                Node::Pre { id: self.place(id.as_ref()), text: lines.join("\n") }
            }
            Block::Notice { id, blocks } => Node::Notice { id: self.place(id.as_ref()), blocks: self.nodes(blocks)? },
        })
    }

    fn items(&mut self, items: &[Item]) -> Result<Vec<Entry>, PdfError> {
        let mut entry = |item: &Item| {
            Ok(Entry { id: self.place(item.id.as_ref()), value: item.value, term: Vec::new(), blocks: self.nodes(&item.blocks)? })
        };
        items.iter().map(&mut entry).collect()
    }

    fn terms(&mut self, terms: &[(Term, Vec<Block>)]) -> Result<Vec<Entry>, PdfError> {
        let mut entry = |(term, said): &(Term, Vec<Block>)| {
            let id = self.place(term.id.as_ref());
            Ok(Entry { id, value: None, term: self.pieces(&term.content)?, blocks: self.nodes(said)? })
        };
        terms.iter().map(&mut entry).collect()
    }

    fn mark(&mut self, id: Option<&String>) -> Option<Piece> {
        self.place(id).map(|id| Piece::Mark { id })
    }

    fn pieces(&mut self, content: &[Inline]) -> Result<Vec<Piece>, PdfError> {
        let mut out = Vec::new();
        self.line(content, Place::default(), &mut out)?;
        Ok(out)
    }

    fn within(&mut self, content: &[Inline], place: Place) -> Result<Vec<Piece>, PdfError> {
        let mut out = Vec::new();
        self.line(content, place, &mut out)?;
        Ok(out)
    }

    fn line(&mut self, content: &[Inline], place: Place, out: &mut Vec<Piece>) -> Result<(), PdfError> {
        for inline in content {
            match inline {
                Inline::Text(text) => push_text(text, place, out),
                Inline::Strong(content) => out.push(Piece::Strong { c: self.within(content, place)? }),
                Inline::Small(content) => out.push(Piece::Small { c: self.within(content, place)? }),
                Inline::Code(content) => self.line(content, Place { recorded: true, code: true }, out)?,
                Inline::Link { to, id, content } => {
                    out.extend(self.mark(id.as_ref()));
                    let c = self.within(content, place)?;
                    match to.strip_prefix('#') {
                        _ if c.is_empty() => {}
                        Some(name) => out.push(Piece::Link { to: name.to_owned(), c }),
                        None if ["https://", "http://", "mailto:"].iter().any(|scheme| to.starts_with(scheme)) => {
                            out.push(Piece::Address { to: to.clone(), c });
                        }
                        // Another file beside the page: its name stays, and from within a PDF there is nothing to lead to.
                        None => out.extend(c),
                    }
                }
                Inline::Span { id, class, content } => {
                    out.extend(self.mark(id.as_ref()));
                    let class = class.clone().unwrap_or_default();
                    if class.split_ascii_whitespace().any(|class| class == ISOLATED) {
                        let c = self.within(content, Place { recorded: true, ..place })?;
                        // As the page isolates it: what is written from right to left stays within its own bounds.
                        let turns = c.iter().any(|piece| matches!(piece, Piece::Text { s } | Piece::Code { s } if has_right_to_left(s)));
                        let bound = |s: &str| turns.then(|| Piece::Text { s: s.to_owned() });
                        out.extend(bound("\u{2066}"));
                        out.extend(c);
                        out.extend(bound("\u{2069}"));
                    } else if !content.is_empty() {
                        let c = self.within(content, place)?;
                        out.push(Piece::Span { class, c });
                    }
                }
                Inline::Break => out.push(Piece::Break),
                Inline::Image { src, alt } => {
                    let bytes = image(src).ok_or_else(|| PdfError::Image { alt: alt.clone() })?;
                    let file = self.file("image", Bytes::new(bytes));
                    out.push(Piece::Image { file, alt: glyphs::plain(alt) });
                }
            }
        }
        Ok(())
    }

    /// Puts a file on the desk, under a name of its own.
    fn file(&mut self, ending: &str, bytes: Bytes) -> String {
        let name = format!("{}.{ending}", self.files.len());
        self.files.insert(name.clone(), bytes);
        name
    }
}

fn push_text(text: &str, place: Place, out: &mut Vec<Piece>) {
    for part in parts(text) {
        out.push(match part {
            glyphs::Part::Escape(s) => Piece::Escape { s },
            glyphs::Part::Shown(text) => {
                let s = if place.recorded { breakable(&text) } else { text };
                if place.code { Piece::Code { s } } else { Piece::Text { s } }
            }
        });
    }
}

/// The bytes of a `data:` address in base64.
fn image(src: &str) -> Option<Vec<u8>> {
    let (head, data) = src.strip_prefix("data:")?.split_once(',')?;
    head.ends_with(";base64").then(|| STANDARD.decode(data.trim()).ok())?
}

/// A drawing as a file of its own: with the name space that HTML leaves out, and with texts that the fonts can show.
fn drawing(svg: &str) -> String {
    const NAMESPACE: &str = "http://www.w3.org/2000/svg";
    let mut out = String::with_capacity(svg.len() + 64);
    let mut rest = svg;
    while let Some(begin) = rest.find('<') {
        let (text, tag) = rest.split_at(begin);
        push_spaced(&mut out, text);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, behind) = tag.split_at(end);
        match tag.strip_prefix("<svg") {
            Some(more) if !tag.contains("xmlns=") => {
                out.push_str("<svg xmlns=\"");
                out.push_str(NAMESPACE);
                out.push('"');
                out.push_str(more);
            }
            _ => out.push_str(tag),
        }
        rest = behind;
    }
    push_spaced(&mut out, rest);
    out
}

/// A text between the elements of a drawing, where a line end is a space.
fn push_spaced(out: &mut String, text: &str) {
    for (index, line) in text.split(['\n', '\r', '\t']).enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&glyphs::plain(line));
    }
}

impl Node {
    /// The lines of a block in a table, for measuring.
    pub(super) fn lines(&self, out: &mut Vec<String>) {
        out.push(String::new());
        match self {
            Self::Heading { c, .. } | Self::Par { c, .. } => lines(c, out),
            Self::List { items, .. } | Self::Terms { items } => {
                for item in items {
                    out.push(INDENT.to_owned());
                    lines(&item.term, out);
                    item.blocks.iter().for_each(|block| block.lines(out));
                }
            }
            // None of these stands in a cell of ours; one that does gets a page to itself.
            Self::Table { .. } | Self::Figure { .. } => out.resize(out.len() + 100, PICTURE.to_owned()),
            Self::Pre { text, .. } => out.extend(text.split('\n').map(str::to_owned)),
            Self::Notice { blocks, .. } => blocks.iter().for_each(|block| block.lines(out)),
        }
    }
}

/// Does something with each text of pieces and blocks.
pub(super) fn texts(pieces: &mut [Piece], blocks: &mut [Node], act: &mut impl FnMut(&mut String)) {
    for piece in pieces {
        match piece {
            Piece::Text { s } | Piece::Code { s } => act(s),
            Piece::Strong { c } | Piece::Small { c } | Piece::Link { c, .. } | Piece::Address { c, .. } | Piece::Span { c, .. } => {
                texts(c, &mut [], act);
            }
            Piece::Escape { .. } | Piece::Mark { .. } | Piece::Break | Piece::Image { .. } => {}
        }
    }
    for block in blocks {
        match block {
            Node::Heading { c, .. } | Node::Par { c, .. } => texts(c, &mut [], act),
            Node::List { items, .. } | Node::Terms { items } => {
                for item in items {
                    texts(&mut item.term, &mut item.blocks, act);
                }
            }
            Node::Notice { blocks, .. } => texts(&mut [], blocks, act),
            // A table within shares out its own width, and the others hold no line of words that is broken here.
            Node::Table { .. } | Node::Figure { .. } | Node::Pre { .. } => {}
        }
    }
}

/// The room before an item of a list.
const INDENT: &str = "   ";

/// The lines of a text, for measuring.
pub(super) fn lines(pieces: &[Piece], out: &mut Vec<String>) {
    fn last(out: &mut Vec<String>) -> &mut String {
        if out.is_empty() {
            out.push(String::new());
        }
        let end = out.len() - 1;
        &mut out[end]
    }
    for piece in pieces {
        match piece {
            Piece::Text { s } | Piece::Escape { s } => last(out).push_str(s),
            // In type of one width every letter is as wide as a figure.
            Piece::Code { s } => last(out).extend(s.chars().map(|c| if matches!(c, ' ' | '-' | '/' | '\u{200b}') { c } else { '0' })),
            Piece::Strong { c } | Piece::Small { c } | Piece::Link { c, .. } | Piece::Address { c, .. } | Piece::Span { c, .. } => {
                lines(c, out)
            }
            Piece::Mark { .. } => {}
            Piece::Break => out.push(String::new()),
            Piece::Image { .. } => last(out).push_str(PICTURE),
        }
    }
}

/// About the room of a picture in a table, as a text.
const PICTURE: &str = "mmmmmmmmmm";
