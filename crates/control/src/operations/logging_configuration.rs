//! The logging configuration as JSON: its destination as it is read, and what the operations show.

use crate::input::{Input, Read};
use crate::{OperationError, Subject};
use model::{
    Destination, LoggingConfiguration, LoggingConfigurationArn, LoggingConfigurationKey,
    LoggingConfigurationState as State, Region,
};
use serde::Serialize;
use std::collections::BTreeMap;
use store::LoggingConfigurationError;

const PATH: &str = "destinationConfiguration";

/// Reads `destinationConfiguration`, a union of exactly one destination.
pub(super) fn read_destination(input: &mut Input) -> Read<Destination> {
    let Some(variant) = input.union(PATH, &["s3", "cloudWatchLogs", "firehose"])? else { return Ok(None) };
    match variant {
        "s3" => input.required("destinationConfiguration/s3/bucketName", Destination::parse_bucket),
        "firehose" => input.required(
            "destinationConfiguration/firehose/deliveryStreamName",
            Destination::parse_delivery_stream,
        ),
        _ => input
            .required("destinationConfiguration/cloudWatchLogs/logGroupName", Destination::parse_log_group),
    }
}

/// Reads a `destinationConfiguration` that must be there.
pub(super) fn require_destination(input: &mut Input) -> Read<Destination> {
    input.require(PATH)?;
    read_destination(input)
}

/// Why the configuration was not updated or deleted, as the caller is told.
pub(super) fn refused(error: LoggingConfigurationError, key: LoggingConfigurationKey) -> OperationError {
    let about = Subject::logging_configuration(key.id);
    match error {
        LoggingConfigurationError::NotFound => about.not_found(),
        LoggingConfigurationError::InUse => about.conflict("is attached to a room"),
        LoggingConfigurationError::WrongState(state) => about.conflict(standing(state)),
        LoggingConfigurationError::Store(error) => error.into(),
    }
}

/// What stands in the way in a state, as the end of a sentence.
const fn standing(state: State) -> &'static str {
    match state {
        State::Creating => "is being created",
        State::Updating => "is being updated",
        State::Deleting => "is being deleted",
        State::DeleteFailed => "could not be deleted; only DeleteLoggingConfiguration is possible",
        State::CreateFailed | State::UpdateFailed | State::Active => "cannot be changed now",
    }
}

/// A logging configuration. Source: API reference, `GetLoggingConfiguration`'s response and
/// `LoggingConfigurationSummary`, which have the same members.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggingConfigurationOutput {
    arn: String,
    id: String,
    create_time: String,
    update_time: String,
    name: String,
    destination_configuration: DestinationOutput,
    state: &'static str,
    tags: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum DestinationOutput {
    #[serde(rename_all = "camelCase")]
    S3 { bucket_name: String },
    #[serde(rename_all = "camelCase")]
    CloudWatchLogs { log_group_name: String },
    #[serde(rename_all = "camelCase")]
    Firehose { delivery_stream_name: String },
}

impl DestinationOutput {
    fn of(destination: &Destination) -> Self {
        match destination {
            Destination::S3(name) => Self::S3 { bucket_name: name.to_string() },
            Destination::CloudWatchLogs(name) => Self::CloudWatchLogs { log_group_name: name.to_string() },
            Destination::Firehose(name) => Self::Firehose { delivery_stream_name: name.to_string() },
        }
    }
}

impl LoggingConfigurationOutput {
    pub(super) fn of(configuration: &LoggingConfiguration, region: &Region) -> Self {
        Self {
            arn: LoggingConfigurationArn::of(region, configuration.key).to_string(),
            id: configuration.key.id.to_string(),
            create_time: configuration.create_time.to_string(),
            update_time: configuration.update_time.to_string(),
            name: configuration.name.as_str().to_owned(),
            destination_configuration: DestinationOutput::of(&configuration.destination),
            state: configuration.state.as_str(),
            tags: configuration.tags.as_map().clone(),
        }
    }
}
