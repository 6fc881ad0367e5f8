//! Who is served: credentials of clients (RFC 7617, over 407), how often a client may guess them, how many connections it may hold, and
//! where no client may be led. It knows the expected credentials only as a digest, and waits for nobody.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use super::destination::Destination;
use super::passing::{Passing, Unread};
use crate::model::Digest;

/// Connections taken over that one client may hold at the same time.
const MOST_CONNECTIONS: usize = 4_096;
/// Wrong guesses that cost nothing: a person mistypes.
const FREE_GUESSES: u32 = 5;
/// How long nothing is looked at after a wrong guess beyond those, in nanoseconds; doubled with every further one, up to [`LONGEST_PAUSE`].
const PAUSE: i64 = 1_000_000_000;
const LONGEST_PAUSE: i64 = 300 * PAUSE;
/// Clients whose wrong guesses are kept in mind. Beyond that, the one whose pause ends first is forgotten.
const MOST_GUESSERS: usize = 4_096;
/// How long a client may take for its TLS hello, and then for the handshake.
const PATIENCE: Duration = Duration::from_secs(10);

/// Name and password that a client must show. Only their digest is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials(Digest);

/// Name or password cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The name is empty, or has a colon or a control character.
    #[error("the user name for the proxy must not be empty and must have no colon and no control character (RFC 7617)")]
    Name,
    /// The password is too short, or has a control character.
    #[error("the password for the proxy must have at least 12 characters and no control character")]
    Password,
}

impl Credentials {
    /// Those of `user`.
    ///
    /// # Errors
    /// A browser could not send them, or the password could be guessed.
    pub fn new(user: &str, password: &str) -> Result<Self, CredentialsError> {
        if user.is_empty() || user.contains(|sign: char| sign == ':' || sign.is_control()) {
            return Err(CredentialsError::Name);
        }
        if password.chars().count() < 12 || password.contains(char::is_control) {
            return Err(CredentialsError::Password);
        }
        Ok(Self(Digest::of(STANDARD.encode(format!("{user}:{password}")).as_bytes())))
    }

    /// Whether a field's value holds them. Digests of one length are compared, in constant time, so that time tells nothing.
    fn fit(&self, value: &[u8]) -> bool {
        let Some((scheme, token)) = value.split_at_checked(6) else { return false };
        let fits = Digest::of(token.trim_ascii()).0.ct_eq(&self.0.0);
        scheme.eq_ignore_ascii_case(b"basic ") && bool::from(fits)
    }
}

impl fmt::Debug for Credentials {
    /// Without anything of them.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credentials")
    }
}

/// What the operator says about who is served and what is read.
#[derive(Clone, Debug)]
pub struct Admission {
    /// What clients must show; `None`: nothing, which is for a proxy on this machine only.
    pub credentials: Option<Credentials>,
    /// Which hosts pass unread.
    pub passing: Passing,
    /// How long a client may take for its TLS hello, and then for the handshake.
    pub patience: Duration,
}

impl Default for Admission {
    fn default() -> Self {
        Self { credentials: None, passing: Passing::default(), patience: PATIENCE }
    }
}

/// What a client is told of its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They fit, or none are asked for.
    Served,
    /// They are missing or wrong.
    Asked,
    /// It guessed too often; nothing was looked at. Seconds until something is.
    Later(u64),
}

/// The same while it runs.
#[derive(Debug)]
pub(super) struct Gate {
    credentials: Option<Credentials>,
    /// Which hosts pass unread.
    pub(super) unread: Unread,
    /// See [`Admission::patience`].
    pub(super) patience: Duration,
    /// Where the proxy itself listens.
    own: SocketAddr,
    guessers: Mutex<BTreeMap<IpAddr, Guesses>>,
    held: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    last_client: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
struct Guesses {
    wrong: u32,
    /// In nanoseconds of the engine's clock.
    closed_until: i64,
}

/// A connection that is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    held: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.client);
            }
        }
    }
}

impl Gate {
    /// The gate of a proxy that listens on `own`.
    pub(super) fn new(admission: Admission, own: SocketAddr) -> Self {
        Self {
            credentials: admission.credentials,
            unread: Unread::new(admission.passing),
            patience: admission.patience,
            own,
            guessers: Mutex::default(),
            held: Arc::default(),
            last_client: AtomicU64::new(0),
        }
    }

    /// Whether `client` may be served with these fields. `now`: nanoseconds of the engine's clock.
    pub(super) fn look(&self, client: IpAddr, headers: &HeaderMap, now: i64) -> Verdict {
        let Some(expected) = &self.credentials else { return Verdict::Served };
        let mut shown = headers.get_all(header::PROXY_AUTHORIZATION).iter();
        let Some(value) = shown.next() else { return Verdict::Asked };
        let mut guessers = self.guessers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = guessers.get(&client).copied();
        if let Some(Guesses { closed_until, .. }) = known.filter(|guesses| guesses.closed_until > now) {
            let left = u64::try_from(closed_until - now).unwrap_or(0);
            return Verdict::Later(left.div_ceil(PAUSE.unsigned_abs()));
        }
        // Two of them would leave open which one counts.
        if shown.next().is_none() && expected.fit(value.as_bytes()) {
            guessers.remove(&client);
            return Verdict::Served;
        }
        let wrong = known.map_or(0, |guesses| guesses.wrong).saturating_add(1);
        let pause = match wrong.checked_sub(FREE_GUESSES) {
            None | Some(0) => 0,
            Some(more) => PAUSE.saturating_mul(1 << (more - 1).min(20)).min(LONGEST_PAUSE),
        };
        if known.is_none()
            && guessers.len() >= MOST_GUESSERS
            && let Some(first) = guessers.iter().min_by_key(|(_, guesses)| guesses.closed_until).map(|(client, _)| *client)
        {
            guessers.remove(&first);
        }
        guessers.insert(client, Guesses { wrong, closed_until: now.saturating_add(pause) });
        Verdict::Asked
    }

    /// A place for one more connection of `client`; `None`: it holds as many as it may.
    pub(super) fn place(&self, client: IpAddr) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(client).or_default();
        if *count >= MOST_CONNECTIONS {
            return None;
        }
        *count += 1;
        Some(Place { held: Arc::clone(&self.held), client })
    }

    /// The identifier for a connection of a client that was taken over.
    pub(super) fn client_id(&self) -> Arc<str> {
        format!("c{}", self.last_client.fetch_add(1, Relaxed) + 1).into()
    }

    /// Whether a client asks to be led back to the proxy itself.
    pub(super) fn is_own(&self, destination: &Destination) -> bool {
        if destination.port != self.own.port() {
            return false;
        }
        let name = destination.host.strip_suffix('.').unwrap_or(&destination.host);
        match name.parse::<IpAddr>() {
            Ok(address) => {
                let address = address.to_canonical();
                // Whoever listens on no address in particular is reached by all of the machine, and those are not known here.
                address == self.own.ip() || address.is_loopback() || address.is_unspecified()
            }
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn gate(credentials: Option<Credentials>) -> Gate {
        Gate::new(Admission { credentials, ..Admission::default() }, "127.0.0.1:8787".parse().expect("an address"))
    }

    fn shown(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (header::PROXY_AUTHORIZATION, HeaderValue::from_str(value).expect("a value"))).collect()
    }

    fn right() -> Option<Credentials> {
        Some(Credentials::new("Aladdin", "open sesame!").expect("credentials"))
    }

    #[test]
    fn only_the_right_ones_fit() {
        let fitting = format!("Basic {}", STANDARD.encode("Aladdin:open sesame!"));
        let look = |values: &[&str]| gate(right()).look(CLIENT, &shown(values), 0);
        assert_eq!(gate(None).look(CLIENT, &HeaderMap::new(), 0), Verdict::Served);
        for value in [fitting.clone(), fitting.replace("Basic", "bAsIc"), fitting.replace(' ', "   ")] {
            assert_eq!(look(&[&value]), Verdict::Served, "{value}");
        }
        let shorter = &fitting[..fitting.len() - 1];
        for values in [&[][..], &[""], &["Basic"], &["Basic "], &[shorter], &["Bearer x"], &[&fitting, &fitting], &["Basic x", &fitting]] {
            assert_eq!(look(values), Verdict::Asked, "{values:?}");
        }
        assert_eq!(format!("{:?}", right()), "Some(Credentials)");
        for (user, password) in
            [("", "long enough now"), ("a:b", "long enough now"), ("a", "short"), ("a", "with a line\nend"), ("\u{7}", "x")]
        {
            assert!(Credentials::new(user, password).is_err(), "{user:?} {password:?}");
        }
    }

    #[test]
    fn whoever_guesses_waits_longer_each_time() {
        let gate = gate(right());
        let fitting = shown(&[&format!("Basic {}", STANDARD.encode("Aladdin:open sesame!"))]);
        let wrong = shown(&["Basic eDp5"]);
        for _ in 0..10 {
            assert_eq!(gate.look(CLIENT, &HeaderMap::new(), 0), Verdict::Asked, "asking without credentials is no guess");
        }
        for _ in 0..FREE_GUESSES {
            assert_eq!(gate.look(CLIENT, &wrong, 0), Verdict::Asked);
        }
        assert_eq!(gate.look(CLIENT, &wrong, 0), Verdict::Asked);
        assert_eq!(gate.look(CLIENT, &fitting, 0), Verdict::Later(1), "in the pause nothing is looked at, or guessing would go on in it");
        assert_eq!(gate.look(CLIENT, &wrong, PAUSE), Verdict::Asked);
        assert_eq!(gate.look(CLIENT, &wrong, PAUSE + 1), Verdict::Later(2));
        let other = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(gate.look(other, &fitting, PAUSE + 1), Verdict::Served, "others do not wait");
        assert_eq!(gate.look(CLIENT, &fitting, 3 * PAUSE), Verdict::Served);
        assert_eq!(gate.look(CLIENT, &wrong, 3 * PAUSE), Verdict::Asked, "all is forgiven");
        for number in 0..2 * MOST_GUESSERS as u32 {
            gate.look(IpAddr::from(number.to_be_bytes()), &wrong, 0);
        }
        assert!(gate.guessers.lock().expect("not poisoned").len() <= MOST_GUESSERS);
    }

    #[test]
    fn places_are_counted_by_client_and_given_back() {
        let gate = gate(None);
        let places: Vec<Place> = (0..MOST_CONNECTIONS).map(|_| gate.place(CLIENT).expect("a place")).collect();
        assert!(gate.place(CLIENT).is_none() && gate.place(IpAddr::from([192, 0, 2, 1])).is_some());
        drop(places);
        assert!(gate.place(CLIENT).is_some());
        assert!(gate.held.lock().expect("not poisoned").is_empty(), "nothing is kept of clients that left");
    }

    #[test]
    fn nobody_is_led_back_to_the_proxy() {
        let gate = gate(None);
        let own = |text: &str| gate.is_own(&Destination::of(&text.parse().expect("an authority")).expect("a destination"));
        for loops in
            ["127.0.0.1:8787", "localhost:8787", "LOCALHOST.:8787", "[::1]:8787", "[::ffff:127.0.0.1]:8787", "0.0.0.0:8787", "127.1:8787"]
        {
            assert!(own(loops), "{loops}");
        }
        assert!(!own("127.0.0.1:8788") && !own("www.example.test:8787"));
    }
}
