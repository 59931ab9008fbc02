"""Destinations as their owner reads them: buckets, log groups and delivery streams, by boto3.

It knows no server of ours.
"""

import gzip
import re

from checks import ACCOUNT, equal, true

ACCESS_CHECK = "AWSLogs/{}/IVSChatLogs/access-check"


class Bucket:
    """A bucket; made unless it is said not to."""

    def __init__(self, api, name, make=True):
        self.name, self._region, self._s3 = name, api.region, api.client("s3")
        self.configuration = {"s3": {"bucketName": name}}
        if make:
            self.make()

    def make(self):
        """Makes it."""
        self._s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": self._region})

    def remove(self):
        """Removes it with all that is in it."""
        for key in self.keys():
            self._s3.delete_object(Bucket=self.name, Key=key)
        self._s3.delete_bucket(Bucket=self.name)

    def keys(self):
        """The names of its objects."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def body(self, key):
        """The bytes of an object."""
        return self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()

    def objects(self, room, account=ACCOUNT):
        """The lines of each object of a room, in the order of what is said in them; each has the documented name."""
        head = rf"AWSLogs/{account}/IVSChatLogs/1\.0/{self._region}/room_{room}"
        tail = rf"{account}_IVSChatLogs_1\.0_{self._region}_room_{room}_(\d{{8}})T(\d{{4}})Z_[0-9a-f]{{8}}\.log\.gz"
        pattern = re.compile(rf"{head}/(\d{{4}})/(\d\d)/(\d\d)/(\d\d)/{tail}")
        objects = []
        for key in self.keys():
            if f"room_{room}" not in key:
                continue
            name = pattern.fullmatch(key)
            true(name, f"the name {key} is not the documented one")
            text = gzip.decompress(self.body(key)).decode()
            true(text.endswith("\n"), f"{key} does not end with a line")
            lines = text.split("\n")[:-1]
            minute = re.search(r'"SendTime":"([0-9-]{10})T(\d\d):(\d\d)', lines[0])
            day, hour, minutes = minute[1].replace("-", ""), minute[2], minute[3]
            equal("".join(name.groups()[:4]), day + hour, f"folders of {key}")
            equal(name.groups()[4:], (day, hour + minutes), f"time of {key}")
            objects.append(lines)
        return sorted(objects, key=lambda lines: re.search(r'"SendTime":"([^Z]*)', lines[0])[1].ljust(29, "0"))

    def lines(self, room, account=ACCOUNT):
        """All records of a room."""
        return [line for lines in self.objects(room, account) for line in lines]


class Group:
    """A new log group."""

    def __init__(self, api, name):
        self.name, self._logs = name, api.client("logs")
        self.configuration = {"cloudWatchLogs": {"logGroupName": name}}
        self._logs.create_log_group(logGroupName=name)

    def streams(self):
        """The names of its streams."""
        pages = self._logs.get_paginator("describe_log_streams").paginate(logGroupName=self.name)
        return {stream["logStreamName"] for page in pages for stream in page["logStreams"]}

    def events(self, room):
        """The events of a room."""
        stream = f"aws/IVSChatLogs/1.0/room_{room}"
        if stream not in self.streams():
            return []
        events, token = [], {}
        while True:
            given = {"logGroupName": self.name, "logStreamName": stream, "startFromHead": True} | token
            page = self._logs.get_log_events(**given)
            events += page["events"]
            if token.get("nextToken") == page["nextForwardToken"]:
                return events
            token = {"nextToken": page["nextForwardToken"]}

    def lines(self, room):
        """All records of a room."""
        return [event["message"] for event in self.events(room)]


class Stream:
    """A new delivery stream into a bucket of its own."""

    def __init__(self, api, name):
        self.name, self._bucket = name, Bucket(api, f"{name}-bucket")
        self.configuration = {"firehose": {"deliveryStreamName": name}}
        destination = {"BucketARN": f"arn:aws:s3:::{name}-bucket", "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose"}
        api.client("firehose").create_delivery_stream(
            DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination
        )

    def calls(self):
        """The lines of each call, in the order of what is said in them."""
        texts = [self._bucket.body(key).decode() for key in self._bucket.keys()]
        true(all(text.endswith("\n") for text in texts), "a record does not end with a line")
        return sorted((text.split("\n")[:-1] for text in texts), key=lambda lines: lines[0])

    def lines(self, _room):
        """All records: they do not say of which room they are."""
        return [line for lines in self.calls() for line in lines]
