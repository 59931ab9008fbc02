//! One member of a request, read only as far as a request may go: a text, or a flat map of texts within its limit. What
//! else a client sends is read past, not built: a frame full of nonsense must cost no more than its bytes.
//!
//! It does not know which member it is.

use model::MESSAGE_ATTRIBUTES_MAX_BYTES;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The value of a member.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// `null`, which is as good as absent.
    Null,
    /// A string.
    Text(String),
    /// An object of strings; of a repeated key the last value stays.
    Map(BTreeMap<String, String>),
    /// An object of strings, keys and values together above [`MESSAGE_ATTRIBUTES_MAX_BYTES`].
    LargeMap,
    /// Anything else.
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor)
    }
}

struct MemberVisitor;

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Member, E> {
        Ok(Member::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Member, E> {
        Ok(Member::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Member, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        let (mut pairs, mut bytes) = (BTreeMap::new(), 0);
        while let Some((key, value)) = map.next_entry::<String, Member>()? {
            let Member::Text(value) = value else { return read_past(map, Member::Other) };
            bytes += key.len() + value.len();
            let key_length = key.len();
            if let Some(replaced) = pairs.insert(key, value) {
                bytes -= key_length + replaced.len();
            }
            if bytes > MESSAGE_ATTRIBUTES_MAX_BYTES {
                return read_past(map, Member::LargeMap);
            }
        }
        Ok(Member::Map(pairs))
    }
}

fn read_past<'de, A: MapAccess<'de>>(mut map: A, member: Member) -> Result<Member, A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(member)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Member {
        Member::Map(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect())
    }

    #[test]
    fn a_member_is_a_text_or_a_small_map_of_texts_or_of_no_interest() {
        let check = |json: &str, expected: Member| {
            assert_eq!(serde_json::from_str::<Member>(json).unwrap(), expected, "{json}");
        };
        check("null", Member::Null);
        check(r#""a\u0062""#, Member::Text("ab".into()));
        check(r#"{"a":"b","c":"\n"}"#, map(&[("a", "b"), ("c", "\n")]));
        check(r#"{"a":"b","a":"c"}"#, map(&[("a", "c")]));
        for other in ["true", "-1", "1", "1.5", "[]", r#"[{"a":[1]}]"#] {
            check(other, Member::Other);
            check(&format!(r#"{{"a":"b","c":{other},"d":"e"}}"#), Member::Other);
        }
        for other in ["null", r#"{"e":{"f":[]}}"#] {
            check(&format!(r#"{{"a":"b","c":{other},"d":"e"}}"#), Member::Other);
        }
    }

    #[test]
    fn the_limit_counts_what_stays() {
        let parse = |pairs: &[(&str, usize)]| {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, length)| format!(r#""{key}":"{}""#, "x".repeat(*length))).collect();
            serde_json::from_str::<Member>(&format!("{{{}}}", pairs.join(","))).unwrap()
        };
        assert!(matches!(parse(&[("a", 1023)]), Member::Map(_)));
        assert_eq!(parse(&[("a", 1024)]), Member::LargeMap);
        assert_eq!(parse(&[("a", 1000), ("b", 23)]), Member::LargeMap);
        assert!(matches!(parse(&[("a", 1000), ("a", 1000), ("a", 5), ("b", 1000)]), Member::Map(_)));
    }
}
