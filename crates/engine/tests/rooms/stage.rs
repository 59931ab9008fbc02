//! A bus with recording outlets, and a clock that stands until it is moved.

use engine::{
    Answer, AnswerTo, Bus, ChatLog, ConnectionAddress, Identity, Join, LocalBus, LocalBusParts, Notice,
    Outlet, Publication, Refusal, Request, ReviewOutcome, ReviewRequest, ReviewTicket, Reviewer,
    RoomDirectory, RoomReview, RoomSettings, Submission,
};
use model::{
    AccountId, Attributes, Capabilities, EventName, FallbackResult, Id, Monotonic, Now, Quotas,
    ReviewHandlerUri, RoomKey, Timestamp, UserId,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// An outlet that keeps what it is given.
#[derive(Default)]
pub struct Recorder {
    pub delivered: Mutex<Vec<Arc<Publication>>>,
    pub answers: Mutex<Vec<(ConnectionAddress, Answer)>>,
    pub overloaded: std::sync::atomic::AtomicBool,
}

impl Outlet for Recorder {
    fn deliver(&self, publication: Arc<Publication>) {
        self.delivered.lock().unwrap().push(publication);
    }

    fn answer(&self, address: ConnectionAddress, answer: Answer) {
        self.answers.lock().unwrap().push((address, answer));
    }

    fn is_overloaded(&self) -> bool {
        self.overloaded.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// A reviewer that keeps what it is asked until somebody answers.
#[derive(Default)]
pub struct Desk(pub Mutex<Vec<(ReviewRequest, ReviewTicket)>>);

impl Reviewer for Desk {
    fn review(&self, request: ReviewRequest, ticket: ReviewTicket) {
        self.0.lock().unwrap().push((request, ticket));
    }
}

impl Desk {
    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Answers the one at this place, counted from the oldest.
    pub fn answer(&self, at: usize, outcome: ReviewOutcome) -> ReviewRequest {
        let (request, ticket) = self.0.lock().unwrap().remove(at);
        ticket.answer(outcome);
        request
    }
}

/// A chat log that keeps what it is given.
#[derive(Default)]
pub struct Archive(pub Mutex<Vec<(Arc<Publication>, Vec<Id>)>>);

impl ChatLog for Archive {
    fn append(&self, publication: &Arc<Publication>, to: &[Id]) {
        self.0.lock().unwrap().push((Arc::clone(publication), to.to_vec()));
    }
}

/// A room with a review handler.
pub fn reviewed(fallback: FallbackResult) -> RoomSettings {
    let handler = ReviewHandlerUri::parse("arn:aws:lambda:us-west-2:123456789012:function:f").unwrap();
    RoomSettings { review: Some(Arc::new(RoomReview { handler, fallback })), ..SETTINGS }
}

pub struct Stage {
    pub bus: Arc<LocalBus>,
    pub desk: Arc<Desk>,
    pub archive: Arc<Archive>,
    pub shards: Vec<Arc<Recorder>>,
    pub now: Now,
    next_id: u128,
}

pub const STARTED_AT: i64 = 1_000;

pub fn room() -> RoomKey {
    RoomKey { account: AccountId::parse("123456789012").unwrap(), id: Id::parse("AAAAAAAAAAAA").unwrap() }
}

pub fn other_room() -> RoomKey {
    RoomKey { id: Id::parse("BBBBBBBBBBBB").unwrap(), ..room() }
}

pub const SETTINGS: RoomSettings = RoomSettings {
    maximum_message_length: 20,
    maximum_message_rate_per_second: 10,
    review: None,
    logging: None,
};

impl Stage {
    pub fn new(quotas: Quotas) -> Self {
        let shards: Vec<Arc<Recorder>> = (0..2).map(|_| Arc::default()).collect();
        let (desk, archive) = (Arc::new(Desk::default()), Arc::new(Archive::default()));
        let bus = LocalBus::new(LocalBusParts {
            quotas: Arc::new(quotas),
            directory: Arc::new(RoomDirectory::default()),
            outlets: shards.iter().map(|shard| Arc::clone(shard) as Arc<dyn Outlet>).collect(),
            frame: |text| text.into(),
            reviewer: Arc::clone(&desk) as Arc<dyn Reviewer>,
            chat_log: Arc::clone(&archive) as Arc<dyn ChatLog>,
            started_at: Now {
                wall: Timestamp::from_second(STARTED_AT).unwrap(),
                monotonic: Monotonic::from_nanos(0),
            },
        });
        bus.announce(Notice::RoomChanged(room(), SETTINGS));
        bus.announce(Notice::RoomChanged(other_room(), SETTINGS));
        let wall = Timestamp::from_second(STARTED_AT + 100).unwrap();
        Self {
            bus,
            desk,
            archive,
            shards,
            now: Now { wall, monotonic: Monotonic::from_nanos(100_000_000_000) },
            next_id: 1,
        }
    }

    pub fn pass(&mut self, time: Duration) {
        self.now.wall = self.now.wall.checked_add(time).unwrap();
        self.now.monotonic = self.now.monotonic.after(time);
    }

    /// Submits; the answer comes to the receiver, now or later.
    pub fn ask(&mut self, request: Request) -> std::sync::mpsc::Receiver<Answer> {
        self.ask_in(room(), request)
    }

    pub fn ask_in(&mut self, room: RoomKey, request: Request) -> std::sync::mpsc::Receiver<Answer> {
        self.next_id += 1;
        let submission = Submission { id: Id::from_random(self.next_id), request_id: "r".into(), request };
        let (sender, receiver) = std::sync::mpsc::channel();
        let answer_to = AnswerTo::Caller(Box::new(move |answer| sender.send(answer).unwrap()));
        self.bus.submit(room, submission, answer_to, self.now);
        receiver
    }

    /// The contents, or the names of events, that a shard was given, in order.
    pub fn said(&self, shard: usize) -> Vec<String> {
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let said = self.texts(shard).into_iter().map(|frame| {
            let frame: serde_json::Value = serde_json::from_str(&frame).unwrap();
            text(&frame["Content"]).or(text(&frame["EventName"])).unwrap()
        });
        said.collect()
    }

    /// Submits and waits for the one answer.
    pub fn submit(&mut self, room: RoomKey, request: Request) -> Result<(), Refusal> {
        self.next_id += 1;
        let submission = Submission { id: Id::from_random(self.next_id), request_id: "r".into(), request };
        let (sender, receiver) = std::sync::mpsc::channel();
        let answer_to = AnswerTo::Caller(Box::new(move |answer| sender.send(answer).unwrap()));
        self.bus.submit(room, submission, answer_to, self.now);
        let answers: Vec<Answer> = receiver.iter().collect();
        assert_eq!(answers.len(), 1, "exactly one answer");
        answers.into_iter().next().unwrap().result
    }

    pub fn say(&mut self, content: &str) -> Result<(), Refusal> {
        self.submit(room(), message(content))
    }

    pub fn join(&mut self, room: RoomKey, token_id: u128, shard: usize) -> Result<(), Refusal> {
        let join = Join {
            token_id,
            token_issued_at: self.now.wall,
            token_expires_at: self.now.wall.checked_add(Duration::from_secs(60)).unwrap(),
            shard,
        };
        self.submit(room, Request::Join(join))
    }

    /// The places in the room's order of what a shard was given.
    pub fn positions(&self, shard: usize) -> Vec<u64> {
        let delivered = self.shards[shard].delivered.lock().unwrap();
        delivered.iter().map(|publication| publication.position.seq).collect()
    }

    /// The texts that a shard was given.
    pub fn texts(&self, shard: usize) -> Vec<String> {
        let delivered = self.shards[shard].delivered.lock().unwrap();
        delivered.iter().map(|publication| String::from_utf8(publication.frame.to_vec()).unwrap()).collect()
    }
}

pub fn event(name: &str) -> Request {
    Request::Event { name: EventName::parse(name).unwrap(), attributes: Attributes::default() }
}

pub fn message(content: &str) -> Request {
    Request::Message { sender: Arc::new(identity("ann")), content: content.into(), attributes: None }
}

pub fn identity(user: &str) -> Identity {
    let everything = Capabilities::from_bits(7);
    Identity::new(
        UserId::parse(user).unwrap(),
        &Attributes::default(),
        everything,
        std::net::Ipv4Addr::LOCALHOST.into(),
    )
}
