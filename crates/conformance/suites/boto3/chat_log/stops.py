"""Ends of the server: what it has is delivered before it goes, or when it is back."""

import json
import os
import random
import resource
import threading
import time

from checks import check, equal, true
from chat_log.apis import Door, Moto
from chat_log.places import Bucket, Group, Stream
from chat_log.records import are, arrive, first_ones, in_order, parsed
from chat_log.rooms import Room, same_frames, talk
from chat_log.servers import Server, eventually
from ivs import fresh

PATIENT = 300
SHUTDOWN_SECONDS = 3
# How much longer than its bound an end may take on a busy machine.
SLACK = 5
KILLS = 8
# What was received longer than this before a kill is on the disk.
BOUND_SECONDS = 1
# More than the database needs, and less than a segment of the spool may have.
FULL_BYTES = 1 << 20
# With what belongs to them, records of 3 kB each.
LONG = {"Content": "👋" * 500, "Attributes": {"k": "x" * 900}}

# Answers are under way so long that some kills come between what is done and what is confirmed.
HELD_SECONDS = 0.5
PER_ROUND = 20
ROUND_SECONDS = 0.3

moto = Moto()


def three_places():
    """One of each kind."""
    name = fresh("place")
    return [Bucket(moto, name), Group(moto, name), Stream(moto, name)]


@check
def a_clean_end_delivers_what_there_is():
    server = Server(moto.rules(batch_seconds=PATIENT))
    places = three_places()
    room = Room(server, *map(server.configuration, places))
    frames = room.burst(100)
    for place in places:
        equal(place.lines(room.id), [], f"records in {place.name} before the end")
    took = server.stop()
    for place in places:
        are(place.lines(room.id), frames, place.name)
    true(took < SHUTDOWN_SECONDS, f"the end took {took} s")


@check
def an_end_without_a_destination_is_bounded_and_the_next_start_delivers():
    door = Door(moto)
    server = Server(moto.rules(url=door.url), HUBBUB_CHAT_LOG_SHUTDOWN_SECONDS=str(SHUTDOWN_SECONDS))
    places = three_places()
    room = Room(server, *map(server.configuration, places))
    door.shut()
    frames = room.burst(100)
    took = server.stop()
    true(took < SHUTDOWN_SECONDS + SLACK, f"the end took {took} s")
    server.program.line("not all of the chat log was delivered")
    door.open()
    server.start()
    for place in places:
        arrive(place, room, frames)


@check
def killed_at_any_moment_it_loses_nothing_that_was_on_the_disk_and_keeps_the_order():
    seed = int(os.environ.get("CHAT_LOG_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    server = Server(moto.rules(url=Door(moto, HELD_SECONDS).url))
    places = three_places()
    room = Room(server, *map(server.configuration, places))
    kept, late = {}, {}
    for _ in range(KILLS):
        received = killed_while_talking(server, room, chance.uniform(0.2, 3))
        kept |= {frame["Id"]: frame for frame in received.kept}
        late |= received.late
        server.start()
        room.enter()
    server.has_delivered()
    for place in places:
        payloads = first_ones(place.lines(room.id))
        in_order(payloads, place.name)
        same_frames([it for it in payloads if it["Id"] in kept], list(kept.values()), f"what {place.name} kept")
        missing = [late[name] for name in late.keys() - {it["Id"] for it in payloads}]
        oldest = 1000 * max(missing, default=0)
        print(f"{place.name} has not {len(missing)} of {len(kept) + len(late)}, received {oldest:.0f} ms before a kill")
    bucket, group, stream = places
    equal(repeated([bucket.lines(room.id)]), 0, "repetitions in the bucket")
    calls = {}
    for event in group.events(room.id):
        calls.setdefault(event["ingestionTime"], []).append(event["message"])
    for what, its in (("group", [calls[time] for time in sorted(calls)]), ("stream", stream.calls())):
        print(f"{what}: {repeated(its)} repetitions in {repeating(its)} of {len(its)} calls")
        true(repeating(its) <= KILLS, f"more than a batch for each kill is repeated in the {what}")


class Received:
    """What bob got well before a kill; and of the rest, how long before."""

    def __init__(self, heard, end):
        self.kept = [frame for frame, at in heard if at < end - BOUND_SECONDS]
        self.late = {frame["Id"]: end - at for frame, at in heard if at >= end - BOUND_SECONDS}


def killed_while_talking(server, room, seconds):
    """Kills it so many seconds after ann began to talk."""
    before, stop = len(room.heard), threading.Event()
    talking = talk(room, stop)
    # The moment is by lot, and nothing is to be waited for.
    stop.wait(seconds)
    end = time.monotonic()
    server.kill()
    stop.set()
    talking.join()
    return Received(room.heard[before:], end)


def repeated(calls):
    """How many records came more than once."""
    names = [parsed(line)["payload"]["Id"] for lines in calls for line in lines]
    return len(names) - len(set(names))


def repeating(calls):
    """In how many calls there is something that came before."""
    seen, repeating = set(), 0
    for lines in calls:
        names = {parsed(line)["payload"]["Id"] for line in lines}
        repeating += bool(names & seen)
        seen |= names
    return repeating


@check
def a_full_disk_costs_no_chat_and_no_record_and_is_told():
    door = Door(moto)
    server = Server(moto.rules(url=door.url))
    places = [Bucket(moto, fresh("full")), Group(moto, fresh("full"))]
    rooms = [Room(server, *map(server.configuration, places)) for _ in range(2)]
    door.shut()
    fill(server, rooms)
    equal(server.ready()[0], 503, "status of /readyz")
    true("the chat log cannot be written" in server.ready()[1], f"/readyz says {server.ready()[1]!r}")
    server.program.line("the spool cannot be written: chat goes on")
    slowest = max(room.echo() for room in rooms for _ in range(25))
    print(f"on a full disk the slowest of 50 echoes took {1000 * slowest:.0f} ms")
    resource.prlimit(server.program.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: equal(server.ready(), (200, "ready\n"), "/readyz"))
    server.program.line("the spool can be written again")
    door.open()
    server.has_delivered(60)
    for room in rooms:
        frames = room.burst(3)
        for place in places:
            arrive(place, room, frames)
    for result in ("lost_before_disk", "lost_to_limit", "lost_to_damage", "discarded", "rejected"):
        equal(server.counted("hubbub_chat_log_records_total", result=result), 0, result)


def fill(server, rooms):
    """Says long things in the rooms until the disk takes no more; as fast as a room may."""
    resource.prlimit(server.program.pid, resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
    deadline = time.monotonic() + 60
    while server.ready()[0] == 200:
        true(time.monotonic() < deadline, "the disk does not become full")
        for room in rooms:
            for _ in range(PER_ROUND):
                room.ask("SEND_MESSAGE", **LONG)
            room.so_far()
        time.sleep(ROUND_SECONDS)


@check
def killed_while_the_disk_is_full_it_leaves_nothing_torn():
    door = Door(moto)
    server = Server(moto.rules(url=door.url))
    bucket = Bucket(moto, fresh("full"))
    room = Room(server, server.configuration(bucket))
    before = room.burst(PER_ROUND)
    door.shut()
    fill(server, [room])
    room.burst(PER_ROUND)
    server.kill()
    door.open()
    server.start()
    server.has_delivered(60)
    room.enter()
    heard = room.burst(PER_ROUND)

    def all_but_what_had_no_place():
        payloads = [parsed(line)["payload"] for line in bucket.lines(room.id)]
        arrived = {it["Id"] for it in payloads}
        same_frames(payloads, [frame for frame in heard if frame["Id"] in arrived], "what arrived")
        same_frames(payloads[: len(before)], before, "what came before")
        same_frames(payloads[-PER_ROUND:], heard[-PER_ROUND:], "what came after")
        megabyte = sum(len(json.dumps(it, ensure_ascii=False).encode()) for it in payloads)
        true(megabyte > FULL_BYTES // 2, f"of what had a place only {megabyte} bytes came")

    eventually(all_but_what_had_no_place)
