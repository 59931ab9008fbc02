//! What is wrong with the disk, for the log and for whoever asks whether the server is ready.

use super::lane_name::LaneName;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rounds of the writer one line of the log stands for while records are lost: some ten seconds.
const QUIET_ROUNDS: u32 = 100;

/// What is wrong with the disk.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Why the disk takes nothing.
    failure: Option<Box<str>>,
    /// It takes less than there is.
    is_behind: bool,
    /// Records that gave way, and the log does not say so yet.
    untold: u64,
    /// For how many rounds it need not.
    quiet_rounds: u32,
}

impl Trouble {
    /// The disk did not take something. Said aloud when it begins.
    pub(super) fn disk_failed(&self, folder: &Path, error: &io::Error) {
        let mut state = self.lock();
        if state.failure.is_none() {
            tracing::error!(
                target: "chat_log", %error, folder = %folder.display(),
                "the spool cannot be written: chat goes on, and its log is lost when this lasts"
            );
        }
        state.failure = Some(error.to_string().into());
    }

    /// The disk took everything.
    pub(super) fn disk_took_all(&self) {
        if self.lock().failure.take().is_some() {
            tracing::warn!(target: "chat_log", "the spool can be written again");
        }
    }

    /// So many records gave way in memory since this was said the last time, a round of the writer before. Said aloud
    /// when it begins, from time to time, and when it is over.
    pub(super) fn could_not_follow(&self, records: u64) {
        let mut state = self.lock();
        state.is_behind = records > 0;
        state.untold += records;
        let is_over = records == 0 && state.failure.is_none();
        if state.untold > 0 && (is_over || state.quiet_rounds == 0) {
            let (records, why) = (state.untold, "the disk does not take them, or not fast enough");
            tracing::error!(target: "chat_log", records, why, "records of the chat log are lost");
            state.untold = 0;
            state.quiet_rounds = QUIET_ROUNDS;
        }
        state.quiet_rounds = state.quiet_rounds.saturating_sub(1);
    }

    /// Records are gone for good.
    pub(super) fn lost(&self, lane: &LaneName, records: u64, why: &str) {
        let configuration = lane.configuration.id.as_str();
        tracing::error!(target: "chat_log", configuration, records, why, "records of the chat log are lost");
    }

    /// A task of ours has panicked.
    pub(super) fn defect(&self, lane: &LaneName, error: &tokio::task::JoinError) {
        let configuration = lane.configuration.id.as_str();
        tracing::error!(target: "chat_log", configuration, %error, "a defect: the delivery begins anew");
    }

    /// A lane that was left behind is not gone on with.
    pub(super) fn lane_not_found(&self, lane: &LaneName, error: &io::Error) {
        let (configuration, folder) = (lane.configuration.id.as_str(), lane.to_string());
        tracing::error!(
            target: "chat_log", configuration, folder, %error,
            "a folder of the spool cannot be understood; what is in it is not delivered"
        );
    }

    /// The spool cannot be read.
    pub(super) fn unreadable(&self, lane: &LaneName, error: &io::Error) {
        let configuration = lane.configuration.id.as_str();
        tracing::error!(target: "chat_log", configuration, %error, "the spool cannot be read; it is tried again");
    }

    /// What was delivered is not noted.
    pub(super) fn cursor_not_kept(&self, lane: &LaneName, error: &io::Error) {
        let configuration = lane.configuration.id.as_str();
        tracing::warn!(
            target: "chat_log", configuration, %error,
            "how far the chat log is delivered cannot be noted; nothing goes on before it is"
        );
    }

    /// What is wrong now.
    pub(super) fn now(&self) -> Option<Box<str>> {
        let state = self.lock();
        match &state.failure {
            Some(failure) => Some(format!("the chat log cannot be written: {failure}").into()),
            None => state.is_behind.then(|| "the disk is too slow for the chat log".into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
