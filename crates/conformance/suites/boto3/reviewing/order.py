"""Many messages under review at once: order, limits, and nobody waits for another's handler."""

import threading

from checks import check, equal, true
from reviewing.counted import comes_to
from reviewing.mapping import mapped
from reviewing.people import ReviewedRoom, receive
from reviewing.peer import Held, Peer, allowing, denying, marking

PATIENT = 10000
# As the server is set up.
AT_ONCE = 8


def held_handler(limit=PATIENT):
    """The gates, the peer and its ARN."""
    held = Held()
    peer = Peer(held)
    return held, peer, mapped(kind="http", url=peer.url, time_limit_ms=limit)


@check
def messages_come_out_as_they_were_sent_when_answers_come_backwards():
    held, peer, arn = held_handler()
    with ReviewedRoom(arn) as room:
        contents = [f"{number}" for number in range(AT_ONCE)]
        for content in contents:
            room.say(content)
        equal({peer.next().message["Content"] for _ in contents}, set(contents), "what is under review at once")
        for content in reversed(contents):
            held.release(content, denying("odd") if int(content) % 2 else allowing(f"[{content}]"))
        for content in contents[::2]:
            equal(receive(room.bob)["Content"], f"[{content}]", "what bob got")
        got = [receive(room.ann) for _ in contents]
        equal([frame.get("Content") for frame in got if frame["Type"] == "MESSAGE"], [f"[{c}]" for c in contents[::2]])
        equal({frame["RequestId"] for frame in got}, {f"request of {c}" for c in contents}, "requests answered")
        room.is_quiet()


@check
def over_the_limit_of_a_room_the_fallback_applies_in_its_turn():
    held, peer, arn = held_handler()
    with ReviewedRoom(arn, "ALLOW") as room:
        for number in range(AT_ONCE + 1):
            room.say(f"{number}")
        for _ in range(AT_ONCE):
            peer.next()
        comes_to(1, "hubbub_reviews_total", Uri=arn, result="fallback_too_many")
        for number in range(AT_ONCE):
            held.release(f"{number}", allowing(f"[{number}]"))
        for number in range(AT_ONCE):
            room.both_get(f"[{number}]")
        room.both_get(f"{AT_ONCE}")
        room.is_quiet()
    equal(peer.asked, AT_ONCE, "requests")


@check
def other_rooms_do_not_wait():
    held, peer, slow = held_handler()
    quick = mapped(kind="http", url=Peer(marking).url, time_limit_ms=PATIENT)
    with ReviewedRoom(slow) as waiting, ReviewedRoom(slow) as beside, ReviewedRoom(quick) as other:
        waiting.say("wait")
        peer.next()
        other.say("hello")
        other.both_get("[hello]")
        beside.say("same handler")
        peer.next()
        held.release("same handler", allowing("[same handler]"))
        beside.both_get("[same handler]")
        held.release("wait", allowing("[wait]"))
        waiting.both_get("[wait]")


@check
def an_answer_after_the_limit_changes_nothing():
    held, peer, arn = held_handler(limit=100)
    with ReviewedRoom(arn) as room:
        room.say("late")
        room.both_get("late")
        held.release("late", allowing("twice"))
        room.is_quiet()
        room.say("next")
        held.release("next", allowing("[next]"))
        true(receive(room.ann)["Content"] in ("next", "[next]"), "the next message is gone")
    equal(peer.next().message["Content"], "late", "what the handler saw")


@check
def a_message_goes_out_though_its_sender_is_gone():
    held, peer, arn = held_handler()
    with ReviewedRoom(arn) as room:
        room.say("farewell")
        peer.next()
        room.ann.close()
        held.release("farewell", allowing("[farewell]"))
        frame = receive(room.bob)
        equal((frame["Content"], frame["Sender"]["UserId"]), ("[farewell]", "ann"), "what bob got")


@check
def events_keep_their_place_behind_a_message_under_review():
    held, peer, arn = held_handler()
    with ReviewedRoom(arn) as room:
        room.say("held")
        peer.next()
        room.ask("DELETE_MESSAGE", Id="abcDEF123456")
        held.release("held", allowing("[held]"))
        room.both_get("[held]")
        equal(receive(room.bob)["EventName"], "aws:DELETE_MESSAGE", "what bob got next")


@check
def a_crowd_is_served_without_loss():
    """Two hundred messages of twenty rooms, whose answers come in any order."""
    turn = threading.Lock()
    waiting = []

    def shuffled(exchange):
        # Every second one waits for the one after it, of whatever room, or a moment.
        with turn:
            before = waiting.pop() if waiting else None
            mine = None if before else threading.Event()
            if mine:
                waiting.append(mine)
        if before:
            exchange.say(allowing(f"[{exchange.message['Content']}]"))
            before.set()
        else:
            mine.wait(0.05)
            exchange.say(allowing(f"[{exchange.message['Content']}]"))

    arn = mapped(kind="http", url=Peer(shuffled).url, time_limit_ms=PATIENT)
    rooms = [ReviewedRoom(arn, "DENY", maximumMessageRatePerSecond=100) for _ in range(20)]
    for batch in range(2):
        for number in range(5 * batch, 5 * batch + 5):
            for room in rooms:
                room.say(f"{number}")
        for room in rooms:
            for number in range(5 * batch, 5 * batch + 5):
                room.both_get(f"[{number}]")
    for room in rooms:
        room.is_quiet()
        room.__exit__()
