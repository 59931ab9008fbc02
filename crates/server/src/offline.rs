//! The data directory of a stopped server: the admin operations without HTTP. Knows no flag and no terminal.
//!
//! Who may open the directory is its root: what guards it is the file system. What is done is written down as on a
//! running server.

use crate::audit::AuditLog;
use crate::config::Config;
use crate::{access, clock, entropy, master_key, root_key};
use auth::Principal;
use control::{Admin, AdminParts, Call, Caller, OperationError, admin_route};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use store::{Store, StoreError};

/// Why the directory cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OfflineError {
    /// A server runs on it.
    #[error("a server is running on {0}, but not where we looked; say with --endpoint where it is")]
    InUse(String),
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// The root key.
    #[error(transparent)]
    RootKey(#[from] root_key::RootKeyError),
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] master_key::MasterKeyError),
    /// Who may do what.
    #[error(transparent)]
    Access(#[from] access::AccessSetupError),
    /// The audit file.
    #[error("cannot write to the audit file: {0}; check log.audit_file")]
    Audit(std::io::Error),
}

/// The directory, opened: no server can start on it meanwhile.
pub(crate) struct Folder {
    admin: Admin,
    root: Principal,
    root_access_key_id: String,
}

impl Folder {
    /// Opens the directory that the configuration names. Answers what whoever opened it should be told.
    ///
    /// # Errors
    /// [`OfflineError`]
    pub(crate) async fn open(config: &Config) -> Result<(Self, Vec<String>), OfflineError> {
        let store = Store::open(&config.data_dir).await.map_err(|error| match error {
            StoreError::InUse { path } => OfflineError::InUse(path.display().to_string()),
            other => OfflineError::Store(other),
        })?;
        let (root_key, first_show) = root_key::open(config)?;
        let made = first_show
            .map(|first| format!("a root access key was made, and is kept in {}", first.file.display()));
        let root_access_key_id = root_key.access_key_id.clone();
        let is_needed = access::has_secrets(&store).await.map_err(OfflineError::Store)?;
        let master = Arc::new(master_key::open(config, is_needed)?);
        let (access, problems) = access::open(config, root_key, master, store).await?;
        let access = Arc::new(access);
        let told = made.into_iter().chain(problems.iter().map(ToString::to_string)).collect();
        let audit = Arc::new(AuditLog::open(config.log.audit_file.as_deref()).map_err(OfflineError::Audit)?);
        let region = config.region.clone();
        let admin = Admin::new(AdminParts { region, access, audit, random: entropy::bits });
        Ok((Self { admin, root: Principal::root(config.account_id), root_access_key_id }, told))
    }

    /// Carries out an operation of the admin API.
    ///
    /// # Errors
    /// As the server answers it.
    pub(crate) async fn call(&self, operation: &'static str, input: &Value) -> Result<Value, OperationError> {
        let Some(row) = admin_route("POST", &format!("/admin/{operation}")) else {
            return Err(OperationError::UnknownOperation);
        };
        let caller = Caller {
            principal: &self.root,
            access_key_id: &self.root_access_key_id,
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            is_secure: false,
            user_agent: None,
            request_id: "offline",
        };
        let body = input.to_string();
        let call = Call { caller, resource_arn: None, query: "", body: body.as_bytes(), now: clock::now() };
        let response = self.admin.run(row?, call).await?;
        serde_json::from_slice(&response.body)
            .map_err(|error| OperationError::InternalServer { cause: error.to_string() })
    }
}
