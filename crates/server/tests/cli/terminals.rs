//! The README's chat in a minute: a server and two terminals in one folder, with nothing configured but the port.

use crate::Chat;
use crate::server::Server;

#[test]
fn two_terminals_talk() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let created = server.hubbub(&["room", "create", "--name", "lobby"]).output().unwrap();
    assert!(created.status.success() && created.stdout.starts_with(b"arn:aws:ivschat:us-east-1:"));
    let mut ann = Chat::run(server.hubbub(&["chat", "--room", "lobby", "--user", "ann"]));
    let mut bob = Chat::run(server.hubbub(&["chat", "--room", "lobby", "--user", "bob"]));
    assert!(ann.sees().starts_with("* connected to lobby as ann"));
    assert!(bob.sees().starts_with("* connected to lobby as bob"));
    for (line, from_ann) in [("hello bob", true), ("hello ann", false)] {
        let (speaker, name) = if from_ann { (&mut ann, "ann") } else { (&mut bob, "bob") };
        speaker.types(line);
        assert_eq!(ann.sees(), format!("{name}: {line}"));
        assert_eq!(bob.sees(), format!("{name}: {line}"));
    }
    drop(bob.process.stdin.take());
    assert_eq!(bob.ends(), Some(0));
    ann.types("alone");
    assert_eq!(ann.sees(), "ann: alone");
}
