//! Rule files and filter lists as text → a checked, compiled rule set with the source of every statement.
//!
//! A rule says who claims what about a cookie, an endpoint or an owner, by what a request is known that carries a choice, or where a
//! secret stands that must not reach the disk. This room reads and checks; `classify` applies. It opens no file:
//! whoever has the bytes hands them in.

mod builtin;

mod choice;
mod compile;
mod doubts;
mod exchange;

mod file;
mod import;
mod lists;
mod raw;
mod request;
mod secrets;
mod set;
mod stated;
mod statement;
mod subject;
mod trial;

pub use builtin::BUILTIN;
pub use choice::ChoiceRule;
pub use exchange::{ExchangeForm, Exported};
pub use import::{Imported, ImportedFrom, rule_file};

pub use file::{By, Certainty, Diagnostic, Text};
pub use lists::{
    AddressFacts, AddressList, AliasList, AliasMatch, CookieList, CookieMatch, CookieRow, DomainFit, ListError, ListInfo, ListKind,
    ListPlace, ListRequest, MOST_ADDRESS_BYTES, MOST_BYTES, OutsideList, Rejection, SuffixFile, TrackerBy, TrackerList, TrackerMatch,
};
#[cfg(feature = "lists")]
pub use lists::{FILTER_CACHE, FilterList, Verdict};
pub use request::{HostName, RequestFacts, RequestMatch};
pub use secrets::Secret;
pub use set::RuleSet;
pub use stated::StatedLifetime;
pub use statement::{LONGEST_QUOTATION, Sight, Statement, Test, When};
pub use subject::{
    AREAS, Category, Claim, Contract, Cookie, Counter, DATA, Endpoint, Example, ExampleSubject, FIELD_PLACES, Field, FileInfo, IDENTIFIES,
    Lifetime, Navigation, Network, Owner, OwnerDomain, PERSONAL_TYPES, Place, RuleId, Source, Storage,
};
pub use trial::Answer;
