//! From JSON to checked rules. A mistake names its rule and place; what is known and not carried out here is no mistake.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Act, Click, Condition, ConsentRule, Part, Seen};

/// Rules that a file may hold.
const MOST_RULES: usize = 50_000;

/// Milliseconds that one step may wait.
const LONGEST_WAIT: u64 = 120_000;

/// Milliseconds that a step waits for what it needs, unless it says otherwise, as the format has it.
const USUAL_WAIT: u32 = 10_000;

/// Why a file holds no rules that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRulesError {
    /// It is no JSON.
    #[error("line {line}, column {column}: not valid JSON ({cause}); fetch the file again")]
    Json {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What is wrong.
        cause: String,
    },
    /// The short form that the package has beside the long one.
    #[error("this is the compact form of the rules; give the long one (rules.json of the package's extension, or a file of one rule)")]
    Compact,
    /// It is something else.
    #[error("no rules in it; give {{\"autoconsent\": […]}}, a list of rules, or one rule with name, detectCmp, detectPopup and optOut")]
    NoRules,
    /// Too many rules.
    #[error("{0} rules, and {MOST_RULES} can be read; give a file with fewer")]
    TooMany(usize),
    /// A rule has a mistake.
    #[error("rule {nr} ({name}), {place}: {what}; mend the rule, or leave it out")]
    Rule {
        /// Which, from 1.
        nr: usize,
        /// Its name.
        name: String,
        /// Where in it.
        place: String,
        /// What is wrong.
        what: String,
    },
}

/// A mistake in a rule: where, and what.
type Mistake = (String, String);

fn mistake<T>(place: &str, what: &str) -> Result<T, Mistake> {
    Err((place.to_owned(), what.to_owned()))
}

pub(super) fn rules(text: &str) -> Result<Vec<ConsentRule>, ConsentRulesError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read: Value = serde_json::from_str(text).map_err(|error| ConsentRulesError::Json {
        line: error.line(),
        column: error.column(),
        cause: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    let listed = match read {
        Value::Array(listed) => listed,
        Value::Object(mut file) => match file.remove("autoconsent") {
            Some(Value::Array(listed)) => listed,
            Some(_) => return Err(ConsentRulesError::NoRules),
            None if file.contains_key("detectCmp") => vec![Value::Object(file)],
            None if file.contains_key("r") && file.contains_key("s") => return Err(ConsentRulesError::Compact),
            None => return Err(ConsentRulesError::NoRules),
        },
        _ => return Err(ConsentRulesError::NoRules),
    };
    match listed.len() {
        0 => return Err(ConsentRulesError::NoRules),
        1..=MOST_RULES => {}
        more => return Err(ConsentRulesError::TooMany(more)),
    }
    let mut names = BTreeSet::new();
    let mut all = Vec::with_capacity(listed.len());
    for (listed, nr) in listed.iter().zip(1..) {
        let name = listed.get("name").and_then(Value::as_str).unwrap_or("without a name").to_owned();
        let wrong = |(place, what)| ConsentRulesError::Rule { nr, name: name.clone(), place, what };
        let rule = rule(listed).map_err(wrong)?;
        if !names.insert(rule.name.clone()) {
            return Err(wrong(("name".to_owned(), "another rule before it has this name".to_owned())));
        }
        all.push(rule);
    }
    Ok(all)
}

fn rule(value: &Value) -> Result<ConsentRule, Mistake> {
    let Value::Object(members) = value else { return mistake("the whole rule", "is no object") };
    let name = match members.get("name") {
        Some(Value::String(name)) if !name.trim().is_empty() => name.clone(),
        _ => return mistake("name", "has to be a text"),
    };
    let part = |part: &str, needed: bool| match members.get(part) {
        Some(steps) => acts(steps, part),
        None if needed => mistake(part, "is missing"),
        None => Ok(Vec::new()),
    };
    let none = Map::new();
    let context = match members.get("runContext") {
        None => &none,
        Some(Value::Object(context)) => context,
        Some(_) => return mistake("runContext", "has to be an object"),
    };
    let address = match context.get("urlPattern") {
        None => None,
        Some(Value::String(pattern)) => Some(pattern.clone()).filter(|pattern| !pattern.is_empty()),
        Some(_) => return mistake("runContext.urlPattern", "has to be a text"),
    };
    let rule = ConsentRule {
        name,
        main: flag(context, "main", "runContext.main", true)?,
        address,
        cosmetic: flag(members, "cosmetic", "cosmetic", false)?,
        leads_on: flag(members, "intermediate", "intermediate", false)?,
        version: match members.get("minimumRuleStepVersion") {
            None => 1,
            Some(version) => match version.as_u64() {
                Some(version) => version,
                None => return mistake("minimumRuleStepVersion", "has to be a whole number"),
            },
        },
        manager: part("detectCmp", true)?,
        screen: part("detectPopup", true)?,
        decline: part("optOut", false)?,
        allow: part("optIn", false)?,
        test: part("test", false)?,
    };
    // By an empty list the rule would fit every page.
    for (acts, place) in [(&rule.manager, "detectCmp"), (&rule.screen, "detectPopup")] {
        if acts.is_empty() {
            return mistake(place, "has no steps, so nothing tells that the rule fits");
        }
    }
    Ok(rule)
}

fn flag(members: &Map<String, Value>, name: &str, place: &str, otherwise: bool) -> Result<bool, Mistake> {
    match members.get(name) {
        None => Ok(otherwise),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => mistake(place, "has to be true or false"),
    }
}

fn acts(value: &Value, place: &str) -> Result<Vec<Act>, Mistake> {
    let Value::Array(steps) = value else { return mistake(place, "has to be a list of steps") };
    steps.iter().enumerate().map(|(at, step)| act(step, format!("{place}[{at}]"))).collect()
}

fn act(value: &Value, place: String) -> Result<Act, Mistake> {
    let Value::Object(members) = value else { return mistake(&place, "is no object") };
    let within = |usual: u32| milliseconds(members.get("timeout"), usual, &format!("{place}.timeout"));
    let seen = |usual: Seen| match members.get("check").map(Value::as_str) {
        None => Ok(usual),
        Some(Some("any")) => Ok(Seen::Any),
        Some(Some("all")) => Ok(Seen::All),
        Some(Some("none")) => Ok(Seen::None),
        Some(_) => mistake(&format!("{place}.check"), "has to be any, all or none"),
    };
    let every = || flag(members, "all", &format!("{place}.all"), false);
    let mut parts = Vec::new();
    // In the order in which the format's own runner looks at them.
    for (name, value) in ORDER.iter().filter_map(|name| Some((*name, members.get(*name)?))) {
        let at = format!("{place}.{name}");
        let target = || target(value, &at);
        let with = |make: &dyn Fn(Vec<String>) -> Result<Part, Mistake>| match target()? {
            Ok(chain) => make(chain),
            Err(other) => Ok(Part::NotHere("selector".to_owned(), other)),
        };
        parts.push(match name {
            "exists" => with(&|chain| Ok(Part::Ask(Condition::Exists(chain))))?,
            "visible" => with(&|chain| Ok(Part::Ask(Condition::Visible(chain, seen(Seen::All)?))))?,
            "waitFor" => with(&|chain| Ok(Part::Await(Condition::Exists(chain), within(USUAL_WAIT)?)))?,
            "waitForVisible" => with(&|chain| Ok(Part::Await(Condition::Visible(chain, seen(Seen::Any)?), within(USUAL_WAIT)?)))?,
            "click" => with(&|target| Ok(Part::Click(Click { target, all: every()?, within: 0 })))?,
            "waitForThenClick" => with(&|target| Ok(Part::Click(Click { target, all: every()?, within: within(USUAL_WAIT)? })))?,
            "wait" => Part::Wait(milliseconds(Some(value), 0, &at)?),
            "cookieContains" => match value.as_str() {
                Some(text) if !text.is_empty() => Part::Ask(Condition::Cookie(text.to_owned())),
                _ => return mistake(&at, "has to be a text"),
            },
            "if" => {
                let condition = Box::new(act(value, at)?);
                let Some(then) = members.get("then") else { return mistake(&format!("{place}.then"), "is missing beside if") };
                let then = acts(then, &format!("{place}.then"))?;
                let otherwise = members.get("else").map(|steps| acts(steps, &format!("{place}.else"))).transpose()?;
                Part::If { condition, then, otherwise }
            }
            "any" => Part::Any(acts(value, &at)?),
            // What runs code, and what changes how a page looks and chooses nothing.
            other => Part::NotHere(other.to_owned(), value.as_str().filter(|_| other == "eval").unwrap_or_default().to_owned()),
        });
    }
    for name in members.keys().filter(|name| !ORDER.contains(&name.as_str()) && !BESIDE.contains(&name.as_str())) {
        parts.push(Part::NotHere(name.clone(), String::new()));
    }
    if parts.is_empty() {
        return mistake(&place, "says nothing to do");
    }
    let of = |name: &str| flag(members, name, &format!("{place}.{name}"), false);
    Ok(Act { optional: of("optional")?, negated: of("negated")?, parts, place })
}

/// What a step does.
const ORDER: [&str; 15] = [
    "exists",
    "visible",
    "eval",
    "waitFor",
    "waitForVisible",
    "click",
    "waitForThenClick",
    "wait",
    "hide",
    "removeClass",
    "setStyle",
    "addStyle",
    "cookieContains",
    "if",
    "any",
];

/// What stands beside it and does nothing by itself.
const BESIDE: [&str; 11] = ["timeout", "check", "all", "optional", "negated", "then", "else", "comment", "text", "method", "selector"];

fn milliseconds(value: Option<&Value>, usual: u32, place: &str) -> Result<u32, Mistake> {
    match value {
        None => Ok(usual),
        Some(value) => match value.as_u64().filter(|time| *time <= LONGEST_WAIT).and_then(|time| u32::try_from(time).ok()) {
            Some(time) => Ok(time),
            None => mistake(place, "has to be milliseconds, 120000 at most"),
        },
    }
}

/// A chain of selectors; inside, one of a kind that is not looked for here.
fn target(value: &Value, place: &str) -> Result<Result<Vec<String>, String>, Mistake> {
    let chain: Option<Vec<String>> = match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(all) if !all.is_empty() => all.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    let Some(chain) = chain.filter(|chain| chain.iter().all(|one| !one.trim().is_empty())) else {
        return mistake(place, "has to be a selector, or a list of them");
    };
    let other = chain.iter().find(|one| ["aria/", "text/", "pierce/"].iter().any(|kind| one.starts_with(kind)));
    Ok(other.map_or(Ok(chain.clone()), |other| Err(other.clone())))
}
