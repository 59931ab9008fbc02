//! A house with shards and a bus, and viewers who keep what they see.

use edge::{ChatSocket, Reservation, ShardCounters, ShardSettings, Shards, ShardsStart};
use engine::{
    AnswerTo, Bus, Identity, Join, LocalBus, LocalBusParts, NoHandlers, Notice, Request, RoomDirectory,
    RoomSettings, Session, SessionRules, Submission,
};
use model::{
    AccountId, Attributes, Capabilities, Id, Limit, Monotonic, Now, Quotas, RoomKey, Timestamp, UserId,
};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use websocket::{Decoder, Incoming, Limits, OpCode, Role};

/// What a viewer has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Text(String),
    Ping,
    Pong(Vec<u8>),
    Close(u16, String),
    /// The socket ended.
    End,
}

pub struct House {
    pub shards: Shards,
    pub bus: Arc<LocalBus>,
    clock: Arc<AtomicU64>,
    /// Held, it stops every shard at its next look at the clock.
    pub gate: Arc<Mutex<()>>,
    listener: TcpListener,
    next: u128,
}

pub const SETTINGS: ShardSettings = ShardSettings {
    ping_interval: Duration::from_secs(30),
    idle_timeout: Duration::from_secs(90),
    outbox_bytes: 64 * 1024,
    write_stall: Duration::from_secs(30),
    rules: SessionRules { requests_per_connection: Limit::Unlimited },
};

pub fn room(name: char) -> RoomKey {
    let id = Id::parse(&name.to_string().repeat(12)).unwrap();
    RoomKey { account: AccountId::parse("123456789012").unwrap(), id }
}

fn at(nanoseconds: u64) -> Now {
    let wall = Timestamp::from_nanosecond(1_000_000_000_000_000_000 + i128::from(nanoseconds)).unwrap();
    Now { wall, monotonic: Monotonic::from_nanos(nanoseconds) }
}

impl House {
    pub fn new(shards: usize) -> Self {
        let start = ShardsStart::new(shards).unwrap();
        let bus = LocalBus::new(LocalBusParts {
            quotas: Arc::new(Quotas::unlimited()),
            directory: Arc::new(RoomDirectory::default()),
            outlets: start.outlets(),
            frame: |text| websocket::text_frame(text).into(),
            reviewer: Arc::new(NoHandlers),
            chat_log: Arc::new(engine::NoChatLog),
            started_at: at(0),
        });
        for name in ['a', 'b'] {
            let settings = RoomSettings {
                maximum_message_length: 100_000,
                maximum_message_rate_per_second: 1_000_000,
                review: None,
                logging: None,
            };
            bus.announce(Notice::RoomChanged(room(name), settings));
        }
        let clock = Arc::new(AtomicU64::new(1));
        let gate = Arc::new(Mutex::new(()));
        let (now, closed) = (Arc::clone(&clock), Arc::clone(&gate));
        let clock_of_shards = Arc::new(move || {
            drop(closed.lock());
            at(now.load(Ordering::SeqCst))
        });
        let on_bus = Arc::clone(&bus) as Arc<dyn Bus>;
        let shards = start.start(on_bus, SETTINGS, clock_of_shards, || 0x1234_5678_9abc).unwrap();
        Self { shards, bus, clock, gate, listener: TcpListener::bind("127.0.0.1:0").unwrap(), next: 1 }
    }

    pub fn now(&self) -> Now {
        at(self.clock.load(Ordering::SeqCst))
    }

    /// Moves the clock, and waits until every shard has had a turn since.
    pub fn pass(&self, time: Duration) {
        self.clock.fetch_add(u64::try_from(time.as_nanos()).unwrap(), Ordering::SeqCst);
        // The first turn takes the question up and rings what is due; the second shows that it has.
        self.counters();
        self.counters();
    }

    pub fn counters(&self) -> ShardCounters {
        let mut sum = ShardCounters::default();
        self.shards.counters().into_iter().for_each(|shard| sum.add(&shard.recv().unwrap()));
        sum
    }

    /// Asserts that the bus counts no viewer in any room.
    pub fn assert_deserted(&self) {
        // Once the shards have had a turn, and every spent token has expired.
        self.counters();
        self.bus.forget_idle_rooms(self.now().monotonic.after(Duration::from_secs(3_600)));
        assert_eq!(self.bus.rooms_in_use(), 0, "a viewer who is gone is still counted");
    }

    fn id(&mut self) -> Id {
        self.next += 1;
        Id::from_random(self.next)
    }

    pub fn submit(&mut self, room: RoomKey, request: Request) {
        let submission = Submission { id: self.id(), request_id: Box::default(), request };
        let answer_to = AnswerTo::Caller(Box::new(|answer| assert_eq!(answer.result, Ok(()))));
        self.bus.submit(room, submission, answer_to, self.now());
    }

    pub fn reserve(&mut self, room: RoomKey, user: &str) -> Reservation {
        let identity = Identity::new(
            UserId::parse(user).unwrap(),
            &Attributes::default(),
            Capabilities::from_bits(7),
            std::net::Ipv4Addr::LOCALHOST.into(),
        );
        let expires_at = self.now().monotonic.after(Duration::from_secs(3_600));
        let mut reservation = self.shards.reserve(Session::new(room, Arc::new(identity), expires_at));
        self.next += 1;
        let join = Join {
            token_id: self.next,
            token_issued_at: self.now().wall,
            token_expires_at: self.now().wall,
            shard: reservation.shard(),
        };
        self.submit(room, Request::Join(join));
        reservation.joined();
        reservation
    }

    /// Both ends of a connection on the loopback.
    pub fn sockets(&self) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).unwrap();
        let (server, _) = self.listener.accept().unwrap();
        (client, server)
    }

    pub fn viewer(&mut self, room: RoomKey, user: &str) -> Viewer {
        let reservation = self.reserve(room, user);
        let (client, server) = self.sockets();
        reservation.attach(ChatSocket::Plain(server), Vec::new());
        Viewer::new(client)
    }

    pub fn say(&mut self, room: RoomKey, content: &str) {
        let identity = Identity::new(
            UserId::parse("host").unwrap(),
            &Attributes::default(),
            Capabilities::default(),
            std::net::Ipv4Addr::LOCALHOST.into(),
        );
        let request =
            Request::Message { sender: Arc::new(identity), content: content.into(), attributes: None };
        self.submit(room, request);
    }

    pub fn kick(&mut self, room: RoomKey, user: &str, reason: &str) {
        let user_id = UserId::parse(user).unwrap();
        let reason = Some(model::Reason::parse(reason).unwrap());
        self.submit(room, Request::Disconnect { user_id, reason });
    }
}

pub struct Viewer {
    pub socket: TcpStream,
    decoder: Decoder,
    seen: std::collections::VecDeque<Seen>,
}

impl Viewer {
    pub fn new(socket: TcpStream) -> Self {
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { socket, decoder: Decoder::new(Role::Client, Limits::default()), seen: [].into() }
    }

    /// The next thing that comes.
    pub fn see(&mut self) -> Seen {
        let mut buffer = [0; 4096];
        while self.seen.is_empty() {
            let read = match self.socket.read(&mut buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
                read => read.expect("something within twenty seconds"),
            };
            if read == 0 {
                return Seen::End;
            }
            let seen = &mut self.seen;
            let fed = self.decoder.feed(&mut buffer[..read], &mut |incoming| {
                seen.push_back(match incoming {
                    Incoming::Text(text) => Seen::Text(text.into()),
                    Incoming::Ping(_) => Seen::Ping,
                    Incoming::Pong(payload) => Seen::Pong(payload.into()),
                    Incoming::Close { code, reason } => Seen::Close(code.unwrap_or(0), reason.into()),
                    other => panic!("{other:?}"),
                });
                ControlFlow::Continue(())
            });
            fed.expect("the server keeps to the protocol");
        }
        self.seen.pop_front().unwrap()
    }

    /// The `Content` of the next message.
    pub fn content(&mut self) -> String {
        match self.see() {
            Seen::Text(text) => {
                text.split(r#""Content":""#).nth(1).unwrap_or(&text).split('"').next().unwrap().into()
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn send(&mut self, opcode: OpCode, payload: &[u8]) {
        let mut frame = Vec::new();
        websocket::encode_client(opcode, payload, [1, 2, 3, 4], &mut frame);
        self.socket.write_all(&frame).unwrap();
    }

    /// A ping and its pong: what was sent before has been read.
    pub fn settle(&mut self) {
        self.send(OpCode::Ping, b"settle");
        loop {
            match self.see() {
                Seen::Pong(payload) if payload == b"settle" => return,
                Seen::Text(_) | Seen::Ping => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
