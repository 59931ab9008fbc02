//! A control plane to call, and short ways to call it.

use crate::recording_bus::RecordingBus;
use crate::recording_logs::RecordingLogs;
use crate::still::Still;
use crate::written_audit::WrittenAudit;
use auth::{AccessRecords, KeyRing, MasterKey, Principal, RootKey, SealingKey, SecretKey, TokenKey};
use control::{
    Access, AccessParts, Admin, AdminParts, Call, Caller, Control, ControlParts, FieldViolation,
    OperationError, admin_route, route,
};
use model::{Account, AccountId, Monotonic, Now, Quotas, Region, Timestamp, UserName};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;

pub(crate) const ACCOUNT: &str = "123456789012";
/// Another account that the server serves.
pub(crate) const FOREIGN: &str = "210987654321";
pub(crate) const REGION: &str = "us-west-2";
pub(crate) const HANDLER: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

/// A handler that is mapped to nothing.
pub(crate) const UNMAPPED: &str = "arn:aws:lambda:us-west-2:123456789012:function:unmapped";

pub(crate) struct House {
    pub(crate) control: Control,
    pub(crate) admin: Admin,
    pub(crate) access: Arc<Access>,
    pub(crate) audit: Arc<WrittenAudit>,
    pub(crate) bus: Arc<RecordingBus>,
    pub(crate) logs: Arc<RecordingLogs>,
    pub(crate) store: Store,
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

pub(crate) fn root_of(account: &str) -> Principal {
    Principal::root(AccountId::parse(account).unwrap())
}

fn account(id: &str, pending_verification: bool) -> Account {
    Account { id: AccountId::parse(id).unwrap(), pending_verification, created_at: at(0) }
}

pub(crate) fn root_key() -> RootKey {
    let secret = Arc::new(SecretKey::parse("root-secret").unwrap());
    RootKey { access_key_id: "AKIAROOT".into(), secret }
}

pub(crate) fn master() -> Arc<MasterKey> {
    Arc::new(MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap())
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
        let logs = Arc::new(RecordingLogs::new(Arc::clone(&bus.directory)));
        let key = TokenKey::new(1, SealingKey::from_random([7; SealingKey::LENGTH]), at(0));
        let keys = Arc::new(KeyRing::new(vec![key]));
        let given = Arc::clone(&keys);
        let store = Store::open(directory.path()).await.unwrap();
        store.create_account(account(FOREIGN, false)).await.unwrap();
        let access = AccessParts {
            store: store.clone(),
            master: master(),
            root: root_key(),
            home: account(ACCOUNT, false),
            declared: AccessRecords::default(),
        };
        let (access, problems) = Access::open(access).await.unwrap();
        assert_eq!(problems, []);
        let (access, audit) = (Arc::new(access), Arc::new(WrittenAudit::default()));
        let region = Region::parse(REGION).unwrap();
        let mut parts = ControlParts {
            region: region.clone(),
            quotas: Arc::new(Quotas::unlimited()),
            store,
            bus: bus.clone(),
            chat_logs: logs.clone(),
            directory: Arc::clone(&bus.directory),
            token_keys: Arc::new(move || Arc::clone(&given)),
            page_token_key: [9; 32],
            access: Arc::clone(&access),
            audit: audit.clone(),
            has_handler: Arc::new(|uri| uri.as_str() != UNMAPPED),
            random,
        };
        change(&mut parts);
        Self {
            store: parts.store.clone(),
            control: Control::new(parts),
            admin: Admin::new(AdminParts {
                region,
                access: Arc::clone(&access),
                audit: audit.clone(),
                random,
            }),
            access,
            audit,
            bus,
            logs,
            keys,
            root: root_of(ACCOUNT),
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
        let key = self.key_of(principal);
        if let Some(row) = admin_route(method, path) {
            let call = self.as_call(principal, &key, None, (query, body));
            let response = self.admin.run(row?, call).await?;
            assert_eq!(response.status, 200);
            return Ok(serde_json::from_slice(&response.body).unwrap());
        }
        let found = route(method, path)?;
        let call = self.as_call(principal, &key, found.resource_arn, (query, body));
        let response = self.control.run(found.row, call).await?;
        assert_eq!(response.status, found.row.success_status);
        if response.status == 204 {
            assert!(response.body.is_empty(), "204 with a body");
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&response.body).unwrap())
    }

    /// The id of the user's first key, or one that nobody has.
    fn key_of(&self, principal: &Principal) -> String {
        let directory = self.access.directory();
        let name = principal.arn().rsplit('/').next().and_then(|name| UserName::parse(name).ok());
        let known = name.and_then(|name| directory.user(principal.account(), &name).cloned());
        let key = known.and_then(|known| directory.keys(&known).first().map(|key| key.key.id.to_string()));
        key.unwrap_or_else(|| "AKIATEST".to_owned())
    }

    fn as_call<'a>(
        &self,
        principal: &'a Principal,
        access_key_id: &'a str,
        resource_arn: Option<&'a str>,
        (query, body): (&'a str, &'a [u8]),
    ) -> Call<'a> {
        let caller = Caller {
            principal,
            access_key_id,
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            is_secure: false,
            user_agent: Some("test"),
            request_id: "request",
        };
        Call { caller, resource_arn, query, body, now: self.now() }
    }

    /// A new user of the server's own account with these policies attached, which are made if they are documents.
    pub(crate) async fn user(&self, name: &str, policies: &[Value]) -> Principal {
        let mut names = Vec::new();
        for (index, policy) in policies.iter().enumerate() {
            let given = policy.as_str().map(str::to_owned);
            names.push(given.unwrap_or_else(|| format!("{name}-{index}")));
            if policy.is_object() {
                let document = policy.to_string();
                self.ok("admin/CreatePolicy", json!({"policyName": names[index], "document": document}))
                    .await;
            }
        }
        self.ok("admin/CreateUser", json!({"userName": name, "policies": names})).await;
        self.ok("admin/CreateAccessKey", json!({"userName": name})).await;
        self.principal(name)
    }

    /// A user as requests meet it now.
    pub(crate) fn principal(&self, name: &str) -> Principal {
        self.principal_of(ACCOUNT, name)
    }

    pub(crate) fn principal_of(&self, account: &str, name: &str) -> Principal {
        let (directory, account) = (self.access.directory(), AccountId::parse(account).unwrap());
        Principal::user(Arc::clone(directory.user(account, &UserName::parse(name).unwrap()).unwrap()))
    }

    pub(crate) async fn post_as(
        &self,
        principal: &Principal,
        operation: &str,
        body: Value,
    ) -> Result<Value, OperationError> {
        self.call_as(principal, "POST", &format!("/{operation}"), body.to_string().as_bytes()).await
    }

    pub(crate) async fn post(&self, operation: &str, body: Value) -> Result<Value, OperationError> {
        self.call("POST", &format!("/{operation}"), body.to_string().as_bytes()).await
    }

    /// Posts what must succeed. What it waits for before it answers is waited for, however long it takes.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let _still = (!operation.starts_with("Get")).then(Still::begin).flatten();
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
