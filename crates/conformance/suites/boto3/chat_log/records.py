"""What a record of a chat log must be, beside the frame that a viewer got."""

import json

from checks import equal, true
from chat_log.servers import eventually


def record_of(frame):
    """The record of a frame; the time is cut, not rounded."""
    second, _, fraction = frame["SendTime"].rstrip("Z").partition(".")
    time = f"{second}.{(fraction + '000')[:3]}Z"
    return {"event_timestamp": time, "type": frame["Type"], "payload": frame, "version": "1.0"}


def parsed(line):
    """A record, which has the documented members in their order."""
    record = json.loads(line)
    equal(list(record), ["event_timestamp", "type", "payload", "version"], "members")
    return record


def are(lines, frames, what):
    """The lines are these frames, in this order, each once."""
    records = [parsed(line) for line in lines]
    equal([it["payload"]["Id"] for it in records], [frame["Id"] for frame in frames], f"identifiers in {what}")
    for record, frame in zip(records, frames):
        equal(record, record_of(frame), f"record in {what}")


def arrive(destination, room, frames, seconds=20):
    """The frames come to the destination, and nothing else does."""

    def they_are_there():
        are(destination.lines(room.id), frames, destination.name)

    eventually(they_are_there, seconds)
    room.server.has_delivered()
    they_are_there()


def nothing_in(destination, room):
    """There is nothing of the room."""
    equal(destination.lines(room.id), [], f"records in {destination.name}")


def first_ones(lines):
    """The payloads without repetitions, by their identifiers."""
    return list({it["Id"]: it for it in reversed([parsed(line)["payload"] for line in lines])}.values())[::-1]


def in_order(payloads, what):
    """Fails where a payload was sent after the one behind it."""
    times = [it["SendTime"].rstrip("Z").ljust(29, "0") for it in payloads]
    true(times == sorted(times), f"{what} is not in the room's order")
