//! How long a destination is left alone that did not take something. Pure.

use super::batch::SinkError;
use std::time::Duration;

/// How long a destination is left alone: from the first pause to the longest, each twice the one before, the second
/// half of each by lot.
#[derive(Debug, Clone, Copy)]
pub struct BackOff {
    /// After what may pass by itself.
    pub passing: (Duration, Duration),
    /// After what somebody has to put right.
    pub refused: (Duration, Duration),
}

impl Default for BackOff {
    fn default() -> Self {
        Self {
            passing: (Duration::from_millis(500), Duration::from_secs(30)),
            refused: (Duration::from_secs(15), Duration::from_secs(300)),
        }
    }
}

impl BackOff {
    /// The pause after so many failures in a row.
    pub(super) fn pause(&self, error: &SinkError, failures: u32, random: u128) -> Duration {
        let (first, last) = if matches!(error, SinkError::Passing(_)) { self.passing } else { self.refused };
        let whole = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(last);
        let half = whole / 2;
        half + half * u32::try_from(random % 1_001).unwrap_or_default() / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_half_of_each_is_by_lot() {
        let back_off = BackOff::default();
        let passing = SinkError::Passing("".into());
        let check = |error: &SinkError, failures: u32, least_ms: u64, most_ms: u64| {
            assert_eq!(back_off.pause(error, failures, 0), Duration::from_millis(least_ms), "{failures}");
            assert_eq!(back_off.pause(error, failures, 1_000), Duration::from_millis(most_ms), "{failures}");
        };
        check(&passing, 1, 250, 500);
        check(&passing, 3, 1_000, 2_000);
        check(&passing, 100, 15_000, 30_000);
        for refusal in [SinkError::NotFound("".into()), SinkError::AccessDenied("".into())] {
            check(&refusal, 1, 7_500, 15_000);
            check(&refusal, u32::MAX, 150_000, 300_000);
        }
    }
}
