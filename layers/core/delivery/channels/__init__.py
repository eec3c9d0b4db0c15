"""The kinds of channels of the house; importing them registers them."""

from . import chat, email, inapp, sms, webhook

__all__ = ["chat", "email", "inapp", "sms", "webhook"]
