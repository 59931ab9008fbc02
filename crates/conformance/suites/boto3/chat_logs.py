"""Chat logs at S3, CloudWatch Logs and Firehose APIs that others wrote."""

import chat_log.delivered  # noqa: F401 (its checks)
import chat_log.local  # noqa: F401 (its checks)
import chat_log.states  # noqa: F401 (its checks)
from checks import check, equal, run
from chat_log import servers


@check
def every_answer_is_one_of_the_model():
    equal([problem for observer in servers.observers for problem in observer.problems], [], "problems")


run()
