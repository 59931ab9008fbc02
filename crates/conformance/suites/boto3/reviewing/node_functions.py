"""Functions under `serverless-offline`: the worked handler in Node, thrown errors, real delays."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from checks import check, equal
from reviewing import worked
from reviewing.counted import comes_to
from reviewing.mapping import function_arn, mapped
from reviewing.people import ReviewedRoom
from reviewing.programs import Program, free_port

MODULES = Path(os.environ["HUBBUB_NODE_MODULES"])
FUNCTIONS = Path(__file__).parent / "lambdas"
# It verifies no signature.
CREDENTIALS = {"access_key_id": "any", "secret_access_key": "any"}
PATIENT = 10000

_folder = tempfile.TemporaryDirectory(prefix="hubbub-serverless-")


def _start(port):
    folder = Path(_folder.name)
    for file in (FUNCTIONS / "serverless.yml", FUNCTIONS / "wrong.js", worked.WORKED / "node" / "review.js"):
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(MODULES)
    offline = ["offline", "--host", "127.0.0.1", "--lambdaPort", port, "--httpPort", free_port(), "--noTimeout"]
    quiet = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "HOME": str(folder)}
    return Program([MODULES / ".bin" / "serverless", *offline], r"Function names exposed", folder, **quiet)


port = free_port()
program = _start(port)


def function(name, **definition):
    """The ARN of a function of the service."""
    settings = {
        "kind": "lambda",
        "endpoint": f"http://127.0.0.1:{port}",
        "credentials": CREDENTIALS,
        "time_limit_ms": PATIENT,
    }
    return mapped(function_arn(f"hubbub-dev-{name}"), **settings | definition)


worked.add_checks("the_node_handler", function("review"), program)


def falls_back(arn, metric, times=1):
    """The two rooms, after a handler that gives no usable answer."""
    for _ in range(times):
        with ReviewedRoom(arn, "ALLOW") as room:
            room.say("as it was", Attributes={"k": "v"})
            room.both_get("as it was", {"k": "v"})
            room.is_quiet()
        with ReviewedRoom(arn, "DENY") as room:
            room.say("as it was")
            room.ann_alone_gets_406("as it was")
    comes_to(2 * times, metric, Uri=arn)


@check
def a_function_is_asked_with_the_documented_members_and_no_others():
    with ReviewedRoom(function("tells")) as room:
        asked = room.say_everything()
        equal(json.loads(program.line(r"asked (.*)")[1]), asked, "event")


@check
def a_function_that_throws_is_not_heard():
    falls_back(function("throws"), "InvocationErrors_total")


@check
def a_function_that_does_not_exist_is_not_heard():
    falls_back(function("missing"), "InvocationErrors_total")


@check
def a_function_that_waits_is_not_waited_for():
    falls_back(function("waits", time_limit_ms=150), "InvocationErrors_total")


@check
def a_function_that_answers_nothing_gives_no_valid_answer():
    falls_back(function("nothing"), "ResponseValidationErrors_total")


@check
def a_function_that_answers_text_gives_no_valid_answer():
    falls_back(function("text"), "ResponseValidationErrors_total")


@check
def a_function_that_fails_again_and_again_does_not_silence_its_neighbours():
    throws, good = function("throws"), function("review")
    for _ in range(20):
        with ReviewedRoom(throws, "ALLOW") as room:
            room.say("x")
            room.both_get("x")
    with ReviewedRoom(good, "ALLOW") as room:
        room.say("darn")
        room.both_get("****")


@check
def messages_keep_their_order_when_functions_answer_in_another():
    delays = ("400", "100", "250", "1", "300", "50")
    with ReviewedRoom(function("shuffles"), "DENY") as room:
        for delay in delays:
            room.say(delay)
        for delay in delays:
            room.both_get(f"[{delay}]")
        room.is_quiet()
