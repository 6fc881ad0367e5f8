//! The certificates of the world: a test authority of its own and one leaf for all host names. Never used for anything else.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::model::Timestamp;

/// The authority as PEM, and how to serve TLS with its leaf.
pub(super) struct Certificates {
    pub(super) authority_pem: String,
    /// HTTP/2 and HTTP/1.1 by ALPN (RFC 7301).
    pub(super) both: Arc<ServerConfig>,
    /// HTTP/1.1 only.
    pub(super) older: Arc<ServerConfig>,
}

/// Makes an authority and a leaf for `hosts`, valid around `now` (P-256, one day before to thirty days after).
pub(super) fn issue(hosts: &[&str], now: Timestamp, provider: Arc<CryptoProvider>) -> io::Result<Certificates> {
    let now = OffsetDateTime::from_unix_timestamp(now.as_seconds()).map_err(io::Error::other)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
    params.distinguished_name = named("dataspoor simulated world (test authority)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(30);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
    let authority = params.self_signed(&key).map_err(io::Error::other)?;
    let issuer = Issuer::new(params, key);

    let mut params = CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()).map_err(io::Error::other)?;
    params.distinguished_name = named("simulated world");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(30);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
    let leaf = params.signed_by(&key, &issuer).map_err(io::Error::other)?;

    let serve = |alpn: &[&[u8]]| {
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(io::Error::other)?;
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Ok::<_, io::Error>(Arc::new(config))
    };
    Ok(Certificates { authority_pem: authority.pem(), both: serve(&[b"h2", b"http/1.1"])?, older: serve(&[b"http/1.1"])? })
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names.push(DnType::OrganizationName, "SIMULATED");
    names
}
