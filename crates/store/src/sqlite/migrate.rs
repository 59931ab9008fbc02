//! Bringing a database to the format that this program knows. Formats are numbered from 1; each step makes one out of
//! the one before. A step that has been released is never edited: its checksum stands in every database it made.

use super::statement::{execute, failure, field, find_all, next};
use crate::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The steps, in order.
pub(super) const STEPS: &[&str] = &[
    include_str!("../../migrations/0001.sql"),
    include_str!("../../migrations/0002.sql"),
    include_str!("../../migrations/0003.sql"),
];

const CREATE_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS formats (version BIGINT PRIMARY KEY, checksum TEXT NOT NULL)";
const FORMATS: &str = "SELECT version, checksum FROM formats ORDER BY version";
const INSERT_FORMAT: &str = "INSERT INTO formats (version, checksum) VALUES ($1, $2)";

/// Runs the steps that the database has not seen, all or none of them.
///
/// # Errors
/// [`StoreError::NewerFormat`] for a database with more steps than `steps`, [`StoreError::Corrupt`] for one that was
/// made by other steps.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let immediate = TransactionBehavior::Immediate;
    let transaction = connection.transaction_with_behavior(immediate).map_err(failure)?;
    execute(&transaction, CREATE_TABLE, [])?;
    let done = done(&transaction)?;
    check(&done, steps)?;
    for (version, step) in (1_i64..).zip(steps).skip(done.len()) {
        transaction.execute_batch(step).map_err(failure)?;
        execute(&transaction, INSERT_FORMAT, (version, checksum(step)))?;
        tracing::info!(version, "the database has a new format");
    }
    transaction.commit().map_err(failure)
}

fn done(transaction: &Transaction<'_>) -> Result<Vec<(i64, String)>, StoreError> {
    find_all(transaction, FORMATS, [], |mut rows| {
        let mut done = Vec::new();
        while let Some(row) = next(&mut rows)? {
            done.push((field(row, 0)?, field(row, 1)?));
        }
        Ok(done)
    })
}

fn check(done: &[(i64, String)], steps: &[&str]) -> Result<(), StoreError> {
    let found = done.last().map_or(0, |(version, _)| *version);
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::NewerFormat { found, known });
    }
    for ((expected, step), (version, sum)) in (1_i64..).zip(steps).zip(done) {
        if *version != expected || *sum != checksum(step) {
            return Err(StoreError::corrupt(format!("format {expected} is not the one this version makes")));
        }
    }
    Ok(())
}

/// FNV-1a, 64 bits: it has to notice an edit, not an attack.
fn checksum(step: &str) -> String {
    let hash = step.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1);";
    const SECOND: &str = "ALTER TABLE a ADD COLUMN y BIGINT NOT NULL DEFAULT 7;";

    fn migrated(steps: &[&str]) -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, steps).unwrap();
        connection
    }

    fn sum(connection: &Connection) -> i64 {
        connection.query_row("SELECT sum(x + y) FROM a", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn steps_run_once_and_in_order() {
        let mut connection = migrated(&[FIRST]);
        for _ in 0..2 {
            migrate(&mut connection, &[FIRST, SECOND]).unwrap();
            assert_eq!(sum(&connection), 8);
        }
        assert_eq!(sum(&migrated(&[FIRST, SECOND])), 8);
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = migrated(&[FIRST, SECOND]);
        let error = migrate(&mut connection, &[FIRST]).unwrap_err();
        assert_eq!(error, StoreError::NewerFormat { found: 2, known: 1 });
        assert_eq!(sum(&connection), 8);
    }

    #[test]
    fn an_edited_step_is_noticed() {
        let mut connection = migrated(&[FIRST]);
        let edited = FIRST.replace('1', "2");
        assert!(matches!(migrate(&mut connection, &[&edited]), Err(StoreError::Corrupt { .. })));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing() {
        let mut connection = migrated(&[FIRST]);
        let broken = "CREATE TABLE b (x BIGINT); CREATE TABLE a (x BIGINT);";
        assert!(migrate(&mut connection, &[FIRST, broken]).is_err());
        migrate(&mut connection, &[FIRST, SECOND, "CREATE TABLE b (x BIGINT);"]).unwrap();
        assert_eq!(sum(&connection), 8);
    }
}
