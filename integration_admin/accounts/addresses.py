"""From where a call comes: the socket's address, or what our own proxies say of it. Nobody else's word counts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Final

from django.conf import settings

UNKNOWN: Final = "unknown"
IPV6_NETWORK_BITS: Final = 64
#: Some proxies write the port behind the address they saw, and an IPv6 address in brackets.
WITH_PORT: Final = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}", re.ASCII)

#: Whoever calls through a socket file is on this machine.
THIS_MACHINE: Final = ipaddress.ip_address("127.0.0.1")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(*, meta: Mapping[str, str], trusted_proxies: int, trusted_networks: Iterable[Network] = ()) -> str:
    """The address to count by; an IPv6 client counts as its /64, since it may take any address in there.

    `X-Forwarded-For` is read from the right: as many places as there are proxies of ours, then on through whatever
    lies in our networks. Without either it is ignored, and so is what somebody outside of our networks says.
    """
    socket = _address(str(meta.get("REMOTE_ADDR", "")))
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    seen = _after_proxies(socket, hops, trusted_proxies)
    networks = tuple(trusted_networks)
    while networks and hops and any((seen or THIS_MACHINE) in network for network in networks):
        before = _seen(hops.pop())
        if before is None:
            break
        seen = before
    return _bucket(seen) or UNKNOWN


def caller_address(meta: Mapping[str, str]) -> str:
    """The same, with the proxies that the settings name."""
    return client_address(
        meta=meta, trusted_proxies=settings.TRUSTED_PROXIES, trusted_networks=settings.TRUSTED_NETWORKS
    )


def _after_proxies(socket: Address | None, hops: list[str], proxies: int) -> Address | None:
    """Whom the outermost of our proxies saw. What it says is taken off `hops`."""
    if not proxies or len(hops) < proxies:
        return socket
    seen = _seen(hops[-proxies])
    del hops[-proxies:]
    return seen or socket


def _seen(hop: str) -> Address | None:
    """Whom a proxy names, with or without a port."""
    match = WITH_PORT.fullmatch(hop)
    return _address((match[1] or match[2]) if match else hop)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _bucket(address: Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return "" if address is None else str(address)
