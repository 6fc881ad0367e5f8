//! The tables about fields from a dictionary made by hand.
