"""The review file of the server under test: handlers are added, and the server is told with SIGHUP, as by an operator."""

import itertools
import json
import os
import signal
import time
from pathlib import Path

from botocore.exceptions import ClientError

from checks import ACCOUNT, REGION
from ivs import fresh, ivschat, loose

REVIEW_FILE = Path(os.environ["HUBBUB_REVIEW_FILE"])
SERVER = int(os.environ["HUBBUB_SERVER_PID"])
# What an operator's mistake looks like: nobody listens there.
CLOSED = "http://127.0.0.1:1/"
NOT_MAPPED = "Request member: uri failed to satisfy the constraints: invalid lambda permission"
SECONDS = 10

_at_first = REVIEW_FILE.read_text(encoding="utf-8")
_handlers = []
_numbers = itertools.count(1)


def function_arn(name):
    """The ARN of a function of the server's account."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def mapped(arn=None, **definition):
    """The ARN of a handler that the server knows from now on; it comes before those that were there."""
    arn = arn or function_arn(fresh("handler"))
    _handlers.insert(0, {"arn": arn} | definition)
    reload()
    return arn


def unmap(arn):
    """From now on the server does not know the handler."""
    _handlers[:] = [handler for handler in _handlers if handler["arn"] != arn]
    reload()


def reload():
    """Writes the file and returns when the server goes by it: when it knows a handler that no file had before."""
    mark = {"arn": function_arn(f"reload-{next(_numbers)}"), "kind": "http", "url": CLOSED}
    written = REVIEW_FILE.with_suffix(".new")
    written.write_text("\n".join(map(_table, [mark, *_handlers])) + "\n" + _at_first, encoding="utf-8")
    written.replace(REVIEW_FILE)
    os.kill(SERVER, signal.SIGHUP)
    deadline = time.monotonic() + SECONDS
    while not is_mapped(mark["arn"]):
        if time.monotonic() > deadline:
            raise AssertionError(f"the server does not go by the new file {SECONDS} s after SIGHUP")
        time.sleep(0.01)


def is_mapped(arn):
    """Whether a room may have this handler."""
    try:
        loose.update_room(identifier=_scratch, messageReviewHandler={"uri": arn})
    except ClientError as error:
        if NOT_MAPPED in str(error):
            return False
        raise
    return True


def _table(handler):
    return "[[handler]]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in handler.items())


def _value(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(entry)}" for key, entry in value.items()) + " }"
    return json.dumps(value)


_scratch = ivschat.create_room(name="scratch")["arn"]
