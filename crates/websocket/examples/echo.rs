//! An echo server on the frame codec for Autobahn's fuzzingclient: test only, blocking, one thread per connection.
//! It must not know a sub-protocol.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::thread;

use websocket::{
    Decoder, HandshakeError, Incoming, Limits, OpCode, Request, Role, check_request, close_frame,
    encode_server,
};

/// Above the 16 MiB that Autobahn sends.
const LIMITS: Limits = Limits { max_message: 32 << 20, hard_max: 32 << 20, max_fragments: u32::MAX };
const MAX_REQUEST_HEAD: usize = 16 * 1024;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    for socket in listener.incoming() {
        let socket = socket?;
        thread::spawn(move || {
            if let Err(error) = serve(socket) {
                let _ = writeln!(io::stderr(), "connection lost: {error}");
            }
        });
    }
    Ok(())
}

fn serve(mut socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let (head, mut early) = read_head(&mut socket)?;
    match answer(&head) {
        Ok(accept) => write!(
            socket,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )?,
        Err(error) => {
            write!(
                socket,
                "HTTP/1.1 {} Refused\r\nSec-WebSocket-Version: 13\r\n\r\n{error}\n",
                error.status()
            )?;
            return Ok(());
        }
    }
    echo(&mut socket, &mut early)?;
    // The peer's unread bytes would turn our close into a reset that overtakes the close frame.
    socket.shutdown(Shutdown::Write)?;
    io::copy(&mut socket, &mut io::sink()).map(drop)
}

/// The request up to its empty line, and whatever came after that line already.
fn read_head(socket: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let early = received.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&received).into_owned(), early));
        }
        let len = socket.read(&mut buffer)?;
        if len == 0 || received.len() > MAX_REQUEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        received.extend(buffer.iter().take(len));
    }
}

fn answer(head: &str) -> Result<String, HandshakeError> {
    let mut lines = head.lines();
    let request_line = lines.next().unwrap_or_default();
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let values = |name: &str| -> Vec<&str> {
        headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    };
    let accepted = check_request(Request {
        method: request_line.split(' ').next().unwrap_or_default(),
        version_11: request_line.ends_with(" HTTP/1.1"),
        upgrade: values("upgrade").first().copied(),
        connection: &values("connection"),
        key: values("sec-websocket-key").first().copied(),
        version: values("sec-websocket-version").first().copied(),
    })?;
    Ok(accepted.accept)
}

/// Echoes until either side closes; `early` is what arrived together with the handshake.
fn echo(socket: &mut TcpStream, early: &mut [u8]) -> io::Result<()> {
    let mut decoder = Decoder::new(Role::Server, LIMITS);
    let mut out = Vec::new();
    let mut flow = turn(&mut decoder, early, &mut out);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        socket.write_all(&out)?;
        out.clear();
        if flow.is_break() {
            return Ok(());
        }
        let len = socket.read(&mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        flow = turn(&mut decoder, buffer.get_mut(..len).unwrap_or_default(), &mut out);
    }
}

/// Feeds one read to the decoder and writes the answers to `out`; breaks when the connection is to be closed.
fn turn(decoder: &mut Decoder, input: &mut [u8], out: &mut Vec<u8>) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    let outcome = decoder.feed(input, &mut |incoming| {
        flow = reply(incoming, out);
        flow
    });
    if let Err(error) = outcome {
        out.extend(close_frame(error.close_code(), &error.to_string()));
        return ControlFlow::Break(());
    }
    flow
}

fn reply(incoming: Incoming<'_>, out: &mut Vec<u8>) -> ControlFlow<()> {
    match incoming {
        Incoming::Text(text) => encode_server(OpCode::Text, text.as_bytes(), out),
        Incoming::Binary(bytes) => encode_server(OpCode::Binary, bytes, out),
        Incoming::Ping(payload) => encode_server(OpCode::Pong, payload, out),
        Incoming::Pong(_) => {}
        Incoming::TooLarge { .. } => {
            out.extend(close_frame(1009, "message too large"));
            return ControlFlow::Break(());
        }
        Incoming::Close { code: Some(code), reason } => {
            out.extend(close_frame(code, reason));
            return ControlFlow::Break(());
        }
        Incoming::Close { code: None, .. } => {
            encode_server(OpCode::Close, b"", out);
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(())
}
