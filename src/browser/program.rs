//! Finds the browser and asks for its version. Never starts a window and never looks outside the search path.

use std::path::{Path, PathBuf};

use super::{BrowserError, Profile, process};

/// Names under which Chromium and its close relatives are installed, best first. All of them read the NSS database of the home folder.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// The browser: `wanted` if the operator named one, else the first of `chromium`, `chromium-browser`, `google-chrome` on the search path.
///
/// # Errors
///
/// If there is none, or the one that was named is not a program. A browser inside a snap is passed over, because its confinement keeps it
/// from a home folder of ours.
pub fn find(wanted: Option<&Path>) -> Result<PathBuf, BrowserError> {
    if let Some(path) = wanted {
        return which::which(path).map_err(|error| BrowserError::NotRunnable { path: path.to_owned(), why: error.to_string() });
    }
    let mut snap = String::new();
    for name in NAMES {
        for path in which::which_all(name).into_iter().flatten() {
            if !in_a_snap(&path) {
                return Ok(path);
            }
            snap = format!("; {} is inside a snap, which cannot use a profile of ours", path.display());
        }
    }
    Err(BrowserError::NotFound { looked_for: NAMES.join(", "), snap })
}

/// Whether a program is the launcher of a snap: a link to `snap` itself, or the wrapper script by which Ubuntu's package leads there.
fn in_a_snap(path: &Path) -> bool {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if real.starts_with("/snap") || real.file_name().is_some_and(|name| name == "snap") {
        return true;
    }
    let small = std::fs::metadata(&real).is_ok_and(|data| data.len() < 64 * 1024);
    small && std::fs::read_to_string(&real).is_ok_and(|script| script.contains("/snap/bin/chromium"))
}

/// What the program says of itself: `Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)`.
pub(super) async fn version(program: &Path, profile: &Profile) -> Result<String, BrowserError> {
    let mut command = process::command(program, profile);
    let failed = |why: String| BrowserError::NotRunnable { path: program.to_owned(), why };
    let output = command.arg("--version").output().await.map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || text.is_empty() {
        return Err(failed(format!("--version ended with {} and said {text:?}", output.status)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said_with_its_remedy() {
        let error = find(Some(Path::new("/nowhere/chromium"))).expect_err("there is no such file");
        assert!(error.to_string().starts_with("/nowhere/chromium: "), "{error}");
        let error = BrowserError::NotFound { looked_for: NAMES.join(", "), snap: String::new() }.to_string();
        assert!(error.contains("Debian package chromium") && error.contains("--no-browser"), "{error}");
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
