//! Goes through a document in the order of reading: its texts, the names in it, and where its links lead.

use super::{Block, Cell, Document, Inline, Row};

/// What is met in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'d> {
    /// Characters of a line.
    Text(&'d str),
    /// The end of a line, or of a block.
    End,
    /// A name that links lead to.
    Id(&'d str),
    /// Where a link leads.
    Link(&'d str),
    /// A picture, as an SVG element.
    Svg(&'d str),
}

impl Document {
    /// Hands every part of the document to `each`, in the order of reading.
    pub fn walk<'d>(&'d self, each: &mut dyn FnMut(Part<'d>)) {
        for line in [&self.simulated, &self.classification].into_iter().flatten() {
            each(Part::Text(line));
            each(Part::End);
        }
        blocks(&self.blocks, each);
    }
}

fn id<'d>(id: Option<&'d String>, each: &mut dyn FnMut(Part<'d>)) {
    if let Some(id) = id {
        each(Part::Id(id));
    }
}

fn blocks<'d>(of: &'d [Block], each: &mut dyn FnMut(Part<'d>)) {
    for one in of {
        block(one, each);
        each(Part::End);
    }
}

fn block<'d>(of: &'d Block, each: &mut dyn FnMut(Part<'d>)) {
    match of {
        Block::Heading { id: name, content, .. } | Block::Paragraph { id: name, content, .. } => {
            id(name.as_ref(), each);
            line(content, each);
        }
        Block::List { items, .. } => {
            for item in items {
                id(item.id.as_ref(), each);
                blocks(&item.blocks, each);
            }
        }
        Block::Terms(terms) => {
            for (term, said) in terms {
                id(term.id.as_ref(), each);
                line(&term.content, each);
                each(Part::End);
                blocks(said, each);
            }
        }
        Block::Table(table) => {
            id(table.id.as_ref(), each);
            line(&table.caption, each);
            each(Part::End);
            table.head.iter().chain(&table.body).for_each(|row| cells(row, each));
        }
        Block::Figure { svg, caption, .. } => {
            each(Part::Svg(svg));
            each(Part::End);
            line(caption, each);
        }
        Block::Preformatted { id: name, text } => {
            id(name.as_ref(), each);
            each(Part::Text(text));
        }
        Block::Notice { id: name, blocks: said } => {
            id(name.as_ref(), each);
            blocks(said, each);
        }
    }
}

fn cells<'d>(row: &'d Row, each: &mut dyn FnMut(Part<'d>)) {
    id(row.id.as_ref(), each);
    for Cell { blocks: said, .. } in &row.cells {
        blocks(said, each);
        each(Part::End);
    }
}

fn line<'d>(of: &'d [Inline], each: &mut dyn FnMut(Part<'d>)) {
    for one in of {
        match one {
            Inline::Text(text) => each(Part::Text(text)),
            Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => line(content, each),
            Inline::Link { to, id: name, content } => {
                id(name.as_ref(), each);
                each(Part::Link(to));
                line(content, each);
            }
            Inline::Span { id: name, content, .. } => {
                id(name.as_ref(), each);
                line(content, each);
            }
            Inline::Break => each(Part::End),
            Inline::Image { alt, .. } => each(Part::Text(alt)),
        }
    }
}
