"""boto3 against a server with AWS's quotas and rates."""

from checks import check, equal, run, true
from model import Observer
from ivs import client, destination, refusal

impatient = client(retries={"total_max_attempts": 1})
patient = client(retries={"mode": "standard", "total_max_attempts": 20})
observers = [Observer(impatient), Observer(patient)]


@check
def the_eleventh_logging_configuration_is_too_many():
    for _ in range(10):
        patient.create_logging_configuration(destinationConfiguration=destination())
    error = refusal(
        patient.create_logging_configuration,
        "ServiceQuotaExceededException",
        402,
        destinationConfiguration=destination(),
    )
    equal(error["limit"], 10, "limit")
    true(error["resourceId"] and error["resourceType"], f"members of {error}")


@check
def a_burst_of_create_room_is_throttled():
    made = 0
    try:
        for _ in range(60):
            impatient.create_room()
            made += 1
    except impatient.exceptions.ThrottlingException as error:
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 429, "status")
        equal(error.response["limit"], 5, "limit")
        true(error.response["resourceId"] and error.response["resourceType"], f"members of {error.response}")
    true(5 <= made < 60, f"{made} rooms were made before the first refusal")


@check
def the_sdk_comes_through_by_retrying():
    for _ in range(10):
        patient.create_room()


@check
def what_a_room_says_of_itself_stays_below_the_ceilings():
    for member, ceiling in [("maximumMessageRatePerSecond", 100), ("maximumMessageLength", 500)]:
        patient.create_room(**{member: ceiling})
        error = refusal(patient.create_room, "ValidationException", 400, **{member: ceiling + 1})
        equal(error["reason"], "FIELD_VALIDATION_FAILED", "reason")


@check
def every_response_is_as_the_model_says():
    problems = [problem for observer in observers for problem in observer.problems]
    true(not problems, f"{len(problems)} problems: " + "; ".join(dict.fromkeys(problems)))


run()
