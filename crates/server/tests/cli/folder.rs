//! `hubbub access` beside a server that is stopped: it works on the folder, and what it did holds when the server is
//! back.

use crate::server::Server;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The command with the server's own configuration and no endpoint: it finds out by itself where to work.
fn access(folder: &TempDir, listen: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
    command.arg("access").args(words).env_clear().env("HUBBUB_LISTEN", listen).current_dir(folder.path());
    command.output().unwrap()
}

fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_is_done_to_the_folder_holds_when_the_server_is_back() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let listen = server.endpoint.trim_start_matches("http://").to_owned();
    // While the server runs, it is asked.
    let (is_done, _, errors) = said(&access(&folder, &listen, &["user", "create", "ann"]));
    assert!(is_done && errors.is_empty(), "{errors}");
    // Who looks for it in the wrong place is told that it runs.
    let (is_done, _, errors) = said(&access(&folder, "127.0.0.1:1", &["user", "list"]));
    assert!(!is_done && errors.contains("a server is running on"), "{errors}");
    drop(server);

    let (is_done, shown, errors) = said(&access(&folder, &listen, &["user", "list"]));
    assert!(is_done && shown.contains("ann"), "{errors}");
    assert_eq!(errors, format!("hubbub: no server at http://{listen}; working on ./hubbub-data\n"));
    for words in [&["user", "attach", "ann", "HubbubReadOnlyAccess"][..], &["user", "create", "bob"]] {
        assert!(access(&folder, &listen, words).status.success(), "{words:?}");
    }
    let (is_done, credentials, _) = said(&access(&folder, &listen, &["key", "create", "--user", "ann"]));
    assert!(is_done && credentials.starts_with("[default]"), "{credentials}");
    std::fs::write(folder.path().join("ann.credentials"), credentials).unwrap();
    let (is_done, _, errors) = said(&access(&folder, &listen, &["user", "delete", "nobody"]));
    assert!(!is_done && errors.contains("ResourceNotFoundException"), "{errors}");

    // Another master key would make keys that sign nothing: it is not made in silence.
    let master = folder.path().join("hubbub-data/master.key");
    let moved = folder.path().join("moved.key");
    std::fs::rename(&master, &moved).unwrap();
    let (is_done, _, errors) = said(&access(&folder, &listen, &["user", "list"]));
    assert!(!is_done && errors.contains("the master key that wraps them is not in"), "{errors}");
    assert!(!master.exists());
    std::fs::rename(&moved, &master).unwrap();

    let server = Server::start(folder.path());
    let mut list = server.hubbub(&["room", "list"]);
    assert!(list.env("AWS_SHARED_CREDENTIALS_FILE", "ann.credentials").output().unwrap().status.success());
    let mut create = server.hubbub(&["room", "create"]);
    assert!(!create.env("AWS_SHARED_CREDENTIALS_FILE", "ann.credentials").output().unwrap().status.success());
}
