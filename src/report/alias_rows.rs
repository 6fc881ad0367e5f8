//! Gathers hosts that are another name of somebody else's into rows: one per host and chain of names.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::model::{AliasEndRow, AliasRow, AliasSaid, ListMatch};
use crate::analysis::Flow as Found;
use crate::classify::{Alias, AliasKnown, Reason};

/// Rows that an annex holds. A page that invents hosts must not fill the memory; the evidence log has every one.
const ALIAS_ROWS: usize = 1_000;

/// Rules of filter lists that a row names.
const NAMED_RULES: usize = 20;

/// Gathers the rows.
#[derive(Default)]
pub(super) struct AliasRows {
    rows: BTreeMap<(String, Vec<String>), Gathered>,
}

struct Gathered {
    alias: Alias,
    site: String,
    lists: BTreeSet<ListMatch>,
    requests: u64,
    first_entry: u64,
}

impl Builder<'_> {
    /// Takes a request.
    pub(super) fn add_alias(&mut self, found: &Found<'_>) {
        let alias = found.classified.findings.iter().find_map(|finding| match &finding.reason {
            Reason::Alias(alias) => Some(alias),
            _ => None,
        });
        let Some(alias) = alias else { return };
        let observation = found.observation;
        let key = (observation.host.to_string(), alias.chain.clone());
        if !self.aliases.rows.contains_key(&key) && self.aliases.rows.len() >= ALIAS_ROWS {
            return;
        }
        let matches = self.list_matches(&found.classified.findings);
        let gathered = self.aliases.rows.entry(key).or_insert_with(|| Gathered {
            alias: (**alias).clone(),
            site: found.host.site.clone(),
            lists: BTreeSet::new(),
            requests: 0,
            first_entry: observation.number,
        });
        gathered.requests += 1;
        gathered.first_entry = gathered.first_entry.min(observation.number);
        for matched in matches.into_iter().filter(|matched| matched.name.is_some()) {
            if gathered.lists.len() < NAMED_RULES {
                gathered.lists.insert(matched);
            }
        }
    }

    /// The rows, by host and chain.
    pub(super) fn finish_aliases(&mut self) -> Vec<AliasRow> {
        let gathered = std::mem::take(&mut self.aliases.rows);
        let mut rows = Vec::with_capacity(gathered.len());
        for (((host, chain), Gathered { alias, site, lists, requests, first_entry }), nr) in gathered.into_iter().zip(1..) {
            let another_organisation = alias.is_cloaked();
            let mut ends = Vec::with_capacity(alias.ends.len());
            for end in alias.ends {
                let owner = self.owner(end.owner);
                ends.push(AliasEndRow { name: end.name, site: end.site, owner, relation: end.relation.id(), network: end.network });
            }
            rows.push(AliasRow {
                nr,
                host,
                site,
                basis: alias.basis.id(),
                chain,
                ends,
                another_organisation,
                known: alias.known.into_iter().map(|known| self.alias_said(known)).collect(),
                lists: lists.into_iter().collect(),
                requests,
                first_entry,
            });
        }
        rows
    }

    fn alias_said(&self, known: AliasKnown) -> AliasSaid {
        let AliasKnown { list, by, listed, target, company, place } = known;
        AliasSaid { list: self.list_name(list), by, listed, target, company, place, not_rederivable_without: self.context.needs(list) }
    }
}
