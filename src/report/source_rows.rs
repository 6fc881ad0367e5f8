//! What rules say, as the report names it: owners and claims, each with its source. Never merges what two sources say, and lists no source that
//! nothing in the report refers to.

use super::builder::Builder;
use super::model::{Category, Claim, OwnerRef, Source};
use crate::rules::{OwnerDomain, RuleId};

impl Builder<'_> {
    /// The sources that the report refers to.
    pub(super) fn finish_sources(&mut self) -> Vec<Source> {
        let source = |&index: &usize| {
            let source = &self.context.rules.sources[index];
            Source {
                id: source.id.clone(),
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                reference: source.reference.clone(),
                date: source.date.clone(),
                consulted: source.consulted,
            }
        };
        let mut sources: Vec<Source> = self.sources.iter().map(source).collect();
        sources.sort();
        sources
    }

    /// An owner as the report names it; its source is then listed.
    pub(super) fn owner(&mut self, domain: Option<OwnerDomain>) -> Option<OwnerRef> {
        let domain = domain?;
        self.sources.insert(domain.source);
        let rules = self.context.rules;
        let owner = &rules.owners[domain.owner];
        Some(OwnerRef {
            id: owner.id.clone(),
            name: owner.name.clone(),
            rule: rules.place(domain.place),
            source: rules.sources[domain.source].id.clone(),
            country: owner.country.clone(),
            certainty: domain.certainty.id(),
        })
    }

    /// What rules say, as the report names it; the sources are then listed.
    pub(super) fn claims(&mut self, found: impl Iterator<Item = RuleId>) -> Vec<Claim> {
        let rules = self.context.rules;
        let mut claims = Vec::new();
        for id in found {
            let (rule, place) = rules.rule(id);
            for claim in rules.claims(id) {
                self.sources.insert(claim.source);
                let category = claim.category.map(|index| &rules.categories[index]);
                claims.push(Claim {
                    by: claim.by.id(),
                    who: claim.who.clone(),
                    category: category.map(|category| Category { id: category.id.clone(), label: category.label.clone() }),
                    purpose: claim.purpose.clone(),
                    lifetime: claim.lifetime.clone(),
                    source: rules.sources[claim.source].id.clone(),
                    certainty: claim.certainty.id(),
                    rule: rule.to_owned(),
                    place: rules.place(place),
                    limits: rules.limits(id).cloned(),
                });
            }
        }
        claims
    }
}
