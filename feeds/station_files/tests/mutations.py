"""Real-looking station files, and what lines, disks and people do to them."""

from __future__ import annotations

import random
from collections.abc import Callable

HEAD = ("pH\t7.12\t-", "COD\t61,2\tmg/L", "TSS\t34\tmg/L", "NH4\t3.05\tmg/L",
        "Temp\t28.6\toC", "Flow\t132.5\tm3/h")  # fmt: skip
Change = Callable[[random.Random, bytes], bytes]


def plain(rng: random.Random) -> bytes:
    end = rng.choice(("\n", "\r\n"))
    stamp = f"20261122{rng.randrange(24):02d}{rng.randrange(0, 60, 5):02d}00"
    lines = rng.sample(HEAD, rng.randrange(1, len(HEAD) + 1))
    return "".join(
        f"{line}\t{stamp}\t0{rng.randrange(3)}{end}" for line in lines
    ).encode()


def flipped(rng: random.Random, body: bytes) -> bytes:
    found = bytearray(body)
    for _ in range(rng.randrange(1, 6)):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def cut(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body))]


def without_a_piece(rng: random.Random, body: bytes) -> bytes:
    first = rng.randrange(len(body))
    return body[:first] + body[first + rng.randrange(1, 30) :]


def recoded(rng: random.Random, body: bytes) -> bytes:
    codes = ("utf-16", "utf-16-be", "utf-8-sig", "cp037")
    return body.decode("latin-1").encode(rng.choice(codes), "replace")


def separated(rng: random.Random, body: bytes) -> bytes:
    return body.replace(b"\t", rng.choice((b";", b" ", b",", b"|", b"\t\t", b"   ")))


def ended(rng: random.Random, body: bytes) -> bytes:
    return body.replace(
        b"\n", rng.choice((b"\r", b"\n\n", b"\x00", b"\x0b", b"\x85\n"))
    )


def valued(rng: random.Random, body: bytes) -> bytes:
    odd = (b"9" * 400, b"1e308", b"1e999", b"-1e-999", b"inf", b"nan", b"", b"0x10",
           b"1_000", b"1.2.3", b"--5", "٣".encode(), b"#REF!", b"1 234")  # fmt: skip
    fields = body.split(b"\t")
    fields[rng.randrange(len(fields))] = rng.choice(odd)
    return b"\t".join(fields)


def dated(rng: random.Random, body: bytes) -> bytes:
    odd = (b"20269922", b"00000000", b"99991231", b"19700101", b"22/11/26", b"20260230")
    return body.replace(b"20261122", rng.choice(odd))


def padded(rng: random.Random, body: bytes) -> bytes:
    odd = (b"\x00" * 50, b"\xff\xfe", b"\xef\xbb\xbf", b"<html>\n", b"\n" * 20)
    first = rng.randrange(len(body) + 1)
    return body[:first] + rng.choice(odd) + body[first:]


def emptied(rng: random.Random, body: bytes) -> bytes:
    return rng.choice((b"", b"\n", b" ", b"\x00", b"\r\n\r\n"))


CHANGES: tuple[Change, ...] = (
    flipped, cut, without_a_piece, recoded, separated, ended, valued, dated, padded,
    emptied,
)  # fmt: skip


def mutations(seed: int, count: int) -> list[bytes]:
    """``count`` files, each changed once to three times; the same for a seed."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        body = plain(rng)
        for _ in range(rng.randrange(1, 4)):
            body = rng.choice(CHANGES)(rng, body) if body else body
        found.append(body)
    return found
