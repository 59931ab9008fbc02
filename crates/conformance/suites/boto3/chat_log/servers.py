"""The server under test: started, told to read its files again, stopped, killed and started again on the same folder.

It knows no destination.
"""

import atexit
import json
import os
import re
import shutil
import signal
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from checks import ACCOUNT, REGION, equal
from ivs import fresh
from model import Observer
from reviewing.programs import Program

SECONDS = 20
ROOT = {"access_key_id": os.environ["AWS_ACCESS_KEY_ID"], "secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}
LISTENING = r"listening on (http://\S+)"
# Writes beyond a limit of file sizes shall fail, as on a full disk, and not end the process.
IGNORING = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? ([0-9.e+]+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

observers = []


def eventually(check, seconds=SECONDS):
    """Calls until nothing is wrong, and gives the answer; past the time what is wrong is raised."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def new_folder():
    """An empty folder, which goes with the suite."""
    folder = Path(tempfile.mkdtemp(prefix="chat-logs-"))
    # After the programs that are started in it: what is registered last is called first.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Server:
    """A server with a folder of its own; without `rules` it has no chat log file."""

    def __init__(self, rules=None, **settings):
        self.folder = new_folder()
        self.data = self.folder / "state"
        self._file = self.folder / "chat_log.json"
        self._settings = {
            "HUBBUB_ROOT_ACCESS_KEY_ID": ROOT["access_key_id"],
            "HUBBUB_ROOT_SECRET_ACCESS_KEY": ROOT["secret_access_key"],
            "HUBBUB_REGION": REGION,
            "HUBBUB_ACCOUNT_ID": ACCOUNT,
            "HUBBUB_QUOTAS": "unlimited",
            "HUBBUB_SHUTDOWN_DRAIN_SECONDS": "0",
        } | settings
        if rules is not None:
            self.write(rules)
            self._settings["HUBBUB_CHAT_LOG_FILE"] = str(self._file)
        self.start()

    def start(self):
        """Starts it, again perhaps, and on another port then."""
        arguments = [*IGNORING, os.environ["HUBBUB_BIN"], "serve", "--listen", "127.0.0.1:0", "--data-dir", self.data]
        self.program = Program(arguments, LISTENING, self.folder, **self._settings)
        self.url = self.program.line(LISTENING)[1]
        self.ivschat = self.client(ROOT)
        observers.append(Observer(self.ivschat))

    def client(self, key):
        """A boto3 client of this key."""
        keys = {"aws_access_key_id": key["access_key_id"], "aws_secret_access_key": key["secret_access_key"]}
        where = {"endpoint_url": self.url, "region_name": self._settings["HUBBUB_REGION"]}
        return boto3.client("ivschat", config=Config(retries={"total_max_attempts": 1}), **where, **keys)

    def stop(self, seconds=SECONDS):
        """Ends it as an operator does; how long that took."""
        began = time.monotonic()
        self.program.send(signal.SIGTERM)
        equal(self.program.wait(seconds), 0, "exit code")
        return time.monotonic() - began

    def kill(self):
        """Ends it with no time to do anything."""
        self.program.send(signal.SIGKILL)
        self.program.wait(SECONDS)

    def write(self, rules):
        """Writes the chat log file; text as it is."""
        text = rules if isinstance(rules, str) else json.dumps({"destination": rules})
        self._file.write_text(text, encoding="utf-8")

    def reload(self, rules, says="the destinations of chat logs are reloaded"):
        """Another chat log file, which the server is told to read."""
        before = self.program.lines(says)
        self.write(rules)
        self.program.send(signal.SIGHUP)
        eventually(lambda: equal(self.program.lines(says), before + 1, f"times that it said {says!r}"))

    def configuration(self, destination, state="ACTIVE"):
        """The ARN of a new logging configuration, which reaches this state."""
        given = destination if isinstance(destination, dict) else destination.configuration
        made = self.ivschat.create_logging_configuration(name=fresh("logs"), destinationConfiguration=given)
        self.is_in(made["arn"], state)
        return made["arn"]

    def is_in(self, configuration, state):
        """Waits until a configuration is in this state."""
        get = self.ivschat.get_logging_configuration
        eventually(lambda: equal(get(identifier=configuration)["state"], state, f"state of {configuration}"))

    def counted(self, name, **labels):
        """The sum of the samples of this name that have these labels."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=SECONDS) as page:
            samples = filter(None, map(_SAMPLE.match, page.read().decode().splitlines()))
        sums = [float(it[3]) for it in samples if it[1] == name and labels.items() <= _labels(it[2])]
        return sum(sums)

    def has_delivered(self, seconds=SECONDS):
        """Waits until nothing is left of what was accepted."""
        eventually(lambda: equal(self.counted("hubbub_chat_log_backlog"), 0, "records left"), seconds)

    def ready(self):
        """Status and text of `/readyz`."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=SECONDS) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def admin(self, operation, **members):
        """The answer to a call of the admin API, which must succeed."""
        data, headers = json.dumps(members).encode(), {"Content-Type": "application/json"}
        request = AWSRequest(method="POST", url=f"{self.url}/admin/{operation}", data=data, headers=headers)
        SigV4Auth(Credentials(*ROOT.values()), "ivschat", REGION).add_auth(request)
        call = urllib.request.Request(request.url, data, dict(request.headers))
        with urllib.request.urlopen(call, timeout=SECONDS) as answer:
            return json.loads(answer.read())


def _labels(text):
    return dict(_LABEL.findall(text or "")).items()
