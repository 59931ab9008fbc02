"""Users, keys, policies and accounts as the admin API makes them, and boto3 clients of those keys.

The admin API has no SDK: its calls are plain HTTP, signed by botocore as any program would.
"""

import json
import os
import subprocess
from typing import NamedTuple

import boto3
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from checks import ACCOUNT, REGION, URL, equal
from model import Observer

# The account that is not the server's own.
OTHER_ACCOUNT = "210987654321"
observers = []

# 50 calls a second are taken, and a suite may be faster: what is throttled comes again, as an SDK does it.
_patience = urllib3.Retry(10, status_forcelist=[429], allowed_methods=None, backoff_factor=0.1, raise_on_status=False)
_http = urllib3.PoolManager(retries=_patience, timeout=10)


class Key(NamedTuple):
    """An access key; a temporary one has a token."""

    id: str
    secret: str
    token: str | None = None


ROOT = Key(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def ask(operation, key=ROOT, **members):
    """Status, the error's type and the JSON of one call."""
    url = f"{URL}/admin/{operation}"
    data = json.dumps(members).encode()
    request = AWSRequest(method="POST", url=url, data=data, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(*key), "ivschat", REGION).add_auth(request)
    response = _http.request("POST", url, body=data, headers=dict(request.headers))
    return response.status, response.headers.get("x-amzn-errortype"), response.json()


def call(operation, **members):
    """The answer to a call of the root, which must succeed; members that are None are left out."""
    given = {name: value for name, value in members.items() if value is not None}
    status, kind, answer = ask(operation, **given)
    equal((status, kind), (200, None), f"answer to {operation} ({answer})")
    return answer


def user(name, *policies, account=None, boundary=None, tags=None):
    """A new user with these policies; the key of the user."""
    members = {"policies": policies, "permissionsBoundary": boundary, "tags": tags}
    call("CreateUser", userName=name, accountId=account, **members)
    return another_key(name, account)


def another_key(name, account=None):
    """A new key of a user that there is."""
    made = call("CreateAccessKey", userName=name, accountId=account)
    return Key(made["accessKey"]["accessKeyId"], made["secretAccessKey"])


def switch(name, key, status):
    """Makes a key active or inactive."""
    call("UpdateAccessKey", userName=name, accessKeyId=key.id, status=status)


def policy(name, *statements):
    """A new policy; its name."""
    call("CreatePolicy", policyName=name, document=document(*statements))
    return name


def update_policy(name, *statements):
    """Other statements under a name that there is."""
    call("UpdatePolicy", policyName=name, document=document(*statements))


def document(*statements):
    """A policy as the API takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect, resource="*", **rest):
    """One statement; `rest` has Action or NotAction, and perhaps a Condition."""
    return {"Effect": effect, "Resource": resource, **rest}


def assume(name, *statements, account=None):
    """Temporary credentials of a user, under a session policy if there are statements."""
    narrowed = document(*statements) if statements else None
    made = call("AssumeUser", userName=name, policy=narrowed, accountId=account)
    return Key(made["accessKeyId"], made["secretAccessKey"], made["sessionToken"])


def expired(key):
    """The same temporary credentials, whose time has passed."""
    arguments = [os.environ["HUBBUB_EXPIRE_SESSION"], os.environ["HUBBUB_MASTER_KEY"], key.id, key.token]
    token = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    return key._replace(token=token)


def client(key):
    """A boto3 client of this key, which asks once; what is answered to it is compared with the model."""
    made = boto3.client(
        "ivschat",
        aws_access_key_id=key.id,
        aws_secret_access_key=key.secret,
        aws_session_token=key.token,
        config=Config(retries={"total_max_attempts": 1}),
    )
    observers.append(Observer(made))
    return made


def user_arn(name, account=ACCOUNT):
    """Who a refusal says it is about."""
    return f"arn:aws:iam::{account}:user/{name}"
