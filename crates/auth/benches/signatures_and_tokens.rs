//! What a signature and a chat token cost, beside one hash and one HMAC of the same body: the ratios tell how much is
//! cryptography and how much is ours. And what 10,000 statements of policies cost.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use auth::{
    ChatTokenClaims, Context, KeyRing, KnownKey, NamedPolicy, Policy, PolicySet, Presented, Request, Scope,
    SealingKey, SecretKey, SignedRequest, Signer, TOKEN_LIFETIME, TokenKey, evaluate, open, seal,
};
use aws_lc_rs::{digest, hmac};
use criterion::Criterion;
use model::{
    AccountId, Attributes, Capability, Id, MESSAGE_ATTRIBUTES_MAX_BYTES, Region, RoomKey, Timestamp, UserId,
};
use std::hint::black_box;

const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SCOPE: Scope<'static> = Scope { region: "us-west-2", service: "ivschat" };
const BODY: &[u8] = br#"{"roomIdentifier":"arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl","userId":"ann",
"capabilities":["SEND_MESSAGE","DELETE_MESSAGE"],"attributes":{"color":"blue"},"sessionDurationInMinutes":60}"#;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    signatures(&mut criterion);
    tokens(&mut criterion);
    policies(&mut criterion);
    criterion.final_summary();
}

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn signatures(criterion: &mut Criterion) {
    let secret = SecretKey::parse(SECRET).unwrap();
    let signer = Signer { access_key_id: ACCESS_KEY_ID, secret: &secret, session_token: None, scope: SCOPE };
    let plain: [(&str, &[u8]); 2] = [("content-type", b"application/json"), ("host", b"chat.example:8443")];
    let unsigned =
        SignedRequest { method: "POST", path: "/CreateChatToken", query: "", headers: &plain, body: BODY };
    let added = signer.sign(&unsigned, now());
    let mut headers = plain.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
    // What SDKs send besides, and nobody signs.
    headers.push(("user-agent", b"aws-sdk-rust/1.3 os/linux lang/rust"));
    headers.push(("content-length", b"215"));
    let signed = SignedRequest { headers: &headers, ..unsigned };
    let other = SecretKey::parse(&SECRET.replace('w', "W")).unwrap();
    let verify = |request: &SignedRequest<'_>, secret: Option<&SecretKey>| {
        let presented = Presented::parse(request, now(), &SCOPE).unwrap();
        presented.verify(request, secret.map(|secret| KnownKey { secret, session_token: None })).is_ok()
    };
    assert_eq!([Some(&secret), Some(&other), None].map(|key| verify(&signed, key)), [true, false, false]);

    let mut group = criterion.benchmark_group("SigV4 of CreateChatToken");
    for (name, key) in
        [("verify", Some(&secret)), ("verify/wrong secret", Some(&other)), ("verify/unknown key", None)]
    {
        group.bench_function(name, |bencher| bencher.iter(|| verify(black_box(&signed), key)));
    }
    group.bench_function("sign", |bencher| bencher.iter(|| signer.sign(black_box(&unsigned), now())));
    group.bench_function("reference: SHA-256 of the body", |bencher| {
        bencher.iter(|| digest::digest(&digest::SHA256, black_box(BODY)));
    });
    group.bench_function("reference: HMAC-SHA256 of the body", |bencher| {
        bencher.iter(|| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, black_box(SECRET.as_bytes()));
            hmac::sign(&key, black_box(BODY))
        });
    });
    group.finish();
}

fn claims() -> ChatTokenClaims {
    let room = RoomKey {
        account: AccountId::parse("123456789012").unwrap(),
        id: Id::parse("AbCdEfGhIjKl").unwrap(),
    };
    ChatTokenClaims {
        token_id: u128::MAX / 3,
        issued_at: now(),
        expires_at: now() + TOKEN_LIFETIME,
        session_expires_at: now() + TOKEN_LIFETIME * 60,
        room,
        user_id: UserId::parse("ann").unwrap(),
        capabilities: [Capability::SendMessage, Capability::DeleteMessage].into_iter().collect(),
        attributes: Attributes::parse([("color", "blue")], MESSAGE_ATTRIBUTES_MAX_BYTES).unwrap(),
    }
}

fn tokens(criterion: &mut Criterion) {
    let region = Region::parse(SCOPE.region).unwrap();
    let ring = KeyRing::new(vec![TokenKey::new(7, SealingKey::from_random([5; SealingKey::LENGTH]), now())]);
    let claims = claims();
    let seal_one = || seal(black_box(&claims), ring.sealing_key(now()).unwrap(), &region, [9; 12]).unwrap();
    let token = seal_one();

    let mut group = criterion.benchmark_group("chat token");
    group.bench_function("seal", |bencher| bencher.iter(seal_one));
    group.bench_function("open", |bencher| {
        bencher.iter(|| open(black_box(&token), &ring, &region, now()).unwrap());
    });
    group.bench_function("reference: SHA-256 of the token", |bencher| {
        bencher.iter(|| digest::digest(&digest::SHA256, black_box(token.as_bytes())));
    });
    group.finish();
}

const ROOM: &str = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl";

/// 10,000 statements with these fields, `INDEX` in them counted, as users have them: no document is over 64 KiB.
fn statements(fields: &str) -> Vec<Policy> {
    let statement = |index: usize| {
        let fields = fields.replace("INDEX", &index.to_string());
        format!(r#"{{"Effect":"Allow","Action":"ivschat:*",{fields}}}"#)
    };
    let document = |first: usize| {
        let all: Vec<_> = (first..first + 100).map(statement).collect();
        Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, all.join(","))).unwrap()
    };
    (0..10_000).step_by(100).map(document).collect()
}

fn policies(criterion: &mut Criterion) {
    let mut context = Context::new();
    context.add("aws:username", "ann");
    context.add("aws:PrincipalArn", "arn:aws:iam::123456789012:user/ann");
    context.add("aws:UserAgent", "aws-sdk-rust/1.3 os/linux lang/rust");
    context.add_tags("aws:ResourceTag/", [("team", "red"), ("stage", "production")]);
    context.add_time(now());
    context.add_source_ip("10.1.2.3".parse().unwrap());
    let request = Request { action: "ivschat:GetRoom", resource: ROOM, context: &context };
    let arn = "arn:aws:ivschat:*:123456789012:room";
    let mut group = criterion.benchmark_group("evaluate 10,000 statements");
    for (name, fields) in [
        ("another resource", format!(r#""Resource":"{arn}/INDEX*""#)),
        ("a variable in the resource", format!(r#""Resource":"{arn}/${{aws:username}}-INDEX-*""#)),
        (
            "a tag",
            r#""Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"INDEX"}}"#.to_owned(),
        ),
        ("a pattern", r#""Resource":"*","Condition":{"StringLike":{"aws:UserAgent":"*INDEX*"}}"#.to_owned()),
        (
            "time and address",
            r#""Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01"},
            "IpAddress":{"aws:SourceIp":"10.2.0.0/16"}}"#
                .to_owned(),
        ),
    ] {
        let policies = statements(&fields);
        let identity: Vec<_> = policies.iter().map(|policy| NamedPolicy { name: "p", policy }).collect();
        let set = PolicySet { identity: &identity, boundary: None, session: None };
        group.bench_function(name, |bencher| bencher.iter(|| evaluate(&set, black_box(&request))));
    }
    group.finish();
}
