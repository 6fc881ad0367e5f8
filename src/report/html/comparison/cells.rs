//! Cells of the tables of a comparison. What a recording or a plan says is shown as recorded text; everything else is a message.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::value::Value as Cell;

use super::super::super::model::comparison::{
    Answer, AnswerRow, Behind, Button, ByteLine, ByteRange, ClassGroup, ClassRow, GapLine, Item, ItemKind, Line, NotEstablished, NotUsed,
    RegisterRow, ScenarioTally, SeriesCell, SeriesPoint, SeriesRow, Tally,
};
use super::super::{SHOWN, Words, code, recorded};

/// Recordings that are named behind a number on the page; the tables have more.
const BEHIND: usize = 4;

/// What a page of a comparison writes with.
pub(super) struct Cells {
    pub(super) words: Arc<Words>,
}

/// HTML that was made here.
pub(super) fn safe(html: &str) -> Cell {
    Cell::from_safe_string(html.to_owned())
}

pub(super) fn small(html: &str) -> String {
    if html.is_empty() { String::new() } else { format!("<small>{html}</small>") }
}

impl Cells {
    /// The word of the model's identifier `id` in the table of words `of`.
    pub(super) fn word(&self, of: &str, id: &str) -> String {
        self.words.word(&format!("cmp-w-{of}-"), id)
    }

    pub(super) fn number(&self, n: u64) -> String {
        self.words.texts.lang().integer(n.into())
    }

    pub(super) fn text(&self, text: &str) -> String {
        recorded(text, SHOWN, &self.words.texts)
    }

    pub(super) fn count(&self, id: &str, n: u64) -> String {
        self.words.message(id, &[("n", Cell::from(n))])
    }

    fn muted(&self, id: &str) -> String {
        format!("<span class=\"ne\">{}</span>", self.words.say(id))
    }

    /// What is counted, in words.
    pub(super) fn item(&self, item: &Item, paths: &[String]) -> String {
        format!("{}{}", self.bare(item, paths), small(&self.word("kind", item.kind.id())))
    }

    /// The same without its kind, inside a sentence that says it.
    pub(super) fn named(&self, item: &Item) -> String {
        self.bare(item, &[]).replace("<small>", " <small class=\"in\">")
    }

    fn bare(&self, item: &Item, paths: &[String]) -> String {
        let code = |text: &str| code(text, &self.words.texts);
        let endpoint = || {
            let known = if item.rule.is_empty() {
                self.text(&item.path)
            } else {
                format!("({} {})", self.words.say("cmp-by-rule"), code(&item.rule))
            };
            let operation = if item.operation.is_empty() { String::new() } else { small(&self.text(&item.operation)) };
            let paths: Vec<String> = paths.iter().map(|path| self.text(path)).collect();
            format!(
                "<span class=\"method\">{}</span> {} {known}{operation}{}",
                self.text(&item.method),
                self.text(&item.host),
                small(&paths.join(", "))
            )
        };
        let of = |of: &str| small(&self.words.message("link-of", &[("site", Cell::from(of))]));
        let field = || format!("{} {}", self.words.word("place-", &item.place), code(&item.name));
        match item.kind {
            ItemKind::Recipient if item.holder.is_empty() => format!("{}{}", self.text(&item.site), small(&self.muted("not-established"))),
            ItemKind::Recipient => format!("{}{}", self.text(&item.site), small(&self.text(&item.holder))),
            ItemKind::Host => self.text(&item.host),
            ItemKind::Endpoint => endpoint(),
            ItemKind::CookieSet | ItemKind::CookieSent => format!("{}{}", code(&item.name), of(&item.of)),
            ItemKind::Field => format!("{}{}", field(), small(&endpoint())),
            ItemKind::Value => format!("{} = {}{}", field(), code(&item.value), small(&endpoint())),
            ItemKind::Identifier => format!("{} {}{}", self.words.word("link-carrier-", &item.place), code(&item.name), of(&item.of)),
        }
    }

    /// The same inside a sentence.
    pub(super) fn inline(&self, item: &Item) -> String {
        self.item(item, &[]).replace("<small>", " <small class=\"in\">")
    }

    /// An entry of a recording.
    pub(super) fn behind_entry(&self, recording: u64, entry: u64) -> String {
        self.behind(&Behind { recording, entries: vec![entry], table: "", row: 0 })
    }

    /// The recording in the register, and the entries.
    pub(super) fn behind(&self, behind: &Behind) -> String {
        let recording = format!(
            "<a href=\"#t-register-r{}\">{}</a>",
            behind.recording,
            self.words.message("cmp-recording", &[("n", Cell::from(behind.recording.to_string()))])
        );
        let entries: Vec<String> = behind.entries.iter().map(ToString::to_string).collect();
        match entries.as_slice() {
            [] => recording,
            entries => format!(
                "{recording}, {}",
                self.words.message("cmp-entries", &[("n", Cell::from(entries.len())), ("list", safe(&entries.join(", ")))])
            ),
        }
    }

    /// How many of how many, what cannot be told, and what stands behind it.
    fn tally(&self, tally: &Tally) -> String {
        let counted = self.words.message("cmp-n-of", &[("n", Cell::from(tally.recorded)), ("of", Cell::from(tally.of))]);
        let mut out = format!("<strong>{counted}</strong>");
        if tally.cannot_tell > 0 {
            let gaps: Vec<String> = tally.gaps.iter().map(|gap| self.gap(gap)).collect();
            let args = [("n", Cell::from(tally.cannot_tell)), ("gaps", safe(&gaps.join("; ")))];
            out += &small(&self.words.message("cmp-cannot-tell", &args));
        }
        if tally.scenarios.len() > 1 {
            let of = |scenario: &ScenarioTally| {
                let name = if scenario.scenario.is_empty() { self.muted("cmp-no-scenario") } else { self.text(&scenario.scenario) };
                let args = [("n", Cell::from(scenario.recorded)), ("of", Cell::from(scenario.of))];
                format!("{name}: {}", self.words.message("cmp-n-of", &args))
            };
            let scenarios: Vec<String> = tally.scenarios.iter().take(BEHIND).map(of).collect();
            out += &small(&scenarios.join("; "));
        }
        let behind: Vec<String> = tally.behind.iter().take(BEHIND).map(|one| self.behind(one)).collect();
        out + &small(&behind.join("; "))
    }

    fn gap(&self, kind: &str) -> String {
        self.word("gap", kind)
    }

    fn basis(&self, basis: &str) -> String {
        self.word("basis", basis)
    }

    pub(super) fn register_cells(&self, row: &RegisterRow) -> Vec<String> {
        let number = match row.number {
            Some(number) => small(&self.words.message("cmp-ledger-number", &[("n", Cell::from(number.to_string()))])),
            None => small(&self.muted("cmp-no-ledger-number")),
        };
        let started = row.started.as_deref().map(|time| small(&self.words.moment(Some(time)).to_string())).unwrap_or_default();
        let simulated = if row.simulated == Some(true) { small(&self.words.say("simulated-short")) } else { String::new() };
        let scenario = row.scenario.as_deref().map_or_else(|| self.muted("cmp-no-scenario"), |name| self.text(name));
        let repetition =
            row.repetition.map(|n| small(&self.words.message("cmp-repetition", &[("n", Cell::from(n.to_string()))]))).unwrap_or_default();
        let mut planned = Vec::new();
        planned
            .extend(row.state.zip(row.persona.as_deref()).map(|(id, name)| format!("{} ({})", self.word("persona", id), self.text(name))));
        planned.extend(row.path.zip(row.choice.as_deref()).map(|(id, name)| format!("{} ({})", self.word("path", id), self.text(name))));
        planned.extend(row.kind.zip(row.target.as_deref()).map(|(id, name)| format!("{} ({})", self.word("target", id), self.text(name))));
        planned.extend(row.operated.map(|id| self.word("operated", id)));
        planned.extend(row.device.as_deref().map(|device| self.text(device)));
        let planned: Vec<String> = planned.iter().map(|line| format!("<div>{line}</div>")).collect();
        let mut start = self.word("profile", row.start.profile);
        if let Some((name, before)) = &row.start.kept {
            start += &small(&self.words.message("cmp-kept", &[("name", Cell::from(&**name)), ("n", Cell::from(*before))]));
        }
        if row.start.hosts > 0 {
            let args = [("n", Cell::from(row.start.first_with_cookies)), ("hosts", Cell::from(row.start.hosts))];
            start += &small(&self.words.message("cmp-first-with-cookies", &args));
        }
        let button = |button: &Button| {
            let text = match &button.text {
                Some(text) => self.words.message("cmp-button", &[("text", Cell::from(&**text))]),
                None => self.words.say("cmp-button-unmarked"),
            };
            let site = if button.site.is_empty() { String::new() } else { small(&self.text(&button.site)) };
            let says = button.says.map(|says| small(&self.words.word("says-", says))).unwrap_or_default();
            let by = small(&self.words.word("said-", button.said_by));
            format!("<div>{text}{site}{says}{by}</div>")
        };
        let buttons: String = row.buttons.iter().map(button).collect();
        let buttons = if buttons.is_empty() { self.muted("none-recorded") } else { buttons };
        let outcome = match row.outcome.as_deref() {
            None => String::new(),
            Some("complete") => small(&self.words.say("cmp-outcome-complete")),
            Some(said) => small(&self.words.message("cmp-outcome", &[("text", Cell::from(said))])),
        };
        let used = match (&row.not_used, row.side) {
            (Some(why), _) => self.not_used(why),
            (None, Some(side)) => self.word("side", side),
            (None, None) => self.words.say("cmp-used"),
        };
        let sha = row.sha256.as_deref().map(|sha| small(&code(sha, &self.words.texts))).unwrap_or_default();
        vec![
            row.nr.to_string(),
            format!("{}{number}{started}{simulated}{sha}", self.text(&row.name)),
            format!("{scenario}{repetition}{outcome}"),
            if planned.is_empty() { self.muted("cmp-not-planned") } else { planned.concat() },
            start,
            buttons,
            used,
        ]
    }

    fn not_used(&self, why: &NotUsed) -> String {
        let mut out = format!("<strong>{}</strong>", self.word("why", why.why));
        out += &why.reason.as_deref().map(|reason| small(&self.text(reason))).unwrap_or_default();
        out += &why.by.as_deref().map(|by| small(&self.text(by))).unwrap_or_default();
        out + &why.at.as_deref().map(|at| small(&self.text(at))).unwrap_or_default()
    }

    /// A kind of gap, over all recordings that have it: `rows` are its rows in the tables, `used` the recordings that are counted.
    pub(super) fn gap_cells(&self, nr: usize, rows: &[&GapLine], used: usize) -> Vec<String> {
        let mut told: Vec<(String, Vec<String>)> = Vec::new();
        for row in rows {
            let said = self.gap_told(row);
            let side = row.side.map(|side| format!(" ({})", self.word("side", side))).unwrap_or_default();
            let recording = format!("<a href=\"#t-register-r{0}\">{0}</a>{side}", row.recording);
            match told.iter_mut().find(|(before, _)| *before == said) {
                Some((_, recordings)) => recordings.push(recording),
                None => told.push((said, vec![recording])),
            }
        }
        let listed = |(said, recordings): &(String, Vec<String>)| {
            let args = [("n", Cell::from(recordings.len())), ("list", safe(&recordings.join(", ")))];
            format!("<div>{said}{}</div>", small(&self.words.message("cmp-gap-in", &args)))
        };
        let recordings: BTreeSet<u64> = rows.iter().map(|row| row.recording).collect();
        let in_how_many = [("n", Cell::from(recordings.len())), ("of", Cell::from(used))];
        let hides: BTreeSet<&str> = rows.iter().flat_map(|row| row.hides.iter().copied()).collect();
        let hides: Vec<String> = hides.into_iter().map(|kind| self.word("kind", kind)).collect();
        vec![
            nr.to_string(),
            self.words.message("cmp-n-of", &in_how_many),
            told.iter().map(listed).collect(),
            if hides.is_empty() { self.muted("cmp-hides-nothing") } else { hides.join(", ") },
        ]
    }

    fn gap_told(&self, row: &GapLine) -> String {
        let known = format!("gap-{}", row.kind);
        let told = if self.words.texts.has(&known) { self.count(&known, row.count) } else { self.gap(row.kind) };
        if row.kind == "rows-left-out" { format!("{told}: {}", self.number(row.count)) } else { told }
    }

    pub(super) fn line_cells(&self, row: &Line) -> Vec<String> {
        let position = if row.position.is_empty() { String::new() } else { small(&self.words.word("position-", row.position)) };
        vec![
            row.nr.to_string(),
            format!("{}{position}", self.item(&row.item, &row.paths)),
            self.tally(&row.one),
            self.tally(&row.other),
            self.word("statement", row.statement),
            self.basis(row.basis),
        ]
    }

    /// A sentence about a line that holds by itself.
    pub(super) fn line_said(&self, row: &Line) -> String {
        let args = [
            ("n", Cell::from(row.one.recorded)),
            ("of", Cell::from(row.one.of)),
            ("m", Cell::from(row.other.recorded)),
            ("mof", Cell::from(row.other.of)),
        ];
        let mut said = self.words.message("cmp-line", &args);
        for tally in [&row.one, &row.other] {
            for of in tally.scenarios.iter().filter(|of| 0 < of.recorded && of.recorded < of.of) {
                let name = if of.scenario.is_empty() { safe(&self.muted("cmp-no-scenario")) } else { Cell::from(&*of.scenario) };
                let args = [("scenario", name), ("n", Cell::from(of.recorded)), ("of", Cell::from(of.of))];
                said += &format!(" {}", self.words.message("cmp-varies", &args));
            }
        }
        if let Some(values) = &row.values {
            let args = [("both", Cell::from(values.both)), ("one", Cell::from(values.one)), ("other", Cell::from(values.other))];
            let id = if values.comparable { "cmp-values" } else { "cmp-values-unknown" };
            said += &format!(" {}", if values.comparable { self.words.message(id, &args) } else { self.words.say(id) });
        }
        said
    }

    pub(super) fn byte_cells(&self, row: &ByteLine) -> Vec<String> {
        let range = |range: &Option<ByteRange>| match range {
            None => self.muted("not-recorded"),
            Some(range) => {
                let span = |id: &str, (least, most): (u64, u64)| {
                    self.words.message(id, &[("least", safe(&self.number(least))), ("most", safe(&self.number(most)))])
                };
                let recordings = small(&self.count("cmp-recordings-n", range.recordings));
                format!("{}<br>{}{recordings}", span("cmp-bytes-sent", range.sent), span("cmp-bytes-answered", range.answered))
            }
        };
        let holder = if row.holder.is_empty() { small(&self.muted("not-established")) } else { small(&self.text(&row.holder)) };
        let gaps: Vec<String> = row.gaps.iter().map(|gap| self.gap(gap)).collect();
        vec![
            row.nr.to_string(),
            format!("{}{holder}", self.text(&row.site)),
            range(&row.one),
            range(&row.other),
            format!("{}{}", self.word("statement", row.statement), small(&gaps.join("; "))),
            self.basis(row.basis),
        ]
    }

    fn persona(&self, row: &ClassGroup) -> String {
        let persona = format!("{} ({})", self.word("persona", row.state), self.text(&row.persona));
        let path = format!("{} ({})", self.word("path", row.path), self.text(&row.choice));
        format!("{}<small>{persona}</small><small>{path}</small>", self.text(&row.scenario))
    }

    pub(super) fn group_cells(&self, row: &ClassGroup) -> Vec<String> {
        let recordings = |rows: &[u64]| {
            let all: Vec<String> = rows.iter().map(|nr| format!("<a href=\"#t-register-r{nr}\">{nr}</a>")).collect();
            format!("{}<small>{}</small>", self.number(rows.len() as u64), all.join(", "))
        };
        let counts = row.counts.iter().filter(|count| count.endpoints + count.cookies + count.fields > 0).map(|count| {
            let args =
                [("endpoints", Cell::from(count.endpoints)), ("cookies", Cell::from(count.cookies)), ("fields", Cell::from(count.fields))];
            format!("<div><strong>{}</strong>: {}</div>", self.word("class", count.class), self.words.message("cmp-class-counts", &args))
        });
        let counts: String = counts.collect();
        let counts = if counts.is_empty() { self.muted("not-established") } else { counts };
        vec![row.nr.to_string(), self.persona(row), recordings(&row.pages), recordings(&row.controls), counts, self.basis(row.basis)]
    }

    pub(super) fn class_cells(&self, row: &ClassRow, groups: &[ClassGroup]) -> Vec<String> {
        let group = groups.iter().find(|group| group.nr == row.group).map(|group| self.persona(group)).unwrap_or_default();
        let position = if row.position.is_empty() { String::new() } else { small(&self.words.word("position-", row.position)) };
        let elsewhere = match row.controls_elsewhere {
            0 => String::new(),
            n => small(&self.count("cmp-controls-elsewhere", n)),
        };
        vec![
            row.nr.to_string(),
            format!("{}{position}", self.item(&row.item, &row.paths)),
            format!("<strong>{}</strong><small>{group}</small>", self.word("class", row.class)),
            self.tally(&row.page),
            format!("{}{elsewhere}", self.tally(&row.controls)),
            self.basis(row.basis),
        ]
    }

    /// Where something stood. A path, for one, has no name.
    fn place(&self, place: &str, name: &str) -> String {
        let said = self.words.word("place-", place);
        if name.is_empty() { said } else { format!("{said} {}", code(name, &self.words.texts)) }
    }

    /// The sentence of claims that fits the class.
    pub(super) fn class_said(&self, row: &ClassRow) -> String {
        let what = safe(&self.inline(&row.item));
        let args = [
            ("n", Cell::from(row.page.recorded)),
            ("of", Cell::from(row.page.of)),
            ("m", Cell::from(row.controls.recorded)),
            ("mof", Cell::from(row.controls.of)),
        ];
        let mut said = self.words.message("cmp-class-line", &args);
        for carries in &row.carries {
            let (recording, entry) = carries.first;
            let place = self.place(&carries.place, &carries.field);
            let behind = self.behind(&Behind { recording, entries: vec![entry], table: "endpoints", row: 0 });
            let args = [
                ("what", safe(&self.words.word("attr-mention-", carries.what))),
                ("field", safe(&place)),
                ("n", Cell::from(carries.recordings)),
                ("behind", safe(&behind)),
            ];
            said += &format!(" {}", self.words.message("cmp-carries", &args));
        }
        for joined in &row.joined {
            let (recording, here, there) = joined.first;
            let field = |(place, name): &(String, String)| safe(&self.place(place, name));
            let behind = self.behind(&Behind { recording, entries: vec![here, there], table: "fields", row: 0 });
            let args = [
                ("identifies", safe(&self.words.word("identifies-", joined.identifies))),
                ("here", field(&joined.here)),
                ("there", field(&joined.there)),
                ("to", safe(&self.inline(&joined.to))),
                ("class", Cell::from(joined.to_class)),
                ("n", Cell::from(joined.recordings)),
                ("behind", safe(&behind)),
            ];
            said += &format!(" {}", self.words.message("cmp-joined", &args));
        }
        let limits = match row.class {
            "A" => Some("cmp-limit-a"),
            "B" | "C" | "D" => Some("cmp-limit-controls"),
            "varying" => Some("cmp-limit-varying"),
            _ => None,
        };
        said += &limits.map(|id| format!(" {}", self.words.message(id, &[("what", what)]))).unwrap_or_default();
        said
    }

    pub(super) fn answer_cells(&self, question: &str, row: &AnswerRow) -> Vec<String> {
        let scenario = if row.scenario.is_empty() { self.muted("cmp-no-scenario") } else { self.text(&row.scenario) };
        let buttons: Vec<String> =
            row.buttons.iter().map(|text| self.words.message("cmp-button", &[("text", Cell::from(&**text))])).collect();
        let times = match (row.times, question.starts_with("set-") || row.item.kind == ItemKind::CookieSet) {
            (0, _) => String::new(),
            (n, true) => small(&self.count("cmp-set-times", n)),
            (n, false) => small(&self.count("cmp-sent-times", n)),
        };
        let same = row.same_value.map(|n| small(&self.count("cmp-same-value", n))).unwrap_or_default();
        let basis = if row.varying {
            format!("{}<small>{}</small>", self.word("statement", "varying"), self.basis(row.basis))
        } else {
            self.basis(row.basis)
        };
        vec![
            row.nr.to_string(),
            self.item(&row.item, &[]),
            format!("{scenario}{}", small(&buttons.join(", "))),
            format!("{}{times}{same}", self.tally(&row.tally)),
            row.against.as_ref().map_or_else(|| self.muted("not-applicable"), |tally| self.tally(tally)),
            basis,
        ]
    }

    /// The scenarios for which a question could not be answered.
    pub(super) fn not_established(&self, answer: &Answer) -> String {
        if answer.not_established.is_empty() {
            return String::new();
        }
        let open = |row: &NotEstablished| {
            let name = if row.scenario.is_empty() { self.words.say("cmp-no-scenario") } else { self.text(&row.scenario) };
            let n = if row.recordings > 0 { format!(", {}", self.count("cmp-recordings-n", row.recordings)) } else { String::new() };
            format!("{name} ({}{n})", self.word("open", row.why))
        };
        let list: Vec<String> = answer.not_established.iter().map(open).collect();
        format!("<strong>{}</strong> {}", self.words.say("cmp-not-established"), list.join("; "))
    }

    pub(super) fn series_cells(&self, row: &SeriesRow, points: &[SeriesPoint]) -> Vec<String> {
        let of = small(&self.words.message("link-of", &[("site", Cell::from(&*row.domain))]));
        let values = match (row.values, row.constant_days) {
            (Some(n), Some(days)) => format!("{}{}", self.count("cmp-values-n", n), small(&self.count("cmp-constant-days", days))),
            (Some(n), None) => self.count("cmp-values-n", n),
            (None, _) => self.muted("cmp-values-unknown"),
        };
        let cell = |(cell, point): (&SeriesCell, &SeriesPoint)| {
            let entries = cell.behind.map(|(_, entry)| vec![entry]).unwrap_or_default();
            let behind = self.behind(&Behind { recording: point.recording, entries, table: "cookies", row: 0 });
            let mut out = format!("{behind}: {} {}", self.word("state", cell.state), self.text(&cell.values.join(" ")));
            let counted = [
                ("cmp-set-times", cell.set),
                ("cmp-renewed-times", cell.renewed),
                ("cmp-changed-times", cell.changed),
                ("cmp-sent-times", cell.sent),
            ];
            let counted: Vec<String> = counted.iter().filter(|(_, n)| *n > 0).map(|(id, n)| self.count(id, *n)).collect();
            out += &small(&counted.join(", "));
            if let Some(ends) = &cell.ends {
                out += &small(&self.words.message("cmp-asked-until", &[("day", self.words.moment(Some(ends)))]));
            }
            format!("<div>{out}</div>")
        };
        let course: String = row.cells.iter().zip(points).map(cell).collect();
        vec![row.nr.to_string(), format!("{}{of}", code(&row.name, &self.words.texts)), values, self.word("expiry", row.expiry), course]
    }
}
