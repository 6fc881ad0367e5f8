//! The signatures that timestamps and certificates of authorities have: RSA (PKCS #1 version 1.5 and PSS, RFC 8017) and ECDSA on P-256 and P-384
//! (FIPS 186-5), each with the hashes of SHA-2. Verifies only; what is not in the table is called unknown.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::signature::Verifier as _;
use rsa::{RsaPublicKey, pkcs1v15, pss};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A hash function that a timestamp names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
    /// Only to name a certificate (RFC 2634 section 5.4), never to sign.
    Sha1,
}

/// Object identifiers of the hashes of SHA-2 (RFC 5754 section 2), content octets.
const HASHES: [(&[u8], Hash); 3] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], Hash::Sha256),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02], Hash::Sha384),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03], Hash::Sha512),
];

impl Hash {
    pub(super) fn of(oid: &[u8]) -> Option<Self> {
        HASHES.iter().find(|(known, _)| *known == oid).map(|(_, hash)| *hash)
    }

    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
        }
    }
}

/// The kind of a key and how it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Rsa,
    RsaPss,
    P256,
    P384,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Algorithm {
    scheme: Scheme,
    pub(super) hash: Hash,
    signature: AlgorithmIdentifier,
}

const fn row(scheme: Scheme, hash: Hash, signature: AlgorithmIdentifier) -> Algorithm {
    Algorithm { scheme, hash, signature }
}

static TABLE: [Algorithm; 12] = [
    row(Scheme::Rsa, Hash::Sha256, alg_id::RSA_PKCS1_SHA256),
    row(Scheme::Rsa, Hash::Sha384, alg_id::RSA_PKCS1_SHA384),
    row(Scheme::Rsa, Hash::Sha512, alg_id::RSA_PKCS1_SHA512),
    row(Scheme::RsaPss, Hash::Sha256, alg_id::RSA_PSS_SHA256),
    row(Scheme::RsaPss, Hash::Sha384, alg_id::RSA_PSS_SHA384),
    row(Scheme::RsaPss, Hash::Sha512, alg_id::RSA_PSS_SHA512),
    row(Scheme::P256, Hash::Sha256, alg_id::ECDSA_SHA256),
    row(Scheme::P256, Hash::Sha384, alg_id::ECDSA_SHA384),
    row(Scheme::P256, Hash::Sha512, alg_id::ECDSA_SHA512),
    row(Scheme::P384, Hash::Sha256, alg_id::ECDSA_SHA256),
    row(Scheme::P384, Hash::Sha384, alg_id::ECDSA_SHA384),
    row(Scheme::P384, Hash::Sha512, alg_id::ECDSA_SHA512),
];

/// `rsaEncryption` (RFC 8017), content octets: a signer may name only this beside the hash (RFC 5754 section 3.2).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

impl Algorithm {
    /// All of them, as a check of a chain asks for them.
    pub(super) fn all() -> Vec<&'static dyn SignatureVerificationAlgorithm> {
        TABLE.iter().map(|row| row as &dyn SignatureVerificationAlgorithm).collect()
    }

    /// The one by which a signer signs: `key` and `signature` are the content octets of the algorithm identifiers of the certificate's key and of
    /// the signature, `oid` that of the latter alone, `digest` the hash that is named beside it.
    pub(super) fn of(key: &[u8], signature: &[u8], oid: &[u8], digest: Hash) -> Option<&'static Self> {
        let mut rows = TABLE.iter().filter(|row| row.public_key_alg_id().as_ref() == key);
        if oid == RSA_ENCRYPTION {
            return rows.find(|row| row.scheme == Scheme::Rsa && row.hash == digest);
        }
        // Of a signature's parameters only PSS has any that mean something; others are absent or empty.
        rows.find(|row| {
            let known = row.signature.as_ref();
            known == signature
                || row.scheme != Scheme::RsaPss && known.get(2..2 + oid.len()) == Some(oid) && signature.len() == oid.len() + 2
        })
    }
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let valid = match self.scheme {
            Scheme::Rsa => rsa_key(key).is_some_and(|key| {
                let Ok(signature) = pkcs1v15::Signature::try_from(signature) else { return false };
                match self.hash {
                    Hash::Sha256 => pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha384 => pkcs1v15::VerifyingKey::<Sha384>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha512 => pkcs1v15::VerifyingKey::<Sha512>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha1 => false,
                }
            }),
            Scheme::RsaPss => rsa_key(key).is_some_and(|key| {
                let Ok(signature) = pss::Signature::try_from(signature) else { return false };
                match self.hash {
                    Hash::Sha256 => pss::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha384 => pss::VerifyingKey::<Sha384>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha512 => pss::VerifyingKey::<Sha512>::new(key).verify(message, &signature).is_ok(),
                    Hash::Sha1 => false,
                }
            }),
            Scheme::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(key).is_ok_and(|key| {
                let signature = p256::ecdsa::Signature::from_der(signature);
                signature.is_ok_and(|signature| key.verify_prehash(&self.hash.digest(message), &signature).is_ok())
            }),
            Scheme::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(key).is_ok_and(|key| {
                let signature = p384::ecdsa::Signature::from_der(signature);
                signature.is_ok_and(|signature| key.verify_prehash(&self.hash.digest(message), &signature).is_ok())
            }),
        };
        if valid { Ok(()) } else { Err(InvalidSignature) }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        match self.scheme {
            Scheme::Rsa | Scheme::RsaPss => alg_id::RSA_ENCRYPTION,
            Scheme::P256 => alg_id::ECDSA_P256,
            Scheme::P384 => alg_id::ECDSA_P384,
        }
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

/// A key of 2048 bits or more (NIST SP 800-131A) that is not too long to be tried.
fn rsa_key(der: &[u8]) -> Option<RsaPublicKey> {
    use rsa::traits::PublicKeyParts as _;
    RsaPublicKey::from_pkcs1_der(der).ok().filter(|key| key.size() >= 256)
}
