//! What is gathered while the archive is packed, for programs that play a package back: the index of answers and the list of pages.

use hashbrown::HashMap;

use crate::capture::MessageHeads;
use crate::interop::cdxj::CdxjRow;
use crate::interop::datapackage::PageRow;

/// Answers without content of their own would stand before those that have some.
const NOTHING_TO_SHOW: [&str; 3] = ["101", "204", "304"];

/// What is known of the request of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// It was a GET request: one of another method can have another answer at the same address.
    get: bool,
    /// The browser asked for a document to show in its window (Fetch Metadata, `Sec-Fetch-Dest`).
    document: bool,
}

/// An answer that was seen.
#[derive(Debug)]
struct Answered {
    entry: u64,
    line: String,
    /// Address and time, if it is a document that could be shown.
    page: Option<(String, String)>,
}

/// Gathers answers and pages.
#[derive(Debug, Default)]
pub(super) struct Index {
    asked: HashMap<u64, Asked>,
    answers: Vec<Answered>,
}

/// Where a record stands in its packed file.
pub(super) struct PackedAt<'f> {
    pub(super) file: &'f str,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Index {
    /// Takes the request of an entry.
    pub(super) fn request(&mut self, entry: u64, heads: &MessageHeads<'_>) {
        let get = heads.start_line.starts_with("GET ");
        let document = heads.field("sec-fetch-dest") == Some(b"document");
        self.asked.insert(entry, Asked { get, document });
    }

    /// Takes the answer of an entry.
    pub(super) fn response(&mut self, entry: u64, heads: &MessageHeads<'_>, at: &PackedAt<'_>) {
        let status = heads.start_line.split(' ').nth(1).unwrap_or_default();
        if NOTHING_TO_SHOW.contains(&status) {
            return;
        }
        let media_type = heads.field("content-type").map(String::from_utf8_lossy).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        let row = CdxjRow {
            url: heads.target,
            mime: if media_type.is_empty() { "unk" } else { &media_type },
            status,
            digest: heads.payload,
            length: at.length,
            offset: at.offset,
            filename: at.file,
        };
        let Some(line) = row.line(heads.date) else { return };
        let shown = status.starts_with('2') && ["text/html", "application/xhtml+xml"].contains(&&*media_type);
        let page = shown.then(|| (heads.target.to_owned(), heads.date.to_owned()));
        self.answers.push(Answered { entry, line, page });
    }

    /// The index as it is written, and the pages in the order of their times. `examined`: the page that the recording is about, which counts as a page
    /// even where the request does not say that it asks for a document.
    pub(super) fn finish(mut self, examined: Option<&str>) -> (Vec<u8>, Vec<PageRow>) {
        self.answers.retain(|answer| self.asked.get(&answer.entry).is_some_and(|asked| asked.get));
        let of_document = |entry: u64| self.asked.get(&entry).is_some_and(|asked| asked.document);
        let mut pages: Vec<(String, u64, String)> = Vec::new();
        for answer in &mut self.answers {
            if let Some((url, date)) = answer.page.take().filter(|(url, _)| of_document(answer.entry) || Some(url.as_str()) == examined) {
                pages.push((date, answer.entry, url));
            }
        }
        pages.sort();
        self.answers.sort_by(|one, other| one.line.cmp(&other.line));
        let mut index = Vec::with_capacity(self.answers.iter().map(|answer| answer.line.len() + 1).sum());
        for Answered { line, .. } in self.answers {
            index.extend_from_slice(line.as_bytes());
            index.push(b'\n');
        }
        let row = |(number, (ts, _, url)): (u64, (String, u64, String))| PageRow { id: format!("page-{number}"), url, ts };
        (index, (1..).zip(pages).map(row).collect())
    }
}
