//! Options that say how servers are reached. Credentials of another proxy pass through here and are never shown: not in help, not in a message, not
//! in debug output.

use std::convert::Infallible;
use std::env;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;

use crate::proxy::{Reach, UpstreamProxy};

/// The environment variable that holds `user:password` for the upstream proxy, which other users of the machine cannot see as they see arguments.
const CREDENTIALS: &str = "DATASPOOR_UPSTREAM_PROXY_AUTH";

/// The port of name servers.
const NAME_SERVER_PORT: u16 = 53;

/// How servers are reached.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The way to servers")]
pub(super) struct Way {
    /// Go through another HTTP proxy, as some networks demand: http://HOST:PORT. Its user name and password come from the environment variable
    /// DATASPOOR_UPSTREAM_PROXY_AUTH (user:password) and are never recorded. Hosts given with --map are reached directly.
    #[arg(long, value_name = "URL")]
    upstream_proxy: Option<Unshown>,
    /// Ask this name server instead of those of the system (repeat for more).
    #[arg(long = "name-server", value_name = "ADDRESS[:PORT]")]
    name_servers: Vec<NameServer>,
}

impl Way {
    /// As the proxy takes it.
    ///
    /// # Errors
    /// The address or the credentials of the upstream proxy cannot be used.
    pub(super) fn settings(&self) -> anyhow::Result<Reach> {
        self.with(credentials().as_deref())
    }

    fn with(&self, credentials: Option<&str>) -> anyhow::Result<Reach> {
        let mut upstream =
            self.upstream_proxy.as_ref().map(|url| url.0.parse::<UpstreamProxy>()).transpose().context("--upstream-proxy")?;
        if let (Some(proxy), Some(credentials)) = (&upstream, credentials) {
            upstream = Some(proxy.clone().with_credentials(credentials).context(CREDENTIALS)?);
        }
        Ok(Reach { upstream, name_servers: self.name_servers.iter().map(|server| server.0).collect(), ..Reach::default() })
    }
}

/// What the operator put into the environment; an empty text counts as none.
fn credentials() -> Option<String> {
    env::var_os(CREDENTIALS).map(|text| text.to_string_lossy().into_owned()).filter(|text| !text.is_empty())
}

/// An argument that may hold a password. It is parsed later, because a parser of arguments repeats what it refuses.
#[derive(Clone)]
struct Unshown(String);

impl FromStr for Unshown {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Unshown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(not shown)")
    }
}

/// An address with or without a port.
#[derive(Clone, Copy, Debug)]
struct NameServer(SocketAddr);

impl FromStr for NameServer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bare = || text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, NAME_SERVER_PORT));
        let address = text.parse().ok().or_else(bare).filter(|address: &SocketAddr| address.port() != 0);
        address.map(Self).ok_or_else(|| "write an address, for example 9.9.9.9, 127.0.0.1:5353 or [2620:fe::fe]:53".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        way: Way,
    }

    fn way(arguments: &[&str]) -> Result<Way, clap::Error> {
        Line::try_parse_from([&["record"], arguments].concat()).map(|line| line.way)
    }

    #[test]
    fn name_servers_with_and_without_a_port() {
        let read = way(&["--name-server", "192.0.2.1", "--name-server", "[::1]:5353"]).expect("name servers");
        let expected: Vec<SocketAddr> = ["192.0.2.1:53", "[::1]:5353"].map(|text| text.parse().expect("an address")).into();
        assert_eq!(read.with(None).expect("settings").name_servers, expected);
        for odd in ["ns.example", "192.0.2.1:0", "192.0.2.1:x"] {
            assert!(way(&["--name-server", odd]).is_err(), "{odd}");
        }
        assert_eq!(way(&[]).expect("nothing").with(Some("ann:geheim")).expect("settings"), Reach::default());
    }

    #[test]
    fn credentials_come_from_the_environment_and_are_shown_nowhere() {
        let read = way(&["--upstream-proxy", "http://proxy.test:3128"]).expect("a proxy");
        let settings = read.with(Some("ann:geheim")).expect("settings");
        assert_ne!(settings, read.with(None).expect("settings"), "they are used");
        let in_url = way(&["--upstream-proxy", "http://ann:geheim@proxy.test:3128"]).expect("a proxy");
        assert_eq!(in_url.with(None).expect("settings"), settings);
        let odd = way(&["--upstream-proxy", "ftp://ann:geheim@proxy.test"]).expect("read later");
        let refused = odd.with(None).expect_err("no proxy");
        let wrong = read.with(Some("geheim")).expect_err("no colon");
        for shown in [format!("{in_url:?} {odd:?} {settings:?}"), format!("{refused:#} {refused:?}"), format!("{wrong:#} {wrong:?}")] {
            assert!(!shown.contains("geheim") && !shown.contains("ann:"), "{shown}");
        }
        assert!(format!("{refused:#}").contains("--upstream-proxy") && format!("{wrong:#}").contains(CREDENTIALS));
    }
}
