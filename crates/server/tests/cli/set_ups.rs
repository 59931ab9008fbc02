//! The worked set-ups of `docs/operating/access.md`, each run as it stands there against a real server.

use crate::server::Server;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Every block of shell commands of the page, with the heading that it stands under.
fn set_ups() -> Vec<(String, String)> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating/access.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (mut found, mut heading, mut block) = (Vec::new(), String::new(), None::<String>);
    for line in page.lines() {
        match (&mut block, line) {
            (None, "```sh") => block = Some(String::new()),
            (None, line) => {
                if let Some(text) = line.strip_prefix("## ") {
                    heading = text.to_owned();
                }
            }
            (Some(_), "```") => found.push((heading.clone(), block.take().unwrap())),
            (Some(block), line) => *block += &format!("{line}\n"),
        }
    }
    found
}

/// The commands as a script that ends at the first that does not do as the page says: one that ends in `# refused` must
/// be refused by the server, for want of rights.
fn script(commands: &str) -> String {
    let mut script = "set -eu\n".to_owned();
    for line in commands.lines() {
        match line.strip_suffix("# refused") {
            None => script += &format!("{line}\n"),
            Some(command) => {
                let command = command.trim_end();
                script += &format!(
                    "if {command} 2> refusal; then echo 'was allowed: {}' >&2; exit 1; fi\n\
                     grep -q AccessDeniedException refusal || {{ cat refusal >&2; exit 1; }}\n",
                    command.replace('\'', "")
                );
            }
        }
    }
    script
}

/// Runs it beside the server; what it printed.
fn run(server: &Server, folder: &Path, commands: &str) -> Result<String, String> {
    let bin = Path::new(env!("CARGO_BIN_EXE_hubbub")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &script(commands)]).env_clear().env("PATH", path).current_dir(folder);
    let output = shell.env("HUBBUB_ENDPOINT", &server.endpoint).output().unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(said(output.stdout)) } else { Err(said(output.stderr)) }
}

#[test]
fn each_set_up_does_what_the_page_says() {
    let all = set_ups();
    assert_eq!(all.len(), 6, "five set-ups, one of them in two parts");
    assert!(all.iter().all(|(_, commands)| commands.contains("# refused")));
    for (heading, commands) in all {
        let folder = TempDir::new().unwrap();
        let server = Server::start(folder.path());
        let said =
            run(&server, folder.path(), &commands).unwrap_or_else(|error| panic!("{heading}: {error}"));
        assert!(said.contains("arn:aws:iam::"), "{heading}: {said}");
    }
}

#[test]
fn a_set_up_that_does_not_hold_is_noticed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let allowed = run(&server, folder.path(), "hubbub room list       # refused\n").unwrap_err();
    assert!(allowed.starts_with("was allowed: hubbub room list"), "{allowed}");
    let otherwise = run(&server, folder.path(), "hubbub room delete x   # refused\n").unwrap_err();
    assert!(otherwise.contains("ValidationException"), "{otherwise}");
    assert!(run(&server, folder.path(), "hubbub room delete x\n").is_err());
}
