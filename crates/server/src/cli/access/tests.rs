//! What each command asks for, and how answers look. Those of the two questions are in `assume` and `explain`.

use super::*;
use serde_json::{Value, json};

const ACCOUNT: &str = "210987654321";

/// What the line comes to, which must be a request.
fn ask(words: &[&str]) -> Ask {
    let matches = command().try_get_matches_from(["access"].iter().chain(words)).unwrap();
    match AccessArgs::from_arg_matches(&matches).unwrap().command.task().unwrap() {
        Task::Ask(ask) => ask,
        Task::Done => panic!("{words:?} asks nobody"),
    }
}

fn check(line: &str, operation: &str, input: &Value) {
    let words: Vec<_> = line.split(' ').collect();
    let asked = ask(&words);
    assert_eq!((asked.operation, &asked.input), (operation, input), "{line}");
    // An account may be named for everything that is in one.
    if words.first() != Some(&"account") {
        let mut with_account = input.clone();
        with_account["accountId"] = ACCOUNT.into();
        let line: Vec<_> = words.into_iter().chain(["--account", ACCOUNT]).collect();
        assert_eq!(ask(&line).input, with_account, "{line:?}");
    }
}

fn shown(line: &str, answer: Value) -> String {
    let asked = ask(&line.split(' ').collect::<Vec<_>>());
    (asked.show)(answer).unwrap()
}

#[test]
fn accounts() {
    let id = json!({ "accountId": ACCOUNT });
    let pending = |pending: bool| json!({ "accountId": ACCOUNT, "pendingVerification": pending });
    check("account create 210987654321", "CreateAccount", &pending(false));
    check("account create 210987654321 --pending-verification", "CreateAccount", &pending(true));
    check("account list", "ListAccounts", &json!({}));
    check("account show 210987654321", "GetAccount", &id);
    check("account set-verification 210987654321 pending", "UpdateAccount", &pending(true));
    check("account set-verification 210987654321 verified", "UpdateAccount", &pending(false));
    check("account delete 210987654321", "DeleteAccount", &id);
}

#[test]
fn users() {
    let ann = json!({ "userName": "ann" });
    let with_policy = json!({ "userName": "ann", "policyName": "P" });
    check("user create ann", "CreateUser", &ann);
    check(
        "user create ann --policy P --policy Q --boundary B --tag a=b --tag c=",
        "CreateUser",
        &json!({
            "userName": "ann", "policies": ["P", "Q"], "permissionsBoundary": "B", "tags": { "a": "b", "c": "" },
        }),
    );
    check("user list", "ListUsers", &json!({}));
    check("user show ann", "GetUser", &ann);
    check("user delete ann", "DeleteUser", &ann);
    check("user delete ann --force", "DeleteUser", &json!({ "userName": "ann", "force": true }));
    check("user tag ann a=b c=d", "TagUser", &json!({ "userName": "ann", "tags": { "a": "b", "c": "d" } }));
    check("user untag ann a c", "UntagUser", &json!({ "userName": "ann", "tagKeys": ["a", "c"] }));
    check("user attach ann P", "AttachUserPolicy", &with_policy);
    check("user detach ann P", "DetachUserPolicy", &with_policy);
    check("user set-boundary ann P", "PutUserPermissionsBoundary", &with_policy);
    check("user remove-boundary ann", "DeleteUserPermissionsBoundary", &ann);
}

#[test]
fn keys() {
    let switch = |status: &str| json!({ "userName": "ann", "accessKeyId": "AKIA1", "status": status });
    check("key create --user ann", "CreateAccessKey", &json!({ "userName": "ann" }));
    check("key list --user ann", "GetUser", &json!({ "userName": "ann" }));
    check("key activate AKIA1 --user ann", "UpdateAccessKey", &switch("Active"));
    check("key deactivate AKIA1 --user ann", "UpdateAccessKey", &switch("Inactive"));
    check(
        "key delete AKIA1 --user ann",
        "DeleteAccessKey",
        &json!({ "userName": "ann", "accessKeyId": "AKIA1" }),
    );
}

#[test]
fn policies_and_the_two_questions() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    std::fs::write(&file, "{ \"é\": 1 }\n").unwrap();
    let file = file.to_str().unwrap();
    let written = json!({ "policyName": "P", "document": "{ \"é\": 1 }\n" });
    check(&format!("policy create P {file}"), "CreatePolicy", &written);
    check(&format!("policy update P {file}"), "UpdatePolicy", &written);
    check("policy list", "ListPolicies", &json!({}));
    check("policy show P", "GetPolicy", &json!({ "policyName": "P" }));
    check("policy delete P", "DeletePolicy", &json!({ "policyName": "P" }));
    check("assume --user ann", "AssumeUser", &json!({ "userName": "ann" }));
    check(
        &format!("assume --user ann --duration 1h --format json --policy {file}"),
        "AssumeUser",
        &json!({ "userName": "ann", "durationSeconds": 3600, "policy": "{ \"é\": 1 }\n" }),
    );
    check(
        &format!("explain --user ann --action a:B --resource * --policy {file} --context k=v --context l=1"),
        "ExplainAccess",
        &json!({
            "userName": "ann", "action": "a:B", "resource": "*", "policy": "{ \"é\": 1 }\n",
            "context": { "k": "v", "l": "1" },
        }),
    );
}

#[test]
fn what_is_made_is_named_and_what_is_done_is_not_talked_about() {
    let user = json!({ "user": { "userName": "ann", "arn": "arn:u\x1b[2J" } });
    assert_eq!(shown("user create ann", user.clone()), "arn:u\n");
    assert_eq!(shown("user attach ann P", user), "");
    assert_eq!(shown("user delete ann", json!({})), "");
    let policy = json!({ "policy": { "policyName": "P", "arn": "arn:p" } });
    assert_eq!(shown("policy create P /dev/null", policy.clone()), "arn:p\n");
    assert_eq!(shown("policy update P /dev/null", policy), "");
    let account = json!({ "account": { "accountId": ACCOUNT } });
    assert_eq!(shown("account create 210987654321", account), "210987654321\n");
}

#[test]
fn lists_are_tables() {
    let user = |name: &str, policies: &[&str]| {
        let created = "2026-01-02T03:04:05Z";
        json!({ "userName": name, "policies": policies, "createTime": created, "origin": "stored" })
    };
    assert_eq!(
        shown("user list", json!({ "users": [user("ann", &["P", "Q"]), user("b\u{202e}ob\n", &[])] })),
        "NAME  POLICIES  BOUNDARY  CREATED               ORIGIN\n\
         ann   P,Q       -         2026-01-02T03:04:05Z  stored\n\
         bob   -         -         2026-01-02T03:04:05Z  stored\n"
    );
    let account = json!({ "accountId": ACCOUNT, "pendingVerification": true, "origin": "declared" });
    assert_eq!(
        shown("account list", json!({ "accounts": [account] })),
        "ACCOUNT       PENDING  CREATED  ORIGIN\n210987654321  true     -        declared\n"
    );
    let policy = json!({ "policyName": "HubbubModerator", "arn": "arn:p", "origin": "ready" });
    assert_eq!(
        shown("policy list", json!({ "policies": [policy] })),
        "NAME             ARN    CREATED  UPDATED  ORIGIN\nHubbubModerator  arn:p  -        -        ready\n"
    );
    let key = json!({ "accessKeyId": "AKIA1", "status": "Active", "createTime": "t", "origin": "stored" });
    assert_eq!(
        shown("key list --user ann", json!({ "user": { "userName": "ann" }, "accessKeys": [key] })),
        "ACCESS KEY ID  STATUS  CREATED  LAST USED  ORIGIN\nAKIA1          Active  t        -          stored\n"
    );
}

#[test]
fn one_thing_is_a_page_of_facts() {
    let mut answer = json!({
        "user": {
            "userName": "ann", "userId": "AIDA1", "arn": "arn:u", "tags": { "b": "2", "a": "1\x1b]0;x\x07" },
            "policies": ["P", "Q"], "permissionsBoundary": "B", "createTime": "t", "origin": "stored",
        },
        "accessKeys": [],
    });
    let facts = "name:                  ann\n\
                 id:                    AIDA1\n\
                 ARN:                   arn:u\n\
                 tags:                  a=1 b=2\n\
                 policies:              P Q\n\
                 permissions boundary:  B\n\
                 created:               t\n\
                 origin:                stored\n";
    assert_eq!(shown("user show ann", answer.clone()), facts);
    answer["accessKeys"] = json!([{ "accessKeyId": "AKIA1" }]);
    assert_eq!(
        shown("user show ann", answer),
        format!(
            "{facts}\n\
             ACCESS KEY ID  STATUS  CREATED  LAST USED  ORIGIN\n\
             AKIA1          -       -        -          -\n"
        )
    );
    assert_eq!(
        shown("account show 210987654321", json!({ "account": { "accountId": ACCOUNT, "createTime": "t" } })),
        "account:               210987654321\n\
         pending verification:  false\n\
         created:               t\n\
         origin:                -\n"
    );
}

#[test]
fn a_key_is_printed_as_awss_credentials_file_has_it() {
    let answer = json!({
        "accessKey": { "accessKeyId": "AKIA1", "userName": "ann", "status": "Active" },
        "secretAccessKey": "s/e+c\nrole_arn = x",
    });
    let text = shown("key create --user ann", answer);
    assert_eq!(text, "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s/e+c role_arn = x\n");
    assert_eq!(crate::credentials_file::parse(&text), Some(("AKIA1", "s/e+c role_arn = x")));
}

#[test]
fn a_document_is_shown_as_it_was_written() {
    let show = |document: &str| shown("policy show P", json!({ "policy": {}, "document": document }));
    assert_eq!(show("{\n\t\"a\": \"é\"\n}\n\n"), "{\n\t\"a\": \"é\"\n}\n");
    assert_eq!(show("{\"a\":\"\u{9b}2J\"}"), "{\"a\":\"\\u009b2J\"}\n");
}

#[test]
fn an_answer_of_another_shape_is_complained_of() {
    for line in
        ["user create ann", "user list", "user show ann", "key create --user ann", "assume --user ann"]
    {
        let asked = ask(&line.split(' ').collect::<Vec<_>>());
        assert!(
            (asked.show)(Value::Null).is_err() && (asked.show)(json!({ "rooms": [] })).is_err(),
            "{line}"
        );
    }
}

#[test]
fn a_policy_is_checked_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    let check = |document: &str| {
        std::fs::write(&file, document).unwrap();
        let matches = command().get_matches_from(["access", "policy", "check", file.to_str().unwrap()]);
        match AccessArgs::from_arg_matches(&matches).unwrap().command.task() {
            Ok(Task::Done) => None,
            Ok(Task::Ask(ask)) => panic!("{}", ask.operation),
            Err(error) => Some((error.exit_code(), error.to_string())),
        }
    };
    let statement = |effect: &str| {
        json!({ "Statement": [{ "Effect": effect, "Action": "ivschat:*", "Resource": "*" }] }).to_string()
    };
    assert_eq!(check(&statement("Allow")), None);
    let (code, said) = check(&statement("allow")).unwrap();
    let expected = format!("{}: Statement[0].Effect: unknown effect", file.display());
    assert!(code == 1 && said.starts_with(&expected), "{said}");
}
