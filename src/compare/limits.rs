//! What a recording cannot show, so that nobody takes for absent what could not have been there. Follows the gaps of its report and the rows that
//! the report had no room for; a gap that concerns single entries only is told and hides nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::model::Report;
use crate::report::model::comparison::{Item, ItemKind};

/// The name that rows left out have among the kinds of gaps.
pub(super) const LEFT_OUT: &str = "rows-left-out";

/// What a recording cannot show.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    /// Gaps of the recording with their numbers, by kind; rows left out are one of them.
    pub(super) gaps: BTreeMap<&'static str, u64>,
    /// Everything: the recording is cut off, so what followed is not known.
    whole: Option<&'static str>,
    kinds: BTreeMap<ItemKind, &'static str>,
    /// Places of fields.
    places: BTreeMap<&'static str, &'static str>,
    /// Rows about cookies before and after choices were left out, so that what happened after a choice is not known whole.
    pub(super) choices_left_out: bool,
    /// Bytes that are not counted whole.
    pub(super) bytes: BTreeSet<&'static str>,
    /// Hosts of endpoints with fields that have no row, and the path or rule of the endpoint.
    endpoints: BTreeSet<(String, String)>,
    /// Fields of which not every value is shown, likewise, with place and name.
    values: BTreeSet<(String, String, String)>,
}

/// Places of fields in the body of a request.
const BODY: [&str; 4] = ["form", "json", "body", "message"];

/// What `report` cannot show.
pub(super) fn limits(report: &Report) -> Limits {
    let mut limits = Limits::default();
    let entries = report.totals.entries;
    // Ours keeps header fields as they were; if no cookie was among them, none was sent. Exporters of other recordings leave them out.
    let elsewhere = report.capture.format != "dataspoor";
    for gap in &report.gaps {
        *limits.gaps.entry(gap.kind).or_default() += gap.count;
        let all = entries > 0 && gap.count >= entries;
        match gap.kind {
            "cut-off" => limits.whole = Some(gap.kind),
            "no-request-cookies" if elsewhere => limits.no_cookies_sent(gap.kind),
            "no-set-cookies" if elsewhere => limits.hide(ItemKind::CookieSet, gap.kind),
            "no-request-headers" if all => {
                limits.places.insert("header", gap.kind);
                limits.no_cookies_sent(gap.kind);
            }
            "no-response-headers" | "no-response" if all => limits.hide(ItemKind::CookieSet, gap.kind),
            "no-request-body" => {
                BODY.iter().for_each(|place| {
                    limits.places.insert(place, gap.kind);
                });
                limits.bytes.insert(gap.kind);
            }
            "no-messages" | "messages-cut" | "messages-unread" => {
                limits.places.insert("message", gap.kind);
                limits.bytes.insert(gap.kind);
            }
            "no-response-body" | "tunnels" | "pinned" | "under-way" => {
                limits.bytes.insert(gap.kind);
            }
            _ => {}
        }
    }
    limits.left_out(report);
    limits
}

impl Limits {
    fn hide(&mut self, kind: ItemKind, gap: &'static str) {
        self.kinds.entry(kind).or_insert(gap);
    }

    fn no_cookies_sent(&mut self, gap: &'static str) {
        self.hide(ItemKind::CookieSent, gap);
        self.places.insert("cookie", gap);
    }

    fn left_out(&mut self, report: &Report) {
        let fields = &report.fields.fields_left_out;
        let mut rows = report.flows_left_out + fields.requests + fields.rows + fields.not_kept + report.linkage.identifiers_left_out;
        self.choices_left_out = report.choice_cookies_left_out > 0;
        rows += report.choice_cookies_left_out;
        if fields.requests > 0 {
            for kind in [ItemKind::Endpoint, ItemKind::Field, ItemKind::Value] {
                self.hide(kind, LEFT_OUT);
            }
        }
        if report.flows_left_out > 0 {
            self.hide(ItemKind::Host, LEFT_OUT);
        }
        if report.linkage.identifiers_left_out > 0 {
            self.hide(ItemKind::Identifier, LEFT_OUT);
        }
        if fields.not_read > 0 {
            rows += fields.not_read;
            BODY.iter().for_each(|place| {
                self.places.entry(place).or_insert(LEFT_OUT);
            });
        }
        let mut hosts: BTreeMap<u64, &String> = BTreeMap::new();
        for row in &report.fields.endpoints {
            hosts.insert(row.nr, &row.host);
            if row.rows_left_out > 0 {
                let known = row.claims.first().map_or_else(|| row.path.clone(), |claim| claim.rule.clone());
                self.endpoints.insert((row.host.clone(), known));
            }
        }
        for row in &report.fields.fields {
            let shown: u64 = row.values.iter().map(|value| value.times).sum();
            // A field whose values nobody lets be printed shows none anywhere, so there is nothing to compare.
            if !row.values.is_empty()
                && shown < row.times
                && let Some(host) = hosts.get(&row.endpoint)
            {
                self.values.insert(((*host).clone(), row.place.to_owned(), row.name.clone()));
            }
        }
        if rows > 0 {
            self.gaps.insert(LEFT_OUT, rows);
        }
    }

    /// Why the recording could not have shown `item`, if it could not.
    pub(super) fn hides(&self, item: &Item) -> Option<&'static str> {
        if let Some(gap) = self.whole.or_else(|| self.kinds.get(&item.kind).copied()) {
            return Some(gap);
        }
        match item.kind {
            ItemKind::Identifier => match &*item.place {
                "cookie" => self.places.get("cookie").copied(),
                "field" => BODY.iter().find_map(|place| self.places.get(place).copied()),
                _ => self.places.get("header").copied(),
            },
            ItemKind::Field | ItemKind::Value => {
                let known = if item.rule.is_empty() { &item.path } else { &item.rule };
                let place = self.places.get(&*item.place).copied();
                let rows = self.endpoints.contains(&(item.host.clone(), known.clone()));
                let values =
                    item.kind == ItemKind::Value && self.values.contains(&(item.host.clone(), item.place.clone(), item.name.clone()));
                place.or((rows || values).then_some(LEFT_OUT))
            }
            _ => None,
        }
    }

    /// Kinds of items that cannot be shown because of `gap`.
    pub(super) fn hidden_by(&self, gap: &str) -> Vec<&'static str> {
        if self.whole == Some(gap) {
            return ItemKind::ALL.map(ItemKind::id).to_vec();
        }
        let mut hidden: Vec<&'static str> = self.kinds.iter().filter(|(_, by)| **by == gap).map(|(kind, _)| kind.id()).collect();
        let of_fields = self.places.values().any(|by| *by == gap) || gap == LEFT_OUT && !self.endpoints.is_empty();
        if of_fields && !hidden.contains(&"field") {
            hidden.extend(["field", "value"]);
        }
        if gap == LEFT_OUT && !self.values.is_empty() && !hidden.contains(&"value") {
            hidden.push("value");
        }
        if self.bytes.contains(gap) {
            hidden.push("bytes");
        }
        hidden
    }
}
