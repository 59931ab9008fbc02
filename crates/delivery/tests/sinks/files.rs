//! Destinations files, right and wrong.

use crate::stage::{Stage, account, compile};
use delivery::{DeclarationSources, Destinations, DestinationsFile, Target};
use model::{AccountId, Destination, Region};

/// The file is refused with words that hold `expected`, and none of them is a secret.
fn refused(file: &str, expected: &str) {
    let error = compile(file, &[("BLANK", "hush hush")]).unwrap_err();
    assert!(error.contains(expected), "{error:?} instead of {expected:?}");
    assert!(!error.contains("hush"), "{error}");
}

fn one(kind: &str, more: &str) -> String {
    format!("[[destination]]\nkind = \"{kind}\"\n{more}\n")
}

#[test]
fn what_is_wrong_with_a_destination_is_named_with_its_path() {
    let check = |more: &str, expected: &str| refused(&one("s3", more), expected);
    check("name = \"\"", "destination[0].name: must have 1 to 512 characters");
    check(&format!("name = \"{}\"", "a".repeat(513)), "destination[0].name: must have");
    check("account = \"12\"", "destination[0].account: must be twelve digits, or `*`");
    check("to = \"gcp\"", "unknown variant `gcp`");
    check("endpoint = \"localhost:9000\"", "destination[0].endpoint: must be a URL");
    check("endpoint = \"http://u:hush@localhost/\"", "destination[0].endpoint: must be a URL");
    check(
        "endpoint = \"http://localhost/?a=hush\"",
        "destination[0].endpoint: must be a URL without a query",
    );
    check(
        "endpoint = \"http://localhost/a%20b\"",
        "destination[0].endpoint: must have a path of nothing but",
    );
    check("region = \"US\"", "destination[0].region: must be the name of a region");
    check("batch_seconds = 0", "destination[0].batch_seconds: must be 1 to 3600");
    check("batch_seconds = 3601", "destination[0].batch_seconds: must be 1 to 3600");
    check("batch_bytes = 65535", "destination[0].batch_bytes: must be 65536 to 268435456");
    check("batch_bytes = 268435457", "destination[0].batch_bytes: must be 65536 to 268435456");
    check("credentials = \"hush\"", "expected \"default\" or a table");
    check("credentials = { access_key_id = \"a\" }", "destination[0].credentials: needs `secret_access_key`");
    let key = |more: &str| format!("credentials = {{ access_key_id = \"a\", {more} }}");
    check(&key("secret_env = \"NONE\""), "destination[0].credentials: the environment has no variable NONE");
    check(&key("secret_env = \"BLANK\""), "destination[0].credentials: must have 1 to 4096");
    check(&key("secret_file = \"nowhere\""), "destination[0].credentials: cannot read nowhere");
    check("secret = \"hush\"", "unknown field `secret`");
    for member in [
        "endpoint = \"http://localhost\"",
        "region = \"a\"",
        "path_style = true",
        "credentials = \"default\"",
    ] {
        let name = member.split(' ').next().unwrap();
        check(&format!("to = \"local\"\n{member}"), &format!("destination[0].{name}: has no meaning with"));
    }
    let two = [one("s3", "to = \"local\""), one("firehose", "batch_seconds = 901")].concat();
    refused(&two, "destination[1].batch_seconds: must be 1 to 900");
    refused(&one("firehose", "path_style = true"), "destination[0].path_style: has no meaning but for s3");
    refused(&one("cloudwatch_logs", "batch_bytes = 65536"), "destination[0].batch_bytes: has no meaning but");
    refused(&one("s3", "to = \"local\"").repeat(257), "destination: there are more than 256");
    refused("[[destination]]\nname = \"a\"", "missing field `kind`");
    refused(&one("kinesis", ""), "unknown variant `kinesis`");
    refused("[local]\nkeep_days = 36501", "local.keep_days: must be 0 to 36500");
    refused("[local]\nrotate_bytes = 1", "local.rotate_bytes: must be 1048576 to 17179869184");
    refused("[local]\nkeep = 1", "unknown field `keep`");
    let half = compile(&one("s3", ""), &[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")]).unwrap_err();
    assert!(half.starts_with("destination[0].credentials: "), "{half}");
}

#[test]
fn the_first_that_fits_counts_and_without_one_it_is_local() {
    let endpoint = |port: u16| format!("endpoint = \"http://127.0.0.1:{port}\"");
    let file = [
        one("s3", &format!("name = \"ivs-?\"\n{}", endpoint(1))),
        one("s3", &format!("name = \"ivs-*\"\naccount = \"*\"\n{}", endpoint(2))),
        one("s3", "name = \"here\"\nto = \"local\"\nbatch_seconds = 5"),
        one("firehose", &format!("account = \"000000000007\"\n{}", endpoint(3))),
    ];
    let destinations = compile(&file.concat(), &[]).unwrap();
    let other = AccountId::parse("000000000007").unwrap();
    let find = |account: AccountId, destination: Destination| {
        let target = format!("{:?}", destinations.find(account, &destination));
        (1..=3).find(|port| target.contains(&format!("127.0.0.1:{port}"))).unwrap_or_else(|| {
            assert!(target.contains("Local"), "{target}");
            0
        })
    };
    let bucket = |name: &str| Destination::parse_bucket(name).unwrap();
    let stream = || Destination::parse_delivery_stream("ivs-1").unwrap();
    assert_eq!(find(account(), bucket("ivs-1")), 1);
    assert_eq!(find(account(), bucket("ivs-12")), 2);
    assert_eq!(find(other, bucket("ivs-1")), 2, "the first is the server's own account's alone");
    assert_eq!(find(account(), bucket("here")), 0);
    assert_eq!(find(account(), bucket("other")), 0);
    assert_eq!(find(account(), Destination::parse_log_group("ivs-1").unwrap()), 0);
    assert_eq!(find(other, stream()), 3);
    assert_eq!(find(account(), stream()), 0);
}

#[test]
fn without_a_file_all_is_local() {
    let all = compile("", &[]).unwrap();
    let destination = Destination::parse_bucket("abc").unwrap();
    let found: Target = all.find(account(), &destination);
    assert_eq!(found, Destinations::all_local().find(account(), &destination));
    assert_eq!(all.local(), Destinations::all_local().local());
}

#[test]
fn a_file_may_be_json_and_shows_no_secret() {
    let key = serde_json::json!(
        { "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hush", "session_token": "hush" }
    );
    let text = serde_json::json!({
        "destination": [{ "kind": "cloudwatch_logs", "account": "*", "credentials": key }],
        "local": { "keep_days": 0 },
    });
    let file: DestinationsFile = serde_json::from_str(&text.to_string()).unwrap();
    assert!(!format!("{file:?}").contains("hush"), "{file:?}");
    let text_of = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = DeclarationSources { variable: &|_| None, text_of: &text_of };
    let region = Region::parse("us-west-2").unwrap();
    let destinations = Destinations::compile(file, sources, &region, account()).unwrap();
    assert!(!format!("{destinations:?}").contains("hush"), "{destinations:?}");
    assert_eq!(destinations.local().keep_days, 0);
}

#[test]
fn members_that_are_not_given_are_as_documented() {
    let stage = Stage::local(crate::stage::Kind::S3);
    assert_eq!(stage.sink.limits().wait.as_secs(), 300);
    let local = compile("", &[]).unwrap().local();
    assert_eq!((local.keep_days, local.keep_bytes, local.rotate_bytes), (30, 10 << 30, 64 << 20));
}
