"""The list of what may be called inside a network is read strictly: half understood, it would open something else."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from integration_admin import env


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", []),
        ("erp.lan:8080", ["erp.lan:8080"]),
        (" ERP.lan.:443 , 10.0.0.7:80,[fd12::7]:8443 ", ["erp.lan:443", "10.0.0.7:80", "fd12::7:8443"]),
        ("erp.lan:0443", ["erp.lan:443"]),
    ],
)
def test_a_place_is_a_host_and_a_port(given: str, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACES", given)
    assert env.hosts_with_ports("PLACES") == read


@pytest.mark.parametrize(
    "given",
    [
        "erp.lan",
        "erp.lan:",
        ":80",
        "erp.lan:0",
        "erp.lan:65536",
        "erp.lan:x",
        "10.0.0.0/8:80",
        "http://erp.lan:80",
        "a:80;b:81",
    ],
)
def test_anything_else_stops_the_start(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACES", given)
    with pytest.raises(ImproperlyConfigured, match="PLACES must be a list of host:port"):
        env.hosts_with_ports("PLACES")
