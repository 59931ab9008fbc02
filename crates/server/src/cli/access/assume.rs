//! `hubbub access assume`: temporary credentials. Knows no server. Secrets go to standard output and nowhere else.

use super::ask::{AccountArg, Ask, member};
use super::document::Document;
use crate::cli::error::CliError;
use crate::cli::printable::{printable, printable_json};
use clap::{Args, ValueEnum, ValueHint, value_parser};
use serde::Deserialize;
use serde_json::{Value, from_value, json};
use std::path::PathBuf;

const LONG_ABOUT: &str = "\
Make temporary credentials for a user.

They can do what the user's policies allow, and what the session policy of --policy allows too, if there is one. They \
stop working when their time is over.";

const EXAMPLES: &str = "\
Examples:
  eval \"$(hubbub access assume --user ci --duration 15m)\"
  hubbub access assume --user tool --policy only-lobby.json
  hubbub access assume --user tool --duration 36h --format json

For a profile that fetches its credentials by itself, in ~/.aws/config:
  credential_process = hubbub access assume --user tool --format json --data-dir /var/lib/hubbub";

/// The shortest and the longest time that temporary credentials live, in seconds. Source: docs/admin-api.md.
const SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// Make temporary credentials for a user
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub(super) struct AssumeArgs {
    /// Name of the user
    #[arg(long, value_name = "NAME")]
    user: String,

    /// How long they live: 15m to 36h, or so many seconds as 900s [default: 1h]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    duration: Option<u32>,

    /// Session policy: a document that narrows what the user may do; - is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = value_parser!(PathBuf))]
    policy: Option<PathBuf>,

    /// How they are printed
    #[arg(long, value_name = "FORMAT", default_value = "shell", conflicts_with = "json")]
    format: Format,

    #[command(flatten)]
    account: AccountArg,
}

/// How temporary credentials are printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Lines to paste into a shell
    Shell,
    /// What AWS's credential_process expects
    Json,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

impl AssumeArgs {
    /// The request.
    pub(super) fn ask(self) -> Result<Ask, CliError> {
        let policy = self.policy.map(|file| Document::from(file).read()).transpose()?;
        let members = [
            self.account.member(),
            member("userName", self.user),
            ("durationSeconds", self.duration.map(Value::from)),
            ("policy", policy.map(Value::from)),
        ];
        let show = match self.format {
            Format::Shell => shell,
            Format::Json => credential_process,
        };
        Ok(Ask::shown("AssumeUser", members, show))
    }
}

fn shell(answer: Value) -> Result<String, serde_json::Error> {
    let session: Session = from_value(answer)?;
    let exports = [
        ("AWS_ACCESS_KEY_ID", &session.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &session.secret_access_key),
        ("AWS_SESSION_TOKEN", &session.session_token),
    ];
    let lines = exports.map(|(name, value)| format!("export {name}={}\n", quoted(value)));
    Ok(format!("{}# expires {}\n", lines.concat(), printable(&session.expiration)))
}

/// A word that a POSIX shell takes as it is: the lines are pasted, and no server's answer may add a command to them.
fn quoted(text: &str) -> String {
    let text = printable(text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_.-".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Source: AWS SDKs and tools reference guide, "Process credential provider".
fn credential_process(answer: Value) -> Result<String, serde_json::Error> {
    let session: Session = from_value(answer)?;
    let json = json!({
        "Version": 1,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
        "Expiration": session.expiration,
    });
    Ok(printable_json(&format!("{json:#}\n")))
}

/// Parses a whole number with its unit into seconds.
fn seconds(text: &str) -> Result<u32, String> {
    let expected = || "expected a whole number with its unit, such as 900s, 15m or 36h".to_owned();
    let (number, seconds_per_unit) = [("s", 1), ("m", 60), ("h", 3600)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(expected)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(expected());
    }
    let seconds = number.parse::<u32>().map_err(|_| expected())?.saturating_mul(seconds_per_unit);
    if SECONDS.contains(&seconds) { Ok(seconds) } else { Err("it may be 15m to 36h".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(secret: &str) -> Value {
        json!({
            "accessKeyId": "ASIA1", "secretAccessKey": secret, "sessionToken": "t/+=",
            "expiration": "2026-01-02T03:04:05Z",
        })
    }

    #[test]
    fn lines_to_paste_hold_no_command_of_the_server() {
        let check = |secret: &str, word: &str| {
            let expected = format!(
                "export AWS_ACCESS_KEY_ID=ASIA1\nexport AWS_SECRET_ACCESS_KEY={word}\n\
                 export AWS_SESSION_TOKEN=t/+=\n# expires 2026-01-02T03:04:05Z\n"
            );
            assert_eq!(shell(answer(secret)).unwrap(), expected);
        };
        check("s/e+c=", "s/e+c=");
        check("$(reboot)", "'$(reboot)'");
        check("a'; reboot; '", r"'a'\''; reboot; '\'''");
        check("a\nreboot", "'a reboot'");
        check("", "''");
    }

    #[test]
    fn a_credential_process_is_answered_in_its_own_words() {
        let text = credential_process(answer("s\u{9b}")).unwrap();
        assert!(text.contains(r"s\u009b"), "{text}");
        let expected = json!({
            "Version": 1, "AccessKeyId": "ASIA1", "SecretAccessKey": "s\u{9b}", "SessionToken": "t/+=",
            "Expiration": "2026-01-02T03:04:05Z",
        });
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn durations() {
        let check = |text: &str, expected: Option<u32>| assert_eq!(seconds(text).ok(), expected, "{text}");
        check("15m", Some(900));
        check("900s", Some(900));
        check("1h", Some(3600));
        check("36h", Some(129_600));
        for wrong in
            ["", "h", "899s", "14m", "37h", "3600", "1d", "+1h", "-1h", "1.5h", " 1h", "1h ", "9999999999h"]
        {
            check(wrong, None);
        }
        check("4294967295h", None);
    }
}
