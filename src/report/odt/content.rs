//! `content.xml`: the blocks of a document as paragraphs, headings, lists and tables.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use super::grid::{self, Above, Place};
use super::looks::{Ground, SAID, is_ascii, style_of, style_of_text};
use super::pictures;
use super::styles::{self, ACROSS, UPRIGHT, millimetres};
use super::xml::{escaped, spaced};
use super::{DECLARATION, NAMESPACES, Picture};
use crate::report::document::{Block, Cell, Document, ISOLATED, Inline, Item, Row, Table};

/// The style of cells that hold the heads of columns.
const HEAD: &str = "CH";

/// A chapter with a table of more columns than this stands on pages on their side.
const MOST_COLUMNS_UPRIGHT: usize = 5;

/// Height of a picture that stands in a line, in tenths of a millimetre.
const IN_LINE_HEIGHT: f64 = 160.0;

/// Rows with more characters may be broken at the end of a page: as a whole they would leave half of it empty.
const KEPT_TOGETHER: usize = 900;

struct Writer<'d> {
    /// Names that links may lead to.
    names: &'d BTreeSet<&'d str>,
    out: String,
    pictures: Vec<Picture>,
    /// Widths of columns that are used.
    widths: BTreeSet<u32>,
    /// Names whose element has no paragraph of its own; the next one holds their bookmarks.
    waiting: Vec<&'d str>,
    across: bool,
    /// The next paragraph begins a page on its side.
    turns: bool,
    /// Styles of paragraphs that did.
    turned: BTreeSet<String>,
    tables: usize,
}

pub(super) fn render(document: &Document, names: &BTreeSet<&str>) -> io::Result<(String, Vec<Picture>)> {
    let mut writer = Writer {
        names,
        out: String::new(),
        pictures: Vec::new(),
        widths: BTreeSet::new(),
        waiting: Vec::new(),
        across: false,
        turns: false,
        turned: BTreeSet::new(),
        tables: 0,
    };
    writer.page(&document.blocks)?;
    let automatic = styles::automatic(writer.widths.iter().copied(), &writer.turned);
    let content = format!(
        "{DECLARATION}<office:document-content {NAMESPACES}>{automatic}<office:body><office:text>{}</office:text></office:body></office:document-content>\n",
        writer.out
    );
    Ok((content, writer.pictures))
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Whether a chapter asks for pages on their side: the blocks up to the next heading of its level.
fn is_wide(chapter: &[Block]) -> bool {
    let own = chapter.iter().skip(1).take_while(|block| !matches!(block, Block::Heading { level: ..=2, .. }));
    own.filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .any(|table| grid::columns(table) > MOST_COLUMNS_UPRIGHT)
}

/// Where a chapter that begins with a picture goes on behind it. Heading, picture and what stands between them are on an upright page: on one that lies on
/// its side a picture would either be small or stand on a page without its heading.
fn behind_picture(chapter: &[Block]) -> Option<usize> {
    let lines = chapter.iter().skip(1).take_while(|block| matches!(block, Block::Paragraph { .. })).count();
    matches!(chapter.get(1 + lines), Some(Block::Figure { .. })).then_some(2 + lines)
}

/// Whether the first block is a line that leads in a table, a picture or a list, alone or with one more line behind it: then they stay together, and the
/// heading above with them.
fn leads_in(blocks: &[Block]) -> bool {
    let is_line =
        |block: &Block| matches!(block, Block::Paragraph { class, .. } if style_of(class.as_deref(), Ground::Page) == "Text_20_body");
    let is_led = |block: Option<&Block>| matches!(block, Some(Block::Table(_) | Block::Figure { .. } | Block::List { .. }));
    blocks.first().is_some_and(is_line) && (is_led(blocks.get(1)) || blocks.get(1).is_some_and(is_line) && is_led(blocks.get(2)))
}

/// Whether a row says more of the one above it.
fn says_more(row: &Row) -> bool {
    matches!(row.cells.as_slice(), [cell] if cell.class.as_deref() == Some("said"))
}

/// Whether a list is one of contents: numbers, and in each item nothing but a link to a chapter.
fn is_contents(ordered: bool, items: &[Item]) -> bool {
    let is_link = |item: &Item| match item.blocks.as_slice() {
        [Block::Paragraph { content, .. }] => matches!(content.as_slice(), [Inline::Link { to, .. }] if to.starts_with('#')),
        _ => false,
    };
    ordered && !items.is_empty() && items.iter().all(is_link)
}

impl<'d> Writer<'d> {
    /// Writing into a String cannot fail.
    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(what);
    }

    fn page(&mut self, blocks: &'d [Block]) -> io::Result<()> {
        let mut turn_at = None;
        for (at, block) in blocks.iter().enumerate() {
            if turn_at == Some(at) {
                (self.across, self.turns) = (true, true);
            }
            let turned = match block {
                Block::Heading { level: 2, .. } if is_wide(&blocks[at..]) => {
                    turn_at = behind_picture(&blocks[at..]).map(|behind| at + behind);
                    turn_at.is_none()
                }
                Block::Heading { level: 2, .. } => false,
                // What stands below the last chapter belongs to it.
                _ => self.across,
            };
            if let Block::Heading { level, id, content } = block
                && turned != self.across
            {
                self.across = turned;
                let style = format!("H{level}{}", if turned { "A" } else { "U" });
                self.heading(*level, id.as_deref(), content, &style)?;
            } else if let Block::Paragraph { id, content, .. } = block
                && leads_in(&blocks[at..])
            {
                self.paragraph(id.as_deref(), content, "Lead-in", Ground::Page)?;
            } else {
                self.block(block, Ground::Page)?;
            }
        }
        self.rest();
        Ok(())
    }

    /// Bookmarks that no paragraph came for.
    fn rest(&mut self) {
        if !self.waiting.is_empty() {
            self.out.push_str("<text:p text:style-name=\"After_20_table\">");
            self.bookmarks();
            self.out.push_str("</text:p>");
        }
    }

    fn bookmarks(&mut self) {
        for name in std::mem::take(&mut self.waiting) {
            self.bookmark(name);
        }
    }

    fn bookmark(&mut self, name: &str) {
        self.put(format_args!("<text:bookmark text:name=\"{}\"/>", escaped(name)));
    }

    fn blocks(&mut self, blocks: &'d [Block], ground: Ground) -> io::Result<()> {
        blocks.iter().try_for_each(|block| self.block(block, ground))
    }

    fn block(&mut self, block: &'d Block, ground: Ground) -> io::Result<()> {
        match block {
            Block::Heading { level, id, content } => match ground {
                Ground::Notice => self.paragraph(id.as_deref(), content, "Notice_20_heading", ground),
                Ground::Cell(..) => self.paragraph(id.as_deref(), content, "Cell_20_row_20_head", ground),
                _ => self.heading(*level, id.as_deref(), content, &format!("Heading_20_{level}")),
            },
            Block::Paragraph { id, class, content } => self.paragraph(id.as_deref(), content, style_of(class.as_deref(), ground), ground),
            Block::List { ordered, items } => self.list(*ordered, items, ground),
            Block::Terms(terms) => {
                for (term, said) in terms {
                    self.paragraph(term.id.as_deref(), &term.content, "Term", ground)?;
                    self.blocks(said, Ground::Said)?;
                }
                Ok(())
            }
            Block::Table(table) => match ground {
                Ground::Item => Err(invalid("a table of the page stands in a list, where a text document cannot have one".to_owned())),
                _ => self.table(table),
            },
            Block::Figure { svg, title, description, caption } => self.figure(svg, title, description, caption, ground),
            Block::Preformatted { id, text } => {
                self.out.push_str("<text:p text:style-name=\"Preformatted_20_Text\">");
                self.waiting.extend(id.as_deref());
                self.bookmarks();
                let text = spaced(text.trim_end_matches('\n'));
                self.put(format_args!("{text}</text:p>"));
                Ok(())
            }
            Block::Notice { id, blocks } => {
                self.waiting.extend(id.as_deref());
                self.blocks(blocks, Ground::Notice)?;
                self.out.push_str("<text:p text:style-name=\"After_20_notice\"/>");
                Ok(())
            }
        }
    }

    fn heading(&mut self, level: u8, id: Option<&'d str>, content: &'d [Inline], style: &str) -> io::Result<()> {
        let style = self.turning(style);
        self.put(format_args!("<text:h text:style-name=\"{style}\" text:outline-level=\"{level}\">"));
        self.waiting.extend(id);
        self.bookmarks();
        self.line(content, Ground::Page)?;
        self.out.push_str("</text:h>");
        Ok(())
    }

    /// The style, or where a page on its side begins, one like it that begins such a page.
    fn turning(&mut self, style: &str) -> String {
        if !std::mem::take(&mut self.turns) {
            return style.to_owned();
        }
        self.turned.insert(style.to_owned());
        format!("A-{style}")
    }

    fn paragraph(&mut self, id: Option<&'d str>, content: &'d [Inline], style: &str, ground: Ground) -> io::Result<()> {
        let style = self.turning(style);
        self.put(format_args!("<text:p text:style-name=\"{style}\">"));
        self.waiting.extend(id);
        self.bookmarks();
        self.line(content, ground)?;
        self.out.push_str("</text:p>");
        Ok(())
    }

    fn list(&mut self, ordered: bool, items: &'d [Item], ground: Ground) -> io::Result<()> {
        let contents = is_contents(ordered, items);
        let style = match (ordered, ground) {
            (true, _) => "Numbers",
            (false, Ground::Cell(SAID, _)) => "Signs_20_of_20_said",
            (false, Ground::Cell(..)) => "Signs_20_in_20_cell",
            (false, _) => "Signs",
        };
        self.put(format_args!("<text:list text:style-name=\"{style}\">"));
        for item in items {
            match item.value {
                Some(value) => self.put(format_args!("<text:list-item text:start-value=\"{value}\">")),
                None => self.out.push_str("<text:list-item>"),
            }
            self.waiting.extend(item.id.as_deref());
            if item.blocks.is_empty() {
                self.paragraph(None, &[], "List_20_text", Ground::Item)?;
            }
            match item.blocks.as_slice() {
                [Block::Paragraph { content, .. }] if contents => self.contents_line(content)?,
                blocks => self.blocks(blocks, if matches!(ground, Ground::Cell(..)) { ground } else { Ground::Item })?,
            }
            self.out.push_str("</text:list-item>");
        }
        self.out.push_str("</text:list>");
        Ok(())
    }

    /// A line of the contents, with the page that the chapter is on.
    fn contents_line(&mut self, content: &'d [Inline]) -> io::Result<()> {
        self.out.push_str("<text:p text:style-name=\"Contents_20_line\">");
        self.bookmarks();
        self.line(content, Ground::Page)?;
        if let [Inline::Link { to, .. }] = content {
            let name = escaped(to.trim_start_matches('#'));
            self.put(format_args!(
                "<text:tab/><text:bookmark-ref text:reference-format=\"page\" text:ref-name=\"{name}\">–</text:bookmark-ref>"
            ));
        }
        self.out.push_str("</text:p>");
        Ok(())
    }

    fn figure(&mut self, svg: &'d str, title: &'d str, description: &'d str, caption: &'d [Inline], ground: Ground) -> io::Result<()> {
        let number = self.pictures.len() + 1;
        let (width, height) =
            pictures::size_of_svg(svg).ok_or_else(|| invalid(format!("the picture {title:?} of the page does not say how large it is")))?;
        let (most_wide, most_high) = if self.across { (f64::from(ACROSS), 1_450.0) } else { (f64::from(UPRIGHT), 2_200.0) };
        let scale = (most_wide / width).min(most_high / height);
        let picture = pictures::svg_file(svg, number);
        self.out.push_str("<text:p text:style-name=\"Picture\">");
        self.bookmarks();
        self.frame(&picture, (width * scale, height * scale), title, description);
        self.out.push_str("</text:p>");
        self.pictures.push(picture);
        if !caption.is_empty() {
            self.paragraph(None, caption, "Picture_20_caption", ground)?;
        }
        Ok(())
    }

    /// A picture of this size in tenths of a millimetre, with what it is called and what it shows.
    fn frame(&mut self, picture: &Picture, (width, height): (f64, f64), title: &str, description: &str) {
        let number = self.pictures.len() + 1;
        self.put(format_args!(
            "<draw:frame draw:name=\"Picture {number}\" draw:style-name=\"Graphics\" text:anchor-type=\"as-char\" svg:width=\"{}mm\" svg:height=\"{}mm\">\
             <draw:image xlink:href=\"{}\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\" draw:mime-type=\"{}\"/>\
             <svg:title>{}</svg:title><svg:desc>{}</svg:desc></draw:frame>",
            millimetres(width as u32),
            millimetres(height as u32),
            picture.name,
            picture.media_type,
            escaped(title),
            escaped(description)
        ));
    }

    fn table(&mut self, table: &'d Table) -> io::Result<()> {
        let columns = grid::columns(table);
        self.waiting.extend(table.id.as_deref());
        if !table.caption.is_empty() || self.turns {
            self.paragraph(None, &table.caption, "Table_20_caption", Ground::Page)?;
        }
        if columns == 0 {
            return Ok(());
        }
        self.tables += 1;
        let facts = table.class.as_deref().is_some_and(|class| class.split(' ').any(|one| one == "facts"));
        let (style, whole) = if self.across { ("TA", ACROSS) } else { ("TU", UPRIGHT) };
        let name = table.id.as_deref().map_or_else(|| format!("table-{}", self.tables), escaped);
        self.put(format_args!("<table:table table:name=\"{name}\" table:style-name=\"{style}\">"));
        for width in grid::widths(table, columns, whole, facts) {
            self.widths.insert(width);
            self.put(format_args!("<table:table-column table:style-name=\"C{width}\"/>"));
        }
        let mut above = Above::default();
        if !table.head.is_empty() {
            self.out.push_str("<table:table-header-rows>");
            table.head.iter().try_for_each(|row| self.row(row, &mut above, columns, (HEAD, facts)))?;
            self.out.push_str("</table:table-header-rows>");
        }
        for (at, row) in table.body.iter().enumerate() {
            let line = if table.body.get(at + 1).is_some_and(says_more) { "CN" } else { "CB" };
            self.row(row, &mut above, columns, (line, facts))?;
        }
        self.out.push_str("</table:table><text:p text:style-name=\"After_20_table\">");
        // A row without a cell for its name leaves it here.
        self.bookmarks();
        self.out.push_str("</text:p>");
        Ok(())
    }

    fn row(&mut self, row: &'d Row, above: &mut Above, columns: usize, (line, facts): (&str, bool)) -> io::Result<()> {
        self.waiting.extend(row.id.as_deref());
        let length: usize = row.cells.iter().map(|cell| grid::text_of(&cell.blocks).chars().count()).sum();
        let keep = if length > KEPT_TOGETHER { "RS" } else { "RW" };
        self.put(format_args!("<table:table-row table:style-name=\"{keep}\">"));
        for place in above.places(row, columns) {
            match place {
                Place::Covered => self.out.push_str("<table:covered-table-cell/>"),
                Place::Empty => {
                    self.out.push_str("<table:table-cell table:style-name=\"CB\"><text:p text:style-name=\"Cell\"/></table:table-cell>")
                }
                Place::Cell(cell) => self.cell(cell, line, facts)?,
            }
        }
        self.out.push_str("</table:table-row>");
        Ok(())
    }

    fn cell(&mut self, cell: &'d Cell, line: &str, facts: bool) -> io::Result<()> {
        let head = line == HEAD;
        let is = |class: &str| cell.class.as_deref().is_some_and(|classes| classes.split(' ').any(|one| one == class));
        let style = match () {
            () if head && is("n") => "Table_20_Heading_20_number",
            () if head => "Table_20_Heading",
            () if is("n") => "Cell_20_number",
            () if is("nr") => "Cell_20_row_20_number",
            () if is("said") => SAID,
            () if cell.header && !is("plain") => {
                if facts {
                    "Cell_20_fact_20_row_20_head"
                } else {
                    "Cell_20_row_20_head"
                }
            }
            () if facts => "Cell_20_fact",
            () => "Cell",
        };
        self.put(format_args!("<table:table-cell table:style-name=\"{line}\" office:value-type=\"string\""));
        if cell.columns > 1 {
            self.put(format_args!(" table:number-columns-spanned=\"{}\"", cell.columns));
        }
        if cell.rows > 1 {
            self.put(format_args!(" table:number-rows-spanned=\"{}\"", cell.rows));
        }
        self.out.push('>');
        let ground = Ground::Cell(style, facts && !head);
        self.blocks(&cell.blocks, ground)?;
        if cell.blocks.is_empty() {
            self.paragraph(None, &[], style, ground)?;
        }
        self.out.push_str("</table:table-cell>");
        Ok(())
    }

    fn line(&mut self, content: &'d [Inline], ground: Ground) -> io::Result<()> {
        content.iter().try_for_each(|inline| self.inline(inline, ground, false))
    }

    fn inline(&mut self, inline: &'d Inline, ground: Ground, isolated: bool) -> io::Result<()> {
        let beside = match ground {
            Ground::Cell(_, true) => "Beside_20_in_20_fact",
            Ground::Cell(..) => "Beside_20_in_20_cell",
            _ => "Beside",
        };
        match inline {
            Inline::Text(text) if isolated => {
                let text = spaced(text);
                self.out.push_str(&text);
            }
            Inline::Text(text) => {
                let text = escaped(text);
                self.out.push_str(&text);
            }
            Inline::Strong(content) => self.styled("Strong_20_Emphasis", content, ground, isolated)?,
            Inline::Code(content) => self.styled("Code", content, ground, isolated)?,
            Inline::Small(content) => self.styled(beside, content, ground, isolated)?,
            Inline::Link { to, id, content } => {
                if let Some(name) = to.strip_prefix('#').filter(|name| !self.names.contains(name)) {
                    return Err(invalid(format!(
                        "a link of the page leads to {name:?}, and nothing there has that name; mend the template"
                    )));
                }
                if let Some(id) = id {
                    self.bookmark(id);
                }
                self.put(format_args!("<text:a xlink:type=\"simple\" xlink:href=\"{}\" text:style-name=\"Internet_20_link\" text:visited-style-name=\"Internet_20_link\">", escaped(to)));
                content.iter().try_for_each(|inline| self.inline(inline, ground, isolated))?;
                self.out.push_str("</text:a>");
            }
            Inline::Span { id, class, content } => {
                if let Some(id) = id {
                    self.bookmark(id);
                }
                match class.as_deref().map(style_of_text) {
                    Some(Some(style)) => self.span(style, content, ground, isolated || class.as_deref() == Some(ISOLATED))?,
                    _ => content.iter().try_for_each(|inline| self.inline(inline, ground, isolated))?,
                }
            }
            Inline::Break => self.out.push_str("<text:line-break/>"),
            Inline::Image { src, alt } => {
                let (picture, (width, height)) = pictures::of_address(src, self.pictures.len() + 1)?;
                let scale = (IN_LINE_HEIGHT / height).min(f64::from(UPRIGHT) / width);
                self.frame(&picture, (width * scale, height * scale), alt, "");
                self.pictures.push(picture);
            }
        }
        Ok(())
    }

    /// A recorded text, between marks that keep its direction from what stands around it (UAX #9, 2.4) where it could have another.
    fn span(&mut self, style: &str, content: &'d [Inline], ground: Ground, isolated: bool) -> io::Result<()> {
        let alone = style == "Recorded" && !content.iter().all(is_ascii);
        if alone {
            self.out.push('\u{2066}');
        }
        self.styled(style, content, ground, isolated)?;
        if alone {
            self.out.push('\u{2069}');
        }
        Ok(())
    }

    fn styled(&mut self, style: &str, content: &'d [Inline], ground: Ground, isolated: bool) -> io::Result<()> {
        self.put(format_args!("<text:span text:style-name=\"{style}\">"));
        content.iter().try_for_each(|inline| self.inline(inline, ground, isolated))?;
        self.out.push_str("</text:span>");
        Ok(())
    }
}
