"""The server's metrics page, read as Prometheus reads it."""

import re
import time
import urllib.request

from checks import URL

SECONDS = 10
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? ([0-9.e+]+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def counted(name, **labels):
    """The sum of the samples of this name that have these labels."""
    total = 0
    for sample, its, value in _samples():
        if sample == name and labels.items() <= its.items():
            total += value
    return total


def comes_to(expected, name, **labels):
    """Waits until the sum is this: what is counted may be counted after the message came."""
    deadline = time.monotonic() + SECONDS
    while (now := counted(name, **labels)) != expected:
        if time.monotonic() > deadline:
            raise AssertionError(f"{name}{labels} is {now}, expected {expected}")
        time.sleep(0.01)


def _samples():
    with urllib.request.urlopen(f"{URL}/metrics", timeout=SECONDS) as page:
        lines = page.read().decode().splitlines()
    for match in filter(None, map(_SAMPLE.match, lines)):
        yield match[1], dict(_LABEL.findall(match[2] or "")), float(match[3])
