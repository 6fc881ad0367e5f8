//! The certificate authority of a case and the certificates it issues for the hosts a browser visits. It never writes a file and never
//! gives its key to a connection: leaves have a key of their own.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use super::clock::Clock;
use super::passing::HostPattern;
use crate::model::Digest;

/// How long before its making a leaf is valid: browsers and servers whose clocks lag still take it.
const BACKDATE: Duration = Duration::from_secs(86_400);
/// How long after its making a leaf is valid. Together with [`BACKDATE`] no more than seven days.
const LIFETIME: Duration = Duration::from_secs(6 * 86_400);
/// A leaf older than this is replaced, long before it expires.
const RENEWED_AFTER: Duration = Duration::from_secs(3 * 86_400);
/// Hosts whose leaves are kept. Beyond that, the one made first goes.
const KEPT: usize = 2_000;
/// Longest common name (RFC 5280 appendix A, `ub-common-name`).
const COMMON_NAME: usize = 64;

/// A certificate authority with a P-256 key, made for one case.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

/// Why an authority could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The name does not fit into a certificate.
    #[error("the name of a certificate authority has 1 to 64 characters, this one has {0}; choose a shorter one")]
    Name(usize),
    /// The certificate is not one, or not in PEM.
    #[error("the certificate of the authority cannot be read ({0}); it must be one certificate in PEM")]
    Certificate(String),
    /// The key is not one, or not in PEM.
    #[error("the key of the authority cannot be read ({0}); it must be an unencrypted P-256 key in PEM, PKCS #8")]
    Key(String),
    /// Certificate and key are not a pair.
    #[error("the key does not belong to the certificate of the authority; take both from the same case")]
    NotAPair,
    /// The cryptographic library refused.
    #[error("the authority could not be made: {0}")]
    Refused(String),
}

impl Authority {
    /// A new authority called `name`, valid for `days` days from `valid_from`. It may sign servers' certificates only, and no other authority.
    ///
    /// # Errors
    /// The name is empty or longer than 64 characters, or the library has no randomness.
    pub fn generate(name: &str, valid_from: SystemTime, days: u32) -> Result<Self, AuthorityError> {
        Self::generate_for(name, valid_from, days, &[])
    }

    /// As [`Self::generate`], but its key can vouch for nobody but `hosts` and what lies below them: the certificate says so in a critical
    /// extension (RFC 5280 section 4.2.1.10). Without any host, for everybody.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub fn generate_for(name: &str, valid_from: SystemTime, days: u32, hosts: &[HostPattern]) -> Result<Self, AuthorityError> {
        let length = name.chars().count();
        if !(1..=COMMON_NAME).contains(&length) {
            return Err(AuthorityError::Name(length));
        }
        let refused = |error: rcgen::Error| AuthorityError::Refused(error.to_string());
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(refused)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(name);
        params.not_before = valid_from.into();
        params.not_after = (valid_from + Duration::from_secs(86_400) * days).into();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.name_constraints = (!hosts.is_empty()).then(|| constraints(hosts));
        let certificate = params.self_signed(&key).map_err(refused)?;
        Self::from_parts(certificate.der().clone(), certificate.pem(), key)
    }

    /// The authority of a case that exists already.
    ///
    /// # Errors
    /// Either text cannot be read, or they do not belong together.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, AuthorityError> {
        let key = KeyPair::from_pem(key).map_err(|error| AuthorityError::Key(error.to_string()))?;
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(|error| AuthorityError::Certificate(error.to_string()))?;
        Self::from_parts(der, certificate.to_owned(), key)
    }

    fn from_parts(certificate: CertificateDer<'static>, pem: String, key: KeyPair) -> Result<Self, AuthorityError> {
        // The parsed form takes over the key identifier that the certificate really has, so that leaves point at it (RFC 5280 4.2.1.1).
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = aws_lc_rs::sign::any_supported_type(&private).map_err(|error| AuthorityError::Key(error.to_string()))?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|error| AuthorityError::Certificate(error.to_string()))?;
        match CertifiedKey::new(vec![certificate.clone()], signing).keys_match() {
            Ok(()) => Ok(Self { issuer, certificate, pem }),
            Err(_) => Err(AuthorityError::NotAPair),
        }
    }

    /// The certificate in PEM: what a browser must trust.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// The key in PEM (PKCS #8). Whoever holds it can impersonate every site to a browser that trusts the certificate.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// SHA-256 of the certificate's DER form.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.certificate)
    }
}

impl fmt::Debug for Authority {
    /// Without the key.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Authority").field("digest", &self.digest()).finish_non_exhaustive()
    }
}

/// A constraint on names says nothing about addresses, nor the other way round (RFC 5280 section 4.2.1.10). So a kind of which nothing is
/// permitted is excluded as a whole; the two sizes of addresses are kinds of their own to those who check.
fn constraints(hosts: &[HostPattern]) -> NameConstraints {
    let subtree = |host: &HostPattern| match host.address() {
        Some(IpAddr::V4(address)) => GeneralSubtree::IpAddress(CidrSubnet::V4(address.octets(), [255; 4])),
        Some(IpAddr::V6(address)) => GeneralSubtree::IpAddress(CidrSubnet::V6(address.octets(), [255; 16])),
        None => GeneralSubtree::DnsName(host.name().to_owned()),
    };
    let any = |kind: fn(IpAddr) -> bool| hosts.iter().filter_map(HostPattern::address).any(kind);
    let all = [
        (hosts.iter().any(|host| host.address().is_none()), GeneralSubtree::DnsName(String::new())),
        (any(|address| address.is_ipv4()), GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4]))),
        (any(|address| address.is_ipv6()), GeneralSubtree::IpAddress(CidrSubnet::V6([0; 16], [0; 16]))),
        (false, GeneralSubtree::Rfc822Name(String::new())),
    ];
    NameConstraints {
        permitted_subtrees: hosts.iter().map(subtree).collect(),
        excluded_subtrees: all.into_iter().filter(|(permitted, _)| !permitted).map(|(_, kind)| kind).collect(),
    }
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// Issues and keeps leaf certificates. One per host, made once however many connections ask at the same moment.
pub(super) struct Certificates {
    authority: Authority,
    provider: Arc<CryptoProvider>,
    leaf: KeyPair,
    signing: Arc<dyn SigningKey>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_host: BTreeMap<String, Arc<Slot>>,
    oldest_first: VecDeque<String>,
}

struct Slot {
    made: SystemTime,
    certificate: OnceLock<Option<Arc<CertifiedKey>>>,
}

impl Certificates {
    /// Leaves of `authority`, with a fresh key for this run.
    ///
    /// # Errors
    /// The library has no randomness.
    pub(super) fn new(authority: Authority, provider: Arc<CryptoProvider>) -> Result<Self, AuthorityError> {
        let leaf = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|error| AuthorityError::Refused(error.to_string()))?;
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf.serialize_der()));
        let signing = provider.key_provider.load_private_key(private).map_err(|error| AuthorityError::Refused(error.to_string()))?;
        Ok(Self { authority, provider, leaf, signing, kept: Mutex::default() })
    }

    /// The certificate for `host`: a name, or an address without brackets. `None` where no certificate can name it.
    pub(super) fn leaf(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let host = host.to_ascii_lowercase();
        let now = Clock::wall();
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = |slot: &&Arc<Slot>| now.duration_since(slot.made).is_ok_and(|age| age < RENEWED_AFTER);
            if let Some(slot) = kept.by_host.get(&host).filter(fresh) {
                Arc::clone(slot)
            } else {
                let slot = Arc::new(Slot { made: now, certificate: OnceLock::new() });
                if kept.by_host.insert(host.clone(), Arc::clone(&slot)).is_none() {
                    kept.oldest_first.push_back(host.clone());
                }
                if kept.oldest_first.len() > KEPT
                    && let Some(oldest) = kept.oldest_first.pop_front()
                {
                    kept.by_host.remove(&oldest);
                }
                slot
            }
        };
        // Signing happens outside the lock of all hosts and inside that of this host: whoever comes second waits for the first's signature.
        slot.certificate.get_or_init(|| self.sign(&host, now)).clone()
    }

    fn sign(&self, host: &str, now: SystemTime) -> Option<Arc<CertifiedKey>> {
        let mut params = CertificateParams::default();
        let mut serial = [0_u8; 16];
        self.provider.secure_random.fill(&mut serial).ok()?;
        // A serial number is positive (RFC 5280 4.1.2.2) and here has the same length each time.
        serial[0] = serial[0] & 0x3f | 0x40;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = (now - BACKDATE).into();
        params.not_after = (now + LIFETIME).into();
        let address = host.parse::<IpAddr>().ok();
        // An address as a common name would be taken for the name of a host, which a constraint may exclude.
        let named = address.is_none() && host.len() <= COMMON_NAME;
        params.distinguished_name = if named { common_name(host) } else { DistinguishedName::new() };
        params.subject_alt_names = vec![match address {
            Some(address) => SanType::IpAddress(address),
            None => SanType::DnsName(host.strip_suffix('.').unwrap_or(host).try_into().ok()?),
        }];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&self.leaf, &self.authority.issuer).ok()?;
        // The authority's own certificate goes along, so that a browser that knows only its digest can check the chain.
        let chain = vec![certificate.der().clone(), self.authority.certificate.clone()];
        Some(Arc::new(CertifiedKey::new(chain, Arc::clone(&self.signing))))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Certificates").field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.leaf(hello.server_name()?)
    }
}

/// One certificate, for a client that names no server.
#[derive(Debug)]
struct Fixed(Option<Arc<CertifiedKey>>);

impl ResolvesServerCert for Fixed {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }
}

/// TLS towards the browser: one configuration for all hosts.
#[derive(Clone, Debug)]
pub(super) struct Acceptance {
    certificates: Arc<Certificates>,
    shared: Arc<ServerConfig>,
}

impl Acceptance {
    /// HTTP/2 and HTTP/1.1 with certificates of `authority`.
    ///
    /// # Errors
    /// The cryptographic library refuses.
    pub(super) fn new(authority: Authority, provider: Arc<CryptoProvider>) -> Result<Self, AuthorityError> {
        let certificates = Arc::new(Certificates::new(authority, Arc::clone(&provider))?);
        let mut shared = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| AuthorityError::Refused(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Certificates>::clone(&certificates));
        shared.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { certificates, shared: Arc::new(shared) })
    }

    /// The configuration for a client that names a server, or else goes to `host`.
    pub(super) fn config(&self, server_name: Option<&str>, host: &str) -> Arc<ServerConfig> {
        if server_name.is_some() {
            return Arc::clone(&self.shared);
        }
        let mut own = ServerConfig::clone(&self.shared);
        own.cert_resolver = Arc::new(Fixed(self.certificates.leaf(host.trim_matches(['[', ']']))));
        Arc::new(own)
    }
}

impl hudsucker::certificate_authority::CertificateAuthority for Acceptance {
    /// What hudsucker would ask for if it accepted TLS itself. CONNECT is taken over before it does.
    async fn gen_server_config(&self, authority: &http::uri::Authority) -> Arc<ServerConfig> {
        self.config(None, authority.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority() -> Authority {
        Authority::generate("test authority", SystemTime::UNIX_EPOCH, 36_500).expect("an authority")
    }

    #[test]
    fn pem_goes_round_and_strangers_are_refused() {
        let first = authority();
        let again = Authority::from_pem(first.certificate_pem(), &first.key_pem()).expect("the same authority");
        assert_eq!(first.digest(), again.digest());
        let stranger = authority();
        assert!(matches!(Authority::from_pem(first.certificate_pem(), &stranger.key_pem()), Err(AuthorityError::NotAPair)));
        assert!(matches!(Authority::from_pem("nothing", &first.key_pem()), Err(AuthorityError::Certificate(_))));
        assert!(matches!(Authority::from_pem(first.certificate_pem(), "nothing"), Err(AuthorityError::Key(_))));
        assert!(matches!(Authority::generate(&"x".repeat(65), SystemTime::UNIX_EPOCH, 1), Err(AuthorityError::Name(65))));
    }

    #[test]
    fn one_leaf_per_host_and_none_for_what_no_certificate_can_name() {
        let certificates = Certificates::new(authority(), Arc::new(aws_lc_rs::default_provider())).expect("certificates");
        let leaf = |host: &str| certificates.leaf(host).map(|key| Digest::of(&key.cert[0]));
        assert_eq!(leaf("www.example.test"), leaf("WWW.example.test"));
        assert_ne!(leaf("www.example.test"), leaf("other.example.test"));
        assert!(leaf("::1").is_some() && leaf("127.0.0.1").is_some());
        assert!(leaf(&format!("{}.example.test", "long".repeat(15))).is_some());
        assert_eq!(leaf("bücher.example"), None);
    }
}
