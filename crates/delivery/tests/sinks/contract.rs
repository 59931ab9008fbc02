//! What holds of every sink.

use crate::peer::Peer;
use crate::stage::{KINDS, Kind, Stage, account, batch, compile, lines};
use delivery::SinkError;
use std::time::Duration;

/// Every sink there is.
fn all() -> impl Iterator<Item = (String, Stage)> {
    let local = KINDS.into_iter().map(|kind| (format!("local {kind:?}"), Stage::local(kind)));
    remote().chain(local)
}

fn remote() -> impl Iterator<Item = (String, Stage)> {
    KINDS.into_iter().map(|kind| (format!("{kind:?}"), Stage::remote(kind)))
}

#[test]
fn records_arrive_in_order_and_nothing_of_them_stays() {
    for (name, stage) in all() {
        let mut batch = batch(1, 1_234);
        assert_eq!(stage.deliver(&mut batch), Ok(0), "{name}");
        assert_eq!(stage.arrived(), lines(0..1_234), "{name}");
        assert_eq!(stage.deliver(&mut batch), Ok(0), "{name}: an empty one");
        assert_eq!(stage.arrived(), lines(0..1_234), "{name}");
    }
}

#[test]
fn a_repetition_overwrites_an_object_and_is_appended_to_a_stream() {
    for (name, stage) in all() {
        for _ in 0..2 {
            stage.deliver(&mut batch(1, 3)).unwrap();
        }
        let once = lines(0..3);
        let expected = if stage.kind == Kind::S3 { once } else { [once.clone(), once].concat() };
        assert_eq!(stage.arrived(), expected, "{name}");
    }
}

#[test]
fn another_batch_overwrites_nothing() {
    for (name, stage) in all() {
        stage.deliver(&mut batch(1, 3)).unwrap();
        stage.deliver(&mut batch(2, 3)).unwrap();
        assert_eq!(stage.arrived().len(), 6, "{name}");
    }
}

#[test]
fn a_probe_leaves_no_record() {
    for (name, stage) in all() {
        for _ in 0..2 {
            assert_eq!(stage.probe(), Ok(()), "{name}");
        }
        assert_eq!(stage.arrived(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for (name, stage) in remote() {
        stage.fake().with(|state| state.is_missing = true);
        let mut batch = batch(1, 3);
        let delivered = stage.deliver(&mut batch);
        assert!(matches!(delivered, Err(SinkError::NotFound(_))), "{name}: {delivered:?}");
        assert_eq!(batch.records.len(), 3, "{name}");
        assert!(matches!(stage.probe(), Err(SinkError::NotFound(_))), "{name}");
        stage.fake().with(|state| state.is_missing = false);
        assert_eq!((stage.probe(), stage.deliver(&mut batch)), (Ok(()), Ok(0)), "{name}");
        assert_eq!(stage.arrived(), lines(0..3), "{name}");
    }
}

#[test]
fn a_wrong_secret_is_noticed_and_not_told() {
    for kind in KINDS {
        let stage = Stage::with_secret(kind, "hush-hush", Duration::from_secs(10));
        for result in [stage.deliver(&mut batch(1, 3)).map(drop), stage.probe()] {
            assert!(matches!(result, Err(SinkError::AccessDenied(_))), "{kind:?}: {result:?}");
            assert!(!result.unwrap_err().to_string().contains("hush"), "{kind:?}");
        }
        assert_eq!(stage.arrived(), Vec::<String>::new(), "{kind:?}");
    }
}

#[test]
fn where_nobody_listens_it_passes() {
    for kind in KINDS {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let file = format!(
            "[[destination]]\nkind = \"{}\"\nendpoint = \"http://{closed}\"\n\
             credentials = {{ access_key_id = \"a\", secret_access_key = \"b\" }}\n",
            kind.word()
        );
        let stage = Stage::new(kind, &file, None, Duration::from_secs(10));
        for result in [stage.deliver(&mut batch(1, 3)).map(drop), stage.probe()] {
            assert!(matches!(result, Err(SinkError::Passing(_))), "{kind:?}: {result:?}");
        }
    }
}

#[test]
fn without_credentials_it_passes() {
    // An instance's metadata service that gives no key away.
    let metadata = Peer::saying("{}");
    let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url(""))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    for kind in KINDS {
        let file =
            format!("[[destination]]\nkind = \"{}\"\nendpoint = \"http://127.0.0.1:9\"\n", kind.word());
        let target = compile(&file, &variables).unwrap().find(account(), &kind.destination());
        let stage = Stage::of(kind, &target, None, Duration::from_secs(10));
        let mut batch = batch(1, 3);
        let expected = SinkError::Passing("there are no credentials to sign with".into());
        assert_eq!(stage.deliver(&mut batch), Err(expected.clone()), "{kind:?}");
        assert_eq!(stage.probe(), Err(expected), "{kind:?}");
        assert_eq!(batch.records.len(), 3, "{kind:?}");
    }
}

#[test]
fn a_delivery_may_move_between_threads() {
    fn check<T: Send>(_: T) {}
    let stage = Stage::local(Kind::S3);
    check(stage.sink.deliver(&mut batch(1, 1)));
    check(stage.sink.probe(account()));
}
