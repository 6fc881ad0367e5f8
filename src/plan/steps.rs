//! Steps that a script takes in a browser, as a TOML file of `[[step]]` tables with one entry each. They are data: whoever drives a browser carries
//! them out, and the digest of the file stands in the recording.
//!
//! ```toml
//! [[step]]
//! open = "{target}"
//! [[step]]
//! wait-for = { selector = "#consent-decline", within = 20 }
//! [[step]]
//! path = "choice"          # here the steps of the scenario's path of choices are taken
//! [[step]]
//! scroll = 700
//! ```

use serde::{Deserialize, Serialize};

use crate::model::{ChoicePath, Digest};

/// Seconds that a step waits for what it needs, unless it says otherwise.
pub const PATIENCE_SECONDS: u32 = 20;

/// A file of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Name of the file, as it is printed.
    pub file: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// The steps, in order.
    pub steps: Vec<Placed>,
}

/// A step with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Line of the file, from 1.
    pub line: u32,
    /// The step.
    pub step: Step,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// Go to an address and wait until it has loaded. `{target}` stands for that of the scenario's target.
    Open(String),
    /// Wait until an element is there.
    WaitFor(WaitFor),
    /// Wait until an expression (JavaScript) of the page is true.
    WaitUntil(Condition),
    /// Wait until the page asks for nothing new for a while.
    Quiet(Quiet),
    /// Click.
    Click(Element),
    /// Click on a button of a consent screen: its literal text is marked as the choice first.
    Choose(Choose),
    /// Record the consent screen that is shown, as evidence: its literal options, text and picture.
    ConsentScreen(ConsentStep),
    /// Choose in the consent screen that is shown, by a rule that the auditor added to the case (`autoconsent`).
    Autoconsent(Ruled),
    /// Turn the wheel by so many pixels (negative: up).
    Scroll(i32),
    /// Type into a field.
    Type(Typed),
    /// Keep a picture of what the window shows, under this label.
    Screenshot(String),
    /// Note this moment.
    Mark(String),
    /// Take the steps of another part of the scenario: `choice` or `persona`.
    Path(Part),
    /// A wall in the way (a request to log in, say) is an outcome of its own: if the element is there, it is noted under this name and the rest of the
    /// steps is left out.
    EndIf(EndIf),
    /// Stop until the operator has done what the text says.
    Operator(String),
    /// Close the browser and open it again with the same profile.
    Restart(bool),
}

/// An element of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Element {
    /// The first that matches a CSS selector.
    Selector(String),
    /// Otherwise described.
    Described(Described),
}

/// An element as a person would describe it. Exactly one of `selector`, `text` and `role` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// CSS selector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// What it reads, spaces at both ends aside: the innermost element with this text that can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its role (WAI-ARIA), explicit or that of its tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its accessible name, or a part of it; with `role` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// See [`Step::WaitFor`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WaitFor {
    /// [`PATIENCE_SECONDS`] at most.
    Selector(String),
    /// With a time of its own.
    Within(Within),
}

/// An element and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// CSS selector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// What it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Seconds.
    #[serde(default = "patience")]
    pub within: u32,
}

/// See [`Step::WaitUntil`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A JavaScript expression.
    #[serde(rename = "true")]
    pub expression: String,
    /// Seconds.
    #[serde(default = "patience")]
    pub within: u32,
}

/// See [`Step::Quiet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Milliseconds without a new request.
    #[serde(rename = "for")]
    pub quiet_for: u32,
    /// Seconds.
    #[serde(default = "patience")]
    pub within: u32,
}

/// See [`Step::Choose`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choose {
    /// The button.
    pub button: Element,
    /// Its literal text, if the steps insist on one; another text stops them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether the click only leads on to another layer and chooses nothing itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leads_on: bool,
}

/// See [`Step::ConsentScreen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentStep {
    /// CSS selector of the screen.
    pub selector: String,
    /// Which layer, from 1.
    pub layer: u32,
    /// What the screen is called in reports; the same name joins its layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// See [`Step::Autoconsent`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruled {
    /// What is chosen.
    pub choice: RuledPath,
    /// Name of the rule. Without it: the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Identifier of the kept file of rules, needed where the case keeps several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Seconds in which a rule has to fit.
    #[serde(default = "patience")]
    pub within: u32,
    /// What the screen is called in reports. Without it: the name of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What is chosen by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuledPath {
    /// What is optional is declined.
    Decline,
    /// Everything is allowed.
    Allow,
    /// Such rules know no withdrawal; that is said to whoever writes it.
    Withdraw,
}

impl RuledPath {
    /// As it stands in steps and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Decline => "decline",
            Self::Allow => "allow",
            Self::Withdraw => "withdraw",
        }
    }

    /// What is wrong with choosing so on a planned path, if anything is.
    #[must_use]
    pub const fn against(self, path: ChoicePath) -> Option<&'static str> {
        match (self, path) {
            (_, ChoicePath::NoChoice) => {
                Some("chooses by a rule, and on the path no-choice nothing is chosen; take the step away, or name another path")
            }
            (Self::Allow, ChoicePath::Decline) => Some("allows, and the path declines; write choice = \"decline\", or name another path"),
            (Self::Decline, ChoicePath::Allow) => Some("declines, and the path allows; write choice = \"allow\", or name another path"),
            (Self::Decline, ChoicePath::Withdraw) => {
                Some("declines, and such rules know no withdrawal; allow by a rule, and withdraw by click and choose")
            }
            _ => None,
        }
    }
}

/// See [`Step::Type`]. Exactly one of `seed` and `text` is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// CSS selector of the field.
    pub into: String,
    /// Identifier of a planted value of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// A text that is no secret and identifies nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// See [`Step::Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The steps of the persona, such as logging in.
    Persona,
    /// The steps of the path of choices.
    Choice,
}

/// See [`Step::EndIf`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndIf {
    /// CSS selector.
    pub selector: String,
    /// Name of the outcome, such as `login-wall`.
    pub outcome: String,
}

fn patience() -> u32 {
    PATIENCE_SECONDS
}

/// A mistake in a file of steps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct StepsError {
    /// The file.
    pub file: String,
    /// Line from 1; 0: the whole file.
    pub line: u32,
    /// What is wrong, and what to write instead.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    step: Vec<toml::Spanned<Step>>,
}

impl Steps {
    /// Reads a file of steps. `file`: its name, for messages.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line.
    pub fn read(file: &str, text: &str) -> Result<Self, StepsError> {
        let line_of = |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() as u32;
        let wrong = |line, what: String| StepsError { file: file.to_owned(), line, what };
        let read: File =
            toml::from_str(text).map_err(|error| wrong(error.span().map_or(0, |span| line_of(span.start)), error.message().to_owned()))?;
        if read.step.is_empty() {
            return Err(wrong(0, "there is no step in it; write tables such as [[step]] with open = \"{target}\"".to_owned()));
        }
        let mut steps = Vec::new();
        for spanned in read.step {
            let line = line_of(spanned.span().start);
            let step = spanned.into_inner();
            step.check().map_err(|what| wrong(line, what.to_owned()))?;
            steps.push(Placed { line, step });
        }
        Ok(Self { file: file.to_owned(), digest: Digest::of(text.as_bytes()), steps })
    }
}

impl Steps {
    /// Whether a step takes the steps of another part of the scenario.
    #[must_use]
    pub fn takes(&self, part: Part) -> bool {
        self.steps.iter().any(|placed| placed.step == Step::Path(part))
    }
}

impl Element {
    /// As it is described, whichever way it was written.
    #[must_use]
    pub fn described(&self) -> Described {
        match self {
            Self::Selector(selector) => Described { selector: Some(selector.clone()), ..Described::default() },
            Self::Described(described) => described.clone(),
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        let Described { selector, text, role, name } = self.described();
        let ways = usize::from(selector.is_some()) + usize::from(text.is_some()) + usize::from(role.is_some());
        if ways != 1 {
            return Err("an element is given by exactly one of selector, text and role");
        }
        if name.is_some() && role.is_none() {
            return Err("name goes with role");
        }
        Ok(())
    }
}

impl WaitFor {
    /// What is waited for, and for how many seconds at most.
    #[must_use]
    pub fn parts(&self) -> (Described, u32) {
        match self {
            Self::Selector(selector) => (Described { selector: Some(selector.clone()), ..Described::default() }, PATIENCE_SECONDS),
            Self::Within(Within { selector, text, within }) => {
                (Described { selector: selector.clone(), text: text.clone(), ..Described::default() }, *within)
            }
        }
    }
}

impl Step {
    /// What serde cannot say: which entries exclude each other.
    fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Click(element) => element.check(),
            Self::Choose(choose) => choose.button.check(),
            Self::WaitFor(WaitFor::Within(Within { selector, text, .. })) if selector.is_some() == text.is_some() => {
                Err("wait-for takes exactly one of selector and text")
            }
            Self::Type(Typed { seed, text, .. }) if seed.is_some() == text.is_some() => Err("type takes exactly one of seed and text"),
            Self::ConsentScreen(ConsentStep { layer: 0, .. }) => Err("layers are counted from 1"),
            Self::Autoconsent(Ruled { choice: RuledPath::Withdraw, .. }) => {
                Err("such rules decline or allow and know no withdrawal; withdraw by steps of your own (click, choose)")
            }
            Self::Restart(false) => Err("leave the step away, or write restart = true"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_step_reads() {
        let text = r##"
[[step]]
open = "{target}"
[[step]]
wait-for = "#consent"
[[step]]
wait-for = { text = "Welkom", within = 5 }
[[step]]
wait-until = { true = "document.title.length > 0" }
[[step]]
quiet = { for = 300, within = 10 }
[[step]]
click = "#more"
[[step]]
click = { role = "button", name = "Meer" }
[[step]]
choose = { button = { text = "Alle cookies toestaan" }, text = "Alle cookies toestaan" }
[[step]]
consent-screen = { selector = "#consent", layer = 1 }
[[step]]
autoconsent = { choice = "decline" }
[[step]]
scroll = -700
[[step]]
type = { into = "#mail", seed = "seed-1" }
[[step]]
screenshot = "na de keuze"
[[step]]
mark = "De Page wordt geopend."
[[step]]
path = "choice"
[[step]]
end-if = { selector = "#login-wall", outcome = "login-wall" }
[[step]]
operator = "Meld aan en druk op Enter."
[[step]]
restart = true
"##;
        let steps = Steps::read("page.toml", text).expect("reads");
        assert_eq!(steps.steps.len(), 18);
        assert_eq!(steps.steps[0], Placed { line: 2, step: Step::Open("{target}".to_owned()) });
        let Step::WaitFor(wait) = &steps.steps[2].step else { panic!("a wait") };
        assert_eq!(wait.parts().1, 5);
        // Whoever writes steps finds each kind in the documentation.
        for Placed { step, .. } in &steps.steps {
            let json = serde_json::to_value(step).expect("JSON");
            let kind = json.as_object().and_then(|entry| entry.keys().next()).expect("a kind").clone();
            assert!(DOCUMENTATION.contains(&format!("\n| `{kind} = ")), "{kind} is not in docs/steps.md");
        }
    }

    const DOCUMENTATION: &str = include_str!("../../docs/steps.md");

    #[test]
    fn examples_of_the_documentation_read() {
        let blocks: Vec<&str> = DOCUMENTATION.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
        assert_eq!(blocks.len(), 2);
        for block in blocks {
            Steps::read("docs/steps.md", block).expect(block);
        }
    }

    #[test]
    fn a_mistake_names_its_line() {
        for (text, line, part) in [
            ("", 0, "no step"),
            ("[[step]]\nopen = 1\n", 2, "string"),
            ("[[step]]\nscroll = 1\n\n[[step]]\nclick = { text = \"a\", role = \"button\" }\n", 4, "exactly one"),
            ("[[step]]\njump = 1\n", 2, "jump"),
            ("[[step]]\ntype = { into = \"#a\" }\n", 1, "exactly one of seed and text"),
            ("[[step]]\nautoconsent = { choice = \"withdraw\" }\n", 1, "no withdrawal"),
        ] {
            let error = Steps::read("a.toml", text).expect_err(text);
            assert!(error.line == line && error.what.contains(part), "{text:?}: {error}");
        }
    }
}
