//! The configuration as text: a sample with every key and its documentation, and what holds with its sources.

use super::Config;
use super::key::{Key, Section};
use super::limits;
use super::settings::QuotasPreset;
use super::value::LimitValue;

/// A configuration file with every key commented out: documentation, default, environment variable, flag.
#[must_use]
pub fn sample() -> String {
    let mut text = String::from(
        "# hubbub.toml. Every key is optional; lines that begin with `#` and a name show the defaults.\n\
         # Flags go before environment variables, those before this file, this file before the defaults.\n",
    );
    for key in Key::all().iter().filter(|key| key.section.is_none()) {
        write_key(&mut text, key);
    }
    for section in Section::all() {
        text.push('\n');
        write_docs(&mut text, &section.docs);
        text.push_str(&format!("[{}]\n", section.name));
        for key in Key::all().iter().filter(|key| key.section == Some(section.name)) {
            write_key(&mut text, key);
        }
    }
    text
}

/// What holds, as TOML, each value with the place it came from; secrets as `***`.
#[must_use]
pub fn print(config: &Config) -> String {
    let mut text = String::new();
    let mut section = None;
    for effective in &config.effective {
        if effective.key.section != section {
            section = effective.key.section;
            text.push_str(&section.map(|name| format!("\n[{name}]\n")).unwrap_or_default());
        }
        text.push_str(&match &effective.value {
            Some(value) => format!("{} = {value}  # {}\n", effective.key.name, effective.source),
            None => format!("# {} is not set\n", effective.key.name),
        });
    }
    text
}

/// What holds for `key` when nobody sets it; none where nothing does.
pub(super) fn default_value(key: &Key) -> Option<toml::Value> {
    let preset = || {
        let mut quotas = limits::preset(QuotasPreset::Aws);
        limits::quota(&mut quotas, key).and_then(|limit| toml::Value::try_from(LimitValue(*limit)).ok())
    };
    key.default.clone().or_else(preset)
}

fn write_key(text: &mut String, key: &Key) {
    text.push('\n');
    write_docs(text, &key.docs);
    text.push_str(&format!("# Environment: {}. Flag: --{}.\n", key.variable(), key.flag()));
    match default_value(key) {
        Some(value) => text.push_str(&format!("#{} = {value}\n", key.name)),
        None => text.push_str(&format!("#{} =\n", key.name)),
    }
}

fn write_docs(text: &mut String, docs: &[&str]) {
    for line in docs {
        text.push_str(format!("# {line}").trim_end());
        text.push('\n');
    }
}
