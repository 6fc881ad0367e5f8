//! The page of the annex over a case: what a reader wants first, the answers in the order of the questions, then the chapters that feed the Model DPIA,
//! and how it was done. Each table has a letter of its own, whatever else stands on the page, so that "Bijlage B, regel 14" means the same row after
//! a second run.

use minijinja::value::Value as Cell;

use super::super::super::model::comparison::{CaseAnnex, Comparison, Lines};
use super::super::{Page, glossary};
use super::cells::safe;
use super::{Cells, Section, Sheet};

mod people;
mod rows;
mod sentences;

/// What the page is written from.
pub(super) struct Annexed<'a> {
    pub(super) cells: &'a Cells,
    pub(super) page: Page,
    pub(super) of: &'a Comparison,
    pub(super) annex: &'a CaseAnnex,
}

/// Letters of the tables. Numbered ones follow behind: answers S1 to S12, matrices T1 …, series U1 …
pub(super) mod letter {
    pub(in super::super) const REGISTER: &str = "A";
    pub(in super::super) const CLASSES: &str = "B";
    pub(super) const FIELDS: &str = "C";
    pub(super) const COOKIES: &str = "D";
    pub(super) const PARTIES: &str = "E";
    pub(super) const LOCATIONS: &str = "F";
    pub(super) const ENDPOINTS: &str = "G";
    pub(super) const PERSONAL: &str = "H";
    pub(super) const WAYS: &str = "I";
    pub(super) const LADDER: &str = "J";
    pub(super) const TRAIL: &str = "K";
    pub(super) const SCREENS: &str = "L";
    pub(super) const CLICKS: &str = "M";
    pub(in super::super) const GROUPS: &str = "N";
    pub(in super::super) const GAPS: &str = "O";
    pub(super) const WORDS: &str = "P";
    pub(super) const TECHNIQUES: &str = "Q";
    pub(super) const FILES: &str = "R";
    pub(in super::super) const ANSWERS: &str = "S";
    pub(in super::super) const MATRICES: &str = "T";
    pub(in super::super) const SERIES: &str = "U";
    pub(super) const INPUTS: &str = "V";
    pub(super) const SOURCES: &str = "W";
    pub(super) const RULES: &str = "X";
    pub(super) const RISKS: &str = "Y";
}

/// Answers about choices in consent screens; the others are about accounts.
const OF_ACCOUNTS: [&str; 4] = ["members", "administrators", "after-logout", "returning"];

/// A row of a table: its cells, and a sentence below them.
type Row = (Vec<String>, Option<String>);

impl Annexed<'_> {
    pub(super) fn sections(&self) -> Vec<Section> {
        let cells = self.cells;
        let answers = |of_accounts: bool| {
            let fits = move |id: &str| OF_ACCOUNTS.contains(&id) == of_accounts;
            self.of.answers.iter().zip(1..).filter(move |(answer, _)| fits(answer.question)).map(|(answer, nr)| {
                let mut sheet = cells.answer(answer);
                sheet.label = Some(format!("{}{nr}", letter::ANSWERS));
                sheet
            })
        };
        let mut classes = vec![cells.groups(&self.of.classes), cells.classes(&self.of.classes)];
        label(&mut classes[0], letter::GROUPS);
        label(&mut classes[1], letter::CLASSES);
        let simulated = self.of.simulated;
        let matrices = self.of.matrices.iter().zip(1..).map(|(matrix, nr)| {
            let mut sheet = cells.matrix(matrix, simulated);
            sheet.label = Some(format!("{}{nr}", letter::MATRICES));
            sheet
        });
        let series = self.of.series.iter().zip(1..).map(|(one, nr)| {
            let mut sheet = cells.series(one, nr, simulated);
            sheet.label = Some(format!("{}{nr}", letter::SERIES));
            sheet
        });
        let series: Vec<Sheet> = series.collect();
        let time_intro = if series.is_empty() { "case-i-time-none" } else { "cmp-i-series" };
        let consent = [self.screens(), self.clicks()].into_iter().chain(answers(false)).collect();
        let mut register = cells.register(&self.of.register);
        label(&mut register, letter::REGISTER);
        let mut gaps = cells.gaps(self.of);
        label(&mut gaps, letter::GAPS);
        let words_intro = if self.annex.words.is_some() { "case-i-words" } else { "case-i-words-none" };
        let risks_intro = if self.annex.risks.is_some() { "i-risks" } else { "risks-none" };
        vec![
            self.section("brief", "case-h-brief", "case-i-brief", self.brief(), Vec::new()),
            self.section("sentences", "case-h-sentences", "case-i-sentences", self.sentences(), Vec::new()),
            self.section("question-1", "case-h-q1", "case-i-q1", self.said("cmp-i-classes"), classes),
            self.section("question-2", "case-h-q2", "case-i-q2", String::new(), vec![self.ways()]),
            self.section("question-3", "case-h-q3", "case-i-q3", String::new(), vec![self.inputs()]),
            self.section("question-4", "case-h-q4", "case-i-q4", String::new(), vec![self.ladder(), self.fields()]),
            self.section("question-5", "case-h-q5", "case-i-q5", String::new(), matrices.chain(answers(true)).collect()),
            self.section("like", "case-h-like", "case-i-like", String::new(), Vec::new()),
            self.section("follow", "case-h-follow", "case-i-follow", String::new(), vec![self.trail()]),
            self.section("time", "case-h-time", time_intro, String::new(), series),
            self.section("consent", "case-h-cookies", "case-i-cookies", String::new(), consent),
            self.section("rights", "case-h-rights", "case-i-rights", String::new(), Vec::new()),
            self.section("words", "case-h-words", words_intro, String::new(), self.words().into_iter().collect()),
            self.section("risks", "h-risks", risks_intro, String::new(), self.risks().into_iter().collect()),
            self.section("dpia-2", "case-h-dpia-2", "case-i-dpia-2", String::new(), vec![self.personal()]),
            self.section("dpia-3", "case-h-dpia-3", "case-i-dpia-3", String::new(), vec![self.endpoints()]),
            self.section("dpia-4", "case-h-dpia-4", "case-i-dpia-4", String::new(), vec![self.techniques()]),
            self.section("dpia-6", "case-h-dpia-6", "case-i-dpia-6", String::new(), vec![self.parties()]),
            self.section("dpia-8", "case-h-dpia-8", "case-i-dpia-8", String::new(), vec![self.locations()]),
            self.section("dpia-10", "case-h-dpia-10", "case-i-dpia-10", String::new(), vec![self.cookies()]),
            self.section("dpia-more", "case-h-dpia-more", "case-i-dpia-more", self.pointers(), Vec::new()),
            self.section("method", "case-h-method", "case-i-method", self.method(), vec![self.rules()]),
            self.section("register", "case-h-register", "cmp-i-register", String::new(), vec![register]),
            self.section("gaps", "cmp-h-gaps", "cmp-i-gaps", String::new(), vec![gaps]),
            self.section("verify", "case-h-verify", "case-i-verify", self.verify(), Vec::new()),
            self.section("files", "case-h-files", "case-i-files", String::new(), vec![self.files()]),
            self.section("sources", "case-h-sources", "case-i-sources", String::new(), vec![self.sources()]),
            self.section("glossary", "case-h-glossary", "case-i-glossary", glossary::mark().to_string(), Vec::new()),
        ]
    }

    fn section(&self, id: &'static str, heading: &str, intro: &str, body: String, sheets: Vec<Sheet>) -> Section {
        Section { id, heading: self.page.say(heading), intro: self.page.say(intro), body, sheets }
    }

    /// A message as a paragraph.
    fn said(&self, id: &str) -> String {
        format!("<p>{}</p>", self.page.say(id))
    }

    /// A table with a letter.
    fn lettered<T>(
        &self,
        (id, letter, caption, file): (&str, &'static str, &'static str, &'static str),
        heads: &[&'static str],
        lines: &Lines<T>,
        row: impl Fn(&T) -> Row,
    ) -> Sheet {
        let mut sheet = self.cells.sheet((id, caption, file), (heads, "case-e-none"), &lines.rows, row);
        sheet.left_out = lines.left_out;
        label(&mut sheet, letter);
        sheet
    }

    /// A link to a row, such as "Bijlage B, regel 14".
    fn row(&self, letter: &str, table: &str, nr: u64) -> Cell {
        let said = self
            .page
            .message("case-annex-row", &[("table", Cell::from_safe_string(letter.to_owned())), ("nr", Cell::from(nr.to_string()))]);
        safe(&format!("<a href=\"#{table}-r{nr}\">{said}</a>"))
    }

    /// A link to a table.
    fn table(&self, letter: &str, table: &str) -> Cell {
        let said = self.page.message("case-annex-ref", &[("table", Cell::from_safe_string(letter.to_owned()))]);
        safe(&format!("<a href=\"#{table}\">{said}</a>"))
    }

    fn muted(&self, id: &str) -> String {
        format!("<span class=\"ne\">{}</span>", self.page.say(id))
    }

    /// What was examined, recorded and not shown, on half a page.
    fn brief(&self) -> String {
        let (page, about) = (&self.page, &self.annex.examined);
        let item = |id: &str, args: &[(&str, Cell)]| format!("<li>{}</li>", page.message(id, args));
        let n = |number: u64| Cell::from(number);
        let mut examined = String::new();
        if let Some(case) = &self.of.case {
            let auditor = if self.annex.auditor.is_empty() { safe(&self.muted("not-recorded")) } else { Cell::from(&*self.annex.auditor) };
            examined +=
                &item("case-brief-case", &[("title", Cell::from(&*case.title)), ("id", Cell::from(&*case.id)), ("auditor", auditor)]);
        }
        if !self.annex.pages.is_empty() {
            examined += &item("case-brief-pages", &[("pages", self.list(&self.annex.pages))]);
        }
        let register = self.table(letter::REGISTER, "t-register");
        examined += &item("case-brief-register", &[("n", n(about.recordings)), ("used", n(about.used)), ("row", register.clone())]);
        let kinds =
            [("pages", n(about.of_pages)), ("controls", n(about.of_controls)), ("personas", n(about.personas)), ("paths", n(about.paths))];
        examined += &item("case-brief-kinds", &kinds);
        let time = |time: &Option<String>| page.moment(time.as_deref());
        examined += &item("case-brief-period", &[("first", time(&about.first)), ("last", time(&about.last))]);
        examined += &item("case-brief-browsers", &[("browsers", self.list(&about.browsers))]);
        let counted = [
            ("case-brief-parties", about.recipients, self.table(letter::PARTIES, "t-parties")),
            ("case-brief-cookies", about.cookies, self.table(letter::COOKIES, "t-cookies")),
            ("case-brief-choices", about.choices, register),
        ];
        let not_sent = [("n", n(about.not_sent)), ("row", self.table(letter::PARTIES, "t-parties"))];
        let entries = [("n", n(about.entries)), ("row", self.table(letter::PARTIES, "t-parties"))];
        let mut recorded = item("case-brief-entries", &entries) + &item("case-brief-not-sent", &not_sent);
        recorded.extend(counted.into_iter().map(|(id, number, row)| item(id, &[("n", n(number)), ("row", row)])));
        let fields = [("n", n(about.fields)), ("open", n(about.fields_open)), ("row", self.table(letter::FIELDS, "t-fields"))];
        recorded += &item("case-brief-fields", &fields);
        let gaps = self.of.gaps.iter().map(|gap| gap.kind).collect::<std::collections::BTreeSet<_>>().len() as u64;
        let mut not: String = ["s-not-1", "s-not-2", "s-not-3", "s-not-4"].iter().map(|id| item(id, &[])).collect();
        not += &item("case-brief-gaps", &[("n", n(gaps)), ("row", self.table(letter::GAPS, "t-gaps"))]);
        let block = |head: &str, items: &str| format!("<h3>{}</h3>\n<ul>{items}</ul>\n", page.say(head));
        let (examined, recorded) = (block("s-examined", &examined), block("s-recorded", &recorded));
        format!("<div class=\"columns\">\n<div>\n{examined}{recorded}</div>\n<div>\n{}</div>\n</div>", block("s-not", &not))
    }

    /// Recorded texts, with commas between.
    fn list(&self, texts: &[String]) -> Cell {
        if texts.is_empty() {
            return safe(&self.muted("not-recorded"));
        }
        let texts: Vec<String> = texts.iter().map(|text| super::super::recorded(text, 300, &self.page.texts)).collect();
        safe(&texts.join(", "))
    }

    /// Where the evidence for the chapters stands that ask for somebody's judgement.
    fn pointers(&self) -> String {
        let ids = ["case-dpia-5", "case-dpia-11", "case-dpia-12", "case-dpia-14", "case-dpia-15", "case-dpia-16"];
        let items: String = ids.iter().map(|id| format!("<li>{}</li>", self.page.say(id))).collect();
        format!("<ul>{items}</ul>")
    }

    fn method(&self) -> String {
        let method = &self.annex.method;
        let [script, person, open] = method.operated;
        let hands = [("script", Cell::from(script)), ("person", Cell::from(person)), ("open", Cell::from(open))];
        let changes = [("changes", Cell::from(method.changes)), ("masked", Cell::from(method.masked))];
        let items = [
            self.page.message("case-method-hands", &hands),
            self.page.message("case-method-changes", &changes),
            self.page.message("case-method-suffixes", &[("list", Cell::from(&*method.suffix_list))]),
        ];
        format!("<ul>{}</ul>", items.map(|item| format!("<li>{item}</li>")).concat())
    }

    fn verify(&self) -> String {
        let step = |id: &str, command: String| format!("<li><p>{}</p><pre><code>{command}</code></pre></li>", self.page.say(id));
        let [folder, recording, case] = ["arg-folder", "arg-recording", "arg-case"].map(|id| self.page.say(id));
        let steps = [
            step("case-verify-folder", format!("dataspoor verify {folder}")),
            step("case-verify-capture", format!("dataspoor verify {folder} --capture {recording} --case {case}")),
            step("case-verify-case", format!("dataspoor verify {case}")),
        ];
        format!("<ol class=\"steps\">{}</ol>{}", steps.concat(), self.said("case-verify-rests"))
    }
}

fn label(sheet: &mut Sheet, letter: &str) {
    sheet.label = Some(letter.to_owned());
}
