//! A server on a port of its own, a caller who signs, and viewers.

use auth::{Scope, SecretKey, SignedRequest, Signer};
use futures_util::{SinkExt as _, StreamExt as _};
use hubbub::config::{Sources, load};
use hubbub::serve::Server;
use model::Timestamp;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const KEY: (&str, &str) = ("AKIATESTTESTTESTTEST", "a-secret-only-for-tests");

/// What a call is signed with.
pub struct Key {
    pub id: String,
    pub secret: String,
    pub session_token: Option<String>,
}

impl Key {
    pub fn root() -> Self {
        Self { id: KEY.0.to_owned(), secret: KEY.1.to_owned(), session_token: None }
    }

    /// Out of the answer of CreateAccessKey.
    pub fn made(answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, secret) = (text(&answer["accessKey"]["accessKeyId"]), text(&answer["secretAccessKey"]));
        Self { id, secret, session_token: None }
    }

    /// Out of the answer of AssumeUser.
    pub fn assumed(answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            id: text(&answer["accessKeyId"]),
            secret: text(&answer["secretAccessKey"]),
            session_token: Some(text(&answer["sessionToken"])),
        }
    }
}

pub struct House {
    pub server: Server,
    pub data: TempDir,
    http: reqwest::Client,
    scheme: &'static str,
}

/// The configuration of a test: any free port, the folder, and `flags`.
pub fn config(data: &Path, flags: &[(&str, &str)]) -> hubbub::config::Config {
    let own = [
        ("listen", "127.0.0.1:0"),
        ("data_dir", data.to_str().unwrap()),
        ("root_access_key_id", KEY.0),
        ("root_secret_access_key", KEY.1),
        ("region", "us-west-2"),
        ("quotas", "unlimited"),
        ("shutdown.drain_seconds", "0"),
    ];
    let all = own.iter().chain(flags).map(|(key, value)| ((*key).into(), (*value).into())).collect();
    load(Sources { file: None, env: std::iter::empty(), flags: all }).unwrap()
}

impl House {
    pub async fn new(flags: &[(&str, &str)]) -> Self {
        Self::on(TempDir::new().unwrap(), flags).await
    }

    pub async fn on(data: TempDir, flags: &[(&str, &str)]) -> Self {
        let server = Server::start(config(data.path(), flags)).await.unwrap();
        Self { server, data, http: reqwest::Client::new(), scheme: "http" }
    }

    pub fn with_client(mut self, http: reqwest::Client) -> Self {
        self.http = http;
        self.scheme = "https";
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.server.local_addr())
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.http.get(self.url(path)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Waits until the metrics count `count` HTTP connections dropped for `reason`.
    pub async fn dropped_for(&self, reason: &str, count: u32) {
        let line = format!(r#"hubbub_connections_dropped_total{{reason="{reason}"}} "#);
        let counted = async {
            loop {
                let (_, text) = self.get("/metrics").await;
                let found =
                    text.lines().find_map(|found| found.strip_prefix(&line)).unwrap_or("0").to_owned();
                if found == count.to_string() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), counted).await.expect("counted");
    }

    /// A call signed by the root; the status and the body.
    pub async fn call(&self, operation: &str, input: Value) -> (u16, Value) {
        let (status, _, body) = self.call_with(&Key::root(), operation, input).await;
        (status, body)
    }

    /// A call of the admin API that must succeed.
    pub async fn admin(&self, operation: &str, input: Value) -> Value {
        let (status, body) = self.call(&format!("admin/{operation}"), input).await;
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    /// A signed call; the status, the error's type (empty if there is none) and the body.
    pub async fn call_with(&self, key: &Key, operation: &str, input: Value) -> (u16, String, Value) {
        let (path, body) = (format!("/{operation}"), input.to_string().into_bytes());
        let host = self.server.local_addr().to_string();
        let secret = SecretKey::parse(&key.secret).unwrap();
        let scope = Scope { region: "us-west-2", service: "ivschat" };
        let session_token = key.session_token.as_deref();
        let signer = Signer { access_key_id: &key.id, secret: &secret, session_token, scope };
        let headers = [("host", host.as_bytes()), ("content-type", b"application/json".as_slice())];
        let request =
            SignedRequest { method: "POST", path: &path, query: "", headers: &headers, body: &body };
        let mut call = self.http.post(self.url(&path)).header("content-type", "application/json");
        for (name, value) in signer.sign(&request, now()) {
            call = call.header(name, value);
        }
        let response = call.body(body).send().await.unwrap();
        assert!(
            response.headers().contains_key("x-amzn-requestid") && response.headers().contains_key("date")
        );
        let status = response.status().as_u16();
        let kind = response.headers().get("x-amzn-errortype").map(|kind| kind.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        (status, kind.unwrap_or_default(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn room(&self) -> String {
        let (status, room) = self.call("CreateRoom", json!({})).await;
        assert_eq!(status, 200, "{room}");
        room["arn"].as_str().unwrap().to_owned()
    }

    pub async fn token(&self, room: &str, user: &str) -> String {
        let input = json!({"roomIdentifier": room, "userId": user,
            "capabilities": ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]});
        let (status, token) = self.call("CreateChatToken", input).await;
        assert_eq!(status, 200, "{token}");
        token["token"].as_str().unwrap().to_owned()
    }

    pub async fn viewer(&self, room: &str, user: &str) -> Viewer {
        let token = self.token(room, user).await;
        Viewer(self.connect(&token, &[]).await.unwrap())
    }

    /// A handshake; the socket, or the status and body of the refusal.
    pub async fn connect(
        &self,
        token: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, (u16, String)> {
        let mut request = format!("ws://{}/", self.server.messaging_addr()).into_client_request().unwrap();
        if !token.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", token.parse().unwrap());
        }
        for (name, value) in headers {
            request.headers_mut().insert(http::HeaderName::from_static(name), value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], token);
                Ok(socket)
            }
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((response.status().as_u16(), String::from_utf8(body).unwrap()))
            }
            Err(other) => panic!("{other}"),
        }
    }
}

pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    Timestamp::now()
}

pub struct Viewer<S = MaybeTlsStream<TcpStream>>(pub WebSocketStream<S>);

/// What a viewer sees next.
#[derive(Debug)]
pub enum Seen {
    Frame(Value),
    Close(u16, String),
    /// The connection ended without a close.
    Lost,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Viewer<S> {
    pub async fn send(&mut self, action: Value) {
        self.0.send(Message::text(action.to_string())).await.unwrap();
    }

    pub async fn see(&mut self) -> Seen {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.expect("in time");
            return match next {
                Some(Ok(Message::Text(text))) => Seen::Frame(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => {
                    Seen::Close(code.into(), reason.to_string())
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                None | Some(Err(_)) => Seen::Lost,
                Some(Ok(other)) => panic!("{other:?}"),
            };
        }
    }

    pub async fn frame(&mut self) -> Value {
        match self.see().await {
            Seen::Frame(frame) => frame,
            other => panic!("{other:?} is no frame"),
        }
    }
}
