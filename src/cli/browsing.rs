//! Which browser is used, and how, for the commands that start one. Never decides what is recorded.

use std::net::SocketAddr;

use super::live::Live;
use super::progress::Progress;
use crate::browser::{Options, Profile, Program, Screen, ThirdPartyCookies};

/// The browser that is used, and how.
pub(super) struct Used<'u> {
    /// The program.
    pub(super) program: &'u Program,
    /// Where its window is.
    pub(super) screen: &'u Screen,
    /// What it does with cookies in requests from other sites.
    pub(super) cookies: ThirdPartyCookies,
}

impl Used<'_> {
    /// A new profile that trusts `certificate`, and how the browser is to be started behind the proxy.
    pub(super) fn prepare(&self, certificate: &str, live: &Live<'_>) -> anyhow::Result<(Profile, Options)> {
        let profile = Profile::create_for(self.program.kind, certificate)?.with_third_party_cookies(self.cookies)?;
        Ok((profile, self.options(live.proxy.address())))
    }

    /// How the browser is to be started behind a proxy.
    pub(super) fn options(&self, proxy: SocketAddr) -> Options {
        let mut options = Options::new(self.program.clone(), proxy);
        options.screen = self.screen.clone();
        options
    }
}

/// Where the browser's window is to be, when the operator did not ask for none: on the screen, or with `unseen` never there; on a virtual
/// one; or nowhere, which is said.
pub(super) fn screen(headless: bool, unseen: bool, progress: &Progress<'_>) -> anyhow::Result<Screen> {
    if headless {
        return Ok(Screen::None);
    }
    let (screen, notice) = if unseen { Screen::unseen()? } else { Screen::choose()? };
    if let Some(notice) = notice {
        progress.say(&notice);
    }
    Ok(screen)
}
