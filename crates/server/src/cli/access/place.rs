//! Where an access command may work, out of flags, environment and configuration. Nothing is connected to or opened.

use crate::cli::connection::ServerArgs;
use crate::cli::error::CliError;
use crate::config::{self, Config, Sources};
use clap::ArgMatches;
use clap::parser::ValueSource;

/// Where an access command may work.
#[derive(Debug)]
pub(super) enum Place {
    /// The server that was named, by flag or environment, and nowhere else.
    Named(ServerArgs),
    /// The server of this machine, or its folder while it is stopped.
    Here {
        /// Where the server would be.
        server: ServerArgs,
        /// What it would run with.
        config: Box<Config>,
    },
}

impl Place {
    /// The place that the arguments and the environment name. The configuration is read as `serve` would read it;
    /// where a server is named, only if a file is.
    pub(super) fn find(
        matches: &ArgMatches,
        mut server: ServerArgs,
        environment: Vec<(String, String)>,
    ) -> Result<Self, CliError> {
        let is_named =
            matches.value_source("endpoint").is_some_and(|source| source != ValueSource::DefaultValue);
        let file = config::file_given(matches, environment.clone());
        if is_named && file.is_none() {
            return Ok(Self::Named(server));
        }
        let env = environment.into_iter();
        let config = config::load(Sources { file: file.as_deref(), env, flags: flags(matches) })?;
        server.settle(&config);
        if is_named {
            return Ok(Self::Named(server));
        }
        server.settle_endpoint(&config);
        Ok(Self::Here { server, config: Box::new(config) })
    }
}

/// The keys of the configuration that are flags here too. Their built-in values do not count: a file goes over them.
fn flags(matches: &ArgMatches) -> Vec<(String, String)> {
    let is_typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let typed = ["region", "data_dir"].into_iter().filter(is_typed);
    let value = |id: &str| Some(matches.get_raw(id)?.next_back()?.to_string_lossy().into_owned());
    typed.filter_map(|id| Some((id.to_owned(), value(id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches as _;
    use std::path::Path;

    /// Whether a server is named, its data directory, its region; nothing of this process's environment counts.
    fn find(line: &str, environment: &[(&str, &str)]) -> Result<(bool, String), String> {
        let command = super::super::command().mut_args(|argument| argument.env(None));
        let matches = command.try_get_matches_from(line.split(' ')).unwrap();
        let server = ServerArgs::from_arg_matches(&matches).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        match Place::find(&matches, server, environment.collect()) {
            Ok(Place::Named(server)) => Ok((true, format!("{server:?}"))),
            Ok(Place::Here { server, config }) => {
                assert!(format!("{server:?}").contains(&format!("data_dir: {:?}", config.data_dir)));
                Ok((false, format!("{server:?}")))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn check(line: &str, environment: &[(&str, &str)], is_named: bool, parts: [&str; 2]) {
        let (named, server) = find(line, environment).unwrap();
        let [region, data_dir] = parts;
        let expected = format!("region: {region:?}, data_dir: {:?}", Path::new(data_dir));
        assert!(named == is_named && server.contains(&expected), "{line}: {server}");
    }

    #[test]
    fn a_flag_goes_over_the_environment_over_the_file_over_what_is_built_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "data_dir = \"file\"\nregion = \"eu-west-1\"\n").unwrap();
        let file = file.to_str().unwrap();
        let with_file = format!("access user list --config {file}");
        check("access user list", &[], false, ["us-east-1", "./hubbub-data"]);
        check("access --data-dir a user list", &[], false, ["us-east-1", "a"]);
        check("access user list", &[("HUBBUB_DATA_DIR", "b")], false, ["us-east-1", "b"]);
        check("access user list", &[("HUBBUB_CONFIG", file)], false, ["eu-west-1", "file"]);
        check(&with_file, &[], false, ["eu-west-1", "file"]);
        check(&with_file, &[("HUBBUB_DATA_DIR", "b")], false, ["eu-west-1", "b"]);
        check(&format!("{with_file} --data-dir a"), &[("HUBBUB_DATA_DIR", "b")], false, ["eu-west-1", "a"]);
        let named = format!("{with_file} --endpoint http://127.0.0.1:8080");
        check(&named, &[], true, ["eu-west-1", "file"]);
    }

    #[test]
    fn the_server_is_looked_for_where_it_would_listen() {
        for (listen, expected) in [
            ("127.0.0.1:9000", "http://127.0.0.1:9000/"),
            ("0.0.0.0:9000", "http://127.0.0.1:9000/"),
            ("[::]:80", "http://[::1]/"),
            ("192.0.2.1:9000", "http://192.0.2.1:9000/"),
        ] {
            let (is_named, server) = find("access user list", &[("HUBBUB_LISTEN", listen)]).unwrap();
            let shown = format!("{:?}", reqwest::Url::parse(expected).unwrap());
            assert!(!is_named && server.contains(&shown), "{listen}: {server}");
        }
    }

    #[test]
    fn a_named_server_needs_no_configuration_and_no_other_place_a_wrong_one() {
        let wrong = [("HUBBUB_SHARDS", "many")];
        check(
            "access user list --endpoint http://127.0.0.1:8080",
            &wrong,
            true,
            ["us-east-1", "./hubbub-data"],
        );
        let said = find("access user list", &wrong).unwrap_err();
        assert!(said.contains("HUBBUB_SHARDS"), "{said}");
    }
}
