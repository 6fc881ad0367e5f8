//! Identifiers that say of themselves that they are simulated: a prefix, what they are for, a running number and random characters.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::crypto::CryptoProvider;

/// Makes identifiers; two worlds make different ones.
pub(super) struct Ids {
    made: AtomicU64,
    provider: Arc<CryptoProvider>,
}

impl Ids {
    pub(super) fn new(provider: Arc<CryptoProvider>) -> Self {
        Self { made: AtomicU64::new(0), provider }
    }

    /// The next identifier, such as `SIMULATEDdatr0001k3f9x2m1qa`. Safe in a cookie, a URL and HTML.
    pub(super) fn next(&self, purpose: &str) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let mut random = [0; 10];
        // Without a source of randomness the running number still keeps the identifiers of one world apart.
        let _ = self.provider.secure_random.fill(&mut random);
        let letters: String = random.iter().map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(byte % 32)])).collect();
        format!("SIMULATED{purpose}{number:04}{letters}")
    }
}
