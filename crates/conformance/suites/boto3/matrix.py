"""A row of the table of operations: how it is called, and how it must succeed or be refused.

It knows neither keys nor policies.
"""

from collections.abc import Callable
from typing import NamedTuple

from botocore import xform_name

from checks import REGION, equal, true
from ivs import body, refusal

# What a row is about: a thing of the stage, or all of a kind.
ROOM, CONFIGURATION = "room", "configuration"
ROOMS, CONFIGURATIONS = "room/*", "logging-configuration/*"


class Row(NamedTuple):
    """A call of one operation."""

    operation: str
    about: str
    # The input, from a stage.
    members: Callable
    # Whether it was done, from the answer and a look at the stage afterwards.
    is_done: Callable
    changes: bool = True
    # How it differs from the other rows of its operation.
    variant: str = ""
    # The action that it needs besides its own.
    needs: str = ""

    @property
    def name(self):
        """The operation, and the variant if there is one."""
        return f"{self.operation}_{self.variant}" if self.variant else self.operation

    @property
    def action(self):
        """The action without which it must be refused though all others are allowed."""
        return f"ivschat:{self.needs or self.operation}"

    @property
    def names_a_resource(self):
        """Whether the input has an ARN, which may be another account's."""
        return self.about in (ROOM, CONFIGURATION)

    def resource(self, stage):
        """The ARN that policies are asked about."""
        if self.names_a_resource:
            return getattr(stage, self.about)
        return f"arn:aws:ivschat:{REGION}:{stage.account}:{self.about}"

    def call(self, client, stage):
        """Calls the operation."""
        return getattr(client, xform_name(self.operation))(**self.members(stage))

    def succeeds(self, client, stage):
        """Calls it, and expects that it was done, and that nothing happened where nothing should."""
        before = stage.look()
        answer = body(self.call(client, stage))
        after = stage.look()
        true(self.is_done(answer, after), f"it was not done; the answer was {answer}")
        equal(after != before, self.changes, "whether something changed")

    def is_refused(self, client, stage, code, message, watched=None):
        """Calls it, and expects 403 with these words, nothing beside the error, and that nothing happened."""
        watched = watched or stage
        before = watched.look()
        true(watched.is_whole(before), "an earlier check left nothing for this one to change")
        response = refusal(lambda: self.call(client, stage), code, 403)
        equal(response["Error"]["Message"], message, "message")
        equal(set(response) - {"Error", "ResponseMetadata", "message"}, set(), "members beside the error")
        equal(watched.look(), before, "what there is after the refusal")
