"""A message review handler over plain HTTP: it refuses one word, masks another, and lets everything else pass.

    PORT=8000 REVIEW_BEARER=... REVIEW_HMAC_SECRET=... python3 review.py

It needs nothing but Python. A request without the right bearer and signature is answered with 401.
"""

import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REFUSED = "badword"
MASKED = "darn"

BEARER = os.environ["REVIEW_BEARER"]
HMAC_SECRET = os.environ["REVIEW_HMAC_SECRET"]
# A recorded request is no good after this time.
SECONDS = 300


def review(message):
    """What becomes of a message. `RoomArn` and `Sender`, with `UserId`, `Attributes` and `Ip`, can be looked at too."""
    content = message["Content"]
    if REFUSED in content:
        reason = {"Reason": "That word is not welcome here."}
        return {"ReviewResult": "DENY", "Content": content, "Attributes": reason}
    # Without `Attributes` the sender's stay. A mask that is longer than what it hides could make the message too long,
    # and an answer past a limit is none.
    return {"ReviewResult": "ALLOW", "Content": content.replace(MASKED, "****")}


def is_genuine(headers, body):
    """Whether the request comes from the chat server, unchanged, and now."""
    timestamp = headers.get("x-hubbub-timestamp", "")
    signed = timestamp.encode() + b"." + body
    signature = "sha256=" + hmac.new(HMAC_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return (
        hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {BEARER}".encode())
        and hmac.compare_digest(headers.get("x-hubbub-signature-256", "").encode(), signature.encode())
        and abs(time.time() - int(timestamp)) < SECONDS
    )


class Handler(BaseHTTPRequestHandler):
    """Connections are kept open for the next message."""

    protocol_version = "HTTP/1.1"
    # Else the end of an answer may wait 40 ms for the receipt of its beginning.
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if not is_genuine(self.headers, body):
            self.answer(401, {"message": "no"})
            return
        message = json.loads(body)
        answer = review(message)
        print(message["MessageId"], answer["ReviewResult"], flush=True)
        self.answer(200, answer)

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """All connections of a busy server come at once."""

    request_queue_size = 128
    daemon_threads = True


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
