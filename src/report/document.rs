//! A page of ours as a document of blocks, from which every other form for reading is written. The words stand once, in the page: what the page says, a form
//! made from it says too, also where the page comes from an organisation's own template.
//!
//! Only pages of ours are read. What this does not know is an error that names it; nothing is dropped but what exists for a screen only, by name
//! ([`SCREEN_ONLY`]).

mod read;
#[cfg(test)]
pub(super) mod tests;
mod tree;
mod walk;

use tree::Tree;
pub use walk::Part;

/// Classes of what exists for a screen only: the link that skips to the content, the line along the margin, and controls. An element that is hidden from
/// assistive technology (`aria-hidden`) is left out as well.
pub const SCREEN_ONLY: [&str; 3] = ["skip", "margin-note", "screen"];

/// The class of a [`Inline::Span`] that holds a recorded text, whose direction must not reach what stands around it.
pub const ISOLATED: &str = "bdi";

/// A page, apart from how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Language of its words (BCP 47), as `nl`.
    pub lang: String,
    /// What it is called.
    pub title: String,
    /// The program that made it, with its version.
    pub generator: String,
    /// The line that every page of every form carries, if the recording is simulated.
    pub simulated: Option<String>,
    /// The classification that every page of every form carries beside that line, if a house style has one.
    pub classification: Option<String>,
    /// What the page says of itself beside these, by name: author, organisation, version, colour (`theme-color`) and the like.
    pub meta: Vec<(String, String)>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document that begins a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 is that of the document.
        level: u8,
        /// Name that links lead to.
        id: Option<String>,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// Name that links lead to.
        id: Option<String>,
        /// Its class in the page; `footer` for what stands below the last chapter.
        class: Option<String>,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A list.
    List {
        /// Whether its items have numbers.
        ordered: bool,
        /// Its items.
        items: Vec<Item>,
    },
    /// Terms, each with what is said of it.
    Terms(Vec<(Term, Vec<Block>)>),
    /// A table.
    Table(Table),
    /// A picture.
    Figure {
        /// The SVG element as it stands in the page.
        svg: String,
        /// Its name.
        title: String,
        /// What it shows, for whom cannot see it.
        description: String,
        /// What stands below it.
        caption: Vec<Inline>,
    },
    /// A text whose spaces and line ends count.
    Preformatted {
        /// Name that links lead to.
        id: Option<String>,
        /// The text.
        text: String,
    },
    /// What a reader must not overlook.
    Notice {
        /// Name that links lead to.
        id: Option<String>,
        /// What it says.
        blocks: Vec<Block>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Name that links lead to.
    pub id: Option<String>,
    /// Its number, where it does not follow from the one before.
    pub value: Option<u64>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A term that something is said of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Name that links lead to.
    pub id: Option<String>,
    /// The term.
    pub content: Vec<Inline>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name that links lead to.
    pub id: Option<String>,
    /// Its class in the page.
    pub class: Option<String>,
    /// What stands above it.
    pub caption: Vec<Inline>,
    /// Rows that hold the heads of its columns.
    pub head: Vec<Row>,
    /// The other rows.
    pub body: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name that links lead to.
    pub id: Option<String>,
    /// Its cells; one that spans more rows stands in the first of them only.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Whether it is the head of its column or row.
    pub header: bool,
    /// How many columns it spans, at least 1.
    pub columns: u32,
    /// How many rows it spans, at least 1.
    pub rows: u32,
    /// Its class in the page.
    pub class: Option<String>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Characters. Spaces are single, but within a span of class [`ISOLATED`], where each counts.
    Text(String),
    /// What stands out.
    Strong(Vec<Self>),
    /// A digest, a name of a file or another text for machines.
    Code(Vec<Self>),
    /// What is said beside; where it has a line of its own, a [`Inline::Break`] stands before it.
    Small(Vec<Self>),
    /// A link.
    Link {
        /// `#` and the name of what it leads to, or an address.
        to: String,
        /// Name that links lead to.
        id: Option<String>,
        /// What it says.
        content: Vec<Self>,
    },
    /// A part that has a name or a class. One without content marks the place that links to its name lead to.
    Span {
        /// Name that links lead to.
        id: Option<String>,
        /// Its class in the page.
        class: Option<String>,
        /// What it says.
        content: Vec<Self>,
    },
    /// A new line.
    Break,
    /// A picture that is part of the page, such as a logo.
    Image {
        /// A `data:` address.
        src: String,
        /// What it shows.
        alt: String,
    },
}

/// Why a page is none that a document can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// An element that no page of ours has, or that cannot stand where it stands.
    #[error(
        "line {line} of the page: element <{element}> in <{within}> is not known, so forms other than HTML cannot say what it says; take it out of the template, or give it the class \"screen\" if it serves screens only"
    )]
    Unknown {
        /// Its name.
        element: String,
        /// The element that it stands in.
        within: String,
        /// Line of the page, from 1.
        line: usize,
    },
    /// Text where only elements can stand.
    #[error("line {line} of the page: the text {text:?} stands directly in <{within}>; put it into an element of its own")]
    LooseText {
        /// Its beginning.
        text: String,
        /// The element that it stands in.
        within: String,
        /// Line of the page, from 1.
        line: usize,
    },
    /// An element that is not closed where it should be.
    #[error(
        "line {line} of the page: </{element}> closes nothing, or something else is open; close every element of the template in order"
    )]
    Unbalanced {
        /// Its name.
        element: String,
        /// Line of the page, from 1.
        line: usize,
    },
    /// What the tokenizer could not read.
    #[error("line {line} of the page: {error}; mend the template there")]
    Malformed {
        /// The name that HTML has for the mistake.
        error: String,
        /// Line of the page, from 1.
        line: usize,
    },
    /// Elements within elements, deeper than any page of ours.
    #[error("line {line} of the page: more than {most} elements within each other; the template is wrong there")]
    TooDeep {
        /// What is possible.
        most: usize,
        /// Line of the page, from 1.
        line: usize,
    },
    /// A picture that is not part of the page.
    #[error("line {line} of the page: a picture is fetched from {src:?}; put it into the page as a data: address")]
    Fetched {
        /// Where it is fetched from.
        src: String,
        /// Line of the page, from 1.
        line: usize,
    },
    /// Something that every page has.
    #[error("the page has no {what}; a template begins as annex.html does")]
    Missing {
        /// What.
        what: &'static str,
    },
}

impl Document {
    /// Reads a page of ours.
    ///
    /// # Errors
    ///
    /// It holds something that is not known here, or is no whole page. The error says where and what to do.
    pub fn of_page(html: &str) -> Result<Self, DocumentError> {
        read::document(&Tree::of(html)?)
    }
}
