//! `cargo xtask fuzz [target] [seconds]`: one fuzz target, or each in turn, for a bounded time.

use anyhow::{Result, bail};

use crate::shell;

const SECONDS: &str = "60";

/// Runs cargo-fuzz; without a target every target of `fuzz/` gets its turn.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !shell::works(&mut shell::cargo(&["fuzz", "--version"])) {
        bail!("cargo-fuzz is missing: `cargo install cargo-fuzz` brings it");
    }
    let (target, seconds) = choice(arguments)?;
    let targets = match target {
        Some(target) => vec![target],
        None => shell::output(&mut cargo_fuzz(&["list"]))?.lines().map(str::to_owned).collect(),
    };
    let limit = format!("-max_total_time={seconds}");
    for target in &targets {
        shell::run(&mut cargo_fuzz(&["run", target, "--", &limit]))?;
    }
    Ok(())
}

/// cargo-fuzz needs unstable flags; the variable lets the pinned stable compiler take them.
fn cargo_fuzz(arguments: &[&str]) -> std::process::Command {
    let mut command = shell::cargo(&["fuzz"]);
    command.args(arguments).env("RUSTC_BOOTSTRAP", "1");
    command
}

/// The target, if one is named, and the seconds for each.
fn choice(arguments: &[String]) -> Result<(Option<String>, String)> {
    let is_number = |word: &String| word.parse::<u32>().is_ok();
    match arguments {
        [] => Ok((None, SECONDS.into())),
        [seconds] if is_number(seconds) => Ok((None, seconds.clone())),
        [target] => Ok((Some(target.clone()), SECONDS.into())),
        [target, seconds] if is_number(seconds) => Ok((Some(target.clone()), seconds.clone())),
        _ => bail!("usage: cargo xtask fuzz [target] [seconds]"),
    }
}

#[cfg(test)]
mod tests {
    use super::choice;

    #[test]
    fn target_and_seconds_can_each_be_left_out() {
        let check = |line: &str, target: Option<&str>, seconds: &str| {
            let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(choice(&words).unwrap(), (target.map(str::to_owned), seconds.to_owned()), "{line}");
        };
        check("", None, "60");
        check("5", None, "5");
        check("token", Some("token"), "60");
        check("token 5", Some("token"), "5");
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(choice(&["token".into(), "soon".into()]).is_err());
    }
}
