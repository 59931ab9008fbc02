//! A stand-in for S3, CloudWatch Logs and Firehose. It takes nothing that is not signed as it must be.

use crate::peer::{Peer, Received, Reply};
use crate::stage::{KEY_ID, SECRET, clock};
use auth::{KnownKey, Presented, Scope, SecretKey, SignatureError, SignedRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What is where, and what is to go wrong.
#[derive(Default)]
pub struct State {
    /// Instead of an answer, for one call after the other.
    pub troubles: VecDeque<Option<Reply>>,
    /// Told of each trouble that is made.
    pub troubled: Arc<Notify>,
    /// Whether the bucket, the group and the stream are missing.
    pub is_missing: bool,
    pub objects: BTreeMap<String, (String, Vec<u8>)>,
    pub streams: BTreeSet<String>,
    /// Stream, time, message.
    pub events: Vec<(String, i64, String)>,
    /// What `PutLogEvents` says of rejected events.
    pub rejected: Option<Value>,
    pub records: Vec<u8>,
    /// Which records of the next call of `PutRecordBatch` fail.
    pub failing: BTreeSet<usize>,
    pub stream_status: &'static str,
    /// How many events or records each call had.
    pub calls: Vec<usize>,
}

pub struct Fake {
    pub peer: Peer,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State { stream_status: "ACTIVE", ..State::default() }));
        let shared = Arc::clone(&state);
        let peer = Peer::start(move |request| {
            let mut state = shared.lock().unwrap();
            match state.troubles.pop_front().flatten() {
                Some(trouble) => {
                    state.troubled.notify_one();
                    trouble
                }
                None => answer(&mut state, request),
            }
        });
        Self { peer, state }
    }

    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }
}

/// An error as this service says it.
pub fn refusal(is_s3: bool, status: &str, code: &str, message: &str) -> Reply {
    if is_s3 {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        let body = format!("{xml}<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        return Reply::with(status, "content-type: application/xml\r\n", &body);
    }
    let body = json!({ "__type": code, "message": message }).to_string();
    Reply::with(status, "content-type: application/x-amz-json-1.1\r\n", &body)
}

fn answer(state: &mut State, request: &Received) -> Reply {
    let target = request.header("x-amz-target");
    let service = match target.map(|target| target.split('_').next().unwrap()) {
        None => "s3",
        Some("Logs") => "logs",
        Some("Firehose") => "firehose",
        Some(other) => unreachable!("{other}"),
    };
    let is_s3 = service == "s3";
    match check(request, service) {
        Ok(()) => {}
        Err(SignatureError::SignatureMismatch) if is_s3 => {
            return refusal(is_s3, "403 Forbidden", "SignatureDoesNotMatch", "no");
        }
        Err(SignatureError::SignatureMismatch) => {
            return refusal(
                is_s3,
                "400 Bad Request",
                "InvalidSignatureException",
                "The signature does not match",
            );
        }
        Err(SignatureError::UnrecognizedClient) => {
            return refusal(is_s3, "403 Forbidden", "UnrecognizedClientException", "no");
        }
        Err(error) => return refusal(is_s3, "403 Forbidden", "Unforeseen", &error.to_string()),
    }
    if state.is_missing {
        let code = if is_s3 { "NoSuchBucket" } else { "ResourceNotFoundException" };
        return refusal(is_s3, if is_s3 { "404 Not Found" } else { "400 Bad Request" }, code, "no");
    }
    match target {
        None => put_object(state, request),
        Some("Logs_20140328.PutLogEvents") => put_log_events(state, &request.json()),
        Some("Logs_20140328.CreateLogStream") => create_log_stream(state, &request.json()),
        Some("Firehose_20150804.PutRecordBatch") => put_record_batch(state, &request.json()),
        Some("Firehose_20150804.DescribeDeliveryStream") => {
            assert_eq!(request.json()["DeliveryStreamName"], "chat");
            let status = json!({ "DeliveryStreamStatus": state.stream_status });
            Reply::ok(&json!({ "DeliveryStreamDescription": status }).to_string())
        }
        Some(other) => unreachable!("{other}"),
    }
}

/// Whose signature it is; all that matters is signed.
fn check(request: &Received, service: &str) -> Result<(), SignatureError> {
    let headers: Vec<(&str, &[u8])> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let signed =
        SignedRequest { method: &request.method, path, query, headers: &headers, body: &request.body };
    let presented = Presented::parse(&signed, clock().wall, &Scope { region: "eu-west-1", service })?;
    let secret = SecretKey::parse(SECRET).unwrap();
    let key =
        (presented.access_key_id() == KEY_ID).then_some(KnownKey { secret: &secret, session_token: None });
    presented.verify(&signed, key)?;
    let authorization = request.header("authorization").unwrap();
    for name in ["content-type", "host", "x-amz-date"] {
        assert!(authorization.contains(name), "{name} is not signed: {authorization}");
    }
    if service == "s3" {
        // S3 neither normalises the path nor encodes it a second time; of such a path that changes nothing.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        assert!(path.bytes().all(is_plain) && !path.contains("//"), "{path}");
        let hash = auth::Signer::payload_hash(&request.body);
        assert_eq!(request.header("x-amz-content-sha256"), Some(hash.as_str()));
        assert!(authorization.contains("x-amz-content-sha256"), "{authorization}");
    } else {
        assert!(authorization.contains("x-amz-target"), "{authorization}");
        assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
    }
    Ok(())
}

fn put_object(state: &mut State, request: &Received) -> Reply {
    assert_eq!(request.method, "PUT");
    let key = request.target.strip_prefix("/chat/").unwrap().to_owned();
    let content_type = request.header("content-type").unwrap().to_owned();
    state.objects.insert(key, (content_type, request.body.clone()));
    Reply::with("200 OK", "etag: \"e\"\r\n", "")
}

fn create_log_stream(state: &mut State, input: &Value) -> Reply {
    assert_eq!(input["logGroupName"], "chat");
    if state.streams.insert(text(&input["logStreamName"])) {
        return Reply::with("200 OK", "", "");
    }
    refusal(false, "400 Bad Request", "ResourceAlreadyExistsException", "no")
}

fn put_log_events(state: &mut State, input: &Value) -> Reply {
    assert_eq!(input["logGroupName"], "chat");
    let stream = text(&input["logStreamName"]);
    if !state.streams.contains(&stream) {
        return refusal(false, "400 Bad Request", "com.amazonaws.logs#ResourceNotFoundException", "no");
    }
    let events = input["logEvents"].as_array().unwrap();
    let read =
        |event: &Value| (stream.clone(), event["timestamp"].as_i64().unwrap(), text(&event["message"]));
    let events: Vec<_> = events.iter().map(read).collect();
    assert!(!events.is_empty() && events.len() <= 10_000);
    assert!(events.iter().map(|(_, _, message)| message.len() + 26).sum::<usize>() <= 1_048_576);
    assert!(events.is_sorted_by_key(|(_, at, _)| *at));
    assert!(events.last().unwrap().1 - events[0].1 <= 24 * 60 * 60 * 1_000);
    state.calls.push(events.len());
    state.events.extend(events);
    match state.rejected.take() {
        None => Reply::ok("{}"),
        Some(info) => Reply::ok(&json!({ "rejectedLogEventsInfo": info }).to_string()),
    }
}

fn put_record_batch(state: &mut State, input: &Value) -> Reply {
    assert_eq!(input["DeliveryStreamName"], "chat");
    let records = input["Records"].as_array().unwrap();
    assert!((1..=500).contains(&records.len()));
    state.calls.push(records.len());
    let failing = std::mem::take(&mut state.failing);
    let mut responses = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if failing.contains(&index) {
            responses
                .push(json!({ "ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down." }));
        } else {
            state.records.extend(STANDARD.decode(text(&record["Data"])).unwrap());
            responses.push(json!({ "RecordId": index.to_string() }));
        }
    }
    Reply::ok(&json!({ "FailedPutCount": failing.len(), "RequestResponses": responses }).to_string())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
