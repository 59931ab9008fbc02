"""What every Python suite is made of: functions marked `@check`, run in order, one line of output for each.

A check fails by raising. It knows nothing of any SDK.
"""

import os
import sys
import traceback

# None where a suite starts its servers itself.
URL = os.environ.get("HUBBUB_URL")
MESSAGING_URL = os.environ.get("HUBBUB_MESSAGING_URL")
REGION = os.environ["AWS_REGION"]
ACCOUNT = os.environ["HUBBUB_ACCOUNT_ID"]

_checks = []


def check(function):
    """Adds the function to the suite; its name is the name of the check."""
    _checks.append(function)
    return function


def equal(actual, expected, what="value"):
    """Fails with both values when they differ."""
    if actual != expected:
        raise AssertionError(f"{what} is {actual!r}, expected {expected!r}")


def true(condition, why):
    """Fails with the reason when the condition does not hold."""
    if not condition:
        raise AssertionError(why)


def run():
    """Runs every check and ends the process; the exit code is 1 when one failed."""
    failed = False
    for function in _checks:
        try:
            function()
            print(f"ok {function.__name__}")
        except Exception as error:  # whatever a check raises is its failure
            failed = True
            where = traceback.extract_tb(error.__traceback__)[1].lineno
            why = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAIL {function.__name__}: line {where}: {why}")
    sys.exit(1 if failed else 0)
