//! A chat server of the smallest kind, which can do wrong on purpose: whoever holds the token `<room>.odd` meets the
//! server's fault, and who holds `<room>.barred` is not let in.

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use rustls::pki_types::PrivateKeyDer;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// What the odd guest meets, at the third message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// It does not get it.
    Drop,
    /// It gets it twice.
    Double,
    /// It gets it after the fourth.
    Swap,
    /// Its connection is closed instead.
    Close,
    /// So much comes first that its socket takes no more; then it is closed.
    FloodAndClose,
    /// What it says is refused.
    Refuse,
    /// It is not heard until [`Server::open_gate`].
    Unheard,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    house: Arc<House>,
    /// Dropped with the server, and all its tasks with it.
    _runtime: Runtime,
}

struct House {
    fault: Fault,
    rooms: Mutex<HashMap<String, Vec<UnboundedSender<Message>>>>,
    heard: AtomicUsize,
    pongs: AtomicUsize,
    present: AtomicUsize,
    gate: watch::Sender<bool>,
}

impl Server {
    pub(crate) fn start(fault: Fault) -> Self {
        Self::start_with(fault, None)
    }

    pub(crate) fn start_tls(certificate: &rcgen::CertifiedKey<rcgen::KeyPair>) -> Self {
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.cert.der().clone()], key).unwrap();
        Self::start_with(Fault::None, Some(TlsAcceptor::from(Arc::new(config))))
    }

    fn start_with(fault: Fault, tls: Option<TlsAcceptor>) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let house = Arc::new(House {
            fault,
            rooms: Mutex::default(),
            heard: AtomicUsize::new(0),
            pongs: AtomicUsize::new(0),
            present: AtomicUsize::new(0),
            gate: watch::Sender::new(false),
        });
        runtime.spawn(accept(listener, tls, Arc::clone(&house)));
        Self { address, house, _runtime: runtime }
    }

    /// Messages that it has taken from senders.
    pub(crate) fn heard(&self) -> usize {
        self.house.heard.load(Ordering::SeqCst)
    }

    /// Answers to the one ping that each guest gets.
    pub(crate) fn pongs(&self) -> usize {
        self.house.pongs.load(Ordering::SeqCst)
    }

    /// Guests whose connections stand.
    pub(crate) fn present(&self) -> usize {
        self.house.present.load(Ordering::SeqCst)
    }

    pub(crate) fn open_gate(&self) {
        self.house.gate.send_replace(true);
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, house: Arc<House>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (tls, house) = (tls.clone(), Arc::clone(&house));
        tokio::spawn(async move {
            match tls {
                None => welcome(stream, house).await,
                Some(tls) => welcome(tls.accept(stream).await.unwrap(), house).await,
            }
        });
    }
}

async fn welcome<S: AsyncRead + AsyncWrite + Unpin>(stream: S, house: Arc<House>) {
    let mut token = String::new();
    // The trait's error type is the library's, large or not.
    #[expect(clippy::result_large_err, reason = "the library's own signature")]
    let look = |request: &Request, mut response: Response| {
        let offered = &request.headers()["sec-websocket-protocol"];
        token = offered.to_str().unwrap().to_owned();
        if token.ends_with(".barred") {
            let mut refusal = ErrorResponse::new(Some(format!("the token {token} is barred")));
            *refusal.status_mut() = tokio_tungstenite::tungstenite::http::StatusCode::FORBIDDEN;
            return Err(refusal);
        }
        response.headers_mut().insert("sec-websocket-protocol", HeaderValue::clone(offered));
        Ok(response)
    };
    if let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, look).await {
        house.present.fetch_add(1, Ordering::SeqCst);
        Guest::new(socket, &token, Arc::clone(&house)).stay().await;
        house.present.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Guest<S> {
    socket: WebSocketStream<S>,
    house: Arc<House>,
    room: String,
    fault: Fault,
    publications: UnboundedReceiver<Message>,
    got: usize,
    kept_back: Option<Message>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guest<S> {
    fn new(socket: WebSocketStream<S>, token: &str, house: Arc<House>) -> Self {
        let (room, name) = token.split_once('.').unwrap();
        let fault = if name == "odd" { house.fault } else { Fault::None };
        let (publish, publications) = unbounded_channel();
        house.rooms.lock().unwrap().entry(room.to_owned()).or_default().push(publish);
        Self { socket, room: room.to_owned(), fault, house, publications, got: 0, kept_back: None }
    }

    async fn stay(mut self) {
        let mut gate = self.house.gate.subscribe();
        if self.socket.send(Message::Ping("you?".into())).await.is_err() {
            return;
        }
        let mut hears = self.fault != Fault::Unheard;
        loop {
            let stays = tokio::select! {
                said = self.socket.next(), if hears => match said {
                    Some(Ok(said)) => self.hear(said).await,
                    _ => false,
                },
                publication = self.publications.recv() => self.tell(publication.unwrap()).await,
                opened = async { gate.wait_for(|open| *open).await.is_ok() }, if !hears => {
                    hears = opened;
                    opened
                }
            };
            if !stays {
                return;
            }
        }
    }

    async fn hear(&mut self, said: Message) -> bool {
        let text = match said {
            Message::Text(text) => text,
            Message::Pong(payload) => {
                assert_eq!(&payload[..], b"you?");
                self.house.pongs.fetch_add(1, Ordering::SeqCst);
                return true;
            }
            _ => return true,
        };
        let heard = self.house.heard.fetch_add(1, Ordering::SeqCst);
        if self.fault == Fault::Refuse && heard == 2 {
            let error =
                r#"{"Type":"ERROR","Id":"i","RequestId":"r","ErrorCode":429,"ErrorMessage":"slower"}"#;
            return self.socket.send(Message::text(error)).await.is_ok();
        }
        let (_, content) = text.split_once("\"Content\":\"").unwrap();
        let publication = Message::text(format!(r#"{{"Type":"MESSAGE","Id":"i","Content":"{content}"#));
        for guest in &self.house.rooms.lock().unwrap()[&self.room] {
            // Some have gone.
            let _ = guest.send(publication.clone());
        }
        true
    }

    async fn tell(&mut self, publication: Message) -> bool {
        self.got += 1;
        if self.got == 3 {
            match self.fault {
                Fault::Drop => return true,
                Fault::Close => return false,
                Fault::FloodAndClose => {
                    // In large pieces: the runtime lets a task write a hundred times or so at a stretch.
                    let (stream, much) = (self.socket.get_mut(), vec![0; 1024 * 1024]);
                    while stream.write(&much).now_or_never().is_some_and(|written| written.is_ok()) {}
                    return false;
                }
                Fault::Double => self.kept_back = Some(publication.clone()),
                Fault::Swap => {
                    self.kept_back = Some(publication);
                    return true;
                }
                Fault::None | Fault::Refuse | Fault::Unheard => {}
            }
        }
        let mut told = self.socket.send(publication).await.is_ok();
        if let Some(late) = self.kept_back.take() {
            told &= self.socket.send(late).await.is_ok();
        }
        told
    }
}
