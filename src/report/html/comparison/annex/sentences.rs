//! The sentences that hold, in words. What they say was counted before; here they get their links.

use minijinja::value::Value as Cell;

use super::super::super::{code, recorded};
use super::super::cells::safe;
use super::{Annexed, letter};
use crate::report::model::comparison::{ClassRow, CookieLine, EndpointLine, StampedBy};

/// The table of an answer to which a sentence belongs.
const BEFORE: &str = "set-before-choice";
const DECLINED: &str = "sent-after-decline";

impl Annexed<'_> {
    /// All ten, each with a heading, in a list.
    pub(super) fn sentences(&self) -> String {
        let all = [
            ("case-ten-head-1", self.with_page()),
            ("case-ten-head-2", self.before_choice()),
            ("case-ten-head-3", self.after_decline()),
            ("case-ten-head-4", self.open_fields()),
            ("case-ten-head-5", self.purposes()),
            ("case-ten-head-6", self.on_controls()),
            ("case-ten-head-7", self.followed()),
            ("case-ten-head-8", self.registered()),
            ("case-ten-head-9", vec![self.rests_on()]),
            ("case-ten-head-10", self.not_seen()),
        ];
        let said = |(head, sentences): (&str, Vec<String>)| {
            let paragraphs: String = sentences.iter().map(|sentence| format!("<p>{sentence}</p>")).collect();
            format!("<li><p><strong>{}</strong></p>{paragraphs}</li>\n", self.page.say(head))
        };
        format!("<ol class=\"sentences\">\n{}</ol>", all.map(said).concat())
    }

    /// What was said, or that there is nothing to say.
    fn or_none(&self, said: Vec<String>, none: &str, row: Cell) -> Vec<String> {
        if said.is_empty() { vec![self.page.message(none, &[("row", row)])] } else { said }
    }

    fn class_row(&self, nr: u64) -> Option<&ClassRow> {
        self.of.classes.rows.iter().find(|row| row.nr == nr)
    }

    fn scenario_of(&self, row: &ClassRow) -> Cell {
        let group = self.of.classes.groups.iter().find(|group| group.nr == row.group);
        self.scenario(group.map_or("", |group| &group.scenario))
    }

    fn scenario(&self, name: &str) -> Cell {
        if name.is_empty() { safe(&self.muted("cmp-no-scenario")) } else { Cell::from(name) }
    }

    fn cookie_line(&self, nr: u64) -> Option<&CookieLine> {
        self.annex.cookies.rows.iter().find(|row| row.nr == nr)
    }

    fn endpoint_line(&self, nr: u64) -> Option<&EndpointLine> {
        self.annex.endpoints.rows.iter().find(|row| row.nr == nr)
    }

    /// A cookie as a sentence names it.
    fn cookie(&self, name: &str, domain: &str) -> Cell {
        let domain = self.page.message("link-of", &[("site", Cell::from(domain))]);
        safe(&format!("{} ({domain})", code(name, &self.page.texts)))
    }

    fn of_n(row: &ClassRow) -> [(&'static str, Cell); 4] {
        [
            ("n", Cell::from(row.page.recorded)),
            ("of", Cell::from(row.page.of)),
            ("m", Cell::from(row.controls.recorded)),
            ("mof", Cell::from(row.controls.of)),
        ]
    }

    fn with_page(&self) -> Vec<String> {
        let said = self.annex.sentences.with_page.iter().filter_map(|sentence| {
            let row = self.class_row(sentence.class_row)?;
            let place = self.page.word("place-", &sentence.place);
            let field = if sentence.field.is_empty() { place } else { format!("{place} {}", code(&sentence.field, &self.page.texts)) };
            let mut args = Self::of_n(row).to_vec();
            args.extend([
                ("endpoint", safe(&self.cells.named(&row.item))),
                ("what", safe(&self.page.word("attr-mention-", sentence.what))),
                ("field", safe(&field)),
                ("scenario", self.scenario_of(row)),
                ("row", self.row(letter::CLASSES, "t-classes", row.nr)),
            ]);
            Some(self.page.message("case-ten-1", &args))
        });
        self.or_none(said.collect(), "case-ten-1-none", self.table(letter::CLASSES, "t-classes"))
    }

    fn before_choice(&self) -> Vec<String> {
        let said = self.annex.sentences.before_choice.iter().filter_map(|sentence| {
            let cookie = self.cookie_line(sentence.cookie)?;
            let mut args = vec![
                ("scenario", self.scenario(&sentence.scenario)),
                ("time", self.page.moment(Some(&sentence.time))),
                ("cookie", self.cookie(&cookie.name, &cookie.domain)),
                ("host", self.list(&sentence.hosts)),
                ("row", self.row(letter::COOKIES, "t-cookies", cookie.nr)),
                ("behind", safe(&self.cells.behind_entry(sentence.recording, sentence.entry))),
            ];
            let id = match (&sentence.lifetime, sentence.session) {
                (Some(span), _) => {
                    args.push(("days", safe(&self.page.texts.lang().decimal(&span.max_days))));
                    "case-ten-2"
                }
                (None, true) => "case-ten-2-session",
                (None, false) => "case-ten-2-unknown",
            };
            Some(self.page.message(id, &args))
        });
        self.or_none(said.collect(), "case-ten-2-none", self.answer_table(BEFORE))
    }

    fn after_decline(&self) -> Vec<String> {
        let said = self.annex.sentences.after_decline.iter().filter_map(|sentence| {
            let cookie = self.cookie_line(sentence.cookie)?;
            let button = |text: &String| self.page.message("cmp-button", &[("text", Cell::from(&**text))]);
            let quoted: Vec<String> = sentence.buttons.iter().map(button).collect();
            let buttons = if quoted.is_empty() { self.page.say("case-ten-3-unmarked") } else { quoted.join(", ") };
            let args = [
                ("buttons", safe(&buttons)),
                ("scenario", self.scenario(&sentence.scenario)),
                ("cookie", self.cookie(&cookie.name, &cookie.domain)),
                ("n", Cell::from(sentence.requests)),
                ("r", Cell::from(sentence.tally.recorded)),
                ("of", Cell::from(sentence.tally.of)),
                ("k", Cell::from(sentence.in_transition)),
                ("set", Cell::from(sentence.set_again.unwrap_or_default())),
                ("row", self.row(&self.answer_letter(DECLINED), &format!("t-{DECLINED}"), sentence.answer_row)),
            ];
            let id = match sentence.set_again {
                Some(0) => "case-ten-3",
                Some(_) => "case-ten-3-again",
                None => "case-ten-3-open",
            };
            Some(self.page.message(id, &args))
        });
        self.or_none(said.collect(), "case-ten-3-none", self.answer_table(DECLINED))
    }

    fn answer_letter(&self, question: &str) -> String {
        let at = self.of.answers.iter().position(|answer| answer.question == question).map_or(0, |at| at + 1);
        format!("{}{at}", letter::ANSWERS)
    }

    fn answer_table(&self, question: &str) -> Cell {
        self.table(&self.answer_letter(question), &format!("t-{question}"))
    }

    fn open_fields(&self) -> Vec<String> {
        let said = self.annex.sentences.open_fields.iter().filter_map(|sentence| {
            let endpoint = self.endpoint_line(sentence.endpoint)?;
            let row = match sentence.rows {
                Some((first, last)) if first < last => {
                    let args = [("row", self.row(letter::FIELDS, "t-fields", first)), ("last", Cell::from(last.to_string()))];
                    safe(&self.page.message("case-annex-rows", &args))
                }
                Some((first, _)) => self.row(letter::FIELDS, "t-fields", first),
                None => self.table(letter::FIELDS, "t-fields"),
            };
            let args = [
                ("n", Cell::from(sentence.fields)),
                ("endpoint", safe(&self.cells.named(&endpoint.item))),
                ("of", self.row(letter::ENDPOINTS, "t-endpoints", endpoint.nr)),
                ("k", Cell::from(sentence.open)),
                ("p", safe(&self.page.texts.lang().decimal(&sentence.percent))),
                ("row", row),
            ];
            let more = match sentence.left_out {
                0 => String::new(),
                n => format!(" {}", self.page.message("case-ten-4-more", &[("n", Cell::from(n))])),
            };
            Some(self.page.message("case-ten-4", &args) + &more)
        });
        self.or_none(said.collect(), "case-ten-4-none", self.table(letter::FIELDS, "t-fields"))
    }

    fn purposes(&self) -> Vec<String> {
        let said = self.annex.sentences.purposes.iter().filter_map(|sentence| {
            let cookie = self.cookie_line(sentence.cookie)?;
            let purpose = sentence.claim.purpose.as_ref()?;
            let replies: Vec<String> = sentence.replies.iter().map(|nr| self.reply(*nr)).collect();
            let reply = if replies.is_empty() { self.page.say("case-reply-none") } else { replies.join("; ") };
            let args = [
                ("cookie", self.cookie(&cookie.name, &cookie.domain)),
                ("row", self.row(letter::COOKIES, "t-cookies", cookie.nr)),
                ("who", Cell::from(&*sentence.claim.who)),
                ("publisher", Cell::from(self.page.told_by(&sentence.claim.who, &sentence.claim.source).unwrap_or_default())),
                ("date", safe(&self.page.source_date(&sentence.claim.source))),
                ("source", safe(&self.page.source(&sentence.claim.source))),
                ("purpose", safe(&self.page.in_words(purpose))),
                ("reply", safe(&reply)),
            ];
            let limits = sentence.claim.limits.as_ref().map(|text| format!(" {}", self.page.in_words(text))).unwrap_or_default();
            // What another tells of a vendor is that other's report.
            let told = self.page.told_by(&sentence.claim.who, &sentence.claim.source).is_some();
            Some(self.page.message(if told { "case-ten-5-told" } else { "case-ten-5" }, &args) + &limits)
        });
        self.or_none(said.collect(), "case-ten-5-none", self.table(letter::COOKIES, "t-cookies"))
    }

    /// What somebody replied, with name and date.
    fn reply(&self, nr: u64) -> String {
        let rows = self.annex.words.iter().flat_map(|words| &words.rows).filter(|row| row.nr == nr);
        let text = |text: &str| recorded(text, 4_000, &self.page.texts);
        let link = self.row(letter::WORDS, "t-words", nr);
        rows.map(|row| format!("{} ({}, {}; {link})", text(&row.text), text(&row.by), text(&self.page.texts.day(&row.date)))).collect()
    }

    fn on_controls(&self) -> Vec<String> {
        let said = self.annex.sentences.on_controls.iter().filter_map(|nr| {
            let row = self.class_row(*nr)?;
            let mut args = Self::of_n(row).to_vec();
            args.extend([
                ("cookie", self.cookie(&row.item.name, &row.item.of)),
                ("scenario", self.scenario_of(row)),
                ("row", self.row(letter::CLASSES, "t-classes", row.nr)),
            ]);
            Some(self.page.message("case-ten-6", &args))
        });
        self.or_none(said.collect(), "case-ten-6-none", self.table(letter::CLASSES, "t-classes"))
    }

    fn followed(&self) -> Vec<String> {
        let said = self.annex.sentences.followed.iter().filter_map(|sentence| {
            let line = self.annex.trail.rows.iter().find(|row| row.nr == sentence.trail)?;
            let control = match sentence.blocked {
                _ if line.row.policy == "blocked" => self.page.say("trail-clause-control"),
                0 => self.page.say("case-control-none"),
                n => self.page.message("case-control-blocked", &[("m", Cell::from(sentence.blocked_recorded)), ("n", Cell::from(n))]),
            };
            let told = self.page.trail_sentence(&line.row, line.choice.as_slice(), Some(control));
            Some(format!("{told} ({}; {})", self.row(letter::TRAIL, "t-trail", line.nr), self.cells.behind(&line.behind)))
        });
        self.or_none(said.collect(), "case-ten-7-none", self.table(letter::TRAIL, "t-trail"))
    }

    fn registered(&self) -> Vec<String> {
        let mut said = Vec::new();
        let rows = |nr: &u64| self.annex.locations.rows.iter().find(|row| row.nr == *nr);
        for row in self.annex.sentences.registered.iter().filter_map(rows) {
            for of in row.databases.iter().filter(|of| of.found) {
                let known = |text: &Option<String>| text.as_deref().map_or_else(|| safe(&self.muted("not-established")), Cell::from);
                let args = [
                    ("ip", Cell::from(&*row.address)),
                    ("hosts", self.list(&row.hosts)),
                    ("database", Cell::from(&*of.database)),
                    ("date", Cell::from(&*of.date)),
                    ("org", known(&of.organisation)),
                    ("country", known(&of.country)),
                    ("row", self.row(letter::LOCATIONS, "t-locations", row.nr)),
                ];
                said.push(self.page.message("case-ten-8", &args));
            }
        }
        if said.is_empty() {
            let not_public = self.annex.sentences.not_public;
            let args = [("n", Cell::from(self.annex.locations.rows.len())), ("row", self.table(letter::LOCATIONS, "t-locations"))];
            let more = match not_public {
                0 => String::new(),
                n => format!(" {}", self.page.message("case-ten-8-not-public", &[("n", Cell::from(n))])),
            };
            said.push(self.page.message("case-ten-8-none", &args) + &more);
        }
        said
    }

    fn rests_on(&self) -> String {
        let operator = if self.annex.auditor.is_empty() { safe(&self.muted("not-recorded")) } else { Cell::from(&*self.annex.auditor) };
        let rests = [("operator", operator), ("row", self.table(letter::REGISTER, "t-register"))];
        let rests_on = if self.annex.sentences.stamped.recordings > 0 { "case-rests-stamped" } else { "case-rests-unstamped" };
        let args = [
            ("creators", self.list(&self.annex.examined.creators)),
            ("tool", Cell::from(self.of.tool)),
            ("version", safe(self.of.tool_version)),
            ("digest", safe(&code(&self.annex.method.rules_sha256, &self.page.texts))),
            ("stamped", safe(&self.stamped())),
            ("rests", safe(&self.page.message(rests_on, &rests))),
        ];
        self.page.message("case-ten-9", &args)
    }

    /// What is known of timestamps: those that hold with authority and time, and how many do not or cannot be read.
    fn stamped(&self) -> String {
        let of = &self.annex.sentences.stamped;
        let count = |n: u64| Cell::from(n);
        let mut said = Vec::new();
        if of.recordings > 0 {
            let args = [("n", count(of.recordings)), ("of", count(self.annex.examined.used)), ("whole", count(of.whole))];
            said.push(self.page.message("case-stamped", &args));
            said.extend(of.by.iter().map(|by| self.stamped_by(by)));
            said.push(self.page.say("case-stamped-trust"));
        } else {
            said.push(self.page.say(if of.not_held > 0 { "case-stamped-none-holds" } else { "case-stamped-none" }));
        }
        for (n, id) in [(of.not_held, "case-stamped-not-held"), (of.unreadable, "case-stamped-unreadable")] {
            said.extend((n > 0).then(|| self.page.message(id, &[("n", count(n))])));
        }
        said.join(" ")
    }

    fn stamped_by(&self, by: &StampedBy) -> String {
        let qualified = match (&*by.qualified, &by.source) {
            ("yes" | "no", Some(source)) => {
                let answer = self.page.say(&format!("case-w-qualified-{}", by.qualified));
                self.page.message("case-qualified-source", &[("answer", safe(&answer)), ("source", Cell::from(&**source))])
            }
            ("yes" | "no", None) => self.page.say(&format!("case-w-qualified-{}", by.qualified)),
            _ => self.page.say("case-w-qualified-unknown"),
        };
        let mut args = vec![
            ("authority", safe(&code(&by.authority, &self.page.texts))),
            ("qualified", safe(&qualified)),
            ("n", Cell::from(by.recordings)),
            ("time", self.page.moment(Some(&by.first))),
        ];
        if by.first == by.last {
            return self.page.message("case-stamped-by", &args);
        }
        args.push(("last", self.page.moment(Some(&by.last))));
        self.page.message("case-stamped-by-several", &args)
    }

    fn not_seen(&self) -> Vec<String> {
        let not = &self.annex.sentences.not_seen;
        let args = [
            ("n", Cell::from(not.tunnels)),
            ("bytes", Cell::from(not.tunnel_bytes)),
            ("k", Cell::from(not.not_used)),
            ("of", Cell::from(self.annex.examined.recordings)),
            ("row", self.table(letter::REGISTER, "t-register")),
        ];
        let mut said = vec![self.page.message(if not.not_used == 0 { "case-ten-10-all" } else { "case-ten-10" }, &args)];
        if not.without_custody > 0 {
            said.push(self.page.message("case-ten-10-other", &[("n", Cell::from(not.without_custody))]));
        }
        said
    }
}
