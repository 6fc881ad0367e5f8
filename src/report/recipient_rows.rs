//! Gathers requests into rows of recipients: one per registrable domain and holder, with the addresses at which they answered. Whose domain, whose
//! network and which party are three questions; none is answered from another.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::{Builder, NAMED_ENTRIES};
use super::model::{AddressRow, AddressSaid, AliasRow, ContractRef, ListCount, ListOwner, NetworkRef, Recipient};
use crate::analysis::Flow as Found;
use crate::classify::{Reason, Subject, TrackerSays};
use crate::model::Timestamp;
use crate::rules::{AddressFacts, OutsideList, RuleId};
use crate::site::ChoiceState;

/// Rows of addresses that an annex holds. A network of many servers answers at many addresses; the evidence log has every one.
const ADDRESS_ROWS: usize = 2_000;

/// Rows of one recipient about what databases of trackers say.
const LIST_OWNERS: usize = 50;

/// Registrable domain and, by its index, the holder of the host.
pub(super) type RecipientKey = (String, Option<usize>);

#[derive(Default)]
pub(super) struct RecipientRow {
    row: Option<Recipient>,
    hosts: BTreeSet<String>,
    rules: BTreeSet<usize>,
    lists: BTreeMap<usize, (u64, u64)>,
    networks: BTreeSet<NetworkKey>,
    trackers: BTreeSet<ListOwner>,
    addresses: BTreeMap<String, AddressSeen>,
    cookies: BTreeSet<String>,
}

/// What tells networks apart, in the order in which they are named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum NetworkKey {
    /// Index of the rule, and the number by which it fits.
    Rule(usize, Option<u32>),
    /// Index of the list, number and organisation.
    Database(usize, Option<u32>, String),
}

impl RecipientRow {
    /// Whether it belongs to the platform by the case, or, where none is named, to the owner of the examined page's site.
    pub(super) fn is_platform(&self, named: bool) -> bool {
        self.row.as_ref().is_some_and(|row| {
            if named {
                matches!(row.position, "platform" | "platform-affiliate")
            } else {
                matches!(row.relation, "same-site" | "same-owner")
            }
        })
    }
}

#[derive(Default)]
struct AddressSeen {
    hosts: BTreeSet<String>,
    requests: u64,
    first_entry: u64,
    said: BTreeMap<usize, AddressFacts>,
}

impl Builder<'_> {
    /// The rows, numbered: most requests first, then by name and holder; and the rows of addresses.
    pub(super) fn finish_recipients(&mut self, aliases: &[AliasRow]) -> (Vec<Recipient>, Vec<AddressRow>) {
        let gathered = std::mem::take(&mut self.recipients);
        let mut rows = Vec::with_capacity(gathered.len());
        for ((site, owner), gathered) in gathered {
            let RecipientRow { row, hosts, rules, lists, networks, trackers, addresses, cookies } = gathered;
            let Some(mut row) = row else { continue };
            row.aliases = aliases.iter().filter(|alias| hosts.contains(&alias.host)).map(|alias| alias.nr).collect();
            row.hosts = hosts.into_iter().collect();
            row.claims = self.claims(rules.into_iter().map(RuleId::Endpoint));
            row.networks = networks.into_iter().map(|network| self.network(network)).collect();
            row.contracts = owner.map(|owner| self.contracts(owner, &row.hosts)).unwrap_or_default();
            row.list_owners = trackers.into_iter().collect();
            row.sent.cookies = cookies.into_iter().collect();
            row.sent.fields = self.fields.sent.remove(&(site.clone(), owner)).unwrap_or_default();
            let count = |(list, (requests, requests_by_name))| ListCount {
                list: self.list_name(list),
                requests,
                requests_by_name,
                not_rederivable_without: self.context.needs(list),
            };
            row.lists = lists.into_iter().map(count).collect();
            rows.push((row, site, owner, addresses));
        }
        rows.sort_by(|one, other| other.0.requests.cmp(&one.0.requests).then_with(|| (&one.1, one.2).cmp(&(&other.1, other.2))));
        let mut places = Vec::new();
        let mut recipients = Vec::with_capacity(rows.len());
        for ((mut row, .., addresses), nr) in rows.into_iter().zip(1..) {
            row.nr = nr;
            for (address, seen) in addresses {
                if places.len() >= ADDRESS_ROWS {
                    self.addresses_left_out += 1;
                    continue;
                }
                places.push(self.address_row(places.len() as u64 + 1, &row, address, seen));
            }
            recipients.push(row);
        }
        (recipients, places)
    }

    /// Takes a request.
    pub(super) fn add_recipient(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        let key = (found.host.site.clone(), found.host.owner.map(|domain| domain.owner));
        let owner = if self.recipients.contains_key(&key) { None } else { self.owner(found.host.owner) };
        let context = self.context;
        let gathered = self.recipients.entry(key).or_default();
        let row = gathered.row.get_or_insert_with(|| Recipient {
            site: found.host.site.clone(),
            owner,
            relation: found.host.relation.id(),
            position: found.position.id(),
            first_entry: observation.number,
            ..Recipient::default()
        });
        row.requests += 1;
        row.requests_with_cookies += u64::from(!observation.sent.is_empty() && !observation.was_not_sent());
        row.set_cookie_lines += observation.set.iter().filter(|cookie| !cookie.is_listed()).count() as u64;
        row.first_entry = row.first_entry.min(observation.number);
        if !observation.was_not_sent() {
            row.sent.url_bytes += observation.url.len() as u64;
            row.sent.body_bytes += observation.body_bytes;
            row.sent.answer_bytes += observation.answer_bytes;
            row.sent.bodies_open += u64::from(observation.body_open);
            row.sent.answers_open += u64::from(observation.answer_open);
            let by_choice = &mut row.sent.by_choice;
            *match self.page_choice.and_then(|site| found.choices.get(site)) {
                Some(ChoiceState::Before) => &mut by_choice.before,
                Some(ChoiceState::Transition(_)) => &mut by_choice.transition,
                Some(ChoiceState::After(_)) => &mut by_choice.after,
                None => &mut by_choice.no_choice_recorded,
            } += 1;
            for cookie in &observation.sent {
                if !gathered.cookies.contains(&*cookie.name) {
                    gathered.cookies.insert(cookie.name.to_string());
                }
            }
        }
        // A host that is asked by the page and by the browser itself stands under what it is to the page.
        if found.host.position.id() != row.position && found.position == found.host.position {
            row.position = found.position.id();
        }
        if !gathered.hosts.contains(&*observation.host) {
            gathered.hosts.insert(observation.host.to_string());
        }
        let address = observation.server_ip().map(|address| {
            let seen = gathered.addresses.entry(address.to_string()).or_default();
            seen.first_entry = if seen.requests == 0 { observation.number } else { seen.first_entry.min(observation.number) };
            seen.requests += 1;
            if !seen.hosts.contains(&*observation.host) {
                seen.hosts.insert(observation.host.to_string());
            }
            address.to_string()
        });
        #[cfg(feature = "lists")]
        for (list, by_name) in super::list_rows::matched_lists(&found.classified.findings) {
            let count = gathered.lists.entry(list).or_default();
            if by_name { count.1 += 1 } else { count.0 += 1 }
        }
        for finding in &found.classified.findings {
            match &finding.reason {
                Reason::Rule(RuleId::Endpoint(rule)) if finding.subject == Subject::Endpoint => {
                    gathered.rules.insert(*rule);
                }
                Reason::Network(network, number) => {
                    gathered.networks.insert(NetworkKey::Rule(*network, *number));
                }
                Reason::Address(list, facts) => {
                    if let Some(organisation) = &facts.organisation {
                        gathered.networks.insert(NetworkKey::Database(*list, facts.as_number, organisation.clone()));
                    }
                    if let Some(seen) = address.as_ref().and_then(|address| gathered.addresses.get_mut(address)) {
                        seen.said.entry(*list).or_insert_with(|| facts.clone());
                    }
                }
                Reason::Tracker(list, says) if gathered.trackers.len() < LIST_OWNERS => {
                    let name = (finding.subject == Subject::Alias).then(|| finding.quote.clone());
                    let (list, needs) = (context.lists[*list].info().name.clone(), context.needs(*list));
                    gathered.trackers.insert(list_owner(list, says, name, needs));
                }
                _ => {}
            }
        }
    }

    fn network(&mut self, key: NetworkKey) -> NetworkRef {
        let rules = self.context.rules;
        match key {
            NetworkKey::Rule(network, as_number) => {
                let network = &rules.networks[network];
                self.sources.insert(network.source);
                NetworkRef {
                    operator: network.operator.clone(),
                    basis: if as_number.is_some() { "rule-number" } else { "rule-host" },
                    as_number,
                    rule: Some(rules.place(network.place)),
                    source: Some(rules.sources[network.source].id.clone()),
                    certainty: Some(network.certainty.id()),
                    ..NetworkRef::default()
                }
            }
            NetworkKey::Database(list, as_number, organisation) => NetworkRef {
                operator: organisation,
                basis: "database",
                as_number,
                list: Some(self.list_name(list)),
                not_rederivable_without: self.context.needs(list),
                ..NetworkRef::default()
            },
        }
    }

    /// The parties that the terms of an owner's services name.
    fn contracts(&mut self, owner: usize, hosts: &[String]) -> Vec<ContractRef> {
        let rules = self.context.rules;
        let mut named: Vec<&crate::rules::Contract> = Vec::new();
        for contract in hosts.iter().flat_map(|host| rules.contracts_at(owner, host)) {
            if !named.contains(&contract) {
                named.push(contract);
            }
        }
        self.sources.extend(named.iter().map(|contract| contract.source));
        let owner = &rules.owners[owner];
        let contract = |contract: &crate::rules::Contract| ContractRef {
            party: contract.party.clone(),
            service: contract.service.clone(),
            rule: rules.place(owner.place),
            source: rules.sources[contract.source].id.clone(),
            certainty: contract.certainty.id(),
        };
        named.into_iter().map(contract).collect()
    }

    fn address_row(&self, nr: u64, recipient: &Recipient, address: String, seen: AddressSeen) -> AddressRow {
        let AddressSeen { hosts, requests, first_entry, mut said } = seen;
        let mut databases = Vec::new();
        for (index, list) in self.context.lists.iter().enumerate() {
            let OutsideList::Addresses(database) = list else { continue };
            let facts = said.remove(&index);
            let found = facts.is_some();
            let AddressFacts { country, as_number, organisation, network } = facts.unwrap_or_default();
            let seconds = i64::try_from(database.built()).unwrap_or_default();
            let built = Timestamp::from_nanoseconds(seconds.saturating_mul(1_000_000_000)).to_string();
            databases.push(AddressSaid {
                list: database.info.name.clone(),
                database: database.database().to_owned(),
                date: built.split('T').next().unwrap_or_default().to_owned(),
                found,
                country,
                as_number,
                organisation,
                network: Some(network).filter(|network| !network.is_empty()),
                not_rederivable_without: self.context.needs(index),
            });
        }
        let (recipient, site, hosts) = (recipient.nr, recipient.site.clone(), hosts.into_iter().take(NAMED_ENTRIES).collect());
        AddressRow { nr, recipient, site, address, hosts, requests, first_entry, databases }
    }
}

/// What a database of trackers says, as the report names it.
fn list_owner(list: String, says: &TrackerSays, name: Option<String>, not_rederivable_without: Option<String>) -> ListOwner {
    ListOwner {
        list,
        owner: says.owner.clone(),
        service: says.service.clone(),
        country: says.country.clone(),
        categories: says.categories.clone(),
        by: says.by,
        matched: says.matched.clone(),
        exception: says.exception.clone(),
        place: says.place.clone(),
        name,
        not_rederivable_without,
    }
}
