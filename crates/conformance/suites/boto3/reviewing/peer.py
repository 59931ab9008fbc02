"""An HTTP handler that does what it is told, also what no handler should do: hang, close early, answer nonsense.

It stands on Python's HTTP server. Each has a port of its own, so that none is judged by what another did.
"""

import json
import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = 10


class Exchange(BaseHTTPRequestHandler):
    """One connection; a behaviour is given it with each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.peer.connections += 1

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers["content-length"]))
        self.message = json.loads(self.body)
        self.server.peer.exchanges.put(self)
        self.server.peer.asked += 1
        try:
            self.server.peer.behave(self)
        except OSError:
            # The server did not wait for the answer.
            self.close_connection = True

    def say(self, value, status=200, headers=()):
        """Answers, with JSON where it is not text."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say_raw(self, answer):
        """Writes these bytes and closes."""
        self.wfile.write(answer)
        self.close_connection = True

    def log_request(self, *_):
        pass


class Peer:
    """Listens until the suite ends. `behave` is called with each exchange, on a thread of its connection."""

    def __init__(self, behave):
        self.behave = behave
        self.exchanges = queue.Queue()
        self.asked = 0
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), Exchange)
        self._server.peer = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Where it listens."""
        return f"{self.origin}/review"

    @property
    def origin(self):
        """What logs and metrics call it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def next(self):
        """The next exchange that began, waited for."""
        return self.exchanges.get(timeout=SECONDS)


class Held:
    """A behaviour: each message waits until it is released, in any order."""

    def __init__(self):
        self._gates = {}
        self._changed = threading.Condition()

    def __call__(self, exchange):
        answer = self._gate(exchange.message["Content"])
        try:
            exchange.say(answer.get(timeout=3 * SECONDS))
        except queue.Empty:
            exchange.close_connection = True

    def release(self, content, answer):
        """Answers the message of this content."""
        self._gate(content).put(answer)

    def _gate(self, content):
        with self._changed:
            return self._gates.setdefault(content, queue.Queue())


def saying(value, **answer):
    """A behaviour: always this answer."""
    return lambda exchange: exchange.say(value, **answer)


def allowing(content, **members):
    """The answer that lets a message pass with this content."""
    return {"ReviewResult": "ALLOW", "Content": content} | members


def denying(reason=None):
    """The answer that refuses a message."""
    attributes = {} if reason is None else {"Attributes": {"Reason": reason}}
    return {"ReviewResult": "DENY", "Content": "x"} | attributes


def marking(exchange):
    """A behaviour: everything passes, in brackets."""
    exchange.say(allowing(f"[{exchange.message['Content']}]"))


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A connection that was cut is no news."""

    def server_bind(self):
        # HTTPServer would look for the name of its address.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address
