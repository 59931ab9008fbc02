//! An audit that remembers what was written down.

use control::{Audit, AuditLine};
use std::sync::Mutex;

#[derive(Default)]
pub(crate) struct WrittenAudit(Mutex<Vec<String>>);

impl Audit for WrittenAudit {
    fn note(&self, line: &AuditLine<'_>) {
        let AuditLine { request_id, principal, source_ip, action, resource, .. } = *line;
        let outcome = line.refused_by.unwrap_or("allowed");
        let text = format!("{request_id} {principal} {source_ip} {action} {resource}: {outcome}");
        self.0.lock().unwrap().push(text);
    }
}

impl WrittenAudit {
    /// What was written since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
