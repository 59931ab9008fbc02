"""What a configuration says of its destination, and what becomes of what was said before it changed or went."""

import time

from botocore.exceptions import ClientError

from checks import check, equal, true
from chat_log.apis import KINDS, Door, Folder, Moto, wrong
from chat_log.places import Bucket, Group, Stream
from chat_log.records import arrive, nothing_in, parsed
from chat_log.rooms import Room
from chat_log.servers import Server, eventually
from ivs import fresh

# Long after what is to be delivered at once.
PATIENT = 300
AT_ONCE = 10

moto, folder = Moto(), Folder()
stranger = {"access_key_id": "AKIANOBODY0000000000", "secret_access_key": "nobody"}
server = Server([
    *moto.rules("wrong-*", credentials=wrong(moto.keys["writer"])),
    *moto.rules("stranger-*", credentials=stranger),
    *moto.rules("patient-*", batch_seconds=PATIENT),
    *moto.rules(),
])
other = Server(
    [folder.rule("s3", "w*", credentials=wrong(folder.keys["writer"])), folder.rule("s3")],
    HUBBUB_REGION=folder.region,
)


def destinations(name):
    """The name as a bucket, a group and a stream."""
    return [
        {"s3": {"bucketName": name}},
        {"cloudWatchLogs": {"logGroupName": name}},
        {"firehose": {"deliveryStreamName": name}},
    ]


@check
def a_destination_that_is_not_there_fails_and_one_that_was_made_meanwhile_does_not():
    name = fresh("later")
    made = [server.configuration(given, "CREATE_FAILED") for given in destinations(name)]
    places = [Bucket(moto, name), Group(moto, name), Stream(moto, name)]
    rooms = [Room(server, configuration) for configuration in made]
    for room in rooms:
        room.burst(2)
    for place, configuration, room in zip(places, made, rooms):
        server.ivschat.update_logging_configuration(
            identifier=configuration, destinationConfiguration=place.configuration
        )
        server.is_in(configuration, "ACTIVE")
        before = len(room.heard)
        arrive(place, room, room.burst(3)[before:])


@check
def a_destination_that_is_changed_to_one_that_is_not_there_fails():
    place = Bucket(moto, fresh("bucket"))
    configuration = server.configuration(place)
    for given in destinations(fresh("nowhere")):
        server.ivschat.update_logging_configuration(identifier=configuration, destinationConfiguration=given)
        server.is_in(configuration, "UPDATE_FAILED")
    server.ivschat.update_logging_configuration(
        identifier=configuration, destinationConfiguration=place.configuration
    )
    server.is_in(configuration, "ACTIVE")


@check
def a_wrong_secret_and_a_key_that_nobody_has_fail():
    for word in ("wrong", "stranger"):
        name = fresh(word)
        Bucket(moto, name), Group(moto, name), Stream(moto, name)
        before = moto.refusals()
        for given in destinations(name):
            server.configuration(given, "CREATE_FAILED")
        equal(moto.refusals() - before, len(KINDS), "calls that were refused")
    place = Bucket(folder, fresh("w-w"))
    other.configuration(place, "CREATE_FAILED")
    equal(place.keys(), [], "objects in the folder")


@check
def what_was_accepted_goes_where_it_was_accepted_for():
    name = fresh("patient")
    for old, new in (
        (Bucket(moto, f"{name}-a"), Bucket(moto, f"{name}-b")),
        (Group(moto, f"{name}-a"), Group(moto, f"{name}-b")),
        (Stream(moto, f"{name}-c"), Stream(moto, f"{name}-d")),
        (Bucket(moto, f"{name}-e"), Group(moto, f"{name}-e")),
    ):
        configuration = server.configuration(old)
        room = Room(server, configuration)
        before = room.burst(20)
        began = time.monotonic()
        server.ivschat.update_logging_configuration(
            identifier=configuration, destinationConfiguration=new.configuration
        )
        server.is_in(configuration, "ACTIVE")
        after = room.burst(20)[len(before):]
        eventually(lambda: equal(len(old.lines(room.id)), len(before), "records in the old place"), AT_ONCE)
        true(time.monotonic() - began < AT_ONCE, "it took too long")
        delete(room, configuration)
        arrive(old, room, before)
        arrive(new, room, after)


def delete(room, configuration):
    """Deletes a configuration, which no room has then."""
    room.attach()
    server.ivschat.delete_logging_configuration(identifier=configuration)


@check
def a_configuration_that_is_deleted_delivers_first():
    name = fresh("patient")
    places = [Bucket(moto, name), Group(moto, name), Stream(moto, name)]
    for place in places:
        configuration = server.configuration(place)
        room = Room(server, configuration)
        frames = room.burst(100)
        nothing_in(place, room)
        delete(room, configuration)
        arrive(place, room, frames, AT_ONCE)
        eventually(lambda: is_gone(configuration))


def is_gone(configuration):
    """Fails as long as there is such a configuration."""
    try:
        found = server.ivschat.get_logging_configuration(identifier=configuration)
    except ClientError as error:
        equal(error.response["Error"]["Code"], "ResourceNotFoundException", "code")
    else:
        raise AssertionError(f"it is still {found['state']}")


@check
def a_room_that_is_deleted_delivers_first():
    name = fresh("patient")
    places = [Bucket(moto, name), Group(moto, name), Stream(moto, name)]
    room = Room(server, *map(server.configuration, places))
    frames = room.burst(100)
    for place in places:
        nothing_in(place, room)
    server.ivschat.delete_room(identifier=room.arn)
    for place in places:
        arrive(place, room, frames, AT_ONCE)


@check
def what_a_deleted_room_said_is_not_forgotten_behind_what_others_said():
    door = Door(moto)
    house = Server([moto.rule("firehose", url=door.url, batch_seconds=PATIENT)])
    stream = Stream(moto, fresh("stream"))
    configuration = house.configuration(stream)
    others = [Room(house, configuration) for _ in range(11)]
    room = Room(house, configuration)
    door.shut()
    # A call holds 500 records: what the room says stands behind two calls.
    for it in others:
        it.burst(100)
    frames = room.burst(5)
    house.ivschat.delete_room(identifier=room.arn)
    door.open()
    eventually(lambda: true({it["Id"] for it in frames} <= identifiers(stream), "the room's records do not come"), 30)


def identifiers(stream):
    """The identifiers of all that came."""
    return {parsed(line)["payload"]["Id"] for line in stream.lines(None)}


@check
def a_new_secret_counts_after_a_reload_and_a_broken_file_changes_nothing():
    name = fresh("reload")
    place = Bucket(moto, name)
    good, bad = moto.rules(), moto.rules(credentials=wrong(moto.keys["writer"]))
    house = Server(good)
    configuration = house.configuration(place)
    room = Room(house, configuration)
    room.burst(5)
    house.reload(bad)
    frames, labels = room.burst(5), {"LoggingConfiguration": configuration}
    metric = "LogDestinationAccessDeniedError_total"
    eventually(lambda: true(house.counted(metric, **labels) >= 1, "nothing was denied"))
    said = "the destinations of chat logs stay as they were"
    for broken in ('{"destination": [', [good[0] | {"kind": "tape"}], [good[0] | {"credentials": {}}]):
        house.reload(broken, said)
    house.reload(good)
    arrive(place, room, frames, 40)
    house.reload("nonsense", said)
    arrive(place, room, room.burst(5))
