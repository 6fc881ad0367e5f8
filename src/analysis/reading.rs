//! What listens while the fields of an entry are found: the linker, the search for the examined Page, and that for planted values. Keeps nothing itself.

use super::attribution::{Mentioned, PageNeedles};
use super::linkage::{EntryFacts, Linker};
use super::planted::{EntrySearch, Planted};
use crate::decode::{Decoded, Field, FieldPlace};
use crate::model::{Entry, Side, Timestamp, UrlParts};
use crate::observe::{Addressed, FieldListener};
use crate::rules::{RequestFacts, RuleSet};
use crate::site::SuffixList;

/// Listens to one entry.
pub(super) struct Reading<'a, 'e> {
    rules: &'a RuleSet,
    suffixes: &'a SuffixList,
    linker: Option<&'a mut Linker>,
    needles: &'a PageNeedles,
    entry: &'e Entry,
    /// Rules about fields of this request.
    of_request: Vec<usize>,
    /// Where the Page was found.
    pub(super) mentioned: Mentioned,
    /// Where planted values were found.
    pub(super) planted: Option<EntrySearch<'e>>,
}

impl<'a, 'e> Reading<'a, 'e> {
    pub(super) fn new(
        (rules, suffixes): (&'a RuleSet, &'a SuffixList),
        linker: Option<&'a mut Linker>,
        (needles, planted): (&'a PageNeedles, Option<&'e Planted>),
        entry: &'e Entry,
    ) -> Self {
        let planted = planted.filter(|planted| !planted.is_empty()).map(|planted| EntrySearch::new(planted, &entry.exchange));
        Self { rules, suffixes, linker, needles, entry, of_request: Vec::new(), mentioned: Mentioned::default(), planted }
    }

    /// What a rule says that a field of the request tells apart.
    fn identifies(&self, field: &Field<'_>) -> Option<&'static str> {
        if self.of_request.is_empty()
            || field.side == Side::Response
            || field.holds_fields
            || matches!(field.place, FieldPlace::Cookie | FieldPlace::Path)
        {
            return None;
        }
        let found = self.rules.fields_named(&self.of_request, field.place.id(), field.name, None);
        found.into_iter().flat_map(|index| &self.rules.fields[index].claims).find_map(|claim| claim.identifies)
    }
}

impl FieldListener for Reading<'_, '_> {
    fn begin(&mut self, at: &Addressed<'_>) {
        self.needles.in_address(at.url, &mut self.mentioned);
        let Some(linker) = &mut self.linker else { return };
        let names: Vec<&str> = at.header_names.split('\n').filter(|name| !name.is_empty()).collect();
        self.of_request = self.rules.fields_of(&RequestFacts::new(at.url, at.host, at.method, &names));
        // Most rules say that a field tells nobody apart, and each field is asked about.
        let tells =
            |index: &usize| self.rules.fields[*index].claims.iter().any(|claim| claim.identifies.is_some_and(|word| word != "none"));
        self.of_request.retain(tells);
        let redirect = UrlParts::of(at.redirect).host(at.redirect).map(|found| found.host.into_owned());
        linker.begin(&EntryFacts {
            number: self.entry.number,
            at: self.entry.order,
            answered: at.answered.map_or(self.entry.order, Timestamp::from_nanoseconds).max(self.entry.order),
            host: at.host,
            site: self.suffixes.registrable_domain(at.host),
            asked_from: if at.asked_from.is_empty() { "" } else { self.suffixes.registrable_domain(at.asked_from) },
            redirect: redirect.as_deref().map(|host| (host, self.suffixes.registrable_domain(host))),
            was_sent: at.was_sent,
        });
    }

    fn field(&mut self, field: &Field<'_>) {
        self.needles.in_field(field, &mut self.mentioned);
        if let Some(search) = &mut self.planted {
            search.field(field);
        }
        let identifies = if self.linker.is_some() { self.identifies(field) } else { None };
        if let Some(linker) = &mut self.linker {
            linker.field(field, identifies);
        }
    }

    fn end(&mut self, _: &Decoded) {}
}
