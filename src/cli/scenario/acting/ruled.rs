//! Chooses in a consent screen by a rule that the auditor added to the case, and keeps what was done: which rule of which file, what was clicked, and what
//! the rule's own test says of it. Clicks are those of a person. A rule that cannot be carried out whole is not begun.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::super::consent;
use super::{Clicked, Visit};
use crate::browser::{Answer, Asked, BrowserError, Driver};
use crate::cli::plain;
use crate::model::{MarkKind, NamedRule, RuleUse};
use crate::plan::autoconsent::{Act, Click, Condition, ConsentRule, Held, Part, STEP_VERSION, holds};
use crate::plan::steps::{Ruled, RuledPath};
use crate::vault::KeptRules;

/// How often a page is asked while something is waited for.
const AGAIN: Duration = Duration::from_millis(200);
/// How long a button may be covered or on its way, and a page be changing.
const UNSETTLED: Duration = Duration::from_secs(5);
/// How long the steps of a rule may take.
const LONGEST: Duration = Duration::from_secs(180);
/// Rules that may follow each other, where one only leads on to the screen of the next.
const ROUNDS: u32 = 4;
/// Names and steps that are told; further ones are counted.
const TOLD: usize = 50;

impl Visit<'_> {
    /// Carries out the rule that fits, and those that it leads on to. Everything that was done is kept, also where it stopped.
    pub(super) async fn choose_by_rule(&mut self, step: &Ruled, place: &str, driver: &Driver) -> anyhow::Result<()> {
        let scripts = self.stage.scripts;
        let Some(kept) = scripts.rules_of(step) else { bail!("the rules of this step were not read") };
        let mut taken: Vec<&str> = Vec::new();
        for layer in 1..=ROUNDS {
            let item = &kept.item;
            let rule = NamedRule { kept: item.id.clone(), file: item.file.clone(), sha256: item.sha256.clone(), name: String::new() };
            let mut used = RuleUse {
                rule,
                choice: step.choice.id().to_owned(),
                place: place.to_owned(),
                rules: kept.rules.rules.len() as u64,
                test: "not-reached".to_owned(),
                screen: "not-told".to_owned(),
                ..RuleUse::default()
            };
            let came = match self.look_for(step, (kept, &taken), &mut used, driver).await {
                Ok(rule) => self.carry_out(rule, (step, layer), &mut used, driver).await.map(|()| rule),
                Err(error) => Err(error),
            };
            self.consent_rules.push(used);
            let rule = came?;
            if !rule.leads_on {
                return Ok(());
            }
            taken.push(&rule.name);
        }
        bail!("{ROUNDS} rules led on to each other, and none chose ({}); write steps of your own (click, choose)", taken.join(", "))
    }

    /// Waits for a rule that fits the page and can be carried out.
    async fn look_for<'k>(
        &mut self,
        step: &Ruled,
        (kept, taken): (&'k KeptRules, &[&str]),
        used: &mut RuleUse,
        driver: &Driver,
    ) -> anyhow::Result<&'k ConsentRule> {
        let wanted = |rule: &&ConsentRule| {
            step.rule.as_ref().is_none_or(|name| rule.name == *name || !taken.is_empty()) && !taken.contains(&rule.name.as_str())
        };
        let asked: Vec<&ConsentRule> =
            kept.rules.rules.iter().filter(wanted).filter(|rule| rule.main && rule.version <= STEP_VERSION).collect();
        let until = Instant::now() + Duration::from_secs(u64::from(step.within));
        let mut fitted = Fitted::default();
        loop {
            if let Some(now) = timeout_at(until + UNSETTLED, fitting(&asked, driver)).await.unwrap_or(Ok(None))? {
                fitted = now;
            }
            let mut whole = None;
            used.also.clear();
            for rule in &fitted.rules {
                match (rule.hindrance(step.choice), whole) {
                    (None, None) => whole = Some(*rule),
                    (None, Some(_)) => used.also.push(rule.name.clone()),
                    (Some(why), _) => used.also.push(format!("{}: {why}", rule.name)),
                }
            }
            used.also.truncate(TOLD);
            if let Some(rule) = whole {
                used.rule.name.clone_from(&rule.name);
                return Ok(rule);
            }
            if Instant::now() >= until {
                break;
            }
            sleep(AGAIN).await;
        }
        let own = "write steps of your own (consent-screen, click, choose), or add a file with a rule for this screen";
        let file = format!("{} ({}, SHA-256 {})", kept.item.id, kept.item.file, kept.item.sha256);
        if !used.also.is_empty() {
            bail!(
                "of {file}, what fits this page cannot be carried out here to {}: {}; {own}",
                step.choice.id(),
                plain(&used.also.join("; "))
            );
        }
        let untold = match fitted.untold.as_slice() {
            [] => String::new(),
            names => format!("; of {} it could not be told ({})", names.len(), plain(&names[..names.len().min(TOLD)].join(", "))),
        };
        let which =
            step.rule.as_ref().map_or_else(|| format!("none of the {} rules", asked.len()), |name| format!("not the rule {name:?}"));
        bail!("{which} of {file} fitted this page within {} s{untold}; {own}", step.within)
    }

    /// Carries a rule out.
    async fn carry_out(
        &mut self,
        rule: &ConsentRule,
        (step, layer): (&Ruled, u32),
        used: &mut RuleUse,
        driver: &Driver,
    ) -> anyhow::Result<()> {
        let named = used.rule.clone();
        let label = format!("rule {} of {}", named.name, named.kept);
        for chain in rule.screens() {
            match consent::read_found(driver, chain).await {
                Ok(mut screen) => {
                    screen.name = step.name.clone().unwrap_or_else(|| named.name.clone());
                    (screen.layer, screen.rule) = (layer, Some(named.clone()));
                    self.keep_screen(screen, driver).await?;
                    break;
                }
                Err(BrowserError::NoElement { .. } | BrowserError::Script(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.mark(MarkKind::Note, &format!("Consent {label}, SHA-256 {}: {} begins.", named.sha256, step.choice.id()));
        let mut hand = Hand { visit: self, driver, used, label: &label, leads_on: rule.leads_on, stopped_at: String::new() };
        let came = timeout(LONGEST, hand.all(rule.steps_of(step.choice), false)).await;
        let stopped_at = hand.stopped_at;
        match came {
            Err(_) => bail!("{label} did not come to its end within {} s", LONGEST.as_secs()),
            Ok(Err(error)) => return Err(error.context(label)),
            Ok(Ok(false)) => bail!("{label} stopped at {stopped_at}; look at the pictures, and mend the steps"),
            Ok(Ok(true)) if used.clicks == 0 => bail!("{label} clicked nothing; look at the pictures, and mend the steps"),
            Ok(Ok(true)) => {}
        }
        used.screen = screen_later(rule, driver).await?.to_owned();
        used.test = test_of(rule, step.choice, driver).await?.to_owned();
        self.picture(driver, &format!("after {label}")).await;
        let clicks = used.clicks;
        self.mark(MarkKind::Note, &format!("Consent {label}: {clicks} click(s); screen {}; its own test: {}.", used.screen, used.test));
        if used.test == "failed" {
            bail!("by its own test, {label} did not do what it is for; look at the pictures, and write steps of your own (click, choose)");
        }
        Ok(())
    }
}

/// Rules that fit a page.
#[derive(Default)]
struct Fitted<'r> {
    /// Those for this address first, then those that do not only hide; otherwise in the order of the file.
    rules: Vec<&'r ConsentRule>,
    /// Names of those of which it cannot be told.
    untold: Vec<String>,
}

/// Which rules fit the page now. `None`: there was no page to ask.
async fn fitting<'r>(rules: &[&'r ConsentRule], driver: &Driver) -> Result<Option<Fitted<'r>>, BrowserError> {
    let mut fitted = Fitted::default();
    let patterns: Vec<Asked<'_>> =
        rules.iter().filter_map(|rule| rule.address.as_deref()).map(|pattern| Asked::Address { pattern }).collect();
    let Some(answers) = driver.ask(&patterns).await? else { return Ok(None) };
    let mut answers = answers.into_iter();
    let mut here = Vec::new();
    for rule in rules {
        match rule.address.as_ref().and_then(|_| answers.next()) {
            None | Some(Answer::Told(true)) => here.push(*rule),
            Some(Answer::Told(false)) => {}
            Some(Answer::Untold(_)) => fitted.untold.push(rule.name.clone()),
        }
    }
    let mut told: BTreeMap<&Condition, Held> =
        here.iter().flat_map(|rule| rule.asked()).map(|condition| (condition, Held::Untold)).collect();
    if !answer(&mut told, driver).await? {
        return Ok(None);
    }
    for rule in here {
        match rule.fits(&mut |condition| told.get(condition).copied().unwrap_or(Held::Untold)) {
            Held::Yes => fitted.rules.push(rule),
            Held::No => {}
            Held::Untold => fitted.untold.push(rule.name.clone()),
        }
    }
    fitted.rules.sort_by_key(|rule| (rule.address.is_none(), rule.cosmetic));
    Ok(Some(fitted))
}

/// Asks the page for all conditions at once; whether there was a page.
async fn answer(told: &mut BTreeMap<&Condition, Held>, driver: &Driver) -> Result<bool, BrowserError> {
    let asked: Vec<Asked<'_>> = told
        .keys()
        .map(|condition| match condition {
            Condition::Exists(chain) => Asked::There { chain },
            Condition::Visible(chain, seen) => Asked::Seen { chain, count: seen.id() },
            Condition::Cookie(text) => Asked::Cookie { text },
        })
        .collect();
    let Some(answers) = driver.ask(&asked).await? else { return Ok(false) };
    for (held, answer) in told.values_mut().zip(answers) {
        *held = match answer {
            Answer::Told(true) => Held::Yes,
            Answer::Told(false) => Held::No,
            Answer::Untold(_) => Held::Untold,
        };
    }
    Ok(true)
}

/// Whether steps that only ask come true now. A page that is changing is waited for.
async fn ask_all(acts: &[&[Act]], driver: &Driver) -> Result<Held, BrowserError> {
    let mut conditions = Vec::new();
    acts.iter().for_each(|acts| crate::plan::autoconsent::conditions(acts, &mut conditions));
    let until = Instant::now() + UNSETTLED;
    let mut told: BTreeMap<&Condition, Held> = conditions.into_iter().map(|condition| (condition, Held::Untold)).collect();
    while !answer(&mut told, driver).await? && Instant::now() < until {
        sleep(AGAIN).await;
    }
    let mut all = Held::Yes;
    for acts in acts {
        all = all.and(holds(acts, &mut |condition| told.get(condition).copied().unwrap_or(Held::Untold)));
    }
    Ok(all)
}

/// Whether the screen is still there a little later, as the rule tells it.
async fn screen_later(rule: &ConsentRule, driver: &Driver) -> Result<&'static str, BrowserError> {
    let until = Instant::now() + UNSETTLED;
    loop {
        match ask_all(&[&rule.manager, &rule.screen], driver).await? {
            Held::No => return Ok("gone"),
            Held::Yes if Instant::now() < until => sleep(AGAIN).await,
            Held::Yes => return Ok("there"),
            Held::Untold => return Ok("not-told"),
        }
    }
}

/// What the rule's own test says, which is about declining only.
async fn test_of(rule: &ConsentRule, choice: RuledPath, driver: &Driver) -> Result<&'static str, BrowserError> {
    match choice {
        _ if rule.test.is_empty() => return Ok("none"),
        RuledPath::Decline => {}
        RuledPath::Allow | RuledPath::Withdraw => return Ok("not-for-this-choice"),
    }
    let until = Instant::now() + UNSETTLED;
    loop {
        match ask_all(&[&rule.test], driver).await? {
            Held::Yes => return Ok("passed"),
            Held::Untold => return Ok("not-carried-out"),
            Held::No if Instant::now() >= until => return Ok("failed"),
            Held::No => sleep(AGAIN).await,
        }
    }
}

/// Whoever takes the steps of a rule.
struct Hand<'h, 'v, 's> {
    visit: &'h mut Visit<'v>,
    driver: &'s Driver,
    used: &'h mut RuleUse,
    label: &'s str,
    /// Whether the rule leads on, so that no click of it chooses.
    leads_on: bool,
    /// The step that did not come true, in words.
    stopped_at: String,
}

impl Hand<'_, '_, '_> {
    /// Takes steps in order until one that the rule needs does not come true. `after`: whether a click is sure to come behind them.
    async fn all(&mut self, acts: &[Act], after: bool) -> anyhow::Result<bool> {
        for (at, act) in acts.iter().enumerate() {
            let after = after || acts[at + 1..].iter().any(Act::surely_clicks);
            if !Box::pin(self.one(act, after)).await? && !act.optional {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn one(&mut self, act: &Act, after: bool) -> anyhow::Result<bool> {
        let mut all = true;
        for part in &act.parts {
            all &= self.part(act, part, after).await?;
        }
        let came = all != act.negated;
        if !came {
            self.stopped_at.clone_from(&act.place);
        }
        Ok(came)
    }

    async fn part(&mut self, act: &Act, part: &Part, after: bool) -> anyhow::Result<bool> {
        match part {
            Part::Ask(condition) => {
                let came = self.holds(condition).await? == Held::Yes;
                self.note(act, &said(condition), if came { "yes" } else { "no" });
                Ok(came)
            }
            Part::Await(condition, within) => {
                let came = self.comes(condition, *within).await?;
                self.note(act, &format!("wait for {}", said(condition)), if came { "yes" } else { "no" });
                Ok(came)
            }
            Part::Wait(time) => {
                sleep(Duration::from_millis(u64::from(*time))).await;
                Ok(true)
            }
            Part::Click(click) => self.click(act, click, after).await,
            Part::If { condition, then, otherwise } => match (Box::pin(self.one(condition, after)).await?, otherwise) {
                (true, _) => self.all(then, after).await,
                (false, Some(otherwise)) => self.all(otherwise, after).await,
                (false, None) => Ok(true),
            },
            Part::Any(acts) => {
                for act in acts {
                    if Box::pin(self.one(act, after)).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Part::NotHere(what, more) => {
                self.note(act, &format!("{what} {more}"), "not carried out here; the rule goes on without it");
                Ok(false)
            }
        }
    }

    async fn holds(&self, condition: &Condition) -> Result<Held, BrowserError> {
        let until = Instant::now() + UNSETTLED;
        let mut told = BTreeMap::from([(condition, Held::Untold)]);
        while !answer(&mut told, self.driver).await? && Instant::now() < until {
            sleep(AGAIN).await;
        }
        Ok(told.into_values().next().unwrap_or(Held::Untold))
    }

    /// Whether it holds within so many milliseconds.
    async fn comes(&self, condition: &Condition, within: u32) -> Result<bool, BrowserError> {
        let until = Instant::now() + Duration::from_millis(u64::from(within));
        loop {
            if self.holds(condition).await? == Held::Yes {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            sleep(AGAIN).await;
        }
    }

    async fn click(&mut self, act: &Act, click: &Click, after: bool) -> anyhow::Result<bool> {
        let what = format!("click on {}{}", if click.all { "all of " } else { "" }, click.target.join(" > "));
        if click.within > 0 {
            self.comes(&Condition::Exists(click.target.clone()), click.within).await?;
        }
        let count = self.driver.count_of(&click.target).await?;
        if count == 0 {
            self.note(act, &what, "no such element");
            return Ok(false);
        }
        // What a click changes may match no longer, so they are gone through from the last to the first.
        for at in (0..if click.all { count } else { 1 }).rev() {
            let words = match self.driver.words_of(&click.target, at).await {
                Err(BrowserError::NoElement { .. }) if click.all => {
                    self.note(act, &what, "one of them is no longer there");
                    continue;
                }
                words => words?,
            };
            let text = if words.is_empty() { format!("(without a text) {}", click.target.join(" > ")) } else { words };
            self.visit.clicks += 1;
            self.used.clicks += 1;
            let leads_on = self.leads_on || after || at > 0;
            self.visit.clicked.push(Clicked {
                text: text.clone(),
                leads_on,
                clicks: self.visit.clicks,
                place: format!("{}; {}, {}", self.used.place, self.label, act.place),
            });
            if leads_on {
                self.visit.mark(MarkKind::Note, &text);
            } else {
                self.visit.report(self.driver, &format!("before the choice {text:?}")).await;
                self.visit.mark(MarkKind::Choice, &text);
            }
            self.press(click, at).await?;
            self.note(act, &what, &format!("clicked: {text}"));
        }
        Ok(true)
    }

    /// Clicks; a button that is covered or on its way is waited for a little, as a person would.
    async fn press(&self, click: &Click, at: usize) -> Result<(), BrowserError> {
        let until = Instant::now() + UNSETTLED;
        loop {
            match self.driver.click_one_of(&click.target, at).await {
                Err(BrowserError::NotClickable { .. }) if Instant::now() < until => sleep(AGAIN).await,
                came => return came,
            }
        }
    }

    fn note(&mut self, act: &Act, what: &str, came: &str) {
        if self.used.done.len() < TOLD {
            self.used.done.push(format!("{}: {what}: {came}", act.place));
        }
    }
}

/// A condition in words.
fn said(condition: &Condition) -> String {
    match condition {
        Condition::Exists(chain) => format!("{} there", chain.join(" > ")),
        Condition::Visible(chain, seen) => format!("{} seen ({})", chain.join(" > "), seen.id()),
        Condition::Cookie(text) => format!("cookie with {text:?}"),
    }
}
