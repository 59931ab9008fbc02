"""Handlers that give no usable answer in time: the room's fallback decides, and the failure is counted.

Each is asked twice, by a room that falls back to ALLOW and by one that falls back to DENY.
"""

import threading

from checks import check, equal
from reviewing.counted import comes_to, counted
from reviewing.mapping import CLOSED, mapped
from reviewing.people import ReviewedRoom, receive
from reviewing.peer import Peer, allowing, saying

NEVER = threading.Event()
# What no test should wait for; what is late by more than its own limit is so in `LATE`.
PATIENT = 10000
IMPATIENT = 100
SECONDS_TOO_LATE = 0.3
# What the handler would say if it were heard.
CHANGED = allowing("changed")
HTML = b"<!doctype html><title>502</title><h1>Bad Gateway</h1>"
ALLOW = b'{"ReviewResult":"ALLOW","Content":"changed"'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def hangs(exchange):
    """Until the server has given up."""
    exchange.connection.settimeout(60)
    exchange.rfile.read(1)
    exchange.close_connection = True


def is_late(exchange):
    NEVER.wait(SECONDS_TOO_LATE)
    exchange.say(CHANGED)


def drips(exchange):
    """No pause between two bytes is as long as the limit."""
    for byte in HEAD + b"content-length: 44\r\n\r\n" + ALLOW + b"}":
        exchange.wfile.write(bytes([byte]))
        NEVER.wait(IMPATIENT / 10000)


def raw(answer):
    """Writes these bytes and closes."""
    return lambda exchange: exchange.say_raw(answer)


def text(answer):
    """A body as it is."""
    return saying(answer.encode() if isinstance(answer, str) else answer)


LATE = {"hangs": hangs, "answers_late": is_late, "drips_its_answer": drips}

NOT_RUN = {
    "closes_at_once": raw(b""),
    "answers_500": saying(CHANGED, status=500),
    "answers_404": saying(CHANGED, status=404),
    "answers_201": saying(CHANGED, status=201),
    "redirects": saying(CHANGED, status=307, headers=[("location", "/elsewhere")]),
    "refuses_with_html": saying(HTML, status=502),
    "speaks_no_http": raw(b"220 mail.example.com ESMTP\r\n"),
}

# Whether the answer was not heard or not understood is a matter of taste.
CUT = {
    "closes_in_the_head": raw(HEAD),
    "closes_in_the_body": raw(HEAD + b"content-length: 44\r\n\r\n" + ALLOW),
    "closes_in_a_chunk": raw(HEAD + b"transfer-encoding: chunked\r\n\r\n2c\r\n" + ALLOW),
    "answers_ten_megabytes": text(ALLOW + b" " * 10_000_000 + b"}"),
    "answers_ten_megabytes_of_head": raw(HEAD + b"x: y\r\n" * 1_700_000 + b"content-length: 44\r\n\r\n" + ALLOW + b"}"),
}

NOT_VALID = {
    "html": text(HTML),
    "nothing": text(""),
    "no_utf_8": text(ALLOW.replace(b"changed", b"\xff\xfe") + b"}"),
    "more_than_one_value": text(ALLOW + b"}{}"),
    "null": text("null"),
    "a_list": text('["ALLOW", "changed"]'),
    "a_string": text('"ALLOW"'),
    "a_string_of_json": saying((ALLOW + b"}").decode()),
    "an_empty_object": text("{}"),
    "deep_nesting": text("[" * 50_000),
    "no_result": saying({"Content": "changed"}),
    "another_result": saying(CHANGED | {"ReviewResult": "MAYBE"}),
    "a_result_in_small_letters": saying(CHANGED | {"ReviewResult": "allow"}),
    "a_result_that_is_true": saying(CHANGED | {"ReviewResult": True}),
    "a_result_that_is_null": saying(CHANGED | {"ReviewResult": None}),
    "no_content": saying({"ReviewResult": "ALLOW"}),
    "content_that_is_null": saying(allowing(None)),
    "content_that_is_a_number": saying(allowing(7)),
    "content_that_is_a_list": saying(allowing(["changed"])),
    "empty_content": saying(allowing("")),
    "content_longer_than_the_room_allows": saying(allowing("é" * 21)),
    "attributes_that_are_a_list": saying(allowing("changed", Attributes=["k", "v"])),
    "attributes_that_are_text": saying(allowing("changed", Attributes="k=v")),
    "attributes_with_a_number": saying(allowing("changed", Attributes={"k": 1})),
    "attributes_with_null": saying(allowing("changed", Attributes={"k": None})),
    "attributes_over_a_kilobyte": saying(allowing("changed", Attributes={"k": "é" * 512})),
}

BOTH = ("InvocationErrors_total", "ResponseValidationErrors_total")


def falls_back(handler, *metrics):
    """The two rooms, and what is counted after each."""
    for number, fallback in enumerate(("ALLOW", "DENY"), 1):
        with ReviewedRoom(handler, fallback, maximumMessageLength=20) as room:
            room.say("as it was", Attributes={"k": "v"})
            if fallback == "ALLOW":
                room.both_get("as it was", {"k": "v"})
            else:
                room.ann_alone_gets_406("as it was")
            room.is_quiet()
        if len(metrics) == 1:
            comes_to(number, metrics[0], Uri=handler)
            comes_to(0, *set(BOTH) - set(metrics), Uri=handler)


def add(name, behave, limit, *metrics):
    """The check of one behaviour."""

    def function():
        peer = Peer(behave)
        falls_back(mapped(kind="http", url=peer.url, time_limit_ms=limit), *metrics)
        equal(peer.asked, 2, "requests that it got")

    function.__name__ = name
    check(function)


for name, behave in LATE.items():
    add(f"a_handler_that_{name}_is_not_waited_for", behave, IMPATIENT, BOTH[0])
for name, behave in NOT_RUN.items():
    add(f"a_handler_that_{name}_is_not_heard", behave, PATIENT, BOTH[0])
for name, behave in CUT.items():
    add(f"a_handler_that_{name}_is_not_heard", behave, PATIENT)
for name, behave in NOT_VALID.items():
    add(f"an_answer_of_{name}_is_not_valid", behave, PATIENT, BOTH[1])


@check
def a_handler_that_is_not_there_is_not_heard():
    falls_back(mapped(kind="http", url=CLOSED, time_limit_ms=PATIENT), BOTH[0])


@check
def the_time_limit_is_short_where_none_is_set():
    peer = Peer(hangs)
    falls_back(mapped(kind="http", url=peer.url), BOTH[0])
    equal(peer.asked, 2, "requests that it got")


@check
def an_answer_that_is_late_by_a_millisecond_is_taken_or_not_but_no_message_is_lost_or_doubled():
    def barely_late(exchange):
        NEVER.wait(IMPATIENT / 1000 + 0.001)
        exchange.say(CHANGED)

    arn = mapped(kind="http", url=Peer(barely_late).url, time_limit_ms=IMPATIENT)
    with ReviewedRoom(arn, maximumMessageRatePerSecond=100) as room:
        contents = []
        for _ in range(10):
            room.say("as it was")
            contents.append(receive(room.ann)["Content"])
            equal(receive(room.bob)["Content"], contents[-1], "what bob got")
        room.is_quiet()
    equal(set(contents) - {"as it was", "changed"}, set(), "other contents")
    comes_to(contents.count("changed"), "hubbub_reviews_total", Uri=arn, result="changed")
    equal(counted("InvocationErrors_total", Uri=arn), contents.count("as it was"), "fallbacks")
