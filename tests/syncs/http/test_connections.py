"""Names, connections, TLS and time: what is looked at before anything is sent, and what ends a wait."""

from __future__ import annotations

import datetime as dates
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync_app.syncs.http.client import Bounds
from sync_app.syncs.http.sockets import PatientTls
from sync_app.syncs.http.waiting import Timing
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.free_ports import free_port
from tests.syncs.http.scripted import Clock, Hurry, answer, drips, is_silent, link, remote, serving

FINE = answer({"fine": True})
#: Dripped, it takes longer than any of these tests waits.
LONG = answer({"fine": "yes" * 1000})


def named(*addresses: str) -> Any:
    """A name service that knows one name, with these addresses; asked again it fails the test."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        assert len(asked) == 1, "the name was asked for twice"
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    return resolver


def failure(base: str, **given: Any) -> TransferFailed:
    given.setdefault("bounds", Bounds(tries=1, seconds=20))
    with remote(base, **given) as client, pytest.raises(TransferFailed) as failed:
        client.get("x")
    return failed.value


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["100.64.0.1"],
        ["1.1.1.1", "10.0.0.1"],
        ["2606:4700::1", "fe80::1"],
        ["192.168.0.1", "1.1.1.1"],
    ],
)
def test_one_private_address_among_the_answers_refuses_the_name(addresses: list[str]) -> None:
    failed = failure("http://partner.example", resolver=named(*addresses))
    assert (failed.code, failed.trouble) == ("address_refused", Trouble.SETTINGS)
    assert failed.params == {"host": "partner.example", "port": 80}


@pytest.mark.parametrize("address", ["169.254.169.254", "168.63.129.16", "fd00:ec2::254", "64:ff9b::a9fe:a9fe"])
def test_what_serves_credentials_is_refused_although_its_name_is_allowed(address: str, settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["partner.example:80"]
    assert failure("http://partner.example", resolver=named("10.0.0.1", address)).code == "address_never"


@pytest.mark.parametrize("allowed", ["localhost:{other}", "127.0.0.1:{port}", "otherhost:{port}", "10.0.0.1:{port}"])
def test_only_the_host_and_port_that_were_allowed_are_called(allowed: str, settings) -> None:
    with serving(FINE) as server:
        settings.PRIVATE_ADDRESSES_ALLOWED = [allowed.format(port=server.port, other=server.port + 1)]
        assert failure(f"http://localhost:{server.port}").code == "address_refused"
    assert server.calls == []


def test_an_allowed_name_is_called_at_the_address_that_was_looked_at_with_its_own_name(settings) -> None:
    with serving(FINE) as server:
        settings.PRIVATE_ADDRESSES_ALLOWED = [f"erp.lan:{server.port}"]
        with remote(f"http://erp.lan:{server.port}", resolver=named("127.0.0.1")) as client:
            assert client.get("x").ok
    assert server.calls[0].headers["host"] == f"erp.lan:{server.port}"


def test_of_several_addresses_a_broken_one_costs_nothing(settings) -> None:
    with serving(FINE) as server:
        settings.PRIVATE_ADDRESSES_ALLOWED = [f"erp.lan:{server.port}"]
        with remote(f"http://erp.lan:{server.port}", resolver=named("::1", "127.0.0.1")) as client:
            assert client.get("x").ok


def unknown(host: str, port: int) -> list[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize("resolver", [unknown, lambda host, port: []])
def test_a_name_that_is_not_known_is_asked_for_again_and_then_said(resolver: Any) -> None:
    clock = Clock()
    failed = failure("https://partner.example", clock=clock, resolver=resolver, bounds=Bounds())
    assert (failed.code, failed.trouble, failed.params) == ("host_unknown", Trouble.AGAIN, {"host": "partner.example"})
    assert len(clock.slept) == 4


def test_a_name_service_that_hangs_is_not_waited_for() -> None:
    gate = threading.Event()

    def hangs(host: str, port: int) -> list[tuple[Any, ...]]:
        gate.wait(20)
        return []

    soon = Bounds(tries=1, seconds=0.3)
    assert failure("http://partner.example", resolver=hangs, bounds=soon, timing=Timing()).code == "host_unknown"
    gate.set()


def test_a_closed_port_is_tried_again_even_for_a_write(settings) -> None:
    clock = Clock()
    port = free_port()
    settings.PRIVATE_ADDRESSES_ALLOWED = [f"127.0.0.1:{port}"]
    with remote(f"http://127.0.0.1:{port}", clock) as client, pytest.raises(TransferFailed) as failed:
        client.post("x", json={})
    assert (failed.value.code, failed.value.trouble) == ("connect_failed", Trouble.AGAIN)
    assert len(clock.slept) == 4


@pytest.mark.parametrize("begins", [0, 5, 30, len(LONG) - 2000])
def test_an_answer_that_drips_meets_the_deadline_of_the_whole(begins: int) -> None:
    with serving() as server:
        server.replies = [drips(LONG, gate=server.gate, at_once=begins)]
        hurry = Hurry(server)
        failed = failure(server.base, bounds=hurry.bounds, timing=hurry.timing)
    assert (failed.code, failed.trouble) == ("too_slow", Trouble.AGAIN)


def test_a_server_that_says_nothing_meets_it_too() -> None:
    # Enough to come to the server, on a busy machine too.
    soon = Bounds(tries=1, seconds=1)
    with serving(is_silent) as server:
        assert failure(server.base, bounds=soon, timing=Timing()).code == "too_slow"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for partner.example that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partner.example")])
    begins = dates.datetime.now(dates.UTC) - dates.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dates.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("partner.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def client_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.sslsocket_class = PatientTls
    return context


def test_over_tls_the_name_is_proved_although_the_address_is_called(certificate: Path, settings) -> None:
    with serving(FINE, context=server_side(certificate)) as server:
        settings.PRIVATE_ADDRESSES_ALLOWED = [f"partner.example:{server.port}"]
        base = f"https://partner.example:{server.port}"
        with remote(base, resolver=named("127.0.0.1"), context=client_side(certificate)) as client:
            assert client.get("x").json() == {"fine": True}
    assert server.calls[0].headers["host"] == f"partner.example:{server.port}"


@pytest.mark.parametrize(("name", "trusted"), [("other.example", True), ("partner.example", False)])
def test_a_wrong_name_or_an_unknown_authority_is_told_once_and_nothing_is_sent(
    name: str, trusted: bool, certificate: Path, settings
) -> None:
    clock = Clock()
    context = client_side(certificate) if trusted else None
    with serving(FINE, context=server_side(certificate)) as server:
        settings.PRIVATE_ADDRESSES_ALLOWED = [f"{name}:{server.port}"]
        base = f"https://{name}:{server.port}"
        failed = failure(base, clock=clock, resolver=named("127.0.0.1"), context=context, bounds=Bounds())
    assert (failed.code, failed.trouble) == ("tls_failed", Trouble.SETTINGS)
    assert clock.slept == []
    assert server.calls == []


def test_a_drip_over_tls_meets_the_deadline(certificate: Path, settings) -> None:
    with serving(FINE, context=server_side(certificate)) as server:
        server.replies = [drips(LONG, gate=server.gate)]
        hurry = Hurry(server)
        settings.PRIVATE_ADDRESSES_ALLOWED = [f"partner.example:{server.port}"]
        base = f"https://partner.example:{server.port}"
        failed = failure(
            base,
            resolver=named("127.0.0.1"),
            context=client_side(certificate),
            bounds=hurry.bounds,
            timing=hurry.timing,
        )
    assert failed.code == "too_slow"


def test_nothing_of_the_environment_leads_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password hunter2\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(answer({}, 200, "Set-Cookie: a=b"), FINE) as server, remote(server.base) as client:
        client.get("x")
        client.get("x")
    assert [{"authorization", "cookie"} & set(call.headers) for call in server.calls] == [set(), set()]


def test_a_turn_without_time_left_says_so() -> None:
    with serving(FINE) as server, pytest.raises(TransferFailed), remote(server.base, link=link(minutes=0)) as client:
        client.get("x")
    assert server.calls == []
