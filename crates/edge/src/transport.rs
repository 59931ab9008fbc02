//! A chat socket's bytes, in the clear or under TLS; a plain one pays nothing for the other.

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use rustls::ServerConnection;
use std::io::{self, ErrorKind, Read, Write};

/// A socket whose handshake is done.
#[derive(Debug)]
pub enum ChatSocket {
    /// In the clear.
    Plain(std::net::TcpStream),
    /// Under TLS; the state comes from the handshake that the HTTP server made.
    Tls(std::net::TcpStream, Box<ServerConnection>),
}

/// A socket that belongs to a shard.
#[derive(Debug)]
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(TcpStream, Box<ServerConnection>),
}

impl Transport {
    /// Registers the socket once and for both directions; being edge-triggered, it need not be touched again.
    pub(crate) fn register(socket: ChatSocket, registry: &Registry, token: Token) -> io::Result<Self> {
        let prepare = |stream: std::net::TcpStream| {
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
            Ok::<_, io::Error>(stream)
        };
        match socket {
            ChatSocket::Plain(stream) => prepare(stream).map(Self::Plain),
            ChatSocket::Tls(stream, tls) => Ok(Self::Tls(prepare(stream)?, tls)),
        }
    }

    pub(crate) fn deregister(&mut self, registry: &Registry) {
        let (Self::Plain(stream) | Self::Tls(stream, _)) = self;
        // It is closed in the next moment, which takes it out of the poll in any case.
        let _ = registry.deregister(stream);
    }

    /// Reads plain bytes; 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => retry(|| stream.read(buffer)),
            Self::Tls(stream, tls) => loop {
                match tls.reader().read(buffer) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    done => return done,
                }
                if retry(|| tls.read_tls(stream))? == 0 {
                    return Ok(0);
                }
                tls.process_new_packets().map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            },
        }
    }

    /// Writes plain bytes. Under TLS what was taken may still wait as ciphertext: see [`Transport::flush`].
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => retry(|| stream.write(bytes)),
            Self::Tls(stream, tls) => {
                push(stream, tls)?;
                let taken = tls.writer().write(bytes)?;
                match push(stream, tls) {
                    Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
                    _ => Ok(taken),
                }
            }
        }
    }

    /// Writes ciphertext that waits. `WouldBlock` if some is left.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(stream, tls) => push(stream, tls),
        }
    }

    /// Whether a short read may leave bytes behind: under TLS a record may be split, so only `WouldBlock` is the end.
    pub(crate) const fn reads_until_blocked(&self) -> bool {
        matches!(self, Self::Tls(..))
    }
}

fn push(stream: &mut TcpStream, tls: &mut ServerConnection) -> io::Result<()> {
    while tls.wants_write() {
        if retry(|| tls.write_tls(stream))? == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

fn retry<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
