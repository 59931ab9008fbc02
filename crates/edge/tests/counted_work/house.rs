//! A room on shards, and the plain sockets of its viewers. Time stands still. The benchmark uses it as well.

use edge::{ChatSocket, ShardCounters, ShardSettings, Shards, ShardsStart};
use engine::{
    AnswerTo, Bus, Identity, Join, LocalBus, LocalBusParts, NoHandlers, Notice, Request, RoomDirectory,
    RoomSettings, Session, SessionRules, Submission,
};
use model::{
    AccountId, Attributes, Capabilities, Id, Limit, Monotonic, Now, Quotas, RoomKey, Timestamp, UserId,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

pub struct House {
    shards: Shards,
    bus: Arc<LocalBus>,
    listener: TcpListener,
    room: RoomKey,
    /// For ids.
    next: u128,
}

const SETTINGS: ShardSettings = ShardSettings {
    ping_interval: Duration::from_secs(30),
    idle_timeout: Duration::from_secs(90),
    outbox_bytes: 64 * 1024,
    write_stall: Duration::from_secs(30),
    rules: SessionRules { requests_per_connection: Limit::Unlimited },
};

const ROOM_SETTINGS: RoomSettings = RoomSettings {
    maximum_message_length: 500,
    maximum_message_rate_per_second: u32::MAX,
    review: None,
    logging: None,
};

fn now() -> Now {
    let wall = Timestamp::from_second(1_000_000_000).unwrap();
    Now { wall, monotonic: Monotonic::from_nanos(1) }
}

impl House {
    /// `on_turn` is called by each shard's thread, at least once a turn, before the inbox is looked at: whenever the
    /// shard asks what time it is.
    pub fn new(
        shards: usize,
        frame: fn(&[u8]) -> Arc<[u8]>,
        on_turn: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        // Both ends of each connection are ours, and a shell's usual limit is 1,024 files.
        let maximum = getrlimit(Resource::Nofile).maximum;
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
        let start = ShardsStart::new(shards).unwrap();
        let bus = LocalBus::new(LocalBusParts {
            quotas: Arc::new(Quotas::unlimited()),
            directory: Arc::new(RoomDirectory::default()),
            outlets: start.outlets(),
            frame,
            reviewer: Arc::new(NoHandlers),
            chat_log: Arc::new(engine::NoChatLog),
            started_at: now(),
        });
        let room = RoomKey {
            account: AccountId::parse("123456789012").unwrap(),
            id: Id::parse("AbCdEfGhIjKl").unwrap(),
        };
        bus.announce(Notice::RoomChanged(room, ROOM_SETTINGS));
        let clock = Arc::new(move || {
            on_turn();
            now()
        });
        let shards = start.start(Arc::clone(&bus) as Arc<dyn Bus>, SETTINGS, clock, || 1).unwrap();
        Self { shards, bus, listener: TcpListener::bind("127.0.0.1:0").unwrap(), room, next: 1 }
    }

    /// Lets all viewers in; they have their sockets when it returns.
    pub fn viewers(&mut self, count: usize) -> Vec<TcpStream> {
        let viewers = (0..count).map(|_| self.viewer()).collect();
        assert_eq!(self.counters().opened, count as u64);
        viewers
    }

    /// Both ends of a connection over the loopback; ours first.
    pub fn sockets(&self) -> (TcpStream, TcpStream) {
        let ours = TcpStream::connect(self.listener.local_addr().unwrap()).unwrap();
        ours.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        (ours, self.listener.accept().unwrap().0)
    }

    /// Publishes a message.
    pub fn say(&mut self, content: &str) {
        let request =
            Request::Message { sender: identity("host"), content: content.into(), attributes: None };
        self.submit(request);
    }

    pub fn counters(&self) -> ShardCounters {
        let mut sum = ShardCounters::default();
        self.shards.counters().into_iter().for_each(|shard| sum.add(&shard.recv().unwrap()));
        sum
    }

    fn viewer(&mut self) -> TcpStream {
        let expires_at = now().monotonic.after(Duration::from_secs(3_600));
        let mut reservation = self.shards.reserve(Session::new(self.room, identity("viewer"), expires_at));
        self.next += 1;
        self.submit(Request::Join(Join {
            token_id: self.next,
            token_issued_at: now().wall,
            token_expires_at: now().wall,
            shard: reservation.shard(),
        }));
        reservation.joined();
        let (ours, servers) = self.sockets();
        reservation.attach(ChatSocket::Plain(servers), Vec::new());
        ours
    }

    fn submit(&mut self, request: Request) {
        self.next += 1;
        let submission = Submission { id: Id::from_random(self.next), request_id: Box::default(), request };
        let answer_to = AnswerTo::Caller(Box::new(|answer| assert_eq!(answer.result, Ok(()))));
        self.bus.submit(self.room, submission, answer_to, now());
    }
}

fn identity(user: &str) -> Arc<Identity> {
    Arc::new(Identity::new(
        UserId::parse(user).unwrap(),
        &Attributes::default(),
        Capabilities::default(),
        std::net::Ipv4Addr::LOCALHOST.into(),
    ))
}

/// The text of the next frame, which must be of the middle size: 126 bytes to 64 KiB.
pub fn read_frame(socket: &mut TcpStream) -> String {
    let mut head = [0; 4];
    socket.read_exact(&mut head).unwrap();
    let length = websocket::frame_len(&head).unwrap();
    let mut text = vec![0; length - head.len()];
    socket.read_exact(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}
