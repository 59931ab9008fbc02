"""Compares raw responses with the service model inside the installed botocore.

boto3 drops members that it does not know, so the check reads the bytes before they are parsed: every member is known,
has the right type, and the required ones are there; the status is the declared one.
"""

import json
import re
from datetime import datetime

# A model that says `ROOM` and nothing else cannot name a logging configuration: the value is not checked.
# One that says `ACTIVE` and nothing else cannot tell that a destination was not found.
OPEN_ENUMS = {"ResourceType", "CreateLoggingConfigurationState", "UpdateLoggingConfigurationState"}


class Observer:
    """Sees every response of a client; `problems` lists what the model does not allow."""

    def __init__(self, client):
        self.problems = []
        self.succeeded = set()
        client.meta.events.register("before-parse.ivschat", self._observe)

    def _observe(self, operation_model, response_dict, **_):
        try:
            self._check(operation_model, response_dict)
        except Exception as error:  # an unreadable response is a problem like any other
            self._complain(operation_model.name, f"unreadable: {error!r}")

    def _check(self, operation, response):
        headers = {key.lower(): value for key, value in response["headers"].items()}
        for header in ("date", "x-amzn-requestid"):
            if header not in headers:
                self._complain(operation.name, f"no header {header}")
        if response["status_code"] >= 300:
            self._check_error(operation, response, headers)
        else:
            self._check_output(operation, response)

    def _check_output(self, operation, response):
        self.succeeded.add(operation.name)
        if response["status_code"] != operation.http["responseCode"]:
            self._complain(operation.name, f"status {response['status_code']}")
        if response["status_code"] == 204:
            if response["body"]:
                self._complain(operation.name, "204 with a body")
            return
        body = json.loads(response["body"] or b"{}")
        if operation.output_shape is None:
            if body != {}:
                self._complain(operation.name, f"a body of no shape: {body}")
            return
        for problem in differences(body, operation.output_shape, operation.name):
            self.problems.append(problem)

    def _check_error(self, operation, response, headers):
        kind = headers.get("x-amzn-errortype")
        body = json.loads(response["body"])
        shapes = {shape.name: shape for shape in operation.service_model.error_shapes}
        if kind not in shapes:
            if not kind or not isinstance(body.get("message"), str):
                self._complain(operation.name, f"error {kind} with body {body}")
            return
        if response["status_code"] != shapes[kind].metadata["error"]["httpStatusCode"]:
            self._complain(operation.name, f"{kind} with status {response['status_code']}")
        body.pop("__type", None)
        self.problems.extend(differences(body, shapes[kind], f"{operation.name} {kind}"))

    def _complain(self, operation, problem):
        self.problems.append(f"{operation}: {problem}")


def differences(value, shape, path):
    """Every way in which a JSON value is not of the shape."""
    return list(_CHECKS[shape.type_name](value, shape, path))


def _structure(value, shape, path):
    if not isinstance(value, dict):
        yield f"{path}: not an object: {value!r}"
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{path}: required member {name} is missing"
    if shape.is_tagged_union and len(value) != 1:
        yield f"{path}: a union of {sorted(value)}"
    for name, member in value.items():
        if name not in shape.members:
            yield f"{path}: member {name} is not in the model"
        else:
            yield from differences(member, shape.members[name], f"{path}.{name}")


def _list(value, shape, path):
    if not isinstance(value, list):
        yield f"{path}: not a list: {value!r}"
        return
    yield from _size(len(value), shape, path)
    for index, member in enumerate(value):
        yield from differences(member, shape.member, f"{path}[{index}]")


def _map(value, shape, path):
    if not isinstance(value, dict):
        yield f"{path}: not a map: {value!r}"
        return
    yield from _size(len(value), shape, path)
    for key, member in value.items():
        yield from differences(key, shape.key, f"{path} key {key!r}")
        yield from differences(member, shape.value, f"{path}[{key!r}]")


def _string(value, shape, path):
    if not isinstance(value, str):
        yield f"{path}: not a string: {value!r}"
        return
    yield from _size(len(value), shape, path)
    if shape.enum and value not in shape.enum and shape.name not in OPEN_ENUMS:
        yield f"{path}: {value!r} is not one of {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"


def _integer(value, shape, path):
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"{path}: not an integer: {value!r}"
        return
    yield from _size(value, shape, path)


def _timestamp(value, _shape, path):
    if not isinstance(value, str):
        yield f"{path}: not a string: {value!r}"
    elif not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", value):
        yield f"{path}: {value!r} is not an ISO 8601 time in UTC"
    else:
        datetime.fromisoformat(value[:19])


def _size(size, shape, path):
    if size < shape.metadata.get("min", size) or size > shape.metadata.get("max", size):
        yield f"{path}: {size} is out of bounds"


_CHECKS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "timestamp": _timestamp,
}
