//! Databases of trackers: who owns a host and in which category a list puts it. Reads Disconnect's services and entities, DuckDuckGo's blocklist and
//! Ghostery's database. Says what a list says, with the place in its file; decides nothing about owners.

use hashbrown::HashMap;

use super::tally::Tally;
use super::text::with_parents;
use super::tracker_rule::UrlRule;
use super::{ListError, ListInfo, ListKind, ListRequest, json, tracker_form};
use crate::model::UrlParts;

/// A database of trackers.
pub struct TrackerList {
    /// What is known of it.
    pub info: ListInfo,
    pub(super) entries: Vec<Entry>,
    /// Domain → entries that name it, each with its place.
    pub(super) domains: HashMap<Box<str>, Vec<(u32, Box<str>)>>,
    /// Domain → entries that name it together with the beginning of a path.
    pub(super) paths: HashMap<Box<str>, Vec<NamedPath>>,
    /// Host → the host of which it is another name.
    pub(super) aliases: HashMap<Box<str>, Box<str>>,
    #[cfg(feature = "lists")]
    pub(super) filters: Option<Box<tracker_form::Filters>>,
}

/// What a list says of a service or an owner.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) owner: Option<Box<str>>,
    pub(super) service: Option<Box<str>>,
    pub(super) country: Option<Box<str>>,
    pub(super) categories: Vec<Box<str>>,
    pub(super) action: Option<Box<str>>,
    /// Rules about URLs of its domain, in order; the first that fits counts.
    pub(super) rules: Vec<UrlRule>,
}

/// An entry that names a domain together with the beginning of a path.
pub(super) struct NamedPath {
    pub(super) entry: u32,
    pub(super) path: Box<str>,
    pub(super) place: Box<str>,
}

/// By what a list knows a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrackerBy {
    /// It names the host or a parent of it.
    Domain,
    /// A rule about the URL matches.
    Rule,
}

/// What a list says of a request or a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerMatch<'l> {
    /// Name of the owner as the list gives it.
    pub owner: Option<&'l str>,
    /// Name of the service of that owner, where the list has one.
    pub service: Option<&'l str>,
    /// Country of the owner's seat, where the list gives one (ISO 3166).
    pub country: Option<&'l str>,
    /// Categories, in the words of the list.
    pub categories: Vec<&'l str>,
    /// By what it matched.
    pub by: TrackerBy,
    /// The domain or the text of the rule that matched.
    pub matched: String,
    /// What the list's own tool does with such a request (`block`, `ignore` …), where the list says so.
    pub action: Option<&'l str>,
    /// What overrules the rule, where something does: the text of an exception, or the JSON of the list's conditions.
    pub exception: Option<String>,
    /// Where it stands: a JSON pointer (RFC 6901) into the file.
    pub place: String,
}

impl TrackerList {
    /// Reads a database.
    ///
    /// # Errors
    ///
    /// The bytes are none of the forms, or nothing in them can be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Trackers, bytes)?;
        let raw = json::document(bytes).map_err(ListError::trackers)?;
        let mut list = Self {
            info,
            entries: Vec::new(),
            domains: HashMap::new(),
            paths: HashMap::new(),
            aliases: HashMap::new(),
            #[cfg(feature = "lists")]
            filters: None,
        };
        let mut tally = Tally::default();
        tracker_form::read(&mut list, raw, &mut tally).map_err(ListError::trackers)?;
        if list.domains.is_empty() {
            return Err(ListError::trackers("it names no domain".to_owned()));
        }
        tally.into(&mut list.info);
        Ok(list)
    }

    /// What the list says of a host (lower case, A-labels, no trailing dot), whatever is asked of it: the entries of the longest domain that it
    /// names. A list may put one domain into several categories, each with a place of its own.
    #[must_use]
    pub fn of_host(&self, host: &str) -> Vec<TrackerMatch<'_>> {
        let (domain, named) = self.named(host);
        named.iter().map(|(entry, place)| self.by_domain(*entry, domain, place)).collect()
    }

    /// What the list says of a request: rules that match its URL, and what it says of the host.
    #[must_use]
    pub fn check(&self, request: ListRequest<'_>) -> Vec<TrackerMatch<'_>> {
        let mut found = Vec::new();
        #[cfg(feature = "lists")]
        if let Some(filters) = &self.filters
            && let Some((entry, place, verdict)) = filters.check(request)
        {
            found.push(TrackerMatch {
                by: TrackerBy::Rule,
                matched: verdict.rule,
                exception: verdict.exception,
                ..self.by_domain(entry, "", place)
            });
        }
        found.extend(self.by_path(request));
        let (domain, named) = self.named(request.host);
        for (entry, place) in named {
            let rules = &self.entries[*entry as usize].rules;
            let rule = rules.iter().find_map(|rule| Some((rule, rule.check(request)?)));
            found.push(match rule {
                Some((rule, exception)) => TrackerMatch {
                    by: TrackerBy::Rule,
                    matched: rule.text.to_string(),
                    action: Some(rule.action.as_deref().unwrap_or("block")),
                    exception,
                    place: format!("/trackers/{}/rules/{}", json::step(domain), rule.index),
                    ..self.by_domain(*entry, domain, place)
                },
                None => self.by_domain(*entry, domain, place),
            });
        }
        found
    }

    /// The host of which `host` is another name, by a list that holds such names (DuckDuckGo's `cnames`), and the place where it says so.
    #[must_use]
    pub fn alias_of(&self, host: &str) -> Option<(&str, String)> {
        self.aliases.get(host).map(|target| (&**target, format!("/cnames/{}", json::step(host))))
    }

    /// Entries that name the host together with the beginning of the path.
    fn by_path<'l>(&'l self, request: ListRequest<'_>) -> Vec<TrackerMatch<'l>> {
        if self.paths.is_empty() {
            return Vec::new();
        }
        let asked = &request.url[UrlParts::of(request.url).path];
        let listed = with_parents(request.host).filter_map(|domain| Some((domain, self.paths.get(domain)?)));
        let fitting =
            listed.flat_map(|(domain, paths)| paths.iter().filter(|named| asked.starts_with(&*named.path)).map(move |path| (domain, path)));
        let found = fitting.map(|(domain, NamedPath { entry, path, place })| TrackerMatch {
            by: TrackerBy::Rule,
            matched: format!("{domain}{path}"),
            ..self.by_domain(*entry, domain, place)
        });
        found.collect()
    }

    fn named<'h>(&self, host: &'h str) -> (&'h str, &[(u32, Box<str>)]) {
        let named = with_parents(host).find_map(|domain| Some((domain, &**self.domains.get(domain)?)));
        named.unwrap_or((host, &[]))
    }

    fn by_domain(&self, entry: u32, domain: &str, place: &str) -> TrackerMatch<'_> {
        let Entry { owner, service, country, categories, action, .. } = &self.entries[entry as usize];
        TrackerMatch {
            owner: owner.as_deref(),
            service: service.as_deref(),
            country: country.as_deref(),
            categories: categories.iter().map(|category| &**category).collect(),
            by: TrackerBy::Domain,
            matched: domain.to_owned(),
            action: action.as_deref(),
            exception: None,
            place: place.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(url: &'a str, host: &'a str) -> ListRequest<'a> {
        ListRequest { url, host, page_host: "news.example", other_site: true, kind: "script", method: "GET" }
    }

    #[test]
    fn disconnect() {
        let services = r#"{"license":"Some words","categories":{"Social":[{"Own/er":{"https://own.example/":["own.example","Cdn.Own.example",7,"b.example/set/x"],"dnt":"eff"}}],
            "Advertising":[{"Own/er":{"https://own.example/":["own.example"]}},{"x":1}],"Odd":3}}"#;
        let list = TrackerList::read("x", services.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected, list.info.licence.as_deref()), (4, 2, Some("Some words")));
        let by_path = list.check(request("https://a.b.example/set/x?1", "a.b.example"));
        assert_eq!((by_path.len(), by_path[0].by, &*by_path[0].matched), (1, TrackerBy::Rule, "b.example/set/x"));
        assert!(list.check(request("https://a.b.example/", "a.b.example")).is_empty());
        let found = list.of_host("www.own.example");
        assert_eq!(found.iter().map(|found| found.categories[0]).collect::<Vec<_>>(), ["Social", "Advertising"]);
        assert_eq!((found[0].owner, &*found[0].matched), (Some("Own/er"), "own.example"));
        assert_eq!(found[0].place, "/categories/Social/0/Own~1er/https:~1~1own.example~1/0");
        assert_eq!(list.of_host("a.cdn.own.example").len(), 1, "the longest domain counts");
        assert!(list.of_host("example").is_empty());
        let entities =
            r#"{"license":"x","entities":{"Own":{"properties":["own.example"],"resources":["own.example","b.example"]},"No":[]}}"#;
        let list = TrackerList::read("x", entities.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (2, 1));
        assert_eq!(list.of_host("b.example")[0].place, "/entities/Own/resources/1");
    }

    #[test]
    fn duckduckgo() {
        let json = r#"{"readme":"x","trackers":{"t.example":{"domain":"t.example","owner":{"name":"Own, Inc."},"categories":["Advertising"],"default":"ignore",
            "rules":[{"rule":"(?=x)"},{"rule":"t\\.example/px","exceptions":{"domains":["news.example"]}},{"rule":"t\\.example/sdk","action":"block-ctl"}]},"bad":1},
            "entities":{"Own, Inc.":{"domains":["t.example","own.example","extra.example"]}},"domains":{"t.example":"Own, Inc.","own.example":"Own, Inc.","z.example":[]},
            "cnames":{"m.shop.example":"shop.t.example"}}"#;
        let list = TrackerList::read("x", json.as_bytes()).expect("reads");
        assert_eq!(list.info.rejected, 3, "{:?}", list.info.rejections);
        let by = |url| list.check(request(url, "a.t.example")).remove(0);
        let pixel = by("https://a.t.example/px?1");
        assert_eq!(
            (pixel.by, &*pixel.matched, pixel.action, &*pixel.place),
            (TrackerBy::Rule, "t\\.example/px", Some("block"), "/trackers/t.example/rules/1")
        );
        assert!(pixel.exception.is_some());
        assert_eq!(by("https://a.t.example/sdk").action, Some("block-ctl"));
        let other = by("https://a.t.example/");
        assert_eq!(
            (other.by, other.action, other.owner, &*other.place),
            (TrackerBy::Domain, Some("ignore"), Some("Own, Inc."), "/trackers/t.example")
        );
        assert_eq!(list.of_host("own.example")[0].place, "/domains/own.example");
        assert_eq!(list.of_host("extra.example")[0].place, "/entities/Own, Inc./domains/2");
        assert_eq!(list.alias_of("m.shop.example"), Some(("shop.t.example", "/cnames/m.shop.example".to_owned())));
    }

    #[cfg(feature = "lists")]
    #[test]
    fn ghostery() {
        let json = r#"{"categories":{"ads":{"name":"Advertising"}},"organizations":{"own":{"name":"Own","country":"NL"}},"domains":{},"filters":{},
            "patterns":{"own_ads":{"name":"Own Ads","category":"ads","organization":"own","domains":["own.example"],"filters":["||own.example/px$3p","||b.example^$nonsense",5]},"no":[]}}"#;
        let list = TrackerList::read("x", json.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (2, 3), "{:?}", list.info.rejections);
        let found = list.check(request("https://own.example/px", "own.example"));
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].by, &*found[0].matched, &*found[0].place),
            (TrackerBy::Rule, "||own.example/px$3p", "/patterns/own_ads/filters/0")
        );
        assert_eq!((found[1].owner, found[1].service, found[1].country), (Some("Own"), Some("Own Ads"), Some("NL")));
        assert_eq!((&*found[1].categories, &*found[1].place), (&["Advertising"][..], "/patterns/own_ads/domains/0"));
    }

    #[test]
    fn what_is_none() {
        let deep = format!("{{\"trackers\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for text in
            ["", "{}", "[]", "{\"trackers\":[]}", "{\"categories\":{\"a\":[[]]}}", "{\"patterns\":{\"a\":1}}", "{\"entities\":7}", &deep]
        {
            assert!(TrackerList::read("x", text.as_bytes()).is_err(), "{}", &text[..text.len().min(60)]);
        }
    }
}
