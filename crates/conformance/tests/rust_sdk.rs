//! `aws-sdk-ivschat` over all 17 operations and its error types, each group against a server of its own.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail, ensure};
use aws_credential_types::Credentials;
use aws_sdk_ivschat::config::{BehaviorVersion, Region};
use aws_sdk_ivschat::error::ProvideErrorMetadata as _;
use aws_sdk_ivschat::operation::create_room::CreateRoomError;
use aws_sdk_ivschat::operation::get_room::GetRoomError;
use aws_sdk_ivschat::types::{
    ChatTokenCapability, CreateLoggingConfigurationState, DestinationConfiguration, FallbackResult,
    LoggingConfigurationState, MessageReviewHandler, ResourceType, S3DestinationConfiguration,
    ValidationExceptionReason,
};
use aws_sdk_ivschat::{Client, Config};
use aws_smithy_http_client::Builder;
use conformance::{ACCESS_KEY_ID, ACCOUNT_ID, Quotas, REGION, SECRET_ACCESS_KEY, Server};

const HANDLER: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

/// A server without quotas, and a client with the given secret.
fn start(secret: &str) -> Result<(Server, Client)> {
    let server = Server::start(Quotas::Unlimited)?;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(server.url())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, None, None, "conformance"))
        .build();
    Ok((server, Client::from_conf(config)))
}

fn odd_tags() -> HashMap<String, String> {
    HashMap::from([("a b/é+~%2F".into(), "x y/ü+~%2F".into()), ("empty".into(), String::new())])
}

fn bucket(name: &str) -> Result<DestinationConfiguration> {
    Ok(DestinationConfiguration::S3(S3DestinationConfiguration::builder().bucket_name(name).build()?))
}

async fn new_room(client: &Client) -> Result<String> {
    let room = client.create_room().send().await?;
    Ok(room.arn().context("a room without ARN")?.to_owned())
}

async fn new_logging_configuration(client: &Client) -> Result<String> {
    let made =
        client.create_logging_configuration().destination_configuration(bucket("my-bucket")?).send().await?;
    Ok(made.arn().context("a logging configuration without ARN")?.to_owned())
}

#[tokio::test]
async fn rooms() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    let identifier = new_logging_configuration(&client).await?;
    let handler = MessageReviewHandler::builder().uri(HANDLER).fallback_result(FallbackResult::Deny).build();
    let made = client
        .create_room()
        .name("rust")
        .maximum_message_length(50)
        .message_review_handler(handler.clone())
        .set_tags(Some(odd_tags()))
        .logging_configuration_identifiers(&identifier)
        .send()
        .await?;
    let arn = made.arn().context("no ARN")?;
    assert_eq!(made.maximum_message_length(), Some(50));
    assert_eq!(made.maximum_message_rate_per_second(), Some(10));
    assert_eq!(made.message_review_handler(), Some(&handler));
    assert_eq!(made.tags(), Some(&odd_tags()));

    let changed = client.update_room().identifier(arn).name("changed").send().await?;
    assert_eq!(changed.name(), Some("changed"));
    assert_eq!(changed.logging_configuration_identifiers(), [identifier]);
    let read = client.get_room().identifier(arn).send().await?;
    assert_eq!((read.name(), read.update_time()), (Some("changed"), changed.update_time()));
    assert_eq!(read.create_time(), made.create_time());

    let other = new_room(&client).await?;
    let listed = client.list_rooms().send().await?;
    let arns: Vec<_> = listed.rooms().iter().filter_map(|room| room.arn()).collect();
    assert_eq!(arns, [other.as_str(), arn]);

    client.delete_room().identifier(arn).send().await?;
    let error =
        client.get_room().identifier(arn).send().await.expect_err("the room is gone").into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn pages() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    let mut made = vec![new_room(&client).await?, new_room(&client).await?, new_room(&client).await?];
    made.reverse();
    let first = client.list_rooms().max_results(2).send().await?;
    let token = first.next_token().context("no token after the first page")?;
    let second = client.list_rooms().max_results(2).next_token(token).send().await?;
    let rooms = first.rooms().iter().chain(second.rooms());
    assert_eq!(rooms.filter_map(|room| room.arn().map(str::to_owned)).collect::<Vec<_>>(), made);
    assert_eq!(second.next_token(), None);
    Ok(())
}

#[tokio::test]
async fn logging_configurations() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    let destination = bucket("my-bucket")?;
    let create = client.create_logging_configuration().name("rust").set_tags(Some(odd_tags()));
    let made = create.destination_configuration(destination.clone()).send().await?;
    let arn = made.arn().context("no ARN")?;
    assert_eq!(made.state(), Some(&CreateLoggingConfigurationState::Active));
    assert_eq!(made.destination_configuration(), Some(&destination));

    let moved = bucket("another-bucket")?;
    let update =
        client.update_logging_configuration().identifier(arn).destination_configuration(moved.clone());
    assert_eq!(update.send().await?.name(), Some("rust"));
    let read = client.get_logging_configuration().identifier(arn).send().await?;
    assert_eq!(read.destination_configuration(), Some(&moved));
    assert_eq!(read.state(), Some(&LoggingConfigurationState::Active));
    let listed = client.list_logging_configurations().send().await?;
    assert_eq!(
        listed.logging_configurations().iter().filter_map(|entry| entry.arn()).collect::<Vec<_>>(),
        [arn]
    );

    let room = client.create_room().logging_configuration_identifiers(arn).send().await?;
    let refused = client.delete_logging_configuration().identifier(arn).send().await;
    let error = refused.expect_err("it is attached").into_service_error();
    assert!(error.is_conflict_exception(), "{error:?}");
    client.delete_room().set_identifier(room.arn().map(str::to_owned)).send().await?;
    client.delete_logging_configuration().identifier(arn).send().await?;
    Ok(())
}

#[tokio::test]
async fn tags() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    for arn in [new_room(&client).await?, new_logging_configuration(&client).await?] {
        client.tag_resource().resource_arn(&arn).set_tags(Some(odd_tags())).send().await?;
        assert_eq!(client.list_tags_for_resource().resource_arn(&arn).send().await?.tags(), &odd_tags());
        client.untag_resource().resource_arn(&arn).tag_keys("a b/é+~%2F").tag_keys("absent").send().await?;
        let left = client.list_tags_for_resource().resource_arn(&arn).send().await?;
        assert_eq!(left.tags(), &HashMap::from([("empty".into(), String::new())]));
    }
    Ok(())
}

#[tokio::test]
async fn messaging() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    let arn = new_room(&client).await?;
    let create = client.create_chat_token().room_identifier(&arn).user_id("ann").attributes("name", "Ann");
    let token =
        create.capabilities(ChatTokenCapability::SendMessage).session_duration_in_minutes(2).send().await?;
    ensure!(token.token().is_some_and(|token| !token.is_empty()), "no token");
    let expires = token.token_expiration_time().context("no tokenExpirationTime")?;
    let ends = token.session_expiration_time().context("no sessionExpirationTime")?;
    assert_eq!(ends.secs() - expires.secs(), 60, "a session of two minutes after a token of one");

    let event =
        client.send_event().room_identifier(&arn).event_name("app:x").attributes("k", "v").send().await?;
    assert_eq!(event.id().map(str::len), Some(12));
    let deleted =
        client.delete_message().room_identifier(&arn).id("abcDEF123456").reason("rude").send().await?;
    assert_eq!(deleted.id().map(str::len), Some(12));
    client.disconnect_user().room_identifier(&arn).user_id("bob").reason("spam").send().await?;
    Ok(())
}

#[tokio::test]
async fn errors_have_their_members() -> Result<()> {
    let (_server, client) = start(SECRET_ACCESS_KEY)?;
    let missing = format!("arn:aws:ivschat:{REGION}:{ACCOUNT_ID}:room/AAAAAAAAAAAA");
    let error =
        client.get_room().identifier(missing).send().await.expect_err("no such room").into_service_error();
    let GetRoomError::ResourceNotFoundException(error) = error else { bail!("{error:?}") };
    assert_eq!(error.resource_id(), "AAAAAAAAAAAA");
    assert_eq!(error.resource_type(), &ResourceType::Room);

    let refused = client.create_room().name("a b").send().await;
    let error = refused.expect_err("a blank in the name").into_service_error();
    let CreateRoomError::ValidationException(error) = error else { bail!("{error:?}") };
    assert_eq!(error.reason(), &ValidationExceptionReason::FieldValidationFailed);
    ensure!(error.field_list().iter().any(|field| field.name().contains("name")), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_refused() -> Result<()> {
    let (_server, client) = start("wrong")?;
    let error = client.list_rooms().send().await.expect_err("a wrong secret").into_service_error();
    assert_eq!(error.code(), Some("InvalidSignatureException"), "{error:?}");
    Ok(())
}
