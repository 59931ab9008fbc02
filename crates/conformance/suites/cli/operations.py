"""The AWS CLI over all 17 operations: what a person types, what comes back, and the exit codes."""

import json
import os
import subprocess

from checks import ACCOUNT, REGION, URL, check, equal, run, true

HANDLER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:review"
ODD_TAGS = {"a b/é+~%2F": "x y/ü+~%2F", "plain": ""}
MISSING = f"arn:aws:ivschat:{REGION}:{ACCOUNT}:room/AAAAAAAAAAAA"


def run_aws(operation, *arguments):
    """Exit code, output and error text of one call."""
    command = [os.environ["HUBBUB_AWS"], "--endpoint-url", URL, "--output", "json", "ivschat", operation, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def aws(operation, *arguments):
    """The parsed output of a call that must end with 0; nothing printed is `{}`."""
    code, output, error = run_aws(operation, *arguments)
    equal(code, 0, f"exit code of {operation} ({error.strip()})")
    return json.loads(output or "{}")


def refused(kind, operation, *arguments):
    """Expects the exit code of a service error, and its name in the text."""
    code, _, error = run_aws(operation, *arguments)
    equal(code, 255, f"exit code ({error.strip()})")
    true(f"({kind})" in error, error)


def new_room(*arguments):
    """The ARN of a new room."""
    return aws("create-room", *arguments)["arn"]


def new_logging_configuration():
    """The ARN of a new logging configuration."""
    return aws("create-logging-configuration", "--destination-configuration", "s3={bucketName=my-bucket}")["arn"]


@check
def create_room():
    arn = new_logging_configuration()
    handler = f"uri={HANDLER},fallbackResult=DENY"
    room = aws(
        "create-room",
        *("--name", "cli", "--maximum-message-rate-per-second", "5", "--maximum-message-length", "50"),
        *("--message-review-handler", handler, "--tags", json.dumps(ODD_TAGS)),
        *("--logging-configuration-identifiers", arn),
    )
    equal(room["tags"], ODD_TAGS)
    equal(room["messageReviewHandler"], {"uri": HANDLER, "fallbackResult": "DENY"})
    equal(room["loggingConfigurationIdentifiers"], [arn])


@check
def get_room():
    arn = new_room("--name", "read")
    equal(aws("get-room", "--identifier", arn)["name"], "read")


@check
def list_rooms():
    made = [new_room("--name", "listed") for _ in range(2)]
    rooms = aws("list-rooms", "--name", "listed", "--max-results", "1")
    equal([room["arn"] for room in rooms["rooms"]], made[1:])
    rest = aws("list-rooms", "--name", "listed", "--max-results", "1", "--next-token", rooms["nextToken"])
    equal([room["arn"] for room in rest["rooms"]], made[:1])


@check
def update_room():
    arn = new_room("--message-review-handler", f"uri={HANDLER}")
    room = aws("update-room", "--identifier", arn, "--name", "changed", "--message-review-handler", "uri=")
    equal(room["name"], "changed")
    equal(room.get("messageReviewHandler", {}).get("uri", ""), "")


@check
def delete_room():
    arn = new_room()
    equal(aws("delete-room", "--identifier", arn), {})
    refused("ResourceNotFoundException", "get-room", "--identifier", arn)


@check
def create_chat_token():
    token = aws(
        "create-chat-token",
        *("--room-identifier", new_room(), "--user-id", "ann", "--session-duration-in-minutes", "5"),
        *("--capabilities", "SEND_MESSAGE", "DELETE_MESSAGE", "--attributes", "name=Ann"),
    )
    equal(sorted(token), ["sessionExpirationTime", "token", "tokenExpirationTime"])


@check
def send_event():
    event = aws("send-event", "--room-identifier", new_room(), "--event-name", "app:x", "--attributes", "k=v")
    equal(len(event["id"]), 12, "length of the id")


@check
def delete_message():
    arguments = ("--id", "abcDEF123456", "--reason", "rude")
    equal(len(aws("delete-message", "--room-identifier", new_room(), *arguments)["id"]), 12, "length of the id")


@check
def disconnect_user():
    equal(aws("disconnect-user", "--room-identifier", new_room(), "--user-id", "bob", "--reason", "spam"), {})


@check
def create_logging_configuration():
    destination = "firehose={deliveryStreamName=stream}"
    made = aws("create-logging-configuration", "--name", "cli", "--destination-configuration", destination)
    equal((made["name"], made["state"]), ("cli", "ACTIVE"))
    equal(made["destinationConfiguration"], {"firehose": {"deliveryStreamName": "stream"}})


@check
def get_logging_configuration():
    arn = new_logging_configuration()
    equal(aws("get-logging-configuration", "--identifier", arn)["arn"], arn)


@check
def list_logging_configurations():
    arn = new_logging_configuration()
    listed = aws("list-logging-configurations")["loggingConfigurations"]
    true(arn in [entry["arn"] for entry in listed], "the new one is not in the list")


@check
def update_logging_configuration():
    arn = new_logging_configuration()
    destination = "cloudWatchLogs={logGroupName=/group}"
    changed = aws("update-logging-configuration", "--identifier", arn, "--destination-configuration", destination)
    equal(changed["destinationConfiguration"], {"cloudWatchLogs": {"logGroupName": "/group"}})


@check
def delete_logging_configuration():
    arn = new_logging_configuration()
    room = new_room("--logging-configuration-identifiers", arn)
    refused("ConflictException", "delete-logging-configuration", "--identifier", arn)
    aws("delete-room", "--identifier", room)
    equal(aws("delete-logging-configuration", "--identifier", arn), {})


@check
def tag_resource():
    for arn in (new_room(), new_logging_configuration()):
        equal(aws("tag-resource", "--resource-arn", arn, "--tags", json.dumps(ODD_TAGS)), {})


@check
def list_tags_for_resource():
    arn = new_room("--tags", json.dumps(ODD_TAGS))
    equal(aws("list-tags-for-resource", "--resource-arn", arn), {"tags": ODD_TAGS})


@check
def untag_resource():
    arn = new_room("--tags", json.dumps(ODD_TAGS))
    equal(aws("untag-resource", "--resource-arn", arn, "--tag-keys", "a b/é+~%2F"), {})
    equal(aws("list-tags-for-resource", "--resource-arn", arn)["tags"], {"plain": ""})


@check
def errors_have_exit_codes():
    refused("ResourceNotFoundException", "get-room", "--identifier", MISSING)
    refused("ValidationException", "create-room", "--name", "a b")


run()
