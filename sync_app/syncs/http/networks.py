"""Which addresses this site never calls, and which only when whoever runs it has allowed them.

A table of our own: the standard library calls several of these global. Entries from the registries of special-purpose
addresses, and from the clouds that serve credentials at addresses of their own.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

#: Where clouds hand a machine its credentials. No setting opens these.
NEVER_4: Final = tuple(map(IPv4Network, ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32")))
NEVER_6: Final = tuple(map(IPv6Network, ("fd00:ec2::/32", "fd20:ce::/32")))

DENIED_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
#: Everything outside is loopback, local, multicast, translated or not given out at all.
GLOBAL_6: Final = IPv6Network("2000::/3")
DENIED_6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))
#: Where an IPv4 address lies in an IPv6 address, by how many bits stand behind it.
EMBEDDED: Final = (
    (IPv6Network("::/96"), 0),
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
)


def is_never_called(text: str) -> bool:
    """Whether no setting opens this address. An address that cannot be read is never called."""
    address = _read(text)
    if address is None:
        return True
    return any(address in network for network in (NEVER_4 if address.version == 4 else NEVER_6)) or any(
        inner in network for inner in _inner(address) for network in NEVER_4
    )


def is_public(text: str) -> bool:
    """Whether this address may be called without having been allowed."""
    address = _read(text)
    if address is None or is_never_called(text):
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in DENIED_4)
    return address in GLOBAL_6 and not any(address in network for network in DENIED_6)


def _read(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _inner(address: Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    number = int(address)
    return [IPv4Address((number >> behind) & 0xFFFFFFFF) for network, behind in EMBEDDED if address in network]
