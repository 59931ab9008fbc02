"""Destinations that go wrong while chat runs: told apart in AWS's metrics, and made up for afterwards."""

from checks import check, equal, true
from chat_log.apis import RIGHTS, Door, Moto
from chat_log.places import Bucket, Group, Stream
from chat_log.records import arrive
from chat_log.rooms import Room
from chat_log.servers import Server, eventually
from ivs import fresh

# What is refused is left alone for up to 15 s, then up to 30 s.
PATIENCE = 60
METRICS = (
    "LogDestinationResourceNotFoundErrors_total",
    "LogDestinationAccessDeniedError_total",
    "LogDestinationErrors_total",
)
# On a busy machine; what waits for a destination would take as long as its time limits of 5 s and more.
ECHO_SECONDS = 2

moto, passing = Moto(), Moto()
# The calls that set it up anew must be the first ones that it gets.
door = Door(passing)


def rules():
    """The passing one has other keys each time."""
    rest = moto.rule("s3"), moto.rule("cloudwatch_logs", user="fickle")
    return [passing.rule("s3", "passing-*", url=door.url), *rest, moto.rule("firehose")]


server = Server(rules())
removed, denying = Bucket(moto, fresh("removed")), Group(moto, fresh("denying"))
gone, well = Bucket(passing, fresh("passing")), Stream(moto, fresh("well"))
configurations = {place: server.configuration(place) for place in (removed, denying, gone, well)}
# No room has four configurations.
first = Room(server, *(configurations[place] for place in (removed, denying, gone)))
second = Room(server, configurations[well])
trouble = {removed: METRICS[0], denying: METRICS[1], gone: METRICS[2]}


def counted(place):
    """What was counted of a destination."""
    return {name: server.counted(name, LoggingConfiguration=configurations[place]) for name in METRICS}


@check
def a_bucket_that_is_removed_rights_that_are_taken_and_an_api_that_is_gone_are_told_apart():
    before = first.burst(10)
    for place in trouble:
        arrive(place, first, before)
        equal(counted(place), dict.fromkeys(METRICS, 0), f"errors of {place.name}")
    removed.remove()
    moto.allow("fickle", [right for right in RIGHTS if not right.startswith("logs:")])
    door.shut()
    passing.stop()
    first.burst(10)
    for place, name in trouble.items():
        eventually(lambda: true(counted(place)[name] >= 1, f"{name} counts nothing ({counted(place)})"))
        others = {metric: value for metric, value in counted(place).items() if metric != name}
        equal(others, dict.fromkeys(others, 0), f"other errors of {place.name}")


@check
def chat_and_other_destinations_do_not_wait_for_them():
    slowest = max(first.echo() for _ in range(50))
    print(f"with three destinations in trouble the slowest of 50 echoes took {1000 * slowest:.0f} ms")
    true(slowest < ECHO_SECONDS, f"an echo took {slowest} s")
    second.burst(10)
    arrive_without_settling(well, second)
    equal(counted(well), dict.fromkeys(METRICS, 0), "errors of the one that is well")
    equal(server.ready(), (200, "ready\n"), "/readyz")
    for place, name in trouble.items():
        told = rf"not delivered.*{place.name}"
        equal(server.program.lines(told), 1, f"times that the trouble with {place.name} was told")


def arrive_without_settling(place, room):
    """All that was said in the room comes, while others hold back what they have."""
    frames = [frame["Id"] for frame in room.so_far()]
    eventually(lambda: equal(len(place.lines(room.id)), len(frames), f"records in {place.name}"))


@check
def when_they_are_well_again_everything_comes():
    frames = first.burst(10)
    removed.make()
    moto.allow("fickle", RIGHTS)
    # It remembers nothing: the old records are gone with it, and the key is another.
    passing.start()
    again = Bucket(passing, gone.name)
    server.reload(rules())
    door.open()
    server.has_delivered(PATIENCE)
    arrive(denying, first, frames)
    # What had arrived in these was removed with them.
    for place in (removed, again):
        arrive(place, first, frames[11:])
    for result in ("lost_before_disk", "lost_to_limit", "lost_to_damage", "discarded", "rejected"):
        equal(server.counted("hubbub_chat_log_records_total", result=result), 0, result)
