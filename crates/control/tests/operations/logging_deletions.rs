//! How a logging configuration ends, and what a start takes up.

use crate::house::{House, at, check_not_found, destination, logging_configuration_arn, said, text};
use crate::logging_states::{becomes, begun, bucket, key, state, with_outcome};
use crate::recording_logs::{Asked, Waiting};
use model::{
    Id, Limit, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState as State,
    ResourceName, Tags,
};
use serde_json::{Value, json};

async fn check_gone(house: &House, arn: &str) {
    for operation in ["GetLoggingConfiguration", "UpdateLoggingConfiguration", "DeleteLoggingConfiguration"] {
        let error = house.refused(operation, json!({"identifier": arn})).await;
        check_not_found(&error, key(house, arn).id.as_str(), "LOGGING_CONFIGURATION");
    }
}

/// Expects that no room can have it.
async fn check_unattachable(house: &House, arn: &str) {
    let room = house.room(json!({})).await;
    let id = key(house, arn).id;
    for (operation, identifier) in [("CreateRoom", Value::Null), ("UpdateRoom", json!(room))] {
        let body = json!({"identifier": identifier, "loggingConfigurationIdentifiers": [arn]});
        let error = house.refused(operation, body).await;
        check_not_found(&error, id.as_str(), "LOGGING_CONFIGURATION");
    }
}

fn delete(arn: &str) -> (&'static str, Value) {
    ("DeleteLoggingConfiguration", json!({"identifier": arn}))
}

/// A configuration whose deletion has failed.
async fn one_that_failed(house: &House, held: &mut Waiting) -> String {
    let made = with_outcome(house, held, ("CreateLoggingConfiguration", destination()), true).await;
    let arn = text(&made["arn"]);
    with_outcome(house, held, delete(&arn), false).await;
    assert_eq!(state(house, &arn).await, "DELETE_FAILED");
    house.logs.take();
    arn
}

#[tokio::test]
async fn one_goes_when_it_is_flushed() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    let key = key(&house, &arn);
    house.logs.take();
    let mut held = house.logs.hold();
    let (_, flush) = begun(&house, &mut held, "DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    assert_eq!(flush.asked, Asked::Flush(key));
    assert_eq!(house.logs.take(), [Asked::Stop(key), Asked::Flush(key)]);
    assert_eq!(state(&house, &arn).await, "DELETING");
    check_unattachable(&house, &arn).await;
    for operation in ["UpdateLoggingConfiguration", "DeleteLoggingConfiguration"] {
        let (name, status, body) = said(&house.refused(operation, json!({"identifier": arn})).await);
        assert_eq!((name, status), ("ConflictException", 409));
        assert_eq!(body["message"], format!("Logging configuration {} is being deleted", key.id));
    }
    flush.ends(true);
    let gone = async {
        while house.store.logging_configuration(key).await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), gone).await.unwrap();
    check_gone(&house, &arn).await;
    assert_eq!(house.logs.take(), []);
}

#[tokio::test]
async fn a_flush_in_time_is_over_with_the_answer() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    let mut held = house.logs.hold();
    with_outcome(&house, &mut held, delete(&arn), true).await;
    check_gone(&house, &arn).await;
}

#[tokio::test]
async fn one_that_is_not_flushed_stays_until_it_is_given_up() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    let arn = one_that_failed(&house, &mut held).await;
    check_unattachable(&house, &arn).await;
    let (name, status, body) =
        said(&house.refused("UpdateLoggingConfiguration", json!({"identifier": arn, "name": "n"})).await);
    let key = key(&house, &arn);
    assert_eq!((name, status), ("ConflictException", 409));
    let words = "could not be deleted; only DeleteLoggingConfiguration is possible";
    assert_eq!(body["message"], format!("Logging configuration {} {words}", key.id));
    assert_eq!(house.logs.take(), []);
    // The second time gives up, and asks for no flush.
    house.ok("DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    check_gone(&house, &arn).await;
    assert_eq!(house.logs.take(), [Asked::Discard(key)]);
}

#[tokio::test]
async fn a_flush_that_panics_has_failed() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    let mut held = house.logs.hold();
    let dropping = async { drop(held.next().await) };
    let _ = tokio::join!(house.ok("DeleteLoggingConfiguration", json!({"identifier": arn})), dropping);
    assert_eq!(state(&house, &arn).await, "DELETE_FAILED");
}

#[tokio::test]
async fn one_that_never_received_goes_at_once() {
    let house = House::new().await;
    let mut held = house.logs.hold();
    let made = with_outcome(&house, &mut held, ("CreateLoggingConfiguration", destination()), false).await;
    let arn = text(&made["arn"]);
    house.logs.take();
    house.ok("DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    check_gone(&house, &arn).await;
    assert_eq!(house.logs.take(), []);
}

#[tokio::test]
async fn one_that_is_attached_goes_on() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    house.room(json!({"loggingConfigurationIdentifiers": [arn]})).await;
    house.logs.take();
    let (name, _, body) =
        said(&house.refused("DeleteLoggingConfiguration", json!({"identifier": arn})).await);
    assert_eq!(name, "ConflictException");
    let id = key(&house, &arn).id;
    assert_eq!(body["message"], format!("Logging configuration {id} is attached to a room"));
    assert_eq!((house.logs.take(), state(&house, &arn).await), (vec![], "ACTIVE".to_owned()));
}

/// A house over a store where a configuration stands in this state, after its start.
async fn restarted(state: State) -> (House, Waiting, String) {
    let before = House::new().await;
    let key = LoggingConfigurationKey { account: before.root.account(), id: Id::from_random(7) };
    let left = LoggingConfiguration {
        key,
        name: ResourceName::parse("").unwrap(),
        create_time: at(0),
        update_time: at(0),
        destination: bucket("left"),
        state,
        tags: Tags::default(),
    };
    before.store.create_logging_configuration(left, Limit::Unlimited).await.unwrap();
    let house = House::with(|parts| parts.store = before.store.clone()).await;
    let held = house.logs.hold();
    house.control.resume_chat_logs().await.unwrap();
    (house, held, logging_configuration_arn(key.id.as_str()))
}

#[tokio::test]
async fn a_start_takes_up_what_is_settled() {
    for (left, opens) in [
        (State::Active, true),
        (State::CreateFailed, false),
        (State::UpdateFailed, false),
        (State::DeleteFailed, false),
    ] {
        let (house, held, arn) = restarted(left).await;
        let opened = opens.then(|| Asked::Open(key(&house, &arn), bucket("left")));
        assert_eq!(house.logs.take(), Vec::from_iter(opened), "{left:?}");
        assert_eq!(state(&house, &arn).await, left.as_str());
        assert!(held.is_empty());
    }
}

#[tokio::test]
async fn a_start_proves_what_was_being_proved() {
    for (left, well, after) in [
        (State::Creating, true, "ACTIVE"),
        (State::Creating, false, "CREATE_FAILED"),
        (State::Updating, true, "ACTIVE"),
        (State::Updating, false, "UPDATE_FAILED"),
    ] {
        let (house, mut held, arn) = restarted(left).await;
        let key = key(&house, &arn);
        let probe = held.next().await;
        // Nothing receives before that.
        assert_eq!(house.logs.take(), [Asked::Probe(key.account, bucket("left"))]);
        assert_eq!(state(&house, &arn).await, left.as_str());
        probe.ends(well);
        becomes(&house, &arn, after).await;
        // The next change waits for the turn in which the logs were told.
        house.ok("UpdateLoggingConfiguration", json!({"identifier": arn, "name": "n"})).await;
        let told = match after {
            "ACTIVE" => vec![Asked::Open(key, bucket("left"))],
            "UPDATE_FAILED" => vec![Asked::Stop(key)],
            _ => vec![],
        };
        assert_eq!(house.logs.take(), told, "{left:?} {well}");
    }
}

#[tokio::test]
async fn a_start_ends_what_was_being_deleted() {
    for well in [true, false] {
        let (house, mut held, arn) = restarted(State::Deleting).await;
        let key = key(&house, &arn);
        let flush = held.next().await;
        assert_eq!(flush.asked, Asked::Flush(key));
        assert_eq!(state(&house, &arn).await, "DELETING");
        flush.ends(well);
        let ended = async {
            let deleting = Some(State::Deleting);
            loop {
                let found = house.store.logging_configuration(key).await.unwrap();
                let state = found.map(|found| found.state);
                if state != deleting {
                    return state;
                }
                tokio::task::yield_now().await;
            }
        };
        let state = tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap();
        assert_eq!(state, (!well).then_some(State::DeleteFailed));
    }
}
