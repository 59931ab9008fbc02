//! `cargo xtask bench [part]`: the micro-benchmarks of one part, or of each. Nothing here judges a time: they differ
//! from machine to machine, and only the ratio to the reference in the same run says something.

use anyhow::{Result, bail};

use crate::shell;

/// The parts that have a folder `benches`.
const PARTS: &[&str] = &["websocket", "wire", "auth", "delivery", "edge"];

/// Criterion's settings: a run of all takes two minutes, and on an idle machine figures repeat to a few percent.
const SETTINGS: &[&str] =
    &["--warm-up-time", "0.5", "--measurement-time", "2", "--sample-size", "25", "--noplot"];

/// Runs criterion's benchmarks, built for release.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut command = shell::cargo(&["bench"]);
    for part in choice(arguments)? {
        command.args(["--package", part]);
    }
    // Not the unit tests, which `cargo bench` would run as well.
    command.args(["--bench", "*", "--"]).args(SETTINGS);
    shell::run(&mut command)
}

fn choice(arguments: &[String]) -> Result<Vec<&'static str>> {
    let [name] = arguments else {
        return if arguments.is_empty() {
            Ok(PARTS.to_vec())
        } else {
            bail!("usage: cargo xtask bench [part]")
        };
    };
    let found = PARTS.iter().find(|part| *part == name);
    found.map(|part| vec![*part]).ok_or_else(|| {
        anyhow::anyhow!("there are no benchmarks of `{name}`; there are some of {}", PARTS.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::{PARTS, choice};
    use crate::shell;

    #[test]
    fn one_part_or_all() {
        assert_eq!(choice(&[]).unwrap(), PARTS);
        assert_eq!(choice(&["wire".into()]).unwrap(), ["wire"]);
        assert!(choice(&["model".into()]).is_err());
        assert!(choice(&["wire".into(), "auth".into()]).is_err());
    }

    #[test]
    fn the_parts_are_those_with_benches() {
        let crates = std::fs::read_dir(shell::root().join("crates")).unwrap().map(|entry| entry.unwrap());
        let mut with_benches: Vec<_> = crates
            .filter(|entry| entry.path().join("benches").is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        let mut listed = PARTS.to_vec();
        with_benches.sort();
        listed.sort_unstable();
        assert_eq!(with_benches, listed);
    }
}
