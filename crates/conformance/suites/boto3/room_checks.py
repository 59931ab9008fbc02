"""Rooms: defaults, constraints, changes, and the end."""

from datetime import datetime, timedelta, timezone

from checks import check, equal, true
from ivs import HANDLER, ODD_TAGS, body, fresh, invalid, ivschat, logging_configuration, logging_arn, loose, refusal
from ivs import room_arn


@check
def create_room_fills_the_defaults():
    room = ivschat.create_room()
    equal(room["maximumMessageRatePerSecond"], 10)
    equal(room["maximumMessageLength"], 500)
    equal(room["arn"], room_arn(room["id"]))
    equal(room.get("name", ""), "")
    equal(room.get("tags", {}), {})
    equal(room.get("loggingConfigurationIdentifiers", []), [])
    true(not room.get("messageReviewHandler"), "a handler that nobody set")
    true(abs(room["createTime"] - datetime.now(timezone.utc)) < timedelta(minutes=1), "createTime is not now")
    true(room["updateTime"] >= room["createTime"], "updateTime is before createTime")


@check
def create_room_keeps_what_it_is_given():
    identifiers = [logging_configuration() for _ in range(3)][::-1]
    given = {
        "name": fresh("full_Room"),
        "maximumMessageRatePerSecond": 100,
        "maximumMessageLength": 1,
        "messageReviewHandler": {"uri": HANDLER, "fallbackResult": "DENY"},
        "tags": ODD_TAGS,
        "loggingConfigurationIdentifiers": identifiers,
    }
    room = body(ivschat.create_room(**given))
    equal({key: room[key] for key in given}, given)
    equal(body(ivschat.get_room(identifier=room["arn"])), room, "GetRoom")


@check
def a_handler_without_fallback_allows():
    room = ivschat.create_room(messageReviewHandler={"uri": HANDLER})
    equal(room["messageReviewHandler"], {"uri": HANDLER, "fallbackResult": "ALLOW"})


@check
def create_room_refuses_what_breaks_a_constraint():
    invalid(loose.create_room, "name", name="n" * 129)
    invalid(loose.create_room, "name", name="a b")
    invalid(loose.create_room, "name", name="line\n")
    invalid(loose.create_room, "maximumMessageRatePerSecond", maximumMessageRatePerSecond=0)
    invalid(loose.create_room, "maximumMessageLength", maximumMessageLength=0)
    invalid(loose.create_room, "essageReviewHandler", messageReviewHandler={"uri": "https://example.com"})
    invalid(loose.create_room, "essageReviewHandler", messageReviewHandler={"fallbackResult": "MAYBE"})


@check
def get_room_of_nothing_is_not_found():
    error = refusal(ivschat.get_room, "ResourceNotFoundException", 404, identifier=room_arn())
    equal(error["resourceId"], "AAAAAAAAAAAA", "resourceId")
    equal(error["resourceType"], "ROOM", "resourceType")
    true(error.get("message") or error["Error"]["Message"], "no message")


@check
def an_identifier_must_be_an_arn():
    invalid(loose.get_room, "identifier", identifier="AAAAAAAAAAAA")
    invalid(loose.get_room, "identifier", identifier="")


@check
def the_exception_classes_are_raised():
    try:
        ivschat.get_room(identifier=room_arn())
    except ivschat.exceptions.ResourceNotFoundException as error:
        equal(error.response["resourceType"], "ROOM")
    try:
        ivschat.create_room(name="a b")
    except ivschat.exceptions.ValidationException as error:
        equal(error.response["reason"], "FIELD_VALIDATION_FAILED")


@check
def another_region_or_account_gives_nothing_away():
    for arn in (room_arn(region="eu-west-1"), room_arn(account="210987654321")):
        try:
            loose.get_room(identifier=arn)
        except loose.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            true(code in ("AccessDeniedException", "ResourceNotFoundException", "ValidationException"), code)
        else:
            raise AssertionError(f"{arn} was found")


@check
def update_room_changes_only_what_it_is_given():
    before = body(ivschat.create_room(name=fresh("room"), maximumMessageLength=100, tags={"k": "v"}))
    after = body(ivschat.update_room(identifier=before["arn"], maximumMessageRatePerSecond=42))
    true(after["updateTime"] > before["updateTime"], "updateTime stood still")
    expected = before | {"maximumMessageRatePerSecond": 42, "updateTime": after["updateTime"]}
    equal(after, expected)
    equal(body(ivschat.get_room(identifier=before["arn"])), expected, "GetRoom")


@check
def update_room_changes_everything():
    arn = ivschat.create_room()["arn"]
    given = {
        "name": fresh("new"),
        "maximumMessageRatePerSecond": 7,
        "maximumMessageLength": 70,
        "messageReviewHandler": {"uri": HANDLER, "fallbackResult": "DENY"},
        "loggingConfigurationIdentifiers": [logging_configuration()],
    }
    room = ivschat.update_room(identifier=arn, **given)
    equal({key: room[key] for key in given}, given)


@check
def an_empty_uri_clears_the_handler():
    arn = ivschat.create_room(messageReviewHandler={"uri": HANDLER, "fallbackResult": "DENY"})["arn"]
    ivschat.update_room(identifier=arn, messageReviewHandler={"uri": ""})
    handler = ivschat.get_room(identifier=arn).get("messageReviewHandler", {})
    equal(handler.get("uri", ""), "", "uri")


@check
def logging_identifiers_keep_their_order_and_can_be_cleared():
    first, second, third, fourth = (logging_configuration() for _ in range(4))
    arn = ivschat.create_room()["arn"]
    for identifiers in ([third, first, second], [second, third], []):
        room = ivschat.update_room(identifier=arn, loggingConfigurationIdentifiers=identifiers)
        equal(room.get("loggingConfigurationIdentifiers", []), identifiers)
        read = ivschat.get_room(identifier=arn)
        equal(read.get("loggingConfigurationIdentifiers", []), identifiers, "GetRoom")
    four = [first, second, third, fourth]
    invalid(loose.update_room, "oggingConfigurationIdentifiers", identifier=arn, loggingConfigurationIdentifiers=four)


@check
def only_logging_configurations_that_exist_can_be_attached():
    missing = logging_arn()
    arn = ivschat.create_room()["arn"]
    refusal(
        ivschat.update_room,
        "ResourceNotFoundException",
        404,
        identifier=arn,
        loggingConfigurationIdentifiers=[missing],
    )
    refusal(ivschat.create_room, "ResourceNotFoundException", 404, loggingConfigurationIdentifiers=[missing])


@check
def update_room_of_nothing_is_not_found():
    refusal(ivschat.update_room, "ResourceNotFoundException", 404, identifier=room_arn(), name="x")


@check
def delete_room_is_204_and_final():
    arn = ivschat.create_room()["arn"]
    response = ivschat.delete_room(identifier=arn)
    equal(response["ResponseMetadata"]["HTTPStatusCode"], 204, "status")
    refusal(ivschat.get_room, "ResourceNotFoundException", 404, identifier=arn)
    refusal(ivschat.delete_room, "ResourceNotFoundException", 404, identifier=arn)


@check
def writes_are_read_at_once():
    for number in range(25):
        name = fresh("mine")
        arn = ivschat.create_room(name=name)["arn"]
        equal(ivschat.get_room(identifier=arn)["name"], name, f"room {number}")
        equal(ivschat.list_rooms(maxResults=1)["rooms"][0]["arn"], arn, "newest room")
        ivschat.update_room(identifier=arn, name=f"{name}-2")
        equal([room["arn"] for room in ivschat.list_rooms(name=f"{name}-2")["rooms"]], [arn])
        ivschat.delete_room(identifier=arn)
        refusal(ivschat.get_room, "ResourceNotFoundException", 404, identifier=arn)
        equal(ivschat.list_rooms(name=f"{name}-2")["rooms"], [])
