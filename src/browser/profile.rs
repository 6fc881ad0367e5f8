//! A throw-away home folder whose NSS database trusts one authority. Never holds a private key of the authority, never reads or writes the
//! operator's own home, and takes its folder with it when the last browser that uses it is gone. A kept profile lies where its case wants it, is used by
//! one browser at a time, and stays.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::preferences::{self, preferences};
use super::program::Kind;
use super::{BrowserError, Options, nss};
use crate::model::Digest;

/// A home folder for one browser. What lies in it (cookies, storage, cache, downloads) is gone when this and every [`super::Window`] and
/// [`super::Driver`] opened with it have been dropped.
///
/// The certificate is trusted beside the roots that are built into the browser, which cannot be taken out. As long as the browser reaches the
/// network through the proxy alone, it sees no certificate of theirs.
#[derive(Debug)]
pub struct Profile {
    home: Arc<Home>,
    kind: Kind,
    trusted: Option<Trusted>,
    cookies: ThirdPartyCookies,
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
    /// As this build of the browser does by itself; Debian's Chromium blocks them, Firefox keeps them apart for each site at the top.
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

/// The folder itself.
#[derive(Debug)]
pub(super) struct Home {
    path: PathBuf,
    /// Of a kept profile: what keeps others from using it at the same time. Any other folder is removed when dropped.
    kept: Option<File>,
}

impl Home {
    /// A new one in the temporary folder, readable for this user alone.
    fn temporary() -> Result<Self, BrowserError> {
        let folder = tempfile::Builder::new().prefix("dataspoor-browser-").permissions(fs::Permissions::from_mode(0o700)).tempdir();
        let failed = |error: std::io::Error| BrowserError::Profile { doing: "making the folder", why: error.to_string() };
        Ok(Self { path: folder.map_err(failed)?.keep(), kept: None })
    }

    /// Makes the folders that every browser has in it.
    fn make_folders(&self) -> Result<(), BrowserError> {
        let failed = |error: std::io::Error| BrowserError::Profile { doing: "making the folder", why: error.to_string() };
        ["data", "tmp"].into_iter().try_for_each(|name| fs::create_dir_all(self.path.join(name))).map_err(failed)
    }
}

/// File in a kept profile that whoever uses it has locked.
const LOCK: &str = "in-use.lock";

impl Profile {
    /// [`Self::create_for`] a Chromium.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn create(authority_pem: &str) -> Result<Self, BrowserError> {
        Self::create_for(Kind::Chromium, authority_pem)
    }

    /// Makes a home folder in the temporary folder, readable for this user alone, in which a browser of `kind` trusts the one certificate in
    /// `authority_pem`.
    ///
    /// # Errors
    ///
    /// If the text is not one certificate, `certutil` is missing or refuses, or the folder cannot be written.
    pub fn create_for(kind: Kind, authority_pem: &str) -> Result<Self, BrowserError> {
        nss::one_certificate(authority_pem)?;
        Self::in_home(kind, authority_pem, Home::temporary()?)
    }

    /// Makes a home folder in the temporary folder in which a browser of `kind` trusts its built-in roots alone, for a control that nobody intercepts.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn create_plain(kind: Kind) -> Result<Self, BrowserError> {
        let home = Home::temporary()?;
        home.make_folders()?;
        Ok(Self { home: Arc::new(home), kind, trusted: None, cookies: ThirdPartyCookies::Default })
    }

    /// The profile that is kept in `folder`, made there if there is none, in which a browser of `kind` trusts the one certificate in `authority_pem` and
    /// no earlier one. What the browser stored in it before is still there.
    ///
    /// # Errors
    ///
    /// As [`Self::create_for`]; another browser uses it, or it was made for another kind of browser.
    pub fn keep_in(folder: &Path, kind: Kind, authority_pem: &str) -> Result<Self, BrowserError> {
        nss::one_certificate(authority_pem)?;
        let failed = |doing| move |error: std::io::Error| BrowserError::Profile { doing, why: error.to_string() };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed("making the folder"))?;
        let folder = fs::canonicalize(folder).map_err(failed("making the folder"))?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed("locking the folder"))?;
        lock.try_lock().map_err(|error| BrowserError::ProfileInUse { folder: folder.clone(), why: error.to_string() })?;
        let mark = folder.join("kind");
        match fs::read_to_string(&mark) {
            Ok(text) if text.trim() != kind.id() => {
                let why = format!("it was made for {}, not for {}; a profile belongs to one browser", text.trim(), kind.id());
                return Err(BrowserError::Profile { doing: "opening the kept profile", why });
            }
            Ok(_) => {}
            Err(_) => fs::write(&mark, kind.id()).map_err(failed("making the folder"))?,
        }
        Self::in_home(kind, authority_pem, Home { path: folder, kept: Some(lock) })
    }

    fn in_home(kind: Kind, authority_pem: &str, home: Home) -> Result<Self, BrowserError> {
        let failed = |doing| move |error: std::io::Error| BrowserError::Profile { doing, why: error.to_string() };
        let home = Arc::new(home);
        home.make_folders()?;
        let authority = home.path.join("authority.pem");
        fs::write(&authority, authority_pem).map_err(failed("writing the certificate"))?;
        // Chromium looks in the home folder, Firefox in its profile.
        let database = match kind {
            Kind::Chromium => home.path.join(".pki/nssdb"),
            Kind::Firefox => home.path.join("data"),
        };
        fs::create_dir_all(&database).map_err(failed("making the folder of the database"))?;
        // Of a kept profile: the certificate of an earlier authority is not to be trusted any more.
        for name in ["cert9.db", "key4.db", "pkcs11.txt"] {
            match fs::remove_file(database.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed("renewing the database")(error)),
                _ => {}
            }
        }
        let trusted = nss::trust(&database, &authority, authority_pem)?;
        Ok(Self { home, kind, trusted: Some(trusted), cookies: ThirdPartyCookies::Default })
    }

    /// Sets the browser's policy on cookies in requests from other sites, before its first start.
    ///
    /// # Errors
    ///
    /// None today; the policy is written at the start.
    pub fn with_third_party_cookies(mut self, policy: ThirdPartyCookies) -> Result<Self, BrowserError> {
        self.cookies = policy;
        Ok(self)
    }

    /// The policy on cookies in requests from other sites.
    #[must_use]
    pub fn third_party_cookies(&self) -> ThirdPartyCookies {
        self.cookies
    }

    /// What the database of this profile trusts, as read back from it when it was made. `None`: the built-in roots alone.
    #[must_use]
    pub fn trusted(&self) -> Option<&Trusted> {
        self.trusted.as_ref()
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.home.path
    }

    /// Where the browser keeps its data.
    pub(super) fn user_data(&self) -> PathBuf {
        self.home.path.join("data")
    }

    /// The folder, kept alive for as long as a browser uses it.
    pub(super) fn home(&self) -> Arc<Home> {
        Arc::clone(&self.home)
    }

    /// Writes the preferences that a browser with `options` is to start with.
    pub(super) fn write_preferences(&self, options: &Options) -> Result<(), BrowserError> {
        let failed = |error: std::io::Error| BrowserError::Profile { doing: "writing the preferences", why: error.to_string() };
        if options.program.kind != self.kind {
            let why = format!("it was made for {}, not for {}", self.kind.id(), options.program.kind.id());
            return Err(BrowserError::Profile { doing: "preparing it for this browser", why });
        }
        let all = preferences(options, self.cookies);
        match self.kind {
            Kind::Firefox => fs::write(self.user_data().join("user.js"), preferences::firefox_file(&all)).map_err(failed),
            Kind::Chromium => {
                let folder = self.user_data().join("Default");
                fs::create_dir_all(&folder).map_err(failed)?;
                let file = folder.join("Preferences");
                // After its first start the file is the browser's own, and holds these too.
                if file.exists() { Ok(()) } else { fs::write(file, preferences::chromium_file(&all)).map_err(failed) }
            }
        }
    }
}

impl Drop for Home {
    /// A browser that was killed may still be writing for a moment, so one failure is not yet an answer.
    fn drop(&mut self) {
        if self.kept.is_some() {
            return;
        }
        for _ in 0..20 {
            match fs::remove_dir_all(&self.path) {
                Ok(()) => return,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        tracing::warn!("{} could not be removed; it holds the cookies of this session, remove it by hand", self.path.display());
    }
}
