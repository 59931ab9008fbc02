//! A guest's bytes, in the clear or under TLS; one in the clear pays nothing for the other. Must not know what the
//! bytes mean.

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use socket2::{Domain, SockRef, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How many connections leave from one loopback address, less than there are ephemeral ports (28,232 by Linux's
/// `ip_local_port_range`).
const CONNECTIONS_PER_SOURCE: usize = 20_000;

/// Loopback addresses used, 127.0.0.1 to 127.0.0.250.
const SOURCES: usize = 250;

/// What a TLS client needs for a connection.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) name: ServerName<'static>,
}

#[derive(Debug)]
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(TcpStream, Box<ClientConnection>),
}

impl Transport {
    /// Begins to connect. `number` counts the crowd's connections, and chooses the source address.
    pub(crate) fn connect(address: SocketAddr, number: usize, tls: Option<&Tls>) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if let Some(source) = source(address, number) {
            // A system with one loopback address only has to do with that one.
            let _ = socket.bind(&SocketAddr::new(source, 0).into());
        }
        match socket.connect(&address.into()) {
            Err(error) if !is_under_way(&error) => return Err(error),
            _ => {}
        }
        let stream = TcpStream::from_std(socket.into());
        let Some(tls) = tls else { return Ok(Self::Plain(stream)) };
        let session = ClientConnection::new(Arc::clone(&tls.config), tls.name.clone());
        session.map(|session| Self::Tls(stream, Box::new(session))).map_err(io::Error::other)
    }

    /// Registers once and for both directions; being edge-triggered, it need not be touched again.
    pub(crate) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(self.stream(), token, Interest::READABLE | Interest::WRITABLE)
    }

    /// Why the connection could not be made, as far as that is known already.
    pub(crate) fn connect_error(&mut self) -> Option<io::Error> {
        self.stream().take_error().unwrap_or_else(Some)
    }

    /// Reads plain bytes; 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => again(|| stream.read(buffer)),
            Self::Tls(stream, tls) => loop {
                match tls.reader().read(buffer) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    done => return done,
                }
                if again(|| tls.read_tls(stream))? == 0 {
                    return Ok(0);
                }
                let processed = tls.process_new_packets();
                // The TLS handshake's next step, or the alert that says what was wrong.
                push(stream, tls)?;
                processed.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            },
        }
    }

    /// Writes plain bytes. Under TLS what was taken may still wait as ciphertext: see [`Transport::flush`].
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => again(|| stream.write(bytes)),
            Self::Tls(stream, tls) => {
                push(stream, tls)?;
                let taken = tls.writer().write(bytes)?;
                push(stream, tls)?;
                if taken == 0 { Err(ErrorKind::WouldBlock.into()) } else { Ok(taken) }
            }
        }
    }

    /// Writes ciphertext that waits, as far as the socket takes it.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(stream, tls) => push(stream, tls),
        }
    }

    /// Reads past what came, TLS or not. Answers whether the other end is gone.
    pub(crate) fn drain(&mut self, buffer: &mut [u8]) -> bool {
        loop {
            match again(|| self.stream().read(buffer)) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            }
        }
    }

    /// Lets go without a word: the socket is reset, and its port free at once.
    pub(crate) fn abort(mut self) {
        // If the system refuses, the port stays in TIME_WAIT for a while.
        let _ = SockRef::from(&*self.stream()).set_linger(Some(Duration::ZERO));
    }

    /// Whether a short read may leave bytes behind: under TLS only `WouldBlock` is the end.
    pub(crate) const fn reads_until_blocked(&self) -> bool {
        matches!(self, Self::Tls(..))
    }

    const fn stream(&mut self) -> &mut TcpStream {
        let (Self::Plain(stream) | Self::Tls(stream, _)) = self;
        stream
    }
}

fn source(address: SocketAddr, number: usize) -> Option<IpAddr> {
    let group = number / CONNECTIONS_PER_SOURCE % SOURCES;
    let is_v4_loopback = address.ip().is_loopback() && address.is_ipv4();
    let last = u8::try_from(group + 1).ok().filter(|_| is_v4_loopback && group > 0)?;
    // The first group goes out from 127.0.0.1 unbound.
    Some(Ipv4Addr::new(127, 0, 0, last).into())
}

/// Whether this only means that it is not done yet; `ENOTCONN` is the answer to a write before the connection stands.
pub(crate) fn is_under_way(error: &io::Error) -> bool {
    let in_progress = rustix::io::Errno::INPROGRESS.raw_os_error();
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected)
        || error.raw_os_error() == Some(in_progress)
}

fn push(stream: &mut TcpStream, tls: &mut ClientConnection) -> io::Result<()> {
    while tls.wants_write() {
        match again(|| tls.write_tls(stream)) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(_) => {}
            Err(error) if is_under_way(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn again<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn each_twenty_thousand_connections_leave_from_a_loopback_address_of_their_own() {
        for (address, number, expected) in [
            ("127.0.0.1:80", 19_999, None),
            ("127.0.0.1:80", 20_000, Some("127.0.0.2")),
            ("127.0.0.1:80", 249 * 20_000, Some("127.0.0.250")),
            ("127.0.0.1:80", 250 * 20_000, None),
            ("[::1]:80", 20_000, None),
            ("192.0.2.1:80", 20_000, None),
        ] {
            let expected = expected.map(|ip| ip.parse().unwrap());
            assert_eq!(source(address.parse().unwrap(), number), expected, "{address} {number}");
        }
    }
}
