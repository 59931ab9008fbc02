//! Times as they are typed, and the span that records must lie in.

use crate::cli::error::CliError;
use delivery::LogFile;
use jiff::SignedDuration;
use model::Timestamp;

/// A hundred years.
const MOST_SECONDS: i64 = 100 * 366 * 86_400;
/// A clock may have been set back by so much after a file was written.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(1);

/// A time as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// So long before now.
    Ago(SignedDuration),
    /// Then.
    At(Timestamp),
}

impl When {
    /// Parses `30s`, `10m`, `2h`, `3d`, or a time of RFC 3339.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(seconds) = seconds(text) {
            return Ok(Self::Ago(SignedDuration::from_secs(seconds)));
        }
        let expected = "expected how long ago, such as 30s, 10m, 2h or 3d, or a time with its zone, such as \
                        2026-11-21T16:00:00Z or 2026-11-21T17:00:00+01:00";
        text.parse().map(Self::At).map_err(|_| expected.to_owned())
    }

    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.checked_sub(span).unwrap_or(Timestamp::MIN),
            Self::At(at) => at,
        }
    }
}

/// A whole number with its unit.
fn seconds(text: &str) -> Option<i64> {
    let digits = text.find(|char: char| !char.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let seconds_per_unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<i64>().ok()?.checked_mul(seconds_per_unit)?;
    (seconds <= MOST_SECONDS).then_some(seconds)
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Not before.
    pub(super) since: Option<Timestamp>,
    /// Before.
    pub(super) until: Option<Timestamp>,
}

impl Window {
    /// The window that was asked for; an empty one was asked for by mistake.
    pub(super) fn new(since: Option<When>, until: Option<When>, now: Timestamp) -> Result<Self, CliError> {
        let (since, until) = (since.map(|it| it.at(now)), until.map(|it| it.at(now)));
        if since.zip(until).is_some_and(|(since, until)| since >= until) {
            return Err(CliError::Usage("--since must be a time before that of --until".to_owned()));
        }
        Ok(Self { since, until })
    }

    /// Whether a record of this time is asked for.
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether a file may have such a record: what was said after its last change is not in it.
    pub(super) fn may_hold(&self, file: &LogFile) -> bool {
        self.may_overlap(file.begins_at(), file.changed_at())
    }

    fn may_overlap(&self, begins_at: Option<Timestamp>, changed_at: Option<Timestamp>) -> bool {
        let ends_before = |since: Timestamp| {
            changed_at.is_some_and(|at| at.checked_add(CLOCK_SLACK).is_ok_and(|at| at < since))
        };
        let begins_after = |until: Timestamp| begins_at.is_some_and(|at| until <= at);
        !self.since.is_some_and(ends_before) && !self.until.is_some_and(begins_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times() {
        let now = at("2026-11-21T16:00:00Z");
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(When::parse(text).ok().map(|when| when.at(now)), expected.map(at), "{text}");
        };
        check("30s", Some("2026-11-21T15:59:30Z"));
        check("10m", Some("2026-11-21T15:50:00Z"));
        check("2h", Some("2026-11-21T14:00:00Z"));
        check("3d", Some("2026-11-18T16:00:00Z"));
        check("0s", Some("2026-11-21T16:00:00Z"));
        check("2026-11-21T16:04:31.894Z", Some("2026-11-21T16:04:31.894Z"));
        check("2026-11-21T17:00:00+01:00", Some("2026-11-21T16:00:00Z"));
        for wrong in [
            "",
            "10",
            "m",
            "-1h",
            "1.5h",
            " 1h",
            "1h30m",
            "1w",
            "é",
            "99999999999999999999d",
            "9999999d",
            "2026-11-21",
            "2026-11-21T16:00:00",
            "now",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_window_holds_its_beginning_and_not_its_end() {
        let (ten, eleven) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T11:00:00Z"));
        let now = at("2026-11-21T12:00:00Z");
        let window = |since, until| Window::new(Some(since), Some(until), now);
        let hour = window(When::Ago(SignedDuration::from_hours(2)), When::At(eleven)).unwrap();
        assert!(hour.holds(ten) && !hour.holds(eleven) && !hour.holds(at("2026-11-21T09:59:59.999Z")));
        for since in [eleven, now] {
            assert!(window(When::At(since), When::At(eleven)).is_err(), "{since}");
        }
        let none = Window::new(None, None, now).unwrap();
        assert!(none.holds(Timestamp::MIN) && none.may_overlap(Some(now), Some(ten)));
    }

    #[test]
    fn a_file_that_cannot_have_a_record_of_the_window_is_not_read() {
        let (since, until) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T11:00:00Z"));
        let window = Window { since: Some(since), until: Some(until) };
        let check = |begins_at: Option<&str>, changed_at: Option<&str>, expected: bool| {
            assert_eq!(window.may_overlap(begins_at.map(at), changed_at.map(at)), expected);
        };
        check(None, None, true);
        check(Some("2026-11-20T00:00:00Z"), Some("2026-11-21T10:30:00Z"), true);
        check(Some("2026-11-21T11:00:00Z"), None, false);
        check(Some("2026-11-21T10:59:00Z"), None, true);
        check(None, Some("2026-11-21T08:59:59Z"), false);
        check(None, Some("2026-11-21T09:00:00Z"), true);
    }
}
