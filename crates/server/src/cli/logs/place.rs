//! Which room, and in which folder. Reads nothing but the configuration.

use super::RecordArgs;
use crate::chat_log::LOCAL_FOLDER;
use crate::config::{self, ConfigError, Sources};
use clap::ArgMatches;
use clap::parser::ValueSource;
use delivery::WhichRoom;
use model::{AccountId, Id, Region, RoomArn};
use std::path::PathBuf;

/// Parses the ARN of a room, or its id alone.
pub(super) fn parse_room(text: &str) -> Result<WhichRoom, String> {
    const EXPECTED: &str = "expected an ARN such as arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl, or the \
                            twelve characters at its end; `hubbub room list` shows the ARNs";
    let by_arn = || {
        let arn = RoomArn::parse(text).ok()?;
        let account = AccountId::parse(arn.resource().account()).ok()?;
        let region = Region::parse(arn.resource().region()).ok()?;
        let id = arn.locate(&region, account).ok()?.id;
        Some(WhichRoom { id, account: Some(account), region: Some(region) })
    };
    let by_id = || Some(WhichRoom { id: Id::parse(text).ok()?, account: None, region: None });
    by_arn().or_else(by_id).ok_or_else(|| EXPECTED.to_owned())
}

/// The folder of the local logs. A configuration file is read as `serve` would read it, only if one is named.
pub(super) fn folder(
    matches: &ArgMatches,
    args: &RecordArgs,
    environment: Vec<(String, String)>,
) -> Result<PathBuf, ConfigError> {
    let Some(file) = config::file_given(matches, environment.clone()) else {
        return Ok(args.data_dir.join(LOCAL_FOLDER));
    };
    let is_typed = matches.value_source("data_dir") == Some(ValueSource::CommandLine);
    let typed = is_typed.then(|| ("data_dir".to_owned(), args.data_dir.display().to_string()));
    let flags = typed.into_iter().collect();
    let config = config::load(Sources { file: Some(&file), env: environment.into_iter(), flags })?;
    Ok(config.data_dir.join(LOCAL_FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::logs::{CatArgs, command};
    use clap::FromArgMatches as _;
    use std::path::Path;

    #[test]
    fn a_room_is_its_arn_or_its_id() {
        let check = |text: &str, expected: Option<(Option<&str>, Option<&str>)>| {
            let room = parse_room(text).ok();
            let place = room.as_ref().map(|room| {
                assert_eq!(room.id.as_str(), "AbCdEfGhIjKl");
                (room.account.map(|it| it.to_string()), room.region.as_ref().map(ToString::to_string))
            });
            let expected =
                expected.map(|(account, region)| (account.map(Into::into), region.map(Into::into)));
            assert_eq!(place, expected, "{text}");
        };
        let whole = Some((Some("123456789012"), Some("us-east-1")));
        check("arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl", whole);
        check("AbCdEfGhIjKl", Some((None, None)));
        for wrong in [
            "",
            "lobby",
            "AbCdEfGhIjK/",
            "../../../etc",
            "arn:aws:ivschat:us-east-1:12345:room/AbCdEfGhIjKl",
            "arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKlM",
            "arn:aws:ivschat:us-east-1:123456789012:logging-configuration/AbCdEfGhIjKl",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn the_folder_is_the_servers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "data_dir = \"file\"\n").unwrap();
        let file = file.to_str().unwrap();
        let check = |more: &[&str], environment: &[(&str, &str)], expected: &str| {
            let line = [&["logs", "cat", "--room", "AbCdEfGhIjKl"], more].concat();
            let matches = command().try_get_matches_from(line).unwrap();
            let given = matches.subcommand_matches("cat").unwrap();
            let args = CatArgs::from_arg_matches(given).unwrap();
            let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let found = super::folder(given, &args.records, environment.collect()).unwrap();
            assert_eq!(found, Path::new(expected), "{more:?}");
        };
        check(&[], &[], "./hubbub-data/logs");
        check(&["--data-dir", "a"], &[("HUBBUB_SHARDS", "many")], "a/logs");
        check(&["--config", file], &[], "file/logs");
        check(&["--config", file], &[("HUBBUB_DATA_DIR", "b")], "b/logs");
        check(&["--config", file, "--data-dir", "a"], &[("HUBBUB_DATA_DIR", "b")], "a/logs");
        check(&[], &[("HUBBUB_CONFIG", file)], "file/logs");
    }
}
