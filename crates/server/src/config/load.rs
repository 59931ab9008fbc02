//! The layers laid over each other: what was given last holds.

use super::Config;
use super::checks;
use super::error::ConfigError;
use super::given::{Given, from_environment, from_file, from_flags};
use super::key::Key;
use super::leaf::Placed;
use super::limits;
use super::settings::Settings;
use super::source::Source;
use super::value::{LimitValue, Whole};
use confique::{Config as _, Layer as _};
use model::Quotas;
use serde::Deserialize as _;
use std::collections::BTreeMap;
use std::path::Path;

/// Where to look for values, weakest first.
#[derive(Debug)]
pub struct Sources<'a, Env> {
    /// The configuration file, if one was named.
    pub file: Option<&'a Path>,
    /// Environment variables: all of them or, from [`environment`](super::environment), ours. An empty one counts as
    /// unset.
    pub env: Env,
    /// Keys and values from [`flags_given`](super::flags_given).
    pub flags: Vec<(String, String)>,
}

/// What holds for a key, and why.
#[derive(Debug, Clone)]
pub(super) struct EffectiveValue {
    pub(super) key: &'static Key,
    /// None for an optional key that nobody set; a secret is `***`.
    pub(super) value: Option<toml::Value>,
    pub(super) source: Source,
}

/// Which source holds for each key that someone gave.
#[derive(Debug, Default)]
pub(super) struct Provenance(BTreeMap<&'static str, Source>);

impl Provenance {
    /// The source of the key with this whole name.
    pub(super) fn of(&self, path: &str) -> Source {
        self.0.get(path).cloned().unwrap_or(Source::Default)
    }
}

/// Loads the configuration.
///
/// # Errors
/// The first thing that is wrong: a file that cannot be read or is not TOML, an unknown name, a wrong value (even
/// one that a later source overrides), a contradiction.
pub fn load<Env>(sources: Sources<'_, Env>) -> Result<Config, ConfigError>
where
    Env: Iterator<Item = (String, String)>,
{
    let mut given = sources.file.map(from_file).transpose()?.unwrap_or_default();
    given.extend(from_environment(sources.env)?);
    given.extend(from_flags(sources.flags)?);
    let (mut settings, mut provenance) = lay(given)?;
    if settings.shards.is_none() {
        settings.shards = Some(cores());
        provenance.0.insert("shards", Source::Cores);
    }
    let mut quotas = limits::preset(settings.quotas);
    let effective = settle(&settings, &provenance, &mut quotas)?;
    checks::into_config(settings, &provenance, quotas, effective)
}

/// Reads each value by itself, so that a wrong one is refused with its own source.
fn lay(given: Vec<Given>) -> Result<(Settings, Provenance), ConfigError> {
    let mut layer = <Settings as confique::Config>::Layer::default_values();
    let mut provenance = Provenance::default();
    for Given { key, leaf, source } in given {
        let placed = Placed { section: key.section, name: key.name, leaf };
        let one = <Settings as confique::Config>::Layer::deserialize(placed).map_err(|error| {
            ConfigError::Value {
                at: source.clone(),
                key: key.path.clone(),
                reason: error.message().to_owned(),
            }
        })?;
        layer = one.with_fallback(layer);
        provenance.0.insert(&key.path, source);
    }
    let settings = Settings::from_layer(layer).map_err(|error| ConfigError::Settings(error.to_string()))?;
    Ok((settings, provenance))
}

/// What holds for each key, and the given limits put into `quotas`.
fn settle(
    settings: &Settings,
    provenance: &Provenance,
    quotas: &mut Quotas,
) -> Result<Vec<EffectiveValue>, ConfigError> {
    let broken = |error: &dyn std::fmt::Display| ConfigError::Settings(error.to_string());
    let table = toml::Table::try_from(settings).map_err(|error| broken(&error))?;
    let effective = Key::all().iter().map(|key| {
        let section = match key.section {
            Some(section) => table.get(section).and_then(toml::Value::as_table),
            None => Some(&table),
        };
        let value = section.and_then(|section| section.get(key.name)).cloned();
        let source = provenance.of(&key.path);
        match (limits::quota(quotas, key), value) {
            (Some(limit), Some(value)) => {
                *limit = LimitValue::deserialize(value.clone()).map_err(|error| broken(&error))?.0;
                Ok(EffectiveValue { key, value: Some(value), source })
            }
            (Some(limit), None) => {
                let value = toml::Value::try_from(LimitValue(*limit)).map_err(|error| broken(&error))?;
                Ok(EffectiveValue { key, value: Some(value), source: Source::Quotas(settings.quotas) })
            }
            (None, value) => Ok(EffectiveValue { key, value, source }),
        }
    });
    effective.collect()
}

fn cores() -> Whole<1, 256> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Whole(u32::try_from(cores).unwrap_or(u32::MAX).clamp(1, 256))
}
