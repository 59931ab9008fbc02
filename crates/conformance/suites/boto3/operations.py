"""boto3 over all 17 operations. Quotas are lifted on this server; they have a suite of their own.

Each import adds its checks to the suite; the last two look back at every response that came.
"""

import access_checks  # noqa: F401
import list_checks  # noqa: F401
import logging_checks  # noqa: F401
import messaging_checks  # noqa: F401
import room_checks  # noqa: F401
import tag_checks  # noqa: F401
from checks import check, equal, run, true
from ivs import OBSERVERS, ivschat


@check
def every_operation_was_called():
    called = set().union(*(observer.succeeded for observer in OBSERVERS))
    equal(sorted(called), sorted(ivschat.meta.service_model.operation_names))


@check
def every_response_is_as_the_model_says():
    problems = [problem for observer in OBSERVERS for problem in observer.problems]
    true(not problems, f"{len(problems)} problems: " + "; ".join(dict.fromkeys(problems)))


run()
