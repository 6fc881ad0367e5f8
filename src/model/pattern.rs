//! Patterns: a text in which `*` stands for any run of characters. Rules name hosts' paths, cookies and fields by them. Matching takes linear time
//! in the text for each star; a pattern never looks at anything but the text.

/// A text with stars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The pieces between stars. One piece: no star.
    pieces: Vec<Box<str>>,
}

impl Pattern {
    /// Reads a pattern. Every text is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { pieces: text.split('*').map(Into::into).collect() }
    }

    /// The text, if it has no star.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        match &self.pieces[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The pieces between its stars, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| &**piece)
    }

    /// Whether the whole of `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.pieces.split_first() else { return false };
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars() {
        for (pattern, yes, no) in [
            ("/tr", &["/tr"][..], &["/tr/", "/t"][..]),
            ("/tr/*", &["/tr/", "/tr/x"], &["/tr"]),
            ("*", &["", "/x"], &[]),
            ("/v*/plugins/*", &["/v2.1/plugins/like.php"], &["/v2.1/plugin", "/plugins/x"]),
            ("a*a", &["aa", "aba"], &["a"]),
            ("*.js*", &["x.js", ".js?"], &["js"]),
            ("a**b", &["ab", "axb"], &["a"]),
        ] {
            yes.iter().for_each(|text| assert!(Pattern::new(pattern).matches(text), "{pattern} {text}"));
            no.iter().for_each(|text| assert!(!Pattern::new(pattern).matches(text), "{pattern} {text}"));
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
