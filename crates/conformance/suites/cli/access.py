"""The AWS CLI with credentials that it fetches by itself: profiles whose `credential_process` is `hubbub access assume`,
as the help of that command shows it, and what the CLI says of each refusal.
"""

import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from checks import ACCOUNT, REGION, URL, check, equal, run, true

HUBBUB, AWS = os.environ["HUBBUB_BIN"], os.environ["HUBBUB_AWS"]
ROOT = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
ROOMS = f"arn:aws:ivschat:{REGION}:{ACCOUNT}:room/*"

folder = tempfile.TemporaryDirectory(prefix="hubbub-cli-")
config = Path(folder.name) / "config"

# Of the suite's own settings, the CLI gets none; the root's key is hubbub's alone.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("HUBBUB_", "AWS_"))} | {
    "AWS_CONFIG_FILE": str(config),
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
    "HUBBUB_ENDPOINT": URL,
    "HUBBUB_REGION": REGION,
    "HUBBUB_ROOT_ACCESS_KEY_ID": ROOT[0],
    "HUBBUB_ROOT_SECRET_ACCESS_KEY": ROOT[1],
}


def program(*arguments):
    """Exit code, output and error text of a program."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


def access(*arguments):
    """What `hubbub access` prints."""
    code, output, error = program(HUBBUB, "access", *arguments)
    equal(code, 0, f"exit code of hubbub access {arguments} ({error.strip()})")
    return output


def profile(name, **settings):
    """A new profile of the CLI; its name."""
    lines = [f"[profile {name}]", f"region = {REGION}", *(f"{key} = {value}" for key, value in settings.items())]
    with config.open("a") as file:
        file.write("\n".join([*lines, "", ""]))
    return name


def assuming(user, *more):
    """A profile that acts as the user."""
    command = shlex.join([HUBBUB, "access", "assume", "--user", user, "--format", "json", "--endpoint", URL, *more])
    return profile(f"{user}-{len(more)}", credential_process=command)


def holding(name, key_id, secret, token):
    """A profile with these credentials."""
    return profile(name, aws_access_key_id=key_id, aws_secret_access_key=secret, aws_session_token=token)


def aws(name, operation, *arguments):
    """Exit code, output and error text of a call under a profile."""
    command = [AWS, "--profile", name, "--endpoint-url", URL, "--output", "json", "ivschat", operation]
    return program(*command, *arguments)


def succeeds(name, operation, *arguments):
    """The parsed output of a call that must end with 0."""
    code, output, error = aws(name, operation, *arguments)
    equal(code, 0, f"exit code of {operation} ({error.strip()})")
    return json.loads(output)


def is_refused(name, operation, *said):
    """Expects the exit code of a refusal, and all of this in what is said."""
    code, _, error = aws(name, operation)
    equal(code, 255, f"exit code ({error.strip()})")
    for words in said:
        true(words in error, f"{words!r} is not in: {error}")


def words(user, action, kind):
    """AWS's sentence about a call that nothing of this kind allows."""
    who = f"arn:aws:iam::{ACCOUNT}:user/{user}"
    return (
        f"User: {who} is not authorized to perform: ivschat:{action} on resource: {ROOMS} "
        f"because no {kind} allows the ivschat:{action} action"
    )


@check
def a_profile_fetches_its_credentials_and_may_what_its_user_may():
    access("user", "create", "reader", "--policy", "HubbubReadOnlyAccess")
    name = assuming("reader")
    equal(succeeds(name, "list-rooms"), {"rooms": []})
    denied = "(AccessDeniedException)", words("reader", "CreateRoom", "identity-based policy")
    is_refused(name, "create-room", *denied)
    equal(succeeds(name, "list-rooms"), {"rooms": []})


@check
def a_session_policy_narrows_a_profile():
    narrow = Path(folder.name) / "narrow.json"
    statement = {"Effect": "Allow", "Action": "ivschat:CreateRoom", "Resource": "*"}
    narrow.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    access("user", "create", "maker", "--policy", "HubbubFullAccess")
    name = assuming("maker", "--duration", "15m", "--policy", str(narrow))
    made = succeeds(name, "create-room", "--name", "narrow")["arn"]
    is_refused(name, "list-rooms", "(AccessDeniedException)", words("maker", "ListRooms", "session policy"))
    equal([room["arn"] for room in succeeds(assuming("maker"), "list-rooms")["rooms"]], [made])


@check
def an_expired_session_and_one_without_its_user_are_told_apart():
    access("user", "create", "leaver", "--policy", "HubbubReadOnlyAccess")
    made = json.loads(access("assume", "--user", "leaver", "--format", "json"))
    key_id, secret, token = made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]
    live = holding("live", key_id, secret, token)
    expire = os.environ["HUBBUB_EXPIRE_SESSION"], os.environ["HUBBUB_MASTER_KEY"], key_id, token
    code, ended, error = program(*expire)
    equal(code, 0, f"exit code ({error})")
    succeeds(live, "list-rooms")
    expired = "(ExpiredTokenException)", "The security token included in the request is expired"
    is_refused(holding("ended", key_id, secret, ended.strip()), "list-rooms", *expired)
    access("user", "delete", "leaver", "--force")
    invalid = "(UnrecognizedClientException)", "The security token included in the request is invalid."
    is_refused(live, "list-rooms", *invalid)


@check
def a_profile_of_nobody_gets_no_credentials():
    is_refused(assuming("leaver"), "list-rooms", "custom-process", "leaver")


run()
