//! Compiles statements of vendors' texts: what is said, where, and by what it can be tested.

use super::checks::RawRequest;
use super::{Compiler, File};
use crate::model::PersonaState;
use crate::rules::raw::{RawSeen, RawStatement};
use crate::rules::statement::{LONGEST_QUOTATION, Sight, Statement, Test, When};
use crate::rules::subject::FIELD_PLACES;

impl Compiler {
    pub(super) fn statement(&mut self, file: &File<'_>, raw: &RawStatement) {
        let before = self.mistakes();
        self.id(file, "statement", &raw.id);
        self.text(file, &raw.id, &raw.text);
        if raw.who.get_ref().trim().is_empty() {
            self.mistake(file, &raw.who, "the statement has no speaker".into(), "say whose text it is");
        }
        if let Some(quotation) = &raw.quotation {
            let length = quotation.get_ref().chars().count();
            if length > LONGEST_QUOTATION || quotation.get_ref().trim().is_empty() {
                let message = format!("a quotation of {length} characters");
                let hint = format!("quote 1 to {LONGEST_QUOTATION} characters, or leave the key out and tell it in your own words");
                self.mistake(file, quotation, message, &hint);
            }
        }
        let kept = raw.kept.as_ref().map(|digits| (digits, digits.get_ref().parse()));
        if let Some((digits, Err(_))) = &kept {
            let message = format!("{:?} is no SHA-256", digits.get_ref());
            self.mistake(file, digits, message, "write the 64 hexadecimal digits that `dataspoor keep list` prints, or leave the key out");
        }
        let observable = raw.observable.as_ref().is_none_or(|observable| *observable.get_ref());
        if observable == raw.seen.is_empty() {
            let (message, hint) = match observable {
                true => ("it is not said by what the statement can be tested", "add a [[statement.seen]], or say observable = false"),
                false => ("the statement is not observable and has something to be seen", "leave out observable, or what can be seen"),
            };
            self.mistake(file, &raw.id, message.into(), hint);
        }
        let tests: Vec<Test> = raw.seen.iter().filter_map(|seen| self.seen(file, raw, seen)).collect();
        let Some(source) = self.source(file, &raw.source) else { return };
        if self.mistakes() > before {
            return;
        }
        self.set.statements.push(Statement {
            id: raw.id.get_ref().clone(),
            place: file.place(&raw.id),
            by: raw.by,
            who: raw.who.get_ref().clone(),
            text: raw.text.clone(),
            quotation: raw.quotation.as_ref().map(|text| text.get_ref().clone()),
            kept: kept.and_then(|(_, digest)| digest.ok()),
            source,
            certainty: raw.certainty,
            tests,
        });
    }

    fn seen(&mut self, file: &File<'_>, raw: &RawStatement, seen: &RawSeen) -> Option<Test> {
        let when = match &seen.when {
            None => Some(When::Any),
            Some(word) => {
                let ids = When::ALL.map(When::id);
                let found = self.word(file, word, &ids);
                found.and_then(|found| When::ALL.into_iter().find(|when| when.id() == found))
            }
        };
        let mut personas = Vec::new();
        for word in &seen.personas {
            let ids: Vec<&'static str> = PersonaState::ALL.iter().map(|state| state.id()).collect();
            if let Some(found) = self.word(file, word, &ids) {
                personas.extend(PersonaState::ALL.iter().copied().filter(|state| state.id() == found));
            }
        }
        let sight = match (&seen.cookie_set, &seen.cookie_sent, seen.hosts.is_empty()) {
            (Some(name), None, true) | (None, Some(name), true) => {
                let Some(domain) = &seen.domain else {
                    self.mistake(file, name, "the cookie has no domain".into(), "add the domain it is kept for, such as \"facebook.com\"");
                    return None;
                };
                self.host_name(file, domain);
                let (name, domain) = (self.pattern(file, name), domain.get_ref().clone());
                match seen.cookie_set {
                    Some(_) => Sight::CookieSet { name, domain },
                    None => Sight::CookieSent { name, domain },
                }
            }
            (None, None, false) => {
                let request = RawRequest {
                    hosts: &seen.hosts,
                    host_names: &[],
                    paths: &seen.paths,
                    methods: seen.methods.as_deref(),
                    parameters: &[],
                    query: Some(&seen.query),
                    headers: &[],
                };
                let at = self.request(file, &request);
                let field = match &seen.field {
                    None => None,
                    Some(text) => {
                        let found = text.get_ref().split_once(':').and_then(|(place, name)| {
                            Some((FIELD_PLACES.iter().copied().find(|known| *known == place)?, name)).filter(|(_, name)| !name.is_empty())
                        });
                        let Some((place, name)) = found else {
                            let hint = "write it as in \"query:dl\"; rules/README.md lists the places";
                            self.mistake(file, text, format!("{:?} is no PLACE:NAME", text.get_ref()), hint);
                            return None;
                        };
                        let name = toml::Spanned::new(text.span(), name.to_owned());
                        Some((place, self.pattern(file, &name)))
                    }
                };
                Sight::Request { at, field }
            }
            _ => {
                let hint = "give exactly one of cookie_set, cookie_sent and hosts";
                self.mistake(file, &raw.id, "what is to be seen is nothing, or several things".into(), hint);
                return None;
            }
        };
        Some(Test { written: written(seen), sight, when: when?, personas })
    }
}

/// What is to be seen, as the rule writes it.
fn written(seen: &RawSeen) -> String {
    let list = |texts: &[toml::Spanned<String>]| texts.iter().map(|text| text.get_ref().as_str()).collect::<Vec<_>>().join(", ");
    let domain = seen.domain.as_ref().map_or("", |domain| domain.get_ref());
    match (&seen.cookie_set, &seen.cookie_sent) {
        (Some(name), _) => format!("cookie_set {} @ {domain}", name.get_ref()),
        (_, Some(name)) => format!("cookie_sent {} @ {domain}", name.get_ref()),
        (None, None) => {
            let mut parts = vec![list(&seen.hosts), list(&seen.paths)];
            parts.extend(seen.query.iter().map(|(name, values)| format!("?{}={}", name.get_ref(), list(values))));
            parts.extend(seen.field.as_ref().map(|field| field.get_ref().clone()));
            parts.retain(|part| !part.is_empty());
            format!("request {}", parts.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::{RequestFacts, RuleSet, When};

    const HEAD: &str = "format = 2\nid = \"t\"\nversion = \"2026-11-22\"\ntitle = { en = \"T\", nl = \"T\" }\n\
        [[source]]\nid = \"S\"\ntitle = \"Policy\"\npublisher = \"V\"\nreference = \"https://v.example/policy\"\ndate = \"2026-11-20\"\n";

    fn compile(text: &str) -> Result<RuleSet, String> {
        let text = format!("{HEAD}{text}");
        let lines = |found: Vec<crate::rules::Diagnostic>| found.iter().map(|one| format!("{one}\n")).collect();
        RuleSet::compile([("t.toml", text.as_str())]).map_err(lines)
    }

    const SOUND: &str = "[[statement]]\nid = \"s.one\"\nby = \"vendor\"\nwho = \"V\"\ntext = { en = \"e\", nl = \"n\" }\nquotation = \"We use it.\"\n\
        source = \"S\"\ncertainty = \"stated\"\n";

    #[test]
    fn a_statement_and_what_it_is_tested_by() {
        let text = format!(
            "{SOUND}[[statement.seen]]\ncookie_set = \"datr\"\ndomain = \"v.example\"\nwhen = \"before-choice\"\n\
             [[statement.seen]]\nhosts = [\"v.example\"]\npaths = [\"/tr\"]\nfield = \"query:dl\"\npersonas = [\"no-account\"]\n"
        );
        let rules = compile(&text).expect("sound");
        let [statement] = &rules.statements[..] else { panic!("{:?}", rules.statements) };
        let [cookie, request] = &statement.tests[..] else { panic!("{statement:?}") };
        assert_eq!(cookie.when, When::BeforeChoice);
        assert!(cookie.is_cookie_set("datr", "www.v.example") && !cookie.is_cookie_set("datr", "notv.example"));
        assert!(!cookie.is_cookie_sent("datr", "v.example") && !cookie.is_cookie_set("fr", "v.example"));
        let facts = RequestFacts::new("https://www.v.example/tr?dl=x", "www.v.example", "GET", &[]);
        assert!(request.is_request(&facts, [("query", "dl")].into_iter()));
        assert!(!request.is_request(&facts, [("form", "dl"), ("query", "rl")].into_iter()));
        assert!(request.counts_for(Some(crate::model::PersonaState::NoAccount)) && !request.counts_for(None));
        let rules = compile(&format!("{SOUND}observable = false\n")).expect("sound");
        assert!(rules.statements[0].tests.is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, words) in [
            (SOUND.to_owned(), "observable = false"),
            (
                format!("{SOUND}observable = false\n[[statement.seen]]\ncookie_set = \"a\"\ndomain = \"v.example\"\n"),
                "leave out observable",
            ),
            (format!("{SOUND}[[statement.seen]]\ncookie_set = \"a\"\n"), "domain"),
            (format!("{SOUND}[[statement.seen]]\ncookie_set = \"a\"\ndomain = \"v.example\"\nhosts = [\"v.example\"]\n"), "exactly one of"),
            (format!("{SOUND}[[statement.seen]]\nhosts = [\"v.example\"]\nwhen = \"later\"\n"), "before-choice"),
            (format!("{SOUND}[[statement.seen]]\nhosts = [\"v.example\"]\nfield = \"dl\"\n"), "PLACE:NAME"),
            (format!("{SOUND}kept = \"12\"\nobservable = false\n"), "no SHA-256"),
            (format!("{}observable = false\n", SOUND.replace("We use it.", &"x".repeat(301))), "301 characters"),
            (format!("{}observable = false\n", SOUND.replace("\"S\"", "\"T\"")), "declared neither"),
        ] {
            let found = compile(&text).expect_err(words);
            assert!(found.contains(words), "{found} does not say {words}");
        }
    }
}
