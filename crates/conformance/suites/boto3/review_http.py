"""Message review over plain HTTP: the worked handler in Python, and one that does what no handler should.

The server keeps no quotas, asks about eight messages of a room at once, and trusts the proxy 127.0.0.2.
"""

import sys

import reviewing.broken  # noqa: F401 (its checks)
import reviewing.changes  # noqa: F401 (its checks)
import reviewing.order  # noqa: F401 (its checks)
import reviewing.requests  # noqa: F401 (its checks)
from checks import run
from reviewing import worked
from reviewing.mapping import mapped
from reviewing.programs import Program

SECRETS = {"REVIEW_BEARER": "bearer-of-the-suite", "REVIEW_HMAC_SECRET": "secret-of-the-suite"}

LISTENING = r"listening on (\S+)"

program = Program([sys.executable, worked.WORKED / "python" / "review.py"], LISTENING, PORT="0", **SECRETS)
handler = mapped(
    kind="http",
    url=program.line(LISTENING)[1],
    bearer=SECRETS["REVIEW_BEARER"],
    hmac_secret=SECRETS["REVIEW_HMAC_SECRET"],
    time_limit_ms=10000,
)
worked.add_checks("the_python_handler", handler, program)

run()
