"""What is never called, entry by entry."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from sync_app.syncs.http.networks import DENIED_4, DENIED_6, NEVER_4, NEVER_6, is_never_called, is_public

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "192.0.1.0",
    "223.255.255.255",
    "11.0.0.0",
    "9.255.255.255",
    "128.0.0.0",
    "2606:4700:4700::1111",
    "2a00:1450:4001::200e",
    "2001:200::1",
    "2003::1",
    "3ffe::1",
    "2a00:1450::5efe:8.8.8.8",
    "2a00:1450::5eff:10.0.0.1",
]
PRIVATE = [
    "0.0.0.1",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:0808:0808::1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "64:ff9b:1:a00:0:100::",
    "64:ff9b:1:808:8:800::",
    "2001:0:808:808::f7f7:f7f7",
    "2a00:1450::5efe:10.0.0.1",
    "2a00:1450::200:5efe:127.0.0.1",
]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "::ffff:0:169.254.169.254",
    "2002:a83f:8110::",
    "64:ff9b:1:a9fe:a9:fe00::",
    "64:ff9b:1:a9fe:00a9:fea9:fe00:0",
    "64:ff9b:1:a9:fe:a9fe::",
    "64:ff9b:1::a9:fea9:fe00:0",
    "2001:0:a9fe:a9fe::1",
    "2001::5601:5601",
    "2a00:1450::5efe:a9fe:a9fe",
    "2a00:1450::200:5efe:169.254.169.254",
    "::ffff:168.63.129.16%eth0",
]
UNREADABLE = ["", "localhost", "127.1", "1.2.3.4.5", "0x7f.1", "010.0.0.1", "::1::", "[::1]"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_called(address: str) -> None:
    assert is_public(address)
    assert not is_never_called(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_a_network_may_not_unless_it_is_allowed(address: str) -> None:
    assert not is_public(address)
    assert not is_never_called(address)


@pytest.mark.parametrize("address", NEVER)
def test_what_hands_out_a_machines_credentials_is_never_called_however_it_is_written(address: str) -> None:
    assert not is_public(address)
    assert is_never_called(address)


@pytest.mark.parametrize("address", UNREADABLE)
def test_what_is_not_an_address_is_never_called(address: str) -> None:
    assert not is_public(address)
    assert is_never_called(address)


@pytest.mark.parametrize("network", [*DENIED_4, *DENIED_6, *NEVER_4, *NEVER_6], ids=str)
def test_each_entry_holds_from_its_first_address_to_its_last(network: object) -> None:
    whole = ip_network(str(network))
    assert not is_public(str(whole[0]))
    assert not is_public(str(whole[-1]))
