//! The nouns of the house: what a recording consists of, and the places in it that evidence points at.
//!
//! Everything here is a value. Nothing in this room opens a file, knows a rule or judges; every other room may use it.

mod assembly;
mod body;
mod browser_report;
mod decision;
mod digest;
mod entry;
mod event;
mod exchange;
mod exhibit;
mod exhibit_content;
mod gap;
mod headers;
mod locator;
mod pattern;
mod scenario;
mod session;
mod special;
mod time;
mod url;
mod wire;

pub use assembly::{Assembled, Assembly};
pub use body::{Body, BodySource, BodyState};
pub use browser_report::{
    BROWSER_REPORT, BROWSER_REPORT_VERSION, JarCookie, JarReport, NotRead, Refusal, Refusals, StoredItem, StoredNames,
};
pub use decision::Decision;
pub use digest::{Digest, ParseDigestError};
pub use entry::{Entry, EntryDigest};
pub use event::{
    Change, ChangeKind, End, Event, Mark, MarkKind, Receipt, Recorder, SaidBy, Side, Stamped, Submission, Tunnel, TunnelReason,
};
pub use exchange::{
    Anomaly, Connection, Direction, Exchange, FailureStage, Fidelity, Initiator, ListedCookie, Message, NotCarried, OddHeads, Opcode,
    Outcome, Request, Response, Timings, Unrecorded,
};
pub use exhibit::{EXHIBIT_IN_MEMORY, Exhibit, ExhibitKind, RecordedExhibit};
pub use exhibit_content::{ClickedButton, ConsentOption, ConsentScreen, NamedRule, RuleUse, VisitEnd, VisitOutcome};
pub use gap::{Gap, GapKind, GapUnit};
pub use headers::Headers;
pub use locator::{Locator, LocatorError, Part, Step, Tag};
pub use pattern::Pattern;
pub use scenario::{
    Acting, ChoicePath, EMULATED_MOBILE, HANDED_BACK, HANDED_OVER, Hand, Operated, PersonaState, ProfileUse, Scenario, TargetKind,
};
pub use session::{CaptureSource, Custody, Page, Session, TakenIn};
pub use special::is_special_address;
pub use time::Timestamp;
pub use url::{HostPort, UrlParts};
pub use wire::{ClientLink, HeadBytes, Interim, Offer, Opened, ServerLink, ServerTls, Stages};
