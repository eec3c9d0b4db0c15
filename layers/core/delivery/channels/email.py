"""E-mail over Django's SMTP settings (``EMAIL_…`` in the environment)."""

from __future__ import annotations

import smtplib
from email.utils import formatdate
from urllib.parse import urlsplit

from django.conf import settings as site
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from layers.core.delivery.contract import (
    ChannelError,
    ChannelKind,
    Outgoing,
    Person,
    Receipt,
    Settings,
    kinds,
)
from layers.core.delivery.leaving import keep_in_demo


class Email(Settings):
    """``sender`` "" is ``DEFAULT_FROM_EMAIL``."""

    sender: str = ""
    reply_to: str = ""


def send(message: Outgoing, settings: Email) -> Receipt:
    """One letter to one person. The Message-ID is the key: mail programs show a
    repeated one once."""
    keep_in_demo(site.EMAIL_HOST)
    host = urlsplit(site.IOC_BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{message.key}@{host}>",
        "Date": formatdate(message.written_at.timestamp()),
        "Auto-Submitted": "auto-generated",
    }
    if message.life_safety or message.severity == "critical":
        headers |= {"X-Priority": "1", "Importance": "high"}
    letter = EmailMessage(
        subject=" ".join(message.subject.split()),
        body=body(message),
        from_email=settings.sender or site.DEFAULT_FROM_EMAIL,
        to=[message.address],
        reply_to=[settings.reply_to] if settings.reply_to else None,
        headers=headers,
        connection=get_connection(timeout=site.EMAIL_TIMEOUT),
    )
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, told = next(iter(error.recipients.values()))
        raise _refused(code, told) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        words = f"{type(error).__name__}: {error}"
        raise ChannelError(words, code="network") from None
    return Receipt(code="250")


def _refused(code: int, words: bytes | str) -> ChannelError:
    """4xx may go later, 5xx never (RFC 5321, 4.2.1); 535 is our own password."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return ChannelError(f"{code} {text}", code=str(code), retry=code < 500)


def body(message: Outgoing) -> str:
    """The text, the link, and why one gets it."""
    parts = [message.body or message.subject]
    if message.url:
        parts.append(message.url)
    notice = _g("Sent by the operations centre. How you are told: %(url)s") % {
        "url": f"{site.IOC_BASE_URL.rstrip('/')}/settings/notifications/"
    }
    return "\n\n".join([*parts, f"-- \n{notice}"])


def address(person: Person) -> str:
    return person.email


KIND = kinds.register(
    ChannelKind(
        slug="email",
        title=_("E-mail"),
        order=30,
        settings=Email,
        send=send,
        address=address,
        built_in=True,
        ready=lambda: bool(site.EMAIL_HOST),
    )
)
