//! The page that says what is compatible, against the table that the server runs: it cannot promise another operation,
//! path, status, rate or verification than there is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

use control::{OPERATIONS, OperationRow};
use model::{OperationName, Quotas};

const PAGE: &str = include_str!("../../../docs/compatibility.md");
const HEADING: &str = "| Operation | Method | Path | Success | Rate | Errors that AWS declares | Notes |";

/// The rows of the operation table, cell by cell.
fn rows() -> Vec<Vec<&'static str>> {
    let mut lines = PAGE.lines().skip_while(|line| *line != HEADING).skip(2);
    let table = lines.by_ref().take_while(|line| line.starts_with('|'));
    table.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn promised(cells: &[&'static str]) -> (String, String, String, u16, u32, bool) {
    let [name, method, path, status, rate, errors, _notes] = cells else { panic!("{cells:?}") };
    let declares = errors.split(", ").any(|error| error == "PendingVerification");
    let number = |cell: &str| cell.parse::<u32>().unwrap_or_else(|error| panic!("{name}: {cell}: {error}"));
    let status = u16::try_from(number(status)).unwrap();
    ((*name).into(), (*method).into(), (*path).into(), status, number(rate), declares)
}

fn kept(row: &OperationRow) -> (String, String, String, u16, u32, bool) {
    let rate = Quotas::aws().call_rate(row.name).get().unwrap();
    let name = row.name.as_str().into();
    (name, row.method.into(), row.path.into(), row.success_status, rate, row.needs_verification)
}

#[test]
fn the_page_promises_every_operation_once_and_as_it_is() {
    let promised: Vec<_> = rows().iter().map(|cells| promised(cells)).collect();
    let kept: Vec<_> = OPERATIONS.iter().map(kept).collect();
    assert_eq!(promised.len(), OperationName::ALL.len());
    assert_eq!(promised, kept);
}
