//! File descriptors: how many a crowd takes, and whether this process may have them. The own server inherits the
//! limit, and takes as many.

use super::error::BenchError;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Beside the crowd: 64 connections to the control plane, two for each of up to 64 threads, and 64 for files and the
/// runtime.
const SPARE: u64 = 256;

/// Raises the soft limit to the hard one, and refuses if that is too low for so many connections.
///
/// # Errors
/// [`BenchError::Descriptors`]
pub(super) fn secure(connections: u64) -> Result<(), BenchError> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Where the system does not allow it, the limit that stays is the one that counts.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    check(connections, getrlimit(Resource::Nofile).current)
}

/// `limit` is none where there is no limit.
fn check(connections: u64, limit: Option<u64>) -> Result<(), BenchError> {
    let needed = connections.saturating_add(SPARE);
    match limit {
        Some(limit) if limit < needed => Err(BenchError::Descriptors { needed, limit }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_too_low_is_named_with_what_is_needed() {
        assert!(check(1000, Some(1256)).is_ok());
        assert!(check(u64::MAX, None).is_ok());
        let said = check(20_000, Some(20_000)).unwrap_err().to_string();
        for part in ["20,256 file", "is 20,000", "`ulimit -n 20256`", "LimitNOFILE=20256", "limits.conf"] {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn what_this_process_may_have_is_enough_for_a_few() {
        secure(10).unwrap();
    }
}
