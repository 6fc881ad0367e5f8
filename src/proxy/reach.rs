//! How servers are reached, as the operator says. It holds values and reaches nobody.

use std::net::SocketAddr;
use std::time::Duration;

use super::UpstreamProxy;

/// How servers are reached, besides mappings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Another HTTP proxy to go through. Hosts with a [`super::Mapping`] are reached directly all the same.
    pub upstream: Option<UpstreamProxy>,
    /// Name servers to ask instead of those of the system.
    pub name_servers: Vec<SocketAddr>,
    /// How long looking up and connecting may take together, and then the TLS handshake.
    pub patience: Duration,
}

impl Default for Reach {
    /// Directly, by the system's name servers, with ten seconds of patience.
    fn default() -> Self {
        Self { upstream: None, name_servers: Vec::new(), patience: Duration::from_secs(10) }
    }
}

impl Reach {
    /// What of it bears on a recording, as name and value for its description. Never credentials.
    pub(super) fn told(&self) -> Vec<(&'static str, String)> {
        let mut told = Vec::new();
        if let Some(upstream) = &self.upstream {
            told.push(("upstream-proxy", upstream.to_string()));
        }
        if !self.name_servers.is_empty() {
            told.push(("name-servers", self.name_servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")));
        }
        told
    }
}
