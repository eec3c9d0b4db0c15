"""A real FTP server on a free port, real clients, and clients that break off."""

from __future__ import annotations

import ftplib
import io
import socket
import threading
import time

import pytest

from feeds.core.models import SignIn
from feeds.station_files import accounts, ftp
from feeds.station_files.ftp import build, serve, tidy
from feeds.station_files.intake import Waiting
from feeds.station_files.watching import Watch
from layers.stations.models import FtpAccount

PASSWORD = "a-long-password-of-a-test"
FILE = b"COD\t61.2\tmg/L\t20261122093500\t00\r\n"
NAME = "TH_A_20261122093500.txt"


class Taken(list):
    """Stands where the inbox is; ``broken`` makes it refuse."""

    broken = False

    def store(self, source, body, meta):
        if self.broken:
            raise OSError("disk full")
        self.append((source, body, meta["path"]))

    def store_many(self, files):
        for file in files:
            self.store(*file)


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def server(transactional_db, tmp_path, taken):
    account = FtpAccount(name="nha-may-a")
    account.set_password(PASSWORD)
    account.save()
    FtpAccount.objects.create(name="closed", password=account.password, active=False)
    waiting = Waiting(tmp_path / "waiting", taken.store, settle_s=0.3)
    made = build(("127.0.0.1", 0), tmp_path, waiting)
    stop = threading.Event()

    def work():
        from django.db import connection

        try:
            serve(made, waiting, stop)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    made.folder = tmp_path
    yield made
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def connect(server, user="nha-may-a", password=PASSWORD) -> ftplib.FTP:
    client = ftplib.FTP(timeout=10)  # noqa: S321  (that is the protocol)
    client.connect(*server.address)
    client.login(user, password)
    return client


def until(condition, seconds=5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def files(server) -> list[str]:
    homes = server.folder / "homes"
    return sorted(p.name for p in homes.rglob("*") if p.is_file())


def leftovers(server) -> list[str]:
    return [p.name for p in (server.folder / "staging").iterdir()]


def test_a_file_is_in_the_inbox_when_the_sender_gets_its_answer(server, taken):
    with connect(server) as client:
        client.mkd("nuocthai")
        answer = client.storbinary(f"STOR nuocthai/{NAME}", io.BytesIO(FILE))
        assert answer.startswith("226")
        assert taken == [("nha-may-a", FILE, f"nuocthai/{NAME}")]
        assert client.nlst("nuocthai") == [NAME]
    assert not leftovers(server)


def test_when_the_inbox_refuses_the_sender_is_told_to_come_again(server, taken):
    taken.broken = True
    with connect(server) as client:
        with pytest.raises(ftplib.error_temp, match="451"):
            client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
        assert files(server) == []
        taken.broken = False
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
    assert len(taken) == 1


def test_a_session_that_dies_in_mid_file_leaves_nothing(server, taken):
    client = connect(server)
    data = client.transfercmd(f"STOR {NAME}")
    data.sendall(FILE[:12])
    assert until(lambda: len(leftovers(server)) == 1)
    client.sock.close()
    client.file.close()
    assert until(lambda: not leftovers(server))
    data.close()
    time.sleep(0.6)
    assert taken == []
    assert files(server) == []


def test_a_transfer_cut_in_mid_line_waits_and_the_next_one_wins(server, taken):
    with connect(server) as client:
        data = client.transfercmd(f"STOR {NAME}")
        data.sendall(FILE[:12])
        data.shutdown(socket.SHUT_WR)
        data.close()
        client.voidresp()
        assert taken == []
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
    time.sleep(0.8)
    assert [body for _account, body, _path in taken] == [FILE]


def test_a_cut_file_that_nobody_completes_is_stored_after_a_while(server, taken):
    with connect(server) as client:
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE + FILE[:9]))
        assert until(lambda: taken == [("nha-may-a", FILE + FILE[:9], NAME)])


def test_a_file_under_a_temporary_name_is_read_when_it_is_renamed(server, taken):
    with connect(server) as client:
        client.storbinary(f"STOR {NAME}.tmp", io.BytesIO(FILE))
        assert taken == []
        client.rename(f"{NAME}.tmp", NAME)
    assert taken == [("nha-may-a", FILE, NAME)]


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("nha-may-a", "wrong"),
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("anonymous", ""),
    ],
)
def test_nobody_else_gets_in(server, user, password, monkeypatch):
    monkeypatch.setattr(server.handler, "auth_failed_timeout", 0.1)
    with pytest.raises(ftplib.error_perm, match="530"):
        connect(server, user, password)


def test_a_changed_password_counts_at_once(server):
    connect(server).close()
    account = FtpAccount.objects.get(name="nha-may-a")
    account.set_password("another-long-password")
    account.save()
    server.handler.auth_failed_timeout = 0.1
    with pytest.raises(ftplib.error_perm):
        connect(server)
    connect(server, password="another-long-password").close()


def test_an_account_stays_in_its_home(server, taken):
    with connect(server) as client:
        client.storbinary(f"STOR ../../{NAME}", io.BytesIO(FILE))
        assert taken[0][2] == NAME
        with pytest.raises(ftplib.error_perm):
            client.cwd("../../staging")
    assert files(server) == [NAME]


def test_a_file_that_is_no_station_file_is_broken_off(server, taken, monkeypatch):
    monkeypatch.setattr(ftp, "MAX_BYTES", 10_000)
    # the refusal may also be the answer to the QUIT at the end
    with pytest.raises((ftplib.Error, OSError)), connect(server) as client:
        client.storbinary(f"STOR {NAME}", io.BytesIO(b"x" * 200_000))
    assert taken == []
    assert until(lambda: not leftovers(server))


def test_old_files_leave_the_home(server):
    with connect(server) as client:
        client.mkd("a")
        client.storbinary(f"STOR a/{NAME}", io.BytesIO(FILE))
    homes = server.folder / "homes"
    assert tidy(homes) == 0
    assert tidy(homes, keep_s=-5) == 1
    assert files(server) == []


def test_the_watched_folder_takes_what_has_stopped_growing(tmp_path, taken):
    watch = Watch(tmp_path, taken.store_many, settle_s=0.2)
    growing = tmp_path / "mill" / NAME
    growing.parent.mkdir()
    growing.write_bytes(FILE[:10])
    (tmp_path / "b.txt.part").write_bytes(FILE)
    assert watch.look() == 0
    time.sleep(0.1)
    growing.write_bytes(FILE)
    assert watch.look() == 0
    time.sleep(0.3)
    assert watch.look() == 1
    assert taken == [("folder", FILE, f"mill/{NAME}")]
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["b.txt.part"]


def test_a_watched_file_stays_until_the_inbox_has_it(tmp_path, taken):
    (tmp_path / NAME).write_bytes(FILE)
    watch = Watch(tmp_path, taken.store_many, settle_s=0.0)
    taken.broken = True
    with pytest.raises(OSError, match="disk full"):
        watch.look()
    taken.broken = False
    assert watch.look() == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "answer"), [("REST 12", "502 Resuming"), ("APPE a.txt", "502 Append")]
)
def test_a_cut_upload_is_not_resumed_but_sent_again(server, taken, command, answer):
    with connect(server) as client:
        client.voidcmd("TYPE I")
        with pytest.raises(ftplib.error_perm, match=answer):
            client.sendcmd(command)
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
    assert [body for _account, body, _path in taken] == [FILE]


def test_an_account_over_its_quota_is_told_and_loses_nothing(server, taken):
    with connect(server) as client:
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
    FtpAccount.objects.filter(name="nha-may-a").update(quota_mb=0)
    with connect(server) as client:
        with pytest.raises(ftplib.error_perm, match="552 The quota"):
            client.storbinary("STOR b.txt", io.BytesIO(FILE))
        assert client.nlst() == [NAME]
    assert len(taken) == 1


def test_after_a_refused_file_the_next_answer_belongs_to_the_next_command(
    server, taken
):
    FtpAccount.objects.filter(name="nha-may-a").update(quota_mb=0)
    with connect(server) as client:
        for _ in range(2):
            with pytest.raises(ftplib.error_perm, match="552 The quota"):
                client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
            time.sleep(0.2)  # the server sees the data connection go
            assert client.sendcmd("NOOP").startswith("200")
            assert client.pwd() == "/"
    assert taken == []


def test_a_disk_without_room_is_said_before_the_file_is_sent(
    server, taken, monkeypatch
):
    with connect(server) as client:
        with monkeypatch.context() as full:
            full.setattr(ftp, "MAX_BYTES", 2**62)
            with pytest.raises(ftplib.error_temp, match="452"):
                client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
        client.storbinary(f"STOR {NAME}", io.BytesIO(FILE))
    assert [body for _account, body, _path in taken] == [FILE]


def test_an_account_has_so_many_connections_and_no_more(server, monkeypatch):
    monkeypatch.setattr(accounts, "MAX_SESSIONS", 1)
    monkeypatch.setattr(server.handler, "auth_failed_timeout", 0.1)
    with connect(server), pytest.raises(ftplib.error_perm, match="Too many"):
        connect(server)


def test_sign_ins_are_noted_with_address_and_reason(server, monkeypatch):
    monkeypatch.setattr(server.handler, "auth_failed_timeout", 0.1)
    for _ in range(2):
        connect(server).close()
    for name in ("nha-may-a", "nobody"):
        with pytest.raises(ftplib.error_perm):
            connect(server, name, "wrong")
    rows = SignIn.objects.values_list("account", "refused", "times", "address")
    assert set(rows) == {
        ("nha-may-a", "", 2, "127.0.0.1"),
        ("nha-may-a", "Authentication failed.", 1, "127.0.0.1"),
        ("", "Authentication failed.", 1, "127.0.0.1"),
    }


def test_an_account_that_wants_tls_is_refused_before_its_password(server):
    FtpAccount.objects.filter(name="nha-may-a").update(require_tls=True)
    with pytest.raises(ftplib.error_perm, match="530 This account"):
        connect(server)
