//! Checks a token (RFC 3161 section 2.4.2 and 2.3, RFC 5652 section 5.4 to 5.6): is it over this digest, an answer to this request, signed by the
//! certificate in it, is that one for timestamps and valid at the time it gives, and does it lead to an anchor that somebody trusts.

use std::time::Duration;

use der::{Decode as _, Encode as _};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};

use super::TimestampError;
use super::algorithm::Algorithm;
use super::element::{SET, dotted, encoded};
use super::token::{Parsed, SignerId, TimeToken};
use crate::model::{Digest, Timestamp};

/// `id-kp-timeStamping` (RFC 3161 section 2.3): content octets, and as text.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
const TIME_STAMPING_TEXT: &str = "1.3.6.1.5.5.7.3.8";

/// Signs of a name that are printed at most.
const MOST_NAME: usize = 200;

/// Certificates of authorities that somebody trusts for timestamps.
#[derive(Clone, Debug, Default)]
pub struct Anchors(Vec<CertificateDer<'static>>);

impl Anchors {
    /// Takes certificates in DER.
    ///
    /// # Errors
    ///
    /// One of them cannot be read; it is named by its place from 1.
    pub fn from_der(certificates: Vec<Vec<u8>>) -> Result<Self, TimestampError> {
        let certificates: Vec<CertificateDer<'static>> = certificates.into_iter().map(CertificateDer::from).collect();
        for (number, certificate) in (1..).zip(&certificates) {
            anchor_from_trusted_cert(certificate).map_err(|_| TimestampError::Anchor(number))?;
        }
        Ok(Self(certificates))
    }

    /// Takes the certificates in a text in PEM (RFC 7468).
    ///
    /// # Errors
    ///
    /// There is none in it, or one cannot be read.
    pub fn from_pem(text: &[u8]) -> Result<Self, TimestampError> {
        use rustls_pki_types::pem::PemObject as _;
        let read: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(text).collect();
        match read {
            Ok(found) if !found.is_empty() => Self::from_der(found.into_iter().map(|certificate| certificate.to_vec()).collect()),
            _ => Err(TimestampError::Anchor(1)),
        }
    }

    /// Whether none was given, so that no chain is checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A token that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedTime {
    /// What it says.
    pub says: TimeToken,
    /// Whose certificate signed (RFC 4514).
    pub signer: String,
    /// SHA-256 of that certificate.
    pub certificate: Digest,
    /// The given authority to which the chain of certificates leads. `None`: no authority was given, so the chain was not checked, and anybody may have
    /// made the certificate.
    pub chain_to: Option<String>,
}

/// Checks that `token` (DER) vouches for `imprint`, and is the answer to a request with `nonce`, where that is known. Without `anchors` the chain of
/// certificates is not checked. Whether a certificate was revoked is not looked at.
///
/// # Errors
///
/// What does not hold, or cannot be checked.
pub fn check_time(token: &[u8], imprint: &Digest, nonce: Option<&[u8]>, anchors: &Anchors) -> Result<CheckedTime, TimestampError> {
    let parsed = Parsed::read(token)?;
    match parsed.says.imprint {
        Some(found) if found == *imprint => {}
        Some(found) => return Err(TimestampError::OtherImprint { found: found.to_string() }),
        None => return Err(TimestampError::OtherImprint { found: "by another hash than SHA-256".to_owned() }),
    }
    if let Some(nonce) = nonce {
        let sent = &nonce[nonce.iter().take_while(|&&byte| byte == 0).count()..];
        if parsed.says.nonce.as_deref() != Some(sent) {
            return Err(TimestampError::OtherNonce);
        }
    }
    let (der, certificate) = parsed.signer()?;
    let (hash, digest) = parsed.certificate;
    if hash.digest(der) != digest {
        return Err(TimestampError::OtherCertificate);
    }
    let subject = name(&certificate);
    for_timestamps(&certificate, &subject)?;
    let at = valid_then(&certificate, &subject, parsed.says.time)?;
    if parsed.digest.digest(parsed.content) != parsed.message_digest {
        return Err(TimestampError::ContentChanged);
    }
    parsed.signature(der, &certificate, &subject)?;
    let chain_to = if anchors.is_empty() { None } else { Some(parsed.chain(der, at, anchors, &subject)?) };
    Ok(CheckedTime { says: parsed.says, signer: subject, certificate: Digest::of(der), chain_to })
}

impl<'a> Parsed<'a> {
    /// The certificate that the signer names.
    fn signer(&self) -> Result<(&'a [u8], Certificate), TimestampError> {
        for der in &self.certificates {
            // What else lies there need not be readable.
            let Ok(certificate) = Certificate::from_der(der) else { continue };
            let tbs = certificate.tbs_certificate();
            let is_it = match self.signer {
                SignerId::Issuer(issuer, serial) => {
                    tbs.serial_number().as_bytes() == serial && tbs.issuer().to_der().is_ok_and(|found| found == issuer)
                }
                SignerId::Key(key) => {
                    matches!(tbs.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, found))) if found.0.as_bytes() == key)
                }
            };
            if is_it {
                return Ok((der, certificate));
            }
        }
        Err(TimestampError::NoCertificate)
    }

    /// The signature is over the attributes as a SET (RFC 5652 section 5.4).
    fn signature(&self, der: &[u8], certificate: &Certificate, subject: &str) -> Result<(), TimestampError> {
        let key = certificate.tbs_certificate().subject_public_key_info();
        let unreadable = |_| TimestampError::Malformed("the key of the certificate");
        let key = key.algorithm.to_der().map_err(unreadable)?;
        let key = super::element::only(&key, super::element::SEQUENCE, "the key of the certificate")?.value;
        let (identifier, oid) = self.algorithm;
        let algorithm = Algorithm::of(key, identifier, oid, self.digest)
            .ok_or_else(|| TimestampError::Unknown(format!("the signature {} by the key of {subject}", dotted(oid))))?;
        let der = CertificateDer::from(der);
        let end_entity = EndEntityCert::try_from(&der).map_err(|_| TimestampError::Malformed("the certificate of whoever signed"))?;
        end_entity
            .verify_signature(algorithm, &encoded(SET, &[self.signed]), self.signature)
            .map_err(|_| TimestampError::Signature(subject.to_owned()))
    }

    /// The anchor to which a path leads, as of `at`.
    fn chain(&self, der: &[u8], at: UnixTime, anchors: &Anchors, subject: &str) -> Result<String, TimestampError> {
        let der = CertificateDer::from(der);
        let end_entity = EndEntityCert::try_from(&der).map_err(|_| TimestampError::Malformed("the certificate of whoever signed"))?;
        let between: Vec<CertificateDer<'_>> = self.certificates.iter().map(|certificate| CertificateDer::from(*certificate)).collect();
        let trusted: Vec<TrustAnchor<'_>> = anchors.0.iter().filter_map(|anchor| anchor_from_trusted_cert(anchor).ok()).collect();
        let usage = KeyUsage::required(TIME_STAMPING);
        let path = end_entity
            .verify_for_usage(&Algorithm::all(), &trusted, &between, at, usage, None, None)
            .map_err(|error| chain_error(&error, subject))?;
        let found = path.anchor();
        let named = anchors.0.iter().zip(&trusted).find(|(_, anchor)| anchor.subject == found.subject);
        Ok(named.and_then(|(anchor, _)| Certificate::from_der(anchor).ok()).map(|anchor| name(&anchor)).unwrap_or_default())
    }
}

/// Why there is no path. A signature of a kind that is not known disproves nothing.
fn chain_error(error: &webpki::Error, subject: &str) -> TimestampError {
    use webpki::Error;
    let why = match error {
        Error::UnknownIssuer => "none of them issued it, nor an authority between them",
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => "a certificate on the way was not valid at that time",
        Error::InvalidSignatureForPublicKey => "the signature of a certificate on the way does not fit",
        Error::UnsupportedSignatureAlgorithmContext(_) | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            return TimestampError::Unknown(format!("the signature of a certificate between {subject} and the given authorities"));
        }
        Error::RequiredEkuNotFoundContext(_) => "an authority on the way is not one for timestamps",
        other => return TimestampError::Chain { subject: subject.to_owned(), why: other.to_string() },
    };
    TimestampError::Chain { subject: subject.to_owned(), why: why.to_owned() }
}

/// The one purpose must be timestamps, and whoever does not understand that must refuse the certificate.
fn for_timestamps(certificate: &Certificate, subject: &str) -> Result<(), TimestampError> {
    let purposes = certificate.tbs_certificate().get_extension::<ExtendedKeyUsage>();
    let fits = matches!(&purposes, Ok(Some((true, ExtendedKeyUsage(purposes))))
        if matches!(&purposes[..], [only] if only.to_string() == TIME_STAMPING_TEXT));
    if fits { Ok(()) } else { Err(TimestampError::NotForTimestamps(subject.to_owned())) }
}

fn valid_then(certificate: &Certificate, subject: &str, time: Timestamp) -> Result<UnixTime, TimestampError> {
    let validity = certificate.tbs_certificate().validity();
    let at =
        u64::try_from(time.as_nanoseconds()).map(Duration::from_nanos).map_err(|_| TimestampError::Malformed("the time of the token"))?;
    let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    // The last second counts whole.
    if at < from || at.as_secs() > to.as_secs() {
        let words = |at: Duration| {
            i64::try_from(at.as_nanos()).map_or_else(|_| "far off".to_owned(), |at| Timestamp::from_nanoseconds(at).to_string())
        };
        return Err(TimestampError::NotValidThen { subject: subject.to_owned(), from: words(from), to: words(to) });
    }
    Ok(UnixTime::since_unix_epoch(Duration::from_secs(at.as_secs())))
}

/// Whose certificate it is, cut short and without signs that steer a terminal.
fn name(certificate: &Certificate) -> String {
    let name = certificate.tbs_certificate().subject().to_string();
    name.chars().filter(|sign| !sign.is_control()).take(MOST_NAME).collect()
}
