"""A room with a review handler and two people in it: ann talks, bob sees what others see."""

import json

from checks import equal, true
from ivs import fresh, ivschat
from stage import SECONDS, frames_until, open_connection

ANN = {"name": "Ann é"}


class ReviewedRoom:
    """A new room; to be left when done."""

    def __init__(self, handler, fallback="ALLOW", **members):
        review = {"uri": handler, "fallbackResult": fallback}
        self.arn = ivschat.create_room(messageReviewHandler=review, **members)["arn"]
        self.ann = self.join("ann", attributes=ANN)
        self.bob = self.join("bob")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in (self.ann, self.bob):
            connection.close()

    def join(self, user, **members):
        """A connection of a user who may do everything."""
        every = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
        token = ivschat.create_chat_token(roomIdentifier=self.arn, userId=user, capabilities=every, **members)
        return open_connection(token["token"])

    def has_handler(self, uri, fallback="ALLOW"):
        """Gives the room another handler."""
        ivschat.update_room(identifier=self.arn, messageReviewHandler={"uri": uri, "fallbackResult": fallback})

    def say(self, content, **members):
        """Ann says something."""
        self.ask("SEND_MESSAGE", RequestId=f"request of {content}", Content=content, **members)

    def say_everything(self):
        """Ann says something with all that a message can have, and a handler puts it in brackets. What that is asked."""
        content, attributes = "Hi é 日本 🎉", {"k": "vé"}
        self.say(content, Attributes=attributes)
        message = self.both_get(f"[{content}]", attributes)
        return {
            "Content": content,
            "MessageId": message["Id"],
            "RoomArn": self.arn,
            "Attributes": attributes,
            "Sender": {"Attributes": ANN, "UserId": "ann", "Ip": "127.0.0.1"},
        }

    def ask(self, action, **members):
        """Ann sends a frame."""
        self.ann.send(json.dumps({"Action": action} | members))

    def both_get(self, content, attributes=None):
        """The message that comes next to both of them, the same."""
        frame = receive(self.ann)
        equal((frame["Type"], frame.get("Content")), ("MESSAGE", content), f"what ann got ({frame})")
        equal(frame["Attributes"], attributes, "attributes")
        equal(frame["Sender"], {"UserId": "ann", "Attributes": ANN}, "sender")
        equal(receive(self.bob), frame, "what bob got")
        return frame

    def ann_alone_gets_406(self, said, reason=None):
        """The error that comes next to her, and nothing to bob."""
        frame = receive(self.ann)
        equal((frame["Type"], frame.get("ErrorCode")), ("ERROR", 406), f"what ann got ({frame})")
        equal(frame["RequestId"], f"request of {said}", "request")
        if reason is not None:
            true(reason in frame["ErrorMessage"], f"{frame['ErrorMessage']!r} does not tell {reason!r}")
        self.is_quiet()
        return frame

    def is_quiet(self):
        """Nothing comes to anybody. It takes an event, which is reviewed by nobody."""
        mark = fresh("fence")
        ivschat.send_event(roomIdentifier=self.arn, eventName=mark)
        seen = [frames_until(mark, connection) for connection in (self.ann, self.bob)]
        equal(seen, [[], []], "what came besides")


def receive(connection):
    """The next frame, parsed."""
    return json.loads(connection.recv(timeout=SECONDS))
