//! What becomes of a logging configuration that is made or changed: its states, and what the logs are asked.

use crate::house::{
    FOREIGN, House, check_not_found, destination, logging_configuration_arn, root_of, said, text,
};
use crate::recording_logs::{Asked, Held, Waiting};
use model::{
    Destination, LoggingConfiguration, LoggingConfigurationArn, LoggingConfigurationKey,
    LoggingConfigurationState as State, Region,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{self, Instant};

pub(crate) fn bucket(name: &str) -> Destination {
    Destination::parse_bucket(name).unwrap()
}

pub(crate) fn key(house: &House, arn: &str) -> LoggingConfigurationKey {
    let region = Region::parse("us-west-2").unwrap();
    LoggingConfigurationArn::parse(arn).unwrap().locate(&region, house.root.account()).unwrap()
}

pub(crate) async fn state(house: &House, arn: &str) -> String {
    text(&house.ok("GetLoggingConfiguration", json!({"identifier": arn})).await["state"])
}

/// Waits until it is in this state.
pub(crate) async fn becomes(house: &House, arn: &str, wanted: &str) {
    let is_so = async {
        while state(house, arn).await != wanted {
            tokio::task::yield_now().await;
        }
    };
    time::timeout(Duration::from_secs(20), is_so).await.unwrap_or_else(|_| panic!("{arn} is never {wanted}"));
}

/// Runs a call to its end, and its one probe or flush to this one.
pub(crate) async fn with_outcome(
    house: &House,
    held: &mut Waiting,
    (operation, body): (&str, Value),
    well: bool,
) -> Value {
    let releasing = async { held.next().await.ends(well) };
    let (answer, ()) = tokio::join!(house.ok(operation, body), releasing);
    answer
}

/// Runs a call whose probe or flush waits, and gives what it waits for.
pub(crate) async fn begun(house: &House, held: &mut Waiting, operation: &str, body: Value) -> (Value, Held) {
    time::pause();
    let start = Instant::now();
    let answer = house.post(operation, body).await.unwrap();
    let waited = start.elapsed();
    time::resume();
    let second = Duration::from_secs(1);
    assert!((second..second + Duration::from_millis(50)).contains(&waited), "{operation}: {waited:?}");
    (answer, held.next().await)
}

/// Expects that the configuration can be neither updated nor deleted, and why.
async fn check_conflicts(house: &House, arn: &str, reason: &str) {
    let before = house.ok("GetLoggingConfiguration", json!({"identifier": arn})).await;
    for (operation, body) in [
        ("UpdateLoggingConfiguration", json!({"identifier": arn, "name": "n"})),
        (
            "UpdateLoggingConfiguration",
            json!({"identifier": arn, "destinationConfiguration": {"s3": {"bucketName": "abc"}}}),
        ),
        ("DeleteLoggingConfiguration", json!({"identifier": arn})),
    ] {
        let (name, status, body) = said(&house.refused(operation, body).await);
        let id = key(house, arn).id;
        assert_eq!((name, status), ("ConflictException", 409), "{operation}");
        assert_eq!(body["message"], format!("Logging configuration {id} {reason}"), "{operation}");
        assert_eq!(
            (&body["resourceId"], &body["resourceType"]),
            (&json!(id.as_str()), &json!("LOGGING_CONFIGURATION"))
        );
    }
    assert_eq!(house.ok("GetLoggingConfiguration", json!({"identifier": arn})).await, before);
}

fn moved(arn: &Value) -> Value {
    json!({"identifier": arn, "destinationConfiguration": {"s3": {"bucketName": "another"}}})
}

#[tokio::test]
async fn a_probe_in_time_shows_in_the_answer() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    for (well, expected) in [(true, "ACTIVE"), (false, "CREATE_FAILED")] {
        let made = with_outcome(&house, &mut held, ("CreateLoggingConfiguration", destination()), well).await;
        assert_eq!(made["state"], expected);
        let key = key(&house, &text(&made["arn"]));
        let mut asked = vec![Asked::Probe(key.account, bucket("a-bucket"))];
        asked.extend(well.then(|| Asked::Open(key, bucket("a-bucket"))));
        assert_eq!(house.logs.take(), asked);
        // Get and List show the same, update time included.
        assert_eq!(house.ok("GetLoggingConfiguration", json!({"identifier": made["arn"]})).await, made);
        let listed = house.ok("ListLoggingConfigurations", json!({})).await;
        assert_eq!(listed["loggingConfigurations"][0], made);
    }
}

#[tokio::test]
async fn one_that_is_being_created_waits_for_its_probe() {
    for (well, expected) in [(true, "ACTIVE"), (false, "CREATE_FAILED")] {
        let house = House::new().await;
        let mut held = house.logs.hold();
        let (made, probe) = begun(&house, &mut held, "CreateLoggingConfiguration", destination()).await;
        let arn = text(&made["arn"]);
        assert_eq!(made["state"], "CREATING");
        check_conflicts(&house, &arn, "is being created").await;
        // Rooms and tags are no business of the state.
        house.room(json!({"loggingConfigurationIdentifiers": [arn]})).await;
        assert_eq!(house.logs.take(), [Asked::Probe(house.root.account(), bucket("a-bucket"))]);
        probe.ends(well);
        becomes(&house, &arn, expected).await;
        let after = house.ok("GetLoggingConfiguration", json!({"identifier": arn})).await;
        assert_eq!(after["updateTime"], made["updateTime"]);
    }
}

#[tokio::test]
async fn the_destination_before_receives_until_the_new_one_is_proved() {
    let house = House::new().await;
    let made = house.ok("CreateLoggingConfiguration", destination()).await;
    let arn = text(&made["arn"]);
    let key = key(&house, &arn);
    house.logs.take();
    let mut held = house.logs.hold();
    let probed = Asked::Probe(key.account, bucket("another"));
    for (well, expected, then) in
        [(true, "ACTIVE", Asked::Open(key, bucket("another"))), (false, "UPDATE_FAILED", Asked::Stop(key))]
    {
        let (changed, probe) =
            begun(&house, &mut held, "UpdateLoggingConfiguration", moved(&made["arn"])).await;
        assert_eq!(changed["state"], "UPDATING");
        assert_eq!(changed["destinationConfiguration"]["s3"]["bucketName"], "another");
        check_conflicts(&house, &arn, "is being updated").await;
        assert_eq!(house.logs.take(), std::slice::from_ref(&probed));
        probe.ends(well);
        becomes(&house, &arn, expected).await;
        let after = house.ok("GetLoggingConfiguration", json!({"identifier": arn})).await;
        assert_eq!(after["updateTime"], changed["updateTime"]);
        // An answer in time says the same.
        let again =
            with_outcome(&house, &mut held, ("UpdateLoggingConfiguration", moved(&made["arn"])), well).await;
        assert_eq!(again["state"], expected);
        assert_eq!(house.logs.take(), [then.clone(), probed.clone(), then]);
    }
}

#[tokio::test]
async fn one_that_failed_is_tried_again_with_its_destination() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    let made = with_outcome(&house, &mut held, ("CreateLoggingConfiguration", destination()), false).await;
    let mut same = destination();
    same["identifier"] = made["arn"].clone();
    let key = key(&house, &text(&made["arn"]));
    let mut expected = vec![Asked::Probe(key.account, bucket("a-bucket"))];
    for (well, state, then) in
        [(false, "UPDATE_FAILED", Asked::Stop(key)), (true, "ACTIVE", Asked::Open(key, bucket("a-bucket")))]
    {
        let tried = with_outcome(&house, &mut held, ("UpdateLoggingConfiguration", same.clone()), well).await;
        assert_eq!(tried["state"], state);
        expected.extend([Asked::Probe(key.account, bucket("a-bucket")), then]);
    }
    assert_eq!(house.logs.take(), expected);
}

#[tokio::test]
async fn a_name_alone_asks_for_no_probe() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    for (well, expected) in [(true, "ACTIVE"), (false, "CREATE_FAILED")] {
        let made = with_outcome(&house, &mut held, ("CreateLoggingConfiguration", destination()), well).await;
        house.logs.take();
        let named = json!({"identifier": made["arn"], "name": "n"});
        let named = house.ok("UpdateLoggingConfiguration", named).await;
        assert_eq!((&named["name"], &named["state"]), (&json!("n"), &json!(expected)));
        assert_ne!(named["updateTime"], made["updateTime"]);
        assert_eq!(house.logs.take(), []);
    }
}

#[tokio::test]
async fn a_probe_that_panics_has_failed() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    let dropping = async { drop(held.next().await) };
    let (made, ()) = tokio::join!(house.ok("CreateLoggingConfiguration", destination()), dropping);
    assert_eq!(made["state"], "CREATE_FAILED");
}

#[tokio::test]
async fn a_probe_goes_on_though_its_caller_has_gone() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    {
        let create = house.post("CreateLoggingConfiguration", destination());
        tokio::select! {
            biased;
            _ = create => panic!("a write cannot be done at once"),
            () = std::future::ready(()) => {}
        }
    }
    held.next().await.ends(true);
    let listed = house.ok("ListLoggingConfigurations", json!({})).await;
    becomes(&house, &text(&listed["loggingConfigurations"][0]["arn"]), "ACTIVE").await;
}

/// What happens to a configuration behind the back of its probe, and what is there after that.
async fn overtake(house: &House, seen: &LoggingConfiguration, deletes: bool) -> Option<LoggingConfiguration> {
    let to = if deletes { State::Deleting } else { State::CreateFailed };
    assert!(house.store.settle_logging_configuration(seen, to).await.unwrap());
    if deletes {
        assert!(house.store.delete_logging_configuration(seen.key).await.unwrap());
        return None;
    }
    // As it is while a later update is under way, which a late outcome must not end.
    let update = |configuration: &mut LoggingConfiguration| configuration.state = State::Creating;
    let updated = house.store.update_logging_configuration(seen.key, house.now().wall, update).await;
    Some(updated.unwrap())
}

#[tokio::test]
async fn a_late_probe_overwrites_nothing() {
    for (deletes, well) in [(true, true), (true, false), (false, true), (false, false)] {
        let house = House::new().await;
        let mut held = house.logs.hold();
        let late = async {
            let probe = held.next().await;
            let seen = house.store.all_logging_configurations().await.unwrap().remove(0);
            let stands = overtake(&house, &seen, deletes).await;
            probe.ends(well);
            (seen.key, stands)
        };
        let (_, (key, stands)) = tokio::join!(house.ok("CreateLoggingConfiguration", destination()), late);
        assert_eq!(house.store.logging_configuration(key).await.unwrap(), stands);
        assert_eq!(house.logs.take(), [Asked::Probe(key.account, bucket("a-bucket"))]);
    }
}

#[tokio::test]
async fn another_accounts_configuration_is_not_there() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    house.logs.take();
    let (id, other) = (key(&house, &arn).id, root_of(FOREIGN));
    let theirs = logging_configuration_arn(id.as_str()).replace("123456789012", FOREIGN);
    for operation in ["GetLoggingConfiguration", "UpdateLoggingConfiguration", "DeleteLoggingConfiguration"] {
        let (mut body, mut foreign) = (moved(&json!(theirs)), moved(&json!(arn)));
        if operation != "UpdateLoggingConfiguration" {
            (body, foreign) = (json!({"identifier": theirs}), json!({"identifier": arn}));
        }
        let error = house.post_as(&other, operation, body).await.unwrap_err();
        check_not_found(&error, id.as_str(), "LOGGING_CONFIGURATION");
        let error = house.post_as(&other, operation, foreign).await.unwrap_err();
        assert_eq!(said(&error).0, "AccessDeniedException");
    }
    let attached = json!({"loggingConfigurationIdentifiers": [theirs]});
    let error = house.post_as(&other, "CreateRoom", attached).await.unwrap_err();
    check_not_found(&error, id.as_str(), "LOGGING_CONFIGURATION");
    assert_eq!((house.logs.take(), state(&house, &arn).await), (vec![], "ACTIVE".to_owned()));
}
