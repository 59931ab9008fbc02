//! What a process has used, from `/proc`. On systems without it nothing is readable, and that is said.

use std::fs::read_to_string;
use std::time::Duration;

/// What a process has used since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// Time that its threads computed, in user space and in the kernel.
    pub(super) cpu: Duration,
    /// Memory that it holds: the resident set.
    pub(super) resident_bytes: u64,
}

/// How to read one process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gauge {
    /// Its id; none for a process of another machine.
    pub(super) process_id: Option<u32>,
}

impl Gauge {
    /// What it has used until now; none where that cannot be read.
    pub(super) fn read(self) -> Option<Usage> {
        let process_id = self.process_id?;
        let stat = read_to_string(format!("/proc/{process_id}/stat")).ok()?;
        let statm = read_to_string(format!("/proc/{process_id}/statm")).ok()?;
        let (ticks, pages) = (parse_ticks(&stat)?, parse_resident_pages(&statm)?);
        Some(Usage {
            cpu: ticks_to_time(ticks, rustix::param::clock_ticks_per_second()),
            resident_bytes: pages.saturating_mul(u64::try_from(rustix::param::page_size()).ok()?),
        })
    }
}

/// The sum of `utime` and `stime`, fields 14 and 15. Source: proc_pid_stat(5); the name in parentheses may hold blanks
/// and parentheses.
fn parse_ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    user.checked_add(system)
}

/// `resident`, the second field. Source: proc_pid_statm(5).
fn parse_resident_pages(statm: &str) -> Option<u64> {
    statm.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn ticks_to_time(ticks: u64, per_second: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / per_second.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time() {
        let check = |stat: &str, ticks: Option<u64>| assert_eq!(parse_ticks(stat), ticks, "{stat}");
        check("7 (hubbub) S 1 7 7 0 -1 4194560 1200 0 3 0 250 17 0 0 20 0 9 0 52", Some(267));
        check("7 (a) b) (c) S 1 7 7 0 -1 4194560 1200 0 3 0 1 2 9 9", Some(3));
        check("7 (hubbub) S 1 7 7 0 -1 4194560 1200 0 3 0 250", None);
        check("7 (hubbub) S 1 7 7 0 -1 4194560 1200 0 3 0 x 17", None);
        check("", None);
        assert_eq!(ticks_to_time(267, 100), Duration::from_millis(2670));
    }

    #[test]
    fn memory() {
        assert_eq!(parse_resident_pages("5000 321 99 1 0 88 0\n"), Some(321));
        assert_eq!(parse_resident_pages("5000"), None);
        assert_eq!(parse_resident_pages(""), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_readable_and_one_that_is_none_is_not() {
        let own = Gauge { process_id: Some(std::process::id()) }.read().unwrap();
        assert!(own.resident_bytes > 100_000);
        assert_eq!(Gauge { process_id: None }.read(), None);
        assert_eq!(Gauge { process_id: Some(u32::MAX) }.read(), None);
    }
}
