"""Without a chat log file everything is written below the data directory. And the logs of other tenants."""

import os

from checks import ACCOUNT, REGION, check, equal, true
from chat_log.apis import Moto
from chat_log.places import ACCESS_CHECK, Bucket
from chat_log.records import are, arrive
from chat_log.rooms import Room
from chat_log.servers import Server, eventually
from ivs import fresh

OTHER_ACCOUNT = "210987654321"


class LocalBucket(Bucket):
    """A bucket as a folder; the keys are names of files."""

    def __init__(self, server, name, account=ACCOUNT):
        self.name, self._region = name, REGION
        self.configuration = {"s3": {"bucketName": name}}
        self.path = server.data / "logs" / account / "s3" / name

    def keys(self):
        return [str(path.relative_to(self.path)) for path in self.path.rglob("*") if path.is_file()]

    def body(self, key):
        return (self.path / key).read_bytes()


class LocalFile:
    """A group's stream or a delivery stream, as a file of lines."""

    def __init__(self, configuration, path):
        self.name, self.configuration, self._path = str(path), configuration, path

    def path(self, room):
        """Where the lines of this room are."""
        return self._path.with_name(self._path.name.replace("ROOM", room))

    def lines(self, room):
        """The lines; each has its end."""
        path = self.path(room)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        true(text.endswith("\n") or not text, f"{path} does not end with a line")
        return text.split("\n")[:-1]


def local(server, account=ACCOUNT):
    """A bucket, a group and a delivery stream."""
    logs = server.data / "logs" / account
    group = {"cloudWatchLogs": {"logGroupName": "/ivs/chat"}}
    stream = {"firehose": {"deliveryStreamName": "chat"}}
    # The slash that the group begins with stands behind a part of no letters.
    streams = logs / "cloudwatch-logs" / "%" / "ivs" / "chat" / "aws" / "IVSChatLogs" / "1.0"
    return [
        LocalBucket(server, "chat", account),
        LocalFile(group, streams / "room_ROOM.ndjson"),
        LocalFile(stream, logs / "firehose" / "chat.ndjson"),
    ]


@check
def without_a_file_all_is_written_below_the_data_directory_for_nobody_else_to_read():
    server = Server()
    places = local(server)
    room = Room(server, *map(server.configuration, places))
    room.event(attributes={"k": "é\u2028\n"})
    frames = room.burst(20)
    server.ivschat.delete_room(identifier=room.arn)
    for place in places:
        arrive(place, room, frames)
    logs = server.data / "logs"
    for path in [logs, *logs.rglob("*")]:
        equal(oct(path.stat().st_mode & 0o777), oct(0o700 if path.is_dir() else 0o600), f"mode of {path}")
    files = {str(path.relative_to(logs / ACCOUNT)) for path in logs.rglob("*.ndjson")}
    equal(len(files), 2, f"files of lines ({files})")


@check
def a_line_that_a_crash_tore_is_cut_before_the_next_one():
    server = Server()
    places = local(server)[1:]
    room = Room(server, *map(server.configuration, places))
    before = room.burst(10)
    server.stop()
    for place in places:
        are(place.lines(room.id), before, place.name)
    server.start()
    server.kill()
    for place in places:
        with open(place.path(room.id), "ab") as file:
            file.write(b'{"event_timestamp":"2026-11-21T17:06:29.')
    server.start()
    room.enter()
    frames = room.burst(10)
    server.stop()
    for place in places:
        are(place.lines(room.id), frames, place.name)


@check
def another_account_logs_into_a_folder_of_its_own_and_not_with_the_server_s_credentials():
    moto = Moto()
    bucket = Bucket(moto, fresh("bucket"))
    server = Server([moto.rule("s3")])
    server.admin("CreateAccount", accountId=OTHER_ACCOUNT)
    server.admin("CreateUser", userName="tenant", accountId=OTHER_ACCOUNT, policies=["HubbubFullAccess"])
    key = server.admin("CreateAccessKey", userName="tenant", accountId=OTHER_ACCOUNT)
    tenant = server.client({
        "access_key_id": key["accessKey"]["accessKeyId"],
        "secret_access_key": key["secretAccessKey"],
    })
    made = tenant.create_logging_configuration(destinationConfiguration=bucket.configuration)
    equal(made["state"], "ACTIVE", "state")
    room = Room(server, made["arn"], client=tenant)
    frames = room.burst(10)
    tenant.delete_room(identifier=room.arn)
    folder = LocalBucket(server, bucket.name, OTHER_ACCOUNT)
    eventually(lambda: are(folder.lines(room.id, OTHER_ACCOUNT), frames, "the tenant's folder"))
    equal(bucket.keys(), [], "objects in the server's bucket")
    equal(os.listdir(server.data / "logs"), [OTHER_ACCOUNT], "accounts with local logs")
    # Only where the server's owner says so.
    server.reload([moto.rule("s3", account="*")])
    shared = tenant.create_logging_configuration(destinationConfiguration=bucket.configuration)["arn"]
    ours, theirs = Room(server, server.configuration(bucket)), Room(server, shared, client=tenant)
    arrive(bucket, ours, ours.burst(5))
    frames = theirs.burst(5)
    eventually(lambda: are(bucket.lines(theirs.id, OTHER_ACCOUNT), frames, "the shared bucket"))
    heads = {key.split("/")[1] for key in bucket.keys()}
    equal(heads, {ACCOUNT, OTHER_ACCOUNT}, "accounts in the bucket")
    true(ACCESS_CHECK.format(OTHER_ACCOUNT) in bucket.keys(), "the tenant's destination was not tried out")
