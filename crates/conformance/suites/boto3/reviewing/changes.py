"""What changes while the server runs: a room's handler, the review file, a handler that dies and comes back.

And shadow mode, in which nothing changes.
"""

import time

from checks import check, equal, true
from ivs import fresh, ivschat, refusal
from reviewing.counted import comes_to, counted
from reviewing.mapping import NOT_MAPPED, function_arn, is_mapped, mapped, unmap
from reviewing.people import ReviewedRoom, receive
from reviewing.peer import Held, Peer, allowing, denying, marking, saying

PATIENT = 10000
RECOVERY_SECONDS = 60


def http(behave, **definition):
    """The ARN of a handler that behaves so."""
    return mapped(**{"kind": "http", "url": Peer(behave).url, "time_limit_ms": PATIENT} | definition)


@check
def a_new_handler_applies_to_the_next_message():
    held = Held()
    peer = Peer(held)
    first = mapped(kind="http", url=peer.url, time_limit_ms=PATIENT)
    second = http(marking)
    with ReviewedRoom(first) as room:
        room.say("one")
        peer.next()
        room.has_handler(second)
        room.say("two")
        held.release("one", allowing("(one)"))
        room.both_get("(one)")
        room.both_get("[two]")
        room.has_handler("")
        room.say("three")
        room.both_get("three")
    equal(peer.asked, 1, "requests to the first handler")


@check
def a_new_fallback_applies_to_the_next_message():
    arn = http(saying({}))
    with ReviewedRoom(arn, "ALLOW") as room:
        room.say("one")
        room.both_get("one")
        room.has_handler(arn, "DENY")
        room.say("two")
        room.ann_alone_gets_406("two")


@check
def rooms_take_no_handler_that_is_not_mapped():
    room = ivschat.create_room()["arn"]
    for arn in (function_arn("nobody"), "arn:aws:lambda:us-west-2:999999999999:function:review"):
        review = {"messageReviewHandler": {"uri": arn}}
        for call, members in ((ivschat.create_room, {}), (ivschat.update_room, {"identifier": room})):
            error = refusal(call, "ValidationException", 400, **members | review)
            true(NOT_MAPPED in error["Error"]["Message"], error["Error"]["Message"])
    true(not ivschat.get_room(identifier=room).get("messageReviewHandler"), "the room has a handler")


@check
def a_reload_maps_a_new_handler_and_forgets_an_old_one():
    arn = function_arn(fresh("handler"))
    true(not is_mapped(arn), "the handler is mapped too early")
    mapped(arn, kind="http", url=Peer(marking).url, time_limit_ms=PATIENT)
    with ReviewedRoom(arn, "DENY") as room:
        room.say("one")
        room.both_get("[one]")
        unmap(arn)
        true(not is_mapped(arn), "the handler is still mapped")
        room.say("two")
        room.ann_alone_gets_406("two")
        equal(ivschat.get_room(identifier=room.arn)["messageReviewHandler"]["uri"], arn, "uri")
        mapped(arn, kind="http", url=Peer(saying(allowing("else"))).url, time_limit_ms=PATIENT)
        room.say("three")
        room.both_get("else")


@check
def the_first_mapping_that_fits_is_the_one():
    team = fresh("team")
    mapped(function_arn(f"{team}-*"), kind="http", url=Peer(marking).url, time_limit_ms=PATIENT)
    mapped(function_arn(f"{team}-a"), kind="http", url=Peer(saying(allowing("exact"))).url, time_limit_ms=PATIENT)
    for name, content in (("a", "exact"), ("b", "[said]"), ("abc", "[said]")):
        with ReviewedRoom(function_arn(f"{team}-{name}")) as room:
            room.say("said")
            room.both_get(content)
    true(not is_mapped(function_arn(team)), "the pattern fits what it should not")


@check
def in_shadow_mode_messages_pass_and_the_answers_are_counted():
    deny, change = http(saying(denying("no")), shadow=True), http(marking, shadow=True)
    for arn, result in ((deny, "shadow_deny"), (change, "shadow_changed")):
        with ReviewedRoom(arn, "DENY") as room:
            room.say("darn", Attributes={"k": "v"})
            room.both_get("darn", {"k": "v"})
            comes_to(1, "hubbub_reviews_total", Uri=arn, result=result)
            room.is_quiet()


@check
def in_shadow_mode_nobody_waits():
    held = Held()
    peer = Peer(held)
    arn = mapped(kind="http", url=peer.url, time_limit_ms=PATIENT, shadow=True)
    with ReviewedRoom(arn, "DENY") as room:
        room.say("one")
        room.both_get("one")
        peer.next()
        held.release("one", denying("too late"))
        comes_to(1, "hubbub_reviews_total", Uri=arn, result="shadow_deny")
        room.is_quiet()


@check
def a_dead_handler_is_left_alone_and_comes_back():
    peer = Peer(saying(b"dead", status=503))
    arn = mapped(kind="http", url=peer.url, time_limit_ms=PATIENT)
    with ReviewedRoom(arn, maximumMessageRatePerSecond=100) as room:
        for number in range(60):
            room.say(f"{number}")
            room.both_get(f"{number}")
        true(peer.asked < 60, "the dead handler was asked about each message")
        comes_to(1, "hubbub_review_breaker", endpoint=peer.origin)
        peer.behave = marking
        deadline = time.monotonic() + RECOVERY_SECONDS
        while True:
            room.say("back")
            if receive(room.ann)["Content"] == "[back]":
                break
            true(time.monotonic() < deadline, "the handler was not asked again")
            time.sleep(0.05)
        room.say("again")
        equal(receive(room.ann)["Content"], "[again]", "after it came back")
        comes_to(0, "hubbub_review_breaker", endpoint=peer.origin)
    true(counted("hubbub_reviews_total", Uri=arn, result="fallback_breaker") > 0, "reviews that were not asked for")
