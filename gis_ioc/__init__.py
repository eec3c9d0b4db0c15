"""Project and page shell. Names no layer."""

from .celery import app as celery_app

__all__ = ("celery_app",)
