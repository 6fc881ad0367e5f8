//! The authority that vouches for the proxy: whether its certificate is valid, belongs to its key and can be trusted by a browser, and whether
//! secrets are readable by their owner alone. It never prints a key and changes no file of a case.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::super::record::wall_clock;
use super::Check;
use crate::browser::Profile;
use crate::model::Timestamp;
use crate::proxy::Authority;
use crate::vault::{AUTHORITY_FILE, AUTHORITY_KEY_FILE, KEY_FILE};

const ID: &str = "authority";

/// The files of the operator's own authority, or of the case's.
fn files(own: Option<(&Path, &Path)>, case: Option<&Path>) -> Option<(PathBuf, PathBuf)> {
    let own = own.map(|(certificate, key)| (certificate.to_owned(), key.to_owned()));
    own.or_else(|| case.map(|case| (case.join(AUTHORITY_FILE), case.join(AUTHORITY_KEY_FILE))))
}

/// Certificate and key: there, a pair, valid now.
pub(super) fn authority(own: Option<(&Path, &Path)>, case: Option<&Path>) -> Check {
    let Some((certificate, key)) = files(own, case) else {
        return Check::good(ID, "no case is named: a recording without one makes an authority of its own");
    };
    if own.is_none() && !certificate.exists() && !key.exists() {
        return Check::good(ID, "the case has none yet: its next recording makes one");
    }
    if own.is_none() && !key.exists() {
        let found = format!("{}: the key is not there; the case was closed, or somebody removed it", key.display());
        return Check::note(ID, found, "the next recording of the case makes a new authority, which its browsers trust from then on");
    }
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let (pem, secret) = match (read(&certificate), read(&key)) {
        (Ok(pem), Ok(secret)) => (pem, secret),
        (Err(error), _) | (_, Err(error)) => {
            return Check::bad(ID, error, "restore the file, or remove certificate and key so that new ones are made");
        }
    };
    if let Err(error) = Authority::from_pem(&pem, &secret) {
        return Check::failed(ID, &format!("{}: {error}", certificate.display()));
    }
    let Some((from, to)) = validity(&pem) else {
        return Check::bad(ID, format!("{}: is no certificate that can be read", certificate.display()), "give one certificate in PEM");
    };
    let now = wall_clock().duration_since(UNIX_EPOCH).unwrap_or_default();
    let words = format!("{}: valid from {} to {}", certificate.display(), day(from), day(to));
    if now < from {
        return Check::bad(ID, format!("{words}, which is still to come"), "set this machine's clock, or take another certificate");
    }
    if now >= to {
        // A case makes a new one by itself.
        return match own {
            Some(_) => Check::bad(ID, format!("{words}: it has expired"), "take a certificate that is valid, or leave --ca-cert away"),
            None => Check::note(ID, format!("{words}: it has expired"), "the next recording of the case makes a new one"),
        };
    }
    Check::good(ID, format!("{words}; the key belongs to it"))
}

/// Whether a profile can be made to trust the certificate: by making one.
pub(super) fn trust(own: Option<(&Path, &Path)>, case: Option<&Path>) -> Check {
    let there = files(own, case).and_then(|(certificate, _)| fs::read_to_string(certificate).ok());
    let pem = match there {
        Some(pem) => pem,
        None => match Authority::generate("dataspoor doctor", wall_clock(), 1) {
            Ok(made) => made.certificate_pem().to_owned(),
            Err(error) => return Check::failed("trust", &error.to_string()),
        },
    };
    match Profile::create(&pem) {
        Ok(profile) => {
            let trusted = profile.trusted().map(|trusted| trusted.certificate.to_string()).unwrap_or_default();
            Check::good("trust", format!("a new browser profile trusts the certificate {trusted}"))
        }
        Err(error) => Check::failed("trust", &error.to_string()),
    }
}

/// Files that nobody but their owner may read.
pub(super) fn secrets(case: Option<&Path>) -> Check {
    let Some(case) = case else { return Check::good("secrets", "no case is named, so there are none at rest") };
    let open: Vec<String> = [KEY_FILE, AUTHORITY_KEY_FILE]
        .iter()
        .map(|name| case.join(name))
        .filter(|path| fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0))
        .map(|path| path.display().to_string())
        .collect();
    if open.is_empty() {
        return Check::good("secrets", "the keys of the case are readable by their owner only");
    }
    Check::bad("secrets", format!("others may read {}", open.join(" and ")), format!("chmod 600 {}", open.join(" ")))
}

/// From when to when a certificate is valid, since 1970.
fn validity(pem: &str) -> Option<(Duration, Duration)> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    let validity = certificate.validity();
    let since = |time: x509_parser::time::ASN1Time| Duration::from_secs(u64::try_from(time.timestamp()).unwrap_or(0));
    Some((since(validity.not_before), since(validity.not_after)))
}

/// A day in UTC.
fn day(since: Duration) -> String {
    let at = Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX));
    at.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    #[test]
    fn an_authority_is_a_pair_that_is_valid_now() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let day = Duration::from_secs(86_400);
        let make = |name: &str, from| {
            let made = Authority::generate("test", from, 2).expect("an authority");
            fs::write(at(&format!("{name}.pem")), made.certificate_pem()).expect("written");
            fs::write(at(&format!("{name}.key")), made.key_pem()).expect("written");
        };
        make("now", wall_clock() - day);
        make("past", wall_clock() - 10 * day);
        make("future", wall_clock() + 10 * day);
        let of = |certificate: &str, key: &str| authority(Some((&at(certificate), &at(key))), None);
        assert_eq!(of("now.pem", "now.key").state, State::Good);
        for (certificate, key, words) in [
            ("past.pem", "past.key", "expired"),
            ("future.pem", "future.key", "still to come"),
            ("now.pem", "past.key", "does not belong"),
            ("now.pem", "none.key", "none.key"),
            ("now.key", "now.key", "cannot be read"),
        ] {
            let check = of(certificate, key);
            assert!(check.state == State::Bad && check.found.contains(words) && check.remedy.is_some(), "{check:?}");
        }
        fs::rename(at("past.pem"), at(AUTHORITY_FILE)).expect("renamed");
        assert_eq!(authority(None, Some(folder.path())).state, State::Note, "the key is gone");
        fs::rename(at("past.key"), at(AUTHORITY_KEY_FILE)).expect("renamed");
        assert_eq!(authority(None, Some(folder.path())).state, State::Note, "a case makes a new one");
        fs::set_permissions(at(AUTHORITY_KEY_FILE), fs::Permissions::from_mode(0o640)).expect("a mode");
        let check = secrets(Some(folder.path()));
        assert!(check.state == State::Bad && check.remedy.is_some_and(|remedy| remedy.starts_with("chmod 600 ")), "{}", check.found);
    }
}
