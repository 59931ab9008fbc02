"""The checks that each worked handler of `docs/operating/handlers` passes, whatever it is written in.

It refuses `badword`, masks `darn`, and prints the id of each message that it saw with the result.
"""

import json
from pathlib import Path

from checks import check, equal
from ivs import fresh, ivschat
from reviewing.people import ReviewedRoom, receive

WORKED = Path(__file__).resolve().parents[5] / "docs" / "operating" / "handlers"
REASON = "That word is not welcome here."
_SEEN = r"\b{} {}$"
_ANY_ID = r"[A-Za-z0-9]{12}"


def add_checks(name, handler, program):
    """The checks of the handler of this ARN, which is run by the program."""

    def add(function):
        function.__name__ = f"{name}_{function.__name__}"
        check(function)

    @add
    def lets_pass_what_it_allows():
        with ReviewedRoom(handler, "DENY") as room:
            room.say("hello é 日本 🎉", Attributes={"mood": "calm"})
            message = room.both_get("hello é 日本 🎉", {"mood": "calm"})
            program.line(_SEEN.format(message["Id"], "ALLOW"))

    @add
    def masks_under_the_id_that_it_saw_whatever_the_attributes_are():
        with ReviewedRoom(handler, "DENY") as room:
            # As many as a message may carry: an answer with one more would be none.
            full = {"mood": "b" * (1024 - len("mood"))}
            room.say("darn it, darn", Attributes=full)
            message = room.both_get("**** it, ****", full)
            program.line(_SEEN.format(message["Id"], "ALLOW"))

    @add
    def refuses_and_tells_the_sender_alone_why():
        with ReviewedRoom(handler, "ALLOW") as room:
            room.say("a badword here")
            error = room.ann_alone_gets_406("a badword here", REASON)
            program.line(_SEEN.format(error["Id"], "DENY"))

    @add
    def is_not_asked_about_events_deletes_and_kicks():
        with ReviewedRoom(handler, "DENY") as room:
            before = program.lines(_SEEN.format(_ANY_ID, "(ALLOW|DENY)"))
            names = fresh("badword")
            ivschat.send_event(roomIdentifier=room.arn, eventName=names, attributes={"k": "badword"})
            equal([receive(person)["EventName"] for person in (room.ann, room.bob)], [names] * 2, "events")
            room.ask("DELETE_MESSAGE", Id="abcDEF123456", Reason="badword")
            for person in (room.ann, room.bob):
                equal(receive(person)["Attributes"]["Reason"], "badword", "reason of the delete")
            ivschat.delete_message(roomIdentifier=room.arn, id="abcDEF123456", reason="badword")
            equal(json.loads(room.ann.recv(10))["EventName"], "aws:DELETE_MESSAGE", "the delete over REST")
            room.ask("DISCONNECT_USER", UserId="bob", Reason="badword")
            equal(receive(room.ann)["EventName"], "aws:DISCONNECT_USER", "the kick")
            room.say("the end")
            last = receive(room.ann)
            program.line(_SEEN.format(last["Id"], "ALLOW"))
            equal(program.lines(_SEEN.format(_ANY_ID, "(ALLOW|DENY)")) - before, 1, "messages that it saw")
