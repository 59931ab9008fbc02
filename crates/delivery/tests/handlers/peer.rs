//! A scripted HTTP/1.1 server on a port of its own: it notes what it is asked and says what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub target: String,
    /// The names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is said.
pub enum Reply {
    /// 200, with this body.
    Ok(String),
    /// These bytes, then the next request.
    Raw(Vec<u8>),
    /// These bytes, then the end.
    Last(Vec<u8>),
    /// These bytes, then nothing until the other side gives up.
    Stall(Vec<u8>),
    /// These bytes, then chunks of blanks until the other side gives up.
    Endless(Vec<u8>),
}

impl Reply {
    pub fn ok(body: &str) -> Self {
        Self::Ok(body.to_owned())
    }

    /// A status and headers, each with its line end, and a body.
    pub fn with(status: &str, headers: &str, body: &str) -> Self {
        Self::Raw(head(status, headers, body.len()).into_bytes().into_iter().chain(body.bytes()).collect())
    }
}

fn head(status: &str, headers: &str, length: usize) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n")
}

/// A peer; its threads end with the process.
pub struct Peer {
    pub address: SocketAddr,
    received: Mutex<mpsc::Receiver<Received>>,
    connections: Arc<AtomicUsize>,
}

impl Peer {
    pub fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = mpsc::channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, script) = (Arc::clone(&connections), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let (script, sender) = (Arc::clone(&script), sender.clone());
                thread::spawn(move || serve(stream.unwrap(), &*script, &sender));
            }
        });
        Self { address, received: Mutex::new(received), connections }
    }

    /// A peer that says the same to everybody.
    pub fn saying(body: &str) -> Self {
        let body = body.to_owned();
        Self::start(move |_| Reply::Ok(body.clone()))
    }

    /// `http://127.0.0.1:<port>` and what follows.
    pub fn url(&self, rest: &str) -> String {
        format!("http://{}{rest}", self.address)
    }

    /// The next request; waits for it.
    pub fn next(&self) -> Received {
        self.received.lock().unwrap().recv_timeout(PATIENCE).unwrap()
    }

    /// How many requests came since the last was looked at.
    pub fn waiting(&self) -> usize {
        self.received.lock().unwrap().try_iter().count()
    }

    /// How many connections were ever made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, script: &dyn Fn(&Received) -> Reply, sender: &mpsc::Sender<Received>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        let _ = sender.send(request.clone());
        // Who hangs up early is not listening any more.
        let goes_on = match script(&request) {
            Reply::Ok(body) => {
                let head = head("200 OK", "content-type: application/json\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).is_ok()
            }
            Reply::Raw(bytes) => stream.write_all(&bytes).is_ok(),
            Reply::Last(bytes) => {
                let _ = stream.write_all(&bytes);
                false
            }
            Reply::Endless(bytes) => {
                let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
                let mut goes_on = stream.write_all(&bytes).is_ok();
                while goes_on {
                    goes_on = stream.write_all(chunk.as_bytes()).is_ok();
                }
                false
            }
            Reply::Stall(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = reader.read_to_end(&mut Vec::new());
                false
            }
        };
        if !goes_on {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Received> {
    let mut line = String::new();
    let mut next = |line: &mut String| {
        line.clear();
        reader.read_line(line).ok().filter(|read| *read > 0)
    };
    next(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    while next(&mut line)? > 2 {
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut received = Received { method, target, headers, body: Vec::new() };
    let length = received.header("content-length").map_or(0, |text| text.parse().unwrap());
    received.body = vec![0; length];
    reader.read_exact(&mut received.body).ok()?;
    Some(received)
}
