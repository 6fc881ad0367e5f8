//! The compiled rules that say where secrets stand. It only answers whether a name or a value is one; it looks for none by itself.

use aho_corasick::AhoCorasick;

use crate::model::Pattern;

/// Where a secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// In what is sent: query parameters, form fields, JSON members, parts of multipart bodies, messages.
    Parameter,
    /// In cookies, sent or set.
    Cookie,
    /// In header fields of requests.
    Header,
    /// In JSON members of answers.
    Answer,
}

impl SecretPlace {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Parameter, Self::Cookie, Self::Header, Self::Answer];

    /// As it stands in rule files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Cookie => "cookie",
            Self::Header => "header",
            Self::Answer => "answer",
        }
    }
}

/// A rule that says where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRule {
    /// Identifier.
    pub id: String,
    /// Where.
    pub place: SecretPlace,
    /// Names of fields, in lower case: letter case of what is sent does not count.
    pub names: Vec<Pattern>,
    /// Values, in lower case, whatever the name of the field. Of parameters only.
    pub values: Vec<Pattern>,
    /// Hosts that fit, with their subdomains; none: any.
    pub hosts: Vec<String>,
    /// Paths that fit; none: any.
    pub paths: Vec<Pattern>,
}

impl SecretRule {
    /// Whether requests to `host` for `path` are looked at.
    #[must_use]
    pub fn applies(&self, host: &str, path: &str) -> bool {
        let under = |wanted: &String| host == wanted || host.strip_suffix(wanted.as_str()).is_some_and(|before| before.ends_with('.'));
        (self.hosts.is_empty() || self.hosts.iter().any(under))
            && (self.paths.is_empty() || self.paths.iter().any(|wanted| wanted.matches(path)))
    }

    /// The letters by which a pattern is looked for before anything is taken apart: its longest run of letters, because nobody escapes letters
    /// (and whoever does is noticed). `None`: it has not even two in a row.
    #[must_use]
    pub fn letters(pattern: &Pattern) -> Option<&str> {
        let runs = pattern.pieces().flat_map(|piece| piece.split(|sign: char| !sign.is_ascii_alphabetic()));
        runs.max_by_key(|run| run.len()).filter(|run| run.len() >= 2)
    }
}

/// Tells by first byte and length that a name is none of a list: cookies and header fields are many, and hardly any of them is a secret.
#[derive(Clone, Debug)]
struct FirstLook([u64; 256]);

impl Default for FirstLook {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl FirstLook {
    fn at<'p>(names: impl Iterator<Item = &'p Pattern>) -> Self {
        let mut look = Self::default();
        for name in names {
            let lengths = name.exact().map_or(u64::MAX, |exact| 1 << exact.len().min(63));
            match name.first_bytes() {
                Some(firsts) => firsts.into_iter().for_each(|first| {
                    look.0[usize::from(first.to_ascii_lowercase())] |= lengths;
                    look.0[usize::from(first.to_ascii_uppercase())] |= lengths;
                }),
                None => look.0.iter_mut().for_each(|any| *any |= lengths),
            }
        }
        look
    }

    fn fits(&self, name: &[u8]) -> bool {
        name.first().is_some_and(|&first| self.0[usize::from(first)] & (1 << name.len().min(63)) != 0)
    }
}

/// Finds the longest piece of any path that `rules` name. `None`: one of them has no such piece, and fits where it likes.
fn paths_of<'r>(rules: impl Iterator<Item = &'r SecretRule>) -> Option<AhoCorasick> {
    let mut pieces = Vec::new();
    for rule in rules {
        if rule.paths.is_empty() {
            return None;
        }
        for path in &rule.paths {
            pieces.push(path.pieces().max_by_key(|piece| piece.len()).filter(|piece| !piece.is_empty())?);
        }
    }
    AhoCorasick::new(pieces).ok()
}

/// To whom a message goes, as far as rules ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address<'a> {
    /// Host, as hosts are looked up.
    pub(super) host: &'a str,
    /// Path.
    pub(super) path: &'a str,
}

/// A set of rules about secrets.
#[derive(Clone, Debug, Default)]
pub struct SecretRules {
    rules: Vec<SecretRule>,
    /// Finds the letters of parameters and answers in any text, in one pass. `None`: no rule is about these.
    letters: Option<AhoCorasick>,
    cookies: FirstLook,
    headers: FirstLook,
    /// Indices of the rules about answers.
    answers: Vec<usize>,
    /// Finds a piece of one of their paths. `None`: one of them fits any path.
    answering: Option<AhoCorasick>,
}

impl SecretRules {
    /// Compiles `rules`. Their order decides which one is named where several fit.
    #[must_use]
    pub fn new(rules: Vec<SecretRule>) -> Self {
        let fields = rules.iter().filter(|rule| matches!(rule.place, SecretPlace::Parameter | SecretPlace::Answer));
        let patterns = fields.flat_map(|rule| rule.names.iter().chain(&rule.values));
        let letters: Vec<&str> = patterns.filter_map(SecretRule::letters).collect();
        // The automaton of a few words always fits; were it not to, everything is taken apart, which costs time and misses nothing.
        let letters = (!letters.is_empty()).then(|| AhoCorasick::builder().ascii_case_insensitive(true).build(&letters).ok()).flatten();
        let look = |place| FirstLook::at(rules.iter().filter(|rule| rule.place == place).flat_map(|rule| &rule.names));
        let (cookies, headers) = (look(SecretPlace::Cookie), look(SecretPlace::Header));
        let answers: Vec<usize> = (0..rules.len()).filter(|&rule| rules[rule].place == SecretPlace::Answer).collect();
        let answering = paths_of(answers.iter().map(|&rule| &rules[rule]));
        Self { rules, letters, cookies, headers, answers, answering }
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Identifier of the rule with this index.
    #[must_use]
    pub fn id(&self, rule: usize) -> &str {
        &self.rules[rule].id
    }

    fn any(&self, place: SecretPlace, address: Address<'_>, fits: impl Fn(&SecretRule) -> bool) -> Option<usize> {
        self.rules.iter().position(|rule| rule.place == place && fits(rule) && rule.applies(address.host, address.path))
    }

    /// Whether anything in answers of this address is a secret.
    pub(super) fn answers(&self, address: Address<'_>) -> bool {
        // Asked for every answer, and hardly any path is one of these.
        self.answering.as_ref().is_none_or(|pieces| pieces.is_match(address.path))
            && self.answers.iter().any(|&rule| self.rules[rule].applies(address.host, address.path))
    }

    /// The rule that calls what is named `name` a secret.
    pub(super) fn name(&self, place: SecretPlace, address: Address<'_>, name: &[u8]) -> Option<usize> {
        if name.is_empty() || name.len() > LONGEST_NAME {
            return None;
        }
        let name = name.trim_ascii();
        let of_fields = matches!(place, SecretPlace::Parameter | SecretPlace::Answer);
        let possible = match place {
            SecretPlace::Cookie => self.cookies.fits(name),
            SecretPlace::Header => self.headers.fits(name),
            SecretPlace::Parameter | SecretPlace::Answer => self.letters.as_ref().is_none_or(|letters| letters.is_match(name)),
        };
        if !possible {
            return None;
        }
        // `user[pass]` and `login.pass` are what a form calls a field of a record.
        let end = name.iter().rposition(|&byte| byte != b']').map_or(0, |at| at + 1);
        let start = name[..end].iter().rposition(|byte| b"[.$:".contains(byte)).map_or(0, |at| at + 1);
        let last = if of_fields { &name[start..end] } else { name };
        let lower = std::cell::OnceCell::new();
        let fits = |pattern: &Pattern| match pattern.exact() {
            Some(exact) => exact.as_bytes().eq_ignore_ascii_case(name) || exact.as_bytes().eq_ignore_ascii_case(last),
            // A star takes in what stands before the last part.
            None => {
                let lower: &String = lower.get_or_init(|| String::from_utf8_lossy(name).to_lowercase());
                pattern.matches(lower) || start > 0 && pattern.matches(lower.get(start..end).unwrap_or_default())
            }
        };
        self.any(place, address, |rule| rule.names.iter().any(fits))
    }

    /// The rule that calls a value a secret by what it looks like.
    pub(super) fn value(&self, address: Address<'_>, value: &[u8]) -> Option<usize> {
        if !self.rules.iter().any(|rule| !rule.values.is_empty()) {
            return None;
        }
        // The beginning decides for every pattern that ends in a star; values are long, and most are none.
        let value = &value[..value.len().min(LONGEST_VALUE)];
        if self.letters.as_ref().is_some_and(|letters| !letters.is_match(value)) {
            return None;
        }
        let text = String::from_utf8_lossy(value).to_lowercase();
        self.any(SecretPlace::Parameter, address, |rule| rule.values.iter().any(|pattern| pattern.matches(&text)))
    }

    /// Whether a text may hold a field that a rule names: the letters of one stand in it, or letters are escaped in it. One pass; `false` is
    /// certain.
    pub(super) fn concern(&self, text: &[u8]) -> bool {
        self.rules.iter().any(|rule| matches!(rule.place, SecretPlace::Parameter | SecretPlace::Answer))
            && (self.letters.as_ref().is_none_or(|letters| letters.is_match(text)) || escaped_letter(text))
    }
}

/// Names of fields are not longer, in bytes.
const LONGEST_NAME: usize = 256;

/// So much of a value is held against patterns, in bytes.
const LONGEST_VALUE: usize = 4096;

/// Whether a letter is written as an escape (`%70`, `\u0070`), or something that may begin such an escape one layer below (`%25`, `%5C`).
fn escaped_letter(text: &[u8]) -> bool {
    let digit = |at: usize| text.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    memchr::memchr2_iter(b'%', b'\\', text).any(|at| {
        let digits = match text[at] {
            b'%' => at + 1,
            _ if text[at + 1..].starts_with(b"u00") => at + 4,
            _ => return false,
        };
        let (Some(high), Some(low)) = (digit(digits), digit(digits + 1)) else { return false };
        let byte = (high << 4 | low) as u8;
        byte.is_ascii_alphabetic() || matches!(byte, b'%' | b'\\')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(place: SecretPlace, names: &[&str], hosts: &[&str]) -> SecretRule {
        SecretRule {
            id: names.concat(),
            place,
            names: names.iter().map(|name| Pattern::new(name)).collect(),
            values: Vec::new(),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
            paths: Vec::new(),
        }
    }

    #[test]
    fn names_and_hosts() {
        let rules = SecretRules::new(vec![
            rule(SecretPlace::Parameter, &["*password*", "pass"], &[]),
            rule(SecretPlace::Cookie, &["xs"], &["facebook.com"]),
            rule(SecretPlace::Cookie, &["login_*", "*_login"], &[]),
            rule(SecretPlace::Header, &["authorization"], &[]),
        ]);
        let address = |host| Address { host, path: "/" };
        for name in ["password", "New_PassWord2", "user[pass]", "login.pass", " pass ", "ctl00$Main$Password"] {
            assert_eq!(rules.name(SecretPlace::Parameter, address("a.nl"), name.as_bytes()), Some(0), "{name}");
        }
        for name in ["passive", "", "compass", "xs"] {
            assert_eq!(rules.name(SecretPlace::Parameter, address("a.nl"), name.as_bytes()), None, "{name}");
        }
        assert_eq!(rules.name(SecretPlace::Cookie, address("www.facebook.com"), b"xs"), Some(1));
        assert_eq!(rules.name(SecretPlace::Cookie, address("notfacebook.com"), b"xs"), None);
        for (name, found) in [("Login_x", Some(2)), ("y_LOGIN", Some(2)), ("login", None), ("", None)] {
            assert_eq!(rules.name(SecretPlace::Cookie, address("a.nl"), name.as_bytes()), found, "{name}");
        }
        for (name, found) in [("Authorization", Some(3)), ("authorization ", Some(3)), ("authorisation", None), ("x", None)] {
            assert_eq!(rules.name(SecretPlace::Header, address("a.nl"), name.as_bytes()), found, "{name}");
        }
    }

    #[test]
    fn what_may_concern_a_rule() {
        let rules = SecretRules::new(vec![rule(SecretPlace::Parameter, &["*password*"], &[])]);
        for text in ["a=1&PassWord=x", "p%61ssword=x", r#"{"p\u0061ssword":1}"#, "x=p%2561ssword", "x=p%5Cu0061ssword", r"p\\u0061ss"] {
            assert!(rules.concern(text.as_bytes()), "{text}");
        }
        for text in ["", "a=1&b=%20%7B%22%7D", r#"{"a":"b\n\"\u00e9"}"#, "passive", "%", "%4", r"\u00"] {
            assert!(!rules.concern(text.as_bytes()), "{text}");
        }
        assert!(!SecretRules::default().concern(b"password"));
    }

    #[test]
    fn letters_of_patterns() {
        for (pattern, letters) in [("*password*", Some("password")), ("#PWD_*", Some("PWD")), ("a*1", None), ("x_otp2", Some("otp"))] {
            assert_eq!(SecretRule::letters(&Pattern::new(pattern)), letters);
        }
    }
}
