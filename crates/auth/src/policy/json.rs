//! JSON as a tree that forgets nothing: doubled names stay, and every complaint knows its path. It knows nothing of
//! policies.

use super::error::{PolicyError, PolicyFault, nearest};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// A value.
#[derive(Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// In its shortest decimal form.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a whole document with at most `depth` objects and lists inside one another.
    pub(super) fn parse(json: &str, depth: usize) -> Result<Self, PolicyFault> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let node = Seed { depth }.deserialize(&mut deserializer);
        node.and_then(|node| deserializer.end().map(|()| node))
            .map_err(|error| PolicyFault::NotJson(error.to_string()))
    }

    /// A text.
    pub(super) fn into_text(self, path: &str) -> Result<String, PolicyError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(fault_at(path, PolicyFault::Expected("a string"))),
        }
    }

    /// The members of a list with their paths; anything else stands for a list of itself.
    pub(super) fn into_members(self, path: &str) -> Result<Vec<(String, Self)>, PolicyError> {
        match self {
            Self::List(members) if members.is_empty() => Err(fault_at(path, PolicyFault::EmptyList)),
            Self::List(members) => {
                let with_path = |(index, member)| (format!("{path}[{index}]"), member);
                Ok(members.into_iter().enumerate().map(with_path).collect())
            }
            alone => Ok(vec![(path.to_owned(), alone)]),
        }
    }

    /// The entries of an object. Names that are equal after `fold` are refused.
    pub(super) fn into_entries(
        self,
        path: &str,
        fold: fn(&str) -> String,
    ) -> Result<Vec<(String, Self)>, PolicyError> {
        let Self::Object(entries) = self else {
            return Err(fault_at(path, PolicyFault::Expected("an object")));
        };
        let mut seen = HashSet::new();
        match entries.iter().find(|(name, _)| !seen.insert(fold(name))) {
            Some((name, _)) => Err(fault_at(&join(path, name), PolicyFault::Duplicate)),
            None => Ok(entries),
        }
    }
}

/// An object with a fixed set of fields.
#[derive(Debug)]
pub(super) struct Fields {
    path: String,
    entries: Vec<(String, Node)>,
}

impl Fields {
    /// Takes the object, if it has none but the `known` fields.
    pub(super) fn read(node: Node, path: &str, known: &[&str]) -> Result<Self, PolicyError> {
        let entries = node.into_entries(path, str::to_owned)?;
        if let Some((name, _)) = entries.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            let fault = match name.as_str() {
                "Principal" | "NotPrincipal" => PolicyFault::PrincipalNotAllowed,
                _ => PolicyFault::UnknownField(nearest(name, known)),
            };
            return Err(fault_at(&join(path, name), fault));
        }
        Ok(Self { path: path.to_owned(), entries })
    }

    /// The field's path and value, if it is there.
    pub(super) fn take(&mut self, name: &str) -> Option<(String, Node)> {
        let at = self.entries.iter().position(|(found, _)| found == name)?;
        Some((join(&self.path, name), self.entries.swap_remove(at).1))
    }

    /// As [`Fields::take`] of a field that must be there.
    pub(super) fn require(&mut self, name: &'static str) -> Result<(String, Node), PolicyError> {
        self.take(name).ok_or_else(|| fault_at(&self.path, PolicyFault::Missing(name)))
    }

    /// A complaint about the object.
    pub(super) fn fault(&self, fault: PolicyFault) -> PolicyError {
        fault_at(&self.path, fault)
    }
}

/// A complaint about what stands at the path.
pub(super) fn fault_at(path: &str, fault: PolicyFault) -> PolicyError {
    PolicyError { path: path.to_owned(), fault }
}

/// The path of a field.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
}

impl Seed {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut members = Vec::new();
        while let Some(member) = access.next_element_seed(inner)? {
            members.push(member);
        }
        Ok(Node::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut entries = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            entries.push((name, access.next_value_seed(inner)?));
        }
        Ok(Node::Object(entries))
    }
}
