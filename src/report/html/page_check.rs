//! Looks at a page that was made with templates of somebody else: whether it still keeps every outside resource away, and still says what no template may leave
//! out.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::super::document::Document;
use super::super::model::Report;
use super::super::text::Texts;
use super::house::Must;
use super::press::fixed_css;
use super::words::Words;

/// What a page may load and do: nothing but styles and pictures that stand in it (W3C, Content Security Policy Level 3).
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Elements that run, fetch, embed or send something.
const ACTS: [&str; 17] = [
    "applet", "audio", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "object", "portal", "script",
    "source", "template", "video",
];

/// Attributes that fetch, or lead somewhere by themselves.
const FETCHES: [&str; 9] = ["action", "background", "data", "formaction", "ping", "poster", "src", "srcset", "srcdoc"];

/// What is wrong with a page, behind "the page …", and what to do.
pub(super) fn check(page: &str, texts: &Texts, simulated: bool, must: &[Must]) -> Result<(), String> {
    acts_on_nothing(page, simulated)?;
    if !page.contains(&fixed_css(texts, simulated)) {
        return Err("leaves out the style sheet; put back `<style>{{ css }}</style>` in <head>".to_owned());
    }
    let document = Document::of_page(page).map_err(|error| format!("cannot be read for other forms: {error}"))?;
    if simulated {
        let line = texts.get("simulated-line", &[]);
        if document.simulated.as_deref() != Some(line.as_str()) {
            return Err(
                "leaves out the line that says that the recording is simulated; put it back as `<div class=\"simulated\" role=\"note\"><p><strong>{{ t('simulated-line') }}</strong></p></div>` right behind <body>"
                    .to_owned(),
            );
        }
        let title = texts.get("title-simulated", &[("title", "\u{0}".into())]);
        let (before, after) = title.split_once('\u{0}').unwrap_or((&title, ""));
        if !document.title.starts_with(before.trim_end()) || !document.title.ends_with(after.trim_start()) {
            return Err(
                "has a <title> that does not say that the recording is simulated; write it as `{{ t('title-simulated', title=title) }}`"
                    .to_owned(),
            );
        }
    }
    match must.iter().find(|(needle, _)| !page.contains(needle)) {
        Some((_, what)) => Err(format!("leaves out {what}; put it back as the program's own template has it")),
        None => Ok(()),
    }
}

/// That a page fetches and runs nothing, holds the policy that says so before anything else, and hides the line about a simulation behind nothing.
fn acts_on_nothing(page: &str, simulated: bool) -> Result<(), String> {
    let line = |at: usize| 1 + page.as_bytes()[..at.min(page.len())].iter().filter(|&&byte| byte == b'\n').count();
    let (mut policies, mut open): (usize, Vec<String>) = (0, Vec::new());
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        let tag = match token {
            Token::StartTag(tag) => tag,
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some(at) = open.iter().rposition(|open| *open == name) {
                    open.truncate(at);
                }
                continue;
            }
            _ => continue,
        };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        // Asked for where something is wrong only: to count lines for every element would take longer than to write the page.
        let at = || line(tag.span.start);
        let attributes: Vec<(String, String)> = tag
            .attributes
            .iter()
            .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned()))
            .collect();
        let of = |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        if ACTS.contains(&name.as_str()) {
            return Err(format!("holds <{name}> on its line {}; a page runs, fetches and sends nothing: take it away", at()));
        }
        if name == "meta"
            && let Some(equivalent) = of("http-equiv")
        {
            if !equivalent.eq_ignore_ascii_case("content-security-policy")
                || of("content") != Some(POLICY)
                || open.last().is_none_or(|open| open != "head")
            {
                return Err(format!(
                    "has another <meta http-equiv> than its policy on its line {}; it holds `<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">` and no other",
                    at()
                ));
            }
            policies += 1;
        }
        if policies == 0 && !matches!(name.as_str(), "html" | "head" | "meta") {
            return Err(format!(
                "has <{name}> before its policy; write `<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">` at the beginning of <head>"
            ));
        }
        for (attribute, value) in &attributes {
            let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_ascii_lowercase();
            let fetched = FETCHES.contains(&attribute.as_str()) && !plain.starts_with("data:image/");
            let leads = matches!(attribute.as_str(), "href" | "xlink:href")
                && !["#", "https://", "http://", "mailto:"].iter().any(|known| plain.starts_with(known));
            let styled = attribute == "style" && (plain.contains("url(") || plain.contains("image-set("));
            if attribute.starts_with("on") || fetched || leads || styled {
                return Err(format!("holds {attribute}={value:?} on its line {}; a page runs and fetches nothing: take it away", at()));
            }
        }
        let classes = |class: &str| of("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class));
        if simulated
            && (name == "body" && !classes("is-simulated")
                || matches!(name.as_str(), "html" | "body") && (of("hidden").is_some() || of("style").is_some()))
        {
            return Err(format!("has a <{name}> that can hide what is simulated; write it as the program's own template has it"));
        }
        if simulated && name == "div" && classes("simulated") {
            let only = attributes.iter().all(|(name, _)| matches!(name.as_str(), "class" | "role" | "id"));
            if !only || open != ["html", "body"] {
                return Err("hides the line that says that the recording is simulated; put it right behind <body> as the program's own template has it".to_owned());
            }
        }
        if !matches!(name.as_str(), "meta" | "br" | "img" | "hr" | "wbr") && !tag.self_closing {
            open.push(name);
        }
    }
    if policies == 1 {
        Ok(())
    } else {
        Err(format!(
            "does not hold its policy once; write `<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">` at the beginning of <head>"
        ))
    }
}

/// The words of an annex that no template leaves out.
pub(super) fn musts(report: &Report, words: &Words) -> Vec<Must> {
    let mut must: Vec<Must> =
        report.gaps.iter().map(|gap| (format!(" id=\"t9-r{}\"", gap.nr), "a row of what the recording does not hold (table 9)")).collect();
    if let Some(custody) = &report.custody {
        let id = match custody.masking {
            None if custody.masks.is_empty() => "k-custody-masks-unknown",
            Some(false) => "k-custody-masks-kept",
            _ => "k-custody-masks-note",
        };
        must.push((words.say(id), "what was masked (chapter 10)"));
    }
    if report.scenario.not_used.is_some() {
        must.push((words.say("not-used-text"), "that the recording is not used (chapter 1)"));
    }
    must
}
