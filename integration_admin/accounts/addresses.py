"""From where a call comes: the socket's address, or what our own proxies say of it. Nobody else's word counts."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

UNKNOWN: Final = "unknown"
IPV6_NETWORK_BITS: Final = 64


def client_address(*, meta: Mapping[str, str], trusted_proxies: int) -> str:
    """The address to count by; an IPv6 client counts as its /64, since it may take any address in there.

    `X-Forwarded-For` is read from the right, as many places as there are proxies of ours; with none it is ignored.
    """
    socket = str(meta.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return _bucket(hops[-trusted_proxies]) or _bucket(socket) or UNKNOWN
    return _bucket(socket) or UNKNOWN


def _bucket(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False))
