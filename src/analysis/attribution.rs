//! Which page a request belongs to, what made the browser send it, and who acted; each with what that rests on. Guesses are called guesses.

/// What a statement rests on and how sure it is, in this order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The browser or the recording says so.
    Stated,
    /// It follows from several facts.
    Derived,
    /// It only fits in time or place.
    Guessed,
    /// Nothing speaks for it.
    NotEstablished,
}

impl Confidence {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Guessed => "guessed",
            Self::NotEstablished => "not-established",
        }
    }
}
