//! ARNs with wildcards, as a mapping names them. Knows no handler.

use model::ReviewHandlerUri;

/// How long a pattern may be, in characters; an ARN has 170 at most.
const MAX_LENGTH: usize = 256;

/// An ARN in which `*` stands for any characters, none included, and `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArnPattern(Box<str>);

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
        (is_short && is_arn).then(|| Self(text.into()))
    }

    /// Whether the whole ARN fits. One pass that goes back to the last `*` only: time is the product of both lengths
    /// at most.
    pub(super) fn fits(&self, arn: &str) -> bool {
        let (mut pattern, mut text) = (self.0.as_ref(), arn);
        let mut star: Option<(&str, &str)> = None;
        loop {
            let (wanted, found) = (pattern.chars().next(), text.chars().next());
            match (wanted, found) {
                (Some('*'), _) => {
                    pattern = rest(pattern);
                    star = Some((pattern, text));
                }
                (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                    (pattern, text) = (rest(pattern), rest(text));
                }
                (None, None) => return true,
                _ => {
                    let Some((after, from)) = star.filter(|(_, from)| !from.is_empty()) else { return false };
                    (pattern, text) = (after, rest(from));
                    star = Some((after, text));
                }
            }
        }
    }
}

fn rest(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
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

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = ArnPattern::parse(&format!("arn:aws:lambda:{}b", "*a".repeat(100))).unwrap();
        assert!(!pattern.fits(&format!("arn:aws:lambda:{}", "a".repeat(10_000))));
    }
}
