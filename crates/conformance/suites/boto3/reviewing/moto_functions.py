"""moto's Lambda API, which gives queued answers and verifies signatures and rights as AWS does."""

import json
import sys
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

from checks import ACCOUNT, REGION, check
from ivs import fresh
from reviewing.counted import comes_to
from reviewing.mapping import function_arn, mapped
from reviewing.people import ReviewedRoom
from reviewing.peer import allowing, denying
from reviewing.programs import Program, free_port

# All calls after these must be signed by somebody with rights.
SET_UP_CALLS = 6
# moto takes the action for `lambda:Invoke`.
INVOKE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:Invoke*", "Resource": "*"}]}

port = free_port()
URL = f"http://127.0.0.1:{port}"
program = Program(
    [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", port],
    r"Running on",
    INITIAL_NO_AUTH_ACTION_COUNT=str(SET_UP_CALLS),
)


def configure(path, value):
    """moto's own API."""
    data, headers = json.dumps(value).encode(), {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=10) as response:
        response.read()


def answers(*values):
    """What the next calls are answered; a call after them gets back what it sent."""
    results = [value if isinstance(value, str) else json.dumps(value) for value in values]
    place = {"region": REGION, "account_id": ACCOUNT}
    configure("/moto-api/static/lambda-simple/response", {"results": results} | place)


def _client(service):
    return boto3.client(service, endpoint_url=URL, config=Config(retries={"total_max_attempts": 1}))


def _key_of_a_user():
    iam = _client("iam")
    iam.create_user(UserName="chat")
    key = iam.create_access_key(UserName="chat")["AccessKey"]
    iam.put_user_policy(UserName="chat", PolicyName="invoke", PolicyDocument=json.dumps(INVOKE))
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


def _key_of_a_role():
    iam = _client("iam")
    role = iam.create_role(RoleName="chat", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName="chat", PolicyName="invoke", PolicyDocument=json.dumps(INVOKE))
    key = _client("sts").assume_role(RoleArn=role, RoleSessionName="chat")["Credentials"]
    return {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
        "session_token": key["SessionToken"],
    }


configure("/moto-api/config", {"lambda": {"use_docker": False}})
KEY = _key_of_a_user()
TEMPORARY = _key_of_a_role()


def function(**definition):
    """The ARN of a new function, called with the key of the user."""
    settings = {"kind": "lambda", "endpoint": URL, "credentials": KEY, "time_limit_ms": 10000}
    return mapped(function_arn(fresh("moto")), **settings | definition)


@check
def signed_calls_are_let_in_and_their_answers_heard():
    answers(allowing("said"), allowing("changed", Attributes={"k": "v"}), denying("Not here."), "null", "<html>")
    with ReviewedRoom(function(), "DENY") as room:
        for content, attributes in (("said", {"mine": "1"}), ("changed", {"k": "v"})):
            room.say("said", Attributes={"mine": "1"})
            room.both_get(content, attributes)
        room.say("bad")
        room.ann_alone_gets_406("bad", "Not here.")
        room.say("null")
        room.ann_alone_gets_406("null")
        room.say("page")
        room.ann_alone_gets_406("page")


@check
def calls_with_temporary_credentials_carry_their_token():
    answers(denying("heard"))
    with ReviewedRoom(function(credentials=TEMPORARY)) as room:
        room.say("x")
        room.ann_alone_gets_406("x", "heard")
    other = function(credentials=TEMPORARY | {"session_token": "not-" + TEMPORARY["session_token"]})
    with ReviewedRoom(other) as room:
        room.say("x")
        room.both_get("x")
    comes_to(1, "InvocationErrors_total", Uri=other)


@check
def an_answer_that_is_the_request_is_not_valid():
    arn = function()
    with ReviewedRoom(arn) as room:
        room.say("echo", Attributes={"k": "v"})
        room.both_get("echo", {"k": "v"})
    comes_to(1, "ResponseValidationErrors_total", Uri=arn)


@check
def calls_with_a_wrong_secret_are_refused_and_the_fallback_applies():
    answers(denying("meant for the right key"))
    wrong = function(credentials=KEY | {"secret_access_key": "wrong" + KEY["secret_access_key"][5:]})
    stranger = function(credentials=KEY | {"access_key_id": "AKIANOBODY0000000000"})
    for arn in (wrong, stranger):
        with ReviewedRoom(arn, "ALLOW") as room:
            room.say("x")
            room.both_get("x")
        with ReviewedRoom(arn, "DENY") as room:
            room.say("x")
            room.ann_alone_gets_406("x")
        comes_to(2, "InvocationErrors_total", Uri=arn)
    program.line(r'/invocations HTTP/1\.1" 403')
    with ReviewedRoom(function()) as room:
        room.say("x")
        room.ann_alone_gets_406("x", "meant for the right key")


@check
def a_new_key_counts_after_a_reload():
    arn = function(credentials=KEY | {"secret_access_key": "wrong"})
    answers(denying("now"))
    with ReviewedRoom(arn) as room:
        room.say("before")
        room.both_get("before")
        mapped(arn, kind="lambda", endpoint=URL, credentials=KEY, time_limit_ms=10000)
        room.say("after")
        room.ann_alone_gets_406("after", "now")
