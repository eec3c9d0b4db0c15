"""Explicit TLS by a real handshake with a certificate made for the test."""

from __future__ import annotations

import ftplib
import io
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from feeds.core.models import SignIn
from feeds.station_files import ftp
from feeds.station_files.ftp import build, serve
from feeds.station_files.intake import Waiting
from layers.stations.models import FtpAccount

PASSWORD = "a-long-password-of-a-test"
FILE = b"COD\t61.2\tmg/L\t20261122093500\t00\r\n"


def certificate() -> bytes:
    """Key and self-signed certificate of 127.0.0.1 as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stations.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def server(transactional_db, tmp_path):
    pem = tmp_path / "server.pem"
    pem.write_bytes(certificate())
    account = FtpAccount(name="mill", require_tls=True)
    account.set_password(PASSWORD)
    account.save()
    stored: list[bytes] = []
    waiting = Waiting(
        tmp_path / "waiting", lambda _source, body, _meta: stored.append(body)
    )
    made = build(("127.0.0.1", 0), tmp_path, waiting, certificate=str(pem))
    made.handler.auth_failed_timeout = 0.1
    made.pem, made.stored = pem, stored
    stop = threading.Event()

    def work():
        from django.db import connection

        try:
            serve(made, waiting, stop)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield made
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def encrypted(server) -> ftplib.FTP_TLS:
    """A client that trusts this certificate only and checks the address."""
    context = ssl.create_default_context(cafile=str(server.pem))
    client = ftplib.FTP_TLS(timeout=10, context=context)  # noqa: S321
    client.connect("127.0.0.1", server.address[1])
    return client


def test_a_file_comes_whole_over_tls_and_the_sign_in_says_so(server):
    with encrypted(server) as client:
        assert client.auth().startswith("234")
        assert client.sock.version() in ("TLSv1.2", "TLSv1.3")
        client.login("mill", PASSWORD)
        # the name is secret, the bytes are not yet: not with this account
        with pytest.raises(ftplib.error_perm, match="521"):
            client.storbinary("STOR a.txt", io.BytesIO(FILE))
        client.prot_p()
        answer = client.storbinary("STOR a.txt", io.BytesIO(FILE * 3))
        assert answer.startswith("226")
    assert server.stored == [FILE * 3]
    noted = SignIn.objects.values_list("account", "refused", "encrypted")
    assert list(noted) == [("mill", "", True)]


def test_a_file_that_cannot_be_kept_gets_its_answer_over_tls(server, monkeypatch):
    monkeypatch.setattr(ftp, "MAX_BYTES", 10_000)
    client = encrypted(server)
    client.login("mill", PASSWORD)
    client.prot_p()
    with pytest.raises((ftplib.Error, OSError)):
        client.storbinary("STOR a.txt", io.BytesIO(b"x" * 200_000))
    client.close()
    with encrypted(server) as client:
        client.login("mill", PASSWORD)
        client.prot_p()
        client.storbinary("STOR a.txt", io.BytesIO(FILE))
    assert server.stored == [FILE]


def test_without_tls_the_account_is_refused_before_its_password(server):
    with ftplib.FTP(timeout=10) as client:  # noqa: S321  (that is the protocol)
        client.connect("127.0.0.1", server.address[1])
        with pytest.raises(ftplib.error_perm, match="530 This account"):
            client.sendcmd("USER mill")
        # even who sends the password all the same does not get in
        with pytest.raises(ftplib.Error):
            client.sendcmd(f"PASS {PASSWORD}")
    assert server.stored == []


def test_a_wrong_password_is_wrong_over_tls_as_well(server):
    with encrypted(server) as client, pytest.raises(ftplib.error_perm, match="530"):
        client.login("mill", "wrong")
    assert SignIn.objects.get().encrypted


def test_a_client_that_does_not_know_the_certificate_does_not_speak(server):
    context = ssl.create_default_context()
    client = ftplib.FTP_TLS(timeout=10, context=context)  # noqa: S321
    client.connect("127.0.0.1", server.address[1])
    with pytest.raises(ssl.SSLCertVerificationError):
        client.login("mill", PASSWORD)
    client.close()
    assert not SignIn.objects.exists()
