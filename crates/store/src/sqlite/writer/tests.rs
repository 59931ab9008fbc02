//! One commit for many, and what a failure takes with it.

use super::{Acknowledge, Job, Writer, commit_together, in_savepoint};
use crate::StoreError;
use crate::sqlite::statement::execute;
use rusqlite::Connection;
use std::sync::mpsc;

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE t (x BIGINT PRIMARY KEY)").unwrap();
    connection
}

fn rows(connection: &Connection) -> Vec<i64> {
    let mut statement = connection.prepare("SELECT x FROM t ORDER BY x").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A job that runs these statements one after the other, and tells what came of it.
fn job(statements: &[&'static str], outcomes: &mpsc::Sender<bool>) -> Job {
    let (statements, outcomes) = (statements.to_vec(), outcomes.clone());
    Box::new(move |connection| -> Acknowledge {
        let outcome = in_savepoint(connection, |database| {
            statements.iter().try_for_each(|statement| execute(database, statement, []).map(|_| ()))
        });
        Box::new(move |committed| outcomes.send(committed.is_ok() && outcome.is_ok()).unwrap())
    })
}

fn check(batch: &[&[&'static str]], expected: &[bool], left: &[i64]) {
    let mut connection = database();
    let (sender, outcomes) = mpsc::channel();
    commit_together(&mut connection, batch.iter().map(|statements| job(statements, &sender)).collect());
    drop(sender);
    assert_eq!(outcomes.iter().collect::<Vec<_>>(), expected);
    assert_eq!(rows(&connection), left);
    assert!(connection.is_autocommit(), "a transaction was left open");
}

const ONE: &str = "INSERT INTO t VALUES (1)";
const TWO: &str = "INSERT INTO t VALUES (2)";
const THREE: &str = "INSERT INTO t VALUES (3)";

#[test]
fn a_failure_takes_its_own_changes_only() {
    check(&[&[ONE], &[TWO, ONE], &[THREE]], &[true, false, true], &[1, 3]);
}

#[test]
fn a_lost_transaction_is_acknowledged_to_nobody() {
    // As SQLite does by itself on a full disk.
    check(&[&[ONE], &["ROLLBACK"], &[THREE]], &[false, false, false], &[]);
}

#[test]
fn a_panic_takes_its_own_changes_only() {
    let mut connection = database();
    let (sender, outcomes) = mpsc::channel();
    let panics: Job = Box::new(|connection| {
        let _ = in_savepoint::<(), StoreError>(connection, |database| {
            execute(database, TWO, [])?;
            panic!("on purpose")
        });
        Box::new(|_| ())
    });
    commit_together(&mut connection, vec![job(&[ONE], &sender), panics, job(&[THREE], &sender)]);
    assert_eq!(outcomes.try_iter().collect::<Vec<_>>(), [true, true]);
    assert_eq!(rows(&connection), [1, 3]);
}

#[tokio::test]
async fn a_commit_that_fails_is_told() {
    let connection = database();
    connection.execute_batch("PRAGMA query_only = ON").unwrap();
    let writer = Writer::start(connection).unwrap();
    let refused = writer.write(|database| execute(database, ONE, [])).await;
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
    writer.check_alive().unwrap();
}
