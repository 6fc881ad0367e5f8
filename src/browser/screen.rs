//! Where the browser's window is: on the operator's screen, on a private virtual one (Xvfb), or nowhere. Never takes the virtual screen of
//! anybody else, lets nobody else look at ours, and ends no process but the one that it started.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command as PlainCommand, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

use super::BrowserError;

/// Width, height and colour depth of a virtual screen: a window of the usual size has room on it.
const SIZE: &str = "1600x1200x24";
/// How long a virtual screen may take to come up.
const START: Duration = Duration::from_secs(20);

/// Where the window of a browser is.
#[derive(Clone, Debug)]
pub enum Screen {
    /// There is no window (headless). A server can tell: Chromium then calls itself `HeadlessChrome`.
    None,
    /// On the screen of the session in which the operator sits.
    Own,
    /// On a screen of ours that nobody sees.
    Virtual(Arc<VirtualScreen>),
}

impl Screen {
    /// The operator's screen if there is one, else [`Self::unseen`], with the sentence by which that is to be said.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn choose() -> Result<(Self, Option<String>), BrowserError> {
        if variable("DISPLAY").is_some() || variable("WAYLAND_DISPLAY").is_some() {
            return Ok((Self::Own, None));
        }
        let (screen, notice) = Self::unseen()?;
        let said = "There is no screen, so the browser's window is on a virtual one (Xvfb) that nobody sees.";
        Ok((screen, notice.or_else(|| Some(said.to_owned()))))
    }

    /// A private virtual screen if Xvfb is there, else none, with the sentence by which that is to be said.
    ///
    /// # Errors
    ///
    /// Xvfb is there and does not start.
    pub fn unseen() -> Result<(Self, Option<String>), BrowserError> {
        if which::which("Xvfb").is_err() {
            let notice = "There is no screen and no Xvfb, so the browser runs without a window (headless), which a server can tell; install the \
                          Debian package xvfb, or pass --headless if that is meant.";
            return Ok((Self::None, Some(notice.to_owned())));
        }
        Ok((Self::Virtual(Arc::new(VirtualScreen::start()?)), None))
    }

    /// In words, for the record.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::None => "headless, without a window",
            Self::Own => "with a window on the operator's screen",
            Self::Virtual(_) => "with a window on a virtual screen (Xvfb)",
        }
    }

    /// Tells a command where its window is.
    ///
    /// # Errors
    ///
    /// There is no screen where there should be one.
    pub(super) fn prepare(&self, command: &mut Command) -> Result<(), BrowserError> {
        match self {
            Self::None => {}
            Self::Own => {
                if variable("DISPLAY").is_none() && variable("WAYLAND_DISPLAY").is_none() {
                    return Err(BrowserError::NoScreen);
                }
                // An X server's key lies in the home that the browser no longer has.
                if variable("XAUTHORITY").is_none()
                    && let Some(key) = variable("HOME").map(|home| std::path::PathBuf::from(home).join(".Xauthority"))
                    && key.exists()
                {
                    command.env("XAUTHORITY", key);
                }
            }
            Self::Virtual(screen) => {
                command.env_remove("WAYLAND_DISPLAY").env("DISPLAY", &screen.display).env("XAUTHORITY", screen.key.path());
            }
        }
        Ok(())
    }

    /// Whether Wayland is the only way to the operator's screen.
    pub(super) fn only_wayland(&self) -> bool {
        matches!(self, Self::Own) && variable("DISPLAY").is_none()
    }
}

/// A private Xvfb. Ends when dropped.
#[derive(Debug)]
pub struct VirtualScreen {
    child: Child,
    group: Option<Pid>,
    display: String,
    /// The key without which the screen admits nobody.
    key: tempfile::NamedTempFile,
}

impl VirtualScreen {
    /// Starts Xvfb, which chooses a number for itself that is free. Waits until it is up, less than a second as a rule.
    fn start() -> Result<Self, BrowserError> {
        let failed = |why: String| BrowserError::Screen { why };
        let key = key().map_err(|error| failed(error.to_string()))?;
        let mut child = PlainCommand::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp", "-auth"])
            .arg(key.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let stdout = child.stdout.take();
        // From here on it ends with the value.
        let mut screen = Self { child, group, display: String::new(), key };
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = stdout.map(|stdout| BufReader::new(stdout).read_line(&mut line));
            // Whoever waited may have given up.
            let _unheard = tell.send(read.and_then(|_| line.trim().parse::<u32>().ok()));
        });
        match told.recv_timeout(START) {
            Ok(Some(number)) => screen.display = format!(":{number}"),
            Err(RecvTimeoutError::Timeout) => return Err(failed(format!("it did not come up within {} s", START.as_secs()))),
            _ => return Err(failed("it ended at once".to_owned())),
        }
        Ok(screen)
    }
}

impl Drop for VirtualScreen {
    /// Asked to end it takes its lock away, which it does not when it is killed.
    fn drop(&mut self) {
        let child = &mut self.child;
        let Some(group) = self.group.filter(|_| matches!(child.try_wait(), Ok(None))) else { return };
        for (signal, moments) in [(Signal::TERM, 200), (Signal::KILL, 100)] {
            let _ended_before = kill_process_group(group, signal);
            for _ in 0..moments {
                if !matches!(child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// A file with a new key for an X server, in the form that Xau(3) describes: family (65535 = any), address, number and name of the method
/// each with its length, and 128 random bits.
fn key() -> std::io::Result<tempfile::NamedTempFile> {
    const NAME: &[u8] = b"MIT-MAGIC-COOKIE-1";
    let mut cookie = [0; 16];
    let mut filled = 0;
    while filled < cookie.len() {
        filled += rustix::rand::getrandom(&mut cookie[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    let mut text = vec![0xff, 0xff, 0, 0, 0, 0];
    for field in [NAME, &cookie] {
        text.extend(u16::try_from(field.len()).unwrap_or_default().to_be_bytes());
        text.extend(field);
    }
    let mut file = tempfile::Builder::new().prefix("dataspoor-screen-").tempfile()?;
    file.write_all(&text)?;
    Ok(file)
}

/// A variable of the session in which the operator sits: where the screen is, nothing else. Empty counts as absent.
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_screen_is_new_each_time_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let read = |file: &tempfile::NamedTempFile| std::fs::read(file.path()).expect("readable");
        let (one, other) = (key().expect("a key"), key().expect("a key"));
        let text = read(&one);
        assert_eq!((text.len(), &text[..8]), (6 + 2 + 18 + 2 + 16, &[0xff, 0xff, 0, 0, 0, 0, 0, 18][..]));
        assert_ne!(text, read(&other));
        assert_eq!(std::fs::metadata(one.path()).expect("there").permissions().mode() & 0o077, 0);
    }

    #[test]
    fn a_virtual_screen_comes_up_and_goes_away() {
        if which::which("Xvfb").is_err() {
            let (screen, notice) = Screen::unseen().expect("none is no failure");
            assert!(matches!(screen, Screen::None) && notice.is_some_and(|notice| notice.contains("xvfb")));
            return;
        }
        let (screen, notice) = Screen::unseen().expect("a screen");
        let Screen::Virtual(screen) = screen else { panic!("Xvfb is there") };
        assert!(notice.is_none());
        let (group, key) = (screen.group.expect("a process"), screen.key.path().to_owned());
        assert!(rustix::process::test_kill_process(group).is_ok() && key.exists());
        drop(screen);
        assert!(rustix::process::test_kill_process(group).is_err() && !key.exists());
    }
}
