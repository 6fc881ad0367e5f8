//! What the person at the browser is asked to do next, as whoever leads the recording says it; shown on the proxy's own page with a button for "done".
//! Knows no plan and no step: it passes a sentence one way and a word the other.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A sentence and who waits for it to be done. Cloned, it is the same.
#[derive(Clone, Debug, Default)]
pub struct Guide(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked: Mutex<Option<Asked>>,
    done: Notify,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The sentence.
    pub text: String,
    /// Which of how many.
    pub step: (usize, usize),
}

impl Guide {
    /// Asks for something, in place of what was asked before.
    pub fn ask(&self, asked: Asked) {
        *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    }

    /// Asks for nothing any more.
    pub fn clear(&self) {
        *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits until the person says that it is done.
    pub async fn done(&self) {
        self.0.done.notified().await;
    }

    /// What is asked at this moment.
    pub(super) fn asked(&self) -> Option<Asked> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The person says that step `number` is done. A page that was left open on an earlier step says nothing about this one.
    pub(super) fn say_done(&self, number: usize) {
        if self.asked().is_some_and(|asked| asked.step.0 == number) {
            self.0.done.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_is_asked_now_can_be_done() {
        let guide = Guide::default();
        guide.ask(Asked { text: "Open the Page.".to_owned(), step: (2, 3) });
        guide.say_done(1);
        guide.say_done(2);
        guide.done().await;
        // The first word was about another step, so nothing is left over.
        assert!(tokio::time::timeout(std::time::Duration::ZERO, guide.done()).await.is_err());
        guide.clear();
        guide.say_done(2);
        assert!(tokio::time::timeout(std::time::Duration::ZERO, guide.done()).await.is_err());
    }
}
