"""Chat logs under faults: destinations in trouble, ends of the server, clean and not, and a full disk."""

import chat_log.stops  # noqa: F401 (its checks)
import chat_log.troubles  # noqa: F401 (its checks)
from checks import run

run()
