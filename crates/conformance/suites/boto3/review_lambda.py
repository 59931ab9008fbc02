"""Message review by Lambda functions, at three Lambda APIs that others wrote.

They are moto, `serverless-offline` and `cargo lambda`. The server keeps no quotas.
"""

import reviewing.moto_functions  # noqa: F401 (its checks)
import reviewing.node_functions  # noqa: F401 (its checks)
import reviewing.rust_functions  # noqa: F401 (its checks)

from checks import run

run()
