//! Signatures of the auditor: Ed25519 (RFC 8032) over bytes, and beside it the anonymous form of WACZ Signing and Verification 0.1.0, which players of web
//! archives check (ECDSA on P-384 with SHA-256, the only curve that wabac.js imports). Values only: it draws no key and opens no file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use p384::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use p384::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use sha2::{Digest as _, Sha256};

use super::seal_statement::Signer;

/// What stands before the 32 bytes of a key in a SubjectPublicKeyInfo (RFC 8410 section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// Why a key or signature is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Bytes that are no key.
    #[error("{0} is no key of that kind")]
    Key(&'static str),
    /// Bytes that are no signature.
    #[error("{0} is no signature of that kind")]
    Form(&'static str),
    /// The signature does not fit.
    #[error("the signature does not fit these bytes and this key")]
    Wrong,
}

/// A public key of Ed25519, as a seal names its signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignerKey([u8; 32]);

impl SignerKey {
    /// Takes the 32 bytes of a key.
    ///
    /// # Errors
    ///
    /// They are no point of the curve.
    pub fn from_bytes(key: &[u8; 32]) -> Result<Self, SignatureError> {
        ed25519_dalek::VerifyingKey::from_bytes(key).map(|_| Self(*key)).map_err(|_| SignatureError::Key("the public key"))
    }

    /// Checks a signature of 64 bytes over `bytes`, by the strict rules (no weak keys, no second forms of a signature).
    ///
    /// # Errors
    ///
    /// It does not fit, or is none.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| SignatureError::Key("the public key"))?;
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| SignatureError::Form("the signature"))?;
        key.verify_strict(bytes, &signature).map_err(|_| SignatureError::Wrong)
    }

    /// The key as SubjectPublicKeyInfo in PEM (RFC 7468 section 13), as `openssl pkeyutl -pubin` reads it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode([&SPKI[..], &self.0].concat()))
    }

    /// Reads what [`Self::to_pem`] writes.
    ///
    /// # Errors
    ///
    /// The text is no such key.
    pub fn from_pem(text: &str) -> Result<Self, SignatureError> {
        let wrong = SignatureError::Key("the PEM text");
        let inside = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or_else(|| wrong.clone())?;
        let inside: String = inside.split_ascii_whitespace().collect();
        let der = STANDARD.decode(inside).map_err(|_| wrong.clone())?;
        let key: [u8; 32] = der.strip_prefix(&SPKI[..]).and_then(|key| key.try_into().ok()).ok_or_else(|| wrong.clone())?;
        Self::from_bytes(&key).map_err(|_| wrong)
    }
}

impl std::fmt::Display for SignerKey {
    /// 64 hexadecimal digits.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl std::str::FromStr for SignerKey {
    type Err = SignatureError;

    /// Reads 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let wrong = SignatureError::Key("the text of 64 hexadecimal digits");
        let digest: crate::model::Digest = text.parse().map_err(|_| wrong.clone())?;
        Self::from_bytes(&digest.0).map_err(|_| wrong)
    }
}

/// The auditor's keys. Not to be printed; overwritten in memory when they are dropped.
pub struct SigningKeys {
    ed25519: ed25519_dalek::SigningKey,
    p384: p384::ecdsa::SigningKey,
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SigningKeys").field("public", &self.public().to_string()).finish_non_exhaustive()
    }
}

/// A signature in the anonymous form of wacz-auth, both members in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaczSignature {
    /// Member `signature`: r and s, 48 bytes each, as WebCrypto reads them.
    pub signature: String,
    /// Member `publicKey`: SubjectPublicKeyInfo (DER).
    pub public_key: String,
}

impl SigningKeys {
    /// Takes the secrets: 32 bytes of Ed25519 and the scalar of P-384 in 48 bytes, both drawn from the operating system's source of randomness.
    ///
    /// # Errors
    ///
    /// The second is zero or not below the order of the curve.
    pub fn from_secrets(ed25519: &[u8; 32], p384: &[u8; 48]) -> Result<Self, SignatureError> {
        let p384 = p384::ecdsa::SigningKey::from_slice(p384).map_err(|_| SignatureError::Key("the secret for P-384"))?;
        Ok(Self { ed25519: ed25519_dalek::SigningKey::from_bytes(ed25519), p384 })
    }

    /// The public key of Ed25519.
    #[must_use]
    pub fn public(&self) -> SignerKey {
        SignerKey(self.ed25519.verifying_key().to_bytes())
    }

    /// The public key of P-384: SubjectPublicKeyInfo (DER) in base64.
    ///
    /// # Errors
    ///
    /// It cannot be encoded, which does not happen.
    pub fn wacz_public(&self) -> Result<String, SignatureError> {
        Ok(STANDARD.encode(self.wacz_public_der()?))
    }

    fn wacz_public_der(&self) -> Result<Vec<u8>, SignatureError> {
        let der = self.p384.verifying_key().to_public_key_der().map_err(|_| SignatureError::Key("the public key for P-384"))?;
        Ok(der.into_vec())
    }

    fn wacz_raw(&self, hash: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let signature: p384::ecdsa::Signature =
            self.p384.sign_prehash(&Sha256::digest(hash)).map_err(|_| SignatureError::Key("the secret for P-384"))?;
        Ok(signature.to_bytes().to_vec())
    }

    /// Signs bytes by Ed25519: 64 bytes, the same each time.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.ed25519.sign(bytes).to_bytes()
    }

    /// Signs the text of a WACZ's `hash` member (`sha256:…`) in the anonymous form; the same each time (RFC 6979).
    ///
    /// # Errors
    ///
    /// It cannot be signed, which does not happen with a key that was taken.
    pub fn sign_wacz(&self, hash: &str) -> Result<WaczSignature, SignatureError> {
        Ok(WaczSignature { signature: STANDARD.encode(self.wacz_raw(hash.as_bytes())?), public_key: self.wacz_public()? })
    }
}

impl Signer for SigningKeys {
    fn public_key(&self) -> [u8; 32] {
        self.public().0
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        Self::sign(self, message)
    }

    fn public_key_pem(&self) -> String {
        self.public().to_pem()
    }

    fn wacz_public_key(&self) -> Result<Vec<u8>, SignatureError> {
        self.wacz_public_der()
    }

    fn wacz_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        self.wacz_raw(message)
    }
}

/// Checks the anonymous form of wacz-auth over the text of `hash`: ECDSA with SHA-256 on P-384 or P-256, the signature as r and s or in ASN.1 (DER).
///
/// # Errors
///
/// It does not fit, or is of another form.
pub fn verify_wacz(hash: &str, signed: &WaczSignature) -> Result<(), SignatureError> {
    let key = STANDARD.decode(&signed.public_key).map_err(|_| SignatureError::Key("publicKey"))?;
    let signature = STANDARD.decode(&signed.signature).map_err(|_| SignatureError::Form("signature"))?;
    let digest = Sha256::digest(hash);
    let form = |_| SignatureError::Form("signature");
    if let Ok(key) = p384::ecdsa::VerifyingKey::from_public_key_der(&key) {
        use p384::ecdsa::Signature;
        let signature =
            if signature.len() == 96 { Signature::from_slice(&signature) } else { Signature::from_der(&signature) }.map_err(form)?;
        return key.verify_prehash(&digest, &signature).map_err(|_| SignatureError::Wrong);
    }
    use p256::ecdsa::{Signature, VerifyingKey};
    let key = VerifyingKey::from_public_key_der(&key).map_err(|_| SignatureError::Key("publicKey"))?;
    let signature =
        if signature.len() == 64 { Signature::from_slice(&signature) } else { Signature::from_der(&signature) }.map_err(form)?;
    key.verify_prehash(&digest, &signature).map_err(|_| SignatureError::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> SigningKeys {
        SigningKeys::from_secrets(&[7; 32], &[9; 48]).expect("keys")
    }

    #[test]
    fn what_was_signed_verifies_and_nothing_else() {
        let keys = keys();
        let signature = keys.sign(b"seal");
        assert_eq!(signature, keys.sign(b"seal"));
        assert_eq!(keys.public().verify(b"seal", &signature), Ok(()));
        assert_eq!(keys.public().verify(b"sea1", &signature), Err(SignatureError::Wrong));
        assert_eq!(keys.public().verify(b"seal", &signature[1..]), Err(SignatureError::Form("the signature")));
        for bit in 0..512 {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.public().verify(b"seal", &changed).is_err(), "bit {bit}");
        }
        let other = SigningKeys::from_secrets(&[8; 32], &[9; 48]).expect("keys");
        assert_eq!(other.public().verify(b"seal", &signature), Err(SignatureError::Wrong));
        assert!(SigningKeys::from_secrets(&[8; 32], &[0; 48]).is_err() && SigningKeys::from_secrets(&[8; 32], &[255; 48]).is_err());
        assert!(!format!("{keys:?}").contains("0707"));
    }

    #[test]
    fn the_test_vector_of_rfc_8032_holds() {
        // Section 7.1, TEST 2.
        let secret: crate::model::Digest = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb".parse().expect("digits");
        let keys = SigningKeys::from_secrets(&secret.0, &[9; 48]).expect("keys");
        assert_eq!(keys.public().to_string(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature: String = keys.sign(&[0x72]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(signature.starts_with("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"), "{signature}");
    }

    #[test]
    fn keys_are_written_and_read() {
        let key = keys().public();
        assert_eq!(SignerKey::from_pem(&key.to_pem()), Ok(key));
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in
            ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----"]
        {
            assert!(SignerKey::from_pem(wrong).is_err(), "{wrong}");
        }
        assert!("ff".parse::<SignerKey>().is_err());
    }

    #[test]
    fn the_anonymous_form_verifies_in_both_forms_and_on_both_curves() {
        let hash = "sha256:0123";
        let signed = keys().sign_wacz(hash).expect("signed");
        assert_eq!(signed, keys().sign_wacz(hash).expect("signed"));
        assert_eq!(verify_wacz(hash, &signed), Ok(()));
        assert_eq!(verify_wacz("sha256:0124", &signed), Err(SignatureError::Wrong));
        let raw = STANDARD.decode(&signed.signature).expect("base64");
        assert_eq!(raw.len(), 96);
        let der = p384::ecdsa::Signature::from_slice(&raw).expect("a signature").to_der();
        let other = WaczSignature { signature: STANDARD.encode(der.as_bytes()), ..signed.clone() };
        assert_eq!(verify_wacz(hash, &other), Ok(()));
        let key = p256::ecdsa::SigningKey::from_slice(&[5; 32]).expect("a key");
        let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha256::digest(hash)).expect("signed");
        let public_key = STANDARD.encode(key.verifying_key().to_public_key_der().expect("DER").as_bytes());
        let small = WaczSignature { signature: STANDARD.encode(signature.to_bytes()), public_key };
        assert_eq!(verify_wacz(hash, &small), Ok(()));
        assert!(verify_wacz(hash, &WaczSignature { public_key: signed.public_key, ..small }).is_err());
    }
}
