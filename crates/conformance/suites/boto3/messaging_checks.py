"""Chat tokens, and the operations that reach into a room."""

from datetime import datetime, timedelta, timezone

from checks import check, equal, true
from ivs import body, invalid, ivschat, loose, refusal, room_arn


@check
def a_chat_token_lives_a_minute_and_its_session_as_long_as_asked():
    arn = ivschat.create_room()["arn"]
    for minutes, member in ((60, {}), (1, {"sessionDurationInMinutes": 1}), (180, {"sessionDurationInMinutes": 180})):
        before = datetime.now(timezone.utc)
        token = ivschat.create_chat_token(roomIdentifier=arn, userId="ann", **member)
        issued = token["tokenExpirationTime"] - timedelta(minutes=1)
        true(abs(issued - before) < timedelta(seconds=5), f"issued at {issued}, asked at {before}")
        session = token["sessionExpirationTime"] - issued
        true(abs(session - timedelta(minutes=minutes)) < timedelta(seconds=1), f"session of {session}")


@check
def a_chat_token_can_stand_in_a_header_and_shows_nothing():
    arn = ivschat.create_room()["arn"]
    member = {"userId": "secretuser", "attributes": {"plainkey": "plainvalue"}, "capabilities": ["SEND_MESSAGE"]}
    tokens = {ivschat.create_chat_token(roomIdentifier=arn, **member)["token"] for _ in range(3)}
    equal(len(tokens), 3, "different tokens")
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    for token in tokens:
        true(set(token) <= allowed, f"characters {set(token) - allowed}")


@check
def create_chat_token_takes_any_user_and_every_capability():
    arn = ivschat.create_room()["arn"]
    every = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
    attributes = {"displayName": "Ünal 日本", "n": "x" * 900}
    ivschat.create_chat_token(roomIdentifier=arn, userId="ü" * 128, capabilities=every, attributes=attributes)
    ivschat.create_chat_token(roomIdentifier=arn, userId="u", capabilities=[])


@check
def create_chat_token_refuses_what_breaks_a_constraint():
    arn = ivschat.create_room()["arn"]

    def refused(field, **members):
        invalid(loose.create_chat_token, field, **({"roomIdentifier": arn, "userId": "u"} | members))

    refused("userId", userId="")
    refused("userId", userId="u" * 129)
    refused("sessionDurationInMinutes", sessionDurationInMinutes=0)
    refused("sessionDurationInMinutes", sessionDurationInMinutes=181)
    refused("apabilities", capabilities=["FLY"])
    refused("ttributes", attributes={"k": "x" * 1024})
    refused("roomIdentifier", roomIdentifier="not an arn")
    invalid(loose.create_chat_token, "userId", roomIdentifier=arn)
    refusal(ivschat.create_chat_token, "ResourceNotFoundException", 404, roomIdentifier=room_arn(), userId="u")


@check
def send_event_gives_an_id():
    arn = ivschat.create_room()["arn"]
    first = ivschat.send_event(roomIdentifier=arn, eventName="app:hello", attributes={"k": "é"})["id"]
    true(first != ivschat.send_event(roomIdentifier=arn, eventName="n" * 100)["id"], "the same id twice")


@check
def send_event_takes_four_kilobytes_and_no_more():
    arn = ivschat.create_room()["arn"]
    ivschat.send_event(roomIdentifier=arn, eventName="big", attributes={"k": "x" * 4000})
    invalid(loose.send_event, "ttributes", roomIdentifier=arn, eventName="big", attributes={"k": "x" * 4097})
    invalid(loose.send_event, "eventName", roomIdentifier=arn, eventName="n" * 101)
    invalid(loose.send_event, "eventName", roomIdentifier=arn, eventName="")
    refusal(ivschat.send_event, "ResourceNotFoundException", 404, roomIdentifier=room_arn(), eventName="x")


@check
def delete_message_gives_the_events_id():
    arn = ivschat.create_room()["arn"]
    deleted = "abcDEF123456"
    event = ivschat.delete_message(roomIdentifier=arn, id=deleted, reason="r" * 256)["id"]
    true(event != deleted, "the event has the message's id: the chat SDK would drop it")
    invalid(loose.delete_message, "id", roomIdentifier=arn, id="short")
    invalid(loose.delete_message, "reason", roomIdentifier=arn, id=deleted, reason="r" * 257)
    refusal(ivschat.delete_message, "ResourceNotFoundException", 404, roomIdentifier=room_arn(), id=deleted)


@check
def disconnect_user_succeeds_for_the_absent():
    arn = ivschat.create_room()["arn"]
    response = ivschat.disconnect_user(roomIdentifier=arn, userId="nobody", reason="spam")
    equal(body(response), {})
    invalid(loose.disconnect_user, "userId", roomIdentifier=arn, userId="u" * 129)
    refusal(ivschat.disconnect_user, "ResourceNotFoundException", 404, roomIdentifier=room_arn(), userId="u")
