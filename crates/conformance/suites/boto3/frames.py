"""The messaging API frame by frame: boto3 makes the tokens, the `websockets` package shows what is really on the wire.

AWS's own Python demo connects in the same way. What the chat SDK hides is proved here: the order of the members, the
spelling of ids and times, the statuses of a refused handshake, the codes of a close.
"""

import json
import re

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from checks import MESSAGING_URL, check, equal, run, true
from ivs import client

ivschat = client(retries={"mode": "standard", "total_max_attempts": 20})
EVERY = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
MESSAGE = ["Type", "Id", "RequestId", "Attributes", "Content", "SendTime", "Sender"]
EVENT = ["Type", "Id", "RequestId", "EventName", "Attributes", "SendTime"]
ERROR = {"Type", "Id", "RequestId", "ErrorCode", "ErrorMessage"}
SECONDS = 10


def room(**members):
    """The ARN of a new room; its rate is high, so that only what a check means to limit is limited."""
    return ivschat.create_room(**({"maximumMessageRatePerSecond": 100} | members))["arn"]


def token(arn, user="ann", capabilities=EVERY, **members):
    """A chat token."""
    return ivschat.create_chat_token(roomIdentifier=arn, userId=user, capabilities=capabilities, **members)["token"]


def join(arn, *user, **members):
    """An open connection."""
    return connect(MESSAGING_URL, subprotocols=[token(arn, *user, **members)], open_timeout=SECONDS, proxy=None)


def send(connection, **frame):
    """Sends the members as one JSON object."""
    connection.send(json.dumps(frame))


def receive(connection):
    """The next frame, parsed; the members keep their order."""
    return json.loads(connection.recv(timeout=SECONDS))


def refused(chat_token, status):
    """Expects the handshake to be refused with this status and a JSON message."""
    try:
        connect(MESSAGING_URL, subprotocols=[chat_token] if chat_token else None, open_timeout=SECONDS, proxy=None)
    except InvalidStatus as error:
        equal(error.response.status_code, status, "status of the handshake")
        true(json.loads(error.response.body)["message"], "no message")
    else:
        raise AssertionError("the handshake was accepted")


@check
def the_handshake_echoes_the_token():
    chat_token = token(room())
    with connect(MESSAGING_URL, subprotocols=[chat_token], open_timeout=SECONDS, proxy=None) as connection:
        equal(connection.subprotocol, chat_token)


@check
def a_bad_token_is_refused():
    chat_token = token(room())
    middle = len(chat_token) // 2
    refused(None, 401)
    refused("nonsense", 401)
    refused(chat_token[:middle] + ("A" if chat_token[middle] != "A" else "B") + chat_token[middle + 1 :], 401)


@check
def a_token_opens_one_connection():
    chat_token = token(room())
    with connect(MESSAGING_URL, subprotocols=[chat_token], open_timeout=SECONDS, proxy=None):
        refused(chat_token, 401)
    refused(chat_token, 401)


@check
def a_token_of_a_deleted_room_is_refused():
    arn = room()
    chat_token = token(arn)
    ivschat.delete_room(identifier=arn)
    refused(chat_token, 404)


@check
def a_message_has_its_members_in_the_recorded_order():
    with join(room()) as ann:
        send(ann, Action="SEND_MESSAGE", RequestId="r-1", Content="Hi é 日本 🎉")
        frame = receive(ann)
        equal(list(frame), MESSAGE, "members")
        equal(frame["Type"], "MESSAGE")
        equal(frame["RequestId"], "r-1")
        equal(frame["Attributes"], None, "Attributes when none were sent")
        equal(frame["Content"], "Hi é 日本 🎉")
        equal(frame["Sender"], {"UserId": "ann", "Attributes": {}})
        true(re.fullmatch(r"[a-zA-Z0-9]{12}", frame["Id"]), frame["Id"])
        time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z"
        true(re.fullmatch(time, frame["SendTime"]), frame["SendTime"])


@check
def keys_are_read_in_any_case_and_unknown_members_ignored():
    with join(room(), attributes={"name": "Ann"}) as ann:
        send(ann, action="SEND_MESSAGE", requestId="r", content="camel", attributes={"Key": "v"}, id="ignored")
        frame = receive(ann)
        equal((frame["Content"], frame["RequestId"], frame["Attributes"]), ("camel", "r", {"Key": "v"}))
        equal(frame["Sender"], {"UserId": "ann", "Attributes": {"name": "Ann"}})
        send(ann, Action="SEND_MESSAGE", CONTENT="mixed", Attributes=None)
        frame = receive(ann)
        equal((frame["Content"], frame["RequestId"], frame["Attributes"]), ("mixed", "", None))


@check
def everyone_gets_the_same_bytes():
    arn = room()
    with join(arn) as ann, join(arn, "bob") as bob, join(arn) as again:
        send(ann, Action="SEND_MESSAGE", RequestId="r", Content="same")
        first = ann.recv(timeout=SECONDS)
        equal([bob.recv(timeout=SECONDS), again.recv(timeout=SECONDS)], [first, first])


@check
def an_event_of_the_rest_api_arrives():
    arn = room()
    with join(arn, capabilities=[]) as viewer:
        event = ivschat.send_event(roomIdentifier=arn, eventName="app:poll", attributes={"k": "v"})["id"]
        frame = receive(viewer)
        equal(list(frame), EVENT, "members")
        equal((frame["Type"], frame["Id"], frame["RequestId"]), ("EVENT", event, ""))
        equal((frame["EventName"], frame["Attributes"]), ("app:poll", {"k": "v"}))


@check
def a_delete_names_the_message_in_both_spellings():
    arn = room()
    with join(arn) as ann:
        send(ann, Action="DELETE_MESSAGE", RequestId="r", Id="abcDEF123456", Reason="rude")
        frame = receive(ann)
        equal(list(frame), EVENT, "members")
        equal((frame["EventName"], frame["RequestId"]), ("aws:DELETE_MESSAGE", "r"))
        both = {"MessageID": "abcDEF123456", "MessageId": "abcDEF123456"}
        equal(frame["Attributes"], both | {"Reason": "rude"})
        true(frame["Id"] != "abcDEF123456", "the event has the message's id")
        event = ivschat.delete_message(roomIdentifier=arn, id="abcDEF123456", reason="rest")["id"]
        frame = receive(ann)
        equal((frame["Id"], frame["RequestId"]), (event, ""))
        equal(frame["Attributes"], both | {"Reason": "rest"})


@check
def a_kick_is_an_event_and_then_a_clean_close():
    arn = room()
    with join(arn) as ann, join(arn, "bob") as bob, join(arn, "bob") as twice:
        ivschat.disconnect_user(roomIdentifier=arn, userId="bob", reason="spam")
        for connection in (ann, bob, twice):
            frame = receive(connection)
            equal(frame["EventName"], "aws:DISCONNECT_USER")
            equal(frame["Attributes"], {"UserId": "bob", "Reason": "spam"})
        for connection in (bob, twice):
            equal(closed(connection), (1000, "spam"))
        send(ann, Action="SEND_MESSAGE", Content="still here")
        equal(receive(ann)["Content"], "still here")


def closed(connection):
    """Code and reason of the close that must come now."""
    try:
        frame = connection.recv(timeout=SECONDS)
    except ConnectionClosed as error:
        return error.rcvd.code, error.rcvd.reason
    raise AssertionError(f"a frame came instead of the close: {frame}")


@check
def nonsense_is_an_error_and_the_connection_stays():
    with join(room()) as ann:
        unknown = json.dumps({"Action": "FLY", "RequestId": "r"})
        wrong = json.dumps({"Action": "SEND_MESSAGE", "Content": 5})
        for frame in ("not json", "[]", "5", unknown, wrong, json.dumps({"Action": "SEND_MESSAGE"}), b"\x00\x01"):
            ann.send(frame)
            error = receive(ann)
            equal(set(error), ERROR, "members")
            equal((error["Type"], error["ErrorCode"]), ("ERROR", 400), f"answer to {frame!r}")
            true(error["Id"] and error["ErrorMessage"], f"{error}")
            equal(error["RequestId"], "r" if frame == unknown else "", f"RequestId for {frame!r}")
        send(ann, Action="SEND_MESSAGE", Content="fine")
        equal(receive(ann)["Content"], "fine")


@check
def an_error_goes_to_its_sender_only():
    arn = room()
    with join(arn, capabilities=[]) as viewer, join(arn, "bob") as bob:
        send(viewer, Action="SEND_MESSAGE", RequestId="r", Content="may I?")
        error = receive(viewer)
        equal((error["ErrorCode"], error["RequestId"]), (403, "r"))
        send(bob, Action="SEND_MESSAGE", Content="I may")
        equal(receive(bob)["Content"], "I may")
        equal(receive(viewer)["Content"], "I may")


@check
def lengths_count_code_points():
    with join(room(maximumMessageLength=3)) as ann:
        send(ann, Action="SEND_MESSAGE", Content="🎉🎉🎉")
        equal(receive(ann)["Content"], "🎉🎉🎉")
        send(ann, Action="SEND_MESSAGE", Content="abcd")
        error = receive(ann)
        equal((error["ErrorCode"], error["ErrorMessage"]), (400, "Message exceeds maximum length"))


@check
def a_rooms_new_limits_hold_at_once():
    arn = room(maximumMessageLength=3)
    with join(arn) as ann:
        ivschat.update_room(identifier=arn, maximumMessageLength=5)
        send(ann, Action="SEND_MESSAGE", Content="abcde")
        equal(receive(ann)["Content"], "abcde")
        ivschat.update_room(identifier=arn, maximumMessageLength=2)
        send(ann, Action="SEND_MESSAGE", Content="abc")
        equal(receive(ann)["ErrorCode"], 400)


@check
def attributes_have_a_size():
    with join(room()) as ann:
        send(ann, Action="SEND_MESSAGE", Content="x", Attributes={"k": "v" * 1023})
        equal(receive(ann)["Type"], "MESSAGE")
        send(ann, Action="SEND_MESSAGE", Content="x", Attributes={"k": "v" * 1024})
        equal(receive(ann)["ErrorCode"], 413)


@check
def a_room_has_a_rate_of_its_own():
    with join(room(maximumMessageRatePerSecond=1)) as ann:
        for _ in range(3):
            send(ann, Action="SEND_MESSAGE", Content="x")
        frames = [receive(ann) for _ in range(3)]
        # An ERROR goes ahead of data, so it may overtake the message that was let through.
        true("MESSAGE" in [frame["Type"] for frame in frames], f"none came through: {frames}")
        refusals = [(frame["ErrorCode"], frame["ErrorMessage"]) for frame in frames if frame["Type"] == "ERROR"]
        true(refusals and set(refusals) == {(429, "rate limit exceeded")}, f"three at once: {frames}")


@check
def a_ping_is_answered():
    with join(room()) as ann:
        true(ann.ping().wait(SECONDS), "no pong")


run()
