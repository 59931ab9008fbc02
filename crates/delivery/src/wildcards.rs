//! Texts with wildcards. Knows not what they name.

/// A text in which `*` stands for any characters, none included, and `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wildcards(Box<str>);

impl Wildcards {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether the whole text fits. One pass that goes back to the last `*` only: time is the product of both lengths
    /// at most.
    pub(crate) fn fits(&self, text: &str) -> bool {
        let (mut pattern, mut text) = (self.0.as_ref(), text);
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

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = Wildcards::new(&format!("{}b", "*a".repeat(100)));
        assert!(!pattern.fits(&"a".repeat(10_000)));
        assert!(pattern.fits(&format!("{}b", "a".repeat(10_000))));
    }
}
