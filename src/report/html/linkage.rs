//! Cells about identifiers, and the page about several recordings. Recorded texts get into the page only through `recorded` and the filters of the
//! template; a table shows its first rows and says in which file the rest stands.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{
    Error, context,
    value::{Serde, Value as Cell},
};
use serde::Serialize;

use super::super::model::{
    ANNEX_VERSION, AttributionTables, Choice, IdentifierRow, LinkageTables, PlantedFound, PlantedTables, Report, SentFromOtherRow,
    SharingRow, State, TrailRow, ValueRow,
};
use super::super::text::Lang;
use super::super::{TOOL, TOOL_VERSION};
use super::press::press;
use super::{House, Page, SHOWN, code, recorded};

/// Rows of each table that the page shows; beyond that nobody reads a table.
const ROWS: usize = 300;

/// Values of an identifier whose pseudonyms are shown.
const VALUES: usize = 12;

/// Headings of the columns of each table.
const HEADS: [(&str, &[&str]); 9] = [
    (
        "t8k",
        &[
            "col-nr",
            "col-cookie",
            "col-link-sent-to",
            "col-link-from",
            "col-link-sent-first",
            "col-link-set",
            "col-link-states",
            "col-link-policy",
        ],
    ),
    ("t8a", &["col-nr", "col-cookie", "col-link-recipient", "col-link-other-site", "col-link-outcome", "col-link-policy"]),
    ("t8b", &["col-nr", "col-cookie", "col-link-recipient", "col-link-as-itself", "col-link-elsewhere", "col-link-from"]),
    (
        "t8c",
        &[
            "col-nr",
            "col-link-identifier",
            "col-link-recipient",
            "col-link-from",
            "col-link-as-itself",
            "col-link-elsewhere",
            "col-link-first",
        ],
    ),
    ("t8d", SHARINGS),
    ("t8e", SHARINGS),
    ("t8f", &["col-nr", "col-link-chain", "col-link-redirect-from", "col-link-redirect-to", "col-link-carried"]),
    ("t8g", &["col-nr", "col-link-identifier", "col-link-profiles"]),
    (
        "t8h",
        &[
            "col-nr",
            "col-link-identifier",
            "col-link-pseudonyms",
            "col-link-lifetime",
            "col-link-length",
            "col-link-constant",
            "col-link-differs",
            "col-link-entropy",
        ],
    ),
];

/// Headings of the columns of the tables about attribution.
const ATTRIBUTION: [(&str, &[&str]); 4] = [
    (
        "t4a",
        &[
            "col-nr",
            "col-attr-trigger",
            "col-attr-trigger-confidence",
            "col-attr-actor",
            "col-attr-actor-confidence",
            "col-requests",
            "col-attr-hosts",
            "col-attr-first",
        ],
    ),
    ("t4b", &["col-nr", "col-attr-way", "col-requests", "col-attr-sure", "col-attr-staff", "col-attr-mention", "col-attr-first"]),
    ("t4c", &["col-nr", "col-attr-endpoint", "col-attr-what", "col-attr-where", "col-requests", "col-attr-first"]),
    ("t4d", &["col-nr", "col-attr-preflight", "col-attr-request"]),
];

/// Headings of the columns of the tables about planted values.
pub(super) fn planted_heads() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("t8i", vec!["col-nr", "col-planted-seed", "col-planted-kind", "col-planted-searched", "col-planted-submit", "col-planted-rows"]),
        (
            "t8j",
            vec![
                "col-nr",
                "col-planted-seed",
                "col-planted-done",
                "col-link-who",
                "col-link-from",
                "col-link-place",
                "col-planted-phase",
                "col-link-when",
            ],
        ),
    ])
}

const SHARINGS: &[&str] =
    &["col-nr", "col-link-identifier", "col-link-form", "col-link-who", "col-link-choice", "col-link-place", "col-link-when"];

/// Headings of the table of recordings.
const RECORDINGS: &[&str] = &["col-nr", "col-link-number", "col-link-recording", "col-link-policy", "col-link-linked"];

/// The first rows of a table, how many more there are, and the file that holds them; for the tables of other chapters too.
pub(super) fn shown<T: Serialize>(rows: &[T], file: &str, cells: Cell) -> Cell {
    let first = rows.iter().take(ROWS).map(|row| Cell::from(Serde(row))).collect::<Vec<_>>();
    context! { shown => first, rest => rows.len().saturating_sub(ROWS), file => Cell::from_safe_string(format!("<code>{file}</code>")), ..cells }
}

impl Page {
    /// The tables as the template takes them. `alone`: they belong to one recording and stand in its annex.
    pub(super) fn linkage(&self, tables: &LinkageTables, report: Option<&Report>) -> Cell {
        let alone = report.is_some();
        let own = HEADS.into_iter().filter(|(id, _)| alone || !matches!(*id, "t8a" | "t8f" | "t8k"));
        let mut heads: BTreeMap<&str, Vec<&str>> = own.map(|(id, columns)| (id, columns.to_vec())).collect();
        if !alone {
            heads.insert("t1", RECORDINGS.to_vec());
        }
        let (listed, repeated): (Vec<_>, Vec<_>) = tables.sharings.iter().partition(|row| row.same_value_as.is_none());
        let (own, others): (Vec<&SharingRow>, Vec<&SharingRow>) = listed.into_iter().partition(|row| row.stays_with_its_site());
        let examined = report.and_then(|report| report.page.site.as_deref());
        let sharings = |rows: &[&SharingRow]| {
            let each = |cell: &dyn Fn(&SharingRow) -> String| rows.iter().take(ROWS).map(|row| Cell::from_safe_string(cell(row))).collect();
            let forms: Vec<Cell> = each(&|row| self.form(row));
            let states: Vec<Cell> = each(&|row| self.asked_from(row, examined));
            let profiles: Vec<Cell> = each(&|row| self.profile((row.recording, row.stretch), alone));
            shown(rows, "sharing.csv", context! { forms, states, profiles, total => rows.len() })
        };
        let first = |count: usize| count.min(ROWS);
        let values = &tables.identifiers[..first(tables.identifiers.len())];
        let values: Vec<Cell> = values.iter().map(|row| self.values(&row.values, row.values_unlisted, alone)).collect();
        // A day is the unit of the published criteria; below one day nobody reads a share of it.
        let constant = |row: &IdentifierRow| {
            let days = || [("days", Cell::from_safe_string(self.texts.lang().decimal(&row.constant_days)))];
            Cell::from_safe_string(match row.constant_seconds {
                0 => self.say("link-constant-moment"),
                1..86_400 => {
                    self.message("link-constant-span", &[("span", Cell::from_safe_string(self.span(row.constant_seconds * 1_000)))])
                }
                _ => self.message("link-constant-days", &days()),
            })
        };
        let constants: Vec<Cell> = tables.identifiers.iter().take(ROWS).map(constant).collect();
        let uses = &tables.identifier_recipients[..first(tables.identifier_recipients.len())];
        let uses: Vec<Cell> = uses.iter().map(|row| self.profiles(row.stretches.iter().map(|s| (row.recording, *s)), alone)).collect();
        let survivals = &tables.survivals[..first(tables.survivals.len())];
        let survivals: Vec<Cell> = survivals.iter().map(|row| self.profiles(row.profiles.iter().copied(), alone)).collect();
        let none = || context! {};
        context! {
            alone,
            heads,
            recordings => tables.recordings.iter().map(|row| Cell::from(Serde(row))).collect::<Vec<_>>(),
            not_linked => tables.recordings.iter().filter(|row| !row.linked).count(),
            sent_other => self.sent_from_other_sites(&tables.sent_from_other_sites, report),
            sent_other_left_out => tables.sent_from_other_sites_left_out,
            not_again => shown(&tables.not_sent_again, "not-sent-again.csv", none()),
            cookies => shown(&tables.cookie_recipients, "cookie-recipients.csv", none()),
            uses => shown(&tables.identifier_recipients, "identifier-recipients.csv", context! { profiles => uses }),
            others => sharings(&others),
            own => sharings(&own),
            repeated => repeated.len(),
            sent_left_out => tables.sent_left_out,
            sharings_left_out => tables.sharings_left_out,
            redirects => shown(&tables.redirects, "redirects.csv", none()),
            redirects_left_out => tables.redirects_left_out,
            survivals => shown(&tables.survivals, "survivals.csv", context! { profiles => survivals }),
            identifiers => shown(&tables.identifiers, "identifiers.csv", context! { values, constants }),
            identifiers_left_out => tables.identifiers_left_out,
            bytes => tables.bytes,
            bytes_left_out => tables.bytes_left_out,
        }
    }

    /// Cookies sent from pages of other sites: the rows, a sentence about each, and how many cookies and sites they name.
    fn sent_from_other_sites(&self, rows: &[SentFromOtherRow], report: Option<&Report>) -> Cell {
        let examined = report.and_then(|report| report.page.site.as_deref());
        let browser = report.and_then(|report| report.capture.browser.as_deref());
        let choices = report.map_or(&[][..], |report| &report.choices);
        let words = |row: &SentFromOtherRow| {
            let mut states = self.chosen(&row.own_choice, &row.from, choices);
            if let Some(examined) = examined.filter(|examined| *examined != row.from) {
                states += &format!("<small>{}</small>", self.chosen(&row.page_choice, examined, choices));
            }
            let hosts: Vec<String> = row.hosts.iter().take(VALUES).map(|host| recorded(host, SHOWN, &self.texts)).collect();
            let set_by: Vec<String> = row.set_by.iter().take(VALUES).map(|host| recorded(host, SHOWN, &self.texts)).collect();
            let set = match row.set_recorded {
                true => self.message("sent-other-clause-set", &[("hosts", Cell::from_safe_string(set_by.join(", ")))]),
                false => self.say("sent-other-clause-not-set"),
            };
            let args = [
                ("browser", self.browser(browser)),
                ("policy", Cell::from_safe_string(self.word("policy-", row.policy))),
                ("n", Cell::from(row.requests)),
                ("site", Cell::from(row.from.as_str())),
                ("name", Cell::from(row.name.as_str())),
                ("pseudonym", Cell::from(row.pseudonym.as_str())),
                ("hosts", Cell::from_safe_string(hosts.join(", "))),
                ("entry", Cell::from(row.first_entry.to_string())),
                ("set", Cell::from_safe_string(set)),
                ("state", Cell::from_safe_string(self.chosen(&row.own_choice, &row.from, choices))),
            ];
            let sentence = Cell::from_safe_string(self.message("sent-other-sentence", &args));
            context! { sentence, states => Cell::from_safe_string(states) }
        };
        let cookies = rows.iter().map(|row| (&row.name, &row.domain)).collect::<BTreeSet<_>>().len();
        let sites = rows.iter().map(|row| &row.from).collect::<BTreeSet<_>>().len();
        let words = rows.iter().take(ROWS).map(words).collect::<Vec<_>>();
        shown(rows, "sent-from-other-sites.csv", context! { words, cookies, sites })
    }

    /// The browser by name and version; the rest of what the recording says of it stands in table 1.
    fn browser(&self, browser: Option<&str>) -> Cell {
        let name = browser.and_then(|text| text.split(',').next()).map(str::trim).filter(|name| !name.is_empty());
        name.map_or_else(|| Cell::from_safe_string(self.say("trail-sentence-no-browser")), Cell::from)
    }

    /// The state of the choice for a site, with the text of the button.
    fn chosen(&self, state: &State, site: &str, choices: &[Choice]) -> String {
        let mut said = self.state(state, site);
        if let Some(text) = state.choice.and_then(|nr| choices.iter().find(|choice| choice.nr == nr)?.text.as_deref()) {
            said += &self.message("trail-button", &[("text", Cell::from(text))]);
        }
        said
    }

    /// The tables about attribution as the template takes them.
    pub(super) fn attribution(&self, tables: &AttributionTables) -> Cell {
        let heads: BTreeMap<&str, Vec<&str>> = ATTRIBUTION.into_iter().map(|(id, columns)| (id, columns.to_vec())).collect();
        let none = || context! {};
        context! {
            heads,
            triggers => shown(&tables.triggers, "attribution.csv", none()),
            ways => shown(&tables.ways, "ways.csv", none()),
            mentions => shown(&tables.mentions, "page-mentions.csv", none()),
            mentions_left_out => tables.mentions_left_out,
            preflights => shown(&tables.preflights, "preflights.csv", none()),
            preflights_left_out => tables.preflights_left_out,
        }
    }

    /// The tables about planted values as the template takes them.
    pub(super) fn planted(&self, tables: &PlantedTables) -> Cell {
        let path = |row: &PlantedFound| {
            let word = |did: &str| match (did.contains("yyyy"), self.texts.lang()) {
                (false, _) => self.word("planted-did-", did),
                (true, Lang::Nl) => self.message("planted-as-date", &[("form", Cell::from(did.replace('y', "j")))]),
                (true, Lang::En) => self.message("planted-as-date", &[("form", Cell::from(did))]),
            };
            let (first, rest) = row.path.split_first().map_or((String::new(), &[][..]), |(first, rest)| (word(first), rest));
            let next = |did: &str| self.message("planted-then", &[("next", Cell::from_safe_string(word(did)))]);
            Cell::from_safe_string(rest.iter().fold(first, |said, did| said + &next(did)))
        };
        let paths: Vec<Cell> = tables.found.iter().take(ROWS).map(path).collect();
        context! {
            seeds => shown(&tables.seeds, "planted-values.csv", context! {}),
            found => shown(&tables.found, "planted.csv", context! { paths }),
            not_searched => tables.seeds.iter().filter(|row| row.forms.is_none()).count(),
            left_out => tables.left_out,
            bytes => tables.bytes,
            bytes_left_out => tables.bytes_left_out,
        }
    }

    /// What was done to a value: `SHA-256 of the value, then base64`.
    fn form(&self, row: &SharingRow) -> String {
        let word = |coding: &str| Cell::from_safe_string(self.word("link-coding-", coding));
        let Some((first, rest)) = row.codings.split_first() else {
            return self.say(if row.part { "link-form-part" } else { "link-form-plain" });
        };
        let id = if row.part { "link-form-first-part" } else { "link-form-first" };
        let first = self.message(id, &[("coding", word(first))]);
        rest.iter().fold(first, |said, coding| said + &self.message("link-form-then", &[("coding", word(coding))]))
    }

    /// From whose page a value was sent, and how the choices stood then.
    fn asked_from(&self, row: &SharingRow, examined: Option<&str>) -> String {
        let Some(from) = &row.from else { return format!("<span class=\"ne\">{}</span>", self.say("link-from-unknown")) };
        let mut out = recorded(from, SHOWN, &self.texts);
        if examined != Some(from) {
            if let Some(examined) = examined {
                out += &format!("<small>{}</small>", self.state(&row.page_choice, examined));
            }
            return out + &format!("<small>{}</small>", self.state(&row.own_choice, from));
        }
        out + &format!("<small>{}</small>", self.state(&row.page_choice, from))
    }

    /// The state of the choice for a site.
    fn state(&self, state: &State, site: &str) -> String {
        let id = match state.state {
            "none" => "state-none",
            "before-choice" => "state-before",
            "transition" => "state-transition",
            _ => "state-after",
        };
        let number = state.choice.map(|number| number.to_string()).unwrap_or_default();
        self.message(id, &[("site", Cell::from(site)), ("n", Cell::from(number))])
    }

    /// Pseudonyms of values with the profiles in which they were seen.
    fn values(&self, values: &[ValueRow], unlisted: u64, alone: bool) -> Cell {
        let mut out = String::new();
        for value in values.iter().take(VALUES) {
            let profile = self.profile((value.recording, value.stretch), alone);
            out += &format!("<div>{} <small class=\"in\">{profile}</small></div>", code(&value.pseudonym, &self.texts));
        }
        let more = values.len().saturating_sub(VALUES) as u64 + unlisted;
        if more > 0 {
            out += &format!("<small>{}</small>", self.message("link-values-more", &[("n", Cell::from(more))]));
        }
        Cell::from_safe_string(out)
    }

    fn profiles(&self, profiles: impl Iterator<Item = (u64, u64)>, alone: bool) -> Cell {
        let mut profiles: Vec<String> = profiles.map(|profile| self.profile(profile, alone)).collect();
        if profiles.len() > VALUES {
            let more = self.message("link-values-more", &[("n", Cell::from(profiles.len() - VALUES))]);
            profiles.truncate(VALUES);
            profiles.push(more);
        }
        Cell::from_safe_string(profiles.join("; "))
    }

    fn profile(&self, (recording, stretch): (u64, u64), alone: bool) -> String {
        let args = [("stretch", Cell::from(stretch.to_string())), ("recording", Cell::from(recording.to_string()))];
        if alone { self.message("link-profile", &args[..1]) } else { self.message("link-profile-of", &args) }
    }

    /// What the page says of the rows of the trail, and how many of them join the examined site and another site.
    pub(super) fn trail(&self, report: &Report) -> Cell {
        let words = |row: &TrailRow| {
            let between = Cell::from_safe_string(self.span(row.between_ms.unsigned_abs()));
            context! { browser => self.browser(row.browser.as_deref()), between, sentence => self.trail_sentence(row, &report.choices, None) }
        };
        let joins = |row: &&TrailRow| row.kind != "own-cookie" && report.page.site.as_ref() == Some(&row.one.page);
        let joined = report.trail.iter().filter(joins).count();
        context! { words => report.trail.iter().map(words).collect::<Vec<_>>(), joined, apart => report.trail.len() - joined }
    }

    /// A length of time in the units that a reader uses for it.
    fn span(&self, ms: u64) -> String {
        let (s, min, h) = (ms / 1_000, ms / 60_000, ms / 3_600_000);
        let number = |name: &'static str, number: u64| (name, Cell::from(number));
        match ms {
            0..1_000 => self.message("span-ms", &[number("n", ms)]),
            1_000..60_000 => {
                let tenths = (ms + 50) / 100;
                let seconds = self.texts.lang().decimal(&format!("{}.{}", tenths / 10, tenths % 10));
                self.message("span-s", &[("s", Cell::from_safe_string(seconds))])
            }
            60_000..3_600_000 => self.message("span-min", &[number("n", min), number("s", s % 60)]),
            3_600_000..86_400_000 => self.message("span-h", &[number("n", h), number("m", min % 60)]),
            _ => self.message("span-d", &[number("n", h / 24), number("h", h % 24)]),
        }
    }

    /// The sentence about a row of the trail (claims.md, sentence 7). Its ends stand in the order of time.
    /// `control`: what controls with blocked cookies show; `None`: what one recording can say of that.
    pub(super) fn trail_sentence(&self, row: &TrailRow, choices: &[Choice], control: Option<String>) -> Cell {
        let text = |text: &str| Cell::from(text);
        let at_visit = self.message("trail-at-visit", &[("site", text(&row.one.page))]);
        let at_other = self.message("trail-at-other", &[("site", text(&row.other.page))]);
        let mut ends = [(&row.one, at_visit), (&row.other, at_other)];
        // What the other two sentences say of an end does not depend on which was first.
        if row.between_ms < 0 && row.kind != "own-cookie" && row.kind != "link-decoration" {
            ends.reverse();
        }
        let [(one, at_one), (other, at_other)] = ends;
        let codings: Vec<String> = row.codings.iter().map(|coding| self.word("link-coding-", coding)).collect();
        let form = match codings.is_empty() {
            true => String::new(),
            false => format!(" {}", self.message("trail-clause-form", &[("codings", Cell::from_safe_string(codings.join(", ")))])),
        };
        let field = row.carried_by.as_deref().map_or_else(|| Cell::from_safe_string(self.say("link-no-field")), text);
        let alone = || self.say(if row.policy == "blocked" { "trail-clause-control" } else { "trail-clause-no-control" });
        let control = Some(control.unwrap_or_else(alone)).filter(|said| !said.is_empty()).map(|said| format!(" {said}"));
        let args = [
            ("browser", self.browser(row.browser.as_deref())),
            ("policy", Cell::from_safe_string(self.word("policy-", row.policy))),
            ("pseudonym", text(&row.pseudonym)),
            ("name", text(&row.name)),
            ("site", text(&row.one.page)),
            ("field", field),
            ("host", text(&one.host)),
            ("one", Cell::from_safe_string(at_one)),
            ("entry", Cell::from(one.entry.to_string())),
            ("later", Cell::from_safe_string(self.span(row.between_ms.unsigned_abs()))),
            ("again", text(&other.host)),
            ("two", Cell::from_safe_string(at_other)),
            ("last", Cell::from(other.entry.to_string())),
            ("state", Cell::from_safe_string(self.chosen(&row.other.own_choice, &row.other.page, choices))),
            ("form", Cell::from_safe_string(form)),
            ("control", Cell::from_safe_string(control.unwrap_or_default())),
        ];
        Cell::from_safe_string(match row.kind {
            "link-decoration" => self.message("trail-sentence-decoration", &args),
            "own-cookie" => self.message("trail-sentence-own", &args),
            _ => self.message("trail-sentence", &args),
        })
    }
}

/// The page about identifiers in several recordings.
///
/// # Errors
/// When the template does not fit the model; the tests hold that it does.
pub fn render_linkage(tables: &LinkageTables, lang: Lang) -> Result<String, Error> {
    render_linkage_in(tables, lang, None)
}

/// The same in a house style.
///
/// # Errors
/// When a template does not fit the model, or the page that it makes leaves out what no page may.
pub fn render_linkage_in(tables: &LinkageTables, lang: Lang, house: Option<&House>) -> Result<String, Error> {
    let press = press(lang, house)?;
    let simulated = tables.recordings.iter().any(|recording| recording.simulated);
    let page = Page { words: press.words.clone(), sources: BTreeMap::new() };
    let made = press.render(
        "linkage.html",
        context! {
            lang => lang.to_string(),
            css => press.css(simulated),
            tool => TOOL,
            tool_version => TOOL_VERSION,
            version => ANNEX_VERSION,
            simulated,
            l => page.linkage(tables, None),
        },
    )?;
    House::looked_at(made, &press, simulated, &[])
}

#[cfg(test)]
mod tests;
