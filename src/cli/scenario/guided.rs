//! Leads a person through a scenario: one sentence at a time, in the terminal and on the proxy's own page; Enter here or the button there says that it is
//! done. Never acts in the browser itself.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::bail;
use tokio::sync::mpsc::{Receiver, channel};

use crate::cli::live::{Live, Told};
use crate::cli::progress::Progress;
use crate::model::{ChoicePath, Mark, MarkKind, SaidBy, Scenario};
use crate::plan::steps::{Part, Placed, RuledPath};
use crate::plan::{Cell, Step, Steps};
use crate::proxy::{Guide, GuideStep};

use super::scripts::Scripts;

/// The person who is led.
pub(super) struct Operator<'o> {
    guide: Guide,
    /// Lines typed in the terminal; nothing where standard input is none.
    lines: Option<Receiver<String>>,
    progress: &'o Progress<'o>,
}

impl<'o> Operator<'o> {
    /// Whoever sits at the terminal and at the browser of this recording.
    pub(super) fn new(live: &Live<'_>, progress: &'o Progress<'o>) -> Self {
        Self { guide: live.proxy.guide(), lines: None, progress }
    }

    /// Asks for something and waits until it is done. What was typed with the Enter, if anything.
    pub(super) async fn ask(&mut self, text: &str, step: (usize, usize)) -> anyhow::Result<String> {
        self.guide.ask(GuideStep { text: text.to_owned(), step });
        self.progress.say(&format!("{}/{}  {text}", step.0, step.1));
        self.progress.say("     When it is done: Enter here, or the button on the page for marks.");
        let lines = self.lines.get_or_insert_with(typed);
        let typed = tokio::select! {
            () = self.guide.done() => String::new(),
            line = lines.recv() => match line {
                Some(line) => line,
                // No terminal, or it was closed: the page for marks still speaks.
                None => { self.guide.done().await; String::new() }
            },
        };
        self.guide.clear();
        Ok(typed.trim().to_owned())
    }
}

/// Lines typed in the terminal, read by a thread of their own, since reading cannot be given up. The thread ends with its input, or with the program.
fn typed() -> Receiver<String> {
    let (sender, receiver) = channel(1);
    if io::stdin().is_terminal() {
        std::thread::spawn(move || {
            for line in io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

/// What a person is asked to do for a scenario, in order: a sentence, and whether it is a choice in a consent screen.
fn sentences(cell: &Cell, scripts: Option<&Scripts>) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    match scripts {
        Some(scripts) => {
            if let Some(persona) = scripts.persona.as_ref().filter(|_| !scripts.target.takes(Part::Persona)) {
                said(persona, scripts, &cell.target.url, &mut all);
            }
            said(&scripts.target, scripts, &cell.target.url, &mut all);
        }
        None => {
            all.push((
                format!("Bring the browser into the state of the persona {} ({}).", cell.persona.id, cell.persona.state.id()),
                false,
            ));
            all.push((format!("Open {} and wait until it has come to rest. Choose nothing yet.", cell.target.url), false));
            let (choice, asked) = match cell.choice.path {
                ChoicePath::NoChoice => (false, "Choose nothing in any consent screen.".to_owned()),
                ChoicePath::Decline => {
                    (true, "In the consent screen, decline what is optional; then type the literal text of the button here.".to_owned())
                }
                ChoicePath::Allow => {
                    (true, "In the consent screen, allow everything; then type the literal text of the button here.".to_owned())
                }
                ChoicePath::Withdraw => {
                    (true, "In the consent screen, allow everything; then type the literal text of the button here.".to_owned())
                }
                ChoicePath::Other => {
                    (true, format!("Take the path of choices {}; then type the literal text of the button here.", cell.choice.id))
                }
            };
            all.push((asked, choice));
            if cell.choice.path == ChoicePath::Withdraw {
                all.push((
                    "Look for the way to take that choice back, take it, and type the literal text of the last button here.".to_owned(),
                    true,
                ));
            }
            all.push(("Scroll down once, and wait until the page has come to rest.".to_owned(), false));
        }
    }
    all
}

/// Steps of a script, said to a person.
fn said(steps: &Steps, scripts: &Scripts, target: &str, all: &mut Vec<(String, bool)>) {
    for Placed { step, .. } in &steps.steps {
        let sentence = match step {
            Step::Path(part) => {
                let inner = if *part == Part::Persona { scripts.persona.as_ref() } else { scripts.choice.as_ref() };
                if let Some(inner) = inner {
                    said(inner, scripts, target, all);
                }
                continue;
            }
            Step::Open(url) => format!("Open {}.", url.replace("{target}", target)),
            Step::Click(element) => format!("Click on {}.", named(&element.described())),
            Step::Choose(choose) => {
                let button = choose.text.clone().map_or_else(|| named(&choose.button.described()), |text| format!("{text:?}"));
                all.push((
                    format!("Click on {button} in the consent screen; then type the literal text of the button here."),
                    !choose.leads_on,
                ));
                continue;
            }
            // A person needs no rule.
            Step::Autoconsent(ruled) => {
                let what = if ruled.choice == RuledPath::Allow { "allow everything" } else { "decline what is optional" };
                all.push((format!("In the consent screen, {what}; then type the literal text of the button here."), true));
                continue;
            }
            Step::Scroll(pixels) if *pixels < 0 => "Scroll up.".to_owned(),
            Step::Scroll(_) => "Scroll down.".to_owned(),
            Step::Type(typed) => {
                let what = typed.text.clone().or_else(|| typed.seed.clone().map(|seed| format!("the planted value {seed}")));
                format!("Type {} into the field {}.", what.unwrap_or_default(), typed.into)
            }
            Step::Mark(text) | Step::Operator(text) => text.clone(),
            Step::Restart(_) => "Close the browser and open it again.".to_owned(),
            // What a script waits for or looks at, a person sees.
            Step::WaitFor(_) | Step::WaitUntil(_) | Step::Quiet(_) | Step::ConsentScreen(_) | Step::Screenshot(_) | Step::EndIf(_) => {
                continue;
            }
        };
        all.push((sentence, false));
    }
}

fn named(described: &crate::plan::steps::Described) -> String {
    let crate::plan::steps::Described { selector, text, role, name } = described;
    match (text, role, name, selector) {
        (Some(text), ..) => format!("{text:?}"),
        (_, Some(role), Some(name), _) => format!("the {role} {name:?}"),
        (_, Some(role), ..) => format!("the {role}"),
        (.., Some(selector)) => format!("the element {selector}"),
        _ => "the element".to_owned(),
    }
}

/// Leads a person through a scenario, until all is done or the recording ends.
pub(super) async fn lead(
    (cell, scenario): (&Cell, &Scenario),
    scripts: Option<&Scripts>,
    live: &Live<'_>,
    told: &mut Told,
    progress: &Progress<'_>,
) -> anyhow::Result<()> {
    let all = sentences(cell, scripts);
    let of = all.len();
    let mut operator = Operator::new(live, progress);
    progress.say(&format!("Scenario {}, repetition {}: {of} steps.", scenario.name, scenario.repetition));
    for (index, (sentence, choice)) in all.iter().enumerate() {
        let typed = tokio::select! {
            typed = operator.ask(sentence, (index + 1, of)) => typed?,
            ended = told.end(live) => {
                ended?;
                bail!("the recording was ended at step {} of {of}: {sentence}", index + 1);
            }
        };
        let mark = |kind, text: String| live.mark(Mark { kind, said_by: SaidBy::Operator, text });
        // Without the literal text of the button a choice would not be one; the requests of the recording may still show it.
        match (*choice, typed.is_empty()) {
            (true, false) => mark(MarkKind::Choice, typed),
            (_, true) => mark(MarkKind::Note, format!("Done: {sentence}")),
            (false, false) => mark(MarkKind::Note, format!("Done: {sentence} ({typed})")),
        }
    }
    Ok(())
}
