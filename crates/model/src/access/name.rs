//! What users, policies and access keys are called. Knows the form of a name, not who has it.

use crate::Violation;
use std::fmt;

macro_rules! access_name {
    ($(#[$doc:meta])* $name:ident, $min:literal..=$max:literal, $pattern:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// Parses one.
            ///
            /// # Errors
            /// [`Violation::Length`] or [`Violation::Pattern`].
            pub fn parse(text: &str) -> Result<Self, Violation> {
                Violation::check_length(text, $min, $max)?;
                Violation::check_bytes(text, $pattern, $allowed)?;
                Ok(Self(text.into()))
            }

            /// The text, in the case it was given in.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// What names of both kinds are compared by.
macro_rules! without_regard_to_case {
    ($name:ident) => {
        impl $name {
            /// The name in lower case: within an account, two names that fold to the same are one name.
            ///
            /// Source: IAM user guide, "IAM and AWS STS quotas", IAM name requirements: "not distinguished by case".
            #[must_use]
            pub fn folded(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        }
    };
}

access_name!(
    /// The name of a user who may sign calls: 1 to 64 of `[A-Za-z0-9_+=,.@-]`. `==` regards case; [`Self::folded`]
    /// does not.
    ///
    /// Source: IAM API reference, `CreateUser`, `UserName`.
    UserName,
    1..=64,
    r"^[\w+=,.@-]+$",
    is_of_a_name
);
access_name!(
    /// The name of a policy: 1 to 128 of `[A-Za-z0-9_+=,.@-]`. `==` regards case; [`Self::folded`] does not.
    ///
    /// Source: IAM API reference, `CreatePolicy`, `PolicyName`.
    PolicyName,
    1..=128,
    r"^[\w+=,.@-]+$",
    is_of_a_name
);
access_name!(
    /// The id of an access key: 16 to 128 of `[A-Za-z0-9_]`, case regarded; unique over all accounts. No secret.
    ///
    /// Source: IAM API reference, `AccessKey`, `AccessKeyId`.
    AccessKeyId,
    16..=128,
    r"^\w+$",
    is_of_a_word
);
without_regard_to_case!(UserName);
without_regard_to_case!(PolicyName);

/// Base 32 as in RFC 4648 section 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl AccessKeyId {
    /// How a key of a user begins. Source: IAM user guide, "IAM identifiers", unique ID prefixes.
    const PERMANENT: &str = "AKIA";
    /// How a temporary key begins; same source.
    const TEMPORARY: &str = "ASIA";

    /// The id of a user's key, out of 128 random bits, of which 80 remain.
    #[must_use]
    pub fn permanent(bits: u128) -> Self {
        Self::of(Self::PERMANENT, bits)
    }

    /// The id of a temporary key, out of 128 random bits, of which 80 remain.
    #[must_use]
    pub fn temporary(bits: u128) -> Self {
        Self::of(Self::TEMPORARY, bits)
    }

    /// Whether it names a temporary key.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.starts_with(Self::TEMPORARY)
    }

    fn of(prefix: &str, bits: u128) -> Self {
        let letter = |place: u32| {
            let digit = (bits >> (5 * place)) % 32;
            ALPHABET.get(digit as usize).copied().map_or('A', char::from)
        };
        Self(prefix.chars().chain((0..16).map(letter)).collect::<String>().into())
    }
}

const fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const fn is_of_a_name(byte: u8) -> bool {
    is_of_a_word(byte) || matches!(byte, b'+' | b'=' | b',' | b'.' | b'@' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_patterns() {
        for right in ["a", "A-Z_9+=,.@", &"x".repeat(64)] {
            assert_eq!(UserName::parse(right).unwrap().as_str(), right);
            assert_eq!(PolicyName::parse(right).unwrap().to_string(), right);
        }
        for wrong in ["", "a b", "é", "a\n", "a/b", "a*", "a:b", "${x}"] {
            assert!(UserName::parse(wrong).is_err(), "{wrong:?}");
            assert!(PolicyName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(UserName::parse(&"x".repeat(65)).is_err());
        assert!(PolicyName::parse(&"x".repeat(128)).is_ok());
        assert!(PolicyName::parse(&"x".repeat(129)).is_err());
    }

    #[test]
    fn names_keep_their_case_and_fold_it() {
        let (given, same) = (UserName::parse("Alice.B").unwrap(), UserName::parse("aLICE.b").unwrap());
        assert_ne!(given, same);
        assert_eq!(given.folded(), same.folded());
        assert_eq!(given.as_str(), "Alice.B");
        assert_ne!(PolicyName::parse("a-b").unwrap().folded(), PolicyName::parse("a_b").unwrap().folded());
    }

    #[test]
    fn key_ids_follow_their_pattern() {
        for right in ["AKIAIOSFODNN7EXAMPLE", "root_access_key_1", &"x".repeat(128)] {
            assert!(AccessKeyId::parse(right).is_ok(), "{right}");
        }
        for wrong in
            ["", "AKIAIOSFODNN7EX", "AKIAIOSFODNN7EXAMPL/", "AKIAIOSFODNN7EX AMPLE", &"x".repeat(129)]
        {
            assert!(AccessKeyId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn drawn_ids_are_ids() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            for (id, prefix) in
                [(AccessKeyId::permanent(bits), "AKIA"), (AccessKeyId::temporary(bits), "ASIA")]
            {
                assert_eq!(AccessKeyId::parse(id.as_str()), Ok(id.clone()));
                assert!(id.as_str().starts_with(prefix) && id.as_str().len() == 20);
                assert_eq!(id.is_temporary(), prefix == "ASIA");
            }
        }
        assert_eq!(AccessKeyId::permanent(0).as_str(), "AKIAAAAAAAAAAAAAAAAA");
        // The lowest and the highest of the 80 bits both count.
        assert_ne!(AccessKeyId::permanent(1), AccessKeyId::permanent(0));
        assert_ne!(AccessKeyId::permanent(1 << 79), AccessKeyId::permanent(0));
    }
}
