//! Cells about fields: what each speaker says they mean, and which endpoints and rows the page shows. The page is for reading: it shows the endpoints
//! that come first in the model, a bounded number of rows each, and header fields once for all endpoints; every field stands in `fields.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use minijinja::context;
use minijinja::value::{Serde, Value as Cell};

use super::super::model::{ByChoice, FieldClaim, FieldEntry, FieldRule, FieldTables, LadderRow, PersonalRow, Report, ShownValue};
use super::super::text::Lang;
use super::{Page, SHOWN, recorded, rule_text};

/// Endpoints with tables of their own.
const ENDPOINTS: usize = 60;

/// Rows of each of these tables.
const ROWS: usize = 60;

/// Rows of the tables about all endpoints.
const ROWS_OF_ALL: usize = 200;

/// Characters that are printed of the name of a field.
const NAME: usize = 200;

/// Values that are printed of a field.
const VALUES: usize = 20;

/// Header fields with one name and the same rules, of all endpoints together.
struct Folded {
    field: FieldEntry,
    hosts: BTreeSet<String>,
    endpoints: u64,
}

impl Page {
    /// What the templates about fields need beside the model.
    pub(super) fn fields(&self, report: &Report) -> Cell {
        let tables = &report.fields;
        let folded = folded(tables);
        let shown = tables.endpoints.iter().take(ENDPOINTS);
        let endpoints: Vec<Cell> = shown
            .map(|endpoint| {
                let from = tables.fields.partition_point(|field| field.endpoint < endpoint.nr);
                let until = tables.fields.partition_point(|field| field.endpoint <= endpoint.nr);
                let (header, own): (Vec<_>, Vec<_>) = tables.fields[from..until].iter().partition(|field| field.place == "header");
                let ladder =
                    tables.ladder.iter().skip_while(|row| row.endpoint < endpoint.nr).take_while(|row| row.endpoint == endpoint.nr);
                context! {
                    row => Cell::from(Serde(endpoint)),
                    owner => self.owner(endpoint.owner.as_ref()),
                    claims => self.claims(&endpoint.claims, true),
                    ladder => ladder.map(|row| context! { row => Cell::from(Serde(row)), seen => self.seen(row) }).collect::<Vec<_>>(),
                    fields => own.iter().take(ROWS).map(|field| self.field(field, report)).collect::<Vec<_>>(),
                    more => own.len().saturating_sub(ROWS) as u64 + endpoint.rows_left_out,
                    header => header.len(),
                }
            })
            .collect();
        let header = folded.iter().take(ROWS_OF_ALL).map(|folded| {
            context! {
                field => self.field(&folded.field, report),
                hosts => folded.hosts.iter().map(|host| Cell::from(host.as_str())).collect::<Vec<_>>(),
                endpoints => folded.endpoints,
            }
        });
        context! {
            endpoints,
            owners => tables.endpoints.iter().take(ROWS_OF_ALL).map(|endpoint| self.owner(endpoint.owner.as_ref())).collect::<Vec<_>>(),
            by_choice => tables.endpoints.iter().take(ROWS_OF_ALL).map(|row| Cell::from_safe_string(self.by_choice(&row.by_choice))).collect::<Vec<_>>(),
            most_rows => ROWS_OF_ALL,
            more_endpoints => tables.endpoints.len().saturating_sub(ENDPOINTS),
            header => header.collect::<Vec<_>>(),
            more_header => folded.len().saturating_sub(ROWS_OF_ALL),
            personal => tables.personal_data.iter().take(ROWS_OF_ALL).map(|row| self.personal(row, tables)).collect::<Vec<_>>(),
        }
    }

    /// What a level of the ladder shows: names as recorded, and where they stand in words.
    fn seen(&self, row: &LadderRow) -> Cell {
        Cell::from_safe_string(row.seen.iter().map(|name| self.seen_name(row.level, name)).collect::<Vec<_>>().join(", "))
    }

    /// One of these names.
    pub(super) fn seen_name(&self, level: &str, name: &str) -> String {
        match name.split_once(' ') {
            _ if !["parameter", "field"].contains(&level) => recorded(name, SHOWN, &self.texts),
            Some((place, name)) => format!("{} {}", self.word("place-", place), recorded(name, SHOWN, &self.texts)),
            None => self.word("place-", name),
        }
    }

    /// A row about a field: its name, and the cells behind it. There are more of them than of all other rows, and the template engine would take most of
    /// its time for them.
    fn field(&self, field: &FieldEntry, report: &Report) -> Cell {
        context! {
            nr => field.nr,
            name => Cell::from_safe_string(self.field_name(field)),
            cells => Cell::from_safe_string(self.field_cells(field, report)),
        }
    }

    fn field_name(&self, field: &FieldEntry) -> String {
        let name = match &*field.name {
            "" => format!("<span class=\"ne\">{}</span>", self.say("no-name")),
            name => format!("<code>{}</code>", recorded(name, NAME, &self.texts)),
        };
        let step = if field.step { small(&self.say("field-step")) } else { String::new() };
        format!("<small class=\"in\">{}</small> {name}{step}", self.word("place-", field.place))
    }

    fn field_cells(&self, field: &FieldEntry, report: &Report) -> String {
        let count = |id: &str, n: u64| self.message(id, &[("n", Cell::from(n))]);
        let rules = field.rules.iter().filter_map(|&nr| report.fields.field_rules.get(usize::try_from(nr).ok()?.checked_sub(1)?));
        let said = if field.place == "cookie" { self.said_of_cookie(field, report) } else { self.said_of_field(rules) };
        let mut data = field.data.map_or_else(|| self.none("not-established").to_string(), |data| self.word("data-", data));
        if !field.step && field.longest < 2 {
            data += &small(&count("field-short", field.longest.into()));
        }
        if let Some(identifies) = field.identifies {
            data += &small(&format!("{} {}", self.say("identifies-label"), self.word("identifies-", identifies)));
        }
        let meaning = match field.meaning {
            "not-established" => self.none("not-established").to_string(),
            "unverified" => format!("<strong>{}</strong>", self.say("certainty-unverified")),
            meaning => self.say(&format!("certainty-{meaning}")),
        };
        let mut layers = if field.layers_min == field.layers_max {
            count("layers", field.layers_min.into())
        } else {
            self.message("layers-range", &[("from", Cell::from(field.layers_min)), ("to", Cell::from(field.layers_max))])
        };
        if !field.looks_like.is_empty() {
            let looks: Vec<String> = field.looks_like.iter().map(|look| self.word("looks-", look)).collect();
            layers += &small(&format!("{} {}", self.say("looks-label"), looks.join(", ")));
        }
        let mut times = count("field-times", field.times) + &small(&count("requests-n", field.requests));
        if field.by_choice.before + field.by_choice.transition + field.by_choice.after > 0 {
            times += &self.by_choice(&field.by_choice);
        }
        let different = match field.different_values {
            _ if field.step => self.say("different-step"),
            None => self.say("different-many"),
            Some(different) => count("different-values", different.into()),
        };
        let bytes = count("field-bytes", field.bytes) + &small(&different);
        let (values, first) = (self.shown_values(&field.values).to_string(), field.first_entry.to_string());
        [said.to_string(), data, meaning, layers, times, bytes, values, first].map(|cell| format!("<td role=\"cell\">{cell}</td>")).concat()
    }

    fn by_choice(&self, by_choice: &ByChoice) -> String {
        let ByChoice { before, transition, after, no_choice_recorded } = *by_choice;
        let counts = [before, transition, after, no_choice_recorded];
        let ids = ["by-choice-before", "by-choice-transition", "by-choice-after", "by-choice-none"];
        let parts = ids.into_iter().zip(counts).filter(|(_, n)| *n > 0);
        parts.map(|(id, n)| small(&self.message(id, &[("n", Cell::from(n))]))).collect()
    }

    /// What is said of a cookie stands once, under its row in the table of cookies; here stand the number of that row and the rules, because cookies
    /// go to many endpoints.
    fn said_of_cookie(&self, field: &FieldEntry, report: &Report) -> Cell {
        let tables = &report.fields;
        let endpoint = usize::try_from(field.endpoint).ok().and_then(|nr| tables.endpoints.get(nr.checked_sub(1)?));
        let goes_there = |domain: &str| {
            endpoint.is_some_and(|endpoint| endpoint.host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        };
        let cookies = report.cookies.iter().filter(|cookie| cookie.name == field.name && goes_there(&cookie.domain));
        let rules: Vec<&FieldRule> =
            field.rules.iter().filter_map(|&nr| tables.field_rules.get(usize::try_from(nr).ok()?.checked_sub(1)?)).collect();
        let mut out = String::new();
        for nr in cookies.map(|cookie| cookie.nr.to_string()) {
            let words = self.message("field-see-cookie", &[("nr", Cell::from(nr.as_str()))]);
            let _ = write!(out, "<div><a href=\"#t3-r{nr}\">{words}</a></div>");
        }
        for rule in &rules {
            let args = [("rule", Cell::from(rule.rule.as_str())), ("place", Cell::from(rule.place.as_str()))];
            let _ = write!(out, "<small>{}</small>", self.message("claim-rule", &args));
        }
        if rules.is_empty() {
            let _ = write!(out, "<div>{}</div>", self.none("not-established"));
        }
        Cell::from_safe_string(out)
    }

    /// One line for each claim; nothing is merged, and what nobody says is said to be missing.
    fn said_of_field<'r>(&self, rules: impl Iterator<Item = &'r FieldRule>) -> Cell {
        let mut out = String::new();
        for rule in rules {
            for (index, claim) in rule.claims.iter().enumerate() {
                let _ = write!(out, "<li>{}", self.field_claim(claim, rule));
                // What a rule does not prove stands once, after the last of what it says.
                if let Some(limits) = rule.limits.as_ref().filter(|_| index + 1 == rule.claims.len()) {
                    let limits = Cell::from_safe_string(self.in_words(limits));
                    let _ = write!(out, "<small>{}</small>", self.message("claim-limits", &[("text", limits)]));
                }
                out.push_str("</li>");
            }
        }
        if out.is_empty() { self.none("not-established") } else { Cell::from_safe_string(format!("<ul class=\"claims\">{out}</ul>")) }
    }

    fn field_claim(&self, claim: &FieldClaim, rule: &FieldRule) -> String {
        let who = recorded(&claim.who, SHOWN, &self.texts);
        let mut out = format!("{who} ({}): ", self.speaks_as(claim.by, &claim.who, &claim.source));
        match (&claim.meaning, &claim.category) {
            (None, None) => match claim.data {
                Some(data) => out.push_str(&self.word("data-", data)),
                None => out.push_str(&self.none("claim-no-meaning").to_string()),
            },
            (meaning, category) => {
                let category = category.as_ref().map(|text| format!("<strong>{}</strong>", self.in_words(text)));
                let meaning = meaning.as_ref().map(|text| self.in_words(text));
                out.push_str(&[category, meaning].into_iter().flatten().collect::<Vec<_>>().join(" "));
            }
        }
        if claim.open {
            let _ = write!(out, " <span class=\"why\">{}</span>", self.message("claim-open", &[]));
        }
        let date = recorded(&claim.source_date, SHOWN, &self.texts);
        let args = [("rule", Cell::from(rule.rule.as_str())), ("place", Cell::from(rule.place.as_str()))];
        let by = self.message("claim-rule", &args);
        let _ = write!(out, "{}<small>{}, {date}, {by}</small>", self.doubt(claim.certainty), self.source(&claim.source));
        out
    }

    fn shown_values(&self, values: &[ShownValue]) -> Cell {
        if values.is_empty() {
            return self.none("values-not-printed");
        }
        let mut out = String::new();
        for shown in values.iter().take(VALUES) {
            let times = self.message("field-times", &[("n", Cell::from(shown.times))]);
            let _ =
                write!(out, "<div><code>{}</code> <span class=\"why\">{times}</span></div>", recorded(&shown.value, SHOWN, &self.texts));
        }
        if values.len() > VALUES {
            let _ = write!(out, "<div>{}</div>", self.message("more-names", &[("n", Cell::from(values.len() - VALUES))]));
        }
        Cell::from_safe_string(out)
    }

    /// Who says that something is to be named in the Model DPIA, on what ground, and which category and type each of them gives.
    fn personal(&self, row: &PersonalRow, tables: &FieldTables) -> Cell {
        let [said, category, personal_type] = self.personal_cells(row, tables).map(Cell::from_safe_string);
        context! { said, category, personal_type }
    }

    /// The same: who says so, the categories, the types.
    pub(super) fn personal_cells(&self, row: &PersonalRow, tables: &FieldTables) -> [String; 3] {
        let mut said = String::new();
        let (mut categories, mut types) = (BTreeSet::new(), BTreeSet::new());
        for by in &row.said {
            let who = recorded(&by.who, SHOWN, &self.texts);
            let speaks_as = self.speaks_as(by.by, &by.who, by.source.as_deref().unwrap_or_default());
            let _ = write!(said, "<div>{who} ({speaks_as}){}", self.doubt(by.certainty));
            match (&by.source, &by.source_date) {
                (Some(source), Some(date)) => {
                    let _ = write!(said, "<small>{}, {}</small>", self.source(source), recorded(date, SHOWN, &self.texts));
                }
                _ => {
                    let _ = write!(said, "<small>{}</small>", self.message("personal-from-traffic", &[]));
                }
            }
            for rule in by.rules.iter().filter_map(|&nr| tables.field_rules.get(usize::try_from(nr).ok()?.checked_sub(1)?)) {
                let args = [("rule", Cell::from(rule.rule.as_str())), ("place", Cell::from(rule.place.as_str()))];
                let _ = write!(said, "<small>{}</small>", self.message("claim-rule", &args));
            }
            said.push_str("</div>");
            categories.extend(by.category.as_ref().map(|text| format!("<div>{}<small>{who}</small></div>", self.in_words(text))));
            types.extend(by.personal_type.map(|word| format!("<div>{}<small>{who}</small></div>", self.word("personal-type-", word))));
        }
        let given = |cells: BTreeSet<String>| {
            if cells.is_empty() { self.none("not-established").to_string() } else { cells.into_iter().collect() }
        };
        [said, given(categories), given(types)]
    }

    /// A text of a rule in the language of the page.
    pub(super) fn in_words(&self, text: &super::super::model::Text) -> String {
        rule_text(if self.texts.lang() == Lang::Nl { &text.nl } else { &text.en }, &self.texts)
    }
}

fn small(html: &str) -> String {
    format!("<small>{html}</small>")
}

/// Header fields of all endpoints: those with one name about which the same rules speak are one row.
fn folded(tables: &FieldTables) -> Vec<Folded> {
    let mut rows: BTreeMap<(&str, &[u64]), Folded> = BTreeMap::new();
    for field in tables.fields.iter().filter(|field| field.place == "header") {
        let host =
            usize::try_from(field.endpoint).ok().and_then(|nr| tables.endpoints.get(nr.checked_sub(1)?)).map(|endpoint| &endpoint.host);
        let folded = match rows.get_mut(&(field.name.as_str(), field.rules.as_slice())) {
            Some(folded) => {
                add(&mut folded.field, field);
                folded
            }
            None => rows.entry((field.name.as_str(), field.rules.as_slice())).or_insert_with(|| Folded {
                field: field.clone(),
                hosts: BTreeSet::new(),
                endpoints: 0,
            }),
        };
        folded.endpoints += 1;
        folded.hosts.extend(host.cloned());
    }
    rows.into_values().collect()
}

/// Adds the field of another endpoint. Numbers of different values do not add up, so the largest of one endpoint stands.
fn add(sum: &mut FieldEntry, field: &FieldEntry) {
    sum.times += field.times;
    sum.requests += field.requests;
    sum.bytes += field.bytes;
    sum.step &= field.step;
    sum.layers_min = sum.layers_min.min(field.layers_min);
    sum.layers_max = sum.layers_max.max(field.layers_max);
    sum.longest = sum.longest.max(field.longest);
    sum.first_entry = sum.first_entry.min(field.first_entry);
    sum.different_values = sum.different_values.zip(field.different_values).map(|(one, other)| one.max(other));
    let ByChoice { before, transition, after, no_choice_recorded } = field.by_choice;
    sum.by_choice.before += before;
    sum.by_choice.transition += transition;
    sum.by_choice.after += after;
    sum.by_choice.no_choice_recorded += no_choice_recorded;
    for look in &field.looks_like {
        if !sum.looks_like.contains(look) {
            sum.looks_like.push(look);
        }
    }
    for shown in &field.values {
        if let Some(known) = sum.values.iter_mut().find(|known| known.value == shown.value) {
            known.times += shown.times;
        } else if sum.values.len() < ROWS {
            sum.values.push(shown.clone());
        }
    }
}

#[cfg(test)]
mod tests;
