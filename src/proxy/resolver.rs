//! Looks names up: the file of hosts, then the name servers, then whatever else the system knows. It keeps the aliases that name servers tell,
//! judges no address and dials nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::{Hosts, TokioResolver};
use tokio::time::timeout;

/// How long addresses of one version wait for those of the other (RFC 8305 section 3 recommends 50 ms; name servers over radio need more).
const GRACE: Duration = Duration::from_millis(300);
/// Answers kept for as long as they say that they hold.
const KEPT: u64 = 1_024;
/// Aliases that are followed before a chain counts as a circle.
const MOST_ALIASES: usize = 32;

/// See the head of this file.
pub(super) struct Resolver {
    hosts: Hosts,
    dns: Result<TokioResolver, String>,
    /// Whether to ask the system's own look-up where no name server knows the name.
    system: bool,
}

/// An address of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The address.
    pub(super) address: IpAddr,
    /// As [`crate::model::ServerLink::aliases`].
    pub(super) aliases: Option<Vec<String>>,
}

impl Resolver {
    /// A resolver that asks `servers`, or those of the system where there are none.
    ///
    /// The file of hosts is read here once; the system's own look-up reads it again for names that are not found.
    ///
    /// # Errors
    /// A resolver cannot be built for `servers`.
    pub(super) fn new(servers: &[SocketAddr]) -> Result<Self, String> {
        let hosts = Hosts::from_system().unwrap_or_else(|error| {
            tracing::info!(%error, "the file of hosts cannot be read");
            Hosts::default()
        });
        let system = servers.is_empty();
        let dns = if system { of_system() } else { of(servers) };
        match dns {
            Err(cause) if !system => Err(cause),
            dns => Ok(Self { hosts, dns, system }),
        }
    }

    /// The addresses of a host, those of version 6 first. Never empty.
    ///
    /// # Errors
    /// In words, why there is none.
    pub(super) async fn look_up(&self, host: &str) -> Result<Vec<Found>, String> {
        let Ok(mut name) = Name::from_ascii(host) else { return Err("it is no host name".to_owned()) };
        let listed = self.listed(&name);
        if !listed.is_empty() {
            return Ok(listed);
        }
        // What ends in a dot is a whole name, to which no domain of this machine's network is added.
        name.set_fqdn(host.ends_with('.'));
        let asked = match &self.dns {
            Ok(dns) => ask(dns, name).await,
            Err(cause) => Err(cause.clone()),
        };
        match asked {
            Err(cause) if self.system => by_system(host).await.map_err(|_| cause),
            asked => asked,
        }
    }

    /// What the file of hosts says. A name that stands there is not asked for elsewhere, as the C library has it.
    fn listed(&self, name: &Name) -> Vec<Found> {
        let of = |kind| self.hosts.lookup_static_host(&Query::query(name.clone(), kind));
        let lookups = [of(RecordType::AAAA), of(RecordType::A)];
        let addresses = lookups.iter().flatten().flat_map(Lookup::answers).filter_map(|record| record.data.ip_addr());
        addresses.map(|address| Found { address, aliases: None }).collect()
    }
}

/// A resolver by the system's configuration.
fn of_system() -> Result<TokioResolver, String> {
    let told = |error: NetError| format!("this system names no name server that could be asked ({error})");
    let mut builder = TokioResolver::builder_tokio().map_err(told)?;
    set(builder.options_mut());
    builder.build().map_err(told)
}

/// A resolver that asks `servers` only.
fn of(servers: &[SocketAddr]) -> Result<TokioResolver, String> {
    let server = |address: &SocketAddr| {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = address.port();
            connection
        });
        NameServerConfig::new(address.ip(), true, connections.into())
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    set(builder.options_mut());
    builder.build().map_err(|error| format!("the name servers cannot be asked ({error})"))
}

fn set(options: &mut ResolverOpts) {
    // The file of hosts comes first and for both versions at once, so it is looked into before.
    options.use_hosts_file = ResolveHosts::Never;
    options.preserve_intermediates = true;
    options.cache_size = KEPT;
}

/// Asks for addresses of both versions at the same time.
async fn ask(dns: &TokioResolver, name: Name) -> Result<Vec<Found>, String> {
    let six = pin!(dns.lookup(name.clone(), RecordType::AAAA));
    let four = pin!(dns.lookup(name.clone(), RecordType::A));
    let (mut six, mut four) = (six, four);
    let (six, four) = tokio::select! {
        six = &mut six => {
            let four = other(four, &six).await;
            (Some(six), four)
        }
        four = &mut four => {
            let six = other(six, &four).await;
            (six, Some(four))
        }
    };
    let (mut found, mut cause) = (Vec::new(), "no name server answered in time".to_owned());
    for answer in [six, four].into_iter().flatten() {
        match answer {
            Ok(lookup) => {
                let aliases = aliases(&name, lookup.answers());
                let addresses = lookup.answers().iter().filter_map(|record| record.data.ip_addr());
                found.extend(addresses.map(|address| Found { address, aliases: Some(aliases.clone()) }));
                "the name has no address".clone_into(&mut cause);
            }
            Err(error) => cause = in_words(&error),
        }
    }
    if found.is_empty() { Err(cause) } else { Ok(found) }
}

/// Waits for the second answer: with patience only if the first was of no use.
async fn other<F: Future<Output = Result<Lookup, NetError>>>(second: F, first: &Result<Lookup, NetError>) -> Option<F::Output> {
    match first {
        Ok(_) => timeout(GRACE, second).await.ok(),
        Err(_) => Some(second.await),
    }
}

/// The names that an answer leads through, the one that was asked for left out (RFC 1034 section 3.6.2).
fn aliases(asked: &Name, answers: &[Record]) -> Vec<String> {
    let mut at = asked.clone();
    at.set_fqdn(true);
    let target = |record: &Record| match &record.data {
        RData::CNAME(alias) => Some(alias.0.clone()),
        _ => None,
    };
    let text = |name: &Name| name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
    let mut names = Vec::new();
    if !answers.iter().any(|record| record.name == at) {
        // A domain of this machine's network was added to the name: that is one that was gone through.
        let is_alias = |name: &Name| answers.iter().filter_map(target).any(|alias| alias == *name);
        let Some(first) = answers.iter().map(|record| &record.name).find(|name| !is_alias(name)) else { return names };
        names.push(text(first));
        at = first.clone();
    }
    while names.len() < MOST_ALIASES {
        let Some(next) = answers.iter().filter(|record| record.name == at).find_map(target) else { break };
        names.push(text(&next));
        at = next;
    }
    names
}

fn in_words(error: &NetError) -> String {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NXDomain => {
            "the name servers know no such name".to_owned()
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NoError => {
            "the name has no address".to_owned()
        }
        NetError::Timeout => "no name server answered in time".to_owned(),
        other => format!("the name servers gave no answer of use ({other})"),
    }
}

/// Asks the system's own look-up, which knows ways besides name servers (multicast, a directory, the name of this machine).
async fn by_system(host: &str) -> io::Result<Vec<Found>> {
    let addresses = tokio::net::lookup_host((host, 0)).await?;
    let mut found: Vec<Found> = addresses.map(|address| Found { address: address.ip(), aliases: None }).collect();
    found.sort_by_key(|found| found.address.is_ipv4());
    if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::{A, CNAME};

    use super::*;

    fn record(owner: &str, data: RData) -> Record {
        Record::from_rdata(Name::from_ascii(owner).expect("a name"), 60, data)
    }

    fn alias(owner: &str, target: &str) -> Record {
        record(owner, RData::CNAME(CNAME(Name::from_ascii(target).expect("a name"))))
    }

    #[test]
    fn chains_of_aliases() {
        let asked = Name::from_ascii("www.example").expect("a name");
        let address = |owner| record(owner, RData::A(A::new(192, 0, 2, 1)));
        let names = |answers: &[Record]| aliases(&asked, answers).join(" ");
        assert_eq!(names(&[address("www.example.")]), "");
        let out_of_order = [address("c.example."), alias("b.example.", "C.example."), alias("WWW.example.", "b.example.")];
        assert_eq!(names(&out_of_order), "b.example c.example");
        let with_domain = [alias("www.example.office.test.", "host.office.test."), address("host.office.test.")];
        assert_eq!(names(&with_domain), "www.example.office.test host.office.test");
        let circle = [alias("www.example.", "a.example."), alias("a.example.", "www.example.")];
        assert_eq!(aliases(&asked, &circle).len(), MOST_ALIASES, "it ends");
        assert_eq!(names(&[alias("a.example.", "a.example.")]), "");
    }

    #[tokio::test]
    async fn the_file_of_hosts_and_the_system_are_asked_too() {
        let resolver = Resolver::new(&[]).expect("a resolver");
        let found = resolver.look_up("localhost").await.expect("every system knows it");
        assert!(found.iter().all(|found| found.address.is_loopback() && found.aliases.is_none()), "{found:?}");
    }
}
