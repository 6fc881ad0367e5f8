//! The Shannon entropy of a text over its own bytes. Says nothing of how the text was made.

/// Entropy per byte over the value's own bytes, times its length, in bits: an upper bound for what such a text tells apart. 0 for the empty value.
#[must_use]
pub fn entropy_bits(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) * (total / f64::from(*count)).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_counted_by_hand() {
        let near = |value: &[u8], bits: f64| assert!((entropy_bits(value) - bits).abs() < 1e-9, "{}", entropy_bits(value));
        near(b"", 0.0);
        near(b"aaaa", 0.0);
        near(b"abab", 4.0);
        near(b"abcdefgh", 24.0);
    }
}
