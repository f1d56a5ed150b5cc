#!/usr/bin/env python3
"""Detects the coins in a file and prints what each is: python3 examples/detect.py data/sample-coins.json

Needs nothing but the standard library.
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

SERVICE = os.environ.get("RAIDA_URL", "http://localhost:8004").rstrip("/")
KEY = os.environ.get("RAIDA_API_KEY")


def call(path, body=None, **headers):
    """Returns the payload. While the service is busy or unavailable, retries when it says so."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if KEY:
        headers["X-Api-Key"] = KEY
    for attempt in range(10):
        try:
            request = urllib.request.Request(SERVICE + path, body, headers)
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["payload"]
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or attempt == 9:
                sys.exit(json.load(error)["payload"]["message"])
            time.sleep(int(error.headers.get("Retry-After", "1")))


with open(sys.argv[1], "rb") as file:
    coins = file.read()

# The key makes a retry return the same task, if the first response was lost.
task = call(
    "/api/v1/detect",
    coins,
    Content_Type="application/octet-stream",
    Idempotency_Key=str(uuid.uuid4()),
)
while task["status"] == "running":
    task = call("/api/v1/task/" + task["id"], Prefer="wait=30")

if task["status"] == "error":
    sys.exit(task["message"])
for coin in task["data"]["Coins"]:
    print(f"{coin['sn']:10} {coin['pownstring']} {coin['result']}")
