//! What a single value may be: each type takes only right ones and says what it expected instead.
//!
//! Knows nothing of keys, nor of where a value came from.

use model::{AccountId, Limit, Network, Region};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// A type that is written as a string.
pub(super) trait FromText: Sized {
    /// What is expected, after "expected".
    const EXPECTED: &'static str;
    /// Whether a wrong value is kept out of the error.
    const SECRET: bool = false;

    fn from_text(text: &str) -> Option<Self>;

    /// As `config print` shows it.
    fn shown(&self) -> String;
}

/// A [`FromText`] as a setting.
pub(super) struct Text<T>(pub(super) T);

impl<'de, T: FromText> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        if let Some(found) = value.as_str().and_then(T::from_text) {
            return Ok(Self(found));
        }
        let kind = value.type_str();
        Err(match &value {
            _ if T::SECRET => D::Error::custom(format_args!("expected {}", T::EXPECTED)),
            toml::Value::String(text) => D::Error::invalid_value(Unexpected::Str(text), &T::EXPECTED),
            _ => D::Error::invalid_type(Unexpected::Other(kind), &T::EXPECTED),
        })
    }
}

impl<T: FromText> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.shown())
    }
}

impl FromText for SocketAddr {
    const EXPECTED: &'static str = "an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl FromText for Region {
    const EXPECTED: &'static str = "1 to 64 of `a-z`, `0-9` and `-`, such as us-east-1";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl FromText for AccountId {
    const EXPECTED: &'static str = "twelve digits, in quotes";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A path that is not empty.
pub(super) struct FilePath(pub(super) PathBuf);

impl FromText for FilePath {
    const EXPECTED: &'static str = "a path";

    fn from_text(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && !text.contains('\0');
        fits.then(|| Self(Path::new(text).to_path_buf()))
    }

    fn shown(&self) -> String {
        self.0.display().to_string()
    }
}

/// The public half of an access key. It stands between slashes and commas in a signature, so it can hold neither.
pub(super) struct AccessKeyId(pub(super) String);

impl FromText for AccessKeyId {
    const EXPECTED: &'static str = "1 to 128 of letters, digits, `_`, `.` and `-`";

    fn from_text(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// A web origin as browsers send it: scheme, host and, unless it is the scheme's own, port; no path.
///
/// Source: RFC 6454 §6.2.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(Box<str>);

impl Origin {
    /// The origin, to be compared byte for byte with the `Origin` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for Origin {
    const EXPECTED: &'static str =
        "an origin as browsers send it: lower case, no path, such as https://chat.example.com";

    fn from_text(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let default_port = match scheme {
            "http" => Some(":80"),
            "https" => Some(":443"),
            _ => None,
        };
        let fits = !scheme.is_empty()
            && !host.is_empty()
            && !default_port.is_some_and(|port| host.ends_with(port))
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
            && !host.contains(['/', '?', '#', '@', '*', ',', '\\']);
        fits.then(|| Self(text.into()))
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

impl FromText for Network {
    const EXPECTED: &'static str = "an address or a network, such as 10.0.0.0/8 or fd00::1";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// Directives of a log filter.
pub(super) struct Filter(pub(super) String);

impl FromText for Filter {
    const EXPECTED: &'static str = "a level, or levels by part, such as info,hyper=warn";

    fn from_text(text: &str) -> Option<Self> {
        let fits = !text.trim().is_empty() && EnvFilter::builder().parse(text).is_ok();
        fits.then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy)]
pub(super) struct Whole<const MIN: u32, const MAX: u32>(pub(super) u32);

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(Self(MIN))
    }
}

impl<const MIN: u32, const MAX: u32> Visitor<'_> for Whole<MIN, MAX> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self, E> {
        let found = u32::try_from(number).ok().filter(|number| (MIN..=MAX).contains(number));
        found.map(Self).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

impl<const MIN: u32, const MAX: u32> Serialize for Whole<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

/// A quota or a rate: a number of at least 1, or "unlimited".
#[derive(Clone, Copy)]
pub(super) struct LimitValue(pub(super) Limit);

const UNLIMITED: &str = "unlimited";

impl<'de> Deserialize<'de> for LimitValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(LimitVisitor)
    }
}

struct LimitVisitor;

impl Visitor<'_> for LimitVisitor {
    type Value = LimitValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {}, or \"{UNLIMITED}\"", u32::MAX)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<LimitValue, E> {
        match u32::try_from(number) {
            Ok(most) if most > 0 => Ok(LimitValue(Limit::AtMost(most))),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<LimitValue, E> {
        match text {
            UNLIMITED => Ok(LimitValue(Limit::Unlimited)),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

impl Serialize for LimitValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Limit::AtMost(most) => serializer.serialize_u32(most),
            Limit::Unlimited => serializer.serialize_str(UNLIMITED),
        }
    }
}
