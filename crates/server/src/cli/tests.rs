//! The command line as it is typed: what parses, what each mistake says, what the help holds.

use super::*;

fn mistake(line: &str) -> String {
    let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{line}");
    sentence(&error.to_string())
}

#[test]
fn the_definition_is_sound() {
    command().debug_assert();
}

#[test]
fn every_command_parses() {
    for line in [
        "hubbub serve",
        "hubbub serve --listen 0.0.0.0:80 --data-dir /x --quotas unlimited --config c.toml",
        "hubbub config print --shards 4",
        "hubbub config check --config hubbub.toml",
        "hubbub config sample",
        "hubbub room create --name n --max-rate 5 --max-length 100 --tag a=b --tag c=d",
        "hubbub room list --endpoint https://chat.example.com --region eu-west-1",
        "hubbub room delete arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl",
        "hubbub token --room n --user u --capability send_message --minutes 5 --attribute a=b --json",
        "hubbub chat --room n --user u --moderator --messaging-endpoint ws://127.0.0.1:9 --attribute a=b",
        "hubbub access account set-verification 123456789012 pending --json",
        "hubbub access user create u --policy P --policy Q --boundary B --tag a=b --account 123456789012",
        "hubbub access --config hubbub.toml --data-dir /x user tag u a=b c=d",
        "hubbub access key deactivate AKIA --user u --endpoint https://chat.example.com",
        "hubbub access policy create p - --region eu-west-1",
        "hubbub access assume --user u --duration 15m --policy p.json --format json",
        "hubbub access explain --user u --action a:B --resource * --context a=b --context a=c",
        "hubbub bench fan-out --viewers 50 --rate 20 --for 1s --stalled 2 --json a --svg b --pin",
        "hubbub bench storm --at-once 10 --endpoint https://chat.example.com --server-pid 4",
        "hubbub bench idle --shards 2",
        "hubbub bench rooms --rooms 3 --size 40 --threads 1",
        "hubbub bench mixed --room-viewers 3 --room-rate 0.5 --for 500ms",
        "hubbub logs cat --room AbCdEfGhIjKl --since 2h --until 2026-11-21T16:00:00Z --json --data-dir /x",
        "hubbub logs tail --room arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl -n 0 -f -c hubbub.toml",
        "hubbub logs grep -i --fixed --room AbCdEfGhIjKl -- --x",
        "hubbub version",
    ] {
        assert!(command().try_get_matches_from(line.split(' ')).is_ok(), "{line}");
    }
}

#[test]
fn a_mistake_is_one_sentence() {
    let check = |line: &str, parts: &[&str]| {
        let said = mistake(line);
        assert!(parts.iter().all(|part| said.contains(part)), "{line}: {said}");
        assert!(!said.contains('\n') && !said.starts_with("error"), "{said}");
    };
    check("hubbub serv", &["unrecognized subcommand 'serv'", "'serve'"]);
    check("hubbub serve --shard 3", &["'--shard'", "'--shards'"]);
    check("hubbub chat --user u", &["--room <ROOM>"]);
    check("hubbub token --room r --user u --capability FLY", &["FLY", "SEND_MESSAGE"]);
    check("hubbub room create --tag x", &["--tag", "expected KEY=VALUE"]);
    check(
        "hubbub room list --endpoint localhost",
        &["--endpoint", "expected a URL such as http://127.0.0.1:8080"],
    );
    check("hubbub access account show 12", &["<ID>", "expected twelve digits"]);
    check("hubbub access user list --account x", &["--account", "expected twelve digits"]);
    check("hubbub access assume --user u --duration 1m", &["--duration", "15m to 36h"]);
    check("hubbub access account set-verification 123456789012 no", &["pending", "verified"]);
    check("hubbub access key activate AKIA", &["--user <NAME>"]);
    check("hubbub logs cat --room lobby", &["--room", "hubbub room list"]);
    check("hubbub logs cat --room AbCdEfGhIjKl --since yesterday", &["--since", "10m"]);
    check("hubbub logs tail --room AbCdEfGhIjKl -f --until 1h", &["--follow", "--until"]);
    check("hubbub chat --room r --user u --messaging-endpoint http://a", &["expected a URL such as ws://"]);
}

#[test]
fn every_command_has_help_with_examples() {
    for line in [
        "",
        "serve",
        "config",
        "room",
        "token",
        "chat",
        "access",
        "access account",
        "access user",
        "access key",
        "access policy",
        "access assume",
        "access explain",
        "logs",
        "bench",
    ] {
        let arguments = ["hubbub"].into_iter().chain(line.split_whitespace()).chain(["--help"]);
        let help = command().try_get_matches_from(arguments).unwrap_err();
        assert_eq!(help.kind(), ErrorKind::DisplayHelp);
        assert!(help.to_string().contains(&format!("  hubbub {line}")), "{help}");
    }
}

#[test]
fn every_command_says_what_it_does() {
    fn check(command: &Command) {
        for command in command.get_subcommands() {
            let about = command.get_about().unwrap().to_string();
            assert!(about.starts_with(char::is_uppercase) && !about.starts_with("What"), "{about}");
            check(command);
        }
    }
    check(&command());
}

#[test]
fn the_help_of_serve_shows_every_key() {
    let help = command().try_get_matches_from(["hubbub", "serve", "--help"]).unwrap_err().to_string();
    for flag in crate::config::flags() {
        assert!(help.contains(&format!("--{}", flag.get_long().unwrap())), "{flag}");
    }
}
