//! A server of a few lines: canned answers of the control plane, and chat connections handed to the test.

use auth::{KnownKey, Presented, Scope, SecretKey, SignedRequest};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use websocket::{Decoder, Incoming, Limits, Role, accept_key, close_frame, text_frame};

/// The access key that the commands sign with.
pub(crate) const KEY_ID: &str = "AKIDEXAMPLE";
/// Its secret.
pub(crate) const SECRET: &str = "a-secret-of-the-test";
/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An HTTP request as it was on the wire.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    fn read(stream: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut line = || {
            let mut line = String::new();
            stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
            Some(line.trim_end().to_owned())
        };
        let first = line()?;
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let mut headers = Vec::new();
        while let Some((name, value)) = line()?.split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut request = Self { method, path, headers, body: String::new() };
        let length = request.header("content-length").parse().unwrap_or(0);
        stream.take(length).read_to_string(&mut request.body).unwrap();
        Some(request)
    }

    fn header(&self, wanted: &str) -> &str {
        self.headers.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
    }
}

/// Fails unless the request is signed as the server demands.
pub(crate) fn check_signature(request: &Request) {
    let headers: Vec<(&str, &[u8])> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let body = request.body.as_bytes();
    let signed = SignedRequest { method: "POST", path: &request.path, query: "", headers: &headers, body };
    #[expect(clippy::disallowed_methods, reason = "the binary under test signs with the real time")]
    let now = model::Timestamp::now();
    let presented =
        Presented::parse(&signed, now, &Scope { region: "us-east-1", service: "ivschat" }).unwrap();
    let secret = SecretKey::parse(SECRET).unwrap();
    assert_eq!(presented.access_key_id(), KEY_ID);
    presented.verify(&signed, Some(KnownKey { secret: &secret, session_token: None })).unwrap();
}

/// A listening server; its threads end with the test's process.
pub(crate) struct FakeServer {
    address: SocketAddr,
    requests: Receiver<Request>,
    chats: Receiver<Connection>,
}

impl FakeServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ((request, requests), (chat, chats)) = (channel(), channel());
        std::thread::spawn(move || {
            let mut tokens = 0;
            for stream in listener.incoming() {
                serve(BufReader::new(stream.unwrap()), &mut tokens, &request, &chat);
            }
        });
        Self { address, requests, chats }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn next_request(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).unwrap()
    }

    pub(crate) fn next_chat(&self) -> Connection {
        self.chats.recv_timeout(PATIENCE).unwrap()
    }
}

/// One request a connection; a chat connection goes on in the test.
fn serve(
    mut stream: BufReader<TcpStream>,
    tokens: &mut u32,
    seen: &Sender<Request>,
    chats: &Sender<Connection>,
) {
    let Some(request) = Request::read(&mut stream) else { return };
    if request.method == "GET" {
        let token = request.header("sec-websocket-protocol").to_owned();
        let accept = accept_key(request.header("sec-websocket-key"));
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: {accept}\r\nsec-websocket-protocol: {token}\r\n\r\n"
        );
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        chats.send(Connection::new(token, stream.into_inner())).unwrap();
        return;
    }
    let (status, body) = answer(&request, tokens);
    let length = body.len();
    let whole = format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    seen.send(request).unwrap();
    stream.get_mut().write_all(whole.as_bytes()).unwrap();
}

fn answer(request: &Request, tokens: &mut u32) -> (u16, String) {
    match request.path.as_str() {
        "/CreateRoom" => (200, format!(r#"{{"arn":"{ROOM}"}}"#)),
        "/ListRooms" if request.body.contains("page2") => {
            (200, r#"{"rooms":[{"arn":"arn:m","name":"m"}]}"#.to_owned())
        }
        // A listing by name has one page.
        "/ListRooms" if request.body.contains("name") => {
            (200, format!(r#"{{"rooms":[{{"arn":"{ROOM}"}}]}}"#))
        }
        "/ListRooms" => (
            200,
            format!(r#"{{"rooms":[{{"arn":"{ROOM}","name":"n","updateTime":"t"}}],"nextToken":"page2"}}"#),
        ),
        "/CreateChatToken" => {
            *tokens += 1;
            (200, format!(r#"{{"token":"token-{tokens}","tokenExpirationTime":"t"}}"#))
        }
        path if path.starts_with("/admin/") => crate::access::answer(request),
        _ => (404, r#"{"__type":"ResourceNotFoundException","message":"not there"}"#.to_owned()),
    }
}

/// The room of all answers.
pub(crate) const ROOM: &str = "arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl";

/// The server's end of a chat connection; dropping it is an unclean drop.
pub(crate) struct Connection {
    pub(crate) token: String,
    stream: TcpStream,
    decoder: Decoder,
    seen: VecDeque<Seen>,
}

enum Seen {
    Text(String),
    Close(Option<u16>),
}

impl Connection {
    fn new(token: String, stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let decoder = Decoder::new(Role::Server, Limits::default());
        Self { token, stream, decoder, seen: VecDeque::new() }
    }

    fn next(&mut self) -> Seen {
        loop {
            if let Some(seen) = self.seen.pop_front() {
                return seen;
            }
            let mut buffer = [0; 4096];
            let length = self.stream.read(&mut buffer).unwrap();
            assert!(length > 0, "the client went away");
            let fed = self.decoder.feed(&mut buffer[..length], &mut |incoming| {
                match incoming {
                    Incoming::Text(text) => self.seen.push_back(Seen::Text(text.to_owned())),
                    Incoming::Close { code, .. } => self.seen.push_back(Seen::Close(code)),
                    _ => {}
                }
                ControlFlow::Continue(())
            });
            fed.unwrap();
        }
    }

    pub(crate) fn says(&mut self, text: &str) {
        self.stream.write_all(&text_frame(text.as_bytes())).unwrap();
    }

    /// Waits for this message and gives it back as the room does.
    pub(crate) fn echoes(&mut self, content: &str) {
        let Seen::Text(text) = self.next() else { panic!("closed") };
        let action: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&action["Action"], &action["Content"]), (&"SEND_MESSAGE".into(), &content.into()));
        let message = serde_json::json!({
            "Type": "MESSAGE", "Id": "M2YcHkgffEvU", "RequestId": action["RequestId"], "Attributes": null,
            "Content": content, "SendTime": "2026-01-02T03:04:05Z", "Sender": { "UserId": "ann", "Attributes": {} },
        });
        self.says(&message.to_string());
    }

    pub(crate) fn closes(&mut self, reason: &str) {
        self.stream.write_all(&close_frame(1000, reason)).unwrap();
    }

    /// Waits for the client's close frame and answers it.
    pub(crate) fn sees_close(&mut self) -> Option<u16> {
        let Seen::Close(code) = self.next() else { panic!("text") };
        self.closes("");
        code
    }
}
