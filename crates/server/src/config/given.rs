//! What was given, from the file, the environment and the flags, as one kind of thing: key, value, source.
//!
//! Unknown names stop here. Whether a value is right is not decided here.

use super::error::ConfigError;
use super::key::{Key, PREFIX, Section};
use super::leaf::Leaf;
use super::source::Source;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Environment variables with our prefix that are no keys: clients and the command line read them.
///
/// `HUBBUB_CONFIG` names the configuration file, `HUBBUB_ENDPOINT` the server that `room`, `token` and `chat` talk to,
/// `HUBBUB_BIN` the binary that the conformance suites start.
pub const CLIENT_VARIABLES: &[&str] = &["HUBBUB_CONFIG", "HUBBUB_ENDPOINT", "HUBBUB_BIN"];

/// The largest configuration file that is read: 1 MiB, a thousand times what the sample takes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A value that someone gave.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) key: &'static Key,
    pub(super) leaf: Leaf,
    pub(super) source: Source,
}

/// The variables of this process that are ours, for [`Sources::env`](super::Sources). What is not Unicode is
/// replaced by U+FFFD.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name.starts_with(PREFIX))
}

/// Those of `variables` that are ours and not empty.
pub(super) fn from_environment(
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Vec<Given>, ConfigError> {
    let ours = variables.filter(|(name, text)| {
        name.starts_with(PREFIX)
            && !text.is_empty()
            && !CLIENT_VARIABLES.contains(&name.as_str())
            && !is_service_link(name)
    });
    ours.map(|(name, text)| match Key::all().iter().find(|key| key.variable() == name) {
        Some(key) => Ok(Given { key, leaf: Leaf::Text(text), source: Source::Environment(name) }),
        None => {
            let path = name.trim_start_matches(PREFIX).to_ascii_lowercase();
            Err(ConfigError::Unknown {
                what: "variable".to_owned(),
                meant: Key::meant_by(&path).map(Key::variable),
                at: Source::Environment(name),
            })
        }
    })
    .collect()
}

/// Whether Kubernetes sets it in each pod of a namespace that has a service named `hubbub`: `HUBBUB_SERVICE_HOST`,
/// `HUBBUB_PORT_8080_TCP_ADDR` and the like. No key has such a name.
fn is_service_link(name: &str) -> bool {
    let rest = name.trim_start_matches(PREFIX);
    rest == "PORT" || rest.starts_with("PORT_") || rest.starts_with("SERVICE_")
}

/// Each of `flags` under its key's whole name.
pub(super) fn from_flags(flags: Vec<(String, String)>) -> Result<Vec<Given>, ConfigError> {
    let given = flags.into_iter().map(|(path, text)| match Key::find(&path) {
        Some(key) => Ok(Given { key, leaf: Leaf::Text(text), source: Source::Flag(key.flag()) }),
        None => Err(ConfigError::Unknown {
            what: "flag".to_owned(),
            meant: Key::meant_by(&path).map(|key| format!("--{}", key.flag())),
            at: Source::Flag(path.replace(['.', '_'], "-")),
        }),
    });
    given.collect()
}

/// What the file at `path` gives.
pub(super) fn from_file(path: &Path) -> Result<Vec<Given>, ConfigError> {
    let text = read(path).map_err(|cause| ConfigError::Unreadable { path: path.to_path_buf(), cause })?;
    let file = TomlFile { path, text: &text };
    let table = DeTable::parse(&text).map_err(|error| ConfigError::Syntax {
        at: file.at(error.span().map_or(0, |span| span.start)),
        reason: error.message().replace('\n', "; "),
    })?;
    let mut given = Vec::new();
    for (name, value) in table.into_inner() {
        match value.get_ref() {
            DeValue::Table(_) => file.read_section(&name, value, &mut given)?,
            _ => given.push(file.read_key(None, &name, value)?),
        }
    }
    Ok(given)
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

type Name<'a> = Spanned<std::borrow::Cow<'a, str>>;

struct TomlFile<'a> {
    path: &'a Path,
    text: &'a str,
}

impl<'a> TomlFile<'a> {
    fn read_section(
        &self,
        section: &Name<'a>,
        value: Spanned<DeValue<'a>>,
        given: &mut Vec<Given>,
    ) -> Result<(), ConfigError> {
        if !Section::exists(section.get_ref()) && Key::find(section.get_ref()).is_none() {
            return Err(ConfigError::Unknown {
                at: self.at(section.span().start),
                what: format!("section `[{}]`", section.get_ref()),
                meant: Section::meant_by(section.get_ref()).map(|name| format!("[{name}]")),
            });
        }
        match value.into_inner() {
            DeValue::Table(table) if Section::exists(section.get_ref()) => {
                for (name, value) in table {
                    given.push(self.read_key(Some(section.get_ref()), &name, value)?);
                }
                Ok(())
            }
            _ => Err(self.wrong(section, "it is a key, not a section".to_owned())),
        }
    }

    fn read_key(
        &self,
        section: Option<&str>,
        name: &Name<'a>,
        value: Spanned<DeValue<'a>>,
    ) -> Result<Given, ConfigError> {
        if section.is_none() && Section::exists(name.get_ref()) {
            return Err(self.wrong(name, format!("it is a section: write `[{}]`", name.get_ref())));
        }
        let path = section
            .map_or_else(|| name.get_ref().to_string(), |section| format!("{section}.{}", name.get_ref()));
        let at = self.at(name.span().start);
        let Some(key) = Key::find(&path) else {
            let meant = Key::meant_by(&path).map(|key| key.path.clone());
            return Err(ConfigError::Unknown { at, what: format!("key `{path}`"), meant });
        };
        // The parser's own words would show the number, and this may be a secret without its quotes.
        match toml::Value::deserialize(value.into_deserializer()) {
            Ok(value) => Ok(Given { key, leaf: Leaf::Toml(value), source: at }),
            Err(_) => Err(ConfigError::Value { at, key: path, reason: "the number is too large".to_owned() }),
        }
    }

    fn wrong(&self, name: &Name<'a>, reason: String) -> ConfigError {
        ConfigError::Value { at: self.at(name.span().start), key: name.get_ref().to_string(), reason }
    }

    /// The line that holds the byte at `offset`.
    fn at(&self, offset: usize) -> Source {
        let line = 1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        Source::File { path: self.path.to_path_buf(), line }
    }
}
