"""The FTP server: one account per owner, a file is in the inbox before the 226.

Uploads are written aside; only when the transfer has ended and the inbox has
taken the bytes does the file appear in the account's home and the sender get its
answer. A transfer that breaks leaves nothing.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import shutil
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyftpdlib.filesystems import AbstractedFS, FilesystemError
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from .accounts import Authorizer, is_encrypted
from .intake import MAX_BYTES, Waiting, is_temporary

KEEP_S = 48 * 3600.0
POLL_S = 0.25
MAX_CONNECTIONS = 512
# What the file system says when it takes no more.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# 4xx, so that loggers keep the file: after a 5xx some of them throw it away.
FULL = "452 No room for files now, send it again later."

log = logging.getLogger(__name__)


class Staged(io.BufferedWriter):
    """An upload on its way; ``target`` is where the sender believes it is."""

    target: Path
    written = 0

    def write(self, data: Any) -> int:
        self.written += len(data)
        if self.written > MAX_BYTES:
            raise OSError(f"a station file is at most {MAX_BYTES} bytes")
        return super().write(data)

    def close(self) -> None:
        """What a full disk did not take does not keep the sender from an answer;
        a file that counts was flushed and synced before."""
        with suppress(OSError):
            super().close()


class StationFilesystem(AbstractedFS):
    def open(self, filename: str, mode: str) -> Any:
        if "r" in mode and "+" not in mode:
            return super().open(filename, mode)
        if mode != "wb":
            raise FilesystemError("Resuming is not supported: send the whole file")
        target = Path(filename)
        if not target.parent.is_dir():
            raise FilesystemError("No such folder")
        part = self.cmd_channel.staging / f"{uuid.uuid4().hex}.part"
        staged = Staged(io.FileIO(part, "wb"))
        staged.target = target
        return staged

    def rename(self, src: str, dst: str) -> None:
        """The transfer-complete rename of loggers: now the file is read."""
        source, target = Path(src), Path(dst)
        if source.is_file() and is_temporary(source.name):
            self.cmd_channel.take(source, target)
        super().rename(src, dst)


def _answer(error: OSError) -> str:
    """To a sender whose file could not be kept."""
    full = error.errno in NO_ROOM
    return FULL if full else "451 Not stored, send it again later."


class Upload(DTPHandler):
    def handle_error(self) -> None:
        """Called within an ``except``: a full disk has an answer of its own."""
        error = sys.exc_info()[1]
        cause = error.__cause__ if error is not None else None
        if not isinstance(cause, OSError) or cause.errno not in NO_ROOM:
            super().handle_error()
            return
        log.error("no room for files of stations: %s", cause)
        self._resp = (FULL, log.debug)
        DTPHandler.close(self)  # at once, also under TLS

    def handle_close(self) -> None:
        """The sender has closed the data connection: the file is complete."""
        if self.cmd is None:
            # a refused STOR has its answer: a 226 for the connection that was made
            # for it would be read as the answer to the next file
            self.close()
            return
        if self._closed or not self.receive or not isinstance(self.file_obj, Staged):
            super().handle_close()
            return
        try:
            self.file_obj.flush()
            os.fsync(self.file_obj.fileno())
            self.cmd_channel.complete(self.file_obj)
        except OSError as error:
            log.error("file %s not taken: %s", self.file_obj.target, error)
            self.transfer_finished = False
            self._resp = (_answer(error), log.debug)
        else:
            self.transfer_finished = True
            self._resp = ("226 Transfer complete.", log.debug)
        self.close()


class Station(FTPHandler):
    """One sender's session. Class attributes are set by :func:`build`."""

    dtp_handler = Upload
    abstracted_fs = StationFilesystem
    banner = "Station files."
    timeout = 120
    max_login_attempts = 3
    use_sendfile = False
    waiting: Waiting
    staging: Path
    signed_in = ""

    def ftp_USER(self, line: str) -> None:  # noqa: N802
        """Refused before the password crosses the wire in clear."""
        if not is_encrypted(self) and self.authorizer.requires_tls(line):
            self.respond("530 This account may only sign in with TLS.")
            return
        super().ftp_USER(line)

    def ftp_STOR(self, file: str, mode: str = "w") -> None:  # noqa: N802
        name = self.username
        if self.authorizer.requires_tls(name) and not getattr(self, "_prot", False):
            self.respond("521 This account may only send files with PROT P.")
        elif self.authorizer.is_full(name):
            self.respond("552 The quota of this account is used up, try again later.")
        elif shutil.disk_usage(self.staging).free < MAX_BYTES:
            self.respond(FULL)
        else:
            super().ftp_STOR(file, mode)

    def ftp_REST(self, line: str) -> None:  # noqa: N802
        """A cut upload leaves nothing to resume at: the whole file comes again."""
        if line.strip() == "0":
            super().ftp_REST(line)
        else:
            self.respond("502 Resuming is not supported: send the whole file.")

    def ftp_APPE(self, file: str) -> None:  # noqa: N802
        self.respond("502 Appending is not supported: send the whole file.")

    def on_login(self, username: str) -> None:
        self.signed_in = username
        self.authorizer.sessions[username] += 1

    def on_disconnect(self) -> None:
        self._leave()

    def on_logout(self, username: str) -> None:
        self._leave()

    def _leave(self) -> None:
        if self.signed_in:
            self.authorizer.sessions[self.signed_in] -= 1
        self.signed_in = ""

    def complete(self, staged: Staged) -> None:
        part = Path(staged.name)
        if not is_temporary(staged.target.name):
            self.take(part, staged.target)
        part.replace(staged.target)
        self.authorizer.grown(self.username, staged.written)

    def take(self, file: Path, target: Path) -> None:
        """Hand a file's bytes on; returns once they cannot be lost."""
        path = target.relative_to(self.authorizer.get_home_dir(self.username))
        self.waiting.take(self.username, path.as_posix(), file.read_bytes())

    def on_incomplete_file_received(self, file: str) -> None:
        Path(file).unlink(missing_ok=True)

    def log(self, msg: str, logfun: Any = log.debug) -> None:
        super().log(msg, logfun=log.debug)


def build(
    address: tuple[str, int],
    folder: Path,
    waiting: Waiting,
    *,
    passive_ports: range | None = None,
    public_address: str = "",
    certificate: str = "",
) -> FTPServer:
    """A server with its own loop. ``certificate``: PEM file with key; senders may
    then use explicit TLS, and accounts that ``require_tls`` must."""
    homes, staging = folder / "homes", folder / "staging"
    for path in (homes, staging):
        path.mkdir(parents=True, exist_ok=True)
    for left in staging.glob("*.part"):
        left.unlink()  # never acknowledged, so it comes again
    settings: dict[str, Any] = {
        "authorizer": Authorizer(homes),
        "waiting": waiting,
        "staging": staging,
        "passive_ports": passive_ports,
        "masquerade_address": public_address or None,
    }
    bases: tuple[type, ...] = (Station,)
    if certificate:
        # needs pyOpenSSL; said at the start rather than to the first sender
        from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler

        bases = (Station, TLS_FTPHandler)
        settings |= {
            "certfile": certificate,
            # in this order: the end of TLS asks the class behind it to close; an
            # error under TLS gets its answer as well
            "dtp_handler": type(
                "TlsUpload",
                (TLS_DTPHandler, Upload),
                {"handle_error": Upload.handle_error},
            ),
        }
    handler = type("StationSession", bases, settings)
    server = FTPServer(address, handler, ioloop=IOLoop())
    server.max_cons = MAX_CONNECTIONS
    server.max_cons_per_ip = MAX_CONNECTIONS
    return server


def serve(server: FTPServer, waiting: Waiting, stop: threading.Event) -> None:
    """Serve until ``stop``; settles held files and tidies up in between."""
    tidied = settled = 0.0
    try:
        while not stop.is_set():
            server.ioloop.loop(timeout=POLL_S, blocking=False)
            now = time.monotonic()
            if now - settled > 1.0:
                settled = now
                try:
                    waiting.settle()
                except OSError as error:
                    log.error("held files must wait longer: %s", error)
            if now - tidied > 3600 or not tidied:
                tidied = now
                tidy(server.handler.authorizer.homes)
    finally:
        server.close_all()


def tidy(homes: Path, keep_s: float = KEEP_S) -> int:
    """Remove files that are in the inbox for two days, and empty day folders."""
    removed = 0
    horizon = time.time() - keep_s
    for path in sorted(homes.rglob("*"), reverse=True):
        if path.is_file() and path.stat().st_mtime < horizon:
            path.unlink()
            removed += 1
        elif path.is_dir() and path.parent != homes and path.stat().st_mtime < horizon:
            try:
                path.rmdir()
            except OSError:
                continue
    return removed
