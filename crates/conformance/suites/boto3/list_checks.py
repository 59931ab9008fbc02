"""ListRooms: its order, its filters, its pages and their tokens."""

from checks import check, equal
from ivs import HANDLER, body, fresh, invalid, ivschat, logging_configuration, loose, refusal


def attached_rooms(count):
    """So many rooms that no other check sees: the filter that finds them, and their ARNs, newest first."""
    identifier = logging_configuration()
    arns = [ivschat.create_room(loggingConfigurationIdentifiers=[identifier])["arn"] for _ in range(count)]
    return {"loggingConfigurationIdentifier": identifier}, arns[::-1]


def listed(**members):
    """The ARNs on one page of ListRooms, in order."""
    return [room["arn"] for room in ivschat.list_rooms(**members)["rooms"]]


@check
def list_rooms_begins_with_the_newest_update():
    query, (third, second, first) = attached_rooms(3)
    equal(listed(**query), [third, second, first])
    ivschat.update_room(identifier=first, name=fresh("touched"))
    equal(listed(**query), [first, third, second])


@check
def list_rooms_filters_exactly():
    name, handler = fresh("Exact"), f"{HANDLER}-{fresh('listed')}"
    identifier = logging_configuration()
    arn = ivschat.create_room(
        name=name, messageReviewHandler={"uri": handler}, loggingConfigurationIdentifiers=[identifier]
    )["arn"]
    ivschat.create_room(name=f"{name}-x", messageReviewHandler={"uri": f"{handler}-x"})
    equal(listed(name=name), [arn], "by name")
    equal(listed(messageReviewHandlerUri=handler), [arn], "by handler")
    equal(listed(loggingConfigurationIdentifier=identifier), [arn], "by logging configuration")
    equal(listed(name=name.lower()), [], "by name in lower case")
    equal(listed(name=name, messageReviewHandlerUri=f"{handler}-x"), [], "by two that no room has")


@check
def a_summary_is_the_room_without_its_limits():
    query, (arn,) = attached_rooms(1)
    room = body(ivschat.get_room(identifier=arn))
    del room["maximumMessageRatePerSecond"], room["maximumMessageLength"]
    equal(ivschat.list_rooms(**query)["rooms"], [room])


@check
def pages_neither_skip_nor_repeat():
    query, arns = attached_rooms(5)
    seen, sizes, token = [], [], {}
    while True:
        page = ivschat.list_rooms(maxResults=2, **query, **token)
        seen += [room["arn"] for room in page["rooms"]]
        sizes.append(len(page["rooms"]))
        if not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    equal(sizes, [2, 2, 1], "sizes of the pages")
    equal(seen, arns, "rooms over all pages")


@check
def a_room_that_moved_does_not_disturb_the_others():
    query, arns = attached_rooms(4)
    page = ivschat.list_rooms(maxResults=2, **query)
    ivschat.update_room(identifier=arns[0], name=fresh("moved"))
    ivschat.create_room(loggingConfigurationIdentifiers=[query["loggingConfigurationIdentifier"]])
    rest = listed(maxResults=50, nextToken=page["nextToken"], **query)
    equal([arn for arn in rest if arn in arns[1:]], arns[2:], "the rooms that stood still")


@check
def a_page_holds_fifty_at_most():
    query, arns = attached_rooms(51)
    page = ivschat.list_rooms(**query)
    equal(len(page["rooms"]), 50, "default page")
    equal(listed(nextToken=page["nextToken"], **query), arns[50:], "last page")
    invalid(loose.list_rooms, "maxResults", maxResults=51)
    invalid(loose.list_rooms, "maxResults", maxResults=0)


def a_token():
    """A query and the token of its second page."""
    query, _ = attached_rooms(2)
    return query, ivschat.list_rooms(maxResults=1, **query)["nextToken"]


@check
def a_tampered_page_token_is_refused():
    query, token = a_token()
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for wrong in (changed, token[:-1], token + token, "nonsense"):
        refusal(loose.list_rooms, "ValidationException", 400, nextToken=wrong, **query)


@check
def a_page_token_belongs_to_its_query():
    query, token = a_token()
    refusal(loose.list_rooms, "ValidationException", 400, nextToken=token)
    refusal(loose.list_rooms, "ValidationException", 400, nextToken=token, name="other", **query)
    refusal(loose.list_logging_configurations, "ValidationException", 400, nextToken=token)
