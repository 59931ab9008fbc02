//! Every key as a flag of the command line.

use super::key::{Key, Section};
use super::sample::default_value;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use std::path::PathBuf;

const FILE_FLAG: &str = "config";
const FILE_VARIABLE: &str = "HUBBUB_CONFIG";

/// `--config FILE`: the configuration file.
#[must_use]
pub fn file_flag() -> Arg {
    Arg::new(FILE_FLAG)
        .long(FILE_FLAG)
        .short('c')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(format!(
            "Configuration file in TOML; `hubbub config sample` writes one with every key [env: {FILE_VARIABLE}]"
        ))
}

/// The configuration file that [`file_flag`] names or, failing that, the variable `HUBBUB_CONFIG` in `env`.
pub fn file_given(matches: &ArgMatches, env: impl IntoIterator<Item = (String, String)>) -> Option<PathBuf> {
    let by_flag = matches.try_get_one::<PathBuf>(FILE_FLAG).ok().flatten().cloned();
    let by_variable = || env.into_iter().find(|(name, path)| name == FILE_VARIABLE && !path.is_empty());
    by_flag.or_else(|| by_variable().map(|(_, path)| path.into()))
}

/// A flag for each key, with its documentation as help. `-h` shows those of the top level, `--help` all.
#[must_use]
pub fn flags() -> Vec<Arg> {
    Key::all().iter().map(flag).collect()
}

/// What was given by [`flags`], as [`Sources::flags`](super::Sources) takes it. A list that is given several times
/// adds up.
#[must_use]
pub fn flags_given(matches: &ArgMatches) -> Vec<(String, String)> {
    let given = Key::all().iter().filter_map(|key| {
        let texts = matches.try_get_many::<String>(&key.path).ok().flatten()?;
        Some((key.path.clone(), texts.map(String::as_str).collect::<Vec<_>>().join(",")))
    });
    given.collect()
}

fn flag(key: &'static Key) -> Arg {
    let flag = Arg::new(&*key.path)
        .long(key.flag())
        .value_name("VALUE")
        .help(summary(&key.docs))
        .long_help(long_help(key))
        .help_heading(heading(key))
        .hide_short_help(key.section.is_some());
    match key.default {
        Some(toml::Value::Boolean(_)) => {
            flag.num_args(0..=1).require_equals(true).default_missing_value("true")
        }
        Some(toml::Value::Array(_)) => flag.action(ArgAction::Append),
        _ => flag,
    }
}

fn heading(key: &Key) -> String {
    match key.section {
        None => "Configuration".to_owned(),
        Some(name) => {
            let section = Section::all().into_iter().find(|section| section.name == name);
            format!("[{name}] {}", summary(&section.map(|section| section.docs).unwrap_or_default()))
        }
    }
}

fn long_help(key: &Key) -> String {
    let paragraphs = key.docs.split(|line| line.is_empty()).map(|lines| lines.join(" "));
    let mut help = paragraphs.collect::<Vec<_>>().join("\n\n");
    help.push('\n');
    if let Some(value) = default_value(key) {
        help.push_str(&format!(
            "\n[default: {}]",
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        ));
    }
    help.push_str(&format!("\n[env: {}]", key.variable()));
    help
}

/// The first paragraph, on one line, without its last full stop.
fn summary(docs: &[&str]) -> String {
    let lines: Vec<&str> = docs.iter().copied().take_while(|line| !line.is_empty()).collect();
    lines.join(" ").trim_end_matches('.').to_owned()
}
