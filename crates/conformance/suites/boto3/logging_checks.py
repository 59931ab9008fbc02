"""Logging configurations: destinations, changes, and who still needs them."""

from checks import check, equal, true
from ivs import ODD_TAGS, body, destination, fresh, invalid, ivschat, logging_arn, logging_configuration, loose
from ivs import refusal


@check
def each_destination_comes_back():
    for given in (
        {"s3": {"bucketName": "my.bucket-1"}},
        {"cloudWatchLogs": {"logGroupName": "/aws/ivs_chat.log-group#1"}},
        {"firehose": {"deliveryStreamName": "stream_1.a-b"}},
    ):
        name = fresh("logs")
        made = body(ivschat.create_logging_configuration(name=name, destinationConfiguration=given, tags=ODD_TAGS))
        equal(made["destinationConfiguration"], given)
        equal(made["state"], "ACTIVE")
        equal((made["name"], made["tags"]), (name, ODD_TAGS))
        equal(made["arn"], logging_arn(made["id"]))
        equal(body(ivschat.get_logging_configuration(identifier=made["arn"])), made, "GetLoggingConfiguration")


@check
def a_destination_is_exactly_one():
    two = {"s3": {"bucketName": "abc"}, "firehose": {"deliveryStreamName": "def"}}
    create = loose.create_logging_configuration
    refusal(create, "SerializationException", 400, destinationConfiguration=two)
    refusal(create, "SerializationException", 400, destinationConfiguration={})
    invalid(create, "destinationConfiguration")


@check
def a_destination_obeys_its_pattern():
    create = loose.create_logging_configuration
    invalid(create, "bucketName", destinationConfiguration={"s3": {"bucketName": "Upper"}})
    invalid(create, "logGroupName", destinationConfiguration={"cloudWatchLogs": {"logGroupName": "a b"}})
    invalid(create, "deliveryStreamName", destinationConfiguration={"firehose": {"deliveryStreamName": "a/b"}})
    invalid(create, "name", destinationConfiguration=destination(), name="a b")


@check
def update_logging_configuration_keeps_the_rest():
    before = body(ivschat.create_logging_configuration(name=fresh("a"), destinationConfiguration=destination()))
    named = body(ivschat.update_logging_configuration(identifier=before["arn"], name=fresh("b")))
    equal(named, before | {"name": named["name"], "updateTime": named["updateTime"]})
    true(named["updateTime"] > before["updateTime"], "updateTime stood still")
    moved = {"s3": {"bucketName": "another"}}
    after = body(ivschat.update_logging_configuration(identifier=before["arn"], destinationConfiguration=moved))
    equal(after, named | {"destinationConfiguration": moved, "updateTime": after["updateTime"]})


@check
def list_logging_configurations_pages():
    made = {logging_configuration() for _ in range(3)}
    seen, token = [], {}
    while True:
        page = ivschat.list_logging_configurations(maxResults=2, **token)
        seen += [entry["arn"] for entry in page["loggingConfigurations"]]
        if not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    equal(len(seen), len(set(seen)), "logging configurations over all pages")
    true(made <= set(seen), "one is missing")
    invalid(loose.list_logging_configurations, "maxResults", maxResults=51)


@check
def an_attached_logging_configuration_is_not_deleted():
    identifier = logging_configuration()
    room = ivschat.create_room(loggingConfigurationIdentifiers=[identifier])["arn"]
    error = refusal(ivschat.delete_logging_configuration, "ConflictException", 409, identifier=identifier)
    equal(error["resourceId"], identifier.rsplit("/")[-1], "resourceId")
    true(error["resourceType"], "no resourceType")
    ivschat.update_room(identifier=room, loggingConfigurationIdentifiers=[])
    response = ivschat.delete_logging_configuration(identifier=identifier)
    equal(response["ResponseMetadata"]["HTTPStatusCode"], 204, "status")
    refusal(ivschat.get_logging_configuration, "ResourceNotFoundException", 404, identifier=identifier)


@check
def a_deleted_room_lets_its_logging_configuration_go():
    identifier = logging_configuration()
    room = ivschat.create_room(loggingConfigurationIdentifiers=[identifier])["arn"]
    ivschat.delete_room(identifier=room)
    ivschat.delete_logging_configuration(identifier=identifier)
