//! What a report says about identifiers: the criteria, who was sent them, where else their values were found, and which of them outlive a browser
//! profile. Values are named by pseudonyms (ID-1, ID-2 …); the keyed fingerprints beside them stand in the JSON only. Nothing is decided here.

use serde::Serialize;

use crate::model::Decision;

use super::State;

/// Everything about identifiers, of one recording or of several together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LinkageTables {
    /// The recordings that were looked through, where there are several; the rows name them by [`RecordingRow::nr`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<RecordingRow>,
    /// Identifiers, by carrier.
    pub identifiers: Vec<IdentifierRow>,
    /// How many identifiers there was no room for.
    pub identifiers_left_out: u64,
    /// Who was sent the value of a cookie; by identifier and recipient.
    pub cookie_recipients: Vec<CookieRecipientRow>,
    /// Who was sent the value of an identifier from pages of which site; by identifier, recipient, site and recording.
    pub identifier_recipients: Vec<IdentifierRecipientRow>,
    /// Times an identifier was sent as itself for which the last two had no room.
    pub sent_left_out: u64,
    /// Values found in another place than the identifier's own; by identifier, host, place, field and codings.
    pub sharings: Vec<SharingRow>,
    /// Rows of these there was no room for.
    pub sharings_left_out: u64,
    /// Redirects that were followed, by recording and entry.
    pub redirects: Vec<RedirectRow>,
    /// How many redirects there was no room for.
    pub redirects_left_out: u64,
    /// Values seen in more than one profile, by identifier.
    pub survivals: Vec<SurvivalRow>,
    /// Cookies that recipients were sent from the examined site's pages, and not from another site's pages from which they were asked too.
    pub not_sent_again: Vec<NotSentAgainRow>,
    /// Cookies of one domain that were sent in requests from pages of another site, by identifier, value, stretch and site.
    pub sent_from_other_sites: Vec<SentFromOtherRow>,
    /// Rows of these there was no room for.
    pub sent_from_other_sites_left_out: u64,
    /// Bytes that were looked through.
    pub bytes: u64,
    /// Bytes of bodies that were not looked through.
    pub bytes_left_out: u64,
}

/// A recording of several that were looked through together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RecordingRow {
    /// Row, from 1.
    pub nr: u64,
    /// Its number, as its case counts it.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// Whether it is simulated.
    pub simulated: bool,
    /// Whether its fingerprints are made with the secret of the case. Without that its values cannot be compared with those of other recordings.
    pub linked: bool,
    /// What the browser does with cookies in requests between sites: see [`super::TrailRow::policy`].
    pub policy: &'static str,
    /// That it is not used, as the ledger of the case noted when the report was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_used: Option<Decision>,
}

/// An identifier with the published criteria as numbers; no verdict follows from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IdentifierRow {
    /// Row, from 1.
    pub nr: u64,
    /// `cookie`, `entity-tag`, `decoration`, `field`.
    pub carrier: &'static str,
    /// Name of the cookie, parameter or field; empty for an entity tag.
    pub name: String,
    /// Domain of the cookie, host of the entity tag or field, registrable domain that put the parameter there.
    pub of: String,
    /// What it tells apart, as a rule says. `None`: no rule says so.
    pub identifies: Option<&'static str>,
    /// Longest lifetime that an answer gave it, in days. `None`: none was recorded.
    pub lifetime_days: Option<String>,
    /// Whether an answer set it without a lifetime.
    pub session: bool,
    /// Shortest and longest value in bytes.
    pub value_bytes: (u64, u64),
    /// Browser profiles (stretches) in which it was seen.
    pub profiles: u64,
    /// Different values over the profiles, taking the first of each.
    pub different_values: u64,
    /// Greatest number of different values within one profile; 1: constant.
    pub values_in_profile: u64,
    /// Greatest similarity of the first values of two profiles (Ratcliff and Obershelp), from 0 to 1. `None`: one profile only.
    pub similarity: Option<String>,
    /// Upper bound of the bits that a text of these characters and this length tells apart.
    pub entropy_bits: String,
    /// Longest time from the first to the last sighting of one value, in days and in seconds.
    pub constant_days: String,
    /// The same in seconds.
    pub constant_seconds: u64,
    /// Its values, at most 50.
    pub values: Vec<ValueRow>,
    /// Values that are not listed, each in each profile.
    pub values_unlisted: u64,
    /// Sightings in its own place of values that were not looked for elsewhere, because there were too many.
    pub values_left_out: u64,
}

/// A value of an identifier in one profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ValueRow {
    /// Pseudonym: equal values have the same within one report.
    pub pseudonym: String,
    /// Keyed fingerprint.
    pub fingerprint: String,
    /// Recording, from 1.
    pub recording: u64,
    /// Stretch.
    pub stretch: u64,
    /// First sighting, RFC 3339 UTC.
    pub first: String,
    /// Last sighting, RFC 3339 UTC.
    pub last: String,
    /// How many sightings.
    pub times: u64,
}

/// A recipient that was sent the value of a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CookieRecipientRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// Name of the cookie.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Registrable domain of the recipient.
    pub recipient: String,
    /// Whether that is the cookie's own.
    pub own_site: bool,
    /// Times it was sent as a cookie.
    pub as_itself: u64,
    /// Times its value was sent in another place.
    pub elsewhere: u64,
    /// How many of those in another place: encoded or as a digest.
    pub encoded: u64,
    /// Registrable domains of the pages from which it was sent, without those that are not established.
    pub from: Vec<String>,
}

/// A recipient that was sent the value of an identifier from pages of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IdentifierRecipientRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// What carries it, its name and whose it is, as in that row.
    pub carrier: &'static str,
    /// Name.
    pub name: String,
    /// Whose.
    pub of: String,
    /// Recording, from 1.
    pub recording: u64,
    /// Registrable domain of the recipient.
    pub recipient: String,
    /// Whether that is the identifier's own.
    pub own_site: bool,
    /// Hosts that were sent it, by name.
    pub hosts: Vec<String>,
    /// Registrable domain of the page or frame that asked. `None`: not established.
    pub from: Option<String>,
    /// Times it was sent as itself.
    pub as_itself: u64,
    /// Times its value was sent in another place.
    pub elsewhere: u64,
    /// How many of those in another place: encoded or as a digest.
    pub encoded: u64,
    /// Stretches in which it was sent.
    pub stretches: Vec<u64>,
    /// First entry.
    pub first_entry: u64,
    /// When that was sent, RFC 3339 UTC.
    pub first_time: String,
}

/// A value found in another place than the identifier's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SharingRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// What carries it.
    pub carrier: &'static str,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub of: String,
    /// Pseudonym of the value.
    pub pseudonym: String,
    /// Keyed fingerprint of the whole value.
    pub fingerprint: String,
    /// Whether a part of the value was found and not the whole.
    pub part: bool,
    /// What was done to it, innermost first; empty: nothing.
    pub codings: Vec<&'static str>,
    /// `request`, `referer`, `redirect`, `answer`, `message`.
    pub way: &'static str,
    /// Host that was sent the value; for `answer`: that answered with it.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Whether that is the identifier's own.
    pub own_site: bool,
    /// Registrable domain of the page or frame that asked. `None`: not established.
    pub from: Option<String>,
    /// `path`, `query`, `form`, `json`, `header`, `cookie`, `message`, `body`.
    pub place: &'static str,
    /// Name of the field as it may be printed; empty: it has none.
    pub field: String,
    /// Locator of the first sighting.
    pub locator: String,
    /// Recording, from 1.
    pub recording: u64,
    /// Stretch of the first sighting.
    pub stretch: u64,
    /// First entry.
    pub entry: u64,
    /// When that was sent, RFC 3339 UTC.
    pub time: String,
    /// How many sightings.
    pub times: u64,
    /// State of the choice for the examined page's site at the first sighting.
    pub page_choice: State,
    /// State of the choice for the site of `from`.
    pub own_choice: State,
    /// Whether the value was seen in its own place in another profile, and not before in this one.
    pub across_profiles: bool,
    /// Row of the identifier under which the same finds of the same value stand, if that is another: a cookie before an entity tag, a parameter and
    /// a field. The page leaves this row out then.
    pub same_value_as: Option<u64>,
}

impl SharingRow {
    /// Whether the value went between the site to which it belongs and that site's own pages, or pages that are not established.
    #[must_use]
    pub fn stays_with_its_site(&self) -> bool {
        self.own_site && self.from.as_ref().is_none_or(|from| *from == self.site)
    }
}

/// A redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RedirectRow {
    /// Row, from 1.
    pub nr: u64,
    /// Number of the chain; redirects that follow on each other have the same.
    pub chain: u64,
    /// Entry whose answer redirects.
    pub from_entry: u64,
    /// Host that answered. `None`: it is not among the flows of this report.
    pub from_host: Option<String>,
    /// Entry of the request that followed.
    pub to_entry: u64,
    /// Host that was asked.
    pub to_host: String,
    /// Its registrable domain.
    pub to_site: String,
    /// Start of that request, RFC 3339 UTC.
    pub time: Option<String>,
    /// Stretch.
    pub stretch: u64,
    /// Names of parameters that stand in both addresses with the same value.
    pub carried: Vec<String>,
    /// Pseudonyms of identifiers that stood in the address to which it redirects, where that was their first sighting of this kind.
    pub pseudonyms: Vec<String>,
}

/// A value seen in more than one profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SurvivalRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// What carries it.
    pub carrier: &'static str,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub of: String,
    /// Pseudonym of the value.
    pub pseudonym: String,
    /// Keyed fingerprint.
    pub fingerprint: String,
    /// Recording (from 1) and stretch of each profile.
    pub profiles: Vec<(u64, u64)>,
    /// Whether these lie in different recordings.
    pub across_recordings: bool,
}

/// A cookie of one domain that was sent in requests from pages of another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentFromOtherRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// Name of the cookie; of what is packed in one, the names from the outside in, with dots between.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Pseudonym of the value.
    pub pseudonym: String,
    /// Keyed fingerprint of the value.
    pub fingerprint: String,
    /// Hosts that were sent it, by name.
    pub hosts: Vec<String>,
    /// Registrable domain of the page or frame that asked; another than the cookie's.
    pub from: String,
    /// Times it was sent as a cookie.
    pub requests: u64,
    /// First entry.
    pub first_entry: u64,
    /// When that was sent, RFC 3339 UTC.
    pub first_time: String,
    /// Stretch.
    pub stretch: u64,
    /// Whether this recording holds a Set-Cookie line that set the cookie, with whatever value and in whatever stretch.
    pub set_recorded: bool,
    /// Hosts whose answers hold such lines, by name.
    pub set_by: Vec<String>,
    /// What the browser does with cookies in requests between sites: see [`super::TrailRow::policy`].
    pub policy: &'static str,
    /// State of the choice for the examined page's site at the first sighting.
    pub page_choice: State,
    /// State of the choice for the site of `from` at the first sighting.
    pub own_choice: State,
}

/// A cookie that a recipient was sent from the examined site's pages and not from another site's pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotSentAgainRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the identifier.
    pub identifier: u64,
    /// Name of the cookie.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Pseudonyms of the values that were sent from the examined site's pages.
    pub pseudonyms: Vec<String>,
    /// Registrable domain of the recipient.
    pub recipient: String,
    /// Registrable domain of the other pages.
    pub other: String,
    /// Stretch.
    pub stretch: u64,
    /// Requests to the recipient from those pages.
    pub requests: u64,
    /// Whether some of these carried the cookie with another value.
    pub other_value: bool,
    /// What the browser does with cookies in requests between sites: see [`super::TrailRow::policy`].
    pub policy: &'static str,
}
