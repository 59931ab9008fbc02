//! Spans of time and rates as they are typed. Knows no scenario.

use std::time::Duration;

/// A sender's session ends after three hours, and it must outlast connecting too.
const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);
/// Below it there is nothing to measure.
const SHORTEST: Duration = Duration::from_millis(100);
/// The most messages a second that a room may be given. Source: API reference, `maximumMessageRatePerSecond`.
const RATE_MAX: f64 = 100.0;
/// One message in a hundred seconds.
const RATE_MIN: f64 = 0.01;

/// Parses a whole number with its unit: `500ms`, `30s`, `2m`, `1h`; from 100 ms to two hours.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let expected = || "expected a whole number with its unit, such as 500ms, 30s, 2m or 1h".to_owned();
    let digits = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).ok_or_else(expected)?;
    let number: u64 = number.parse().map_err(|_| expected())?;
    let ms_per_unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(expected()),
    };
    let duration = Duration::from_millis(number.saturating_mul(ms_per_unit));
    if (SHORTEST..=LONGEST).contains(&duration) {
        Ok(duration)
    } else {
        Err("it may be 100ms to 2h".to_owned())
    }
}

/// Parses messages a second of one room: `10`, `0.5`; from 0.01 to 100.
pub(super) fn parse_rate(text: &str) -> Result<f64, String> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let rate: f64 = text.parse().ok().filter(|_| is_plain).ok_or("expected a number such as 10 or 0.5")?;
    if rate > RATE_MAX {
        return Err(
            "a room takes at most 100 messages a second (maximumMessageRatePerSecond of the API); for \
                    more, spread them over rooms with `hubbub bench rooms`"
                .to_owned(),
        );
    }
    if rate < RATE_MIN {
        return Err("expected at least 0.01, one message in a hundred seconds".to_owned());
    }
    Ok(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |text: &str, ms: Option<u64>| {
            assert_eq!(parse(text).ok(), ms.map(Duration::from_millis), "{text}");
        };
        check("500ms", Some(500));
        check("30s", Some(30_000));
        check("2m", Some(120_000));
        check("2h", Some(7_200_000));
        check("100ms", Some(100));
        for wrong in [
            "",
            "30",
            "s",
            "1.5s",
            "-1s",
            "+1s",
            " 1s",
            "1 s",
            "1S",
            "1d",
            "1m30s",
            "99ms",
            "0s",
            "121m",
            "3h",
            "99999999999999999h",
            "99999999999999999999s",
            "é",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn rates() {
        let check = |text: &str, rate: Option<f64>| assert_eq!(parse_rate(text).ok(), rate, "{text}");
        check("1", Some(1.0));
        check("100", Some(100.0));
        check("0.25", Some(0.25));
        for wrong in ["", ".", "0", "0.001", "-1", "+1", "1e1", "inf", "NaN", "100.1", "ten"] {
            check(wrong, None);
        }
        assert!(parse_rate("101").unwrap_err().contains("maximumMessageRatePerSecond"));
    }
}
