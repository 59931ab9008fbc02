//! Review files, right and wrong.

use crate::house::{ARN, compile, http};
use delivery::{DeclarationSources, ReviewFile, ReviewMap};
use std::io;
use std::time::Duration;

const HUSH: &str = "hush-hush";

/// The file is refused with words that hold `expected`, and none of them is a secret.
fn refused(file: &str, expected: &str) {
    let error = compile(file, &[("EMPTY", ""), ("BLANK", "hush hush")]).unwrap_err();
    assert!(error.contains(expected), "{error:?} instead of {expected:?}");
    assert!(!error.contains("hush"), "{error}");
}

fn lambda(more: &str) -> String {
    format!("[[handler]]\nkind = \"lambda\"\narn = \"{ARN}f\"\n{more}\n")
}

#[test]
fn what_is_wrong_with_a_mapping_is_named_with_its_path() {
    let check = |url: &str, more: &str, expected: &str| refused(&http("f", url, more), expected);
    for url in
        ["", "example.com", "ftp://example.com/", "https://hush@example.com/", "https://u:hush@example.com/"]
    {
        check(url, "", "handler[0].url: must be a URL");
    }
    check(&format!("http://example.com/{}", "x".repeat(2_048)), "", "handler[0].url: must be a URL");
    let url = "http://example.com/";
    check(url, "time_limit_ms = 0", "handler[0].time_limit_ms: must be 1 to 10000");
    check(url, "time_limit_ms = 10001", "handler[0].time_limit_ms: must be 1 to 10000");
    check(url, "bearer_env = \"NONE\"", "handler[0].bearer: the environment has no variable NONE");
    // The secret itself where the variable's name should be.
    check(
        url,
        "bearer_env = \"hush-hush\"",
        "handler[0].bearer: the environment has no variable of that name",
    );
    check(url, "bearer_env = \"EMPTY\"", "handler[0].bearer: must have 1 to 4096 visible ASCII characters");
    check(url, "bearer_env = \"BLANK\"", "handler[0].bearer: must have 1 to 4096 visible ASCII characters");
    check(url, "bearer_file = \"nowhere\"", "handler[0].bearer: cannot read nowhere: ");
    check(url, "bearer = \"hush\"\nbearer_env = \"X\"", "handler[0].bearer: takes `bearer`, `bearer_env`");
    check(url, "hmac_secret_env = \"NONE\"", "handler[0].hmac_secret: the environment has no variable NONE");
    check(url, "bearer = 4711", "expected a string");
    check(url, "secret = \"hush\"", "unknown field `secret`");
    check(url, "shadow = 1", "invalid type: integer");
    let two = [http("f", url, ""), http("", url, "")].concat();
    refused(&two, "handler[1].arn: must be the ARN of a Lambda function");
    refused(&http("f", url, "").repeat(257), "handler: there are more than 256");
    refused("[[handler]]\nkind = \"exec\"", "unknown variant `exec`");
    refused("[[handlers]]", "unknown field `handlers`");
}

#[test]
fn what_is_wrong_with_a_lambda_is_named_with_its_path() {
    let check = |more: &str, expected: &str| refused(&lambda(more), expected);
    let key = |more: &str| format!("credentials = {{ access_key_id = \"AKIDEXAMPLE\"{more} }}");
    check("endpoint = \"localhost:3002\"", "handler[0].endpoint: must be a URL");
    check("endpoint = \"http://localhost/?key=hush\"", "handler[0].endpoint: must be a URL without a query");
    check("region = \"US\"", "handler[0].region: must be the name of a region");
    check("function = \"\"", "handler[0].function: must have 1 to 170 characters");
    check("function = \"..\"", "handler[0].function: must have 1 to 170 characters");
    check("credentials = \"hush\"", "expected \"default\" or a table");
    check(&key(""), "handler[0].credentials: needs `secret_access_key`, `secret_env` or `secret_file`");
    check(&key(", secret_access_key = 4711"), "expected a string");
    check(&key(", secret_access_key = \"hush hush\""), "handler[0].credentials: must have 1 to 4096");
    check(
        &key(&format!(", secret_access_key = \"{}\"", "x".repeat(129))),
        "handler[0].credentials: a secret",
    );
    check(&key(", secret_access_key = \"h\", other = 1"), "unknown field `other`");
    check(
        "credentials = { access_key_id = \"a/b\", secret_access_key = \"x\" }",
        "handler[0].credentials.access_key_id: must have",
    );
    check(
        &key(", secret_access_key = \"x\", session_token = \"\""),
        "handler[0].credentials.session_token: must",
    );
    let half = compile(&lambda(""), &[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")]).unwrap_err();
    assert!(half.starts_with("handler[0].credentials: "), "{half}");
}

#[test]
fn what_is_wrong_with_rules_is_named_with_its_path() {
    refused("[[rules]]\nname = \"\"", "rules[0]");
    let rules = "[[rules]]\nname = \"a\"\n[[rules.rule]]\nkind = \"words\"\nwords = [\"x\"]\n";
    compile(rules, &[]).unwrap();
    refused(&rules.repeat(2), "rules[1].name: there is another one of this name");
    let many: String = (0..65).map(|n| rules.replace("\"a\"", &format!("\"a{n}\""))).collect();
    refused(&many, "rules: there are more than 64");
}

#[test]
fn a_file_may_be_json_and_shows_no_secret() {
    let text = serde_json::json!({
        "handler": [
            { "kind": "http", "arn": "*", "url": format!("https://example.com/?code={HUSH}"),
              "bearer": HUSH, "hmac_secret": HUSH, "shadow": true, "time_limit_ms": 500 },
            { "kind": "lambda", "arn": format!("{ARN}f"), "credentials":
              { "access_key_id": "AKIDEXAMPLE", "secret_access_key": HUSH, "session_token": HUSH } },
        ],
    });
    let file: ReviewFile = serde_json::from_str(&text.to_string()).unwrap();
    assert!(!format!("{file:?}").contains(HUSH), "{file:?}");
    let text_of = |_: &std::path::Path| Err(io::ErrorKind::NotFound.into());
    let sources = DeclarationSources { variable: &|_| None, text_of: &text_of };
    let map = ReviewMap::compile(file, Duration::from_millis(200), sources).unwrap();
    assert!(!format!("{map:?}").contains(HUSH), "{map:?}");
}
