"""What operations act on: a room with two people in it, a logging configuration, and all that can be seen of them.

Two looks at a stage are equal when nothing happened in between. It knows no policies.
"""

import json

from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from checks import ACCOUNT, MESSAGING_URL, REGION, true
from ivs import body, destination, fresh

SECONDS = 10
# Whom DisconnectUser means.
TARGET = "target"
STAGE_TAGS = {"stage": "set"}


class Stage:
    """A room and a logging configuration of the account whose client is given; to be left when done."""

    def __init__(self, owner, tags=None):
        self.owner = owner
        tags = STAGE_TAGS | (tags or {})
        made = owner.create_logging_configuration(
            name=fresh("stage"), destinationConfiguration=destination(), tags=tags
        )
        self.configuration = made["arn"]
        self.account = self.configuration.split(":")[4]
        self.room = owner.create_room(name=fresh("stage"), tags=tags)["arn"]
        self._people = [self.join(user) for user in ("bystander", TARGET)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self._people:
            connection.close()

    def join(self, user):
        """A connection to the room."""
        return open_connection(self.owner.create_chat_token(roomIdentifier=self.room, userId=user)["token"])

    def look(self):
        """Everything there is in the account, and what the people saw since the last look."""
        return {
            "rooms": self.rooms(),
            "loggingConfigurations": self.configurations(),
            "room": attempt(self.owner.get_room, identifier=self.room),
            "configuration": attempt(self.owner.get_logging_configuration, identifier=self.configuration),
            "room tags": self.tags(self.room),
            "configuration tags": self.tags(self.configuration),
            "seen": self._seen(),
        }

    def is_whole(self, look):
        """Whether there is still all that a call could change, and everybody is there who could see it."""
        things = look["room"], look["configuration"], look["room tags"], look["configuration tags"]
        return None not in things and look["seen"] == [[], []]

    def rooms(self):
        """Every room of the account by its ARN."""
        return listed(self.owner.list_rooms, "rooms")

    def configurations(self):
        """Every logging configuration of the account by its ARN."""
        return listed(self.owner.list_logging_configurations, "loggingConfigurations")

    def tags(self, arn):
        """The tags as ListTagsForResource gives them."""
        return attempt(self.owner.list_tags_for_resource, resourceArn=arn)

    def _seen(self):
        """The owner says something; what came before that is what was seen, and all of it."""
        mark = fresh("mark")
        if attempt(self.owner.send_event, roomIdentifier=self.room, eventName=mark) is None:
            return "no room"
        return [frames_until(mark, connection) for connection in self._people]


class Nowhere:
    """The ARNs of a stage that is not there."""

    def __init__(self, account=ACCOUNT):
        self.account = account
        self.room = f"arn:aws:ivschat:{REGION}:{account}:room/AAAAAAAAAAAA"
        self.configuration = f"arn:aws:ivschat:{REGION}:{account}:logging-configuration/AAAAAAAAAAAA"


def open_connection(token):
    """A connection with this chat token."""
    return connect(MESSAGING_URL, subprotocols=[token], open_timeout=SECONDS, proxy=None)


def is_good(token):
    """Whether the chat token opens a connection; a refused handshake raises."""
    with open_connection(token):
        return True


def frames_until(mark, connection):
    """The frames before the event of this name, or before the end of the connection, of which the last word tells."""
    frames = []
    while True:
        try:
            frame = json.loads(connection.recv(timeout=SECONDS))
        except ConnectionClosed as error:
            return [*frames, f"closed with {error.rcvd}"]
        if frame.get("EventName") == mark:
            return frames
        frames.append(frame)
        true(len(frames) < 100, "a flood of frames")


def attempt(call, **members):
    """The answer, or None where there is no such thing."""
    try:
        return body(call(**members))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def listed(call, member):
    """All entries of all pages, by their ARN."""
    entries, token = {}, {}
    while True:
        page = call(**token)
        entries |= {entry["arn"]: entry for entry in page[member]}
        if not page.get("nextToken"):
            return entries
        token = {"nextToken": page["nextToken"]}
