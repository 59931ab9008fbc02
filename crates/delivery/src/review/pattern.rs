//! ARNs with wildcards, as a mapping names them. Knows no handler.

use crate::wildcards::Wildcards;
use model::ReviewHandlerUri;

/// How long a pattern may be, in characters; an ARN has 170 at most.
const MAX_LENGTH: usize = 256;

/// An ARN in which `*` stands for any characters, none included, and `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArnPattern(Wildcards);

impl ArnPattern {
    /// Parses a pattern. One without wildcards must be a function's ARN, one with them must at least begin like one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_short = text.chars().count() <= MAX_LENGTH;
        let is_arn = match text.find(['*', '?']) {
            None => !text.is_empty() && ReviewHandlerUri::parse(text).is_ok(),
            Some(at) => {
                let fixed = text.get(..at).unwrap_or_default();
                const START: &str = "arn:aws:lambda:";
                START.starts_with(fixed) || fixed.starts_with(START)
            }
        };
        (is_short && is_arn).then(|| Self(Wildcards::new(text)))
    }

    /// Whether the whole ARN fits.
    pub(super) fn fits(&self, arn: &str) -> bool {
        self.0.fits(arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:us-west-2:123456789012:function:moderate";

    #[test]
    fn wildcards_stand_for_any_characters_and_for_one() {
        let check = |pattern: &str, fits: bool| {
            assert_eq!(ArnPattern::parse(pattern).unwrap().fits(ARN), fits, "{pattern}");
        };
        check(ARN, true);
        check("*", true);
        check("arn:*", true);
        check("arn:aws:lambda:*:123456789012:function:moderate", true);
        check("arn:aws:lambda:us-west-?:*:function:mod*", true);
        check("arn:aws:lambda:*function*ate", true);
        check("arn:aws:lambda:*e", true);
        check("arn:aws:lambda:us-west-2:123456789012:function:moderate*", true);
        check("arn:aws:lambda:us-west-2:123456789012:function:moderate?", false);
        check("arn:aws:lambda:us-west-2:123456789012:function:moderat", false);
        check("arn:aws:lambda:us-west-2:123456789012:function:moderate:1", false);
        check("arn:aws:lambda:us-east-?:*", false);
        check("arn:aws:lambda:*x", false);
        check("arn:aws:lambda:?", false);
    }

    #[test]
    fn what_can_fit_no_function_is_no_pattern() {
        for wrong in ["", "moderate", "arn:aws:s3:::*", "http://*", "arn:aws:lambda:us-west-2:1:function:f"] {
            assert_eq!(ArnPattern::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ArnPattern::parse(&format!("arn:aws:lambda:{}", "*".repeat(300))), None);
    }
}
