//! A control plane to call, and short ways to call it.

use crate::recording_bus::RecordingBus;
use auth::{KeyRing, Principal, SealingKey, TokenKey};
use control::{Call, Control, ControlParts, FieldViolation, OperationError, route};
use model::{AccountId, Monotonic, Now, Quotas, Region, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-west-2";
pub(crate) const HANDLER: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

pub(crate) struct House {
    pub(crate) control: Control,
    pub(crate) bus: Arc<RecordingBus>,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) root: Principal,
    clock_ns: AtomicU64,
    _directory: tempfile::TempDir,
}

static DRAWN: AtomicU64 = AtomicU64::new(1);

/// Never the same twice, which is all that these tests need of randomness.
fn random() -> u128 {
    u128::from(DRAWN.fetch_add(1, Ordering::Relaxed)).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
}

pub(crate) fn principal(account: &str, is_root: bool) -> Principal {
    let account = AccountId::parse(account).unwrap();
    let user = if is_root { "root" } else { "user/nobody" };
    Principal { account, arn: format!("arn:aws:iam::{account}:{user}"), is_root }
}

impl House {
    /// A house without quotas.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A house with AWS's quotas and rates.
    pub(crate) async fn with_quotas() -> Self {
        Self::with(|parts| parts.quotas = Arc::new(Quotas::aws())).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ControlParts)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bus = Arc::new(RecordingBus::default());
        let key = TokenKey::new(1, SealingKey::from_random([7; SealingKey::LENGTH]), at(0));
        let keys = Arc::new(KeyRing::new(vec![key]));
        let given = Arc::clone(&keys);
        let mut parts = ControlParts {
            region: Region::parse(REGION).unwrap(),
            quotas: Arc::new(Quotas::unlimited()),
            store: Store::open(directory.path()).await.unwrap(),
            bus: bus.clone(),
            directory: Arc::clone(&bus.directory),
            token_keys: Arc::new(move || Arc::clone(&given)),
            page_token_key: [9; 32],
            pending_verification: false,
            random,
        };
        change(&mut parts);
        Self {
            control: Control::new(parts),
            bus,
            keys,
            root: principal(ACCOUNT, true),
            clock_ns: AtomicU64::new(1_000_000_000),
            _directory: directory,
        }
    }

    pub(crate) fn now(&self) -> Now {
        let since_ns = self.clock_ns.load(Ordering::Relaxed);
        let wall = Timestamp::from_nanosecond(at(0).as_nanosecond() + i128::from(since_ns)).unwrap();
        Now { wall, monotonic: Monotonic::from_nanos(since_ns) }
    }

    pub(crate) fn pass_ms(&self, ms: u64) {
        self.clock_ns.fetch_add(ms * 1_000_000, Ordering::Relaxed);
    }

    /// Calls as the root: the parsed body, null where there is none.
    pub(crate) async fn call(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Result<Value, OperationError> {
        self.call_as(&self.root, method, target, body).await
    }

    pub(crate) async fn call_as(
        &self,
        principal: &Principal,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Result<Value, OperationError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let found = route(method, path)?;
        let call = Call { principal, resource_arn: found.resource_arn, query, body, now: self.now() };
        let response = self.control.run(found.row, call).await?;
        assert_eq!(response.status, found.row.success_status);
        if response.status == 204 {
            assert!(response.body.is_empty(), "204 with a body");
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&response.body).unwrap())
    }

    pub(crate) async fn post(&self, operation: &str, body: Value) -> Result<Value, OperationError> {
        self.call("POST", &format!("/{operation}"), body.to_string().as_bytes()).await
    }

    /// Posts what must succeed.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let shown = body.to_string();
        self.post(operation, body).await.unwrap_or_else(|error| panic!("{operation} {shown}: {error}"))
    }

    /// Posts what must be refused.
    pub(crate) async fn refused(&self, operation: &str, body: Value) -> OperationError {
        self.post(operation, body).await.unwrap_err()
    }

    /// The ARN of a new room.
    pub(crate) async fn room(&self, body: Value) -> String {
        text(&self.ok("CreateRoom", body).await["arn"])
    }

    /// The ARN of a new logging configuration.
    pub(crate) async fn logging_configuration(&self) -> String {
        text(&self.ok("CreateLoggingConfiguration", destination()).await["arn"])
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub(crate) fn destination() -> Value {
    json!({"destinationConfiguration": {"s3": {"bucketName": "a-bucket"}}})
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(crate) fn time(value: &Value) -> Timestamp {
    text(value).parse().unwrap()
}

pub(crate) fn room_arn(id: &str) -> String {
    format!("arn:aws:ivschat:{REGION}:{ACCOUNT}:room/{id}")
}

pub(crate) fn logging_configuration_arn(id: &str) -> String {
    format!("arn:aws:ivschat:{REGION}:{ACCOUNT}:logging-configuration/{id}")
}

/// What an error says: its name, its status and its body.
pub(crate) fn said(error: &OperationError) -> (&'static str, u16, Value) {
    (error.type_name(), error.status(), serde_json::from_slice(&error.body()).unwrap())
}

/// The members that a `ValidationException` names.
pub(crate) fn invalid_members(error: &OperationError) -> Vec<&str> {
    match error {
        OperationError::Validation(fields) => {
            fields.iter().map(|FieldViolation { name, .. }| name.as_str()).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Expects that `id` was not found, and as what.
pub(crate) fn check_not_found(error: &OperationError, id: &str, resource_type: &str) {
    let (name, status, body) = said(error);
    assert_eq!((name, status), ("ResourceNotFoundException", 404));
    assert_eq!(body["resourceId"], id);
    assert_eq!(body["resourceType"], resource_type);
    assert!(!text(&body["message"]).is_empty());
}

/// Percent-encodes everything that is not unreserved, as SDKs do.
pub(crate) fn encoded(text: &str) -> String {
    let is_free = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_free(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
