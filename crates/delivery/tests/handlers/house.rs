//! A bus with two rooms under review, and the handlers that a review file names.

use crate::clock::clock;
use crate::log;
use delivery::{
    DeclarationSources, HandlerCounters, ReviewFile, ReviewHandlers, ReviewLabel, ReviewMap, ReviewParts,
    ReviewSettings,
};
use engine::{
    Answer, AnswerTo, Bus, ConnectionAddress, Identity, Join, LocalBus, LocalBusParts, Notice, Outlet,
    Publication, Refusal, Request, Reviewer, RoomDirectory, RoomReview, RoomSettings, Submission,
};
use model::{
    AccountId, Attributes, Capabilities, FallbackResult, Id, Monotonic, Now, Quotas, Region,
    ReviewHandlerUri, RoomKey, UserId,
};
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(30);
/// What users say, and no log line may.
pub const WORDS: &str = "zanzibar";
pub const ARN: &str = "arn:aws:lambda:us-west-2:123456789012:function:";

/// A shard that keeps what it is given.
#[derive(Default)]
struct Shard(Mutex<Vec<Arc<Publication>>>);

impl Outlet for Shard {
    fn deliver(&self, publication: Arc<Publication>) {
        self.0.lock().unwrap().push(publication);
    }

    fn answer(&self, _address: ConnectionAddress, _answer: Answer) {}

    fn is_overloaded(&self) -> bool {
        false
    }
}

/// What became of a message.
#[derive(Debug, PartialEq)]
pub enum Fate {
    /// It went out: its content and attributes.
    Out(String, serde_json::Value),
    /// It did not.
    Refused(Refusal),
}

/// The message went out with this content and no attributes.
pub fn out(content: &str) -> Fate {
    Fate::Out(content.to_owned(), serde_json::json!({}))
}

/// The room's fallback applied, which is to refuse.
pub const FELL_BACK: Fate = Fate::Refused(Refusal::DeniedByFallback);

/// A message on its way.
pub struct Sent {
    answer: mpsc::Receiver<Answer>,
    pub id: Id,
}

pub struct House {
    pub runtime: Option<Runtime>,
    pub handlers: Arc<ReviewHandlers>,
    bus: Arc<LocalBus>,
    shard: Arc<Shard>,
    now: fn() -> Now,
}

/// How a house is set up.
pub struct Plan<'a> {
    pub file: &'a str,
    pub settings: ReviewSettings,
    pub clock: fn() -> Now,
    pub variables: &'a [(&'a str, &'a str)],
}

impl Default for Plan<'_> {
    /// Ten seconds are enough for any peer that answers at all, on a machine however busy.
    fn default() -> Self {
        let settings = ReviewSettings { time_limit: Duration::from_secs(10), ..ReviewSettings::default() };
        Self { file: "", settings, clock: clock::<0>, variables: &[] }
    }
}

/// A map, with nothing but `variables` in the environment and with files as they are on the disk.
pub fn compile(file: &str, variables: &[(&str, &str)]) -> Result<ReviewMap, String> {
    compile_within(file, variables, Plan::default().settings.time_limit)
}

fn compile_within(file: &str, variables: &[(&str, &str)], time_limit: Duration) -> Result<ReviewMap, String> {
    let file: ReviewFile = toml::from_str(file).map_err(|error| error.to_string())?;
    let variables: HashMap<&str, &str> = variables.iter().copied().collect();
    let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let text_of = |path: &Path| -> io::Result<String> { std::fs::read_to_string(path) };
    let sources = DeclarationSources { variable: &variable, text_of: &text_of };
    ReviewMap::compile(file, time_limit, sources).map_err(|error| error.to_string())
}

impl House {
    /// A house with one mapping, of kind `http`, for the function `name`.
    pub fn http(name: &str, url: &str) -> Self {
        Self::new(name, &Plan { file: &http(name, url, ""), ..Plan::default() })
    }

    /// A house whose rooms have the function `name` as their handler, and refuse as their fallback.
    pub fn new(name: &str, plan: &Plan<'_>) -> Self {
        log::keep();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let handlers = ReviewHandlers::new(ReviewParts {
            region: Region::parse("us-west-2").unwrap(),
            settings: plan.settings,
            map: compile_within(plan.file, plan.variables, plan.settings.time_limit).unwrap(),
            runtime: runtime.handle().clone(),
            clock: plan.clock,
            // The longest back-offs there are: whole seconds.
            random: || 1_000,
        });
        let shard = Arc::new(Shard::default());
        let bus = LocalBus::new(LocalBusParts {
            quotas: Arc::new(Quotas::unlimited()),
            directory: Arc::new(RoomDirectory::default()),
            outlets: vec![Arc::clone(&shard) as Arc<dyn Outlet>],
            frame: |text| text.into(),
            reviewer: Arc::clone(&handlers) as Arc<dyn Reviewer>,
            chat_log: Arc::new(engine::NoChatLog),
            started_at: (plan.clock)(),
        });
        let house = Self { runtime: Some(runtime), handlers, bus, shard, now: plan.clock };
        for room in [room(0), room(1), room(2)] {
            house.set_handler(room, &uri(name), FallbackResult::Deny);
            house.join(room);
        }
        house
    }

    pub fn set_handler(&self, room: RoomKey, handler: &ReviewHandlerUri, fallback: FallbackResult) {
        let review = RoomReview { handler: handler.clone(), fallback };
        let settings = RoomSettings {
            maximum_message_length: 100,
            maximum_message_rate_per_second: 1_000_000,
            review: Some(Arc::new(review)),
            logging: None,
        };
        self.bus.announce(Notice::RoomChanged(room, settings));
    }

    fn join(&self, room: RoomKey) {
        let now = (self.now)().wall;
        let token_expires_at = now.checked_add(Duration::from_secs(3600)).unwrap();
        let join = Join { token_id: 1, token_issued_at: now, token_expires_at, shard: 0 };
        let answer = self.submit(room, Request::Join(join)).answer.recv_timeout(PATIENCE).unwrap();
        assert_eq!(answer.result, Ok(()));
    }

    fn submit(&self, room: RoomKey, request: Request) -> Sent {
        self.submit_at(room, request, (self.now)())
    }

    fn submit_at(&self, room: RoomKey, request: Request, now: Now) -> Sent {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = Id::from_random(NEXT.fetch_add(1, Ordering::Relaxed).into());
        let (sender, answer) = mpsc::channel();
        let answer_to = AnswerTo::Caller(Box::new(move |answer| drop(sender.send(answer))));
        self.bus.submit(room, Submission { id, request_id: "r".into(), request }, answer_to, now);
        Sent { answer, id }
    }

    /// Sends a message, and does not wait.
    pub fn send(&self, room: RoomKey, content: &str) -> Sent {
        self.send_with(room, content, None)
    }

    pub fn send_with(&self, room: RoomKey, content: &str, attributes: Option<Attributes>) -> Sent {
        self.submit(room, message(content, attributes))
    }

    /// Sends a message into the first room in a turn that began some time ago, and waits for what becomes of it.
    pub fn say_late(&self, content: &str, late: Duration) -> Fate {
        let mut now = (self.now)();
        let late = u64::try_from(late.as_nanos()).unwrap();
        now.monotonic = Monotonic::from_nanos(now.monotonic.as_nanos() - late);
        self.fate(&self.submit_at(room(0), message(content, None), now))
    }

    /// Waits for what becomes of a message.
    pub fn fate(&self, sent: &Sent) -> Fate {
        let answer = sent.answer.recv_timeout(PATIENCE).unwrap();
        assert!(sent.answer.try_recv().is_err(), "one answer");
        if let Err(refusal) = answer.result {
            return Fate::Refused(refusal);
        }
        let delivered = self.shard.0.lock().unwrap();
        let frames =
            delivered.iter().map(|it| serde_json::from_slice::<serde_json::Value>(&it.frame).unwrap());
        let own: Vec<_> = frames.filter(|frame| frame["Id"] == sent.id.as_str()).collect();
        assert_eq!(own.len(), 1, "it goes out once");
        let attributes = match &own[0]["Attributes"] {
            serde_json::Value::Null => serde_json::json!({}),
            attributes => attributes.clone(),
        };
        Fate::Out(own[0]["Content"].as_str().unwrap().to_owned(), attributes)
    }

    /// Sends a message into the first room, and waits for what becomes of it.
    pub fn say(&self, content: &str) -> Fate {
        self.fate(&self.send(room(0), content))
    }

    /// The counts of the function `name`.
    pub fn counts(&self, name: &str) -> HandlerCounters {
        self.handlers.counters().handlers.get(uri(name).as_str()).cloned().unwrap_or_default()
    }

    /// What of the function `name` was counted, and how often.
    pub fn results(&self, name: &str) -> Vec<(ReviewLabel, u64)> {
        self.counts(name).decided.results().filter(|(_, count)| *count > 0).collect()
    }
}

/// A mapping of kind `http`, with `more` members.
pub fn http(name: &str, url: &str, more: &str) -> String {
    format!("[[handler]]\nkind = \"http\"\narn = \"{ARN}{name}\"\nurl = \"{url}\"\n{more}\n")
}

pub fn uri(name: &str) -> ReviewHandlerUri {
    ReviewHandlerUri::parse(&format!("{ARN}{name}")).unwrap()
}

/// The first room, or the second, or the one of another account.
pub fn room(number: usize) -> RoomKey {
    let id = ["AAAAAAAAAAAA", "BBBBBBBBBBBB", "CCCCCCCCCCCC"][number];
    let account = ["123456789012", "123456789012", "210987654321"][number];
    RoomKey { account: AccountId::parse(account).unwrap(), id: Id::parse(id).unwrap() }
}

fn message(content: &str, attributes: Option<Attributes>) -> Request {
    let sender = Identity::new(
        UserId::parse("ann").unwrap(),
        &Attributes::parse([("team", "red")], 1024).unwrap(),
        Capabilities::from_bits(7),
        "::ffff:203.0.113.7".parse().unwrap(),
    );
    Request::Message { sender: Arc::new(sender), content: content.into(), attributes }
}
