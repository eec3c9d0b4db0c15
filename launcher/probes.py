"""Questions that show whether the application really works."""

import http.client
import socket

from launcher.config import Context

# A page and a tile, as a visitor gets them.
PATHS = ("/healthz", "/accounts/login/", "/tiles/basemap/0/0/0")


def _address(context: Context) -> str:
    bind = context.env["IOC_BIND"]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104


def listens(context: Context, key: str) -> bool:
    """Whether somebody listens on that TCP port."""
    try:
        socket.create_connection((_address(context), context.port(key)), 0.5).close()
    except OSError:
        return False
    return True


def status_of(context: Context, path: str, timeout_s: float = 1.0) -> int | None:
    """HTTP status of a path of our own server; None when it does not answer."""
    scheme = context.env["IOC_BASE_URL"].partition(":")[0]
    headers = {"X-Forwarded-Proto": scheme, "Accept-Encoding": "gzip"}
    link = http.client.HTTPConnection(
        _address(context), context.port("IOC_HTTP_PORT"), timeout=timeout_s
    )
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def serves(context: Context) -> bool:
    """Whether health page, sign-in page and a tile were really served."""
    return not refused(context)


def refused(context: Context) -> str:
    """The first path that is not served and what came instead; else empty."""
    for path in PATHS:
        status = status_of(context, path)
        if status != 200:
            return f"{path} answers {status or 'nothing'}"
    return ""
