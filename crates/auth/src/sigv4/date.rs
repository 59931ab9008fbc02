//! The date of a signature: ISO 8601's basic form, or HTTP's own in the `Date` header. It knows no clock.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use jiff::tz::Offset;
use model::Timestamp;
use std::fmt;

/// A moment to the second, with the text that goes into the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningDate {
    text: String,
    pub(crate) at: Timestamp,
}

impl SigningDate {
    /// The date of a signature made now.
    pub(crate) fn of(at: Timestamp) -> Self {
        Self { text: at.strftime("%Y%m%dT%H%M%SZ").to_string(), at }
    }

    /// Reads `YYYYMMDDTHHMMSSZ`, and nothing else.
    pub(crate) fn parse_basic(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('Z').filter(|rest| rest.len() == 15)?;
        let (day, time) = digits.split_once('T').filter(|(day, _)| day.len() == 8)?;
        let number = |text: &str, from: usize, to: usize| {
            let digits = text.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i16>().ok())?
        };
        let small = |text: &str, from: usize| number(text, from, from + 2).and_then(|n| i8::try_from(n).ok());
        let (month, date) = (small(day, 4)?, small(day, 6)?);
        let (hour, minute, second) = (small(time, 0)?, small(time, 2)?, small(time, 4)?);
        let civil = DateTime::new(number(day, 0, 4)?, month, date, hour, minute, second, 0).ok()?;
        Some(Self { text: text.to_owned(), at: Offset::UTC.to_timestamp(civil).ok()? })
    }

    /// Reads HTTP's IMF-fixdate (RFC 9110, section 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub(crate) fn parse_http(text: &str) -> Option<Self> {
        const LENGTH: usize = 29;
        let text = Some(text).filter(|text| text.len() == LENGTH)?;
        let at = DateTimeParser::new().parse_timestamp(text).ok()?;
        // The parser takes all of RFC 2822; what it prints again is the one form that HTTP allows.
        let printed = DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()?;
        (printed == text).then(|| Self::of(at))
    }

    /// The day of the credential scope, `YYYYMMDD`.
    pub(crate) fn day(&self) -> &str {
        self.text.get(..8).unwrap_or_default()
    }

    /// `YYYYMMDDTHHMMSSZ`
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for SigningDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_basic_form_is_read() {
        let date = SigningDate::parse_basic("20150830T123600Z").unwrap();
        assert_eq!(date.at, "2015-08-30T12:36:00Z".parse().unwrap());
        assert_eq!((date.day(), SigningDate::of(date.at)), ("20150830", date.clone()));
        for wrong in [
            "",
            "Z",
            "20150830T123600",
            "20150830 123600Z",
            "2015-08-30T12:36:00Z",
            "20150230T123600Z",
            "20150830T243600Z",
            "20150830T123660Z",
            "+0150830T123600Z",
            "20150830T1236é0Z",
            "20150830T12360éZ",
            "é150830T1236000Z",
        ] {
            assert_eq!(SigningDate::parse_basic(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_http_s_form_is_read_besides() {
        let date = SigningDate::parse_http("Sun, 30 Aug 2015 12:36:00 GMT").unwrap();
        assert_eq!(date.as_str(), "20150830T123600Z");
        for wrong in [
            "Mon, 30 Aug 2015 12:36:00 GMT",
            "Sun, 30 Aug 2015 12:36:00 UTC",
            "Sun, 30 Aug 2015 14:36 +0200 ",
            "Sunday, 30-Aug-15 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
        ] {
            assert_eq!(SigningDate::parse_http(wrong), None, "{wrong}");
        }
    }
}
