//! HAR 1.2. Entries go to a spool as they come, so that they can stand in order of their numbers, and pages before them; one entry is in memory at a
//! time, and of each entry its place.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use serde_json::{Value, json};

use super::About;
use super::har_entry::{NO_TIME, entry};
use super::http::{is_page, is_web_address};
use crate::interop::own::OWN_VERSION;
use crate::model::{Exchange, Gap, Page, Timestamp};

/// The page to which entries belong that the recording gives to none.
const OTHER_PAGE: &str = "dataspoor-page";

/// The title of a page where not even one entry has an address.
const NO_ADDRESS: &str = "about:blank";

/// Where an entry lies in the spool.
struct Place {
    number: u64,
    offset: u64,
    length: u64,
}

/// What was seen of a page.
#[derive(Default)]
struct Seen {
    /// Address of the first document, by number.
    document: Option<(u64, String)>,
    /// Address of the first entry, by number.
    first: Option<(u64, String)>,
    started: Option<Timestamp>,
}

/// Writes a HAR file.
pub struct HarWriter<S: Write> {
    spool: io::BufWriter<S>,
    written: u64,
    places: Vec<Place>,
    pages: BTreeMap<String, Seen>,
}

impl<S: Read + Write + Seek> HarWriter<S> {
    /// A writer with an empty spool.
    #[must_use]
    pub fn new(spool: S) -> Self {
        Self { spool: io::BufWriter::with_capacity(1 << 17, spool), written: 0, places: Vec::new(), pages: BTreeMap::new() }
    }

    /// Takes an entry. They may come in any order.
    ///
    /// # Errors
    ///
    /// The spool cannot be written, or a body cannot be read.
    pub fn entry(&mut self, number: u64, exchange: &Exchange) -> io::Result<()> {
        let page = exchange.page.as_deref().unwrap_or(OTHER_PAGE);
        self.see(page, number, exchange);
        let text = serde_json::to_vec(&entry(number, exchange, page)?)?;
        self.spool.write_all(&text)?;
        self.places.push(Place { number, offset: self.written, length: text.len() as u64 });
        self.written += text.len() as u64;
        Ok(())
    }

    fn see(&mut self, page: &str, number: u64, exchange: &Exchange) {
        let seen = match self.pages.get_mut(page) {
            Some(seen) => seen,
            None => self.pages.entry(page.to_owned()).or_default(),
        };
        seen.started = [seen.started, exchange.started].into_iter().flatten().min();
        let url = &exchange.request.url;
        let earlier = |known: &Option<(u64, String)>| known.as_ref().is_none_or(|(first, _)| number < *first);
        if !is_web_address(url) {
            return;
        }
        if earlier(&seen.first) {
            seen.first = Some((number, url.clone()));
        }
        if is_page(exchange) && earlier(&seen.document) {
            seen.document = Some((number, url.clone()));
        }
    }

    /// Writes the file, entries in order of their numbers. Answers how many there are.
    ///
    /// # Errors
    ///
    /// The spool cannot be read, or `out` not written.
    pub fn finish(mut self, about: &About<'_>, out: &mut impl Write) -> io::Result<u64> {
        self.places.sort_by_key(|place| place.number);
        let creator = json!({ "name": about.tool, "version": about.tool_version });
        write!(out, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator}")?;
        if let Some(browser) = &about.session.browser {
            let (name, version) = browser.rsplit_once(' ').unwrap_or((browser, ""));
            write!(out, ",\"browser\":{}", json!({ "name": name, "version": version }))?;
        }
        write!(out, ",\"comment\":{}", json!(about.comment()))?;
        write!(out, ",\"_dataspoor\":{}", self.own(about))?;
        out.write_all(b",\"pages\":[\n")?;
        let pages = self.pages(about);
        for (index, page) in pages.iter().enumerate() {
            write!(out, "{}{page}", if index == 0 { "" } else { ",\n" })?;
        }
        out.write_all(b"\n],\"entries\":[")?;
        let mut spool = self.spool.into_inner().map_err(io::IntoInnerError::into_error)?;
        for (index, place) in self.places.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            spool.seek(SeekFrom::Start(place.offset))?;
            let copied = io::copy(&mut (&mut spool).take(place.length), out)?;
            if copied < place.length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        out.write_all(b"\n]}}\n")?;
        out.flush()?;
        Ok(self.places.len() as u64)
    }

    /// The pages that the recording names, and one for each that entries name besides; at least one.
    fn pages(&self, about: &About<'_>) -> Vec<Value> {
        let session = about.session;
        let named = session.pages.iter().map(|page| self.page(about, page, false));
        let made = |id: &String| Page { id: id.clone(), title: String::new(), started: None };
        let others = self.pages.keys().filter(|id| session.pages.iter().all(|page| page.id != **id));
        let mut pages: Vec<Value> = named.chain(others.map(|id| self.page(about, &made(id), true))).collect();
        if pages.is_empty() {
            pages.push(self.page(about, &made(&OTHER_PAGE.to_owned()), true));
        }
        pages
    }

    /// Programs that read a HAR file take the title of its first page for the address of the page.
    fn page(&self, about: &About<'_>, page: &Page, made: bool) -> Value {
        let seen = self.pages.get(&page.id);
        let first = |seen: &Seen| seen.document.as_ref().or(seen.first.as_ref()).map(|(_, url)| url.clone());
        let named = || about.page.filter(|page| is_web_address(page)).map(str::to_owned);
        let anything = || self.pages.values().find_map(first);
        let address = || {
            let own = if made { named().or_else(|| seen.and_then(first)) } else { seen.and_then(first).or_else(named) };
            own.or_else(anything).unwrap_or_else(|| NO_ADDRESS.to_owned())
        };
        let is_address = is_web_address(&page.title);
        let title = if is_address { page.title.clone() } else { address() };
        let started = page.started.or(seen.and_then(|seen| seen.started));
        let mut own = json!({});
        if made {
            own["made"] = true.into();
        }
        if !is_address {
            own["title"] = page.title.clone().into();
        }
        match page.started {
            None => own["noStart"] = true.into(),
            Some(at) => own["startedNs"] = at.as_nanoseconds().to_string().into(),
        }
        json!({
            "startedDateTime": started.unwrap_or(NO_TIME).to_string(),
            "id": page.id,
            "title": title,
            "pageTimings": { "onContentLoad": -1, "onLoad": -1 },
            "_dataspoor": own,
        })
    }

    /// What is said of the recording itself.
    fn own(&self, about: &About<'_>) -> Value {
        let session = about.session;
        // The numbers of entries are their places in this file.
        let place = |number: &u64| self.places.binary_search_by_key(number, |place| place.number).ok().map(|index| index as u64 + 1);
        let gap = |gap: &Gap| {
            let entries: Vec<u64> = gap.entries.iter().filter_map(place).collect();
            json!({ "gap": gap.kind.id(), "count": gap.count, "entries": entries })
        };
        let masks = session.custody.iter().flat_map(|custody| &custody.masks);
        let mut own = json!({
            "version": OWN_VERSION,
            "simulated": session.simulated,
            "secrets": about.secrets(),
            "masks": masks.map(|(rule, count)| json!({ "rule": rule, "count": count })).collect::<Vec<_>>(),
            "source": {
                "name": about.capture.name, "format": about.capture.format, "sha256": about.capture.digest.to_string(), "bytes": about.capture.length,
                "creator": session.creator, "comment": session.comment, "formatVersion": session.format_version,
            },
            "gaps": about.gaps.iter().map(gap).collect::<Vec<_>>(),
            "marks": session.marks.iter().map(|(at, mark)| json!({
                "atNs": at.as_nanoseconds().to_string(), "kind": mark.kind.id(), "saidBy": mark.said_by.id(), "text": mark.text,
            })).collect::<Vec<_>>(),
            "exhibitsNotCarried": session.exhibits.len(),
        });
        for (name, value) in [("scenario", &session.scenario), ("baseline", &session.baseline)] {
            if let Some(value) = value {
                own[name] = value.clone().into();
            }
        }
        own
    }
}
