//! Obtains a list over HTTP or HTTPS: verified against this system's roots, bounded in bytes, time and redirects. Sends no cookie and nothing of a
//! case; it is called by `dataspoor lists` only, never while something is recorded or judged.

use std::io::Read as _;
use std::time::Duration;

use ureq::ResponseExt as _;

use super::Origin;
use crate::vault::web::agent;

/// Redirects that are followed.
const MOST_REDIRECTS: u32 = 5;

/// A list with the address that it came from.
#[derive(Debug)]
pub struct Obtained {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where from.
    pub origin: Origin,
}

/// Why a list cannot be obtained.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The system's roots cannot be read.
    #[error(
        "the authorities of this system cannot be read ({0}); SSL_CERT_FILE or SSL_CERT_DIR must lead to certificates in PEM, or be unset"
    )]
    Roots(String),
    /// It is larger than a list may be.
    #[error("{url}: the answer has more than {most} bytes, which no list of that kind has; check the address")]
    Large {
        /// The address.
        url: String,
        /// Bytes that are taken.
        most: usize,
    },
    /// It cannot be obtained.
    #[error("{url}: {why}; check the address and the connection, or fetch the file yourself and give its path")]
    Failed {
        /// The address.
        url: String,
        /// Why.
        why: String,
    },
}

/// Obtains the list at `url`. `most`: bytes that are taken; `within`: from the first look-up of the name to the last byte.
///
/// # Errors
///
/// The server cannot be reached or verified, answers with an error, redirects too often, or sends too much or too slowly.
pub fn download(url: &str, most: usize, within: Duration) -> Result<Obtained, DownloadError> {
    let failed = |why: String| DownloadError::Failed { url: url.to_owned(), why };
    let agent = agent(url, MOST_REDIRECTS, within).map_err(DownloadError::Roots)?;
    let mut answer = agent.get(url).call().map_err(|error| failed(said(&error)))?;
    let answered = answer.get_uri().to_string();
    let redirects = answer.get_redirect_history().map_or(0, |history| history.len().saturating_sub(1));
    let field = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (last_modified, etag) = (field("last-modified"), field("etag"));
    let said_length = answer.body().content_length();
    let mut bytes = Vec::new();
    let most_and_one = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    answer
        .body_mut()
        .with_config()
        .limit(u64::MAX)
        .reader()
        .take(most_and_one)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(error.to_string()))?;
    if bytes.len() > most {
        return Err(DownloadError::Large { url: url.to_owned(), most });
    }
    if said_length.is_some_and(|length| length != bytes.len() as u64) {
        return Err(failed(format!("the answer ended after {} bytes", bytes.len())));
    }
    let redirects = u32::try_from(redirects).unwrap_or(u32::MAX);
    Ok(Obtained { bytes, origin: Origin::Url { asked: url.to_owned(), answered, redirects, last_modified, etag } })
}

/// What went wrong, in words that say more than the crate's where that is possible.
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(status) => format!("the server answers with status {status}"),
        ureq::Error::TooManyRedirects => format!("it redirects more than {MOST_REDIRECTS} times"),
        ureq::Error::HostNotFound => "the name of the server is not known".to_owned(),
        error => error.to_string(),
    }
}
