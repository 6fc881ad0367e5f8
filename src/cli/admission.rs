//! Options of `record` that say who may use the proxy and which hosts pass unread, and the authority that fits them. A password never
//! stands on the command line, where other programs see it, nor in what is recorded.

use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::proxy::{Admission, Authority, Credentials, HostPattern, OnPinned, Passing};

/// Variable of the environment with `USER:PASSWORD`.
const VARIABLE: &str = "DATASPOOR_PROXY_AUTH";
/// Days for which an authority is valid that is made for one recording.
const DAYS: u32 = 7;

/// Who is served, and what passes unread.
#[derive(Debug, Args)]
pub(super) struct AdmissionArguments {
    /// Let this host pass unread, as a recorded tunnel: www.example.org, or *.example.org for a domain and all below it (repeat for more).
    #[arg(long, value_name = "HOST")]
    pass: Vec<HostPattern>,
    /// Read these hosts only, and let all others pass unread, as recorded tunnels: names with commas between them. The authority is made for
    /// this recording, and its certificate says that it can vouch for nobody else. A second site to be read belongs here as well.
    #[arg(long, value_name = "HOSTS", value_delimiter = ',')]
    only: Vec<HostPattern>,
    /// What happens to a host whose client refuses our certificate: refuse (it gets the same one again) or pass (its next connection passes
    /// unread). Both are recorded.
    #[arg(long, value_name = "WHAT", default_value = OnPinned::Refuse.id(), value_parser = on_pinned)]
    on_pinned: OnPinned,
    /// Demand a user name and password (Basic) of whoever uses the proxy; needed to listen elsewhere than on this machine. The password is
    /// the first line of the file, at least 12 characters. Instead, DATASPOOR_PROXY_AUTH may hold USER:PASSWORD.
    #[arg(long, value_name = "USER:FILE")]
    proxy_auth: Option<String>,
}

fn on_pinned(text: &str) -> Result<OnPinned, String> {
    OnPinned::ALL.into_iter().find(|one| one.id() == text).ok_or_else(|| "write refuse or pass".to_owned())
}

impl AdmissionArguments {
    /// What the proxy is told.
    pub(super) fn read(&self) -> anyhow::Result<Admission> {
        let passing = Passing { pass: self.pass.clone(), only: self.only.clone(), on_pinned: self.on_pinned };
        Ok(Admission { credentials: self.credentials()?, passing, ..Admission::default() })
    }

    fn credentials(&self) -> anyhow::Result<Option<Credentials>> {
        if let Some(text) = &self.proxy_auth {
            let Some((user, file)) = text.split_once(':').filter(|(_, file)| !file.is_empty()) else {
                bail!("--proxy-auth {text:?}: write the user name, a colon, and the path of a file whose first line is the password");
            };
            let content = fs::read_to_string(file).with_context(|| {
                format!("{file}: the file with the password of the proxy cannot be read; check the path and its permissions")
            })?;
            let credentials = Credentials::new(user, content.lines().next().unwrap_or_default());
            return credentials.map(Some).with_context(|| format!("--proxy-auth {user}:{file}"));
        }
        let Some(text) = environment().filter(|text| !text.is_empty()) else { return Ok(None) };
        let text = text.into_string().ok();
        let Some((user, password)) = text.as_deref().and_then(|text| text.split_once(':')) else {
            bail!("{VARIABLE}: write the user name, a colon, and the password");
        };
        Credentials::new(user, password).map(Some).context(VARIABLE)
    }

    /// An authority that can vouch for the only hosts that are read; `None`: all are, so any will do.
    ///
    /// `given`: the operator gave an authority, to which nothing can be added.
    pub(super) fn authority(&self, now: SystemTime, given: bool) -> anyhow::Result<Option<Authority>> {
        if self.is_limited() && given {
            bail!(
                "--only makes an authority that can vouch for these hosts alone, and --ca-cert gives another one; leave out one of the two"
            );
        }
        // The case's own could vouch for everybody, and its certificate cannot be changed afterwards.
        let made = || Authority::generate_for("dataspoor recording, some hosts only", now, DAYS, &self.only);
        Ok((!self.only.is_empty()).then(made).transpose()?)
    }

    /// Whether the authority is one for this recording alone.
    pub(super) fn is_limited(&self) -> bool {
        !self.only.is_empty()
    }

    /// What the recording says of these options, by name.
    pub(super) fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let listed = |patterns: &[HostPattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let lists = [("pass", listed(&self.pass)), ("only", listed(&self.only))];
        let guarded = self.proxy_auth.is_some() || environment().is_some_and(|text| !text.is_empty());
        let others = [("on-pinned", self.on_pinned.id().to_owned()), ("proxy-auth", if guarded { "demanded" } else { "" }.to_owned())];
        lists.into_iter().chain(others).filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value))
    }

    /// What the operator should know before somebody else uses the proxy.
    pub(super) fn warning(listen: SocketAddr) -> Option<&'static str> {
        (!listen.ip().is_loopback()).then_some(
            "The proxy can be reached from other machines. User name, password, and what is sent without TLS can be read on the way to it; use a network \
             that is yours alone.",
        )
    }
}

fn environment() -> Option<OsString> {
    std::env::var_os(VARIABLE)
}
