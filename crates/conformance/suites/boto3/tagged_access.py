"""Access by tag, under the policy of the fourth set-up of `docs/operating/access.md` as it stands there: the red team
cannot see, change, tag its way into, or issue tokens for a room that is not red.
"""

import json
from pathlib import Path

import admin
from checks import ACCOUNT, REGION, check, equal
from ivs import ivschat, refusal
from matrix import ROOM
from rows import ROWS
from stage import Nowhere, Stage

PAGE = Path(__file__).parents[4] / "docs" / "operating" / "access.md"
ROOMS = f"arn:aws:ivschat:{REGION}:{ACCOUNT}:room/*"
NOTHING_ALLOWS = "because no identity-based policy allows the {action} action"
DENIED = "with an explicit deny in an identity-based policy"


def document_of(page, name):
    """The policy that the page writes to a file of this name."""
    _, _, rest = page.partition(f"cat > {name} <<'JSON'\n")
    return json.loads(rest.partition("\nJSON\n")[0])


admin.policy("OwnTeam", *document_of(PAGE.read_text(), "own-team.json")["Statement"])
red = admin.client(admin.user("red-team", "OwnTeam", tags={"team": "red"}))
blue = admin.client(admin.user("blue-team", "OwnTeam", tags={"team": "blue"}))
red_session = admin.client(admin.assume("red-team"))

# The rooms that are not red; tag keys that differ in case only are one key to a policy, and two values are none.
OTHERS = {
    "a_blue_room": Stage(ivschat, {"team": "blue"}),
    "an_untagged_room": Stage(ivschat),
    "a_room_that_is_both": Stage(ivschat, {"team": "red", "Team": "blue"}),
    "no_room": Nowhere(),
}
watched = OTHERS["a_blue_room"]


def words(action, resource, reason):
    """AWS's sentence about the red team."""
    who = admin.user_arn("red-team")
    reason = reason.format(action=action)
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"


def is_refused(call, action, resource, reason, **members):
    """Expects the refusal with its sentence, and that no room changed."""
    before = watched.look()
    error = refusal(call, "AccessDeniedException", 403, **members)["Error"]
    equal(error["Message"], words(action, resource, reason), "message")
    equal(watched.look(), before, "what there is after the refusal")


def shut(row, target):
    """The check that red cannot do this to a room that is not red."""

    def stays_shut():
        message = words(row.action, row.resource(target), NOTHING_ALLOWS)
        stage = watched if isinstance(target, Nowhere) else target
        for client in (red, red_session):
            row.is_refused(client, target, "AccessDeniedException", message, watched=stage)

    return stays_shut


def open_to(row, client, team):
    """The check that a team can do this to a room of its own."""

    def is_open():
        with Stage(ivschat, {"team": team}) as stage:
            row.succeeds(client, stage)

    return is_open


def add(name, function):
    """Adds a check of this name."""
    function.__name__ = name
    check(function)


for row in ROWS:
    if row.about == ROOM:
        add(f"{row.name}_is_open_to_red_on_a_red_room", open_to(row, red, "red"))
        add(f"{row.name}_is_open_to_blue_on_a_blue_room", open_to(row, blue, "blue"))
        for kind, target in OTHERS.items():
            add(f"{row.name}_is_refused_to_red_on_{kind}", shut(row, target))
    elif not row.needs:
        add(f"{row.name}_is_refused_to_red", shut(row, watched))


@check
def red_makes_red_rooms_and_no_others():
    for tags in ({"team": "red"}, {"team": "red", "made": "here"}):
        arn = red.create_room(tags=tags)["arn"]
        equal(red.get_room(identifier=arn)["tags"], tags)
        red.create_chat_token(roomIdentifier=arn, userId="ann")
    for tags in ({}, {"team": "blue"}, {"team": "RED"}, {"made": "red"}, {"team": "red", "Team": "blue"}):
        is_refused(red.create_room, "ivschat:CreateRoom", ROOMS, NOTHING_ALLOWS, tags=tags)


@check
def red_does_not_tag_its_way_in():
    for target in OTHERS.values():
        room = target.room
        # To name its own team is not denied to red, and no more allowed here.
        for tags in ({"team": "red"}, {"TEAM": "red"}, {"made": "here"}, {"team": "red", "made": "here"}):
            is_refused(red.tag_resource, "ivschat:TagResource", room, NOTHING_ALLOWS, resourceArn=room, tags=tags)
        for keys in (["team"], ["TEAM"], ["stage", "team"]):
            is_refused(red.untag_resource, "ivschat:UntagResource", room, DENIED, resourceArn=room, tagKeys=keys)


@check
def red_does_not_give_its_rooms_away():
    with Stage(ivschat, {"team": "red"}) as stage:
        room, before = stage.room, stage.look()
        for tags in ({"team": "blue"}, {"Team": "blue"}, {"team": "blue", "made": "here"}):
            is_refused(red.tag_resource, "ivschat:TagResource", room, DENIED, resourceArn=room, tags=tags)
        for keys in (["team"], ["tEAM", "stage"]):
            is_refused(red.untag_resource, "ivschat:UntagResource", room, DENIED, resourceArn=room, tagKeys=keys)
        equal(stage.look(), before, "what there is after the refusals")


@check
def a_room_that_changes_its_team_changes_hands_at_once():
    with Stage(ivschat, {"team": "red"}) as stage:
        members = {"roomIdentifier": stage.room, "userId": "ann"}
        for team, inside, outside in (("red", red, blue), ("blue", blue, red), ("red", red, blue)):
            ivschat.tag_resource(resourceArn=stage.room, tags={"team": team})
            inside.create_chat_token(**members)
            refusal(outside.create_chat_token, "AccessDeniedException", 403, **members)
        ivschat.untag_resource(resourceArn=stage.room, tagKeys=["team"])
        is_refused(red.create_chat_token, "ivschat:CreateChatToken", stage.room, NOTHING_ALLOWS, **members)


@check
def a_user_who_changes_team_changes_rooms_at_once():
    key = admin.user("wanderer", "OwnTeam", tags={"team": "red"})
    client = admin.client(key)
    with Stage(ivschat, {"team": "red"}) as reds:
        client.get_room(identifier=reds.room)
        admin.call("TagUser", userName="wanderer", tags={"team": "blue"})
        refusal(client.get_room, "AccessDeniedException", 403, identifier=reds.room)
        client.get_room(identifier=watched.room)
        # Without a team there are no rooms, not even those without one.
        admin.call("UntagUser", userName="wanderer", tagKeys=["team"])
        for room in (reds.room, watched.room, OTHERS["an_untagged_room"].room):
            refusal(client.get_room, "AccessDeniedException", 403, identifier=room)
