//! Which page a recording is about.
//!
//! The definitions are those of the field's own practice, made explicit: the page that the recording names by an address in its title; else the
//! first document; else the first request. Browsers keep titles of earlier pages, and the first document may be a frame, so what no Referer
//! confirms is overruled by the Referers. The basis is part of every output.

use std::collections::{BTreeMap, BTreeSet};

use super::SuffixList;
use crate::model::{HostPort, Page, UrlParts};

/// How the page was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The operator named it.
    Operator,
    /// The title of the recording's first page is an address.
    PageTitle,
    /// The title of a later page: the first page has no document in the recording.
    LaterPageTitle,
    /// The first document.
    FirstDocument,
    /// Most Referers name it, and none names the candidate that came before it.
    Referers,
    /// The first request.
    FirstEntry,
    /// Not found.
    None,
}

impl Basis {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::PageTitle => "page-title",
            Self::LaterPageTitle => "later-page-title",
            Self::FirstDocument => "first-document",
            Self::Referers => "referers",
            Self::FirstEntry => "first-entry",
            Self::None => "none",
        }
    }
}

/// The page and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageVerdict {
    /// Registrable domain.
    pub site: Option<String>,
    /// Host, where the basis gives one.
    pub host: Option<String>,
    /// How it was found.
    pub basis: Basis,
    /// What the basis rests on.
    pub detail: String,
    /// The candidate that was overruled.
    pub overruled: Option<String>,
}

/// A host at an entry.
type Sighting = Option<(u64, String)>;

/// What is gathered over all entries to find the page. Entries may come in any order.
#[derive(Clone, Debug, Default)]
pub struct PageSurvey {
    first_host: Sighting,
    first_document: Sighting,
    /// Registrable domains of Referers, with how many requests carry them.
    referers: BTreeMap<String, u64>,
    /// For each page of the recording, registrable domains of documents that were answered with a page or a redirect.
    documents: BTreeMap<String, BTreeSet<String>>,
    /// Registrable domains of documents that were answered with a page.
    answered: BTreeSet<String>,
}

/// What the survey needs to know of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Entry number.
    pub number: u64,
    /// Host.
    pub host: &'a str,
    /// Its registrable domain.
    pub site: &'a str,
    /// Whether the answer is an HTML document, and its status.
    pub document: Option<u16>,
    /// The page to which the recording gives it.
    pub page: Option<&'a str>,
    /// Registrable domain of its Referer.
    pub referer: Option<&'a str>,
}

impl PageSurvey {
    /// Takes an entry with a host into account.
    pub fn see(&mut self, seen: Seen<'_>) {
        let earlier = |known: &Sighting| known.as_ref().is_none_or(|(number, _)| seen.number < *number);
        if earlier(&self.first_host) {
            self.first_host = Some((seen.number, seen.host.to_owned()));
        }
        if let Some(status) = seen.document {
            let page_answered = (200..300).contains(&status);
            if page_answered && earlier(&self.first_document) {
                self.first_document = Some((seen.number, seen.host.to_owned()));
            }
            if page_answered && !self.answered.contains(seen.site) {
                self.answered.insert(seen.site.to_owned());
            }
            if let Some(page) = seen.page
                && (page_answered || (300..400).contains(&status))
            {
                self.documents.entry(page.to_owned()).or_default().insert(seen.site.to_owned());
            }
        }
        if let Some(referer) = seen.referer {
            match self.referers.get_mut(referer) {
                Some(count) => *count += 1,
                None => {
                    self.referers.insert(referer.to_owned(), 1);
                }
            }
        }
    }

    /// Decides. `named` is the operator's page (an address or a host).
    #[must_use]
    pub fn verdict(&self, pages: &[Page], suffixes: &SuffixList, named: Option<&str>) -> PageVerdict {
        let site = |host: &str| suffixes.registrable_domain(host).to_owned();
        let found = |host: &str, basis, detail: String| PageVerdict {
            site: Some(site(host)),
            host: Some(host.to_owned()),
            basis,
            detail,
            overruled: None,
        };
        if let Some(host) = named.and_then(host_of) {
            return found(&host, Basis::Operator, named.unwrap_or_default().to_owned());
        }
        if self.first_host.is_none() && pages.iter().all(|page| title_host(&page.title, suffixes).is_none()) {
            return PageVerdict { site: None, host: None, basis: Basis::None, detail: String::new(), overruled: None };
        }
        let by_title = self.by_title(pages, suffixes).filter(|(index, host)| {
            // "ASP.NET tutorial" begins with a host name, too: without an address in the title, something else must speak for it.
            let site = suffixes.registrable_domain(host);
            is_address(pages[*index].title.trim_start())
                || self.first_document.is_none()
                || self.answered.contains(site)
                || self.referers.contains_key(site)
        });
        let candidate = match (by_title, &self.first_document, &self.first_host) {
            (Some((index, host)), ..) => {
                let basis = if index == 0 { Basis::PageTitle } else { Basis::LaterPageTitle };
                found(&host, basis, pages[index].id.clone())
            }
            (None, Some((number, host)), _) => found(host, Basis::FirstDocument, number.to_string()),
            (None, None, Some((number, host))) => found(host, Basis::FirstEntry, number.to_string()),
            (None, None, None) => PageVerdict { site: None, host: None, basis: Basis::None, detail: String::new(), overruled: None },
        };
        self.confirmed_by_referers(candidate)
    }

    /// The first page with an address for a title; a later one, if the first has no document in the recording and the later one has its own.
    fn by_title(&self, pages: &[Page], suffixes: &SuffixList) -> Option<(usize, String)> {
        let titled = pages.iter().enumerate().filter_map(|(index, page)| Some((index, title_host(&page.title, suffixes)?)));
        let mut titled = titled.peekable();
        let (first, host) = titled.peek().cloned()?;
        if self.documents.contains_key(&pages[first].id) {
            return Some((first, host));
        }
        let own_document = |(index, host): &(usize, String)| {
            let site = suffixes.registrable_domain(host);
            self.documents.get(&pages[*index].id).is_some_and(|documents| documents.contains(site))
        };
        Some(titled.find(own_document).unwrap_or((first, host)))
    }

    /// Overrules a candidate that no Referer names, while Referers name somebody else. A title is also confirmed by a document of its site.
    fn confirmed_by_referers(&self, candidate: PageVerdict) -> PageVerdict {
        let Some(site) = &candidate.site else { return candidate };
        let titled = matches!(candidate.basis, Basis::PageTitle | Basis::LaterPageTitle);
        if self.referers.contains_key(site) || (titled && self.answered.contains(site)) {
            return candidate;
        }
        // Most requests first; among equals the name decides, so that the order of entries does not.
        let most = self.referers.iter().max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
        match most {
            Some((referer, count)) => PageVerdict {
                site: Some(referer.clone()),
                host: None,
                basis: Basis::Referers,
                detail: count.to_string(),
                overruled: Some(site.clone()),
            },
            None => candidate,
        }
    }
}

/// The host of an address, or of a text that begins with a host name; `None` where that is no name.
fn host_of(text: &str) -> Option<String> {
    let parts = UrlParts::of(text);
    let found = if parts.authority.is_some() { parts.host(text) } else { HostPort::of(text.split(['/', '?', '#']).next()?) };
    let host = found?.host.into_owned();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_name = host.bytes().all(plain) && host.split('.').all(|label| !label.is_empty());
    (is_name || host.starts_with('[') && host.ends_with(']')).then_some(host)
}

/// The host that a title's first word names: an http(s) address, or a bare host name with a suffix that the list names.
fn title_host(title: &str, suffixes: &SuffixList) -> Option<String> {
    let word = title.split_whitespace().next()?;
    let is_address = is_address(word);
    if is_address || suffixes.has_known_suffix(word) { host_of(word) } else { None }
}

fn is_address(word: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| word.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, title: &str) -> Page {
        Page { id: id.into(), title: title.into(), started: None }
    }

    /// Host, status of a document, page, site of the Referer.
    type Row<'a> = (&'a str, Option<u16>, Option<&'a str>, Option<&'a str>);

    fn survey(entries: &[Row<'_>]) -> PageSurvey {
        let mut survey = PageSurvey::default();
        for (index, (host, document, page, referer)) in entries.iter().enumerate() {
            let site = SuffixList::Embedded.registrable_domain(host);
            survey.see(Seen { number: index as u64 + 1, host, site, document: *document, page: *page, referer: *referer });
        }
        survey
    }

    fn verdict(survey: &PageSurvey, pages: &[Page]) -> (Option<String>, &'static str, Option<String>) {
        let verdict = survey.verdict(pages, &SuffixList::Embedded, None);
        (verdict.site, verdict.basis.id(), verdict.overruled)
    }

    #[test]
    fn titles() {
        let seen = survey(&[("www.a.nl", Some(200), Some("1"), None), ("b.com", None, Some("1"), Some("a.nl"))]);
        assert_eq!(verdict(&seen, &[page("1", "https://www.A.nl/x run 1")]), (Some("a.nl".into()), "page-title", None));
        assert_eq!(verdict(&seen, &[page("1", "a.nl – home")]), (Some("a.nl".into()), "page-title", None));
        assert_eq!(verdict(&seen, &[page("1", "Node.js")]), (Some("a.nl".into()), "first-document", None));
    }

    #[test]
    fn titles_that_only_look_like_hosts() {
        let seen = survey(&[("w3s.nl", Some(200), Some("1"), None)]);
        assert_eq!(verdict(&seen, &[page("1", "ASP.NET tutorial")]), (Some("w3s.nl".into()), "first-document", None));
        for title in ["https://", "http://?", "https://<b>x</b>.nl/", "https://[::1"] {
            assert_eq!(verdict(&seen, &[page("1", title)]).1, "first-document", "{title}");
        }
    }

    #[test]
    fn stale_titles_are_overruled() {
        let seen = survey(&[("a.nl", None, Some("1"), Some("a.nl")), ("b.com", None, Some("1"), Some("a.nl"))]);
        assert_eq!(verdict(&seen, &[page("1", "http://old.com/")]), (Some("a.nl".into()), "referers", Some("old.com".into())));
        // Nothing says otherwise, so the title stands.
        assert_eq!(verdict(&survey(&[("a.nl", None, None, None)]), &[page("1", "http://old.com/")]).0, Some("old.com".into()));
        // A page that forbids Referers is confirmed by its own document, although frames send some.
        let strict = survey(&[("a.nl", Some(200), Some("1"), None), ("c.com", None, Some("1"), Some("frame.com"))]);
        assert_eq!(verdict(&strict, &[page("1", "http://a.nl/")]).0, Some("a.nl".into()));
    }

    #[test]
    fn a_leftover_of_the_page_before_is_passed_over() {
        let seen = survey(&[
            ("api.old.com", None, Some("1"), Some("old.com")),
            ("a.nl", Some(200), Some("2"), None),
            ("a.nl", None, Some("2"), Some("a.nl")),
        ]);
        let pages = [page("1", "http://old.com/x"), page("2", "http://a.nl/")];
        assert_eq!(verdict(&seen, &pages), (Some("a.nl".into()), "later-page-title", None));
    }

    #[test]
    fn frames_do_not_pass_for_the_page() {
        let seen = survey(&[("x.com", None, None, Some("a.nl")), ("frame.com", Some(200), None, Some("a.nl"))]);
        assert_eq!(verdict(&seen, &[]), (Some("a.nl".into()), "referers", Some("frame.com".into())));
    }

    #[test]
    fn without_documents_and_without_hosts() {
        assert_eq!(verdict(&survey(&[("a.nl", None, None, None)]), &[]), (Some("a.nl".into()), "first-entry", None));
        assert_eq!(verdict(&PageSurvey::default(), &[page("1", "Images")]), (None, "none", None));
        let named = survey(&[("a.nl", None, None, None)]).verdict(&[], &SuffixList::Embedded, Some("https://www.b.com/p"));
        assert_eq!((named.site.as_deref(), named.basis), (Some("b.com"), Basis::Operator));
    }
}
