//! `aws-sdk-ivschat` in the hands of others than the root: what each refusal is to it, for all 17 operations, and
//! temporary credentials.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use aws_credential_types::Credentials;
use aws_sdk_ivschat::config::http::HttpResponse;
use aws_sdk_ivschat::config::retry::RetryConfig;
use aws_sdk_ivschat::config::{BehaviorVersion, Region};
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ivschat::primitives::DateTime;
use aws_sdk_ivschat::types::{DestinationConfiguration, S3DestinationConfiguration};
use aws_sdk_ivschat::{Client, Config};
use aws_smithy_http_client::Builder;
use conformance::{ACCESS_KEY_ID, ACCOUNT_ID, Quotas, REGION, SECRET_ACCESS_KEY, Server};

const INVALID: &str = "The security token included in the request is invalid.";
const EXPIRED: &str = "The security token included in the request is expired";

/// An operation, the resource that policies are asked about, and the error: its status, type and words; none where the
/// call succeeded.
type Answer = (&'static str, String, Option<(u16, String, String)>);

/// A client of a key that `hubbub access` has printed, in whichever form.
fn client(server: &Server, printed: &str) -> Result<Client> {
    let [id, secret] = ["aws_access_key_id", "aws_secret_access_key"].map(|name| value(printed, name));
    let token = value(printed, "aws_session_token").map(str::to_owned);
    let key = Credentials::new(
        id.context("no access key id")?,
        secret.context("no secret")?,
        token,
        None,
        "conformance",
    );
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(server.url())
        .region(Region::new(REGION))
        .retry_config(RetryConfig::disabled())
        .credentials_provider(key)
        .build();
    Ok(Client::from_conf(config))
}

/// `name = value` of a credentials file, or `export NAME=value`.
fn value<'a>(printed: &'a str, name: &str) -> Option<&'a str> {
    printed.lines().filter_map(|line| line.split_once('=')).find_map(|(left, right)| {
        let left = left.trim().trim_start_matches("export ");
        left.eq_ignore_ascii_case(name).then(|| right.trim())
    })
}

fn root(server: &Server) -> Result<Client> {
    client(server, &format!("aws_access_key_id={ACCESS_KEY_ID}\naws_secret_access_key={SECRET_ACCESS_KEY}"))
}

fn bucket() -> Result<DestinationConfiguration> {
    Ok(DestinationConfiguration::S3(S3DestinationConfiguration::builder().bucket_name("my-bucket").build()?))
}

fn told<T, E: ProvideErrorMetadata>(
    result: Result<T, SdkError<E, HttpResponse>>,
) -> Option<(u16, String, String)> {
    let error = result.err()?;
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    Some((status, word(error.code()), word(error.message())))
}

/// A room and a logging configuration.
struct Things {
    room: String,
    configuration: String,
}

/// What there is: of every room when it changed and its tags, and the same of the logging configurations.
type Look = HashMap<String, (Option<DateTime>, Option<HashMap<String, String>>)>;

impl Things {
    async fn make(root: &Client) -> Result<Self> {
        let room = root.create_room().send().await?;
        let made = root.create_logging_configuration().destination_configuration(bucket()?).send().await?;
        Ok(Self {
            room: room.arn().context("a room without ARN")?.to_owned(),
            configuration: made.arn().context("a logging configuration without ARN")?.to_owned(),
        })
    }

    async fn look(root: &Client) -> Result<Look> {
        let rooms = root.list_rooms().send().await?;
        let configurations = root.list_logging_configurations().send().await?;
        let arn = |arn: Option<&str>| arn.unwrap_or_default().to_owned();
        let rooms = rooms
            .rooms()
            .iter()
            .map(|room| (arn(room.arn()), (room.update_time().copied(), room.tags().cloned())));
        let configurations = configurations.logging_configurations().iter();
        let configurations = configurations
            .map(|entry| (arn(entry.arn()), (entry.update_time().copied(), entry.tags().cloned())));
        Ok(rooms.chain(configurations).collect())
    }

    /// Every operation, those that delete at the end.
    async fn all(&self, client: &Client) -> Result<Vec<Answer>> {
        let mut answers = self.on_rooms(client).await;
        answers.extend(self.on_configurations(client).await?);
        let deleted = told(client.delete_room().identifier(&self.room).send().await);
        answers.push(("DeleteRoom", self.room.clone(), deleted));
        let delete = client.delete_logging_configuration().identifier(&self.configuration);
        answers.push(("DeleteLoggingConfiguration", self.configuration.clone(), told(delete.send().await)));
        assert_eq!(answers.len(), 17);
        Ok(answers)
    }

    async fn on_rooms(&self, client: &Client) -> Vec<Answer> {
        let room = &self.room;
        let all = format!("arn:aws:ivschat:{REGION}:{ACCOUNT_ID}:room/*");
        let token = client.create_chat_token().room_identifier(room).user_id("ann");
        let delete_message = client.delete_message().room_identifier(room).id("abcDEF123456");
        let disconnect = client.disconnect_user().room_identifier(room).user_id("bob");
        let event = client.send_event().room_identifier(room).event_name("app:x");
        let tag = client.tag_resource().resource_arn(room).tags("k", "v");
        let untag = client.untag_resource().resource_arn(room).tag_keys("k");
        let one = |name, answer| (name, room.clone(), answer);
        vec![
            one("CreateChatToken", told(token.send().await)),
            one("DeleteMessage", told(delete_message.send().await)),
            one("DisconnectUser", told(disconnect.send().await)),
            one("GetRoom", told(client.get_room().identifier(room).send().await)),
            one("ListTagsForResource", told(client.list_tags_for_resource().resource_arn(room).send().await)),
            one("SendEvent", told(event.send().await)),
            one("TagResource", told(tag.send().await)),
            one("UntagResource", told(untag.send().await)),
            one("UpdateRoom", told(client.update_room().identifier(room).name("new").send().await)),
            ("CreateRoom", all.clone(), told(client.create_room().send().await)),
            ("ListRooms", all, told(client.list_rooms().send().await)),
        ]
    }

    async fn on_configurations(&self, client: &Client) -> Result<Vec<Answer>> {
        let one = &self.configuration;
        let all = format!("arn:aws:ivschat:{REGION}:{ACCOUNT_ID}:logging-configuration/*");
        let get = client.get_logging_configuration().identifier(one);
        let update = client.update_logging_configuration().identifier(one).name("new");
        let create = client.create_logging_configuration().destination_configuration(bucket()?);
        let list = client.list_logging_configurations();
        Ok(vec![
            ("GetLoggingConfiguration", one.clone(), told(get.send().await)),
            ("UpdateLoggingConfiguration", one.clone(), told(update.send().await)),
            ("CreateLoggingConfiguration", all.clone(), told(create.send().await)),
            ("ListLoggingConfigurations", all, told(list.send().await)),
        ])
    }
}

/// Every operation is refused so, and nothing happens.
async fn all_refused(
    root: &Client,
    client: &Client,
    code: &str,
    words: impl Fn(&str, &str) -> String,
) -> Result<()> {
    let things = Things::make(root).await?;
    let before = Things::look(root).await?;
    for (operation, resource, answer) in things.all(client).await? {
        let expected = (403, code.to_owned(), words(operation, &resource));
        assert_eq!(answer, Some(expected), "{operation}");
    }
    assert_eq!(Things::look(root).await?, before);
    Ok(())
}

async fn all_allowed(root: &Client, client: &Client) -> Result<()> {
    for (operation, _, answer) in Things::make(root).await?.all(client).await? {
        assert_eq!(answer, None, "{operation}");
    }
    Ok(())
}

#[tokio::test]
async fn who_has_no_policy_is_denied_and_the_sdk_knows_the_error() -> Result<()> {
    let server = Server::start(Quotas::Unlimited)?;
    let root = root(&server)?;
    server.access("user create nobody")?;
    let words = |operation: &str, resource: &str| {
        format!(
            "User: arn:aws:iam::{ACCOUNT_ID}:user/nobody is not authorized to perform: ivschat:{operation} on \
             resource: {resource} because no identity-based policy allows the ivschat:{operation} action"
        )
    };
    for printed in [server.access("key create --user nobody")?, server.access("assume --user nobody")?] {
        let nobody = client(&server, &printed)?;
        all_refused(&root, &nobody, "AccessDeniedException", words).await?;
        let error = nobody.create_room().send().await.expect_err("nobody may").into_service_error();
        assert!(error.is_access_denied_exception(), "{error:?}");
        let room = Things::make(&root).await?.room;
        let error = nobody.get_room().identifier(room).send().await.expect_err("nobody may");
        assert!(error.into_service_error().is_access_denied_exception());
    }
    Ok(())
}

#[tokio::test]
async fn an_inactive_key_is_nobody_s_and_an_active_one_may_what_its_user_may() -> Result<()> {
    let server = Server::start(Quotas::Unlimited)?;
    let root = root(&server)?;
    server.access("user create full --policy HubbubFullAccess")?;
    let printed = server.access("key create --user full")?;
    let id = value(&printed, "aws_access_key_id").context("no id")?;
    let full = client(&server, &printed)?;
    server.access(&format!("key deactivate --user full {id}"))?;
    all_refused(&root, &full, "UnrecognizedClientException", |_, _| INVALID.to_owned()).await?;
    server.access(&format!("key activate --user full {id}"))?;
    all_allowed(&root, &full).await
}

#[tokio::test]
async fn temporary_credentials_may_what_their_user_may_until_they_expire() -> Result<()> {
    let server = Server::start(Quotas::Unlimited)?;
    let root = root(&server)?;
    server.access("user create full --policy HubbubFullAccess")?;
    let printed = server.access("assume --user full")?;
    all_allowed(&root, &client(&server, &printed)?).await?;
    let [id, token] = ["aws_access_key_id", "aws_session_token"].map(|name| value(&printed, name));
    let (id, token) = id.zip(token).context("no session")?;
    let printed = printed.replace(token, &server.expired_session_token(id, token)?);
    let expired = client(&server, &printed)?;
    all_refused(&root, &expired, "ExpiredTokenException", |_, _| EXPIRED.to_owned()).await
}
