//! The one way in which a shell outside of a recording asks a server: verified against this system's roots, bounded in time and redirects, without cookies.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// Whoever asks `url`. `redirects`: how many are followed; `within`: from the first look-up of the name to the last byte. The error says why this system's
/// roots cannot be read.
pub(super) fn agent(url: &str, redirects: u32, within: Duration) -> Result<Agent, String> {
    let roots = rustls_native_certs::load_native_certs();
    if roots.certs.is_empty() && url.starts_with("https:") {
        let why: Vec<String> = roots.errors.iter().map(ToString::to_string).collect();
        return Err(why.join("; "));
    }
    let roots: Vec<Certificate<'static>> = roots.certs.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    Ok(Agent::config_builder()
        .tls_config(tls)
        // From https nobody is led to where nobody vouches for the bytes.
        .https_only(url.starts_with("https:"))
        .max_redirects(redirects)
        .save_redirect_history(true)
        .timeout_global(Some(within))
        .user_agent(concat!("dataspoor/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .build()
        .into())
}
