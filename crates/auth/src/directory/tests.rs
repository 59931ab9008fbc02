//! Whose key it is, what a user may, and what opens nothing.

use super::{AccessDirectory, AccessProblem, AccessRecords, KeyHolder, Origin, RootKey};
use crate::{
    Context, Decision, MasterKey, Presented, Principal, Request, Scope, SecretKey, SessionClaims,
    SignatureError, SignedRequest, Signer, authorize, seal_session,
};
use jiff::SignedDuration;
use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, KeyStatus, PolicyName, Tags,
    Timestamp, UserName,
};
use std::sync::Arc;

const ROOM: &str = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl";
const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn account(id: &str) -> Account {
    let id = AccountId::parse(id).unwrap();
    Account { id, pending_verification: false, created_at: Timestamp::UNIX_EPOCH }
}

fn home() -> AccountId {
    account("123456789012").id
}

fn policy(name: &str, document: &str) -> AccessPolicy {
    AccessPolicy {
        account: home(),
        name: PolicyName::parse(name).unwrap(),
        document: document.to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn user(name: &str, policies: &[&str], boundary: Option<&str>) -> AccessUser {
    AccessUser {
        account: home(),
        name: UserName::parse(name).unwrap(),
        tags: Tags::parse([("team".to_owned(), "red".to_owned())].into()).unwrap(),
        policies: policies.iter().map(|name| PolicyName::parse(name).unwrap()).collect(),
        boundary: boundary.map(|name| PolicyName::parse(name).unwrap()),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn key(bits: u128, of: &str, status: KeyStatus) -> (AccessKey, Option<Arc<SecretKey>>) {
    let key = AccessKey {
        id: AccessKeyId::permanent(bits),
        account: home(),
        user: UserName::parse(of).unwrap(),
        status,
        wrapped_secret: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
        last_used_at: None,
    };
    (key, Some(Arc::new(SecretKey::parse("secret").unwrap())))
}

fn build(stored: &AccessRecords, declared: &AccessRecords) -> (AccessDirectory, Vec<AccessProblem>) {
    let secret = Arc::new(SecretKey::parse("root-secret").unwrap());
    let root = RootKey { access_key_id: "AKIAROOT".to_owned(), secret };
    AccessDirectory::build(&account("123456789012"), root, stored, declared, None)
}

fn directory(stored: &AccessRecords) -> AccessDirectory {
    let (directory, problems) = build(stored, &AccessRecords::default());
    assert_eq!(problems, []);
    directory
}

fn master() -> MasterKey {
    MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

/// What the directory makes of a request that this key signed.
fn holder(
    directory: &AccessDirectory,
    access_key_id: &str,
    session_token: Option<&str>,
    now: Timestamp,
) -> Result<Option<KeyHolder>, SignatureError> {
    let secret = SecretKey::parse("secret").unwrap();
    let scope = Scope { region: "us-west-2", service: "ivschat" };
    let headers = [("host", b"localhost".as_slice())];
    let unsigned = SignedRequest { method: "POST", path: "/", query: "", headers: &headers, body: b"" };
    let signer = Signer { access_key_id, secret: &secret, session_token, scope };
    let added = signer.sign(&unsigned, now);
    let all = added.iter().map(|(name, value)| (*name, value.as_bytes()));
    let headers: Vec<_> = headers.into_iter().chain(all).collect();
    let presented = Presented::parse(&SignedRequest { headers: &headers, ..unsigned }, now, &scope).unwrap();
    directory.holder(&presented, &master(), now)
}

fn may(principal: &Principal, action: &str, resource: &str, tags: &[(&str, &str)]) -> Decision {
    let mut context = Context::new();
    principal.describe(&mut context);
    context.add_tags("aws:ResourceTag/", tags.iter().copied());
    authorize(principal, &Request { action, resource, context: &context })
}

fn may_get(principal: &Principal) -> bool {
    may(principal, "ivschat:GetRoom", ROOM, &[]) == Decision::Allowed
}

#[test]
fn active_keys_are_their_users_and_no_others_are_anybody() {
    let stored = AccessRecords {
        users: vec![user("alice", &["HubbubReadOnlyAccess"], None)],
        keys: vec![key(1, "Alice", KeyStatus::Active), key(2, "alice", KeyStatus::Inactive)],
        ..AccessRecords::default()
    };
    let directory = directory(&stored);
    let now = Timestamp::UNIX_EPOCH;
    let find = |id: &str| holder(&directory, id, None, now).unwrap();
    let root = find("AKIAROOT").unwrap();
    assert!(root.principal.is_root() && may_get(&root.principal));
    assert_eq!(root.principal.arn(), "arn:aws:iam::123456789012:root");
    let alice = find(AccessKeyId::permanent(1).as_str()).unwrap();
    assert_eq!(alice.principal.arn(), "arn:aws:iam::123456789012:user/alice");
    assert!(may_get(&alice.principal) && !alice.principal.is_session());
    assert_eq!(alice.session_token, None);
    for nobody in [AccessKeyId::permanent(2).as_str(), AccessKeyId::permanent(3).as_str(), "akiaroot"] {
        assert!(find(nobody).is_none(), "{nobody}");
    }
    assert!(holder(&directory, "AKIAROOT", Some("AAAA"), now).unwrap().is_none());
}

#[test]
fn a_session_acts_as_its_user_until_it_expires() {
    let stored =
        AccessRecords { users: vec![user("alice", &["HubbubFullAccess"], None)], ..AccessRecords::default() };
    let before = directory(&stored);
    let name = UserName::parse("alice").unwrap();
    let known = before.user(home(), &name).unwrap();
    assert!(known.id.starts_with("AIDA") && known.id.len() == 20);
    let until = Timestamp::UNIX_EPOCH + SessionClaims::SHORTEST;
    let token = |policy: Option<&str>| {
        let claims = SessionClaims {
            access_key_id: AccessKeyId::temporary(1),
            secret: SecretKey::parse("secret").unwrap(),
            account: home(),
            user: name.clone(),
            user_id: known.id.clone(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: until,
            policy: policy.map(str::to_owned),
        };
        seal_session(&claims, &master(), [1; 12]).unwrap()
    };
    let id = AccessKeyId::temporary(1);
    let find = |directory: &_, token: &str, now| holder(directory, id.as_str(), Some(token), now);
    let start = Timestamp::UNIX_EPOCH;
    let plain = find(&before, &token(None), start).unwrap().unwrap();
    assert!(plain.principal.is_session() && may_get(&plain.principal));
    assert_eq!(plain.principal.arn(), known.arn());
    let narrowed =
        token(Some(r#"{"Statement":{"Effect":"Allow","Action":"ivschat:ListRooms","Resource":"*"}}"#));
    let narrowed = find(&before, &narrowed, start).unwrap().unwrap();
    assert!(!may_get(&narrowed.principal));
    // What cannot be read lets nobody in; neither does a token without its key.
    assert!(find(&before, &token(Some("{}")), start).unwrap().is_none());
    assert!(
        holder(&before, AccessKeyId::temporary(2).as_str(), Some(&token(None)), start).unwrap().is_none()
    );
    let last = until - SignedDuration::from_nanos(1);
    assert!(find(&before, &token(None), last).unwrap().is_some());
    assert_eq!(find(&before, &token(None), until).unwrap_err(), SignatureError::ExpiredToken);
    // Who was made again under the same name is another.
    let again = AccessUser { created_at: until, ..user("alice", &["HubbubFullAccess"], None) };
    let after = directory(&AccessRecords { users: vec![again], ..AccessRecords::default() });
    assert!(find(&after, &token(None), start).unwrap().is_none());
    assert!(find(&directory(&AccessRecords::default()), &token(None), start).unwrap().is_none());
}

#[test]
fn a_boundary_bounds_and_variables_are_the_principal_s_own() {
    let by_tag = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"ivschat:*","Resource":"arn:aws:ivschat:us-west-2:*:room/${aws:username}-*"},
        {"Effect":"Allow","Action":"ivschat:GetRoom","Resource":"*",
         "Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
        {"Sid":"No","Effect":"Deny","Action":"ivschat:DeleteRoom","Resource":"*"}]}"#;
    let stored = AccessRecords {
        users: vec![
            user("alice", &["ByTag"], None),
            user("bob", &["HubbubFullAccess"], Some("HubbubReadOnlyAccess")),
            user("carol", &[], Some("HubbubFullAccess")),
        ],
        policies: vec![policy("ByTag", by_tag)],
        ..AccessRecords::default()
    };
    let directory = directory(&stored);
    let principal = |name: &str| {
        let known = directory.user(home(), &UserName::parse(name).unwrap()).unwrap();
        Principal::user(Arc::clone(known))
    };
    let (alice, bob, carol) = (principal("alice"), principal("bob"), principal("carol"));
    assert!(alice.reads_resource_tags() && !bob.reads_resource_tags() && !carol.reads_resource_tags());
    let own = "arn:aws:ivschat:us-west-2:123456789012:room/alice-1";
    let check = |principal: &_, action: &str, resource: &str, tags: &[_], expected: bool| {
        let decision = may(principal, action, resource, tags);
        assert_eq!(decision == Decision::Allowed, expected, "{action} {resource} {decision:?}");
    };
    check(&alice, "ivschat:SendEvent", own, &[], true);
    check(&alice, "ivschat:SendEvent", ROOM, &[("team", "red")], false);
    check(&alice, "ivschat:GetRoom", ROOM, &[("team", "red")], true);
    check(&alice, "ivschat:GetRoom", ROOM, &[("team", "blue")], false);
    check(&bob, "ivschat:GetRoom", ROOM, &[], true);
    check(&bob, "ivschat:DeleteRoom", ROOM, &[], false);
    check(&carol, "ivschat:GetRoom", ROOM, &[], false);
    let Decision::Refused { by, .. } = may(&alice, "ivschat:DeleteRoom", own, &[]) else { panic!() };
    assert_eq!(by, r#"identity-based policy "ByTag", statement 2 (No)"#);
    let Decision::Refused { by, message } = may(&bob, "ivschat:DeleteRoom", ROOM, &[]) else { panic!() };
    assert_eq!(by, "no permissions boundary allows it");
    assert_eq!(
        message,
        format!(
            "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: ivschat:DeleteRoom on resource: \
             {ROOM} because no permissions boundary allows the ivschat:DeleteRoom action"
        )
    );
}

#[test]
fn nobody_reaches_into_another_account() {
    let root = Principal::root(home());
    let foreign = "arn:aws:ivschat:us-west-2:210987654321:room/AbCdEfGhIjKl";
    for resource in [foreign, "*", "", "arn:aws:ivschat:us-west-2:12345678901:room/x"] {
        let Decision::Refused { message, .. } = may(&root, "ivschat:GetRoom", resource, &[]) else {
            panic!("{resource}");
        };
        assert_eq!(
            message,
            format!(
                "User: arn:aws:iam::123456789012:root is not authorized to perform: ivschat:GetRoom on resource: \
                 {resource} because no resource-based policy allows the ivschat:GetRoom action"
            )
        );
    }
}

#[test]
fn what_does_not_fit_is_told_and_opens_nothing() {
    let foreign = AccountId::parse("210987654321").unwrap();
    let deny = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"#;
    let stored = AccessRecords {
        users: vec![
            user("alice", &["All", "Gone"], None),
            user("bob", &["All", "Bad"], None),
            user("carol", &["All"], Some("Gone")),
            AccessUser { account: foreign, ..user("dave", &[], None) },
            user("erin", &["All"], None),
        ],
        policies: vec![policy("All", ALLOW_ALL), policy("Bad", deny), policy("hubbubfullaccess", ALLOW_ALL)],
        keys: vec![
            key(1, "nobody", KeyStatus::Active),
            (key(2, "erin", KeyStatus::Active).0, None),
            key(3, "erin", KeyStatus::Active),
        ],
        ..AccessRecords::default()
    };
    let declared = AccessRecords {
        users: vec![user("ERIN", &[], None)],
        keys: vec![key(3, "erin", KeyStatus::Active)],
        policies: vec![policy("all", ALLOW_ALL)],
        accounts: vec![account("123456789012"), account("123456789012")],
    };
    let (directory, problems) = build(&stored, &declared);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let twice = "names are compared without case, and what is declared must not be in the database too";
    let (second, third) = (AccessKeyId::permanent(2), AccessKeyId::permanent(3));
    for expected in [
        format!("the account 123456789012 is there twice; {twice}"),
        format!("the policy hubbubfullaccess of account 123456789012 is there twice; {twice}"),
        format!("the policy all of account 123456789012 is there twice; {twice}"),
        format!("the user ERIN of account 123456789012 is there twice; {twice}"),
        format!("the access key {third} is there twice; {twice}"),
        "the user dave of account 210987654321 cannot be: there is no account 210987654321".to_owned(),
        "the user alice of account 123456789012 has the policy Gone, which does not exist".to_owned(),
        "the user carol of account 123456789012 has the policy Gone, which does not exist".to_owned(),
        format!("the access key {} is of user nobody, who does not exist", AccessKeyId::permanent(1)),
        format!(
            "the secret of the access key {second} cannot be opened: it was wrapped under another master key"
        ),
    ] {
        assert!(told.contains(&expected), "{expected}: {told:#?}");
    }
    assert!(
        told.iter()
            .any(|line| line.starts_with("the policy Bad of account 123456789012: not a policy's JSON")),
        "{told:#?}"
    );
    assert_eq!(told.len(), 11, "{told:#?}");
    for (name, expected) in [("alice", false), ("bob", false), ("carol", false), ("erin", true)] {
        let known = directory.user(home(), &UserName::parse(name).unwrap()).unwrap();
        assert_eq!(may_get(&Principal::user(Arc::clone(known))), expected, "{name}");
        assert_eq!(known.origin, Origin::Stored);
    }
    assert!(holder(&directory, second.as_str(), None, Timestamp::UNIX_EPOCH).unwrap().is_none());
    assert!(holder(&directory, third.as_str(), None, Timestamp::UNIX_EPOCH).unwrap().is_some());
    assert!(directory.is_pending_verification(foreign) && !directory.is_pending_verification(home()));
}

#[test]
fn lists_go_on_behind_a_name() {
    let names = ["b", "A", "a-", "c"];
    let stored = AccessRecords {
        users: names.map(|name| user(name, &["HubbubModerator"], None)).into(),
        keys: vec![key(9, "b", KeyStatus::Active), key(3, "b", KeyStatus::Inactive)],
        ..AccessRecords::default()
    };
    let directory = directory(&stored);
    let listed = |after: Option<&str>| -> Vec<_> {
        directory.users(home(), after).map(|known| known.user.name.to_string()).collect()
    };
    assert_eq!(listed(None), ["A", "a-", "b", "c"]);
    assert_eq!(listed(Some("a")), ["a-", "b", "c"]);
    assert_eq!(listed(Some("c")), [""; 0]);
    assert_eq!(directory.policies(home(), None).count(), 4);
    assert_eq!(directory.users_with(home(), &PolicyName::parse("hubbubMODERATOR").unwrap()).count(), 4);
    let b = directory.user(home(), &UserName::parse("B").unwrap()).unwrap();
    assert_eq!(directory.keys(b).len(), 2);
    let foreign = AccountId::parse("210987654321").unwrap();
    assert_eq!(directory.users(foreign, None).count(), 0);
}
