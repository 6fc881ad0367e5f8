//! Which request a redirect caused: the first later one to the address that a Location names.

use hashbrown::HashMap;

use crate::observe::Observation;

/// Answers that redirect and whose target was not yet asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Redirects(HashMap<String, (u64, String)>);

impl Redirects {
    /// The entry (number and host) that redirected to this one, if one did. Entries must come in order of time.
    pub(super) fn follow(&mut self, observation: &Observation<'_>) -> Option<(u64, String)> {
        let url = without_fragment(&observation.url);
        let from = self.0.remove(url);
        let target = without_fragment(&observation.redirect);
        if !target.is_empty() {
            self.0.insert(target.to_owned(), (observation.number, observation.host.to_string()));
        }
        from
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}
