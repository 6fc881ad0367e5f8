//! Cells about recipients: whose domain, whose network, which party, at which addresses, under which other names, and what outside lists say of
//! them. Recorded texts and texts of lists get into the page only through `recorded`.

use std::fmt::Write as _;

use minijinja::value::Value as Cell;

use super::super::model::{
    AddressRow, AddressSaid, AliasEndRow, AliasRow, ContractRef, ListClaim, ListCount, ListMatch, ListOwner, NetworkRef, Recipient,
    UsedList,
};
use super::super::text::Lang;
use super::{Page, SHOWN, SHOWN_OF_RULES, code, recorded, rule_text};

/// Characters of a text of an outside list that are printed.
const SHOWN_OF_LISTS: usize = 600;

impl Page {
    /// Who runs the networks that answered.
    pub(super) fn networks(&self, row: &Recipient) -> Cell {
        self.each(&row.networks, |network: &NetworkRef| {
            let operator = recorded(&network.operator, SHOWN, &self.texts);
            let number = network.as_number.map(|number| Cell::from(format!("AS{number}"))).unwrap_or_default();
            let said = match (&network.rule, &network.list) {
                (Some(rule), _) => {
                    let rule = self.message("owner-rule", &[("place", Cell::from(rule.as_str()))]);
                    let by =
                        if network.as_number.is_some() { self.message("network-by-number", &[("number", number)]) } else { String::new() };
                    let by = if by.is_empty() { by } else { format!(", {by}") };
                    format!("{rule}{by}, {}", self.source(network.source.as_deref().unwrap_or_default()))
                }
                (None, list) => {
                    let list = Cell::from(list.as_deref().unwrap_or_default());
                    self.message("network-by-database", &[("number", number), ("list", list)])
                }
            };
            let doubt = network.certainty.map(|certainty| self.doubt(certainty)).unwrap_or_default();
            format!("{operator} <span class=\"why\">({said})</span>{doubt}{}", self.needs(network.not_rederivable_without.as_deref()))
        })
    }

    /// Which parties the terms name.
    pub(super) fn contracts(&self, row: &Recipient) -> Cell {
        self.each(&row.contracts, |contract: &ContractRef| {
            let service = match self.texts.lang() {
                Lang::Nl => &contract.service.nl,
                Lang::En => &contract.service.en,
            };
            let service = Cell::from_safe_string(rule_text(service, &self.texts));
            let rule = self.message("owner-rule", &[("place", Cell::from(contract.rule.as_str()))]);
            format!(
                "{} <span class=\"why\">({}; {rule}, {})</span>{}",
                recorded(&contract.party, SHOWN, &self.texts),
                self.message("contract-for", &[("service", service)]),
                self.source(&contract.source),
                self.doubt(contract.certainty)
            )
        })
    }

    /// How a statement follows from its source, where it is not simply stated.
    pub(super) fn doubt(&self, certainty: &str) -> String {
        match certainty {
            "stated" | "" => String::new(),
            "derived" => format!("<small>{}</small>", self.say("certainty-derived-short")),
            other => format!("<small><strong>{}</strong></small>", self.word("certainty-", other)),
        }
    }

    /// That a result cannot be made again without a list.
    pub(super) fn needs(&self, list: Option<&str>) -> String {
        let Some(list) = list else { return String::new() };
        let list = Cell::from_safe_string(recorded(list, SHOWN_OF_RULES, &self.texts));
        format!("<small>{}</small>", self.message("not-rederivable", &[("list", list)]))
    }

    /// Filter lists and databases of trackers that know requests to a recipient.
    pub(super) fn recipient_lists(&self, row: &Recipient, lists: &[UsedList]) -> Cell {
        let mut out = String::new();
        for count in &row.lists {
            out.push_str("<div>");
            self.list_count(count, &mut out);
            out.push_str("</div>");
        }
        for owner in &row.list_owners {
            let _ = write!(out, "<div>{}</div>", self.list_owner(owner));
        }
        if out.is_empty() { self.no_list(lists, &["filter", "trackers"]) } else { Cell::from_safe_string(out) }
    }

    fn list_count(&self, count: &ListCount, out: &mut String) {
        let list = || ("list", Cell::from(count.list.as_str()));
        if count.requests > 0 {
            out.push_str(&self.message("list-says", &[list(), ("n", Cell::from(count.requests))]));
        }
        if count.requests_by_name > 0 {
            let said = self.message("list-says-by-name", &[list(), ("n", Cell::from(count.requests_by_name))]);
            let _ = write!(out, "<small>{said}</small>");
        }
        out.push_str(&self.needs(count.not_rederivable_without.as_deref()));
    }

    fn list_owner(&self, says: &ListOwner) -> String {
        let unnamed = || Cell::from_safe_string(self.say("list-names-none"));
        let text = |text: &Option<String>| text.as_deref().map_or_else(unnamed, Cell::from);
        let categories = if says.categories.is_empty() { unnamed() } else { Cell::from(says.categories.join(", ")) };
        let args = [("list", Cell::from(says.list.as_str())), ("owner", text(&says.owner)), ("categories", categories)];
        let mut out = self.message("list-owner", &args);
        let matched = Cell::from_safe_string(format!("<code>{}</code>", recorded(&says.matched, SHOWN, &self.texts)));
        let place = Cell::from(says.place.as_str());
        let _ = write!(out, "<small>{}</small>", self.message("list-owner-place", &[("matched", matched), ("place", place)]));
        if let Some(exception) = &says.exception {
            let exception = recorded(exception, SHOWN, &self.texts);
            let _ = write!(out, "<small>{} <code>{exception}</code></small>", self.say("list-exception"));
        }
        if let Some(name) = &says.name {
            let _ = write!(out, "<small>{}</small>", self.message("list-by-name", &[("name", Cell::from(name.as_str()))]));
        }
        out + &self.needs(says.not_rederivable_without.as_deref())
    }

    /// That no list of these kinds says anything, or that none was used.
    fn no_list(&self, lists: &[UsedList], kinds: &[&str]) -> Cell {
        let used = lists.iter().any(|list| kinds.contains(&list.kind));
        self.none(if used { "no-list" } else { "no-lists-used" })
    }

    /// Rules of filter lists that match requests to an endpoint.
    pub(super) fn matches(&self, matches: &[ListMatch], lists: &[UsedList]) -> Cell {
        if matches.is_empty() {
            return self.no_list(lists, &["filter"]);
        }
        let mut out = String::new();
        for matched in matches {
            let list = self.message("list-match", &[("list", Cell::from(matched.list.as_str()))]);
            let _ = write!(out, "<div class=\"match\">{list} <code>{}</code>", recorded(&matched.rule, 200, &self.texts));
            if let Some(line) = matched.line {
                let _ = write!(out, "<small>{}</small>", self.message("list-line", &[("line", Cell::from(line.to_string()))]));
            }
            if let Some(exception) = &matched.exception {
                let exception = recorded(exception, 200, &self.texts);
                let _ = write!(out, "<small>{} <code>{exception}</code></small>", self.say("list-exception"));
            }
            if let Some(name) = &matched.name {
                let _ = write!(out, "<small>{}</small>", self.message("list-by-name", &[("name", Cell::from(name.as_str()))]));
            }
            let _ = write!(out, "{}</div>", self.needs(matched.not_rederivable_without.as_deref()));
        }
        Cell::from_safe_string(out)
    }

    /// What databases say of an address.
    pub(super) fn address(&self, row: &AddressRow) -> Cell {
        if row.databases.is_empty() {
            return self.none("address-not-looked-up");
        }
        let mut out = String::new();
        for said in &row.databases {
            let _ = write!(out, "<div>{}{}</div>", self.address_said(said), self.needs(said.not_rederivable_without.as_deref()));
        }
        Cell::from_safe_string(out)
    }

    pub(super) fn address_said(&self, said: &AddressSaid) -> String {
        let args = [
            ("list", Cell::from(said.list.as_str())),
            ("database", Cell::from(said.database.as_str())),
            ("date", Cell::from_safe_string(recorded(&said.date, SHOWN, &self.texts))),
        ];
        let by = self.message("address-database", &args);
        if !said.found {
            return format!("<span class=\"ne\">{}</span><small>{by}</small>", self.say("address-not-held"));
        }
        let unnamed = || Cell::from_safe_string(self.say("not-established"));
        let text = |text: Option<String>| text.map_or_else(unnamed, Cell::from);
        let args = [
            ("number", text(said.as_number.map(|number| format!("AS{number}")))),
            ("organisation", text(said.organisation.clone())),
            ("country", text(said.country.clone())),
        ];
        let network = said.network.as_deref().map(|network| code(network, &self.texts)).unwrap_or_default();
        format!("{}<small>{by} {network}</small>", self.message("address-said", &args))
    }

    /// The names to which a host leads, with whose they are.
    pub(super) fn alias_ends(&self, row: &AliasRow) -> Cell {
        self.each(&row.ends, |end: &AliasEndRow| {
            let network = if end.network { format!("<small>{}</small>", self.say("alias-network")) } else { String::new() };
            format!(
                "<code>{}</code><small>{} {}</small><small>{}</small>{network}",
                recorded(&end.name, SHOWN, &self.texts),
                self.say("holder-label"),
                self.owner(end.owner.as_ref()),
                self.word("relation-", end.relation)
            )
        })
    }

    /// Lists that know an alias, and rules of filter lists that match under the other name.
    pub(super) fn alias_lists(&self, row: &AliasRow, lists: &[UsedList]) -> Cell {
        let mut out = String::new();
        for known in &row.known {
            let says = |id: &str, text: &Option<String>| {
                let said = |text: &String| format!("<small>{}</small>", self.message(id, &[("text", Cell::from(text.as_str()))]));
                text.as_ref().map(said).unwrap_or_default()
            };
            let args = [("list", Cell::from(known.list.as_str())), ("listed", Cell::from(known.listed.as_str()))];
            let said = self.message(&format!("alias-known-{}", known.by), &args);
            let (target, company) = (says("alias-target", &known.target), says("alias-company", &known.company));
            let place = self.message("list-place", &[("place", Cell::from(known.place.as_str()))]);
            let needs = self.needs(known.not_rederivable_without.as_deref());
            let _ = write!(out, "<div>{said}{target}{company}<small>{place}</small>{needs}</div>");
        }
        if !row.lists.is_empty() {
            out.push_str(&self.matches(&row.lists, lists).to_string());
        }
        if out.is_empty() { self.no_list(lists, &["aliases", "trackers", "filter"]) } else { Cell::from_safe_string(out) }
    }

    /// What rules and databases of cookies say of a cookie, one beside the other.
    pub(super) fn cookie_claims(&self, claims: &[super::super::model::Claim], listed: &[ListClaim]) -> Cell {
        if listed.is_empty() {
            return self.claims(claims, true);
        }
        let mut out = if claims.is_empty() { String::new() } else { self.claims(claims, true).to_string() };
        out.push_str("<ul class=\"claims\">");
        for claim in listed {
            let _ = write!(out, "<li>{}</li>", self.list_claim(claim));
        }
        out.push_str("</ul>");
        Cell::from_safe_string(out)
    }

    fn list_claim(&self, claim: &ListClaim) -> String {
        // The language of a list is not known; an empty `lang` says so to whoever reads the page aloud.
        let own = |text: &str| format!("<span lang=\"\">{}</span>", recorded(text, SHOWN_OF_LISTS, &self.texts));
        let category = match &claim.category {
            Some(category) => format!("<strong>{}</strong>", own(category)),
            None => format!("<span class=\"ne\">{}</span>", self.say("claim-no-category")),
        };
        let list = self.message("claim-list", &[("list", Cell::from(claim.list.as_str()))]);
        let mut out = format!("{list} ({}): {category}", self.word("by-", claim.by));
        if let Some(purpose) = &claim.purpose {
            let _ = write!(out, "<span class=\"purpose\">{}</span>", own(purpose));
        }
        for (id, text) in
            [("claim-list-lifetime", &claim.lifetime), ("claim-list-service", &claim.service), ("claim-list-controller", &claim.controller)]
        {
            if let Some(text) = text {
                let _ = write!(out, "<small>{}</small>", self.message(id, &[("text", Cell::from_safe_string(own(text)))]));
            }
        }
        if !claim.names_domain {
            let _ = write!(out, "<small>{}</small>", self.say("claim-list-any-domain"));
        }
        let place = self.message("list-place", &[("place", Cell::from(claim.place.as_str()))]);
        let digest = code(&claim.sha256, &self.texts);
        let _ = write!(out, "<small>{}; {place}; SHA-256 {digest}</small>", self.say("claim-list-own-words"));
        out + &self.needs(claim.not_rederivable_without.as_deref())
    }

    /// One line each, or that nothing is established.
    fn each<T>(&self, items: &[T], html: impl Fn(&T) -> String) -> Cell {
        if items.is_empty() {
            return self.none("not-established");
        }
        Cell::from_safe_string(items.iter().map(|item| format!("<div>{}</div>", html(item))).collect())
    }
}

#[cfg(test)]
mod tests;
