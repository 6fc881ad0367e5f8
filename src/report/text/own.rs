//! Messages of an organisation in place of ours. Each overrules one message by its name; what a message says of a simulation, of what is not in a recording
//! and of what was masked is not theirs to change.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;

use super::{Lang, Texts, messages};

/// Names that begin so, or hold `simulated`, belong to messages that nobody overrules.
const FIXED: [&str; 17] = [
    "gap-",
    "cmp-w-gap-",
    "k-custody-masks",
    "not-used",
    "s-not",
    "not-established",
    "assessment-none",
    "risks-none",
    "cut",
    "case-ten-",
    "case-stamped",
    "case-qualified",
    "case-w-qualified",
    "case-control",
    "case-not-sent",
    "case-brief-not-sent",
    "case-verify-rests",
];

/// What is wrong in a file of messages, with its line from 1.
pub(in crate::report) type Wrong = (usize, String);

/// Whether a message stands as it is, whatever the style of the house.
fn is_fixed(id: &str) -> bool {
    id.contains("simulated") || FIXED.iter().any(|fixed| id.starts_with(fixed))
}

/// Names of the arguments that a message is written with.
fn arguments(written: &str) -> BTreeSet<&str> {
    let end = |name: &str| name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(name.len());
    written.split('$').skip(1).map(|name| &name[..end(name)]).collect()
}

/// A message of a file: the line on which it begins, its name, and how it is written.
struct Given<'t> {
    line: usize,
    id: &'t str,
    written: String,
}

/// The messages of a file, one behind the other, and lines that begin none.
fn given(text: &str) -> (Vec<Given<'_>>, Vec<Wrong>) {
    let (mut all, mut wrong): (Vec<Given<'_>>, Vec<Wrong>) = (Vec::new(), Vec::new());
    for (nr, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '\t', '}', '[', '*']) {
            if line.trim_start().starts_with('.') {
                wrong.push((nr, "a message here has no attributes; take the line that begins with a full stop away".to_owned()));
            }
            if let Some(last) = all.last_mut() {
                last.written.push_str(line);
            }
            continue;
        }
        let id = line.split('=').next().unwrap_or_default().trim_end();
        let is_name =
            id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        match line.split_once('=').filter(|_| is_name) {
            Some((_, written)) => all.push(Given { line: nr, id, written: written.to_owned() }),
            None => wrong.push((nr, "begins no message; write `name = text`, with further lines set in".to_owned())),
        }
    }
    (all, wrong)
}

impl Texts {
    /// The messages of `lang`, with those of `text` (Fluent) in place of ours of the same names.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in the text, each with its line and what to do.
    pub(in crate::report) fn overruled(lang: Lang, text: &str) -> Result<Self, Vec<Wrong>> {
        let line_of = |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count();
        let (given, mut wrong) = given(text);
        let hidden = |c: char| super::super::html::is_hidden(c) && !matches!(c, '\n' | '\r' | '\t' | '\u{a0}' | '\u{ad}' | '\u{202f}');
        wrong.extend(
            text.char_indices()
                .find(|(_, c)| hidden(*c))
                .map(|(at, c)| (line_of(at), format!("holds the character U+{:04X}, which cannot be seen; take it away", u32::from(c)))),
        );
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, errors)| {
            let error = |pos: usize, why: String| (line_of(pos), format!("cannot be read as Fluent ({why}); mend the message there"));
            wrong.extend(errors.iter().map(|fault| error(fault.pos.start, fault.kind.to_string())));
            resource
        });
        let mut texts = Self::of(lang);
        let mut seen = BTreeSet::new();
        for Given { line, id, written } in &given {
            let Some((ours, said)) = messages(lang).find(|(ours, _)| ours == id) else {
                let file = "they stand in src/report/locale of the program's source";
                wrong.push((*line, format!("there is no message {id:?} in this version; correct the name ({file})")));
                continue;
            };
            if is_fixed(id) {
                let what = "says what is simulated, not seen, not established or masked, and stands as it is: take it away";
                wrong.push((*line, format!("the message {id:?} {what}")));
            }
            if !seen.insert(ours) {
                wrong.push((*line, format!("the message {id:?} stands twice; keep one")));
            }
            let (theirs, known) = (arguments(written), arguments(said));
            for name in theirs.difference(&known) {
                let all: Vec<String> = known.iter().map(|name| format!("${name}")).collect();
                let all = if all.is_empty() { "it has none".to_owned() } else { format!("it has {}", all.join(", ")) };
                wrong.push((*line, format!("the message {id:?} has no argument ${name}; {all}")));
            }
            // No message is made of others, so that each can be read for itself.
            if written.split('{').skip(1).any(|inner| !inner.trim_start().starts_with(['$', '"'])) {
                wrong.push((*line, format!("the message {id:?} is made of another message or a function; write it out")));
            }
        }
        texts.bundle.add_resource_overriding(resource);
        texts.own = seen;
        if wrong.is_empty() {
            wrong.extend(given.iter().filter(|of| !texts.is_written(of.id, &arguments(&of.written))).map(|of| {
                (of.line, format!("the message {:?} says nothing, or cannot be put together; write it as `name = text`", of.id))
            }));
        }
        if wrong.is_empty() {
            return Ok(texts);
        }
        wrong.sort();
        wrong.dedup();
        Err(wrong)
    }

    /// Whether all of them are ours.
    pub(in crate::report) fn is_ours(&self) -> bool {
        self.own.is_empty()
    }

    /// Whether a message can be put together with numbers as its arguments.
    fn is_written(&self, id: &str, arguments: &BTreeSet<&str>) -> bool {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else { return false };
        let arguments = arguments.iter().map(|name| (*name, super::Value::from(2))).collect();
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        errors.is_empty() && !said.trim().is_empty()
    }
}

/// Whether `id` is a message of ours.
#[cfg(test)]
fn is_ours(lang: Lang, id: &str) -> bool {
    super::source(lang).lines().any(|line| line.split(" =").next() == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let found = Texts::overruled(Lang::Nl, text).expect_err("a mistake");
        found.iter().map(|(line, what)| format!("{line}: {what}")).collect()
    }

    #[test]
    fn single_messages_are_overruled() {
        let own = "# ours\ntitle = Bijlage van het ministerie\nrequests-n = { $n ->\n    [one] één verzoek\n   *[other] { $n } verzoeken in totaal\n  }\n";
        let texts = Texts::overruled(Lang::Nl, own).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(texts.get("title", &[]), "Bijlage van het ministerie");
        assert_eq!(texts.get("requests-n", &[("n", 1234.into())]), "1.234 verzoeken in totaal");
        assert_eq!(texts.get("contents", &[]), Texts::of(Lang::Nl).get("contents", &[]));
        assert!(texts.without_arguments().all(|(id, _)| id != "title"), "what is overruled is asked for each time");
        for id in ["simulated-line", "title-simulated", "tables-simulated", "gap-no-set-cookies", "k-custody-masks-note", "not-used-text"] {
            assert!(is_fixed(id) && is_ours(Lang::Nl, id) && is_ours(Lang::En, id), "{id}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_line() {
        let said =
            wrong("title = { $x }\nno-such = a\nsimulated-line = niets\ntitle = b\ncontents = { overline }\nwhat is this\n-term = a\n");
        for (index, expected) in [
            "1: the message \"title\" has no argument $x; it has none",
            "2: there is no message \"no-such\" in this version",
            "3: the message \"simulated-line\" says what is simulated",
            "4: the message \"title\" stands twice",
            "5: the message \"contents\" is made of another message",
            "6: begins no message",
        ]
        .into_iter()
        .enumerate()
        {
            assert!(said.iter().any(|said| said.starts_with(expected)), "{index}: {said:?}");
        }
        assert!(said.iter().any(|said| said.starts_with("7: begins no message")), "{said:?}");
        assert!(wrong("title = a\u{202e}b\n")[0].starts_with("1: holds the character U+202E"));
        assert!(wrong("title = {\n").iter().any(|said| said.contains("cannot be read as Fluent")));
        assert!(wrong("title =\n    .label = x\n").iter().any(|said| said.starts_with("2: a message here has no attributes")));
    }
}
