//! Which request a redirect caused: the first later one to the address that a Location names.

use hashbrown::HashMap;

/// Keyed mark of an address without its fragment; never printed.
pub(super) type AddressMark = u64;

/// Answers that redirect and whose target was not yet asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Redirects(HashMap<AddressMark, usize>);

impl Redirects {
    /// The place (in the order of time) of the entry that redirected to this one, if one did. Entries must come in order of time.
    pub(super) fn follow(&mut self, place: usize, address: AddressMark, target: Option<AddressMark>) -> Option<usize> {
        let from = self.0.remove(&address);
        if let Some(target) = target {
            self.0.insert(target, place);
        }
        from
    }
}

/// An address without its fragment.
pub(super) fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}
