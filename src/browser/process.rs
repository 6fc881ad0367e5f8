//! The browser as a process of ours: starts it in a group of its own with a home of its own, keeps its last words, and ends it and nothing
//! else. Never sends a signal to a process that it did not start.

use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::profile::{Home, Profile};
use super::program::Kind;
use super::screen::variable;
use super::{BrowserError, Options, flags};

/// How long a browser may take to put its data away after it was asked to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take to start; half a minute on a machine that is very busy.
const START: Duration = Duration::from_secs(45);
/// Lines of the browser's standard error that are kept for a message.
const LAST_WORDS: usize = 8;
/// What browsers write before the address at which a driver can reach them.
const LISTENING: [&str; 2] = ["DevTools listening on ", "WebDriver BiDi listening on "];
/// A socket of Chromium lies this much deeper than its temporary folder; a longer path than 107 bytes is none (`sun_path` in unix(7)).
const BELOW_TEMPORARY: usize = "/org.chromium.Chromium.scoped_dir.XXXXXX/SingletonSocket".len();

/// A running browser: its process, its group, and the home folder that must outlive both.
pub(super) struct Process {
    child: Child,
    group: Pid,
    last_words: LastWords,
    address: Option<oneshot::Receiver<String>>,
    /// Nothing of the group is left, so its number is no longer ours to send a signal to.
    gone: bool,
    _home: Arc<Home>,
}

type LastWords = Arc<Mutex<VecDeque<String>>>;

impl Process {
    /// Starts the browser with the switches of `options` and `more`.
    pub(super) fn start(profile: &Profile, options: &Options, more: &[String]) -> Result<Self, BrowserError> {
        let kind = options.program.kind;
        if kind == Kind::Chromium && flags::is_root() && !options.no_sandbox {
            return Err(BrowserError::SandboxAsRoot);
        }
        profile.write_preferences(options)?;
        let mut command = command(options, profile);
        options.screen.prepare(&mut command)?;
        command.args(flags(options));
        let data = profile.user_data();
        match kind {
            Kind::Chromium if options.screen.only_wayland() => {
                command.arg("--ozone-platform=wayland").arg(format!("--user-data-dir={}", data.display()))
            }
            Kind::Chromium => command.arg(format!("--user-data-dir={}", data.display())),
            Kind::Firefox => command.arg("--profile").arg(data),
        };
        let mut child = command
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| BrowserError::NotRunnable { path: options.program.path.clone(), why: error.to_string() })?;
        let number = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let (Some(group), Some(stderr)) = (number, child.stderr.take()) else {
            return Err(BrowserError::Start { why: "it was gone at once".to_owned(), said: String::new() });
        };
        let last_words = LastWords::default();
        let (found, address) = oneshot::channel();
        tokio::spawn(listen(stderr, Arc::clone(&last_words), found));
        Ok(Self { child, group, last_words, address: Some(address), gone: false, _home: profile.home() })
    }

    /// The address at which the browser speaks with its driver (DevTools protocol, or WebDriver BiDi), as soon as it says so. Can be asked
    /// once.
    pub(super) async fn address(&mut self) -> Result<String, BrowserError> {
        let Some(address) = self.address.take() else {
            return Err(BrowserError::Start { why: "its address was asked for twice".to_owned(), said: String::new() });
        };
        let why = tokio::select! {
            address = timeout(START, address) => match address {
                Ok(Ok(address)) => return Ok(address),
                // Its standard error was closed, so it is about to end.
                Ok(Err(_)) => match timeout(PATIENCE, self.child.wait()).await {
                    Ok(Ok(status)) => format!("it ended with {status}"),
                    _ => "it went silent".to_owned(),
                },
                Err(_) => format!("it did not open its port for a driver within {} s", START.as_secs()),
            },
            status = self.child.wait() => match status {
                Ok(status) => format!("it ended with {status}"),
                Err(error) => error.to_string(),
            },
        };
        Err(BrowserError::Start { why, said: self.said() })
    }

    /// Waits until the browser has ended by itself. Can be dropped and called again.
    pub(super) async fn ended(&mut self) -> Result<ExitStatus, BrowserError> {
        let status = self.child.wait().await;
        let status = status.map_err(|error| BrowserError::Conversation { doing: "be waited for", why: error.to_string() })?;
        self.sweep();
        Ok(status)
    }

    /// Asks the browser to end (SIGTERM, upon which Chromium puts its data away), waits, and kills what is then left of its group.
    pub(super) async fn stop(self) {
        if self.child.id().is_some() {
            let _ended_before = kill_process(self.group, Signal::TERM);
        }
        self.finish().await;
    }

    /// Waits for a browser that was already asked to end, and kills what is then left of its group.
    pub(super) async fn finish(mut self) {
        if timeout(PATIENCE, self.child.wait()).await.is_err() {
            self.sweep();
            let _status = self.child.wait().await;
        }
        self.sweep();
        for _ in 0..40 {
            if test_kill_process_group(self.group).is_err() {
                return;
            }
            // They are no children of ours, so nothing tells when they are gone.
            sleep(Duration::from_millis(25)).await;
        }
    }

    /// Kills what is left of the group, once: a moment after the browser's own end its number cannot have been given to others yet, since
    /// numbers go round; hours later it could have been.
    fn sweep(&mut self) {
        if !self.gone {
            let _none_left = kill_process_group(self.group, Signal::KILL);
            self.gone = true;
        }
    }

    /// The last lines that the browser wrote, ready for the end of a message.
    pub(super) fn said(&self) -> String {
        let lines = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| format!("\n  {line}")).collect()
    }
}

impl Drop for Process {
    /// Whoever forgets to close a browser, or fails before, still leaves none behind.
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        self.sweep();
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A command that runs the browser in the home of `profile`.
fn command(options: &Options, profile: &Profile) -> Command {
    let home = profile.path();
    let mut command = Command::new(&options.program.path);
    // The folders of the XDG Base Directory Specification too: newer versions of Chromium look there for certificates and settings.
    command.env("HOME", home);
    for (name, folder) in [("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"), ("XDG_DATA_HOME", ".local/share")] {
        command.env(name, home.join(folder));
    }
    let temporary = home.join("tmp");
    if temporary.as_os_str().len() + BELOW_TEMPORARY < 107 {
        command.env("TMPDIR", temporary);
    }
    // It would write the keys of every connection to a file.
    command.env_remove("SSLKEYLOGFILE");
    if options.program.kind == Kind::Firefox {
        // No reports of crashes; and the preference that keeps it from its maker's settings server holds in a release only with the second.
        command.env("MOZ_CRASHREPORTER_DISABLE", "1").env("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1");
        // They would choose another profile or window, or change what is sent.
        for name in ["MOZ_NO_REMOTE", "XRE_PROFILE_PATH", "XRE_PROFILE_LOCAL_PATH", "MOZ_HEADLESS", "MOZ_LOG", "MOZ_PROXY_BYPASS"] {
            command.env_remove(name);
        }
        if options.screen.only_wayland() {
            command.env("MOZ_ENABLE_WAYLAND", "1");
        }
    }
    // A variable of the session could lead it past the proxy that it was given.
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        if variable(name).is_some() {
            command.env_remove(name);
        }
    }
    command
}

/// Reads the browser's standard error until its end: keeps the last lines and tells the address for a driver when it comes by.
async fn listen(stderr: ChildStderr, last_words: LastWords, found: oneshot::Sender<String>) {
    let mut found = Some(found);
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let said = LISTENING.iter().find_map(|words| text.split_once(words));
        if let Some((_, address)) = said
            && let Some(found) = found.take()
        {
            // Whoever waited may have gone away, which is not this reader's business.
            let _unheard = found.send(address.to_owned());
        }
        // A machine without a message bus makes Chromium complain a dozen times, which would push out what matters.
        if text.is_empty() || text.contains("/dbus/") || text.contains(":dbus/") {
            continue;
        }
        let mut lines = last_words.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LAST_WORDS {
            lines.pop_front();
        }
        lines.push_back(text);
    }
}
