"""What arrives where: every delivered frame once, in the documented form, and nothing else."""

import json

from checks import ACCOUNT, check, equal, true
from chat_log.apis import Folder, Moto
from chat_log.places import ACCESS_CHECK, Bucket, Group, Stream
from chat_log.records import are, arrive, nothing_in
from chat_log.rooms import Room, kinds
from chat_log.servers import Server, eventually, new_folder
from ivs import fresh
from reviewing.peer import Peer, allowing, denying

HANDLER = "arn:aws:lambda:us-west-2:123456789012:function:review"
LENGTH = 100


def review(exchange):
    """Lets everything pass that is not bad."""
    content = exchange.message["Content"]
    exchange.say(denying("Not here.") if "bad" in content else allowing(content))


def review_file():
    """A file with that handler."""
    file, url = new_folder() / "review.json", Peer(review).url
    handler = {"arn": HANDLER, "kind": "http", "url": url, "time_limit_ms": 10000}
    file.write_text(json.dumps({"handler": [handler]}), encoding="utf-8")
    return str(file)


moto, folder = Moto(), Folder()
server = Server(moto.rules(), HUBBUB_REVIEW_FILE=review_file())
other = Server([folder.rule("s3")], HUBBUB_REGION=folder.region)


def everything_happens(room):
    """All that makes a frame, and what does not; the frames."""
    room.say("hello", Attributes={"k": "v"})
    room.say('every "kind" of \\ text: é 日本 👋 \u2028 </script>\n')
    message = room.answer()
    room.event("app:event", attributes={"a": "b"})
    room.owner.delete_message(roomIdentifier=room.arn, id=message["Id"], reason="for a reason")
    room.say("this is bad")
    room.say("x" * (LENGTH + 1))
    victim = room.join("victim")
    room.owner.disconnect_user(roomIdentifier=room.arn, userId="victim", reason="out")
    room.say("after all")
    frames = room.so_far()
    victim.close()
    expected = {"MESSAGE": 3, "app:event": 1, "aws:DELETE_MESSAGE": 2, "aws:DISCONNECT_USER": 1}
    equal(kinds(frames), expected, "what bob got")
    return frames


def refusals_of(room):
    """The errors that ann got."""
    errors = []
    while True:
        frame = room.answer()
        if frame["Type"] == "ERROR":
            errors.append(frame["ErrorCode"])
        elif "settled" in str(frame.get("Attributes")):
            return sorted(errors)


@check
def each_of_three_destinations_holds_exactly_what_was_delivered():
    bucket, group, stream = Bucket(moto, fresh("bucket")), Group(moto, fresh("/ivs/group")), Stream(moto, fresh("s"))
    members = {"messageReviewHandler": {"uri": HANDLER, "fallbackResult": "DENY"}, "maximumMessageLength": LENGTH}
    room = Room(server, *map(server.configuration, (bucket, group, stream)), **members)
    frames = everything_happens(room)
    equal(refusals_of(room), [400, 406], "what was refused")
    for place in (bucket, group, stream):
        arrive(place, room, frames)
    for event, frame in zip(group.events(room.id), frames):
        record = json.loads(event["message"])
        equal(record["payload"], frame, "event")
        equal(event["timestamp"] % 1000, int(record["event_timestamp"][20:23]), "milliseconds of the event")
    equal(group.streams(), {f"aws/IVSChatLogs/1.0/room_{room.id}", "aws/IVSChatLogs/1.0/access-check"}, "streams")
    others = [key for key in bucket.keys() if room.id not in key]
    equal(others, [ACCESS_CHECK.format(ACCOUNT)], "other objects")
    equal(moto.refusals(), 0, "calls that were refused")


@check
def another_s3_takes_the_same():
    bucket = Bucket(folder, fresh("f"))
    room = Room(other, other.configuration(bucket))
    room.say("one")
    room.event(attributes={"k": "é"})
    room.burst(50)
    arrive(bucket, room, room.so_far())


@check
def what_is_said_later_comes_in_objects_of_its_own():
    bucket = Bucket(moto, fresh("bucket"))
    room = Room(server, server.configuration(bucket))
    for count in range(1, 4):
        frames = room.burst(3)
        arrive(bucket, room, frames)
        true(len(bucket.objects(room.id)) >= count, "objects were written over")


@check
def two_rooms_share_a_configuration_and_are_kept_apart():
    bucket, group, stream = Bucket(moto, fresh("bucket")), Group(moto, fresh("group")), Stream(moto, fresh("s"))
    configurations = list(map(server.configuration, (bucket, group, stream)))
    rooms = [Room(server, *configurations) for _ in range(2)]
    for room in rooms * 3:
        room.burst(5)
    for place in (bucket, group):
        for room in rooms:
            arrive(place, room, room.so_far() if place is bucket else [frame for frame, _ in room.heard])
    both = {frame["Id"] for room in rooms for frame, _ in room.heard}
    lines = stream.lines(None)
    equal({json.loads(line)["payload"]["Id"] for line in lines}, both, "what the stream has")
    equal(len(lines), len(both), "records in the stream")
    for room in rooms:
        its = [frame for frame, _ in room.heard]
        names = {frame["Id"] for frame in its}
        are([line for line in lines if json.loads(line)["payload"]["Id"] in names], its, "the stream")


@check
def two_configurations_of_a_room_on_one_bucket_are_both_kept():
    for api, house in ((moto, server), (folder, other)):
        bucket = Bucket(api, fresh("b-b"))
        room = Room(house, house.configuration(bucket), house.configuration(bucket))
        frames = room.burst(5)

        def each_twice():
            names = [json.loads(line)["payload"]["Id"] for line in bucket.lines(room.id)]
            equal(sorted(names), sorted(2 * [frame["Id"] for frame in frames]), "identifiers")

        eventually(each_twice)
        house.has_delivered()
        each_twice()
        equal(len(bucket.objects(room.id)) % 2, 0, "objects left over")


@check
def a_room_is_logged_while_a_configuration_is_attached():
    places = Bucket(moto, fresh("bucket")), Group(moto, fresh("group"))
    bucket, group = map(server.configuration, places)
    room, silent = Room(server, bucket), Room(server)
    silent.burst(3)
    wanted = {place: [] for place in places}
    for attached in ([bucket], [], [group], [bucket, group], []):
        room.attach(*attached)
        before = len(room.heard)
        new = room.burst(4)[before:]
        for place, configuration in zip(places, (bucket, group)):
            wanted[place] += new if configuration in attached else []
    for place in places:
        arrive(place, room, wanted[place])
        nothing_in(place, silent)
