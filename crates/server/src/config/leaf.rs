//! One given value as something that serde can read, alone in an otherwise empty configuration.
//!
//! So each value is read by itself and a wrong one is known with the place it came from.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::iter;
use toml::de::Error;

/// A value as it was given.
#[derive(Debug, Clone)]
pub(super) enum Leaf {
    /// From the file: it has a type.
    Toml(toml::Value),
    /// From the environment or a flag: its type is what the key wants.
    Text(String),
}

impl<'de> IntoDeserializer<'de, Error> for Leaf {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Leaf {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Toml(value) => value.deserialize_any(visitor),
            Self::Text(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => match text.trim().parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_string(text),
            },
            Self::Toml(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => match text.trim().parse() {
                Ok(flag) => visitor.visit_bool(flag),
                Err(_) => visitor.visit_string(text),
            },
            Self::Toml(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                visitor.visit_seq(SeqDeserializer::new(items.map(|item| Self::Text(item.to_owned()))))
            }
            Self::Toml(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Toml(value) => value.deserialize_enum(name, variants, visitor),
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// A [`Leaf`] in its place: `section.name = leaf` or `name = leaf`.
pub(super) struct Placed {
    pub(super) section: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) leaf: Leaf,
}

impl<'de> IntoDeserializer<'de, Error> for Placed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Placed {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.section {
            Some(section) => {
                let inner = Self { section: None, name: self.name, leaf: self.leaf };
                visitor.visit_map(MapDeserializer::new(iter::once((section, inner))))
            }
            None => visitor.visit_map(MapDeserializer::new(iter::once((self.name, self.leaf)))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
