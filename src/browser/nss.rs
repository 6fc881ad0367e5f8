//! An NSS database that trusts one authority, made by `certutil`. Never holds a private key of the authority, and never touches a database
//! that it did not make.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;

use super::BrowserError;
use super::profile::Trusted;
use crate::model::Digest;

/// The name under which the certificate stands in the database.
const NICKNAME: &str = "dataspoor";
/// Trusted to vouch for servers, and for nothing else (`certutil -t`).
const TRUST: &str = "C,,";

/// Makes a database in the folder `database`, which is there, that trusts the one certificate in the file `authority`, whose text is
/// `authority_pem`. Runs `certutil` four times, about 0.1 s.
///
/// # Errors
///
/// If the text is not one certificate, or `certutil` is missing or refuses.
pub(super) fn trust(database: &Path, authority: &Path, authority_pem: &str) -> Result<Trusted, BrowserError> {
    let certificate = one_certificate(authority_pem)?;
    certutil(database, &["-N", "--empty-password"])?;
    certutil(database, &["-A", "-n", NICKNAME, "-t", TRUST, "-i", &authority.to_string_lossy()])?;
    let trusted = read_back(database)?;
    if trusted.attributes != TRUST || trusted.certificate != certificate {
        let why = format!("it holds {} with the attributes {}", trusted.certificate, trusted.attributes);
        return Err(BrowserError::Profile { doing: "checking what the database trusts", why });
    }
    Ok(trusted)
}

/// The digest of the one certificate in a PEM text (RFC 7468).
pub(super) fn one_certificate(pem: &str) -> Result<Digest, BrowserError> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    if pem.contains("PRIVATE KEY-----") {
        return Err(BrowserError::Authority("it holds a private key"));
    }
    let (_, rest) = pem.split_once(BEGIN).ok_or(BrowserError::Authority("it holds no certificate"))?;
    let (body, rest) = rest.split_once(END).ok_or(BrowserError::Authority("the certificate has no end"))?;
    if rest.contains(BEGIN) {
        return Err(BrowserError::Authority("it holds more than one certificate"));
    }
    let letters: String = body.split_whitespace().collect();
    match base64::engine::general_purpose::STANDARD.decode(letters) {
        Ok(der) => Ok(Digest::of(&der)),
        Err(_) => Err(BrowserError::Authority("what stands in it is not base64")),
    }
}

/// What the database trusts; an error if that is not exactly one certificate.
fn read_back(database: &Path) -> Result<Trusted, BrowserError> {
    let list = certutil(database, &["-L"])?;
    // A row is a nickname (which may have blanks) and three groups of attributes; the heading's last word has no comma but in
    // "SSL,S/MIME,JAR/XPI".
    let rows = list.lines().filter_map(|line| line.trim_end().rsplit_once(char::is_whitespace));
    let mut rows = rows.filter(|(_, attributes)| attributes.matches(',').count() == 2 && !attributes.contains('/'));
    let (Some((nickname, attributes)), None) = (rows.next(), rows.next()) else {
        return Err(BrowserError::Profile { doing: "reading the database back", why: format!("it lists {}", list.trim()) });
    };
    let nickname = nickname.trim().to_owned();
    let certificate = one_certificate(&certutil(database, &["-L", "-n", &nickname, "-a"])?)?;
    Ok(Trusted { nickname, attributes: attributes.to_owned(), certificate })
}

/// Runs `certutil` on the database and returns what it printed.
fn certutil(database: &Path, arguments: &[&str]) -> Result<String, BrowserError> {
    let doing = "running certutil";
    let output = Command::new("certutil").args(arguments).arg("-d").arg(format!("sql:{}", database.display())).output();
    let output = output.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => BrowserError::NoCertutil,
        _ => BrowserError::Profile { doing, why: error.to_string() },
    })?;
    if !output.status.success() {
        return Err(BrowserError::Profile { doing, why: String::from_utf8_lossy(&output.stderr).trim().to_owned() });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_certificate_without_a_key_is_taken() {
        let one = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n";
        assert_eq!(one_certificate(one).expect("one certificate"), Digest::of(b"abc"));
        let refused = |pem: &str| one_certificate(pem).expect_err("refused").to_string();
        assert!(refused(&one.repeat(2)).contains("more than one"));
        assert!(refused("").contains("no certificate"));
        assert!(refused(&format!("{one}-----BEGIN EC PRIVATE KEY-----")).contains("private key"));
        assert!(refused("-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----").contains("base64"));
        assert!(refused("-----BEGIN CERTIFICATE-----\nYWJj").contains("no end"));
    }
}
