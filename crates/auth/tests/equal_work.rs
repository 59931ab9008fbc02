//! Who guesses learns nothing from how much work an answer took: what finding a key's holder and verifying a signature
//! allocate is counted, case beside case. No clock is looked at, so that it holds on every machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use alloc_tracker::{Allocator, Session};
use auth::{
    AccessDirectory, AccessRecords, KnownKey, MasterKey, Presented, Principal, RootKey, Scope, SecretKey,
    SessionClaims, SignatureError, SignedRequest, Signer, seal_session,
};
use jiff::SignedDuration;
use model::{AccessKey, AccessKeyId, AccessUser, Account, AccountId, KeyStatus, Tags, Timestamp, UserName};
use std::alloc::System;
use std::hint::black_box;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const SCOPE: Scope<'static> = Scope { region: "us-west-2", service: "ivschat" };
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const WRONG_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ";
/// As long as every other id.
const ROOT: &str = "AKIAROOTROOTROOTROOT";
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// How often was allocated, and how many bytes.
type Work = (u64, u64);

fn secret(text: &str) -> Arc<SecretKey> {
    Arc::new(SecretKey::parse(text).unwrap())
}

fn master() -> MasterKey {
    MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn id(bits: u128) -> String {
    AccessKeyId::permanent(bits).to_string()
}

/// A user with an active key and an inactive one: numbers 1 and 2.
fn directory() -> AccessDirectory {
    let account = AccountId::parse("123456789012").unwrap();
    let home = Account { id: account, pending_verification: false, created_at: NOW };
    let name = UserName::parse("ann").unwrap();
    let user = AccessUser {
        account,
        name: name.clone(),
        tags: Tags::default(),
        policies: Vec::new(),
        boundary: None,
        created_at: NOW,
    };
    let key = |bits, status| {
        let key = AccessKey {
            id: AccessKeyId::permanent(bits),
            account,
            user: name.clone(),
            status,
            wrapped_secret: Vec::new(),
            created_at: NOW,
            last_used_at: None,
        };
        (key, Some(secret(SECRET)))
    };
    let keys = vec![key(1, KeyStatus::Active), key(2, KeyStatus::Inactive)];
    let stored = AccessRecords { users: vec![user], keys, ..AccessRecords::default() };
    let root = RootKey { access_key_id: ROOT.to_owned(), secret: secret(SECRET) };
    AccessDirectory::build(&home, root, &stored, &AccessRecords::default(), None).0
}

/// The token of a temporary key of the user.
fn session_token(directory: &AccessDirectory, bits: u128) -> String {
    let name = UserName::parse("ann").unwrap();
    let known = directory.user(directory.home(), &name).unwrap();
    let claims = SessionClaims {
        access_key_id: AccessKeyId::temporary(bits),
        secret: SecretKey::parse(SECRET).unwrap(),
        account: directory.home(),
        user: name,
        user_id: known.id.clone(),
        issued_at: NOW,
        expires_at: NOW + SignedDuration::from_hours(1),
        policy: None,
    };
    seal_session(&claims, &master(), [1; 12]).unwrap()
}

/// What a request with these credentials is answered, and the work of it.
fn judge(
    directory: &AccessDirectory,
    access_key_id: &str,
    secret_key: &str,
    session_token: Option<&str>,
) -> (Result<(), SignatureError>, Work) {
    let signer = Signer { access_key_id, secret: &secret(secret_key), session_token, scope: SCOPE };
    let plain: [(&str, &[u8]); 2] = [("content-type", b"application/json"), ("host", b"chat.example:8443")];
    let unsigned =
        SignedRequest { method: "POST", path: "/ListRooms", query: "", headers: &plain, body: b"{}" };
    let added = signer.sign(&unsigned, NOW);
    let added = added.iter().map(|(name, value)| (*name, value.as_bytes()));
    let headers: Vec<_> = plain.into_iter().chain(added).collect();
    let request = SignedRequest { headers: &headers, ..unsigned };
    let presented = Presented::parse(&request, NOW, &SCOPE).unwrap();
    let master = master();
    counted(|| verify(directory, &presented, &master, &request))
}

/// As the server does it.
fn verify(
    directory: &AccessDirectory,
    presented: &Presented,
    master: &MasterKey,
    request: &SignedRequest<'_>,
) -> Result<(), SignatureError> {
    let holder = directory.holder(presented, master, NOW)?;
    let key = holder
        .as_ref()
        .map(|holder| KnownKey { secret: &holder.secret, session_token: holder.session_token.as_deref() });
    presented.verify(request, key)
}

fn counted<T>(act: impl FnOnce() -> T) -> (T, Work) {
    let session = Session::new().no_stdout().no_file();
    let span = session.operation("act").measure_thread().iterations(1);
    let outcome = black_box(act());
    drop(span);
    let report = session.to_report();
    let work =
        report.operations().map(|(_, one)| (one.total_allocations_count(), one.total_bytes_allocated()));
    (outcome, work.last().unwrap())
}

/// Every case ends in the same way and takes the same work; that work.
fn all_alike(
    directory: &AccessDirectory,
    expected: &Result<(), SignatureError>,
    cases: &[(&str, &str, &str, Option<&str>)],
) -> Work {
    let judged = cases.iter().map(|(what, id, secret_key, token)| {
        let (outcome, work) = judge(directory, id, secret_key, *token);
        assert_eq!(&outcome, expected, "{what}");
        (*what, work)
    });
    let judged: Vec<_> = judged.collect();
    let first = judged.first().unwrap().1;
    assert!(first.0 > 0 && judged.iter().all(|(_, work)| *work == first), "{judged:?}");
    first
}

#[test]
fn a_key_that_opens_nothing_is_told_from_another_neither_by_the_answer_nor_by_the_work() {
    let (unknown, inactive, temporary) = (id(9), id(2), AccessKeyId::temporary(1).to_string());
    let cases: [(&str, &str, &str, Option<&str>); 4] = [
        ("unknown", &unknown, SECRET, None),
        ("inactive, the right secret", &inactive, SECRET, None),
        ("inactive, a wrong secret", &inactive, WRONG_SECRET, None),
        ("temporary, without its token", &temporary, SECRET, None),
    ];
    all_alike(&directory(), &Err(SignatureError::UnrecognizedClient), &cases);
}

#[test]
fn a_wrong_secret_costs_what_the_right_one_does_and_an_unknown_key_all_of_that_but_the_name_of_its_user() {
    let directory = directory();
    let (unknown, known) = (id(9), id(1));
    let (_, nobody) = judge(&directory, &unknown, SECRET, None);
    let user = directory.user(directory.home(), &UserName::parse("ann").unwrap()).unwrap();
    // The one difference: whose key it is, is written out as an ARN. That there is such a key, the answer says too.
    let (_, naming_the_user) = counted(|| Principal::user(Arc::clone(user)));
    let (_, naming_the_root) = counted(|| Principal::root(directory.home()));
    for (id, naming) in [(known.as_str(), naming_the_user), (ROOT, naming_the_root)] {
        assert_eq!(naming.0, 1, "an ARN is one allocation");
        let (wrong, work) = judge(&directory, id, WRONG_SECRET, None);
        assert_eq!(wrong, Err(SignatureError::SignatureMismatch));
        assert_eq!(judge(&directory, id, SECRET, None), (Ok(()), work));
        assert_eq!(work, (nobody.0 + naming.0, nobody.1 + naming.1));
    }
}

#[test]
fn a_token_that_is_not_the_key_s_takes_the_same_work_whoever_s_key_it_is() {
    let directory = directory();
    let (unknown, inactive, active) = (id(9), id(2), id(1));
    let temporary = AccessKeyId::temporary(1).to_string();
    let (own, foreign) = (session_token(&directory, 1), session_token(&directory, 2));
    let changed = format!("{}AAAAAAAA", own.get(..own.len() - 8).unwrap());
    assert!(changed != own && foreign.len() == own.len());
    let cases: [(&str, &str, &str, Option<&str>); 7] = [
        ("unknown key", &unknown, SECRET, Some(&own)),
        ("inactive key", &inactive, SECRET, Some(&own)),
        ("active key", &active, SECRET, Some(&own)),
        ("active key, wrong secret", &active, WRONG_SECRET, Some(&own)),
        ("root key", ROOT, SECRET, Some(&own)),
        ("another's session", &temporary, SECRET, Some(&foreign)),
        ("changed", &temporary, SECRET, Some(&changed)),
    ];
    let refused = all_alike(&directory, &Err(SignatureError::UnrecognizedClient), &cases);
    let (_, in_order) = judge(&directory, ROOT, SECRET, None);
    assert!(refused > in_order, "the signature is computed all the same: {refused:?}, {in_order:?}");
    // Past the seal, only the secret can be wrong.
    let (right, work) = judge(&directory, &temporary, SECRET, Some(&own));
    assert_eq!(right, Ok(()));
    let wrong = judge(&directory, &temporary, WRONG_SECRET, Some(&own));
    assert_eq!(wrong, (Err(SignatureError::SignatureMismatch), work));
}
