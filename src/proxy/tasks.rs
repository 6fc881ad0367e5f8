//! The tasks that the proxy started: known, and all ended by one signal. It never lets a connection live on unseen after the stop.

use hyper::rt::Executor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts tasks that end when the proxy stops.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Runs `future` until it is ready or the proxy stops; then it is dropped where it stands, and its guards submit what is owed.
    pub(super) fn spawn<F>(&self, future: F)
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        self.tracker.spawn(self.stop.clone().run_until_cancelled_owned(future));
    }

    /// Tells every task to end.
    pub(super) fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Whether [`Self::stop`] was called.
    pub(super) fn stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// The signal itself, for code whose task is not ours.
    pub(super) fn signal(&self) -> &CancellationToken {
        &self.stop
    }

    /// Waits until no task is left. Call [`Self::stop`] first.
    pub(super) async fn ended(&self) {
        self.tracker.wait().await;
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        self.spawn(future);
    }
}
