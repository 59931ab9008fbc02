//! Listening and accepting: one task per connection until it becomes a chat socket and leaves, limits on every step.

use super::patience::{Patience, Patient, Turn};
use super::peers::{Counted, Peers};
use super::respond::Reply;
use crate::house::House;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, server::conn::http1};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What an address serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plane {
    /// All of it.
    Both,
    /// Operations, health and metrics.
    Control,
    /// Chat and health.
    Chat,
}

impl Plane {
    pub(crate) const fn has_control(self) -> bool {
        matches!(self, Self::Both | Self::Control)
    }

    pub(crate) const fn has_chat(self) -> bool {
        matches!(self, Self::Both | Self::Chat)
    }
}

/// An address that is listened on.
pub(crate) struct Listener {
    pub(crate) tcp: TcpListener,
    pub(crate) plane: Plane,
    pub(crate) tls: Option<TlsAcceptor>,
    /// How many connections an address has, over all listeners.
    pub(crate) peers: Arc<Peers>,
}

/// Connections that wait to be accepted; a reconnect storm is larger than the usual 128.
const BACKLOG: u32 = 4096;
/// What the kernel keeps of what a client sends faster than it is read. Left to itself it keeps tens of megabytes.
const RECEIVE_BUFFER_BYTES: u32 = 64 * 1024;
/// What the kernel keeps for a client that does not read, before our own bounds count; it doubles it for its own
/// bookkeeping. Left to itself it keeps megabytes, so that at a few messages a second a stuck viewer would go unnoticed
/// for an hour. Enough for the busiest room over the longest way: 250 KB/s and 300 ms are 75 KB under way.
const SEND_BUFFER_BYTES: u32 = 128 * 1024;
/// Headers of one request.
const MAX_HEADERS: usize = 100;
/// Bytes of one request's head.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// How long a TLS handshake may take.
const TLS_HANDSHAKE: Duration = Duration::from_secs(10);
/// How long to wait when the system gives no more descriptors.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// Binds an address.
///
/// # Errors
/// What the system says.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    // Accepted sockets inherit both, at no cost to each.
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts until told to stop; connections go on in `tasks`.
pub(crate) async fn serve(
    house: Arc<House>,
    listener: Listener,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    let mut exhausted = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.tcp.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                house.metrics.count_dropped("accept");
                if !std::mem::replace(&mut exhausted, true) {
                    tracing::warn!(%error, "cannot accept connections; this is said once until it works again");
                }
                tokio::time::sleep(EXHAUSTED).await;
                continue;
            }
        };
        exhausted = false;
        let counted = match house.config.http.max_connections_per_ip {
            None => None,
            Some(most) => match listener.peers.admit(peer.ip(), most) {
                Some(counted) => Some(counted),
                None => {
                    house.metrics.count_dropped("connections_per_ip");
                    continue;
                }
            },
        };
        // Chat frames are small and must not wait for the acknowledgement of the last one.
        let _ = stream.set_nodelay(true);
        let (house, plane, stop) = (Arc::clone(&house), listener.plane, stop.clone());
        let connection = Accepted { house, plane, peer: peer.ip(), stop, counted };
        match listener.tls.clone() {
            None => drop(tasks.spawn(connection.run(stream))),
            Some(acceptor) => drop(tasks.spawn(connection.run_tls(stream, acceptor))),
        }
    }
}

struct Accepted {
    house: Arc<House>,
    plane: Plane,
    peer: IpAddr,
    stop: CancellationToken,
    counted: Option<Counted>,
}

impl Accepted {
    async fn run_tls(self, stream: TcpStream, acceptor: TlsAcceptor) {
        match tokio::time::timeout(TLS_HANDSHAKE, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => self.run(stream).await,
            Ok(Err(_)) | Err(_) => self.house.metrics.count_dropped("tls_handshake"),
        }
    }

    async fn run<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { house, plane, peer, stop, counted } = self;
        let http = &house.config.http;
        let patience = Patience { head: http.header_read_timeout, idle: http.idle_timeout };
        let turn = Turn::new();
        let stream = Patient::new(stream, patience, turn.clone());
        let counted = Arc::new(counted);
        let counting = Arc::clone(&house);
        let turn_of_service = turn.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            let (house, answering) = (Arc::clone(&house), turn_of_service.begin());
            // A chat socket outlives this task; what counts it goes with it.
            request.extensions_mut().insert(CountedPeer(Arc::clone(&counted)));
            request.extensions_mut().insert(PeerAddress(peer));
            async move {
                let reply = super::answer(house, plane, request).await;
                drop(answering);
                Ok::<Reply, Infallible>(reply)
            }
        });
        let connection = http1::Builder::new()
            // The stream looks after the time itself.
            .header_read_timeout(None)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        // What goes wrong on one connection is the client's doing, and hyper has told it so.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
        if turn.ran_out() {
            counting.metrics.count_dropped("too_slow");
        }
    }
}

/// Keeps the connection counted for its client's address, as long as any copy lives.
#[derive(Clone)]
pub(crate) struct CountedPeer(Arc<Option<Counted>>);

impl CountedPeer {
    /// Whether there is anything to keep.
    pub(crate) fn is_counted(&self) -> bool {
        self.0.is_some()
    }
}

/// Who is at the other end of the connection: a client, or a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeerAddress(pub(crate) IpAddr);
