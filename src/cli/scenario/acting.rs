//! Carries out the steps of a scenario in a driven browser, and puts beside the traffic what a step is meant to show: marks, pictures, consent screens and
//! what the browser itself reports. A step that cannot be done ends the visit; what was recorded until then stays and says where it stopped.

mod ruled;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use super::consent::{self, ConsentScreen};
use super::guided::Operator;
use super::scripts::Scripts;
use crate::browser::{Driver, Element};
use crate::cli::live::Live;
use crate::model::{Digest, Exhibit, ExhibitKind, HANDED_BACK, HANDED_OVER, Mark, MarkKind, RuleUse, SaidBy};
use crate::plan::steps::{Described, Part, Placed};
use crate::plan::{Step, Steps};

/// How a visit came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub(in crate::cli) enum Outcome {
    /// Every step was done.
    Complete,
    /// A wall stood in the way, which is an outcome of its own.
    Ended {
        /// Its name, such as `login-wall`.
        name: String,
        /// The step that found it.
        place: String,
    },
    /// A step could not be done.
    Stopped {
        /// The step.
        place: String,
        /// Why.
        why: String,
    },
}

impl Outcome {
    /// In one line, as the ledger keeps it.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Complete => "complete".to_owned(),
            Self::Ended { name, place } => format!("{name} ({place})"),
            Self::Stopped { place, why } => format!("stopped at {place}: {why}"),
        }
    }
}

/// What acting needs beside the browser.
pub(super) struct Stage<'s> {
    pub(super) live: &'s Live<'s>,
    pub(super) scripts: &'s Scripts,
    /// Address of the target.
    pub(super) target: &'s str,
    /// Planted values by identifier.
    pub(super) seeds: &'s BTreeMap<String, String>,
    pub(super) operator: &'s mut Operator<'s>,
}

/// A button that was clicked in a consent screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Clicked {
    text: String,
    leads_on: bool,
    /// Clicks in this screen up to and with this one.
    clicks: u32,
    place: String,
}

/// A visit under way.
pub(super) struct Visit<'v> {
    stage: Stage<'v>,
    /// Clicks in the consent screen that was recorded last.
    clicks: u32,
    screen: String,
    clicked: Vec<Clicked>,
    consent_rules: Vec<RuleUse>,
    steps_done: u64,
    handed_over: u64,
}

/// How the steps went on.
enum Went {
    On,
    Ended(String),
}

impl<'v> Visit<'v> {
    pub(super) fn new(stage: Stage<'v>) -> Self {
        Self { stage, clicks: 0, screen: String::new(), clicked: Vec::new(), consent_rules: Vec::new(), steps_done: 0, handed_over: 0 }
    }

    /// Takes all steps, those of the persona first unless the steps say where, and records how that came out.
    pub(super) async fn take(&mut self, driver: &mut Option<Driver>, restart: &mut dyn AsyncRestart) -> Outcome {
        let scripts = self.stage.scripts;
        let mut order: Vec<&Steps> = Vec::new();
        if let Some(persona) = scripts.persona.as_ref().filter(|_| !scripts.target.takes(Part::Persona)) {
            order.push(persona);
        }
        order.push(&scripts.target);
        let mut outcome = Outcome::Complete;
        for steps in order {
            match self.walk(steps, driver, restart).await {
                Ok(None) => {}
                Ok(Some((name, place))) => {
                    self.mark(MarkKind::Note, &format!("Ended: {name}"));
                    outcome = Outcome::Ended { name, place };
                    break;
                }
                Err((place, error)) => {
                    let why = format!("{error:#}");
                    self.mark(MarkKind::Note, &format!("Stopped at {place}: {why}"));
                    outcome = Outcome::Stopped { place, why };
                    break;
                }
            }
        }
        if let Some(driver) = driver {
            if outcome != Outcome::Complete {
                self.picture(driver, &outcome.line()).await;
            }
            self.report(driver, "end of the visit").await;
        }
        let done = json!({ "outcome": outcome, "steps_done": self.steps_done, "handed_to_operator": self.handed_over, "clicked": self.clicked, "consent_rules": self.consent_rules, "files": scripts.listed() });
        self.exhibit(ExhibitKind::Outcome, "steps of the visit", "application/json", done.to_string().into_bytes());
        outcome
    }

    /// Takes the steps of one file. The name and place of a wall that ended them, if one did; where and why they stopped.
    async fn walk(
        &mut self,
        steps: &Steps,
        driver: &mut Option<Driver>,
        restart: &mut dyn AsyncRestart,
    ) -> Result<Option<(String, String)>, (String, anyhow::Error)> {
        for Placed { line, step } in &steps.steps {
            let place = format!("{}, line {line}", steps.file);
            if let Step::Path(part) = step {
                let scripts = self.stage.scripts;
                let inner = match part {
                    Part::Persona => scripts.persona.as_ref(),
                    Part::Choice => scripts.choice.as_ref(),
                };
                // A path without steps, such as that of no choice, is taken by doing nothing.
                if let Some(inner) = inner
                    && let Some(ended) = Box::pin(self.walk(inner, driver, restart)).await?
                {
                    return Ok(Some(ended));
                }
                continue;
            }
            match self.step(step, &place, driver, restart).await {
                Ok(Went::On) => self.steps_done += 1,
                Ok(Went::Ended(name)) => return Ok(Some((name, place))),
                Err(error) => return Err((place, error)),
            }
        }
        Ok(None)
    }

    async fn step(
        &mut self,
        step: &Step,
        place: &str,
        browser: &mut Option<Driver>,
        restart: &mut dyn AsyncRestart,
    ) -> anyhow::Result<Went> {
        if let Step::Restart(_) = step {
            if let Some(driver) = browser.take() {
                driver.close().await;
            }
            *browser = Some(restart.start().await?);
            self.mark(MarkKind::Note, "The browser was closed and opened again with the same profile.");
            return Ok(Went::On);
        }
        let Some(driver) = browser.as_ref() else { bail!("there is no browser") };
        let seconds = |within: u32| Duration::from_secs(u64::from(within));
        match step {
            Step::Open(url) => driver.goto(&url.replace("{target}", self.stage.target)).await?,
            Step::WaitFor(wait) => {
                let (described, within) = wait.parts();
                driver.wait_for_element(&element(&described), seconds(within)).await?;
            }
            Step::WaitUntil(condition) => {
                driver.wait_until(&condition.expression, seconds(condition.within), &format!("that {}", condition.expression)).await?;
            }
            Step::Quiet(quiet) => {
                let requests = "performance.getEntriesByType('resource').length + document.readyState";
                let still = Duration::from_millis(u64::from(quiet.quiet_for));
                driver.wait_settled(requests, still, seconds(quiet.within)).await?;
            }
            Step::Click(described) => {
                driver.click_on(&element(&described.described())).await?;
                self.clicks += 1;
            }
            Step::Choose(choose) => {
                let button = element(&choose.button.described());
                let text = driver.text_of(&button).await?;
                if let Some(wanted) = choose.text.as_ref().filter(|wanted| **wanted != text) {
                    bail!("the button {button} says {text:?}, and the steps expect {wanted:?}; look at the screen, and mend the steps");
                }
                self.clicks += 1;
                let clicked = Clicked { text: text.clone(), leads_on: choose.leads_on, clicks: self.clicks, place: place.to_owned() };
                self.clicked.push(clicked);
                if choose.leads_on {
                    self.mark(MarkKind::Note, &text);
                } else {
                    // What the browser holds at this moment is what it held before the choice.
                    self.report(driver, &format!("before the choice {text:?}")).await;
                    self.mark(MarkKind::Choice, &text);
                }
                driver.click_on(&button).await?;
            }
            Step::ConsentScreen(wish) => {
                let mut screen = consent::read(driver, &wish.selector).await?;
                screen.name = wish.name.clone().unwrap_or_else(|| wish.selector.clone());
                screen.layer = wish.layer;
                self.keep_screen(screen, driver).await?;
            }
            Step::Autoconsent(ruled) => self.choose_by_rule(ruled, place, driver).await?,
            Step::Scroll(pixels) => driver.scroll(f64::from(*pixels)).await?,
            Step::Type(typed) => {
                let text = match (&typed.text, &typed.seed) {
                    (Some(text), _) => text,
                    (None, Some(seed)) => self.stage.seeds.get(seed).with_context(|| {
                        format!("the planted value {seed} is not open; name the key of the case's planted values with --seeds-key")
                    })?,
                    (None, None) => bail!("there is nothing to type"),
                };
                driver.fill(&typed.into, text).await?;
            }
            Step::Screenshot(label) => {
                self.picture(driver, label).await.context("the browser gave no picture")?;
            }
            Step::Mark(text) => {
                self.mark(MarkKind::Note, text);
                self.report(driver, text).await;
            }
            Step::EndIf(wall) => {
                if driver.has(&Element::css(&wall.selector)).await? {
                    return Ok(Went::Ended(wall.outcome.clone()));
                }
            }
            Step::Operator(text) => {
                self.mark(MarkKind::Note, &format!("{HANDED_OVER}: {text}"));
                self.handed_over += 1;
                self.stage.operator.ask(text, (1, 1)).await?;
                self.mark(MarkKind::Note, HANDED_BACK);
            }
            Step::Path(_) | Step::Restart(_) => {}
        }
        Ok(Went::On)
    }

    /// Keeps a layer of a consent screen, with a picture of it.
    async fn keep_screen(&mut self, mut screen: ConsentScreen, driver: &Driver) -> anyhow::Result<()> {
        if screen.layer == 1 || self.screen != screen.name {
            self.clicks = 0;
            self.screen.clone_from(&screen.name);
        }
        screen.clicks = self.clicks;
        let about = format!("{}, layer {}", screen.name, screen.layer);
        screen.picture_sha256 = self.picture(driver, &format!("consent screen {about}")).await;
        self.exhibit(ExhibitKind::ConsentScreen, &about, "application/json", serde_json::to_vec(&screen)?);
        Ok(())
    }

    fn mark(&self, kind: MarkKind, text: &str) {
        self.stage.live.mark(Mark { kind, said_by: SaidBy::Script, text: text.to_owned() });
    }

    fn exhibit(&self, kind: ExhibitKind, about: &str, media_type: &str, bytes: Vec<u8>) {
        self.stage.live.exhibit(Exhibit {
            kind,
            said_by: SaidBy::Script,
            about: about.to_owned(),
            media_type: media_type.to_owned(),
            bytes: Bytes::from(bytes),
        });
    }

    /// Keeps what the browser itself says. That it says nothing is no reason to end a visit; the missing report is a gap.
    async fn report(&self, driver: &Driver, about: &str) {
        match driver.report().await.map_err(anyhow::Error::from).and_then(|report| Ok(serde_json::to_vec(&report)?)) {
            Ok(bytes) => self.exhibit(ExhibitKind::BrowserReport, about, "application/json", bytes),
            Err(error) => tracing::warn!("the browser gave no report at {about:?}: {error:#}"),
        }
    }

    /// Keeps a picture of the window. Its digest, unless the browser gives none.
    async fn picture(&self, driver: &Driver, about: &str) -> Option<String> {
        match driver.screenshot().await {
            Ok(picture) => {
                let digest = Digest::of(&picture).to_string();
                self.exhibit(ExhibitKind::Screenshot, about, "image/png", picture);
                Some(digest)
            }
            Err(error) => {
                tracing::warn!("no picture was taken of {about:?}: {error}");
                None
            }
        }
    }
}

/// Starts the browser of a visit again.
pub(super) trait AsyncRestart {
    /// Starts it with the same profile.
    fn start(&mut self) -> std::pin::Pin<Box<dyn Future<Output = anyhow::Result<Driver>> + '_>>;
}

/// An element as the browser takes it.
fn element(described: &Described) -> Element {
    let Described { selector, text, role, name } = described.clone();
    Element { selector, text, role, name }
}
