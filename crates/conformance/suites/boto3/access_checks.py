"""Who may: signatures in the header and in the query, and what a request must look like before it is looked at."""

import json
import urllib.error
import urllib.request
from urllib.parse import quote

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from checks import REGION, URL, check, equal, true
from ivs import ODD_TAGS, both_kinds, ivschat, refusal, room_arn


def fetch(url, method="GET", data=None, headers=None):
    """Status, headers and JSON of a plain HTTP request."""
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        response = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        text = response.read()
        return response.status, response.headers, json.loads(text) if text else {}


def refused_as(url, kind, **request):
    """Expects 403 with this error type."""
    status, headers, _ = fetch(url, **request)
    equal((status, headers["x-amzn-ErrorType"]), (403, kind))


@check
def a_presigned_get_works_as_it_stands():
    for arn in both_kinds(tags=ODD_TAGS):
        url = ivschat.generate_presigned_url("list_tags_for_resource", Params={"resourceArn": arn}, ExpiresIn=60)
        status, _, answer = fetch(url)
        equal((status, answer), (200, {"tags": ODD_TAGS}))
        other = quote(room_arn("BBBBBBBBBBBB"), safe="")
        changed = url.replace(quote(arn, safe=""), other)
        true(changed != url, "the URL was to be changed")
        refused_as(changed, "InvalidSignatureException")
        refused_as(url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"), "InvalidSignatureException")


@check
def a_wrong_secret_is_refused():
    stranger = session_client(secret="wrong" * 8)
    refusal(stranger.list_rooms, "InvalidSignatureException", 403)


@check
def an_unknown_key_is_refused():
    refusal(session_client(key="AKIAUNKNOWN000000001").list_rooms, "UnrecognizedClientException", 403)


@check
def a_signature_for_another_region_is_refused():
    refusal(session_client(region="eu-west-1").list_rooms, "InvalidSignatureException", 403)


@check
def a_stray_session_token_is_refused():
    refusal(session_client(token="stray").list_rooms, "UnrecognizedClientException", 403)


def session_client(key=None, secret=None, token=None, region=REGION):
    """A client with other credentials."""
    own = botocore.session.get_session().get_credentials()
    session = botocore.session.Session()
    session.set_credentials(key or own.access_key, secret or own.secret_key, token)
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return session.create_client("ivschat", region_name=region, endpoint_url=URL, config=config)


@check
def an_unsigned_request_is_refused():
    refused_as(f"{URL}/ListRooms", "MissingAuthenticationTokenException", method="POST", data=b"{}")


def signed(path, data=b"{}", method="POST", **headers):
    """A request of our own making, signed by botocore."""
    own = botocore.session.get_session().get_credentials()
    headers = {"Content-Type": "application/json"} | headers
    request = AWSRequest(method=method, url=f"{URL}{path}", data=data, headers=headers)
    SigV4Auth(Credentials(own.access_key, own.secret_key), "ivschat", REGION).add_auth(request)
    return fetch(f"{URL}{path}", method=method, data=data, headers=dict(request.headers))


@check
def an_unknown_operation_is_404():
    for path in ("/FlyToTheMoon", "//ListRooms", "/ListRooms/"):
        status, headers, _ = signed(path)
        equal((status, headers["x-amzn-ErrorType"]), (404, "UnknownOperationException"), path)


@check
def a_body_must_be_one_json_object():
    for data in (b"[]", b"null", b"{} {}", b"{'name':'x'}", b'{"maxResults":"1"}', b'{"maxResults":1.5}'):
        status, headers, _ = signed("/ListRooms", data)
        equal((status, headers["x-amzn-ErrorType"]), (400, "SerializationException"), data)
    status, headers, _ = signed("/CreateRoom", b'{"messageReviewHandler":"text"}')
    equal((status, headers["x-amzn-ErrorType"]), (400, "SerializationException"), "text for a structure")
    status, _, _ = signed("/ListRooms", b'{"unknownMember":[1,{"x":null}],"name":null}')
    equal(status, 200, "status with an unknown member and a null")
