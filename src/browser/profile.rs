//! A throw-away home folder whose NSS database trusts one authority. Never holds a private key of the authority, never reads or writes the
//! operator's own home, and takes its folder with it when the last browser that uses it is gone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;

use super::BrowserError;
use crate::model::Digest;

/// The name under which the certificate stands in the database.
const NICKNAME: &str = "dataspoor";
/// Trusted to vouch for servers, and for nothing else (`certutil -t`).
const TRUST: &str = "C,,";

/// A home folder for one browser. What lies in it (cookies, storage, cache, downloads) is gone when this and every [`super::Window`] and
/// [`super::Driver`] opened with it have been dropped.
///
/// The certificate is trusted beside the roots that are built into Chromium, which cannot be taken out. As long as the browser reaches the
/// network through the proxy alone, it sees no certificate of theirs.
#[derive(Debug)]
pub struct Profile {
    home: Arc<Home>,
    trusted: Trusted,
}

/// The certificate that a profile trusts, as read back from its database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// Its name in the database.
    pub nickname: String,
    /// Its trust attributes in the notation of `certutil`.
    pub attributes: String,
    /// SHA-256 of the certificate (DER).
    pub certificate: Digest,
}

/// What the browser does with cookies in requests from other sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThirdPartyCookies {
    /// As this build of the browser does by itself; Debian's Chromium blocks them.
    #[default]
    Default,
    /// It sends and accepts them.
    Allow,
    /// It neither sends nor accepts them.
    Block,
}

impl ThirdPartyCookies {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Default, Self::Allow, Self::Block];

    /// As it is written on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Allow => "allow",
            Self::Block => "block",
        }
    }

    /// In words, for the record.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Default => "third-party cookies as this browser does by itself",
            Self::Allow => "third-party cookies allowed",
            Self::Block => "third-party cookies blocked",
        }
    }
}

impl std::str::FromStr for ThirdPartyCookies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|policy| policy.id() == text).ok_or_else(|| "write default, allow or block".to_owned())
    }
}

/// The folder itself; removed when dropped.
#[derive(Debug)]
pub(super) struct Home(PathBuf);

impl Profile {
    /// Makes a home folder in the temporary folder, readable for this user alone, whose database trusts the one certificate in
    /// `authority_pem`. Runs `certutil` four times, about 0.1 s.
    ///
    /// # Errors
    ///
    /// If the text is not one certificate, `certutil` is missing or refuses, or the folder cannot be written.
    pub fn create(authority_pem: &str) -> Result<Self, BrowserError> {
        let certificate = one_certificate(authority_pem)?;
        let failed = |doing| move |error: std::io::Error| BrowserError::Profile { doing, why: error.to_string() };
        let folder = tempfile::Builder::new()
            .prefix("dataspoor-browser-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(failed("making the folder"))?;
        let home = Arc::new(Home(folder.keep()));
        let database = home.0.join(".pki/nssdb");
        fs::create_dir_all(&database).map_err(failed("making the folder of the database"))?;
        for name in ["data", "tmp"] {
            fs::create_dir(home.0.join(name)).map_err(failed("making the folder"))?;
        }
        let authority = home.0.join("authority.pem");
        fs::write(&authority, authority_pem).map_err(failed("writing the certificate"))?;

        certutil(&database, &["-N", "--empty-password"])?;
        certutil(&database, &["-A", "-n", NICKNAME, "-t", TRUST, "-i", &authority.to_string_lossy()])?;
        let trusted = read_back(&database)?;
        if trusted.attributes != TRUST || trusted.certificate != certificate {
            let why = format!("it holds {} with the attributes {}", trusted.certificate, trusted.attributes);
            return Err(BrowserError::Profile { doing: "checking what the database trusts", why });
        }
        Ok(Self { home, trusted })
    }

    /// Sets the browser's policy on cookies in requests from other sites, before its first start.
    ///
    /// # Errors
    ///
    /// The preferences cannot be written.
    pub fn with_third_party_cookies(self, policy: ThirdPartyCookies) -> Result<Self, BrowserError> {
        // `cookie_controls_mode` is what newer versions read, the other what older ones did.
        let preferences = match policy {
            ThirdPartyCookies::Default => return Ok(self),
            ThirdPartyCookies::Allow => r#"{"profile":{"cookie_controls_mode":0,"block_third_party_cookies":false}}"#,
            ThirdPartyCookies::Block => r#"{"profile":{"cookie_controls_mode":1,"block_third_party_cookies":true}}"#,
        };
        let failed = |error: std::io::Error| BrowserError::Profile { doing: "writing the preferences", why: error.to_string() };
        let folder = self.user_data().join("Default");
        fs::create_dir_all(&folder).map_err(failed)?;
        fs::write(folder.join("Preferences"), preferences).map_err(failed)?;
        Ok(self)
    }

    /// What the database of this profile trusts, as read back from it when it was made.
    #[must_use]
    pub fn trusted(&self) -> &Trusted {
        &self.trusted
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.home.0
    }

    /// Where the browser keeps its data (`--user-data-dir`).
    pub(super) fn user_data(&self) -> PathBuf {
        self.home.0.join("data")
    }

    /// The folder, kept alive for as long as a browser uses it.
    pub(super) fn home(&self) -> Arc<Home> {
        Arc::clone(&self.home)
    }
}

impl Drop for Home {
    /// A browser that was killed may still be writing for a moment, so one failure is not yet an answer.
    fn drop(&mut self) {
        for _ in 0..20 {
            match fs::remove_dir_all(&self.0) {
                Ok(()) => return,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        tracing::warn!("{} could not be removed; it holds the cookies of this session, remove it by hand", self.0.display());
    }
}

/// The digest of the one certificate in a PEM text (RFC 7468).
fn one_certificate(pem: &str) -> Result<Digest, BrowserError> {
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
