//! Numbers as a person reads them.

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three significant digits, more before the point: `0.123`, `1.23`, `12.3`, `123`, `1,235`.
pub(super) fn significant(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        ..0.9995 => format!("{number:.3}"),
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => grouped(number.round() as u64),
    }
}

/// Microseconds as milliseconds, `1.23 ms`.
pub(super) fn ms(us: u64) -> String {
    format!("{} ms", significant(us as f64 / 1000.0))
}

/// A part as percents, `97 %`; never 100 % unless it is all.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).floor())
}

/// Bytes as `890 B`, `3.10 KiB` or `1.20 MiB`.
pub(super) fn bytes(count: f64) -> String {
    match count {
        ..1024.0 => format!("{count:.0} B"),
        ..1_048_576.0 => format!("{} KiB", significant(count / 1024.0)),
        _ => format!("{} MiB", significant(count / 1_048_576.0)),
    }
}

/// A count with its noun: `1 room`, `1,000 rooms`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |number: u64, text: &str| assert_eq!(grouped(number), text);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(1_234_567, "1,234,567");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }

    #[test]
    fn three_digits_count() {
        let check = |number: f64, text: &str| assert_eq!(significant(number), text, "{number}");
        check(0.0, "0");
        check(0.0004, "0.000");
        check(0.1234, "0.123");
        check(0.9996, "1.00");
        check(1.0, "1.00");
        check(9.994, "9.99");
        check(9.996, "10.0");
        check(99.96, "100");
        check(1234.5, "1,235");
    }

    #[test]
    fn units() {
        assert_eq!([ms(0), ms(83), ms(1234), ms(1_500_000)], ["0 ms", "0.083 ms", "1.23 ms", "1,500 ms"]);
        assert_eq!(
            [percent(0.0), percent(0.976), percent(0.999), percent(1.0)],
            ["0 %", "97 %", "99 %", "100 %"]
        );
        assert_eq!([bytes(890.0), bytes(3174.4), bytes(1_258_291.2)], ["890 B", "3.10 KiB", "1.20 MiB"]);
        assert_eq!([counted(1, "room"), counted(2000, "room")], ["1 room", "2,000 rooms"]);
    }
}
