//! Rows about recipients, their addresses and other names of hosts as cells of CSV, and what outside lists say. No language: identifiers stand as they
//! are in the model.

use super::{claims, fields};
use crate::report::model::{
    AddressRow, AddressSaid, AliasEndRow, AliasRow, AliasSaid, ContractRef, ListClaim, ListCount, ListMatch, ListOwner, NetworkRef,
    Recipient,
};
use crate::report::table::{Cell, Column, cells, flag, text, whole};

pub(super) const RECIPIENTS: &[Column] = &[
    whole("nr"),
    text("registrable_domain"),
    text("hosts"),
    text("owner"),
    text("owner_rule"),
    text("owner_source"),
    text("owner_certainty"),
    text("network_operators"),
    text("contract_parties"),
    text("relation"),
    text("position"),
    whole("requests"),
    whole("requests_with_cookies"),
    whole("set_cookie_lines"),
    whole("first_entry"),
    text("other_names"),
    text("claims"),
    text("lists"),
    text("list_owners"),
    text("not_rederivable_without"),
];

pub(super) const ADDRESSES: &[Column] = &[
    whole("nr"),
    whole("recipient"),
    text("registrable_domain"),
    text("address"),
    text("hosts"),
    whole("requests"),
    whole("first_entry"),
    text("databases"),
    text("countries"),
    text("autonomous_systems"),
    text("organisations"),
    text("limits"),
    text("not_rederivable_without"),
];

pub(super) const ALIASES: &[Column] = &[
    whole("nr"),
    text("host"),
    text("registrable_domain"),
    text("basis"),
    text("names"),
    text("leads_to"),
    flag("another_organisation"),
    text("known_to"),
    text("filter_rules"),
    whole("requests"),
    whole("first_entry"),
    text("not_rederivable_without"),
];

/// What every row about an address says, so that it is not lost when a row is copied out of its table.
const ADDRESS_LIMITS: &str =
    "registered according to the database of that date; shows neither where data were stored nor whether they were transferred";

pub(super) fn recipient(row: &Recipient) -> Vec<Cell> {
    let owner = |of: &dyn Fn(&crate::report::model::OwnerRef) -> String| row.owner.as_ref().map(of).unwrap_or_default();
    let needs =
        row.lists.iter().map(|list| &list.not_rederivable_without).chain(row.list_owners.iter().map(|says| &says.not_rederivable_without));
    let needs = needs.chain(row.networks.iter().map(|network| &network.not_rederivable_without));
    let mut cells = cells![
        row.nr,
        row.site.clone(),
        row.hosts.join(" "),
        owner(&|owner| owner.name.clone()),
        owner(&|owner| owner.rule.clone()),
        owner(&|owner| owner.source.clone()),
        owner(&|owner| certainty(owner.certainty)),
        joined(&row.networks, network),
        joined(&row.contracts, contract),
        row.relation,
        row.position,
        row.requests,
        row.requests_with_cookies,
        row.set_cookie_lines,
        row.first_entry,
        row.aliases.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
        claims(&row.claims),
        joined(&row.lists, list_count),
        joined(&row.list_owners, list_owner),
        needed(needs)
    ];
    cells.extend(fields::sent(&row.sent));
    cells
}

pub(super) fn address(row: &AddressRow) -> Vec<Cell> {
    let said = |of: &dyn Fn(&AddressSaid) -> Option<String>| row.databases.iter().filter_map(of).collect::<Vec<_>>().join("; ");
    cells![
        row.nr,
        row.recipient,
        row.site.clone(),
        row.address.clone(),
        row.hosts.join(" "),
        row.requests,
        row.first_entry,
        if row.databases.is_empty() {
            "not looked up".to_owned()
        } else {
            said(&|said| {
                let found = if said.found { "" } else { ", does not hold the address" };
                Some(format!("{} ({}, {}{found})", said.list, said.database, said.date))
            })
        },
        said(&|said| said.country.clone()),
        said(&|said| said.as_number.map(|number| format!("AS{number}"))),
        said(&|said| said.organisation.clone()),
        ADDRESS_LIMITS,
        needed(row.databases.iter().map(|said| &said.not_rederivable_without))
    ]
}

pub(super) fn alias(row: &AliasRow) -> Vec<Cell> {
    let needs =
        row.known.iter().map(|known| &known.not_rederivable_without).chain(row.lists.iter().map(|list| &list.not_rederivable_without));
    cells![
        row.nr,
        row.host.clone(),
        row.site.clone(),
        row.basis,
        row.chain.join(" "),
        joined(&row.ends, alias_end),
        row.another_organisation,
        joined(&row.known, alias_said),
        joined(&row.lists, list_match),
        row.requests,
        row.first_entry,
        needed(needs)
    ]
}

/// A rule of a filter list that matches.
pub(super) fn list_match(matched: &ListMatch) -> String {
    let line = matched.line.map_or_else(String::new, |line| format!(":{line}"));
    let exception = matched.exception.as_ref().map_or_else(String::new, |rule| format!(" (exception {rule})"));
    let name = matched.name.as_ref().map_or_else(String::new, |name| format!(" (under the name {name})"));
    format!("{}{line} {}{exception}{name}", matched.list, matched.rule)
}

/// What a row of a database of cookies says.
pub(super) fn list_claim(claim: &ListClaim) -> String {
    let category = claim.category.as_deref().unwrap_or("-");
    let lifetime = claim.lifetime.as_ref().map_or_else(String::new, |lifetime| format!(", lifetime {lifetime}"));
    let any = if claim.names_domain { "" } else { ", any domain" };
    format!("{} ({}): {category}{lifetime}{any} [{}, sha256 {}]", claim.list, claim.by, claim.place, claim.sha256)
}

/// How a statement follows from its source, so that nobody takes general knowledge for more.
pub(super) fn certainty(certainty: &str) -> String {
    match certainty {
        "unverified" => "unverified: not checked against a source".to_owned(),
        other => other.to_owned(),
    }
}

/// Lists without which something cannot be made again, each once.
pub(super) fn needed<'l>(lists: impl Iterator<Item = &'l Option<String>>) -> String {
    let lists: std::collections::BTreeSet<&str> = lists.filter_map(Option::as_deref).collect();
    lists.into_iter().map(|list| format!("not re-derivable without list {list}")).collect::<Vec<_>>().join("; ")
}

pub(super) fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join("; ")
}

fn network(network: &NetworkRef) -> String {
    let number = network.as_number.map_or_else(String::new, |number| format!(", AS{number}"));
    match (&network.rule, &network.list) {
        (Some(rule), _) => {
            let source = network.source.as_deref().unwrap_or_default();
            format!(
                "{} ({}{number}, {rule}, {source}, {})",
                network.operator,
                network.basis,
                certainty(network.certainty.unwrap_or_default())
            )
        }
        (None, list) => format!("{} ({}{number}, {})", network.operator, network.basis, list.as_deref().unwrap_or_default()),
    }
}

fn contract(contract: &ContractRef) -> String {
    let (service, source) = (&contract.service.en, &contract.source);
    format!("{} (for {service}, {}, {source}, {})", contract.party, contract.rule, certainty(contract.certainty))
}

fn list_count(list: &ListCount) -> String {
    let by_name = if list.requests_by_name > 0 { format!(" (under another name: {})", list.requests_by_name) } else { String::new() };
    format!("{}: {}{by_name}", list.list, list.requests)
}

fn list_owner(says: &ListOwner) -> String {
    let name = says.name.as_ref().map_or_else(String::new, |name| format!(", under the name {name}"));
    let (owner, categories) = (says.owner.as_deref().unwrap_or("-"), says.categories.join(", "));
    format!("{}: owner {owner}, category {categories} [{}, {}{name}]", says.list, says.matched, says.place)
}

fn alias_end(end: &AliasEndRow) -> String {
    let owner = end.owner.as_ref().map_or_else(|| "holder not established".to_owned(), |owner| format!("{}, {}", owner.name, owner.rule));
    let network = if end.network { ", network" } else { "" };
    format!("{} ({owner}, {}{network})", end.name, end.relation)
}

fn alias_said(said: &AliasSaid) -> String {
    let target = said.target.as_ref().map_or_else(String::new, |target| format!(" = {target}"));
    let company = said.company.as_ref().map_or_else(String::new, |company| format!(", {company}"));
    format!("{}: {} {}{target}{company} [{}]", said.list, said.by, said.listed, said.place)
}
