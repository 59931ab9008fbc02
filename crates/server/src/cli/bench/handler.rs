//! The review handler of a run: one that was named, or one of our own over HTTP that allows every message.

use super::args::ReviewArgs;
use super::error::BenchError;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

/// The ARN of our own. The account is the one of a server that was told nothing else.
const OWN_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:hubbub-bench";
/// Connections that a server with its usual limits opens to a handler: one for each review at once.
pub(super) const OWN_CONNECTIONS_MAX: u64 = 1024;
/// More than any message with its attributes takes.
const QUESTION_BYTES_MAX: usize = 64 * 1024;
/// How long to wait when the system gives no more descriptors.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// The handler of the reviewed rooms.
#[derive(Debug)]
pub(super) enum Handler {
    /// One that the server knows from its review file.
    Named {
        /// Its ARN.
        arn: String,
        /// The review file of the server that is started; none for a server elsewhere.
        review_file: Option<PathBuf>,
    },
    /// One that runs in this process, while this value lives.
    Own(OwnHandler),
}

/// A handler that runs in this process.
#[derive(Debug)]
pub(super) struct OwnHandler {
    review_file: NamedTempFile,
    asked: Arc<AtomicU64>,
    _serving: AbortOnDropHandle<()>,
}

impl Handler {
    /// The ARN that the rooms get.
    pub(super) fn arn(&self) -> &str {
        match self {
            Self::Named { arn, .. } => arn,
            Self::Own(_) => OWN_ARN,
        }
    }

    /// The review file of the server that is started.
    pub(super) fn review_file(&self) -> Option<&Path> {
        match self {
            Self::Named { review_file, .. } => review_file.as_deref(),
            Self::Own(own) => Some(own.review_file.path()),
        }
    }

    /// How often it was asked; of one that was named nobody knows here.
    pub(super) fn asked(&self) -> Option<u64> {
        match self {
            Self::Named { .. } => None,
            Self::Own(own) => Some(own.asked.load(Ordering::Relaxed)),
        }
    }

    /// The one that was named, or one that is started now.
    ///
    /// # Errors
    /// [`BenchError::HandlerElsewhere`], [`BenchError::NoReviewFile`], [`BenchError::OwnHandler`]
    pub(super) async fn open(args: &ReviewArgs) -> Result<Self, BenchError> {
        let review_file = args.review_file.clone();
        match &args.handler {
            Some(arn) if args.site.endpoint.is_none() && review_file.is_none() => {
                Err(BenchError::NoReviewFile(arn.as_str().to_owned()))
            }
            Some(arn) => Ok(Self::Named { arn: arn.as_str().to_owned(), review_file }),
            None if args.site.endpoint.is_some() => Err(BenchError::HandlerElsewhere),
            None => {
                let delay = Duration::from_millis(args.handler_delay_ms.into());
                OwnHandler::start(delay).await.map(Self::Own).map_err(BenchError::OwnHandler)
            }
        }
    }
}

impl OwnHandler {
    async fn start(delay: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let review_file = review_file(listener.local_addr()?)?;
        let asked = Arc::default();
        let serving = tokio::spawn(serve(listener, delay, Arc::clone(&asked)));
        Ok(Self { review_file, asked, _serving: AbortOnDropHandle::new(serving) })
    }
}

fn review_file(address: SocketAddr) -> io::Result<NamedTempFile> {
    let handler = json!({ "arn": OWN_ARN, "kind": "http", "url": format!("http://{address}/") });
    let mut file = tempfile::Builder::new().prefix("hubbub-bench-").suffix(".json").tempfile()?;
    file.write_all(json!({ "handler": [handler] }).to_string().as_bytes())?;
    Ok(file)
}

async fn serve(listener: TcpListener, delay: Duration, asked: Arc<AtomicU64>) {
    // What is in the set ends with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, delay, Arc::clone(&asked)));
                }
                Err(_) => sleep(EXHAUSTED).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, delay: Duration, asked: Arc<AtomicU64>) {
    // Without it a late acknowledgement of the other side would count as the handler's time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        asked.fetch_add(1, Ordering::Relaxed);
        answer(request, delay)
    });
    // A server that hangs up has what it wanted.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, delay: Duration) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = Limited::new(request.into_body(), QUESTION_BYTES_MAX).collect().await;
    let answer = body.ok().and_then(|body| allow(&body.to_bytes()));
    if !delay.is_zero() {
        sleep(delay).await;
    }
    let mut response = Response::default();
    match answer {
        Some(answer) => *response.body_mut() = Full::from(answer),
        None => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    Ok(response)
}

/// What a handler is asked, as far as it matters here. Source: user guide, "Chat Message Review Handler".
#[derive(Deserialize)]
struct Question<'a> {
    #[serde(borrow, rename = "Content")]
    content: &'a RawValue,
}

/// Allows what is asked about; none if it cannot be read.
fn allow(question: &[u8]) -> Option<String> {
    let Question { content } = serde_json::from_slice(question).ok()?;
    Some(format!(r#"{{"ReviewResult":"ALLOW","Content":{content}}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_very_content_is_allowed() {
        let question = br#"{"Content":"a \"b\" \u00e9","MessageId":"AbCdEfGhIjKl","Sender":{}}"#;
        let answer = allow(question).unwrap();
        assert_eq!(answer, r#"{"ReviewResult":"ALLOW","Content":"a \"b\" \u00e9"}"#);
        assert_eq!(allow(b"{}"), None);
        assert_eq!(allow(b"hello"), None);
    }
}
