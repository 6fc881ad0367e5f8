//! Who signed a package: the signature over the statement, the key beside it, and the anonymous form of wacz-auth over the list of files. Outside times over the
//! signature are for whoever knows which authorities deserve trust.

use std::io;

use serde_json::Value;

use super::{CheckSignature, Checking};
use crate::evidence::{SealedBy, SignerKey, WaczSignature, verify_wacz};
use crate::interop::datapackage::{DATAPACKAGE, DATAPACKAGE_DIGEST};
use crate::package::{SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE, own, time_files};

impl Checking<'_> {
    pub(super) fn signature(&mut self, check: Option<CheckSignature<'_>>) -> io::Result<()> {
        let (seal, path) = (own(SEAL_FILE), own(SIGNATURE_FILE));
        let Some((statement, text)) = self.statement_there()? else { return Ok(()) };
        let Some(signer) = statement.signer else {
            let of_signers = [SIGNATURE_FILE, SIGNER_FILE].map(own).into_iter().filter(|name| self.package.has(name));
            let unsigned: Vec<String> = of_signers.chain(time_files(self.package)).collect();
            unsigned.iter().for_each(|name| self.checked.wrong(name, format!("is in the package, and {seal} says that nobody signed")));
            self.checked.unchecked(&seal, "nobody signed, so whoever rewrites the whole package leaves no trace in it");
            return Ok(());
        };
        if signer.algorithm != SealedBy::ED25519 {
            self.checked.wrong(&seal, format!("/signer, names {:?}, and only {} is known", signer.algorithm, SealedBy::ED25519));
            return Ok(());
        }
        self.named_key(&signer)?;
        let Some(bytes) = self.text(&path)? else { return Ok(()) };
        let Ok(signature) = <[u8; 64]>::try_from(bytes) else {
            self.checked.wrong(&path, "has not the 64 bytes of a signature");
            return Ok(());
        };
        let key = signer.public_key;
        match check.map(|check| check(&key.0, &text, &signature)) {
            Some(true) => {
                self.checked.holds(&path, format!("is the signature of {key} over {seal}; whose key that is, is not said by the package"))
            }
            Some(false) => self.checked.wrong(&path, format!("is not the signature of {key} over {seal}")),
            None => self.checked.unchecked(&path, format!("whether it is the signature of {key} was not checked")),
        }
        Ok(())
    }

    /// The file with the key must hold the one that the statement names, or programs that go by the file check another signature.
    fn named_key(&mut self, signer: &SealedBy) -> io::Result<()> {
        let path = own(SIGNER_FILE);
        let Some(pem) = self.text(&path)? else { return Ok(()) };
        match SignerKey::from_bytes(&signer.public_key.0) {
            Err(_) => self.checked.wrong(&own(SEAL_FILE), format!("/signer, {} is no key", signer.public_key)),
            Ok(key) if key.to_pem().as_bytes() == pem => {
                self.checked.holds(&path, format!("is the key that {} names", own(SEAL_FILE)));
            }
            Ok(key) => self.checked.wrong(&path, format!("is not the key that {} names ({key})", own(SEAL_FILE))),
        }
        Ok(())
    }

    /// The anonymous form of wacz-auth, which players of web archives show. The key of it stands beside the signature and nowhere else.
    pub(super) fn anonymous_form(&mut self) -> io::Result<()> {
        let Some((statement, _)) = self.statement_there()? else { return Ok(()) };
        if !self.package.has(DATAPACKAGE_DIGEST) {
            // That was said of the lists.
            return Ok(());
        }
        let Some(text) = self.text(DATAPACKAGE_DIGEST)? else { return Ok(()) };
        let list: Value = serde_json::from_slice(&text).unwrap_or_default();
        let signed = &list["signedData"];
        let seal = own(SEAL_FILE);
        match (statement.signer.is_some(), signed.is_null()) {
            (false, true) => return Ok(()),
            (false, false) => self.checked.wrong(DATAPACKAGE_DIGEST, format!("/signedData, is there, and {seal} says that nobody signed")),
            (true, true) => self.checked.wrong(DATAPACKAGE_DIGEST, format!("/signedData, is missing, and {seal} names who signed")),
            (true, false) => {
                let text = |name: &str| signed[name].as_str().unwrap_or_default().to_owned();
                let hash = list["hash"].as_str().unwrap_or_default();
                let found = match signed["hash"] == list["hash"] {
                    true => {
                        let form = WaczSignature { signature: text("signature"), public_key: text("publicKey") };
                        verify_wacz(hash, &form).map_err(|error| error.to_string())
                    }
                    false => Err("it is over another list".to_owned()),
                };
                match found {
                    Ok(()) => self.checked.holds(
                        DATAPACKAGE_DIGEST,
                        format!(
                            "/signedData, is a signature over {DATAPACKAGE} by the key that stands beside it; nothing else names that key"
                        ),
                    ),
                    Err(why) => self.checked.wrong(DATAPACKAGE_DIGEST, format!("/signedData, is no signature over {DATAPACKAGE}: {why}")),
                }
            }
        }
        Ok(())
    }
}
