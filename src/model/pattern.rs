//! Patterns by which rules name cookies, hosts, paths and fields: a text, a text with stars, a beginning, or a regular expression. Matching takes
//! linear time in the text for each star, and linear time for an expression; a pattern never looks at anything but the text.

use regex::Regex;

/// Bytes that a compiled regular expression may take: what rules need is a few kilobytes, and one that counts to thousands is a mistake.
const LARGEST_EXPRESSION: usize = 64 * 1024;

/// What texts fit.
#[derive(Clone, Debug)]
pub struct Pattern {
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// The pieces between stars. One piece: no star.
    Stars(Vec<Box<str>>),
    /// An expression that the whole text must fit, and as it was written.
    Expression(Box<str>, Box<Regex>),
}

/// A text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (&self.form, &other.form) {
            (Form::Stars(one), Form::Stars(other)) => one == other,
            (Form::Expression(one, _), Form::Expression(other, _)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads a text in which `*` stands for any run of characters. Every text is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { form: Form::Stars(text.split('*').map(Into::into).collect()) }
    }

    /// Reads a pattern as rule files write it: a text with stars, `exact:` and `prefix:` with a text in which a star is a star, `regex:` with an
    /// expression that the whole text must fit.
    ///
    /// # Errors
    ///
    /// The expression is none, or grows too large.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if let Some(exact) = text.strip_prefix("exact:") {
            return Ok(Self { form: Form::Stars(vec![exact.into()]) });
        }
        if let Some(prefix) = text.strip_prefix("prefix:") {
            return Ok(Self { form: Form::Stars(vec![prefix.into(), "".into()]) });
        }
        let Some(expression) = text.strip_prefix("regex:") else { return Ok(Self::new(text)) };
        let whole = format!("^(?:{expression})$");
        // The automaton that is built while matching is bounded too; beyond the bound the crate matches without one.
        let compiled = regex::RegexBuilder::new(&whole).size_limit(LARGEST_EXPRESSION).dfa_size_limit(LARGEST_EXPRESSION).build();
        let compiled = compiled.map_err(|error| match error {
            regex::Error::CompiledTooBig(limit) => PatternError(format!("the expression takes more than {limit} bytes when compiled")),
            // The crate draws the expression with a mark over several lines; the last one says what is wrong.
            error => PatternError(error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()),
        })?;
        Ok(Self { form: Form::Expression(expression.into(), Box::new(compiled)) })
    }

    /// The text, if only one text fits and the pattern is no expression.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        match &self.form {
            Form::Stars(pieces) => match &pieces[..] {
                [only] => Some(only),
                _ => None,
            },
            Form::Expression(..) => None,
        }
    }

    /// The pieces between its stars, in order. An expression has none.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        let pieces = match &self.form {
            Form::Stars(pieces) => &pieces[..],
            Form::Expression(..) => &[],
        };
        pieces.iter().map(|piece| &**piece)
    }

    /// Bytes with which a text that fits can begin. `None`: with any, or with nothing.
    #[must_use]
    pub fn first_bytes(&self) -> Option<Vec<u8>> {
        match &self.form {
            Form::Stars(pieces) => pieces.first().and_then(|piece| piece.bytes().next()).map(|first| vec![first]),
            Form::Expression(text, _) => {
                let parsed = regex_syntax::parse(&format!("(?:{text})")).ok()?;
                let beginnings = regex_syntax::hir::literal::Extractor::new().extract(&parsed);
                let mut firsts: Vec<u8> =
                    beginnings.literals()?.iter().map(|literal| literal.as_bytes().first().copied()).collect::<Option<_>>()?;
                firsts.sort_unstable();
                firsts.dedup();
                Some(firsts)
            }
        }
    }

    /// The same pattern for texts that were put into lower case.
    #[must_use]
    pub fn in_lower_case(&self) -> Self {
        match &self.form {
            Form::Stars(pieces) => Self { form: Form::Stars(pieces.iter().map(|piece| piece.to_lowercase().into()).collect()) },
            // An expression without regard to case is a little larger, and so may not fit the bound: then it stays as it is.
            Form::Expression(text, _) => Self::parse(&format!("regex:(?i:{text})")).unwrap_or_else(|_| self.clone()),
        }
    }

    /// Whether it is a regular expression.
    #[must_use]
    pub fn is_expression(&self) -> bool {
        matches!(self.form, Form::Expression(..))
    }

    /// Whether the whole of `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.form {
            Form::Stars(pieces) => matches_stars(pieces, text),
            Form::Expression(_, expression) => expression.is_match(text),
        }
    }
}

fn matches_stars(pieces: &[Box<str>], text: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return text == &**first };
    let Some(text) = text.strip_prefix(&**first) else { return false };
    let Some(mut text) = text.strip_suffix(&**last) else { return false };
    // The leftmost place for every piece leaves the most room for those behind it, so there is nothing to go back for.
    for piece in middle {
        match memchr::memmem::find(text.as_bytes(), piece.as_bytes()) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    true
}

impl std::fmt::Display for Pattern {
    /// As a rule file may write it.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.form {
            Form::Expression(text, _) => write!(out, "regex:{text}"),
            Form::Stars(pieces) => match &pieces[..] {
                [only] if only.contains('*') || ["exact:", "prefix:", "regex:"].iter().any(|word| only.starts_with(word)) => {
                    write!(out, "exact:{only}")
                }
                [start, end] if end.is_empty() && start.contains('*') => write!(out, "prefix:{start}"),
                pieces => out.write_str(&pieces.join("*")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_words() {
        for (pattern, yes, no) in [
            ("/tr", &["/tr"][..], &["/tr/", "/t"][..]),
            ("/tr/*", &["/tr/", "/tr/x"], &["/tr"]),
            ("*", &["", "/x"], &[]),
            ("/v*/plugins/*", &["/v2.1/plugins/like.php"], &["/v2.1/plugin", "/plugins/x"]),
            ("a*a", &["aa", "aba"], &["a"]),
            ("*.js*", &["x.js", ".js?"], &["js"]),
            ("a**b", &["ab", "axb"], &["a"]),
            ("exact:a*b", &["a*b"], &["axb", "ab"]),
            ("prefix:_pk*.", &["_pk*.", "_pk*.1"], &["_pkx.1", "x_pk*."]),
            ("regex:_ga_[A-Z0-9]+", &["_ga_X1"], &["_ga_", "_ga_x", "x_ga_X", "_ga_X\n"]),
            ("regex:^a|b$", &["a", "b"], &["ab", "xb", "ax"]),
            ("", &[""], &["x"]),
        ] {
            let parsed = Pattern::parse(pattern).expect("a pattern");
            yes.iter().for_each(|text| assert!(parsed.matches(text), "{pattern} {text}"));
            no.iter().for_each(|text| assert!(!parsed.matches(text), "{pattern} {text}"));
            assert_eq!(Pattern::parse(&parsed.to_string()).as_ref(), Ok(&parsed), "{pattern} is written as {parsed}");
        }
    }

    #[test]
    fn first_bytes() {
        for (pattern, first) in
            [("abc", Some("a")), ("*", None), ("a*", Some("a")), ("regex:^S?SESS[0-9]+", Some("S")), ("regex:[ab]c?", Some("ab"))]
        {
            assert_eq!(
                Pattern::parse(pattern).expect("a pattern").first_bytes(),
                first.map(|bytes| bytes.as_bytes().to_vec()),
                "{pattern}"
            );
        }
        for any in ["regex:.*x", "regex:a?", "regex:"] {
            assert_eq!(Pattern::parse(any).expect("a pattern").first_bytes(), None, "{any}");
        }
    }

    #[test]
    fn without_regard_to_case() {
        for (pattern, text) in [("PHPSESSID", "phpsessid"), ("ASP*ID", "aspsessionid"), ("regex:S+ESS[A-F0-9]{4}", "ssess12ab")] {
            let pattern = Pattern::parse(pattern).expect("a pattern");
            assert!(pattern.in_lower_case().matches(text) && !pattern.matches(text), "{pattern}");
        }
    }

    #[test]
    fn expressions_that_are_none() {
        for (pattern, says) in [
            ("regex:(", "unclosed group"),
            ("regex:a{1000}{1000}", "more than 65536 bytes"),
            ("regex:(?=a)", "look-around"),
            ("regex:(a)\\1", "backreferences are not supported"),
        ] {
            let error = Pattern::parse(pattern).expect_err(pattern).to_string();
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_trying_everything(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            fn slow(pattern: &[u8], text: &[u8]) -> bool {
                match pattern.split_first() {
                    None => text.is_empty(),
                    Some((b'*', rest)) => (0..=text.len()).any(|at| slow(rest, &text[at..])),
                    Some((byte, rest)) => text.first() == Some(byte) && slow(rest, &text[1..]),
                }
            }
            proptest::prop_assert_eq!(Pattern::new(&pattern).matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
