"""Programs beside the server: started on a free port, listened to line by line, and ended with the suite.

Each has a process group of its own, since some start others. It knows none of the programs.
"""

import atexit
import os
import re
import signal
import socket
import subprocess
import sys
import threading

START_SECONDS = 90
# The suite is ended from outside after 300 s, and then nobody would end the programs.
SUITE_SECONDS = 280


def free_port():
    """A port that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Program:
    """A running program; `said` has its lines."""

    def __init__(self, arguments, ready, folder=None, **environment):
        self.said = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_without_settings() | environment,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        atexit.register(self.end)
        threading.Thread(target=self._listen, daemon=True).start()
        self.line(ready, START_SECONDS)

    def line(self, pattern, seconds=10):
        """The match of the first line that matches, waited for."""
        with self._changed:
            self._changed.wait_for(lambda: self._found(pattern) or self._process.poll() is not None, seconds)
            found = self._found(pattern)
        if not found:
            raise AssertionError(f"no line {pattern!r} was said, but: " + " | ".join(self.said[-20:]))
        return found

    def lines(self, pattern):
        """How many lines match."""
        with self._changed:
            return sum(1 for line in self.said if re.search(pattern, line))

    @property
    def pid(self):
        """The number of its process."""
        return self._process.pid

    def send(self, number):
        """Sends a signal to it alone."""
        self._process.send_signal(number)

    def wait(self, seconds):
        """How it ended, waited for."""
        return self._process.wait(seconds)

    def end(self):
        """Ends it and all that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def _found(self, pattern):
        return next((match for line in self.said if (match := re.search(pattern, line))), None)

    def _listen(self):
        for line in self._process.stdout:
            with self._changed:
                self.said.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()


def _without_settings():
    """The programs get nothing that is meant for clients of the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "HUBBUB_"))}


def _too_long(*_):
    sys.exit(f"the suite took over {SUITE_SECONDS} s")


signal.signal(signal.SIGALRM, _too_long)
signal.signal(signal.SIGTERM, lambda *_: sys.exit("the suite was ended"))
signal.alarm(SUITE_SECONDS)
