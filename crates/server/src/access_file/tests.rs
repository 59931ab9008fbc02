//! What is read out of an access file, and how what is wrong is told.

use super::*;
use std::fs;

const TOML: &str = r#"
[[account]]
id = "210987654321"
pending_verification = true

[[policy]]
name = "Red"
document = '{"Statement": []}'

[[policy]]
name = "Blue"
account = "210987654321"
file = "blue.json"

[[policy]]
name = "Table"
[policy.document]
Version = "2012-10-17"
[[policy.document.Statement]]
Effect = "Allow"
Action = "ivschat:*"
Resource = "*"

[[user]]
name = "backend"
policies = ["Red", "HubbubTokenIssuer"]
permissions_boundary = "Table"
tags = { team = "red" }

[[user.key]]
id = "AKIABACKEND000000000"
secret = "in-the-clear"

[[user.key]]
id = "AKIABACKEND000000001"
secret_env = "BACKEND_SECRET"
status = "Inactive"

[[user]]
name = "tool"
account = "210987654321"

[[user.key]]
id = "AKIATOOL000000000000"
secret_file = "tool.secret"
"#;

fn read_as(name: &str, text: &str) -> Result<AccessRecords, DeclaredFileError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("blue.json"), r#"{"Statement": {}}"#).unwrap();
    fs::write(folder.path().join("tool.secret"), "from-a-file\n").unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let home = AccountId::parse("123456789012").unwrap();
    let variable = |name: &str| (name == "BACKEND_SECRET").then(|| "from-the-environment".to_owned());
    read(&folder.path().join(name), home, variable)
}

fn check(records: &AccessRecords) {
    let [account] = records.accounts.as_slice() else { panic!() };
    assert_eq!((account.id.to_string().as_str(), account.pending_verification), ("210987654321", true));
    let policies: Vec<_> =
        records.policies.iter().map(|one| (one.name.as_str(), one.document.as_str())).collect();
    assert_eq!(policies[0], ("Red", r#"{"Statement": []}"#));
    assert_eq!(policies[1], ("Blue", r#"{"Statement": {}}"#));
    assert!(auth::Policy::parse(policies[2].1).is_ok(), "{}", policies[2].1);
    assert_eq!(records.policies[1].account, account.id);
    let [backend, tool] = records.users.as_slice() else { panic!() };
    assert_eq!((backend.name.as_str(), tool.name.as_str(), tool.account), ("backend", "tool", account.id));
    assert_eq!(backend.policies.len(), 2);
    assert_eq!(backend.boundary.as_ref().unwrap().as_str(), "Table");
    assert_eq!(backend.tags.as_map()["team"], "red");
    let secrets: Vec<_> = records.keys.iter().map(|(_, secret)| secret.as_ref().unwrap().reveal()).collect();
    assert_eq!(secrets, ["in-the-clear", "from-the-environment", "from-a-file"]);
    let inactive: Vec<_> = records.keys.iter().map(|(key, _)| key.status == KeyStatus::Inactive).collect();
    assert_eq!(inactive, [false, true, false]);
}

#[test]
fn toml_and_json_say_the_same() {
    check(&read_as("access.toml", TOML).unwrap());
    let json: serde_json::Value = toml::from_str(TOML).unwrap();
    check(&read_as("access.json", &json.to_string()).unwrap());
    let empty = read_as("access.toml", "").unwrap();
    assert_eq!((empty.users.len(), empty.keys.len()), (0, 0));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_without_secrets() {
    for (text, expected) in [
        ("[[user]]\nname = \"a\"\nkeys = []", "line 3: unknown field `keys`"),
        ("[[users]]\nname = \"a\"", "unknown field `users`"),
        ("[[user]]\nname = \"a b\"", "user \"a b\": name: "),
        ("[[user]]\nname = \"a\"\naccount = \"1\"", "user \"a\": account: "),
        ("[[user]]\nname = \"a\"\npolicies = [\"x y\"]", "user \"a\": policy \"x y\": "),
        ("[[user]]\nname = \"a\"\ntags = { \"aws:x\" = \"y\" }", "user \"a\": tags: "),
        ("[[account]]\nid = \"1\"", "account \"1\": id: "),
        ("[[policy]]\nname = \"P\"", "policy \"P\": needs `document` or `file`"),
        (
            "[[policy]]\nname = \"P\"\ndocument = \"\"\nfile = \"x\"",
            "policy \"P\": needs `document` or `file`",
        ),
        ("[[policy]]\nname = \"P\"\nfile = \"gone.json\"", "gone.json: "),
        (
            "[[user]]\nname = \"a\"\n[[user.key]]\nid = \"AKIABACKEND000000000\"",
            "key \"AKIABACKEND000000000\": needs `secret`",
        ),
        (
            "[[user]]\nname = \"a\"\n[[user.key]]\nid = \"AKIABACKEND000000000\"\nsecret_env = \"GONE\"",
            "the environment has no variable GONE",
        ),
        (
            "[[user]]\nname = \"a\"\n[[user.key]]\nid = \"AKIABACKEND000000000\"\nsecret = \"s3cr3t s3cr3t\"",
            "a secret access key has 1 to 128 visible ASCII characters",
        ),
        ("[[user]]\nname = \"a\"\n[[user.key]]\nid = \"x\"\nsecret = \"s3cr3t\"", "key \"x\": id: "),
        ("[[user]]\nname = \"a\"\n[[user.key]]\nid = 1\nsecret = \"s3cr3t\"", "line 4: invalid type"),
        ("[[user]]\nname = \"a\"\n[[user.key]]\nid = \"x\"\nsecret = \"s3cr3t", "line 5: "),
        (
            "[[user]]\nname = \"a\"\nkey = \"s3cr3t\\\", expected\"",
            "line 3: invalid type: string, expected a sequence",
        ),
        (
            "[[user]]\nname = \"a\"\n[[user.key]]\nid = \"AKIABACKEND000000000\"\nsecret_env = \"s3cr3t\"",
            "`secret_env` is not the name of a variable",
        ),
        (
            "[[user]]\nname = \"a\"\n[[user.key]]\nid = \"AKIABACKEND000000000\"\nsecret_file = \"s3cr3t\"",
            "the file of `secret_file` cannot be read",
        ),
        ("[[user]]\nname = \"a\"\n[[user.key]]\nid = \"x\"\ns3cr3t = 1", "line 5: unknown field `…`"),
        ("[[user]]\nname = 33333", "line 2: invalid type: integer, expected a string"),
    ] {
        let error = read_as("access.toml", text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}\n{error}");
        assert!(!error.contains("s3cr3t") && !error.contains("33333"), "{error}");
    }
    let three = "[[user.key]]\nid = \"AKIABACKEND000000000\"\nsecret = \"s3cr3t\"\n".repeat(3);
    let error = read_as("access.toml", &format!("[[user]]\nname = \"a\"\n{three}")).unwrap_err();
    assert!(error.to_string().ends_with("more than two keys"), "{error}");
    assert!(read_as("access.json", "[]").unwrap_err().to_string().contains("access.json: "));
}
