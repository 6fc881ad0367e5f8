//! An isolated, quiet Chromium or Firefox that trusts the authority of this case, and a small driver for it: finds the program, makes a throw-away
//! profile, starts the browser behind the proxy and puts it away again. It never touches the operator's own profile or certificates, never
//! switches the checking of certificates off, never downloads a browser, and never looks at traffic: what the browser sends is recorded by
//! whoever answers at the proxy's address.

mod asking;
mod bidi;
mod cdp;
mod driver;
mod element;
mod emulation;
mod facts;
mod flags;
mod instructions;
mod jar;
mod nss;
mod preferences;
mod process;
mod profile;
mod program;
mod refusals;
mod report;
mod screen;
mod watch;
mod window;

use std::path::PathBuf;
use std::time::Duration;

pub use crate::model::JarReport;
pub use asking::{Answer, Asked, found};
pub use driver::Driver;
pub use element::Element;
pub use facts::{Automation, Facts, identity};
pub use flags::{Direct, Options, flags};
pub use instructions::instructions;
pub use jar::{PartitionKey, StoredCookie};
pub use preferences::preferences;
pub use profile::{Profile, ThirdPartyCookies, Trusted};
pub use program::{Kind, Program, find};
pub use screen::{Screen, VirtualScreen};
pub use window::{Window, open};

/// What can go wrong with a browser; every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// There is no usable browser on the search path.
    #[error(
        "no browser found (looked for {looked_for}{snap}); install the Debian package chromium or firefox-esr, name a program with --browser, or \
         use your own browser with --no-browser"
    )]
    NotFound {
        /// The names that were looked for.
        looked_for: String,
        /// What is said about a program that was passed over, or nothing.
        snap: String,
    },
    /// The program that the operator named cannot be run.
    #[error("{}: {why}; name the file of a Chromium or Firefox, or leave the option away to have one looked for", path.display())]
    NotRunnable {
        /// As named.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// `certutil` is missing.
    #[error(
        "certutil is not here, so no browser can be made to trust the certificate of this case; install the Debian package libnss3-tools, \
         or use your own browser with --no-browser"
    )]
    NoCertutil,
    /// What was given as the certificate of the authority is not exactly one certificate.
    #[error("the certificate of the authority cannot be used: {0}; give the PEM text of one certificate, without its key")]
    Authority(&'static str),
    /// The throw-away profile could not be made.
    #[error(
        "the throw-away profile of the browser could not be made: {doing}: {why}; see that the temporary folder has room and may be written"
    )]
    Profile {
        /// What was being done.
        doing: &'static str,
        /// What the system or the program said.
        why: String,
    },
    /// A kept profile is in use.
    #[error("{}: another recording uses this kept profile ({why}); wait until it has ended, or plan another profile", folder.display())]
    ProfileInUse {
        /// The folder of the profile.
        folder: PathBuf,
        /// What the system says.
        why: String,
    },
    /// There is no screen to open a window on.
    #[error("no screen (neither DISPLAY nor WAYLAND_DISPLAY is set): pass --headless, or --no-browser and use your own browser")]
    NoScreen,
    /// A virtual screen did not come up.
    #[error("the virtual screen (Xvfb) did not come up: {why}; pass --headless to do without a window")]
    Screen {
        /// Why.
        why: String,
    },
    /// Chromium does not run as root with its sandbox.
    #[error("Chromium does not start as root with its sandbox on: run as an ordinary user, or switch the sandbox off")]
    SandboxAsRoot,
    /// The browser did not start.
    #[error("the browser did not start: {why}{said}")]
    Start {
        /// Why.
        why: String,
        /// The last lines it wrote, each on a line of its own, or nothing.
        said: String,
    },
    /// The browser ended by a failure.
    #[error("the browser ended with {status}{said}")]
    Died {
        /// Its exit status.
        status: String,
        /// The last lines it wrote, each on a line of its own, or nothing.
        said: String,
    },
    /// A page could not be reached.
    #[error("{url}: the browser says {reason}{}", hint(reason))]
    Navigation {
        /// The address that was asked for.
        url: String,
        /// The browser's own code, such as `net::ERR_CERT_AUTHORITY_INVALID`.
        reason: String,
    },
    /// Something did not come in time.
    #[error("{what} did not come within {} s; look at a screenshot for what the page shows instead", within.as_secs_f64())]
    Waited {
        /// What was waited for.
        what: String,
        /// How long.
        within: Duration,
    },
    /// There is no such element.
    #[error("no element of the page matches {css}; wait for it first, or look at a screenshot for what the page shows instead")]
    NoElement {
        /// The selector.
        css: String,
    },
    /// The element cannot be clicked where a person would click it.
    #[error("{css} cannot be clicked: {why}; look at a screenshot, something may lie over it")]
    NotClickable {
        /// The selector.
        css: String,
        /// Why not.
        why: String,
    },
    /// A script in the page failed.
    #[error("the script failed in the page: {0}; the script is at fault, or the page is not the one it was made for")]
    Script(String),
    /// The conversation with the browser failed.
    #[error("the browser could not {doing}: {why}; it may have been closed or have crashed, start it again")]
    Conversation {
        /// What it was asked to do.
        doing: &'static str,
        /// What was said.
        why: String,
    },
}

/// What to look at for the failures whose cause is known.
fn hint(reason: &str) -> &'static str {
    match reason {
        "net::ERR_CERT_AUTHORITY_INVALID" => {
            "; the profile does not trust the certificate that was shown: make it with the certificate of the proxy that answers"
        }
        "SEC_ERROR_UNKNOWN_ISSUER" | "MOZILLA_PKIX_ERROR_MITM_DETECTED" => {
            "; the profile does not trust the certificate that was shown: make it with the certificate of the proxy that answers"
        }
        "net::ERR_PROXY_CONNECTION_FAILED" | "NS_ERROR_PROXY_CONNECTION_REFUSED" => "; nothing answers at the proxy's address",
        "net::ERR_TUNNEL_CONNECTION_FAILED" | "NS_ERROR_PROXY_BAD_GATEWAY" | "NS_ERROR_PROXY_FORBIDDEN" => {
            "; the proxy could not open a tunnel to that host"
        }
        _ => "",
    }
}
