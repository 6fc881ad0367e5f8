//! Elements of a page as a tree. Tokens come from a tokenizer (WHATWG HTML 13.2.5); as pages of ours close every element in order, nothing of HTML's mending
//! is needed, and what would need it is an error.

use std::collections::BTreeMap;
use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Error, Token, Tokenizer};

use super::DocumentError;

/// Elements without an end tag (WHATWG HTML 13.1.2).
const VOID: [&str; 7] = ["base", "br", "hr", "img", "link", "meta", "wbr"];

/// Elements within each other, at most. Pages of ours have some twenty.
const DEEPEST: usize = 100;

/// The page.
pub(super) struct Tree<'p> {
    /// Its text.
    pub(super) page: &'p str,
    /// An element without a name that holds all others.
    pub(super) root: Element,
}

pub(super) enum Node {
    Element(Element),
    Text { text: String, at: usize },
}

#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
    /// Where it stands in the page, in bytes.
    pub(super) place: Range<usize>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn id(&self) -> Option<String> {
        self.attribute("id").map(str::to_owned)
    }

    pub(super) fn class(&self) -> Option<String> {
        self.attribute("class").filter(|class| !class.is_empty()).map(str::to_owned)
    }

    pub(super) fn is_of(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// The first element of this name in it, at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|node| match node {
            Node::Element(element) if element.name == name => Some(element),
            Node::Element(element) => element.find(name),
            Node::Text { .. } => None,
        })
    }

    /// All text in it, as it stands.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for node in &self.children {
            match node {
                Node::Text { text, .. } => out.push_str(text),
                Node::Element(element) => out.push_str(&element.text()),
            }
        }
        out
    }
}

impl<'p> Tree<'p> {
    pub(super) fn of(page: &'p str) -> Result<Self, DocumentError> {
        let line = |at: usize| line_of(page, at);
        let mut open = vec![Element::default()];
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(page, emitter) {
            let Ok(token) = token;
            match token {
                Token::String(text) => {
                    let node = Node::Text { text: String::from_utf8_lossy(&text).into_owned(), at: text.span.start };
                    put(&mut open, node);
                }
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                    let alone = VOID.contains(&name.as_str()) || tag.self_closing && open.iter().any(|element| element.name == "svg");
                    let element = Element { name, attributes, children: Vec::new(), place: tag.span.start..tag.span.end };
                    if alone {
                        put(&mut open, Node::Element(element));
                    } else if open.len() > DEEPEST {
                        return Err(DocumentError::TooDeep { most: DEEPEST, line: line(element.place.start) });
                    } else {
                        open.push(element);
                    }
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    match open.pop().filter(|element| element.name == name) {
                        Some(mut element) if !open.is_empty() => {
                            element.place.end = tag.span.end;
                            put(&mut open, Node::Element(element));
                        }
                        _ => return Err(DocumentError::Unbalanced { element: name, line: line(tag.span.start) }),
                    }
                }
                Token::Comment(_) | Token::Doctype(_) => {}
                // A recorded text may hold such characters; every form makes of them what it must.
                Token::Error(error) if matches!(*error, Error::NoncharacterInInputStream | Error::ControlCharacterInInputStream) => {}
                Token::Error(error) => return Err(DocumentError::Malformed { error: error.to_string(), line: line(error.span.start) }),
            }
        }
        match (open.pop(), open.is_empty()) {
            (Some(root), true) => Ok(Self { page, root }),
            (Some(element), false) => Err(DocumentError::Unbalanced { line: line(element.place.start), element: element.name }),
            (None, _) => Err(DocumentError::Missing { what: "elements" }),
        }
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        line_of(self.page, at)
    }
}

fn line_of(page: &str, at: usize) -> usize {
    page.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1
}

fn put(open: &mut [Element], node: Node) {
    if let Some(element) = open.last_mut() {
        element.children.push(node);
    }
}
