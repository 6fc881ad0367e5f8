//! The forms of tracker databases: Disconnect's services and entities, DuckDuckGo's blocklist (version 6) and Ghostery's database. Each becomes entries,
//! the domains that name them and rules about URLs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::tally::Tally;
use super::text::host_name;
use super::tracker::{Entry, NamedPath, TrackerList};
use super::tracker_rule::UrlRule;
use super::{ListPlace, MOST_RULES, json};

/// Rules of one domain that are read.
const MOST_RULES_OF_A_DOMAIN: usize = 1_000;

/// Rules in filter syntax with the entries that they stand for.
/// Expressions of a list that are tried: each is compiled to see whether it can be used. DuckDuckGo's list has 1,985.
const MOST_EXPRESSIONS: usize = 10_000;

#[cfg(feature = "lists")]
pub(super) struct Filters {
    list: super::FilterList,
    /// Entry and place of each line.
    entries: Vec<(u32, String)>,
}

#[cfg(feature = "lists")]
impl Filters {
    pub(super) fn check(&self, request: super::ListRequest<'_>) -> Option<(u32, &str, super::Verdict)> {
        let verdict = self.list.check(request)?;
        let line = usize::try_from(verdict.line?).ok()?;
        let (entry, place) = self.entries.get(line.checked_sub(1)?)?;
        Some((*entry, place, verdict))
    }
}

/// Reads a document of any form. `Err`: it has none.
pub(super) fn read(list: &mut TrackerList, raw: &RawValue, tally: &mut Tally) -> Result<(), String> {
    let mut parts = BTreeMap::new();
    json::members(raw, |name, value| {
        if ["license", "categories", "entities", "trackers", "domains", "cnames", "patterns", "organizations", "filters"].contains(&&*name)
        {
            parts.insert(name.into_owned(), value);
        }
    });
    let part = |name: &str| parts.get(name).copied();
    list.info.licence = part("license").and_then(json::text).map(|text| first_sentences(&text));
    let mut reader = Reader { list, tally, expressions: 0 };
    if let Some(trackers) = part("trackers") {
        reader.list.info.title = Some("DuckDuckGo tracker blocklist".to_owned());
        reader.duckduckgo(trackers, part("entities"), part("domains"), part("cnames"));
    } else if let Some(patterns) = part("patterns") {
        reader.list.info.title = Some("Ghostery TrackerDB".to_owned());
        reader.ghostery(patterns, part("organizations"), part("categories"));
    } else if let Some(categories) = part("categories") {
        reader.list.info.title = Some("Disconnect Tracker Protection (services)".to_owned());
        reader.disconnect_services(categories);
    } else if let Some(entities) = part("entities") {
        reader.list.info.title = Some("Disconnect Tracker Protection (entities)".to_owned());
        reader.disconnect_entities(entities);
    } else {
        return Err("it has none of the members trackers, patterns, categories and entities".to_owned());
    }
    Ok(())
}

struct Reader<'l> {
    list: &'l mut TrackerList,
    tally: &'l mut Tally,
    /// Expressions that were tried.
    expressions: usize,
}

impl Reader<'_> {
    fn reject(&mut self, place: &str, reason: impl Into<String>) {
        self.tally.reject(|| ListPlace::Pointer(place.to_owned()), || reason.into());
    }

    fn entry(&mut self, entry: Entry) -> u32 {
        self.list.entries.push(entry);
        self.list.entries.len() as u32 - 1
    }

    /// A domain that names an entry.
    fn domain(&mut self, domain: &str, entry: u32, place: String) {
        // Disconnect names some domains together with the beginning of a path.
        let (name, path) = domain.find('/').map_or((domain, ""), |slash| domain.split_at(slash));
        let Some(host) = host_name(name) else { return self.reject(&place, "is no host name") };
        if !self.tally.room(MOST_RULES) {
            return self.reject(&place, "the list has more domains than are read");
        }
        self.tally.rules += 1;
        if path.is_empty() {
            self.list.domains.entry_ref(&*host).or_default().push((entry, place.into()));
        } else {
            self.list.paths.entry_ref(&*host).or_default().push(NamedPath { entry, path: path.into(), place: place.into() });
        }
    }

    /// The domains of an array of texts.
    fn domains(&mut self, raw: &RawValue, entry: u32, place: &str) -> bool {
        json::elements(raw, |index, domain| {
            let place = format!("{place}/{index}");
            match json::text(domain) {
                Some(domain) => self.domain(&domain, entry, place),
                None => self.reject(&place, "is no text"),
            }
        })
    }

    fn disconnect_services(&mut self, categories: &RawValue) {
        json::members(categories, |category, organisations| {
            let pointer = format!("/categories/{}", json::step(&category));
            let list = json::elements(organisations, |index, organisation| {
                json::members(organisation, |owner, pages| {
                    let pointer = format!("{pointer}/{index}/{}", json::step(&owner));
                    let entry = Entry { owner: Some((*owner).into()), categories: vec![(*category).into()], ..Entry::default() };
                    let entry = self.entry(entry);
                    json::members(pages, |page, domains| {
                        // Beside the page with its domains stand marks such as "performance": "true", which are no domains.
                        if json::text(domains).is_none() && !self.domains(domains, entry, &format!("{pointer}/{}", json::step(&page))) {
                            self.reject(&pointer, "holds no list of domains");
                        }
                    });
                });
            });
            if !list {
                self.reject(&pointer, "is no list of organisations");
            }
        });
    }

    fn disconnect_entities(&mut self, entities: &RawValue) {
        json::members(entities, |owner, lists| {
            let pointer = format!("/entities/{}", json::step(&owner));
            let entry = self.entry(Entry { owner: Some((*owner).into()), ..Entry::default() });
            let mut seen: Vec<String> = Vec::new();
            let object = json::members(lists, |name, domains| {
                let place = format!("{pointer}/{}", json::step(&name));
                let list = json::elements(domains, |index, domain| {
                    let place = format!("{place}/{index}");
                    match json::text(domain) {
                        // Most domains stand in both lists of an entity; the first place is enough.
                        Some(domain) if seen.iter().any(|known| *known == *domain) => {}
                        Some(domain) => {
                            self.domain(&domain, entry, place);
                            if seen.len() < MOST_RULES_OF_A_DOMAIN {
                                seen.push(domain.into_owned());
                            }
                        }
                        None => self.reject(&place, "is no text"),
                    }
                });
                if !list {
                    self.reject(&place, "is no list of domains");
                }
            });
            if !object {
                self.reject(&pointer, "is no entity");
            }
        });
    }

    fn duckduckgo(&mut self, trackers: &RawValue, entities: Option<&RawValue>, domains: Option<&RawValue>, cnames: Option<&RawValue>) {
        json::members(trackers, |domain, raw| {
            let pointer = format!("/trackers/{}", json::step(&domain));
            let tracker = match json::record(raw) {
                Ok(tracker) if tracker.is_object() => tracker,
                Ok(_) => return self.reject(&pointer, "is no tracker"),
                Err(reason) => return self.reject(&pointer, reason),
            };
            let mut entry = Entry {
                owner: boxed(&tracker["owner"]["name"]),
                categories: tracker["categories"].as_array().into_iter().flatten().filter_map(boxed).collect(),
                action: boxed(&tracker["default"]),
                ..Entry::default()
            };
            for (rule, index) in tracker["rules"].as_array().into_iter().flatten().zip(0_u32..) {
                self.expressions += 1;
                let few = self.expressions <= MOST_EXPRESSIONS && entry.rules.len() < MOST_RULES_OF_A_DOMAIN;
                let room = few && self.tally.room(MOST_RULES);
                let read = if room { UrlRule::read(index, rule) } else { Err("the list has more rules than are read".to_owned()) };
                match read {
                    Ok(rule) => {
                        self.tally.rules += 1;
                        entry.rules.push(rule);
                    }
                    Err(reason) => self.reject(&format!("{pointer}/rules/{index}"), reason),
                }
            }
            let entry = self.entry(entry);
            self.domain(&domain, entry, pointer);
        });
        let mut owners: BTreeMap<Cow<'_, str>, u32> = BTreeMap::new();
        let known = |host: &str, list: &TrackerList| host_name(host).is_some_and(|host| list.domains.contains_key(&*host));
        // `domains` repeats what the entities hold; a tracker's own entry says more.
        for part in [domains].into_iter().flatten() {
            json::members(part, |domain, owner| {
                let place = format!("/domains/{}", json::step(&domain));
                let Some(owner) = json::text(owner) else { return self.reject(&place, "is no name of an owner") };
                if known(&domain, self.list) {
                    return;
                }
                let entry =
                    *owners.entry(owner.clone()).or_insert_with(|| self.entry(Entry { owner: Some((*owner).into()), ..Entry::default() }));
                self.domain(&domain, entry, place);
            });
        }
        for part in [entities].into_iter().flatten() {
            json::members(part, |owner, entity| {
                let pointer = format!("/entities/{}", json::step(&owner));
                let mut fresh = None;
                json::members(entity, |name, list| {
                    if name != "domains" {
                        return;
                    }
                    json::elements(list, |index, domain| {
                        let Some(domain) = json::text(domain) else { return };
                        if !known(&domain, self.list) {
                            let entry =
                                *fresh.get_or_insert_with(|| self.entry(Entry { owner: Some((*owner).into()), ..Entry::default() }));
                            self.domain(&domain, entry, format!("{pointer}/domains/{index}"));
                        }
                    });
                });
            });
        }
        for part in [cnames].into_iter().flatten() {
            json::members(part, |host, target| {
                let names = host_name(&host).zip(json::text(target).and_then(|target| host_name(&target)));
                match names {
                    Some((host, target)) if self.tally.room(MOST_RULES) => {
                        self.tally.rules += 1;
                        self.list.aliases.insert(host.into(), target.into());
                    }
                    _ => self.reject(&format!("/cnames/{}", json::step(&host)), "is no pair of host names, or there are too many"),
                }
            });
        }
    }

    fn ghostery(&mut self, patterns: &RawValue, organisations: Option<&RawValue>, categories: Option<&RawValue>) {
        let names = named(categories);
        let owners = named(organisations);
        #[cfg(feature = "lists")]
        let (mut rules, mut entries) = (String::new(), Vec::new());
        json::members(patterns, |id, raw| {
            let pointer = format!("/patterns/{}", json::step(&id));
            let pattern = match json::record(raw) {
                Ok(pattern) if pattern.is_object() => pattern,
                Ok(_) => return self.reject(&pointer, "is no pattern"),
                Err(reason) => return self.reject(&pointer, reason),
            };
            let owner = pattern["organization"].as_str();
            let (owner, country) = owner.map(|id| owners.get(id).cloned().unwrap_or((id.into(), None))).unzip();
            let category = pattern["category"].as_str();
            let entry = self.entry(Entry {
                owner,
                service: boxed(&pattern["name"]),
                country: country.flatten(),
                categories: category.into_iter().map(|id| names.get(id).map_or_else(|| id.into(), |(name, _)| name.clone())).collect(),
                ..Entry::default()
            });
            for (domain, index) in pattern["domains"].as_array().into_iter().flatten().zip(0_u32..) {
                let place = format!("{pointer}/domains/{index}");
                match domain.as_str() {
                    Some(domain) => self.domain(domain, entry, place),
                    None => self.reject(&place, "is no text"),
                }
            }
            for (filter, index) in pattern["filters"].as_array().into_iter().flatten().zip(0_u32..) {
                let place = format!("{pointer}/filters/{index}");
                match filter.as_str() {
                    #[cfg(feature = "lists")]
                    Some(filter) if !filter.contains(['\n', '\r']) => {
                        rules.push_str(filter);
                        rules.push('\n');
                        entries.push((entry, place));
                    }
                    _ => self.reject(&place, "is no rule that can be used"),
                }
            }
        });
        #[cfg(feature = "lists")]
        if let Ok((list, rejected)) = super::FilterList::of_rules(&rules) {
            self.tally.rules += list.info.rules;
            for (line, reason) in rejected {
                let place: &str = entries.get(line).map_or("/patterns", |(_, place)| place);
                self.reject(place, reason);
            }
            self.list.filters = Some(Box::new(Filters { list, entries }));
        }
    }
}

/// The members of an object by their name, each with its member `name` and `country`.
fn named(raw: Option<&RawValue>) -> BTreeMap<String, (Box<str>, Option<Box<str>>)> {
    let mut found = BTreeMap::new();
    if let Some(raw) = raw {
        json::members(raw, |id, value| {
            let Ok(value) = json::record(value) else { return };
            if let Some(name) = boxed(&value["name"]) {
                found.insert(id.into_owned(), (name, boxed(&value["country"])));
            }
        });
    }
    found
}

fn boxed(value: &Value) -> Option<Box<str>> {
    value.as_str().filter(|text| !text.is_empty()).map(Into::into)
}

/// The beginning of a long notice, up to the end of a sentence.
fn first_sentences(text: &str) -> String {
    const ENOUGH: usize = 160;
    let end = text.match_indices(". ").map(|(at, _)| at + 1).find(|&at| at >= ENOUGH).unwrap_or(text.len());
    text[..end].chars().take(400).collect()
}
