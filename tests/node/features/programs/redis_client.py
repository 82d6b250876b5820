"""redis_client.py count-and-fail-once KEY | consume: programs that leave traces in Redis, without a library.

count-and-fail-once counts its runs, and fails at the first. consume writes its host name to a list again and again, and ignores SIGTERM:
two at once would stand there in turns.
"""

# ruff: noqa: INP001, T201 - a program of a container

import os
import signal
import socket
import sys
import time


def talk(command: str) -> str:
    """Redis' answer."""
    host, _, port = os.environ["REDIS"].partition(":")
    with socket.create_connection((host, int(port)), timeout=3) as connection, connection.makefile("rw", newline="\r\n") as stream:
        stream.write(f"AUTH {os.environ['REDIS_PASSWORD']}\r\n{command}\r\n")
        stream.flush()
        return [stream.readline().strip() for _ in range(2)][1]


if sys.argv[1] == "count-and-fail-once":
    answer = talk(f"INCR {sys.argv[2]}")
    print(answer)
    sys.exit(answer == ":1")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    talk(f"RPUSH seen {socket.gethostname()}")
    time.sleep(0.2)
