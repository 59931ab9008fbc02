//! What a configuration may say, layer by layer, and every refusal word for word.

mod refusals;

use super::key::{Key, Section};
use super::{
    Config, ConfigError, MasterKeySource, Sources, file_flag, file_given, flags, flags_given, load, print,
    sample,
};
use clap::Command;
use model::{Limit, OperationName, Quotas};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Loads a file's text (unless empty), variables and flags; the file's folder is cut from the error's text.
fn try_load(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hubbub.toml");
    std::fs::write(&path, file).unwrap();
    let loaded = load_from((!file.is_empty()).then_some(path.as_path()), env, flags);
    loaded.map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn load_from(
    file: Option<&Path>,
    env: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Config, ConfigError> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    load(Sources { file, env: env.iter().map(owned), flags: flags.iter().map(owned).collect() })
}

fn loaded(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Config {
    try_load(file, env, flags).unwrap()
}

fn defaults() -> Config {
    loaded("", &[], &[])
}

/// All that a configuration holds but where it came from.
fn contents(config: Config) -> String {
    format!("{:#?}", Config { effective: Vec::new(), ..config })
}

/// The line of `config print` for a key.
fn printed<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in\n{text}"))
}

/// A right value, as text, for each key that has no default.
fn example(key: &Key) -> &'static str {
    match key.path.as_str() {
        "messaging_listen" => "127.0.0.1:8081",
        "root_access_key_id" => "hubbub-root",
        "root_secret_access_key" => "a/secret+of+its/own",
        "master_key" => MASTER_KEY,
        "master_key_file" => "/etc/hubbub/master.key",
        "review_file" => "/etc/hubbub/review.toml",
        "chat_log_file" => "/etc/hubbub/chat_log.toml",
        "access_file" => "/etc/hubbub/access.toml",
        "log.audit_file" => "/var/log/hubbub/audit.log",
        "shards" => "3",
        "http.max_connections_per_ip" => "100",
        "tls.certificate" => "/etc/hubbub/chain.pem",
        "tls.private_key" => "/etc/hubbub/key.pem",
        _ if key.section == Some("limits") => "7",
        other => panic!("no example for {other}"),
    }
}

/// The key that must be set beside `key`.
fn partner(key: &Key) -> Option<&'static Key> {
    Key::find(match key.path.as_str() {
        "root_access_key_id" => "root_secret_access_key",
        "root_secret_access_key" => "root_access_key_id",
        "tls.certificate" => "tls.private_key",
        "tls.private_key" => "tls.certificate",
        _ => return None,
    })
}

/// A value other than the default, as text.
fn other_value(key: &Key) -> String {
    let text = match key.path.as_str() {
        "listen" => "0.0.0.0:1",
        "data_dir" => "elsewhere",
        "region" => "eu-west-1",
        "account_id" => "000000000001",
        "allowed_origins" => "https://a.example,http://localhost:3000",
        "trusted_proxies" => "10.0.0.0/8,fd00::1/128",
        "pending_verification" => "true",
        "quotas" => "unlimited",
        "log.format" => "json",
        "log.filter" => "warn,hubbub=debug",
        "chat.outbox_bytes" => "5000",
        "chat.idle_timeout_seconds" => "77",
        _ if key.default.as_ref().is_some_and(toml::Value::is_integer) => "11",
        _ => example(key),
    };
    text.to_owned()
}

#[test]
fn defaults_are_as_documented() {
    let config = defaults();
    assert_eq!(config.review, delivery::ReviewSettings::default());
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.region.as_str(), "us-east-1");
    assert_eq!(config.data_dir, Path::new("./hubbub-data"));
    assert_eq!(config.token_key_rotation, Duration::from_secs(86_400));
    assert_eq!(config.quotas, Quotas::aws());
    assert_eq!(config.http.header_read_timeout, Duration::from_secs(10));
    assert_eq!(config.chat.idle_timeout, Duration::from_secs(90));
    assert!((1..=256).contains(&config.shards));
    assert!(config.allowed_origins.is_empty() && config.root_key.is_none() && config.tls.is_none());
}

#[test]
fn each_layer_covers_the_one_below() {
    let file = "# comment\n\nregion = \"from-file\"\n";
    let env = [("HUBBUB_REGION", "from-env")];
    let flag = [("region", "from-flag")];
    let check = |file, env: &[_], flags: &[_], region: &str, source: &str| {
        let text = print(&loaded(file, env, flags));
        let line = printed(&text, "region");
        assert!(line.starts_with(&format!("region = \"{region}\"  # ")) && line.ends_with(source), "{line}");
    };
    check("", &[], &[], "us-east-1", "# default");
    check(file, &[], &[], "from-file", "hubbub.toml:3");
    check(file, &env, &[], "from-env", "# environment HUBBUB_REGION");
    check(file, &env, &flag, "from-flag", "# --region");
    check(file, &[("HUBBUB_REGION", "")], &[], "from-file", "hubbub.toml:3");
    check("", &env, &[], "from-env", "# environment HUBBUB_REGION");
}

#[test]
fn what_kubernetes_tells_of_a_service_named_hubbub_is_no_key() {
    for (name, text) in [
        ("HUBBUB_SERVICE_HOST", "10.0.0.1"),
        ("HUBBUB_SERVICE_PORT_HTTP", "8080"),
        ("HUBBUB_PORT", "tcp://10.0.0.1:8080"),
        ("HUBBUB_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ] {
        assert_eq!(contents(loaded("", &[(name, text)], &[])), contents(defaults()), "{name}");
    }
}

#[test]
fn listeners_that_do_not_meet_are_let_be() {
    for (listen, messaging) in
        [("127.0.0.1:0", "127.0.0.1:0"), ("127.0.0.1:80", "127.0.0.2:80"), ("0.0.0.0:80", "[::1]:80")]
    {
        let config = loaded("", &[], &[("listen", listen), ("messaging_listen", messaging)]);
        assert_eq!(config.messaging_listen.map(|address| address.to_string()).as_deref(), Some(messaging));
    }
}

/// With `#name = value` uncommented, all at once.
#[test]
fn the_sample_uncommented_is_the_defaults() {
    let (mut text, mut names) = (String::new(), 0);
    for line in sample().lines() {
        let key = line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') && rest.contains(" ="));
        names += usize::from(key.is_some());
        text += key.filter(|key| !key.ends_with('=')).unwrap_or(line);
        text.push('\n');
    }
    assert_eq!(names, Key::all().len());
    assert_eq!(contents(loaded(&text, &[], &[])), contents(defaults()));
    assert_eq!(contents(loaded(&sample(), &[], &[])), contents(defaults()));
    let given = print(&loaded(&text, &[], &[]));
    let silent = Key::all().iter().filter(|key| super::sample::default_value(key).is_none()).count();
    assert_eq!(given.matches("hubbub.toml:").count() + silent, Key::all().len(), "{given}");
}

#[test]
fn every_key_has_docs_a_variable_and_a_flag_that_set_it() {
    let command = Command::new("serve").args(flags());
    command.clone().debug_assert();
    let mut names = BTreeSet::new();
    for key in Key::all() {
        assert!(key.docs.first().is_some_and(|line| line.len() > 10), "{key} has no docs");
        assert!(names.insert(key.variable()) && names.insert(key.flag()), "{key} is not unique");
        let value = other_value(key);
        let beside = partner(key).map(|partner| (partner.variable(), other_value(partner)));
        let beside: Vec<(&str, &str)> = beside.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();

        let mut variables = beside.clone();
        let variable = key.variable();
        variables.push((&variable, &value));
        let by_variable = loaded("", &variables, &[]);
        assert_ne!(effective(&by_variable, key), effective(&defaults(), key), "{key}");

        let flag = format!("--{}={value}", key.flag());
        let matches = command.clone().try_get_matches_from(["serve", &flag]).unwrap();
        let given = flags_given(&matches);
        assert_eq!(given, [(key.path.clone(), value.clone())]);
        let by_flag = loaded("", &beside, &[(&key.path, &value)]);
        assert_eq!(contents(by_flag), contents(by_variable), "{key}");
    }
}

/// The value and its source; a secret's value is always the same.
fn effective(config: &Config, key: &Key) -> String {
    let found = config.effective.iter().find(|effective| effective.key.path == key.path).unwrap();
    format!("{:?} {}", found.value, found.source)
}

#[test]
fn every_range_is_in_the_docs() {
    let mut ranges = 0;
    for key in Key::all().iter().filter(|key| key.section != Some("limits")) {
        let error = try_load("", &[(&key.variable(), "-1")], &[]).err().unwrap_or_default();
        if let Some((_, range)) = error.split_once("a whole number from ") {
            ranges += 1;
            assert!(key.docs.join(" ").contains(range), "the docs of {key} do not say {range}");
        }
    }
    assert_eq!(ranges, 19);
}

#[test]
fn flags_of_yes_and_no_and_of_lists() {
    let check = |arguments: &[&str], expected: &[(&str, &str)]| {
        let command = Command::new("serve").no_binary_name(true).args(flags());
        let given = flags_given(&command.try_get_matches_from(arguments).unwrap());
        let given: Vec<(&str, &str)> = given.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(given, expected);
    };
    check(&[], &[]);
    check(&["--pending-verification"], &[("pending_verification", "true")]);
    check(&["--pending-verification=false"], &[("pending_verification", "false")]);
    check(
        &["--allowed-origins", "http://a", "--allowed-origins", "http://b"],
        &[("allowed_origins", "http://a,http://b")],
    );
}

#[test]
fn limits_lie_over_the_preset() {
    let file = "quotas = \"unlimited\"\n[limits]\nrooms = 3\nrate_get_room = 4";
    let config = loaded(file, &[("HUBBUB_LIMITS_MESSAGES", "5")], &[("limits.rooms", "unlimited")]);
    let mut expected = Quotas { messages: Limit::AtMost(5), ..Quotas::unlimited() };
    expected.set_call_rate(OperationName::GetRoom, Limit::AtMost(4));
    assert_eq!(config.quotas, expected);
    let text = print(&config);
    assert_eq!(printed(&text, "deletes"), "deletes = \"unlimited\"  # quotas = \"unlimited\"");
    assert_eq!(printed(&text, "messages ="), "messages = 5  # environment HUBBUB_LIMITS_MESSAGES");
}

/// Each key has a quota of its own, and it is the right one.
#[test]
fn every_limit_sets_its_quota() {
    let keys: Vec<&Key> = Key::all().iter().filter(|key| key.section == Some("limits")).collect();
    assert_eq!(keys.len(), 9 + OperationName::ALL.len());
    let check = |path: &str, quota: &dyn Fn(&mut Quotas) -> &mut Limit| {
        let mut expected = Quotas::aws();
        *quota(&mut expected) = Limit::AtMost(123);
        assert_eq!(loaded("", &[], &[(path, "123")]).quotas, expected, "{path}");
    };
    check("limits.rooms", &|quotas| &mut quotas.rooms);
    check("limits.logging_configurations", &|quotas| &mut quotas.logging_configurations);
    check("limits.concurrent_connections", &|quotas| &mut quotas.concurrent_connections);
    check("limits.requests_per_connection", &|quotas| &mut quotas.requests_per_connection);
    check("limits.messages_per_room", &|quotas| &mut quotas.messages_per_room);
    check("limits.messages", &|quotas| &mut quotas.messages);
    check("limits.deletes", &|quotas| &mut quotas.deletes);
    check("limits.disconnects", &|quotas| &mut quotas.disconnects);
    check("limits.message_length", &|quotas| &mut quotas.message_length);
    for name in OperationName::ALL {
        let docs = format!("{name} calls a second.");
        let key = keys.iter().find(|key| key.docs == [docs.as_str()]).unwrap();
        check(&key.path, &|quotas| &mut quotas.call_rates[*name as usize]);
    }
}

#[test]
fn nothing_shows_a_secret() {
    let secret = "s3cr3t/with+signs";
    let file = format!(
        "root_access_key_id = \"me\"\nroot_secret_access_key = \"{secret}\"\nmaster_key = \"{MASTER_KEY}\""
    );
    let config = loaded(&file, &[], &[]);
    assert_eq!(config.root_key.as_ref().unwrap().secret_access_key.reveal(), secret);
    let Some(MasterKeySource::Given(key)) = &config.master_key else { panic!("no master key") };
    assert_eq!(key.reveal()[31], 31);
    for text in [print(&config), format!("{config:?}"), format!("{config:#?}")] {
        assert!(!text.contains(secret) && !text.contains(MASTER_KEY) && !text.contains("31, "), "{text}");
    }
    assert_eq!(
        printed(&print(&config), "master_key ="),
        "master_key = \"***\"  # ".to_owned() + &source_of(&config)
    );
}

fn source_of(config: &Config) -> String {
    let found = config.effective.iter().find(|effective| effective.key.path == "master_key").unwrap();
    found.source.to_string()
}

#[test]
fn print_is_toml_with_every_key() {
    let text = print(&defaults());
    let unset = text.lines().filter(|line| line.starts_with("# ") && line.ends_with(" is not set")).count();
    let table: toml::Table = text.parse().unwrap();
    let set: usize = table.values().map(|value| value.as_table().map_or(1, toml::Table::len)).sum();
    let empty = Section::all().len() - table.values().filter(|value| value.is_table()).count();
    assert_eq!(set + unset, Key::all().len(), "{text}");
    assert_eq!(empty, 0, "{text}");
}

#[test]
fn origins_are_as_browsers_send_them() {
    let check = |origin: &str, right: bool| {
        let file = format!("allowed_origins = [{origin:?}]");
        assert_eq!(try_load(&file, &[], &[]).is_ok(), right, "{origin}");
    };
    for right in
        ["https://chat.example.com", "http://localhost:3000", "https://[::1]:8443", "capacitor://localhost"]
    {
        check(right, true);
    }
    for wrong in ["*", "", "null", "chat.example.com", "https://", "https://A.example", "https://a.example/"]
    {
        check(wrong, false);
    }
    for wrong in ["https://a.example:443", "http://a.example:80", "https://*.example", "https://u@a.example"]
    {
        check(wrong, false);
    }
}

#[test]
fn the_environment_of_others_and_of_clients_is_let_be() {
    let env = [
        ("PATH", "x"),
        ("HUBBUB_ENDPOINT", "x"),
        ("HUBBUB_BIN", "x"),
        ("HUBBUB_CONFIG", "x"),
        ("HUBBUB_X", ""),
    ];
    assert_eq!(contents(loaded("", &env, &[])), contents(defaults()));
}

#[test]
fn the_file_is_named_by_the_flag_or_else_by_the_variable() {
    let check = |arguments: &[&str], variable: &str, expected: Option<&str>| {
        let command = Command::new("serve").no_binary_name(true).arg(file_flag()).args(flags());
        let env = [("HUBBUB_CONFIG".to_owned(), variable.to_owned())];
        let file = file_given(&command.try_get_matches_from(arguments).unwrap(), env);
        assert_eq!(file.as_deref(), expected.map(Path::new));
    };
    check(&[], "", None);
    check(&[], "a.toml", Some("a.toml"));
    check(&["--config", "b.toml"], "a.toml", Some("b.toml"));
}
