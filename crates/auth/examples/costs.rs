//! tmp
use auth::*;
use std::time::Instant;
fn time(name: &str, mut f: impl FnMut()) {
    for _ in 0..1000 {
        f();
    }
    let mut best = f64::MAX;
    for _ in 0..5 {
        let t = Instant::now();
        for _ in 0..10000 {
            f();
        }
        best = best.min(t.elapsed().as_secs_f64() / 10000.0 * 1e6);
    }
    println!("{name}: {best:.2} us");
}
fn main() {
    let secret = SecretKey::parse("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let now = "2015-08-30T12:36:00Z".parse().unwrap();
    let scope = Scope { region: "us-west-2", service: "ivschat" };
    let body = vec![b'x'; 300];
    let hash = Signer::payload_hash(&body);
    let base: Vec<(&str, &[u8])> = vec![
        ("host", b"chat.example:8080"),
        ("content-type", b"application/json"),
        ("user-agent", b"aws-sdk-js/3.0 something"),
        ("amz-sdk-invocation-id", b"0123456789"),
        ("amz-sdk-request", b"attempt=1; max=3"),
        ("x-amz-content-sha256", hash.as_bytes()),
        ("content-length", b"300"),
    ];
    let r =
        SignedRequest { method: "POST", path: "/CreateChatToken", query: "", headers: &base, body: &body };
    let s = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, session_token: None, scope };
    let added = s.sign(&r, now);
    let mut h = base.clone();
    h.extend(added.iter().map(|(n, v)| (*n, v.as_bytes())));
    let signed = SignedRequest { headers: &h, ..r };
    time("parse", || {
        Presented::parse(&signed, now, &scope).unwrap();
    });
    time("parse+verify", || {
        let p = Presented::parse(&signed, now, &scope).unwrap();
        p.verify(&signed, Some(KnownKey { secret: &secret, session_token: None })).unwrap();
    });
    time("parse+verify unknown", || {
        let p = Presented::parse(&signed, now, &scope).unwrap();
        p.verify(&signed, None).unwrap_err();
    });
    time("sign", || {
        s.sign(&r, now);
    });
    let ring = KeyRing::new(vec![TokenKey::new(1, SealingKey::from_random([7; 32]), now)]);
    let region = model::Region::parse("us-west-2").unwrap();
    let c = ChatTokenClaims {
        token_id: u128::MAX,
        issued_at: now,
        expires_at: now + TOKEN_LIFETIME,
        session_expires_at: now,
        room: model::RoomKey {
            account: model::AccountId::parse("123456789012").unwrap(),
            id: model::Id::from_random(1),
        },
        user_id: model::UserId::parse("user-1234").unwrap(),
        capabilities: model::Capabilities::from_bits(7),
        attributes: model::Attributes::parse(
            [("displayName", "Some Body"), ("avatar", "https://example/a.png")],
            1024,
        )
        .unwrap(),
    };
    let key = ring.sealing_key(now).unwrap();
    let t = seal(&c, key, &region, [1; 12]).unwrap();
    println!("token {} chars", t.len());
    time("seal", || {
        seal(&c, key, &region, [1; 12]).unwrap();
    });
    time("open", || {
        open(&t, &ring, &region, now).unwrap();
    });
}
