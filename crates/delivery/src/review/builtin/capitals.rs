//! SHOUTING: a large share of capitals.

/// How many capitals may be.
#[derive(Debug)]
pub(super) struct Capitals {
    pub(super) percent: u32,
    pub(super) least_letters: u32,
}

impl Capitals {
    /// Whether more than so many in a hundred of the letters that have a case are capitals.
    pub(super) fn are_too_many(&self, content: &str) -> bool {
        let (mut capitals, mut letters) = (0_u64, 0_u64);
        for char in content.chars() {
            let is_capital = char.is_uppercase();
            capitals += u64::from(is_capital);
            letters += u64::from(is_capital || char.is_lowercase());
        }
        letters >= u64::from(self.least_letters) && capitals * 100 > letters * u64::from(self.percent)
    }
}

/// The text in small letters; what has no small letter of one character stays.
pub(super) fn lowered(content: &str) -> String {
    let lower = |char: char| {
        let mut lower = char.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(lower), None) => lower,
            _ => char,
        }
    };
    content.chars().map(lower).collect()
}
