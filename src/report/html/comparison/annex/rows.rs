//! Rows of the tables of the annex over a case, as cells.

use minijinja::value::Value as Cell;

use super::super::super::{code, recorded, reference};
use super::super::Sheet;
use super::super::cells::{safe, small};
use super::{Annexed, Row, label, letter};
use crate::report::model::comparison::{CookieLine, EndpointLine, FieldLine, Found, Lines, LocationLine, PartyLine, ScreenLine};
use crate::report::model::{FieldTables, OwnerRef, PersonalRow, Source};

/// Names that a cell lists; the tables in files have all.
const NAMES: usize = 20;

impl Annexed<'_> {
    pub(super) fn text(&self, text: &str) -> String {
        recorded(text, 300, &self.page.texts)
    }

    fn names(&self, names: &[String]) -> String {
        self.some_names(names, |name| self.text(name))
    }

    fn some_names(&self, names: &[String], said: impl Fn(&str) -> String) -> String {
        let mut out: Vec<String> = names.iter().take(NAMES).map(|name| said(name)).collect();
        if names.len() > NAMES {
            out.push(self.page.message("more-names", &[("n", Cell::from(names.len() - NAMES))]));
        }
        out.join(", ")
    }

    fn number(&self, n: u64) -> String {
        self.cells.number(n)
    }

    /// In how many recordings, and where.
    fn found(&self, found: &Found) -> String {
        if found.of == 0 {
            return self.muted("not-established")
                + &small(&self.page.message("case-found-cannot", &[("n", Cell::from(found.cannot_tell))]));
        }
        let counted = self.page.message("case-found", &[("n", Cell::from(found.recordings)), ("of", Cell::from(found.of))]);
        let behind: Vec<String> = found.behind.iter().map(|behind| self.cells.behind(behind)).collect();
        let silent = match found.cannot_tell {
            0 => String::new(),
            n => small(&self.page.message("case-found-cannot", &[("n", Cell::from(n))])),
        };
        format!("<strong>{counted}</strong>{silent}{}", small(&behind.join("; ")))
    }

    /// Relation or position, which may differ between recordings.
    fn varying(&self, prefix: &str, id: &str) -> String {
        if id == "varying" { self.page.say("case-w-varying") } else { self.page.word(prefix, id) }
    }

    fn owner(&self, owner: Option<&OwnerRef>) -> String {
        let Some(owner) = owner else { return self.muted("not-established") };
        let seat = owner.country.as_deref().map(|country| small(&self.page.message("case-seat", &[("country", Cell::from(country))])));
        let source = small(&self.page.source(&owner.source));
        format!("{}{}{source}{}", self.text(&owner.name), seat.unwrap_or_default(), self.page.doubt(owner.certainty))
    }

    pub(super) fn ways(&self) -> Sheet {
        let heads = ["col-nr", "case-col-way", "col-requests", "case-col-mention", "case-col-staff", "case-col-found"];
        self.lettered(("t-ways", letter::WAYS, "case-c-ways", "case-ways.csv"), &heads, &self.annex.ways, |row| {
            let why = |(why, n): &(&'static str, u64)| {
                let args = [("why", safe(&self.page.word("attr-way-", why))), ("n", Cell::from(*n))];
                small(&self.page.message("case-way-open", &args))
            };
            let open: String = row.not_counted.iter().map(why).collect();
            let way = format!("{}{open}", self.page.word("attr-way-", row.way));
            let is_open = row.not_counted.iter().map(|(_, n)| n).sum::<u64>() >= self.annex.examined.used;
            let number = |n: u64| if is_open { self.muted("not-established") } else { self.number(n) };
            let found = if is_open { self.muted("not-established") } else { self.found(&row.found) };
            let cells = [number(row.requests), number(row.with_mention), number(row.by_staff), found];
            ([vec![row.nr.to_string(), way], cells.to_vec()].concat(), None)
        })
    }

    pub(super) fn inputs(&self) -> Sheet {
        let heads = ["col-nr", "case-col-value", "case-col-times", "case-col-found"];
        self.lettered(("t-inputs", letter::INPUTS, "case-c-inputs", "case-inputs.csv"), &heads, &self.annex.inputs, |row| {
            (vec![row.nr.to_string(), self.cells.item(&row.item, &[]), self.number(row.times), self.found(&row.found)], None)
        })
    }

    pub(super) fn ladder(&self) -> Sheet {
        let heads = ["col-nr", "col-endpoint", "case-col-level", "case-col-seen", "case-col-hidden"];
        self.lettered(("t-ladder", letter::LADDER, "case-c-ladder", "case-ladder.csv"), &heads, &self.annex.ladder, |row| {
            let endpoint = self.annex.endpoints.rows.iter().find(|line| line.nr == row.endpoint);
            let name = endpoint.map(|line| self.cells.named(&line.item)).unwrap_or_default();
            let endpoint = format!("{name} {}", self.row(letter::ENDPOINTS, "t-endpoints", row.endpoint));
            let hidden = match &row.hidden_percent {
                Some(percent) => {
                    let percent = safe(&self.page.texts.lang().decimal(percent));
                    self.page.message("case-hidden", &[("n", Cell::from(row.hidden)), ("of", Cell::from(row.fields)), ("p", percent)])
                }
                None => self.page.say("case-hidden-none"),
            };
            (
                vec![
                    row.nr.to_string(),
                    endpoint,
                    self.page.word("level-", row.level),
                    self.some_names(&row.seen, |name| self.page.seen_name(row.level, name)),
                    hidden,
                ],
                None,
            )
        })
    }

    pub(super) fn fields(&self) -> Sheet {
        let heads = [
            "col-nr",
            "col-field",
            "case-col-certainty",
            "case-col-says",
            "case-col-data",
            "case-col-identifies",
            "case-col-times",
            "case-col-found",
        ];
        let row = |row: &FieldLine| -> Row {
            let meaning = match row.meaning {
                "not-established" => self.muted("not-established"),
                known => self.page.word("certainty-", known),
            };
            let mut says = row.says.as_ref().map_or_else(|| self.muted("not-established"), |text| self.page.in_words(text));
            if let Some(by) = &row.said_by {
                let speaks_as = self.page.speaks_as(by.by, &by.who, &by.source);
                let date = self.text(&self.page.texts.day(&by.source_date));
                says += &small(&format!("{} ({speaks_as}), {}, {date}", self.text(&by.who), self.page.source(&by.source)));
            }
            let known = |prefix: &str, id: Option<&str>| id.map_or_else(|| self.muted("not-established"), |id| self.page.word(prefix, id));
            let cells = vec![
                row.nr.to_string(),
                self.cells.item(&row.item, &[]),
                meaning,
                says,
                known("data-", row.data),
                known("identifies-", row.identifies),
                self.number(row.times),
                self.found(&row.found),
            ];
            (cells, None)
        };
        self.lettered(("t-fields", letter::FIELDS, "case-c-fields", "case-fields.csv"), &heads, &self.annex.fields, row)
    }

    pub(super) fn personal(&self) -> Sheet {
        let heads = [
            "col-nr",
            "model-dpia-personal",
            "case-col-data-subject",
            "model-dpia-category",
            "case-col-type",
            "case-col-source",
            "case-col-found",
        ];
        let none = FieldTables::default();
        self.lettered(("t-personal", letter::PERSONAL, "case-c-personal", "case-personal-data.csv"), &heads, &self.annex.personal, |row| {
            let mut subjects: String =
                row.data_subjects.iter().map(|id| format!("<div>{}</div>", self.page.word("subject-", id))).collect();
            if row.subject_open {
                subjects += &self.muted("not-established");
            }
            let as_row = PersonalRow {
                nr: row.nr,
                basis: "",
                personal: row.personal.clone(),
                data_subjects: Vec::new(),
                endpoints_without_subject: 0,
                said: row.said.clone(),
                from: Vec::new(),
                endpoints: 0,
                requests: None,
            };
            let [said, category, kind] = self.page.personal_cells(&as_row, &none);
            let hosts = if row.hosts.is_empty() { String::new() } else { small(&self.names(&row.hosts)) };
            let source = format!("{}{hosts}{said}", self.page.say("case-personal-from"));
            (vec![row.nr.to_string(), self.page.in_words(&row.personal), subjects, category, kind, source, self.found(&row.found)], None)
        })
    }

    pub(super) fn endpoints(&self) -> Sheet {
        let heads = ["col-nr", "col-endpoint", "col-holder", "col-requests", "case-col-by-choice", "case-col-fields", "case-col-found"];
        let row = |row: &EndpointLine| -> Row {
            let [before, during, after, none] = row.by_choice;
            let by = [("before", before), ("during", during), ("after", after), ("none", none)].map(|(name, n)| (name, Cell::from(n)));
            let place = format!("{}<br>{}", self.varying("relation-", row.relation), self.varying("position-", row.position));
            let fields = [("n", Cell::from(row.fields)), ("open", Cell::from(row.open))];
            let cells = vec![
                row.nr.to_string(),
                self.cells.item(&row.item, &row.paths),
                format!("{}{}", self.owner(row.owner.as_ref()), small(&place)),
                self.number(row.requests),
                self.page.message("case-by-choice", &by),
                self.page.message("case-fields-of", &fields),
                self.found(&row.found),
            ];
            (cells, Some(self.page.claims(&row.claims, true).to_string()))
        };
        self.lettered(("t-endpoints", letter::ENDPOINTS, "case-c-endpoints", "case-endpoints.csv"), &heads, &self.annex.endpoints, row)
    }

    pub(super) fn techniques(&self) -> Sheet {
        let heads = ["col-nr", "case-col-technique", "case-col-count", "case-col-name", "case-col-found"];
        self.lettered(
            ("t-techniques", letter::TECHNIQUES, "case-c-techniques", "case-techniques.csv"),
            &heads,
            &self.annex.techniques,
            |row| {
                let name = self.page.say(&format!("case-w-technique-{}", row.technique));
                // Where no recording could have shown it, nothing was counted.
                let is_open = row.found.of == 0;
                let count = if is_open { self.muted("not-established") } else { self.number(row.count) };
                let names = match (is_open, row.names.is_empty()) {
                    (true, _) => self.muted("not-established"),
                    (_, true) => self.muted("none-recorded"),
                    _ => self.names(&row.names),
                };
                (vec![row.nr.to_string(), name, count, names, self.found(&row.found)], None)
            },
        )
    }

    pub(super) fn parties(&self) -> Sheet {
        let heads = [
            "col-nr",
            "col-domain",
            "case-col-holder",
            "how-relation",
            "how-position",
            "col-requests",
            "col-assessment-role",
            "case-col-found",
        ];
        let row = |row: &PartyLine| -> Row {
            let or_none = |names: &[String]| safe(&if names.is_empty() { self.muted("not-established") } else { self.names(names) });
            let holder = format!(
                "{}{}{}",
                self.owner(row.owner.as_ref()),
                small(&self.page.message("case-party-network", &[("names", or_none(&row.networks))])),
                small(&self.page.message("case-party-terms", &[("names", or_none(&row.contracts))])),
            );
            let mut with = small(&self.page.message("case-with-cookies", &[("n", Cell::from(row.with_cookies))]));
            if row.not_sent > 0 {
                with += &small(&self.page.message("case-not-sent", &[("n", Cell::from(row.not_sent))]));
            }
            let cells = vec![
                row.nr.to_string(),
                self.text(&row.site),
                holder,
                self.varying("relation-", row.relation),
                self.varying("position-", row.position),
                format!("{}{with}", self.number(row.requests)),
                self.words_of(letter::PARTIES, row.nr, "role"),
                self.found(&row.found),
            ];
            (cells, None)
        };
        self.lettered(("t-parties", letter::PARTIES, "case-c-parties", "case-parties.csv"), &heads, &self.annex.parties, row)
    }

    pub(super) fn locations(&self) -> Sheet {
        let heads = ["col-nr", "case-col-address", "col-domain", "case-col-database", "col-requests", "case-col-found"];
        let row = |row: &LocationLine| -> Row {
            let said: String = row.databases.iter().map(|said| format!("<div>{}</div>", self.page.address_said(said))).collect();
            let said = if said.is_empty() { self.muted("not-established") } else { said };
            let cells = vec![
                row.nr.to_string(),
                code(&row.address, &self.page.texts),
                format!("{}{}", self.text(&row.site), small(&self.names(&row.hosts))),
                said,
                self.number(row.requests),
                self.found(&row.found),
            ];
            (cells, None)
        };
        self.lettered(("t-locations", letter::LOCATIONS, "case-c-locations", "case-locations.csv"), &heads, &self.annex.locations, row)
    }

    pub(super) fn cookies(&self) -> Sheet {
        let heads = ["col-nr", "col-cookie", "col-holder", "case-col-asked", "case-col-attributes", "case-col-traffic", "case-col-found"];
        self.lettered(("t-cookies", letter::COOKIES, "case-c-cookies", "case-cookies.csv"), &heads, &self.annex.cookies, |row| {
            let domain = small(&self.text(&row.domain));
            let holder = format!("{}{}", self.owner(row.owner.as_ref()), small(&self.varying("relation-", row.relation)));
            let cells = vec![
                row.nr.to_string(),
                format!("{}{domain}", code(&row.name, &self.page.texts)),
                holder,
                self.asked(row),
                self.attributes(row),
                self.traffic(row),
                self.found(&row.found),
            ];
            (cells, Some(format!("{}{}", self.page.claims(&row.claims, true), self.purposes_of(row.nr))))
        })
    }

    fn asked(&self, row: &CookieLine) -> String {
        let lang = self.page.texts.lang();
        let days = |text: &str| safe(&lang.decimal(text));
        let mut parts = Vec::new();
        if let Some(span) = &row.asked {
            parts.push(match span.min_days == span.max_days {
                true => self.page.message("case-days-one", &[("most", days(&span.max_days))]),
                false => self.page.message("case-days", &[("least", days(&span.min_days)), ("most", days(&span.max_days))]),
            });
        }
        if row.session {
            parts.push(self.page.say("case-session"));
        }
        if parts.is_empty() {
            parts.push(self.muted(if row.set == 0 { "none-recorded" } else { "not-established" }));
        }
        let above = row.above.iter().map(|line| {
            let of = self.annex.comparison_lines.iter().find(|of| of.id == line.id);
            let name = of.map_or_else(|| code(&line.id, &self.page.texts), |of| self.page.in_words(&of.label));
            let source = of.map(|of| format!(", {}", self.page.source(&of.source))).unwrap_or_default();
            let args = [("days", Cell::from(line.days)), ("line", safe(&format!("{name}{source}")))];
            small(&self.page.message("case-line-above", &args))
        });
        format!("{}{}", parts.join("; "), above.collect::<String>())
    }

    fn attributes(&self, row: &CookieLine) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend((row.secure == Some(true)).then(|| "<code>Secure</code>".to_owned()));
        parts.extend((row.http_only == Some(true)).then(|| "<code>HttpOnly</code>".to_owned()));
        parts.extend(
            row.same_site.as_deref().filter(|text| !text.is_empty()).map(|text| code(&format!("SameSite={text}"), &self.page.texts)),
        );
        if row.set > 0 && (row.secure.is_none() || row.http_only.is_none()) {
            parts.push(self.muted("case-w-varying"));
        }
        if parts.is_empty() { self.muted("none-recorded") } else { parts.join(" ") }
    }

    fn traffic(&self, row: &CookieLine) -> String {
        let counts = [("set", Cell::from(row.set)), ("deleted", Cell::from(row.deleted)), ("sent", Cell::from(row.sent))];
        let mut out = self.page.message("case-set-sent", &counts);
        if row.refusal_expected > 0 {
            out += &small(&self.page.message("hist-refused", &[("n", Cell::from(row.refusal_expected))]));
        }
        if row.set > 0 && !row.set_by.is_empty() {
            out += &small(&self.page.message("case-set-by", &[("hosts", safe(&self.names(&row.set_by)))]));
        }
        if row.set > 0 && row.first_set.is_some() {
            out += &small(&self.page.message("case-first-set", &[("time", self.page.moment(row.first_set.as_deref()))]));
        }
        if !row.sent_to.is_empty() {
            out += &small(&self.page.message("case-sent-to", &[("sites", safe(&self.names(&row.sent_to)))]));
        }
        out
    }

    pub(super) fn trail(&self) -> Sheet {
        let heads = ["col-nr", "col-value", "case-col-sentence", "col-policy", "case-col-found"];
        self.lettered(("t-trail", letter::TRAIL, "case-c-trail", "case-trail.csv"), &heads, &self.annex.trail, |row| {
            let value = format!("{}{}", code(&row.row.name, &self.page.texts), small(&self.text(&row.row.recipient)));
            let sentence = self.page.trail_sentence(&row.row, row.choice.as_slice(), Some(String::new()));
            let scenario = if row.scenario.is_empty() { self.muted("cmp-no-scenario") } else { self.text(&row.scenario) };
            let behind = format!("{}{}", scenario, small(&self.cells.behind(&row.behind)));
            (vec![row.nr.to_string(), value, sentence.to_string(), self.page.word("policy-", row.row.policy), behind], None)
        })
    }

    pub(super) fn screens(&self) -> Sheet {
        let heads = ["col-nr", "case-col-screen", "case-col-options", "case-col-digest", "case-col-found"];
        let row = |row: &ScreenLine| -> Row {
            let name = self.page.message("case-screen", &[("name", Cell::from(&*row.name)), ("layer", Cell::from(row.layer))]);
            let clicks = small(&self.page.message("case-screen-clicks", &[("n", Cell::from(row.clicks))]));
            let options: String = row
                .options
                .iter()
                .map(|option| {
                    let on = option.on.map(|on| format!(" ({})", self.page.say(if on { "case-option-on" } else { "case-option-off" })));
                    let kind = self.page.word("option-", option.kind);
                    format!("<div>‘{}’ <span class=\"why\">{kind}{}</span></div>", self.text(&option.text), on.unwrap_or_default())
                })
                .collect();
            let options = if options.is_empty() { self.muted("none-recorded") } else { options };
            let texts: Vec<String> = row.texts.iter().take(3).map(|text| code(text, &self.page.texts)).collect();
            let pictures = small(&self.page.message("case-screen-pictures", &[("n", Cell::from(row.pictures))]));
            (
                vec![
                    row.nr.to_string(),
                    format!("{name}{clicks}"),
                    options,
                    format!("{}{pictures}", texts.join(" ")),
                    self.found(&row.found),
                ],
                None,
            )
        };
        self.lettered(("t-screens", letter::SCREENS, "case-c-screens", "case-consent-screens.csv"), &heads, &self.annex.screens, row)
    }

    pub(super) fn clicks(&self) -> Sheet {
        let heads = ["col-nr", "case-col-path", "col-button", "case-col-clicks", "case-col-found"];
        self.lettered(("t-clicks", letter::CLICKS, "case-c-clicks", "case-clicks.csv"), &heads, &self.annex.clicks, |row| {
            let path = if row.path.is_empty() { self.muted("case-path-unknown") } else { self.cells.word("path", row.path) };
            let buttons: Vec<String> =
                row.buttons.iter().map(|text| self.page.message("cmp-button", &[("text", Cell::from(&**text))])).collect();
            (vec![row.nr.to_string(), path, buttons.join(" → "), self.number(row.clicks), self.found(&row.found)], None)
        })
    }

    pub(super) fn files(&self) -> Sheet {
        let heads = ["col-nr", "case-col-name", "case-col-kind", "case-col-version", "case-col-place", "case-col-sha"];
        self.lettered(("t-files", letter::FILES, "case-c-files", "case-files.csv"), &heads, &self.annex.files, |row| {
            let or_none = |text: &str| if text.is_empty() { self.muted("not-recorded") } else { self.text(text) };
            let kind = self.page.say(&format!("case-w-file-{}", row.kind));
            let sha = if row.sha256.is_empty() { self.muted("not-recorded") } else { code(&row.sha256, &self.page.texts) };
            (vec![row.nr.to_string(), self.text(&row.name), kind, or_none(&row.version), or_none(&row.place), sha], None)
        })
    }

    /// Rule files and lists; what each list matched was added up over the recordings.
    pub(super) fn rules(&self) -> Sheet {
        let method = &self.annex.method;
        let mut rows: Vec<(String, String, String, String)> = Vec::new();
        for row in &method.rules {
            rows.push((self.text(&row.id), self.text(&row.version), self.number(row.rules), row.sha256.clone()));
        }
        for row in &method.lists {
            let version = row.version.as_deref().map_or_else(|| self.muted("not-recorded"), |version| self.text(version));
            rows.push((self.text(&row.name), version, self.number(row.rules), row.sha256.clone()));
        }
        let heads = ["col-nr", "col-file", "case-col-version", "col-rules", "case-col-sha"];
        let numbered = Lines { rows: (1_u64..).zip(rows).collect(), left_out: 0 };
        self.lettered(
            ("t-rules", letter::RULES, "case-c-rules", "case-files.csv"),
            &heads,
            &numbered,
            |(nr, (name, version, rules, sha256))| {
                (vec![nr.to_string(), name.clone(), version.clone(), rules.clone(), code(sha256, &self.page.texts)], None)
            },
        )
    }

    /// The works that claims refer to. Their table has the name that it has in the annex of a recording, to which every claim links.
    pub(super) fn sources(&self) -> Sheet {
        let heads = ["col-nr", "col-source", "col-publisher", "col-reference", "col-date", "col-id"];
        let row = |(nr, row): &(u64, &Source)| -> Row {
            let text = |text: &str| recorded(text, 400, &self.page.texts);
            let reference = reference(&row.reference, &self.page.texts);
            (
                vec![nr.to_string(), text(&row.title), text(&row.publisher), reference, text(&row.date), code(&row.id, &self.page.texts)],
                None,
            )
        };
        let numbered: Vec<(u64, &Source)> = (1..).zip(&self.annex.sources).collect();
        let heads_of = ("t13", "case-c-sources", "case-annex.json");
        let mut sheet = self.cells.sheet(heads_of, (&heads, "case-e-none"), &numbered, row);
        label(&mut sheet, letter::SOURCES);
        sheet
    }
}
