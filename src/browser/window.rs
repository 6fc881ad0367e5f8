//! A window that a person browses in: a plain child process without a debugging port, so that nothing but the person acts in it. Never
//! looks at what is shown.

use super::facts::{Automation, Facts};
use super::process::Process;
use super::{BrowserError, Options, Profile};

/// An open browser. Dropped unclosed, it is killed.
pub struct Window {
    process: Process,
    facts: Facts,
}

/// Opens a window behind the proxy of `options`, with the home of `profile`.
///
/// # Errors
///
/// If there is no screen and `options` do not say headless, or the program does not start.
pub async fn open(profile: &Profile, options: &Options) -> Result<Window, BrowserError> {
    // Without an address, Debian's Chromium opens a start page of another maker, and Firefox its own.
    let url = options.url.clone().unwrap_or_else(|| "about:blank".to_owned());
    let process = Process::start(profile, options, &[url])?;
    Ok(Window { process, facts: Facts::new(options, profile.third_party_cookies(), Automation::None) })
}

impl Window {
    /// Waits until the person has closed the browser. Can be dropped and called again.
    ///
    /// # Errors
    ///
    /// If it ended by a failure, with its last words.
    pub async fn closed(&mut self) -> Result<(), BrowserError> {
        let status = self.process.ended().await?;
        if status.success() { Ok(()) } else { Err(BrowserError::Died { status: status.to_string(), said: self.process.said() }) }
    }

    /// Asks the browser to end, waits two seconds, and kills what is then left of it.
    pub async fn close(self) {
        self.process.stop().await;
    }

    /// The browser's name and version as its program says them.
    #[must_use]
    pub fn version(&self) -> &str {
        self.facts.version()
    }

    /// What is to be recorded about this browser.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}
