"""The 17 operations as a table: inputs that are right, what policies are asked about, and what comes of the call.

What takes either kind of resource has a row for each, and what may come with tags has a row for that.
"""

from ivs import destination
from matrix import CONFIGURATION, CONFIGURATIONS, ROOM, ROOMS, Row
from stage import STAGE_TAGS, TARGET, is_good

TAGS = {"made": "here"}
NAMED = {"name": "made"}
CONFIGURED = NAMED | {"destinationConfiguration": destination()}
MESSAGE = {"id": "abcDEF123456", "reason": "rude"}


def having(member, thing, **rest):
    """An input of which this member is the ARN of a thing of the stage."""
    return lambda stage: {member: getattr(stage, thing), **rest}


def just(**members):
    """An input that names nothing of the stage."""
    return lambda _: members


def are_heard(event):
    """Both people saw one event, of this name."""
    return lambda _, after: [[frame["EventName"] for frame in seen] for seen in after["seen"]] == [[event]] * 2


def is_out(_, after):
    """Both saw the target go, and the target's connection is closed."""
    bystander, target = after["seen"]
    return target[:-1] == bystander and bystander[0]["Attributes"]["UserId"] == TARGET and "closed" in target[-1]


def is_added(member):
    """What the answer is about is among these, with its tags."""
    return lambda answer, after: after[member][answer["arn"]].get("tags") == answer.get("tags")


def is_named(thing):
    """The thing has the new name, and the answer says so."""
    return lambda answer, after: after[thing]["name"] == answer["name"] == NAMED["name"]


def is_gone(thing):
    """The thing is not there any more, and the other one is."""
    return lambda _, after: [kind for kind in (ROOM, CONFIGURATION) if after[kind] is None] == [thing]


def is_shown(thing):
    """The answer is what the owner sees."""
    return lambda answer, after: answer == after[thing]


def are_listed(member):
    """The answer is the first page of what the owner sees."""
    return lambda answer, after: [entry["arn"] for entry in answer[member]] == list(after[member])[:50]


_ROOM_ROWS = [
    Row(
        "CreateChatToken",
        ROOM,
        having("roomIdentifier", ROOM, userId="ann", capabilities=["SEND_MESSAGE"]),
        lambda answer, _: is_good(answer["token"]),
        changes=False,
    ),
    Row("CreateRoom", ROOMS, just(**NAMED), is_added("rooms")),
    Row("CreateRoom", ROOMS, just(**NAMED, tags=TAGS), is_added("rooms"), variant="tagged", needs="TagResource"),
    Row("DeleteMessage", ROOM, having("roomIdentifier", ROOM, **MESSAGE), are_heard("aws:DELETE_MESSAGE")),
    Row("DeleteRoom", ROOM, having("identifier", ROOM), is_gone(ROOM)),
    Row("DisconnectUser", ROOM, having("roomIdentifier", ROOM, userId=TARGET, reason="spam"), is_out),
    Row("GetRoom", ROOM, having("identifier", ROOM), is_shown(ROOM), changes=False),
    Row("ListRooms", ROOMS, just(), are_listed("rooms"), changes=False),
    Row("SendEvent", ROOM, having("roomIdentifier", ROOM, eventName="app:x"), are_heard("app:x")),
    Row("UpdateRoom", ROOM, having("identifier", ROOM, **NAMED), is_named(ROOM)),
]

_CONFIGURATION_ROWS = [
    Row("CreateLoggingConfiguration", CONFIGURATIONS, just(**CONFIGURED), is_added("loggingConfigurations")),
    Row(
        "CreateLoggingConfiguration",
        CONFIGURATIONS,
        just(**CONFIGURED, tags=TAGS),
        is_added("loggingConfigurations"),
        variant="tagged",
        needs="TagResource",
    ),
    Row(
        "DeleteLoggingConfiguration", CONFIGURATION, having("identifier", CONFIGURATION), is_gone(CONFIGURATION)
    ),
    Row(
        "GetLoggingConfiguration",
        CONFIGURATION,
        having("identifier", CONFIGURATION),
        is_shown(CONFIGURATION),
        changes=False,
    ),
    Row("ListLoggingConfigurations", CONFIGURATIONS, just(), are_listed("loggingConfigurations"), changes=False),
    Row(
        "UpdateLoggingConfiguration",
        CONFIGURATION,
        having("identifier", CONFIGURATION, **NAMED),
        is_named(CONFIGURATION),
    ),
]


def _tag_rows(thing):
    variant = f"of_a_{thing}"
    yield Row(
        "ListTagsForResource",
        thing,
        having("resourceArn", thing),
        is_shown(f"{thing} tags"),
        changes=False,
        variant=variant,
    )
    yield Row(
        "TagResource",
        thing,
        having("resourceArn", thing, tags=TAGS),
        lambda _, after: TAGS.items() <= after[f"{thing} tags"]["tags"].items(),
        variant=variant,
    )
    yield Row(
        "UntagResource",
        thing,
        having("resourceArn", thing, tagKeys=list(STAGE_TAGS)),
        lambda _, after: not STAGE_TAGS.keys() & after[f"{thing} tags"]["tags"].keys(),
        variant=variant,
    )


ROWS = [*_ROOM_ROWS, *_CONFIGURATION_ROWS, *_tag_rows(ROOM), *_tag_rows(CONFIGURATION)]
