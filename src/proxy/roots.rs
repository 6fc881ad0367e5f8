//! Whom servers are verified against: the authorities of this system and those that the operator adds. A built-in list is used only where the
//! system has none, and that is said. It never accepts a certificate.

use std::env;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::StartError;
use crate::model::Digest;

/// Variables by which an operator says where the system's authorities lie.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// See the head of this file.
pub(super) struct Trust {
    /// The authorities.
    pub(super) store: Arc<RootCertStore>,
    /// Which they are, in words for the description of the recording.
    pub(super) told: String,
}

/// Reads the authorities of this system and adds `own` (PEM, may be empty).
///
/// # Errors
/// `own` holds something that is no certificate, or the operator pointed to authorities of which none can be read.
pub(super) fn gather(own: &[u8]) -> Result<Trust, StartError> {
    let read = rustls_native_certs::load_native_certs();
    let pointed = VARIABLES.iter().any(|name| env::var_os(name).is_some());
    let problems: Vec<String> = read.errors.iter().map(ToString::to_string).collect();
    trust(read.certs, &problems, pointed, own)
}

/// `pointed`: the operator said where the system's authorities lie, so that another list would not be what is wanted.
fn trust(system: Vec<CertificateDer<'static>>, problems: &[String], pointed: bool, own: &[u8]) -> Result<Trust, StartError> {
    for problem in problems {
        tracing::warn!(problem, "an authority of this system cannot be read");
    }
    let mut store = RootCertStore::empty();
    let (mut digests, mut odd) = (Vec::with_capacity(system.len()), problems.len());
    for certificate in system {
        let digest = Digest::of(&certificate);
        match store.add(certificate) {
            Ok(()) => digests.push(digest),
            Err(_) => odd += 1,
        }
    }
    let mut told = if digests.is_empty() {
        if pointed {
            let why = problems.first().map_or("there is no certificate", String::as_str);
            return Err(StartError::System(why.to_owned()));
        }
        tracing::warn!("this system has no authorities; the built-in list of Mozilla's is used");
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let digests = webpki_roots::TLS_SERVER_ROOTS.iter().map(|anchor| Digest::of(&anchor.subject_public_key_info)).collect();
        format!("{} of Mozilla's list, built in, because this system has none (SHA-256 of their keys {})", store.len(), joined(digests))
    } else {
        format!("{} of this system (SHA-256 {})", digests.len(), joined(digests))
    };
    if odd > 0 {
        told.push_str(&format!(", {odd} that could not be read left out"));
    }
    let mut digests = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(own) {
        let certificate = certificate.map_err(|error| StartError::Roots(error.to_string()))?;
        let digest = Digest::of(&certificate);
        store.add(certificate).map_err(|error| StartError::Roots(error.to_string()))?;
        digests.push(digest);
    }
    if digests.is_empty() && !own.trim_ascii().is_empty() {
        return Err(StartError::Roots("there is no certificate among them".to_owned()));
    }
    if !digests.is_empty() {
        told.push_str(&format!("; {} given by the operator (SHA-256 {})", digests.len(), joined(digests)));
    }
    Ok(Trust { store: Arc::new(store), told })
}

/// One digest for many: that of their bytes in ascending order, each once, so that it does not depend on the order of files.
fn joined(mut digests: Vec<Digest>) -> Digest {
    digests.sort_unstable();
    digests.dedup();
    Digest::of(&digests.iter().flat_map(|digest| digest.0).collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

    use super::*;

    fn authority() -> (CertificateDer<'static>, String) {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let made = params.self_signed(&KeyPair::generate().expect("a key")).expect("an authority");
        (made.der().clone(), made.pem())
    }

    #[test]
    fn the_systems_and_the_operators() {
        let ((one, _), (two, _), (_, own)) = (authority(), authority(), authority());
        let trust = trust(vec![one.clone(), two.clone()], &[], false, own.as_bytes()).expect("authorities");
        assert_eq!(trust.store.len(), 3);
        assert!(trust.told.starts_with("2 of this system (SHA-256 ") && trust.told.contains("; 1 given by the operator"), "{}", trust.told);
        let other_order = super::trust(vec![two, one], &[], false, own.as_bytes()).expect("authorities");
        assert_eq!(other_order.told, trust.told, "the digest does not depend on the order");
    }

    #[test]
    fn none_is_said_and_none_where_some_were_promised_is_refused() {
        let fallback = trust(Vec::new(), &[], false, b"").expect("authorities");
        assert!(fallback.store.len() > 50 && fallback.told.contains("because this system has none"), "{}", fallback.told);
        let problem = ["no such file".to_owned()];
        let refused = trust(Vec::new(), &problem, true, b"").err().expect("refused");
        assert!(refused.to_string().contains("no such file") && refused.to_string().contains("SSL_CERT_FILE"), "{refused}");
        assert!(matches!(trust(Vec::new(), &[], false, b"no certificate"), Err(StartError::Roots(_))));
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        let (one, _) = authority();
        let odd = CertificateDer::from(b"no certificate".to_vec());
        let trust = trust(vec![one, odd], &["unreadable".to_owned()], false, b"").expect("authorities");
        assert!(trust.told.contains("1 of this system") && trust.told.contains("2 that could not be read left out"), "{}", trust.told);
    }
}
