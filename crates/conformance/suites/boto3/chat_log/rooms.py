"""A room whose chat is logged: ann talks, bob writes down every frame that he gets, and when.

It knows no destination. What bob got is the truth with which logs are compared.
"""

import json
import threading
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from checks import equal, true
from ivs import fresh

SECONDS = 10
EVERYTHING = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]


class Room:
    """A new room with these logging configurations."""

    def __init__(self, server, *configurations, client=None, **members):
        self.server = server
        self._client = client
        members.setdefault("maximumMessageRatePerSecond", 100)
        self.arn = self.owner.create_room(loggingConfigurationIdentifiers=list(configurations), **members)["arn"]
        self.id = self.arn.rsplit("/")[-1]
        self.heard = []
        self._changed = threading.Condition()
        self.enter()

    @property
    def owner(self):
        """Whose room it is: without a client, the root's."""
        return self._client or self.server.ivschat

    def enter(self):
        """Both come in, again perhaps."""
        self.ann, bob = self.join("ann"), self.join("bob")
        threading.Thread(target=self._listen, args=(bob,), daemon=True).start()

    def join(self, user):
        """A connection of a user who may do everything."""
        token = self.owner.create_chat_token(roomIdentifier=self.arn, userId=user, capabilities=EVERYTHING)["token"]
        url = self.server.url.replace("http://", "ws://")
        return connect(url, subprotocols=[token], open_timeout=SECONDS, proxy=None, ping_interval=None, max_queue=None)

    def ask(self, action, **members):
        """Ann sends a frame."""
        self.ann.send(json.dumps({"Action": action, "RequestId": fresh("request")} | members))

    def say(self, *contents, **members):
        """Ann says each of them."""
        for content in contents:
            self.ask("SEND_MESSAGE", Content=content, **members)

    def burst(self, count):
        """Ann says so many things; what bob got until the last of them."""
        self.say(*(fresh("said") for _ in range(count)))
        return self.so_far()

    def answer(self):
        """The next frame that ann gets, parsed."""
        return json.loads(self.ann.recv(timeout=SECONDS))

    def attach(self, *configurations):
        """Replaces the room's logging configurations."""
        self.owner.update_room(identifier=self.arn, loggingConfigurationIdentifiers=list(configurations))

    def event(self, name=None, **members):
        """The room's owner sends an event; its name."""
        name = name or fresh("event")
        self.owner.send_event(roomIdentifier=self.arn, eventName=name, **members)
        return name

    def so_far(self):
        """All that bob got, up to an event that comes after all that was asked before."""
        settled = fresh("settled")
        # What ann sent is not on its way any more when she has the answer to something later.
        self.ask("DELETE_MESSAGE", Id="settled00000", Reason=settled)
        self.until(lambda frame: frame.get("Attributes", {}) and frame["Attributes"].get("Reason") == settled)
        return [frame for frame, _ in self.heard]

    def until(self, is_it, seconds=SECONDS):
        """Waits until bob got such a frame."""
        with self._changed:
            got = self._changed.wait_for(lambda: any(is_it(frame) for frame, _ in reversed(self.heard)), seconds)
        true(got, f"bob did not get it in {seconds} s, but {self.heard[-3:]}")

    def echo(self):
        """How many seconds something takes from ann to bob."""
        content, began = fresh("echo"), time.monotonic()
        self.say(content)
        self.until(lambda frame: frame.get("Content") == content)
        return time.monotonic() - began

    def _listen(self, bob):
        try:
            for text in bob:
                with self._changed:
                    self.heard.append((json.loads(text), time.monotonic()))
                    self._changed.notify_all()
        except ConnectionClosed:
            pass


def talk(room, stop):
    """Ann talks until she is stopped or cut off; in another thread."""

    def run():
        try:
            while not stop.wait(0.012):
                room.say(fresh("talk"))
        except (ConnectionClosed, OSError):
            pass

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def kinds(frames):
    """How many frames are there of each kind."""
    names = [frame.get("EventName") or frame["Type"] for frame in frames]
    return {name: names.count(name) for name in sorted(set(names))}


def same_frames(actual, expected, what):
    """Fails with the first difference of two lists of frames."""
    for number, (a, b) in enumerate(zip(actual, expected)):
        equal(a, b, f"{what}, number {number}")
    equal(len(actual), len(expected), f"{what}: how many")
