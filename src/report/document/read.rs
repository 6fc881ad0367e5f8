//! From the elements of a page to the blocks of a document.

use super::tree::{Element, Node, Tree};
use super::{Block, Cell, Document, DocumentError, ISOLATED, Inline, Item, Row, SCREEN_ONLY, Table, Term};

/// Elements that stand in a line.
const IN_LINE: [&str; 12] = ["a", "b", "bdi", "br", "code", "em", "i", "img", "small", "span", "strong", "time"];

/// Elements that only hold others.
const HOLDERS: [&str; 8] = ["article", "aside", "body", "div", "header", "main", "nav", "section"];

/// Elements that say nothing to whoever reads.
const SILENT: [&str; 4] = ["noscript", "script", "style", "template"];

/// What the head of a page says about the page itself, not about what it holds.
const OF_PAGES: [&str; 3] = ["generator", "referrer", "viewport"];

/// Classes of spans that have a line of their own, as `annex.css` says.
const OWN_LINE: [&str; 3] = ["path", "purpose", "sim"];

pub(super) fn document(tree: &Tree<'_>) -> Result<Document, DocumentError> {
    let missing = |what| DocumentError::Missing { what };
    let html = tree.root.find("html").ok_or(missing("element <html>"))?;
    let head = html.find("head").ok_or(missing("element <head>"))?;
    let body = html.find("body").ok_or(missing("element <body>"))?;
    let lang = html.attribute("lang").filter(|lang| !lang.is_empty()).ok_or(missing("language (<html lang=…>)"))?.to_owned();
    let title = head.find("title").map(|title| one_line(&title.text())).filter(|title| !title.is_empty()).ok_or(missing("title"))?;
    let generator = head.children.iter().find_map(|node| match node {
        Node::Element(element) if element.attribute("name") == Some("generator") => element.attribute("content"),
        _ => None,
    });
    let generator = generator.ok_or(missing("generator (<meta name=\"generator\" …>)"))?.to_owned();
    let meta = head.children.iter().filter_map(|node| match node {
        Node::Element(element) if element.name == "meta" => {
            let name = element.attribute("name").filter(|name| !OF_PAGES.contains(name))?;
            Some((name.to_owned(), element.attribute("content")?.to_owned()))
        }
        _ => None,
    });
    let meta = meta.collect();
    let mut reader = Reader { tree, waiting: Vec::new(), simulated: None, classification: None, footer: false };
    let mut blocks = reader.blocks(body)?;
    if !reader.waiting.is_empty() {
        let content = reader.anchors();
        blocks.push(Block::Paragraph { id: None, class: None, content });
    }
    Ok(Document { lang, title, generator, simulated: reader.simulated, classification: reader.classification, meta, blocks })
}

struct Reader<'t> {
    tree: &'t Tree<'t>,
    /// Names of elements that no block stands for; the next line begins with them.
    waiting: Vec<String>,
    simulated: Option<String>,
    classification: Option<String>,
    footer: bool,
}

impl Reader<'_> {
    fn unknown(&self, element: &Element, within: &Element) -> DocumentError {
        let line = self.tree.line(element.place.start);
        DocumentError::Unknown { element: element.name.clone(), within: within.name.clone(), line }
    }

    /// Elements of something that holds no text of its own.
    fn elements<'e>(&self, of: &'e Element) -> Result<Vec<&'e Element>, DocumentError> {
        let mut found = Vec::new();
        for node in &of.children {
            match node {
                Node::Element(element) if is_silent(element) => {}
                Node::Element(element) => found.push(element),
                Node::Text { text, .. } if text.trim_ascii().is_empty() => {}
                Node::Text { text, at } => {
                    let text = text.trim_ascii().chars().take(60).collect();
                    return Err(DocumentError::LooseText { text, within: of.name.clone(), line: self.tree.line(*at) });
                }
            }
        }
        Ok(found)
    }

    fn anchors(&mut self) -> Vec<Inline> {
        let anchor = |id| Inline::Span { id: Some(id), class: None, content: Vec::new() };
        self.waiting.drain(..).map(anchor).collect()
    }

    fn blocks(&mut self, of: &Element) -> Result<Vec<Block>, DocumentError> {
        let (mut out, mut line) = (Vec::new(), Vec::new());
        for node in &of.children {
            match node {
                Node::Text { text, .. } => line.push(Inline::Text(text.clone())),
                Node::Element(element) if is_silent(element) => {}
                Node::Element(element) if IN_LINE.contains(&element.name.as_str()) => self.inline(element, &mut line)?,
                Node::Element(element) => {
                    self.flush(&mut line, &mut out);
                    self.block(element, of, &mut out)?;
                }
            }
        }
        self.flush(&mut line, &mut out);
        Ok(out)
    }

    /// Text that stands beside blocks is a paragraph of its own.
    fn flush(&mut self, line: &mut Vec<Inline>, out: &mut Vec<Block>) {
        let content = tidy(std::mem::take(line));
        if !content.is_empty() {
            let content = [self.anchors(), content].concat();
            out.push(Block::Paragraph { id: None, class: self.class_of_text(None), content });
        }
    }

    fn class_of_text(&self, class: Option<String>) -> Option<String> {
        class.or_else(|| self.footer.then(|| "footer".to_owned()))
    }

    fn block(&mut self, element: &Element, within: &Element, out: &mut Vec<Block>) -> Result<(), DocumentError> {
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = element.name.as_bytes()[1] - b'0';
                out.push(Block::Heading { level, id: element.id(), content: self.content(element)? });
            }
            "p" => {
                let (id, class) = (element.id(), self.class_of_text(element.class()));
                out.push(Block::Paragraph { id, class, content: self.content(element)? });
            }
            "ul" | "ol" => out.push(self.list(element)?),
            "dl" => out.push(self.terms(element)?),
            "table" => out.push(Block::Table(self.table(element)?)),
            "details" if element.is_of("part") => self.part(element, out)?,
            "figure" => self.figure(element, out)?,
            "svg" => out.push(self.picture(element)),
            "pre" => out.push(Block::Preformatted { id: element.id(), text: self.preformatted(element)? }),
            "footer" => {
                self.footer = true;
                self.waiting.extend(element.id());
                out.extend(self.blocks(element)?);
                self.footer = false;
            }
            "div" if element.is_of("notice") => out.push(Block::Notice { id: element.id(), blocks: self.blocks(element)? }),
            "div" if element.is_of("simulated") => {
                self.waiting.extend(element.id());
                self.simulated = Some(one_line(&element.text()));
            }
            "div" if element.is_of("classification") => {
                self.waiting.extend(element.id());
                self.classification = Some(one_line(&element.text()));
            }
            name if HOLDERS.contains(&name) => {
                self.waiting.extend(element.id());
                out.extend(self.blocks(element)?);
            }
            _ => return Err(self.unknown(element, within)),
        }
        Ok(())
    }

    fn list(&mut self, of: &Element) -> Result<Block, DocumentError> {
        self.waiting.extend(of.id());
        let mut items = Vec::new();
        for element in self.elements(of)? {
            if element.name != "li" {
                return Err(self.unknown(element, of));
            }
            let value = element.attribute("value").and_then(|value| value.parse().ok());
            items.push(Item { id: element.id(), value, blocks: self.blocks(element)? });
        }
        Ok(Block::List { ordered: of.name == "ol", items })
    }

    fn terms(&mut self, of: &Element) -> Result<Block, DocumentError> {
        self.waiting.extend(of.id());
        let mut terms = Vec::new();
        for element in self.elements(of)? {
            if element.name == "div" {
                self.waiting.extend(element.id());
                for inner in self.elements(element)? {
                    self.term(inner, element, &mut terms)?;
                }
            } else {
                self.term(element, of, &mut terms)?;
            }
        }
        Ok(Block::Terms(terms))
    }

    fn term(&mut self, element: &Element, within: &Element, terms: &mut Vec<(Term, Vec<Block>)>) -> Result<(), DocumentError> {
        match (element.name.as_str(), terms.last_mut()) {
            ("dt", _) => terms.push((Term { id: element.id(), content: self.content(element)? }, Vec::new())),
            ("dd", Some((_, said))) => {
                self.waiting.extend(element.id());
                said.extend(self.blocks(element)?);
            }
            _ => return Err(self.unknown(element, within)),
        }
        Ok(())
    }

    fn table(&mut self, of: &Element) -> Result<Table, DocumentError> {
        let mut table = Table { id: of.id(), class: of.class(), caption: Vec::new(), head: Vec::new(), body: Vec::new() };
        for element in self.elements(of)? {
            match element.name.as_str() {
                "caption" => {
                    self.waiting.extend(element.id());
                    table.caption = self.content(element)?;
                }
                "thead" | "tbody" | "tfoot" => {
                    self.waiting.extend(element.id());
                    for row in self.elements(element)? {
                        let row = self.row(row, element)?;
                        if element.name == "thead" { table.head.push(row) } else { table.body.push(row) }
                    }
                }
                _ => return Err(self.unknown(element, of)),
            }
        }
        Ok(table)
    }

    /// The rows of a part of a table join the table. What the part says of itself, and its head again, are there for a screen only.
    fn part(&mut self, of: &Element, out: &mut [Block]) -> Result<(), DocumentError> {
        let part = of.find("table").ok_or_else(|| self.unknown(of, of))?;
        let rows = self.table(part)?.body;
        match out.last_mut() {
            Some(Block::Table(whole)) if whole.id.is_some() && whole.id.as_deref() == part.attribute("data-of") => whole.body.extend(rows),
            _ => return Err(self.unknown(of, part)),
        }
        Ok(())
    }

    fn row(&mut self, of: &Element, within: &Element) -> Result<Row, DocumentError> {
        if of.name != "tr" {
            return Err(self.unknown(of, within));
        }
        let mut cells = Vec::new();
        for element in self.elements(of)? {
            if !matches!(element.name.as_str(), "td" | "th") {
                return Err(self.unknown(element, of));
            }
            self.waiting.extend(element.id());
            let span = |name| element.attribute(name).and_then(|span| span.parse().ok()).unwrap_or(1).clamp(1, 1_000);
            let (columns, rows) = (span("colspan"), span("rowspan"));
            cells.push(Cell { header: element.name == "th", columns, rows, class: element.class(), blocks: self.blocks(element)? });
        }
        Ok(Row { id: of.id(), cells })
    }

    fn figure(&mut self, of: &Element, out: &mut Vec<Block>) -> Result<(), DocumentError> {
        self.waiting.extend(of.id());
        for element in self.elements(of)? {
            if element.name == "figcaption" {
                self.waiting.extend(element.id());
                let said = self.content(element)?;
                match out.last_mut() {
                    Some(Block::Figure { caption, .. }) if caption.is_empty() => *caption = said,
                    _ => out.push(Block::Paragraph { id: None, class: Some("caption".to_owned()), content: said }),
                }
            } else if IN_LINE.contains(&element.name.as_str()) {
                let mut line = Vec::new();
                self.inline(element, &mut line)?;
                self.flush(&mut line, out);
            } else {
                self.block(element, of, out)?;
            }
        }
        Ok(())
    }

    fn picture(&self, svg: &Element) -> Block {
        let said = |name: &str| svg.find(name).map(|element| one_line(&element.text())).unwrap_or_default();
        let source = self.tree.page.get(svg.place.clone()).unwrap_or_default().to_owned();
        Block::Figure { svg: source, title: said("title"), description: said("desc"), caption: Vec::new() }
    }

    fn preformatted(&self, of: &Element) -> Result<String, DocumentError> {
        let mut text = String::new();
        for node in &of.children {
            match node {
                Node::Text { text: more, .. } => text.push_str(more),
                Node::Element(element) if matches!(element.name.as_str(), "bdi" | "code" | "span") => {
                    text.push_str(&self.preformatted(element)?);
                }
                Node::Element(element) => return Err(self.unknown(element, of)),
            }
        }
        Ok(text)
    }

    /// What an element says that holds a line.
    fn content(&mut self, of: &Element) -> Result<Vec<Inline>, DocumentError> {
        let anchors = self.anchors();
        let line = self.inlines(of)?;
        Ok([anchors, tidy(line)].concat())
    }

    fn inlines(&self, of: &Element) -> Result<Vec<Inline>, DocumentError> {
        let mut line = Vec::new();
        for node in &of.children {
            match node {
                Node::Text { text, .. } => line.push(Inline::Text(text.clone())),
                Node::Element(element) if is_silent(element) => {}
                Node::Element(element) if IN_LINE.contains(&element.name.as_str()) => self.inline(element, &mut line)?,
                Node::Element(element) => return Err(self.unknown(element, of)),
            }
        }
        Ok(line)
    }

    fn inline(&self, of: &Element, line: &mut Vec<Inline>) -> Result<(), DocumentError> {
        let (id, class) = (of.id(), of.class());
        if of.name == "br" {
            line.push(Inline::Break);
            return Ok(());
        }
        if of.name == "img" {
            let src = of.attribute("src").unwrap_or_default().to_owned();
            if !src.starts_with("data:") {
                return Err(DocumentError::Fetched { src, line: self.tree.line(of.place.start) });
            }
            line.push(Inline::Image { src, alt: of.attribute("alt").unwrap_or_default().to_owned() });
            return Ok(());
        }
        let content = self.inlines(of)?;
        let own_line = of.name == "small" && !of.is_of("in") || OWN_LINE.iter().any(|class| of.is_of(class));
        if own_line {
            line.push(Inline::Break);
        }
        let named = |inline: Inline| match &id {
            Some(id) => Inline::Span { id: Some(id.clone()), class: None, content: vec![inline] },
            None => inline,
        };
        match of.name.as_str() {
            "b" | "strong" => line.push(named(Inline::Strong(content))),
            "code" => line.push(named(Inline::Code(content))),
            "small" => line.push(named(Inline::Small(content))),
            "bdi" => line.push(Inline::Span { id, class: Some(ISOLATED.to_owned()), content }),
            "em" | "i" => line.push(Inline::Span { id, class: Some("em".to_owned()), content }),
            "a" => match of.attribute("href") {
                Some(to) => line.push(Inline::Link { to: to.to_owned(), id, content }),
                None => line.push(Inline::Span { id, class, content }),
            },
            _ if id.is_none() && class.is_none() => line.extend(content),
            _ => line.push(Inline::Span { id, class, content }),
        }
        if own_line {
            line.push(Inline::Break);
        }
        Ok(())
    }
}

fn is_silent(element: &Element) -> bool {
    SILENT.contains(&element.name.as_str())
        || element.attribute("aria-hidden") == Some("true")
        || SCREEN_ONLY.iter().any(|class| element.is_of(class))
}

/// A text with single spaces.
fn one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a line is, as its spaces are made single.
struct Spaces {
    /// Nothing was said since the line began.
    fresh: bool,
    /// The last character was a space.
    space: bool,
}

/// A line with single spaces, and without those and without breaks at its ends, as a browser shows it.
fn tidy(line: Vec<Inline>) -> Vec<Inline> {
    let mut line = tidied(line, &mut Spaces { fresh: true, space: true }, false);
    trim_end(&mut line);
    line
}

fn tidied(line: Vec<Inline>, spaces: &mut Spaces, isolated: bool) -> Vec<Inline> {
    let mut out = Vec::with_capacity(line.len());
    for inline in line {
        let mut within = |content| tidied(content, spaces, isolated);
        match inline {
            Inline::Text(text) if isolated => {
                if !text.is_empty() {
                    *spaces = Spaces { fresh: false, space: false };
                    out.push(Inline::Text(text));
                }
            }
            Inline::Text(text) => {
                let mut kept = String::with_capacity(text.len());
                for character in text.chars() {
                    let space = character.is_ascii_whitespace();
                    if !space {
                        kept.push(character);
                        spaces.fresh = false;
                    } else if !spaces.space {
                        kept.push(' ');
                    }
                    spaces.space = space;
                }
                if !kept.is_empty() {
                    out.push(Inline::Text(kept));
                }
            }
            Inline::Break => {
                if !spaces.fresh {
                    out.push(Inline::Break);
                    *spaces = Spaces { fresh: true, space: true };
                }
            }
            Inline::Strong(content) => out.extend(some(within(content)).map(Inline::Strong)),
            Inline::Code(content) => out.extend(some(within(content)).map(Inline::Code)),
            Inline::Small(content) => out.extend(some(within(content)).map(Inline::Small)),
            Inline::Link { to, id, content } => {
                let content = within(content);
                out.push(Inline::Link { to, id, content });
            }
            Inline::Span { id, class, content } => {
                let content = tidied(content, spaces, isolated || class.as_deref() == Some(ISOLATED));
                if id.is_some() || !content.is_empty() {
                    out.push(Inline::Span { id, class, content });
                }
            }
            Inline::Image { .. } => {
                *spaces = Spaces { fresh: false, space: false };
                out.push(inline);
            }
        }
    }
    out
}

fn some(content: Vec<Inline>) -> Option<Vec<Inline>> {
    (!content.is_empty()).then_some(content)
}

/// Takes spaces and breaks off the end of a line. Answers whether something is left that ends it.
fn trim_end(line: &mut Vec<Inline>) -> bool {
    while let Some(last) = line.last_mut() {
        let stays = match last {
            Inline::Break => false,
            Inline::Image { .. } => true,
            Inline::Text(text) => {
                text.truncate(text.trim_end_matches(' ').len());
                !text.is_empty()
            }
            Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => trim_end(content),
            // A recorded text keeps its spaces, and a name without content its place.
            Inline::Span { class, .. } if class.as_deref() == Some(ISOLATED) => true,
            Inline::Span { id: Some(_), content, .. } | Inline::Link { content, .. } => {
                trim_end(content);
                true
            }
            Inline::Span { content, .. } => trim_end(content),
        };
        if stays {
            return true;
        }
        line.pop();
    }
    false
}
