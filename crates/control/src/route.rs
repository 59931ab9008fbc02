//! From a method and a path to a row of the operation table. Knows paths, not what is behind them.
//!
//! The path is compared as it was received: `/./CreateRoom`, `//CreateRoom` and `/%43reateRoom` are no operation's.

use crate::OperationError;
use crate::table::{OPERATIONS, OperationRow};

/// Which operation a request is for.
#[derive(Debug, Clone, Copy)]
pub struct Route<'p> {
    /// The operation.
    pub row: &'static OperationRow,
    /// The resource's ARN, still percent-encoded, where the path has one.
    pub resource_arn: Option<&'p str>,
}

/// Finds the operation for `method` and `raw_path` (without the query).
///
/// # Errors
/// [`OperationError::UnknownOperation`] for an unknown path, [`OperationError::MethodNotAllowed`] for another method
/// on a known one.
pub fn route<'p>(method: &str, raw_path: &'p str) -> Result<Route<'p>, OperationError> {
    let mut known = false;
    for row in &OPERATIONS {
        let Some(resource_arn) = matched(row.path, raw_path) else { continue };
        if row.method == method {
            return Ok(Route { row, resource_arn });
        }
        known = true;
    }
    Err(if known { OperationError::MethodNotAllowed } else { OperationError::UnknownOperation })
}

/// Whether the path is the template's, and what stands for the label at the template's end.
fn matched<'p>(template: &str, path: &'p str) -> Option<Option<&'p str>> {
    match template.strip_suffix("{resourceArn}") {
        None => (template == path).then_some(None),
        Some(prefix) => {
            let label = path.strip_prefix(prefix)?;
            (!label.is_empty() && !label.contains('/')).then_some(Some(label))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::OperationName;

    #[test]
    fn every_operation_is_found_by_its_own_path() {
        for name in OperationName::ALL {
            let row = OPERATIONS.iter().find(|row| row.name == *name).unwrap();
            let path = row.path.replace("{resourceArn}", "arn%3Aaws");
            let found = route(row.method, &path).unwrap();
            assert_eq!(found.row.name, *name);
            assert_eq!(found.resource_arn.is_some(), path.starts_with("/tags/"));
        }
    }

    #[test]
    fn only_the_exact_path_is_known() {
        for path in [
            "",
            "/",
            "/createroom",
            "/CreateRoom/",
            "/./CreateRoom",
            "//CreateRoom",
            "/%43reateRoom",
            "CreateRoom",
            "/CreateRoom?x",
            "/tags",
            "/tags/",
            "/tags/a/b",
            "/x/tags/a",
        ] {
            assert_eq!(route("POST", path).unwrap_err(), OperationError::UnknownOperation, "{path}");
        }
    }

    #[test]
    fn another_method_is_told_apart() {
        for (method, path) in [("GET", "/CreateRoom"), ("post", "/CreateRoom"), ("PUT", "/tags/a")] {
            assert_eq!(route(method, path).unwrap_err(), OperationError::MethodNotAllowed, "{method} {path}");
        }
    }
}
