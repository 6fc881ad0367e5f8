//! Names of places in an answer, as they may be printed: what may itself be a value is masked.

use std::collections::BTreeSet;

use super::Returned;

/// Between names.
pub(super) const BETWEEN: &str = " / ";

/// What stands for a name that may be a value.
pub(super) const MASK: &str = "…";

/// Longest name that is printed, in characters.
const LONGEST: usize = 60;

/// A name as it may be printed.
pub(super) fn printable(name: &str) -> String {
    let name = name.trim();
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let value = name.is_empty()
        || name.chars().count() > LONGEST
        || name.contains(['@', '/', '…'])
        || digits > 3
        || name.contains(char::is_control);
    if value { MASK.to_owned() } else { name.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// Masks names that stand as a value elsewhere in the same answer: the name of a friend may be a key in one list and a value in another.
pub(super) fn mask_values_in_places(values: &mut [Returned]) {
    let known: BTreeSet<String> = values.iter().map(|found| found.value.trim().to_owned()).collect();
    for found in values {
        if found.place.split(BETWEEN).any(|name| known.contains(name)) {
            let names: Vec<&str> = found.place.split(BETWEEN).map(|name| if known.contains(name) { MASK } else { name }).collect();
            found.place = names.join(BETWEEN);
        }
    }
}
