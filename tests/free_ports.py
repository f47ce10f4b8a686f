"""A port for a program that is started a moment later."""

from __future__ import annotations

import random
import socket
from pathlib import Path
from typing import Final

LEAST: Final = 20_000
RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
#: Where the machine begins to choose for itself, when it does not say.
USUAL: Final = 32_768


def free_port() -> int:
    """A port of loopback that nobody listens on.

    Below those that the machine gives to whoever asks for any: else one of the many connections of other tests may have
    it by the time that the program listens.
    """
    above = int(RANGE.read_text().split()[0]) if RANGE.exists() else USUAL
    while True:
        port = random.SystemRandom().randrange(min(LEAST, above - 1000), above)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
