//! The programs that a recording starts: whether they are there, and which version. They are asked for their version in a home folder of their
//! own, never in the operator's.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::Check;
use crate::browser;

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// The Chromium that `dataspoor record` would start.
pub(super) fn chromium(wanted: Option<&Path>) -> Check {
    match browser::find(wanted) {
        Ok(program) => Check::good("browser", format!("{} ({})", program.version, program.path.display())),
        Err(error) => Check::failed("browser", &error.to_string()),
    }
}

/// A Firefox, for those who want to use one.
pub(super) fn firefox() -> Check {
    match ["firefox-esr", "firefox"].iter().find_map(|name| which::which(name).ok()) {
        Some(program) => version("firefox", &program),
        None => {
            Check::note("firefox", "no Firefox found", "if you want to record with Firefox too, install the Debian package firefox-esr")
        }
    }
}

/// The program by which a profile is made to trust a certificate.
pub(super) fn certutil() -> Check {
    match which::which("certutil") {
        Ok(path) => Check::good("certutil", path.display().to_string()),
        Err(_) => Check::bad(
            "certutil",
            "certutil is not here, so no browser can be made to trust the certificate of a recording",
            "install the Debian package libnss3-tools",
        ),
    }
}

/// A screen for the browser's window.
pub(super) fn screen() -> Check {
    for name in ["WAYLAND_DISPLAY", "DISPLAY"] {
        if let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) {
            return Check::good("screen", format!("{name} is {}", value.to_string_lossy()));
        }
    }
    let remedy = match which::which("Xvfb") {
        Ok(_) => "record under xvfb-run, which gives the browser a window nobody sees; or pass --headless, which servers can tell",
        Err(_) => "install the Debian package xvfb and record under xvfb-run; or pass --headless, which servers can tell",
    };
    Check::note("screen", "there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)", remedy)
}

/// What a program says of itself.
fn version(id: &'static str, program: &PathBuf) -> Check {
    match said(program) {
        Ok(words) => Check::good(id, format!("{words} ({})", program.display())),
        Err(why) => Check::bad(id, format!("{}: {why}", program.display()), "reinstall it, or name another program with --browser"),
    }
}

fn said(program: &PathBuf) -> Result<String, String> {
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut command = tokio::process::Command::new(program);
        command.arg("--version").env("HOME", home.path()).stdin(Stdio::null()).kill_on_drop(true);
        match tokio::time::timeout(PATIENCE, command.output()).await {
            Err(_) => Err(format!("it does not say its version within {} seconds", PATIENCE.as_secs())),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(output)) => {
                let words = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                if output.status.success() && !words.is_empty() { Ok(words) } else { Err(format!("it ended with {}", output.status)) }
            }
        }
    })
}
