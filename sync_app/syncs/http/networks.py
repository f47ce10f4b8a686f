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
#: Where an IPv4 address lies in an IPv6 address: the parts of it, as the bits that stand behind one and its length.
LAST: Final = ((0, 32),)
EMBEDDED: Final = (
    (IPv6Network("::/96"), LAST),
    (IPv6Network("::ffff:0:0/96"), LAST),
    (IPv6Network("::ffff:0:0:0/96"), LAST),
    (IPv6Network("64:ff9b::/96"), LAST),
    # Whoever runs the network chooses how long the prefix is; behind one of 48 to 64 bits an octet stays free.
    (IPv6Network("64:ff9b:1::/48"), LAST),
    (IPv6Network("64:ff9b:1::/48"), ((64, 16), (40, 16))),
    (IPv6Network("64:ff9b:1::/48"), ((64, 8), (32, 24))),
    (IPv6Network("64:ff9b:1::/48"), ((24, 32),)),
    (IPv6Network("2002::/16"), ((80, 32),)),
    (IPv6Network("2001::/32"), ((64, 32),)),
)
#: There the address of the client stands with each bit turned.
TEREDO: Final = IPv6Network("2001::/32")
#: In the network of anybody: 0000:5efe or 0200:5efe, and the address.
ISATAP: Final = 0x5EFE
ISATAP_MASK: Final = 0xFCFFFFFF


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
    inner = any(one in network for one in _inner(address) for network in DENIED_4)
    return address in GLOBAL_6 and not inner and not any(address in network for network in DENIED_6)


def _read(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _inner(address: Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    number = int(address)
    found = [_put_together(number, parts) for network, parts in EMBEDDED if address in network]
    if address in TEREDO:
        found.append(~number & 0xFFFFFFFF)
    if (number >> 32) & ISATAP_MASK == ISATAP:
        found.append(number & 0xFFFFFFFF)
    return [IPv4Address(one) for one in found]


def _put_together(number: int, parts: tuple[tuple[int, int], ...]) -> int:
    whole = 0
    for behind, length in parts:
        whole = (whole << length) | ((number >> behind) & ((1 << length) - 1))
    return whole
