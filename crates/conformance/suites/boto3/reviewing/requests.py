"""What a handler is asked, byte for byte, and what its answers do."""

import hashlib
import hmac
import json
import re
import time
from datetime import datetime, timezone

from websockets.sync.client import connect

from checks import MESSAGING_URL, check, equal, true
from ivs import ivschat
from reviewing.counted import comes_to, counted
from reviewing.mapping import mapped
from reviewing.people import ReviewedRoom, receive
from reviewing.peer import Peer, allowing, denying, marking, saying

PATIENT = 10000
FAR_AWAY = "203.0.113.7"


def handler(behave, **definition):
    """A peer and its ARN."""
    peer = Peer(behave)
    return peer, mapped(**{"kind": "http", "url": peer.url, "time_limit_ms": PATIENT} | definition)


@check
def the_request_has_the_documented_members_and_no_others():
    peer, arn = handler(marking)
    with ReviewedRoom(arn) as room:
        asked = room.say_everything()
        exchange = peer.next()
        equal(exchange.message, asked, "request")
        equal(exchange.headers["content-type"], "application/json")
        room.say("bare")
        room.both_get("[bare]")
        equal(peer.next().message["Attributes"], {}, "Attributes when there are none")


@check
def a_sender_without_attributes_has_an_empty_object():
    peer, arn = handler(marking)
    with ReviewedRoom(arn) as room:
        room.bob.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "I am bob"}))
        equal(receive(room.ann)["Content"], "[I am bob]")
        equal(peer.next().message["Sender"], {"Attributes": {}, "UserId": "bob", "Ip": "127.0.0.1"}, "Sender")


@check
def only_a_trusted_proxy_says_where_a_sender_is():
    peer, arn = handler(marking)
    with ReviewedRoom(arn) as room:
        for proxy, address in (("127.0.0.1", "127.0.0.1"), ("127.0.0.2", FAR_AWAY)):
            token = ivschat.create_chat_token(roomIdentifier=room.arn, userId="eve", capabilities=["SEND_MESSAGE"])
            forwarded = {"X-Forwarded-For": FAR_AWAY}
            eve = connect(
                MESSAGING_URL,
                subprotocols=[token["token"]],
                additional_headers=forwarded,
                source_address=(proxy, 0),
                proxy=None,
            )
            with eve:
                eve.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "x"}))
                equal(peer.next().message["Sender"]["Ip"], address, f"Ip behind {proxy}")


@check
def bearer_and_signature_can_be_verified():
    peer, arn = handler(marking, bearer="the-bearer", hmac_secret="the-secret")
    with ReviewedRoom(arn) as room:
        room.say("signed é")
        room.both_get("[signed é]")
        exchange = peer.next()
        equal(exchange.headers["authorization"], "Bearer the-bearer")
        stamp = exchange.headers["x-hubbub-timestamp"]
        signature = hmac.new(b"the-secret", stamp.encode() + b"." + exchange.body, hashlib.sha256).hexdigest()
        equal(exchange.headers["x-hubbub-signature-256"], f"sha256={signature}")
        true(abs(time.time() - int(stamp)) < 60, f"time {stamp}")


@check
def the_answer_changes_content_and_attributes_up_to_their_limits():
    longest, fullest = "🎉" * 20, {"k": "x" * 1023}
    for answer, content, attributes in (
        (allowing(longest), longest, {"mine": "1"}),
        (allowing("x", Attributes=None), "x", {"mine": "1"}),
        (allowing("y", Attributes=fullest), "y", fullest),
        (allowing("z", Unknown=[1], Attributes={"a": "", "é": "ü"}), "z", {"a": "", "é": "ü"}),
    ):
        _, arn = handler(saying(answer))
        with ReviewedRoom(arn, "DENY", maximumMessageLength=20) as room:
            room.say("said", Attributes={"mine": "1"})
            equal(room.both_get(content, attributes)["RequestId"], "request of said")


@check
def a_refusal_tells_the_reason_if_there_is_one():
    for answer, reason in (
        (denying("Be nice! é 🎉"), "Be nice! é 🎉"),
        (denying(), None),
        ({"ReviewResult": "DENY"}, None),
        ({"ReviewResult": "DENY", "Content": "", "Attributes": None}, None),
    ):
        _, arn = handler(saying(answer))
        with ReviewedRoom(arn, "ALLOW") as room:
            room.say("said")
            room.ann_alone_gets_406("said", reason)


@check
def the_error_has_the_id_that_the_handler_saw():
    peer, arn = handler(saying(denying("no")))
    with ReviewedRoom(arn) as room:
        room.say("said")
        equal(room.ann_alone_gets_406("said")["Id"], peer.next().message["MessageId"], "Id")


@check
def the_time_of_a_message_is_when_it_was_sent():
    peer, arn = handler(marking)
    with ReviewedRoom(arn) as room:
        room.say("x")
        sent = room.both_get("[x]")["SendTime"]
        at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d*Z", r"\1+00:00", sent).replace("Z", "+00:00"))
        true(abs((datetime.now(timezone.utc) - at).total_seconds()) < 60, sent)


@check
def connections_are_kept_for_the_next_message():
    peer, arn = handler(marking)
    with ReviewedRoom(arn, maximumMessageRatePerSecond=100) as room:
        for number in range(20):
            room.say(f"{number}")
            room.both_get(f"[{number}]")
    # One that comes back from its answer late is not there yet for the next message.
    true(peer.asked == 20 and peer.connections < 5, f"{peer.asked} requests over {peer.connections} connections")


@check
def what_came_of_messages_is_counted():
    answers = {"as it was": allowing("as it was"), "changed": allowing("else"), "denied": denying("no")}
    _, arn = handler(lambda exchange: exchange.say(answers[exchange.message["Content"]]))
    with ReviewedRoom(arn) as room:
        for content in answers:
            room.say(content)
            receive(room.ann)
    for result in ("allow", "changed", "deny"):
        comes_to(1, "hubbub_reviews_total", Uri=arn, result=result)
    for name in ("InvocationErrors_total", "ResponseValidationErrors_total"):
        equal(counted(name, Uri=arn), 0, name)


@check
def the_time_of_reviews_is_counted_in_buckets():
    _, arn = handler(marking)
    name = "hubbub_review_seconds"
    before = counted(f"{name}_count"), counted(f"{name}_sum")
    with ReviewedRoom(arn) as room:
        room.say("x")
        room.both_get("[x]")
    comes_to(before[0] + 1, f"{name}_count")
    true(before[1] < counted(f"{name}_sum") < before[1] + 60, "the sum")
    equal(counted(f"{name}_bucket", le="+Inf"), before[0] + 1, "what the widest bucket holds")
    true(0 < counted(f"{name}_bucket", le="0.2") <= before[0] + 1, "what AWS's limit holds")
