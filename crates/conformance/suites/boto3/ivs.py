"""What the suites over boto3 share: clients, short names for the things they make, and what an error must look like."""

import itertools

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import ACCOUNT, REGION, equal
from model import Observer

HANDLER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:review"
ODD_TAGS = {"a b/é+~%2F": "x y/ü+~%2F&=?#", "empty": "", "日本": "語"}

_numbers = itertools.count(1)


def client(**settings):
    """A client on the endpoint of the environment; settings go to its configuration."""
    return boto3.client("ivschat", config=Config(**settings))


# The client as everyone has it.
ivschat = client()
# One that sends what it is told, so that the server must refuse it; and it never retries.
loose = client(parameter_validation=False, retries={"total_max_attempts": 1})
OBSERVERS = [Observer(ivschat), Observer(loose)]


def fresh(word):
    """A name that no other check uses."""
    return f"{word}-{next(_numbers)}"


def body(response):
    """The response without boto3's own part."""
    return {key: value for key, value in response.items() if key != "ResponseMetadata"}


def destination(name="hubbub-logs"):
    """A destination that the model allows."""
    return {"cloudWatchLogs": {"logGroupName": name}}


def logging_configuration(**members):
    """The ARN of a new logging configuration."""
    members.setdefault("destinationConfiguration", destination())
    return ivschat.create_logging_configuration(**members)["arn"]


def room_arn(room_id="AAAAAAAAAAAA", region=REGION, account=ACCOUNT):
    """An ARN of the right form."""
    return f"arn:aws:ivschat:{region}:{account}:room/{room_id}"


def logging_arn(identifier="AAAAAAAAAAAA"):
    """An ARN of the right form."""
    return f"arn:aws:ivschat:{REGION}:{ACCOUNT}:logging-configuration/{identifier}"


def both_kinds(**members):
    """A room and a logging configuration."""
    return ivschat.create_room(**members)["arn"], logging_configuration(**members)


def tags_of(arn):
    """The tags as ListTagsForResource gives them."""
    return ivschat.list_tags_for_resource(resourceArn=arn)["tags"]


def refusal(call, code, status, **members):
    """Calls, expects this error with this status, and gives the parsed response for more to look at."""
    try:
        call(**members)
    except ClientError as error:
        equal(error.response["Error"]["Code"], code, f"code of {error}")
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], status, f"status of {error}")
        return error.response
    raise AssertionError(f"{code} was expected, but the call succeeded")


def invalid(call, field, **members):
    """Expects a ValidationException that names the field."""
    response = refusal(call, "ValidationException", 400, **members)
    equal(response["reason"], "FIELD_VALIDATION_FAILED", "reason")
    names = [entry["name"] for entry in response["fieldList"]]
    if not any(field in name for name in names):
        raise AssertionError(f"fieldList names {names}, expected {field}")
