"""The APIs of destinations, which others wrote: moto, and an S3 server over a folder. Both check signatures.

And a door before them that can be shut: then nobody listens. It knows nothing of chat.
"""

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path

import boto3
from botocore.config import Config

from checks import REGION
from chat_log.servers import new_folder
from reviewing.programs import Program, free_port

# What the documentation names, and nothing else.
RIGHTS = [
    "s3:PutObject",
    "logs:PutLogEvents",
    "logs:CreateLogStream",
    "firehose:PutRecordBatch",
    "firehose:DescribeDeliveryStream",
]
USERS = {"reader": "*", "writer": RIGHTS, "fickle": RIGHTS}
# For each user a name, a key and a policy; all calls after these must be signed by somebody with rights.
SET_UP_CALLS = 3 * len(USERS)
LISTENING = r"listening on (\S+)"
KINDS = ("s3", "cloudwatch_logs", "firehose")


class Api:
    """Something at an address for which there are keys."""

    def client(self, service, user="reader"):
        """A boto3 client of a user."""
        key = self.keys[user]
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=key["access_key_id"],
            aws_secret_access_key=key["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def rule(self, kind, name="*", user="writer", url=None, **members):
        """What a chat log file says of it."""
        given = {"kind": kind, "name": name, "endpoint": url or self.url, "credentials": self.keys[user]}
        return given | {"batch_seconds": 1} | members

    def rules(self, name="*", **members):
        """The same for every kind."""
        return [self.rule(kind, name, **members) for kind in KINDS]


class Moto(Api):
    """moto, which checks signatures and rights."""

    region = REGION

    def __init__(self):
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self):
        """Starts it; it remembers nothing, so that the keys are others."""
        program = [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", self._port]
        self._program = Program(program, "Running on", INITIAL_NO_AUTH_ACTION_COUNT=str(SET_UP_CALLS))
        iam = boto3.client("iam", endpoint_url=self.url)
        self.keys = {}
        for user, actions in USERS.items():
            iam.create_user(UserName=user)
            key = iam.create_access_key(UserName=user)["AccessKey"]
            self.keys[user] = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
            iam.put_user_policy(UserName=user, PolicyName="all", PolicyDocument=policy(actions))

    def stop(self):
        """Ends it with all that it has."""
        self._program.end()

    def allow(self, user, actions):
        """Gives the user other rights."""
        self.client("iam").put_user_policy(UserName=user, PolicyName="all", PolicyDocument=policy(actions))

    def refusals(self):
        """How many calls it answered with 403."""
        return self._program.lines(r'HTTP/1\.1" 403')


class Folder(Api):
    """An S3 API over a folder, with one key.

    It makes file names of the names of objects and buckets: in regions of longer names, ours would be too long for it.
    """

    region = "eu-1"

    def __init__(self):
        key = {"access_key_id": "AKIAFOLDER0000000001", "secret_access_key": "secret/of+the/folder+with+forty+letters0"}
        self.keys = {"reader": key, "writer": key}
        self._program = Program([os.environ["HUBBUB_S3"], new_folder(), *key.values()], LISTENING)
        self.url = self._program.line(LISTENING)[1]


class Door:
    """A way to an API, open at first; answers may be held up in it for a while."""

    def __init__(self, api, held_seconds=0):
        self._to = int(api.url.rsplit(":", 1)[1])
        self._held_seconds = held_seconds
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._sockets = []
        self.open()

    def open(self):
        """From now on who comes is let through."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def shut(self):
        """From now on nobody listens, and who is inside is cut off."""
        for it in [self._listener, *self._sockets]:
            _close(it)
        self._sockets.clear()

    def _serve(self, listener):
        while True:
            try:
                outside, _ = listener.accept()
            except OSError:
                return
            inside = socket.create_connection(("127.0.0.1", self._to))
            self._sockets += [outside, inside]
            for way in ((outside, inside, 0), (inside, outside, self._held_seconds)):
                threading.Thread(target=_carry, args=way, daemon=True).start()


def policy(actions):
    """A policy that allows these."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def wrong(key):
    """The key with another secret."""
    return key | {"secret_access_key": "wrong" + key["secret_access_key"][5:]}


def _carry(source, target, held_seconds):
    try:
        while data := source.recv(65536):
            time.sleep(held_seconds)
            target.sendall(data)
    except OSError:
        pass
    _close(source)
    _close(target)


def _close(it):
    try:
        it.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    it.close()
