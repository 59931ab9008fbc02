//! What is refused, word for word.

use super::{MASTER_KEY, contents, load_from, try_load};
use std::path::Path;

/// The refusal, word for word.
fn check(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)], expected: &str) {
    assert_eq!(try_load(file, env, flags).map(contents), Err(expected.to_owned()));
}

#[test]
fn an_unknown_name_is_refused_with_what_was_meant() {
    check("\n\nshard = 4", &[], &[], "hubbub.toml:3: unknown key `shard`; did you mean `shards`?");
    check("zzz = 4", &[], &[], "hubbub.toml:1: unknown key `zzz`");
    check("rooms = 4", &[], &[], "hubbub.toml:1: unknown key `rooms`; did you mean `limits.rooms`?");
    check(
        "[limits]\nroom = 4",
        &[],
        &[],
        "hubbub.toml:2: unknown key `limits.room`; did you mean `limits.rooms`?",
    );
    check(
        "[limit]\nrooms = 4",
        &[],
        &[],
        "hubbub.toml:1: unknown section `[limit]`; did you mean `[limits]`?",
    );
    check("limits = 4", &[], &[], "hubbub.toml:1: `limits`: it is a section: write `[limits]`");
    check("[shards]\nx = 4", &[], &[], "hubbub.toml:1: `shards`: it is a key, not a section");
    check(
        "",
        &[("HUBBUB_SHARD", "4")],
        &[],
        "environment HUBBUB_SHARD: unknown variable; did you mean `HUBBUB_SHARDS`?",
    );
    check("", &[], &[("limits.room", "4")], "--limits-room: unknown flag; did you mean `--limits-rooms`?");
}

#[test]
fn a_wrong_value_is_refused_with_what_was_expected() {
    let number = "expected a whole number from 1 to 256";
    let of_type = format!("hubbub.toml:1: `shards`: invalid type: string \"two\", {number}");
    check("shards = \"two\"", &[], &[], &of_type);
    check("shards = \"2\"", &[], &[], &of_type.replace("two", "2"));
    check("shards = 0", &[], &[], &format!("hubbub.toml:1: `shards`: invalid value: integer `0`, {number}"));
    let of_variable = format!("environment HUBBUB_SHARDS: `shards`: invalid value: integer `257`, {number}");
    check("", &[("HUBBUB_SHARDS", "257")], &[], &of_variable);
    check("", &[], &[("shards", "x")], &format!("--shards: `shards`: invalid type: string \"x\", {number}"));
    check(
        "listen = \"localhost:80\"",
        &[],
        &[],
        "hubbub.toml:1: `listen`: invalid value: string \"localhost:80\", expected an IP address and a port, \
         such as 127.0.0.1:8080 or [::1]:8080",
    );
    check(
        "account_id = 123456789012",
        &[],
        &[],
        "hubbub.toml:1: `account_id`: invalid type: integer, expected twelve digits, in quotes",
    );
    check(
        "[limits]\nrooms = 0",
        &[],
        &[],
        "hubbub.toml:2: `limits.rooms`: invalid value: integer `0`, expected a whole number from 1 to 4294967295, \
         or \"unlimited\"",
    );
    check(
        "",
        &[("HUBBUB_QUOTAS", "none")],
        &[],
        "environment HUBBUB_QUOTAS: `quotas`: unknown variant `none`, expected `aws` or `unlimited`",
    );
    check(
        "pending_verification = 1",
        &[],
        &[],
        "hubbub.toml:1: `pending_verification`: invalid type: integer `1`, expected a boolean",
    );
    check(
        "[chat]\noutbox_bytes = 99999999999999999999",
        &[],
        &[],
        "hubbub.toml:2: `chat.outbox_bytes`: the number is too large",
    );
    // a value that something else covers is still refused
    check(
        "shards = 0",
        &[],
        &[("shards", "2")],
        &format!("hubbub.toml:1: `shards`: invalid value: integer `0`, {number}"),
    );
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    for (file, start) in [
        ("a = \"x\"\nshards = = 3", "hubbub.toml:2: not valid TOML: "),
        ("shards = 3\nshards = 4", "hubbub.toml:2: not valid TOML: "),
        ("master_key = \"very secret", "hubbub.toml:1: not valid TOML: "),
    ] {
        let error = try_load(file, &[], &[]).unwrap_err();
        assert!(error.starts_with(start) && !error.contains("secret") && !error.contains('\n'), "{error}");
    }
    let missing = load_from(Some(Path::new("/no/such/hubbub.toml")), &[], &[]).unwrap_err().to_string();
    assert!(missing.starts_with("/no/such/hubbub.toml: cannot be read: "), "{missing}");
    let huge = "#".repeat(1 << 20) + "\n";
    assert_eq!(
        try_load(&huge, &[], &[]).unwrap_err(),
        "hubbub.toml: cannot be read: it is larger than 1 MiB"
    );
}

#[test]
fn contradictions_name_both_sources() {
    let check = |file: &str, env: &[(&str, &str)], flags: &[(&str, &str)], parts: &[&str]| {
        let error = try_load(file, env, flags).map(contents).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    };
    let ids = ["hubbub.toml:2: `root_access_key_id` is set but `root_secret_access_key` is not"];
    check("\nroot_access_key_id = \"me\"", &[], &[], &ids);
    let secrets = ["environment HUBBUB_ROOT_SECRET_ACCESS_KEY: ", "but `root_access_key_id` is not"];
    check("", &[("HUBBUB_ROOT_SECRET_ACCESS_KEY", "12345678")], &[], &secrets);
    let certificate = ["hubbub.toml:2: `tls.certificate` is set but `tls.private_key` is not"];
    check("[tls]\ncertificate = \"x\"", &[], &[], &certificate);
    let keys =
        ["`master_key` (environment HUBBUB_MASTER_KEY)", "`master_key_file` (hubbub.toml:1)", "keep one"];
    check("master_key_file = \"x\"", &[("HUBBUB_MASTER_KEY", MASTER_KEY)], &[], &keys);
    let listeners = ["127.0.0.1:8080 (default)", "127.0.0.1:8080 (--messaging-listen)"];
    check("", &[], &[("messaging_listen", "127.0.0.1:8080")], &listeners);
    check("", &[], &[("messaging_listen", "0.0.0.0:8080")], &["0.0.0.0:8080 (--messaging-listen)"]);
    let idle = ["`chat.idle_timeout_seconds` is 90 (default)", "is 90 (hubbub.toml:2)"];
    check("[chat]\nping_interval_seconds = 90", &[], &[], &idle);
}

#[test]
fn a_refusal_shows_no_secret() {
    let equal_bytes = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    for (name, value) in [
        ("HUBBUB_MASTER_KEY", "c2VjcmV0"),
        ("HUBBUB_MASTER_KEY", equal_bytes),
        ("HUBBUB_ROOT_SECRET_ACCESS_KEY", "secret "),
    ] {
        let error = try_load("", &[(name, value)], &[]).map(contents).unwrap_err();
        assert!(error.contains("expected ") && !error.contains(value), "{error}");
    }
    for value in [
        "12345678",
        "123456781234567812345678",
        "abc12345678",
        "\"12345678",
        "[12345678]",
        "{ a = 12345678 }",
    ] {
        for key in ["root_secret_access_key", "master_key"] {
            let error = try_load(&format!("{key} = {value}"), &[], &[]).map(contents).unwrap_err();
            assert!(error.starts_with("hubbub.toml:1: ") && !error.contains("12345678"), "{error}");
        }
    }
}
