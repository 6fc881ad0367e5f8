//! The pages that are open at a moment, as far as the recording shows it, with their frames, stylesheets and scripts. Nobody records tabs, so a
//! page stays a candidate until a later one names it as the page it was opened from, or a new browser profile begins.

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Confidence, PageBasis, TopPage};
use crate::classify::HostFacts;
use crate::observe::{AddressMark, Leads, Reading, Spot};
use crate::site::Position;

/// Pages that are remembered at a time; then all are forgotten.
const PAGES: usize = 4_096;

/// Documents of pages and frames that are remembered at a time. Requests of further frames are given to the page alone.
const DOCUMENTS: usize = 16_384;

/// Frames, stylesheets and scripts whose addresses are remembered at a time.
const SOURCES: usize = 50_000;

/// Addresses of documents and stylesheets that are remembered at a time: 8 bytes each.
const MENTIONS: usize = 500_000;

/// Clients' connections that are remembered at a time.
const CLIENTS: usize = 20_000;

/// A document with what it mentions.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) entry: u64,
    pub(super) host: String,
    pub(super) reading: Reading,
    pub(super) loads: Vec<AddressMark>,
    pub(super) opens: Vec<AddressMark>,
    pub(super) linked: Vec<AddressMark>,
    pub(super) hinted: Vec<AddressMark>,
    /// What its stylesheets mention, with their hosts.
    pub(super) styles: Vec<(String, Vec<AddressMark>)>,
    /// Whether everything that was loaded as its stylesheet was read whole.
    pub(super) styles_read: bool,
}

/// A page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) top: Arc<TopPage>,
    pub(super) at: i64,
    pub(super) answered: i64,
    pub(super) position: Position,
    pub(super) document: usize,
    pub(super) address: AddressMark,
    /// The page that it was opened from.
    pub(super) from: Option<usize>,
    /// The page whose document it is in: itself, unless it was fetched.
    root: usize,
    /// The page that is shown in this document, if this is the root.
    current: usize,
}

/// What can ask for something on behalf of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceKind {
    Document,
    Frame,
    Stylesheet,
    Script,
    ServiceWorker,
}

/// Who asked, at an address or host that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asker {
    pub(super) page: usize,
    pub(super) kind: SourceKind,
    /// The document from which it was asked for.
    pub(super) document: usize,
    /// Host of the frame, stylesheet or script.
    pub(super) host: String,
    at: i64,
    /// Whether another one would do as well.
    pub(super) ambiguous: bool,
}

/// The pages of a stretch.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    pub(super) documents: Vec<Document>,
    by_id: HashMap<String, usize>,
    by_address: HashMap<AddressMark, Asker>,
    by_path: HashMap<AddressMark, Asker>,
    frames_by_host: HashMap<String, Asker>,
    latest_on_host: HashMap<String, usize>,
    /// Pages of a host from which no later one was opened.
    open_on_host: HashMap<String, Vec<usize>>,
    clients: HashMap<String, (usize, i64)>,
    mentions: usize,
    /// Pages, sources and addresses that were forgotten, at least.
    pub(super) left_out: u64,
}

impl Pages {
    /// Forgets everything: a browser with a new profile begins.
    pub(super) fn begin_anew(&mut self) {
        *self = Self { left_out: self.left_out, ..Self::default() };
    }

    /// Whether there are so many pages that they must be forgotten before the next.
    pub(super) fn is_full(&self) -> bool {
        self.pages.len() >= PAGES
    }

    /// Takes a document that opens a page. `of`: the identifier that the recording gives the page.
    pub(super) fn open(
        &mut self,
        leads: &Leads<'_>,
        top: TopPage,
        times: (i64, i64),
        host: &HostFacts,
        from: Option<usize>,
        of: &str,
    ) -> usize {
        let document = self.document(leads, top.entry, &top.host);
        let (entry_host, page) = (top.host.clone(), self.pages.len());
        let address = leads.address.unwrap_or_default();
        self.pages.push(Page {
            top: Arc::new(top),
            at: times.0,
            answered: times.1,
            position: host.position,
            document,
            address,
            from,
            root: page,
            current: page,
        });
        if let Some(left) = from {
            let host = self.pages[left].top.host.clone();
            if let Some(open) = self.open_on_host.get_mut(&host) {
                open.retain(|page| *page != left);
            }
        }
        self.put_on_host(&entry_host, page);
        let earlier = self.by_address.get(&address).is_some_and(|asker| asker.kind == SourceKind::Document && Some(asker.page) != from);
        let asker = Asker { page, kind: SourceKind::Document, document, host: entry_host, at: times.0, ambiguous: earlier };
        self.remember(leads, &asker);
        if !of.is_empty() {
            self.by_id.insert(of.to_owned(), page);
        }
        page
    }

    /// Takes a page that was fetched in the document of another.
    pub(super) fn fetch(&mut self, base: usize, top: TopPage, at: i64, path: Option<AddressMark>) -> usize {
        let old = self.current(base);
        let page = self.pages.len();
        let base_page = self.pages[base].clone();
        let (document, host, root) = (base_page.document, base_page.top.host.clone(), base_page.root);
        self.pages.push(Page { top: Arc::new(top), at, answered: at, from: Some(old), current: page, ..base_page });
        self.pages[root].current = page;
        self.put_on_host(&host, page);
        if let Some(open) = self.open_on_host.get_mut(&host) {
            open.retain(|other| *other != old);
        }
        if let Some(path) = path {
            self.by_path.insert(path, Asker { page, kind: SourceKind::Document, document, host, at, ambiguous: false });
        }
        page
    }

    fn put_on_host(&mut self, host: &str, page: usize) {
        self.latest_on_host.insert(host.to_owned(), page);
        self.open_on_host.entry_ref(host).or_default().push(page);
    }

    /// Takes a document of a frame, a stylesheet, a script or a worker of a page.
    pub(super) fn load(&mut self, leads: &Leads<'_>, kind: SourceKind, by: &Asker, entry: u64, host: &str, at: i64) {
        let document = match kind {
            SourceKind::Frame if self.documents.len() < DOCUMENTS => self.document(leads, entry, host),
            SourceKind::Frame => {
                self.left_out += 1;
                return;
            }
            _ => by.document,
        };
        if kind == SourceKind::Stylesheet {
            let styles = leads.mentions.loads.clone();
            let room = self.mentions + styles.len() <= MENTIONS;
            self.documents[document].styles_read &= room && leads.mentions.reading == Reading::Whole;
            if room && !styles.is_empty() {
                self.mentions += styles.len();
                self.documents[document].styles.push((host.to_owned(), styles));
            }
        }
        let asker = Asker { page: by.page, kind, document, host: host.to_owned(), at, ambiguous: false };
        if kind == SourceKind::Frame {
            self.frames_by_host.insert(host.to_owned(), asker.clone());
        }
        self.remember(leads, &asker);
    }

    fn remember(&mut self, leads: &Leads<'_>, asker: &Asker) {
        if self.by_address.len() >= SOURCES {
            self.left_out += 1;
            return;
        }
        self.by_address.extend(leads.address.map(|mark| (mark, asker.clone())));
        if matches!(asker.kind, SourceKind::Document | SourceKind::Frame) {
            self.by_path.extend(leads.path.map(|mark| (mark, asker.clone())));
        }
    }

    fn document(&mut self, leads: &Leads<'_>, entry: u64, host: &str) -> usize {
        let mentions = &leads.mentions;
        let room = self.mentions + mentions.loads.len() + mentions.opens.len() <= MENTIONS;
        let mut document = Document {
            entry,
            host: host.to_owned(),
            reading: mentions.reading,
            linked: leads.linked.clone(),
            hinted: leads.hinted.clone(),
            styles_read: true,
            ..Document::default()
        };
        if room {
            self.mentions += mentions.loads.len() + mentions.opens.len();
            (document.loads, document.opens) = (mentions.loads.clone(), mentions.opens.clone());
        } else {
            self.left_out += 1;
            document.reading = Reading::InPart;
        }
        self.documents.push(document);
        self.documents.len() - 1
    }

    /// The page that is shown in the document of a page now.
    pub(super) fn current(&self, page: usize) -> usize {
        self.pages[self.pages[page].root].current
    }

    /// The last page that was opened.
    pub(super) fn last(&self) -> Option<usize> {
        self.pages.len().checked_sub(1)
    }

    /// The page with an identifier of the recording.
    pub(super) fn with_id(&self, id: &str) -> Option<usize> {
        if id.is_empty() { None } else { self.by_id.get(id).copied() }
    }

    /// Who is at an address. `Stated` if only that can be meant; a path is less than an address.
    pub(super) fn at(&self, spot: &Spot<'_>) -> Option<(Asker, Confidence)> {
        if let Some(asker) = self.by_address.get(&spot.address) {
            let sure = asker.kind == SourceKind::Document && !asker.ambiguous;
            return Some((asker.clone(), if sure { Confidence::Stated } else { Confidence::Derived }));
        }
        if spot.origin_only {
            return None;
        }
        self.by_path.get(&spot.path).map(|asker| (asker.clone(), Confidence::Derived))
    }

    /// Who is at a host: a page of it, or a frame whose document came from it.
    pub(super) fn on_host(&self, host: &str) -> Option<(Asker, Confidence)> {
        let page = self.latest_on_host.get(host).map(|&page| {
            let open = self.open_on_host.get(host).map_or(0, Vec::len);
            let found = &self.pages[page];
            let (document, host) = (found.document, host.to_owned());
            Asker { page, kind: SourceKind::Document, document, host, at: found.at, ambiguous: open > 1 }
        });
        let frame = self.frames_by_host.get(host);
        match (page, frame) {
            (Some(page), Some(frame)) if frame.at > page.at => Some((frame.clone(), Confidence::Guessed)),
            (Some(page), Some(_)) => Some((page, Confidence::Guessed)),
            (Some(page), None) => {
                let confidence = if page.ambiguous { Confidence::Guessed } else { Confidence::Derived };
                Some((page, confidence))
            }
            (None, Some(frame)) => Some((frame.clone(), Confidence::Derived)),
            (None, None) => None,
        }
    }

    /// The last page on a host before the one given.
    pub(super) fn before_on_host(&self, host: &str, before: usize) -> Option<usize> {
        (0..before).rev().take(64).find(|&page| self.pages[page].top.host == host)
    }

    /// The page itself as the one who asks.
    pub(super) fn itself(&self, page: usize) -> Asker {
        let found = &self.pages[page];
        let host = found.top.host.clone();
        Asker { page, kind: SourceKind::Document, document: found.document, host, at: found.at, ambiguous: false }
    }

    /// Notes that a client's connection was used for a page.
    pub(super) fn used(&mut self, client: &str, page: usize, at: i64) {
        if client.is_empty() {
            return;
        }
        if self.clients.len() >= CLIENTS && !self.clients.contains_key(client) {
            self.left_out += 1;
            return;
        }
        self.clients.insert(client.to_owned(), (page, at));
    }

    /// The page for which a client's connection was used last, and when.
    pub(super) fn on_connection(&self, client: &str) -> Option<(usize, i64)> {
        if client.is_empty() { None } else { self.clients.get(client).copied() }
    }
}

/// What it rests on that somebody at an address asked: the way in which the address was told, or the chain through a frame.
pub(super) fn basis_of(asker: &Asker, told: PageBasis) -> PageBasis {
    if asker.kind == SourceKind::Frame { PageBasis::FrameChain } else { told }
}
