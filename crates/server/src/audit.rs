//! The audit: one line for each decision of the policies, in the log's target `audit` and, if configured, in a file of
//! its own, JSON by the line.
//!
//! A line is in the file, as far as the system is concerned, before its request is answered. If the file cannot be
//! written, requests go on: the lines that are lost are counted, and the log says so once.

use control::{Audit, AuditLine};
use model::{Now, Rate, RateLimiter};
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The target of audit lines in the log.
pub(crate) const TARGET: &str = "audit";

/// Writes decisions down.
pub(crate) struct AuditLog {
    file: Option<AuditFile>,
    lost: AtomicU64,
    is_failing: AtomicBool,
    /// How many lines of those who could not be authenticated are written, and how many were not.
    turned_away: Mutex<(RateLimiter, u64)>,
}

/// Lines a second of those who could not be authenticated: anybody can make as many as they like.
const TURNED_AWAY: u32 = 5;

struct AuditFile {
    path: PathBuf,
    open: Mutex<File>,
}

/// A line as the file has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileLine<'a> {
    time: String,
    request_id: &'a str,
    account_id: String,
    principal: &'a str,
    access_key_id: &'a str,
    source_ip: String,
    action: &'a str,
    resource: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_by: Option<&'a str>,
}

impl AuditLog {
    /// Opens the file, if there is to be one.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = match path {
            Some(path) => Some(AuditFile { path: path.to_owned(), open: Mutex::new(append_to(path)?) }),
            None => None,
        };
        let (lost, is_failing) = (AtomicU64::new(0), AtomicBool::new(false));
        Ok(Self { file, lost, is_failing, turned_away: Mutex::default() })
    }

    /// Opens the file anew, after it was moved away by who rotates logs.
    ///
    /// # Errors
    /// What the system says; then the old file is written on.
    pub(crate) fn reopen(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let new = append_to(&file.path)?;
        *file.open.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Tells of a request whose signature was refused: not more than a few a second, with how many were not told.
    pub(crate) fn turned_away(&self, error: &str, source_ip: IpAddr, request_id: &str, now: Now) {
        let mut told = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        let (limiter, untold) = &mut *told;
        if !limiter.admit(Rate::per_second(TURNED_AWAY), now.monotonic) {
            *untold += 1;
            return;
        }
        let untold = std::mem::take(untold);
        drop(told);
        tracing::warn!(target: TARGET, request_id, %source_ip, error, untold, "not authenticated");
    }

    /// How many lines could not be written to the file.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn write(&self, file: &AuditFile, line: &AuditLine<'_>) -> io::Result<()> {
        let line = FileLine {
            time: line.at.to_string(),
            request_id: line.request_id,
            account_id: line.account.to_string(),
            principal: line.principal,
            access_key_id: line.access_key_id,
            source_ip: line.source_ip.to_canonical().to_string(),
            action: line.action,
            resource: line.resource,
            allowed: line.refused_by.is_none(),
            refused_by: line.refused_by,
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        // In one piece: what is appended in one write stands in one line, whoever else writes.
        file.open.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text)
    }
}

impl Audit for AuditLog {
    fn note(&self, line: &AuditLine<'_>) {
        let AuditLine { request_id, principal, access_key_id, source_ip, action, resource, .. } = *line;
        match line.refused_by {
            None => {
                tracing::info!(target: TARGET, request_id, principal, access_key_id, %source_ip, action, resource,
                    "allowed");
            }
            Some(by) => {
                tracing::warn!(target: TARGET, request_id, principal, access_key_id, %source_ip, action, resource, by,
                    "refused");
            }
        }
        let Some(file) = &self.file else { return };
        match self.write(file, line) {
            Ok(()) => self.is_failing.store(false, Ordering::Relaxed),
            Err(error) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                if !self.is_failing.swap(true, Ordering::Relaxed) {
                    let path = file.path.display();
                    tracing::error!(%path, %error, "audit lines are lost; this is said once until one is written");
                }
            }
        }
    }
}

/// Its owner's alone, and only ever appended to.
fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, Timestamp};
    use serde_json::{Value, json};
    use std::fs;

    fn note(log: &AuditLog, resource: &str, refused_by: Option<&str>) {
        log.note(&AuditLine {
            at: Timestamp::UNIX_EPOCH,
            request_id: "r",
            account: AccountId::parse("123456789012").unwrap(),
            principal: "arn:aws:iam::123456789012:user/ann",
            access_key_id: "AKIA",
            source_ip: "::ffff:10.0.0.1".parse().unwrap(),
            action: "ivschat:GetRoom",
            resource,
            refused_by,
        });
    }

    fn lines(path: &Path) -> Vec<Value> {
        fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn each_decision_is_a_line_and_a_moved_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("audit.log"), folder.path().join("audit.log.1"));
        let log = AuditLog::open(Some(&path)).unwrap();
        note(&log, "a\nb", None);
        let expected = json!({
            "time": "1970-01-01T00:00:00Z", "requestId": "r", "accountId": "123456789012",
            "principal": "arn:aws:iam::123456789012:user/ann", "accessKeyId": "AKIA", "sourceIp": "10.0.0.1",
            "action": "ivschat:GetRoom", "resource": "a\nb", "allowed": true,
        });
        assert_eq!(lines(&path), [expected]);
        fs::rename(&path, &moved).unwrap();
        note(&log, "c", Some("it"));
        log.reopen().unwrap();
        note(&log, "d", None);
        assert_eq!((lines(&moved).len(), lines(&path).len()), (2, 1));
        assert_eq!(
            (&lines(&moved)[1]["allowed"], &lines(&moved)[1]["refusedBy"]),
            (&json!(false), &json!("it"))
        );
        // Who opens it again writes on.
        note(&AuditLog::open(Some(&path)).unwrap(), "e", None);
        assert_eq!((lines(&path).len(), log.lost()), (2, 0));
    }

    #[test]
    fn what_cannot_be_written_is_counted() {
        let log = AuditLog::open(Some(Path::new("/dev/full"))).unwrap();
        note(&log, "a", None);
        note(&log, "b", None);
        assert_eq!(log.lost(), 2);
        assert!(AuditLog::open(Some(Path::new("/nowhere/audit.log"))).is_err());
    }
}
