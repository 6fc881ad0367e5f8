//! What a recording shows while it runs: one line for people, or one JSON object per event for machines.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::json;

use crate::batch::Inputs;
use crate::model::{Entry, Outcome, UrlParts};
use crate::redact::printable_url;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing.
    Quiet,
    /// A line that changes, on a terminal; nothing elsewhere.
    Line,
    /// Events as JSON on standard output.
    Json,
}

/// Counts for the line.
#[derive(Default)]
struct Seen {
    requests: u64,
    hosts: BTreeSet<String>,
    cookies: BTreeSet<(String, String)>,
    trackers: BTreeSet<String>,
    bytes: u64,
    problems: u64,
}

/// Shows how a recording goes on. What it counts is provisional; the annex counts again.
pub(super) struct Progress<'i> {
    form: Form,
    inputs: &'i Inputs,
    seen: Mutex<Seen>,
    bar: ProgressBar,
}

impl<'i> Progress<'i> {
    /// Shows in `form`.
    pub(super) fn new(form: Form, inputs: &'i Inputs) -> Self {
        let bar = if form == Form::Line && io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        } else {
            ProgressBar::hidden()
        };
        Self { form, inputs, seen: Mutex::default(), bar }
    }

    /// An exchange was recorded.
    pub(super) fn see(&self, entry: &Entry) {
        if self.form == Form::Quiet {
            return;
        }
        let exchange = &entry.exchange;
        let url = &exchange.request.url;
        let host = UrlParts::of(url).host(url).map(|host| host.host.into_owned()).unwrap_or_default();
        let response = exchange.outcome.response();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.requests += 1;
        seen.bytes += exchange.request.body.len() + response.map_or(0, |response| response.body.len());
        seen.problems += u64::from(matches!(exchange.outcome, Outcome::Failed { .. }));
        if !seen.hosts.contains(&host) {
            if !self.inputs.rules.endpoints_at(&host).is_empty() {
                seen.trackers.insert(host.clone());
            }
            seen.hosts.insert(host.clone());
        }
        for (_, line) in response.into_iter().flat_map(|response| response.headers.all("set-cookie")) {
            let name = line.split(|&byte| byte == b'=').next().unwrap_or_default();
            seen.cookies.insert((host.clone(), String::from_utf8_lossy(name).trim().to_owned()));
        }
        if self.form == Form::Json {
            let status = response.map(|response| response.status);
            let failure = match &exchange.outcome {
                Outcome::Failed { cause, .. } => Some(cause.as_str()),
                _ => None,
            };
            self.event(&json!({
                "event": "exchange", "entry": entry.number, "started": exchange.started.map(|at| at.to_string()),
                "method": exchange.request.method, "url": printable_url(url, |_| false), "host": host, "status": status, "failure": failure,
                "bytes_up": exchange.request.body.len(), "bytes_down": response.map(|response| response.body.len()),
            }));
        }
        self.bar.set_message(seen.line());
    }

    /// An event for machines.
    pub(super) fn event(&self, event: &serde_json::Value) {
        if self.form == Form::Json {
            // A reader that went away is no reason to end a recording.
            let _ = writeln!(io::stdout(), "{event}");
        }
    }

    /// A sentence for people, above the line.
    pub(super) fn say(&self, text: &str) {
        if self.form == Form::Line {
            self.bar.suspend(|| {
                // As above.
                let _ = writeln!(io::stdout(), "{text}");
            });
        }
    }

    /// The recording ended.
    pub(super) fn end(&self) {
        let line = self.seen.lock().unwrap_or_else(PoisonError::into_inner).line();
        self.bar.finish_and_clear();
        if self.form == Form::Line {
            // As above.
            let _ = writeln!(io::stdout(), "{line}");
        }
    }
}

impl Seen {
    fn line(&self) -> String {
        format!(
            "{} requests, {} hosts ({} with rules), {} cookies set, {}, {} problems",
            self.requests,
            self.hosts.len(),
            self.trackers.len(),
            self.cookies.len(),
            HumanBytes(self.bytes),
            self.problems
        )
    }
}
