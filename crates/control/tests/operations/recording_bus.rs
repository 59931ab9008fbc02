//! A bus that writes down what it is asked, keeps the directory, and answers as it is told.

use engine::{Answer, AnswerTo, Bus, Notice, Refusal, RoomDirectory, Submission};
use model::{Now, RoomKey};
use std::sync::{Arc, Mutex};

/// What the bus does with submissions.
#[derive(Clone, Default)]
pub(crate) enum Mood {
    /// Accepts what is for a room that exists.
    #[default]
    Kind,
    /// Refuses everything.
    Refusing(Refusal),
    /// Loses everything.
    Silent,
}

#[derive(Default)]
pub(crate) struct RecordingBus {
    pub(crate) directory: Arc<RoomDirectory>,
    pub(crate) mood: Mutex<Mood>,
    pub(crate) submissions: Mutex<Vec<(RoomKey, Submission)>>,
    pub(crate) notices: Mutex<Vec<Notice>>,
}

impl Bus for RecordingBus {
    fn submit(&self, room: RoomKey, submission: Submission, answer_to: AnswerTo, _: Now) {
        let AnswerTo::Caller(answer) = answer_to else { panic!("somebody waits over REST") };
        let result = match self.mood.lock().unwrap().clone() {
            Mood::Silent => return,
            Mood::Refusing(refusal) => Err(refusal),
            Mood::Kind if self.directory.find(room).is_none() => Err(Refusal::RoomNotFound),
            Mood::Kind => Ok(()),
        };
        let given = Answer { id: submission.id, request_id: submission.request_id.clone(), result };
        if given.result.is_ok() {
            self.submissions.lock().unwrap().push((room, submission));
        }
        // Answers may come later and from any thread.
        std::thread::spawn(move || answer(given));
    }

    fn announce(&self, notice: Notice) {
        match &notice {
            Notice::RoomChanged(room, settings) => self.directory.put(*room, settings.clone()),
            Notice::RoomDeleted(room) => self.directory.remove(*room),
        }
        self.notices.lock().unwrap().push(notice);
    }
}
