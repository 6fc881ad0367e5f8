//! How alike two texts are, by Ratcliff and Obershelp, as the literature on identifiers measures it. No threshold is applied here.

use std::ops::Range;

use hashbrown::HashMap;

/// A place in the second text and the length of a match that ends there.
type Ends = (usize, usize);

/// The ratio that Python's `difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()` gives, over characters: twice the matched characters
/// divided by the characters of both; 1 for two empty texts. As in Python, `ratio(a, b)` may differ from `ratio(b, a)`.
#[must_use]
pub fn ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let total = a.len() + b.len();
    if total == 0 {
        return 1.0;
    }
    let mut places: HashMap<char, Vec<usize>> = HashMap::new();
    b.iter().enumerate().for_each(|(at, character)| places.entry(*character).or_default().push(at));
    // The matched pieces do not depend on the order in which the rests are looked at, so a stack does instead of recursion.
    let (mut open, mut matched) = (vec![(0, a.len(), 0, b.len())], 0);
    while let Some((a_from, a_to, b_from, b_to)) = open.pop() {
        let (i, j, size) = longest(&a, &places, a_from..a_to, b_from..b_to);
        if size > 0 {
            matched += size;
            open.push((a_from, i, b_from, j));
            open.push((i + size, a_to, j + size, b_to));
        }
    }
    2.0 * matched as f64 / total as f64
}

/// `find_longest_match` without junk: of all longest matching blocks the one that starts first in `a`, and of these the one that starts first in
/// `b`. Start in `a`, start in `b`, length.
fn longest(a: &[char], places: &HashMap<char, Vec<usize>>, in_a: Range<usize>, in_b: Range<usize>) -> (usize, usize, usize) {
    let mut best = (in_a.start, in_b.start, 0);
    // The length of the match that ends at the character of `a` before and at a place of `b`. Places ascend, so two lists do.
    let (mut before, mut now): (Vec<Ends>, Vec<Ends>) = (Vec::new(), Vec::new());
    for (i, character) in a.iter().enumerate().take(in_a.end).skip(in_a.start) {
        now.clear();
        let mut earlier = before.iter().peekable();
        let found = places.get(character).map_or(&[][..], Vec::as_slice);
        for &j in &found[found.partition_point(|j| *j < in_b.start)..] {
            if j >= in_b.end {
                break;
            }
            while earlier.next_if(|(at, _)| at + 1 < j).is_some() {}
            let size = earlier.peek().filter(|(at, _)| at + 1 == j).map_or(1, |(_, size)| size + 1);
            now.push((j, size));
            if size > best.2 {
                best = (i + 1 - size, j + 1 - size, size);
            }
        }
        std::mem::swap(&mut before, &mut now);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_says() {
        // python3 -c 'from difflib import *; print(SequenceMatcher(None, a, b, autojunk=False).ratio())'
        let near = |a: &str, b: &str, expected: f64| assert!((ratio(a, b) - expected).abs() < 1e-12, "{a} {b} {}", ratio(a, b));
        near("", "", 1.0);
        near("abc", "", 0.0);
        near("abcd", "bcde", 0.75);
        near("tide", "diet", 0.25);
        near("diet", "tide", 0.5);
        near("GA1.2.123456789.1600000000", "GA1.2.987654321.1600000001", 0.653_846_153_846_153_8);
        near("é€x", "x€é", 0.333_333_333_333_333_3);
    }
}
