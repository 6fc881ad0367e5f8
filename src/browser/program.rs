//! Finds the browser and asks for its version. Never starts a window, never looks outside the search path, and never lets a browser that is
//! only asked for its version see the operator's home.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::BrowserError;

/// The two families of browsers, which differ in how they are told what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium and its close relatives; driven over the Chrome DevTools Protocol.
    Chromium,
    /// Firefox; driven over WebDriver BiDi.
    Firefox,
}

impl Kind {
    /// As it is written on the command line, and as the family is called.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// Names under which it is installed, best first.
    const fn names(self) -> &'static [&'static str] {
        match self {
            // All of them read the NSS database of the home folder.
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
            Self::Firefox => &["firefox-esr", "firefox"],
        }
    }
}

/// A browser that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its file.
    pub path: PathBuf,
    /// Its family, by what it says of itself.
    pub kind: Kind,
    /// What it says of itself: `Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)`, `Mozilla Firefox 153.7.0esr`.
    pub version: String,
}

/// The browser: `wanted` if the operator named one (`chromium` and `firefox` stand for the family, anything else is a program), else the first
/// Chromium on the search path, else the first Firefox. Runs the program once, for its version.
///
/// # Errors
///
/// If there is none, or the one that was named is not a program or says no version. A browser inside a snap is passed over, because its
/// confinement keeps it from a home folder of ours.
pub fn find(wanted: Option<&Path>) -> Result<Program, BrowserError> {
    let kinds: &[Kind] = match wanted {
        None => &[Kind::Chromium, Kind::Firefox],
        Some(word) if word == Path::new(Kind::Chromium.id()) => &[Kind::Chromium],
        Some(word) if word == Path::new(Kind::Firefox.id()) => &[Kind::Firefox],
        Some(path) => {
            let path = which::which(path).map_err(|error| BrowserError::NotRunnable { path: path.to_owned(), why: error.to_string() })?;
            return asked(path);
        }
    };
    let mut snap = String::new();
    for name in kinds.iter().flat_map(|kind| kind.names()) {
        for path in which::which_all(name).into_iter().flatten() {
            if !in_a_snap(&path) {
                return asked(path);
            }
            snap = format!("; {} is inside a snap, which cannot use a profile of ours", path.display());
        }
    }
    let names: Vec<&str> = kinds.iter().flat_map(|kind| kind.names()).copied().collect();
    Err(BrowserError::NotFound { looked_for: names.join(", "), snap })
}

/// Whether a program is the launcher of a snap: a link to `snap` itself, or the wrapper script by which Ubuntu's package leads there.
fn in_a_snap(path: &Path) -> bool {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if real.starts_with("/snap") || real.file_name().is_some_and(|name| name == "snap") {
        return true;
    }
    let small = std::fs::metadata(&real).is_ok_and(|data| data.len() < 64 * 1024);
    small && std::fs::read_to_string(&real).is_ok_and(|script| script.contains("/snap/bin/"))
}

/// A program with what it says of itself.
fn asked(path: PathBuf) -> Result<Program, BrowserError> {
    let failed = |why: String| BrowserError::NotRunnable { path: path.clone(), why };
    let home = tempfile::tempdir().map_err(|error| failed(format!("no temporary folder for it: {error}")))?;
    let output = Command::new(&path)
        .arg("--version")
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_CACHE_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    let version = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned();
    if !output.status.success() || version.is_empty() {
        return Err(failed(format!("--version ended with {} and said {version:?}", output.status)));
    }
    let kind = if version.contains("Firefox") { Kind::Firefox } else { Kind::Chromium };
    Ok(Program { path, kind, version })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_not_there_is_said_with_its_remedy() {
        let error = find(Some(Path::new("/nowhere/chromium"))).expect_err("there is no such file");
        assert!(error.to_string().starts_with("/nowhere/chromium: "), "{error}");
        let error = BrowserError::NotFound { looked_for: "chromium".to_owned(), snap: String::new() }.to_string();
        assert!(error.contains("Debian package chromium") && error.contains("firefox-esr") && error.contains("--no-browser"), "{error}");
        let error = find(Some(Path::new("/bin/false"))).expect_err("it is no browser").to_string();
        assert!(error.contains("--version ended with"), "{error}");
    }

    #[test]
    fn the_family_is_what_the_program_says_not_how_it_is_called() {
        let folder = tempfile::tempdir().expect("a folder");
        for (says, kind) in [("Mozilla Firefox 153.7.0esr", Kind::Firefox), ("Chromium 156.0.8078.79", Kind::Chromium)] {
            let script = folder.path().join("browser");
            std::fs::write(&script, format!("#!/bin/sh\necho \"{says}\"\n")).expect("written");
            std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).expect("made a program");
            let program = find(Some(&script)).expect("a program");
            assert_eq!((program.kind, program.version.as_str()), (kind, says));
            std::fs::remove_file(&script).expect("removed");
        }
    }

    #[test]
    fn a_snap_is_told_from_a_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("chromium-browser");
        std::fs::write(&script, "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n").expect("written");
        assert!(in_a_snap(&script));
        std::fs::write(&script, "#!/bin/sh\nexec /usr/lib/chromium/chromium \"$@\"\n").expect("written");
        assert!(!in_a_snap(&script));
    }
}
