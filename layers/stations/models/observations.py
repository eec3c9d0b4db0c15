"""What stations measured: values, the newest ones, hours and days of them."""

from __future__ import annotations

from django.db import models

from .stations import Series


class Observation(models.Model):
    """One value as it was received. Rows are only ever added.

    Partitioned by month of ``at`` (sql/observation.sql); a correction that the
    logger sends is a further ``version``.
    """

    pk = models.CompositePrimaryKey("series_id", "at", "version")
    series = models.ForeignKey(
        Series, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField()
    version = models.SmallIntegerField()
    value = models.FloatField(null=True)
    status = models.SmallIntegerField()
    qc = models.SmallIntegerField()
    received_at = models.DateTimeField()
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "stations_observation"

    def __str__(self) -> str:
        return f"{self.series_id} {self.at} v{self.version}"


class Latest(models.Model):
    """The newest value of a series: read without touching the observations."""

    series = models.OneToOneField(
        Series, on_delete=models.CASCADE, primary_key=True, related_name="latest"
    )
    at = models.DateTimeField()
    version = models.SmallIntegerField()
    value = models.FloatField(null=True)
    status = models.SmallIntegerField()
    qc = models.SmallIntegerField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.series_id} {self.at}"


class Judgement(models.Model):
    """Where something else counts than the value as it came.

    One row only for a value that a test over several values or a person judged:
    ``flag`` (QARTOD) and, after a correction, ``value`` take the place of those of
    the observation, whichever version it has. ``tests`` holds the flag of every test
    that did not pass it. Of a person's judgement ``review`` says who and why; it
    wins over the tests.
    """

    pk = models.CompositePrimaryKey("series_id", "at")
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    at = models.DateTimeField()
    flag = models.SmallIntegerField()
    value = models.FloatField(null=True)
    tests = models.JSONField(default=dict)
    review = models.ForeignKey(
        "stations.Review", on_delete=models.CASCADE, null=True, related_name="judged"
    )

    class Meta:
        db_table = "stations_judgement"

    def __str__(self) -> str:
        return f"{self.series_id} {self.at} {self.flag}"


class Hour(models.Model):
    """One hour of a series, worked out anew whenever a value of it comes.

    ``hour`` is its end: values after the hour before and up to it. ``received``
    distinct times with any status; ``measured`` those with status 00; ``valid``
    those that count. Mean, least, largest and sum are of the valid ones, None
    without any.
    """

    pk = models.CompositePrimaryKey("series_id", "hour")
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    hour = models.DateTimeField()
    received = models.SmallIntegerField()
    measured = models.SmallIntegerField()
    valid = models.SmallIntegerField()
    mean = models.FloatField(null=True)
    least = models.FloatField(null=True)
    largest = models.FloatField(null=True)
    total = models.FloatField(null=True)

    class Meta:
        db_table = "stations_hour"

    def __str__(self) -> str:
        return f"{self.series_id} {self.hour}"


class Day(models.Model):
    """One day (Asia/Ho_Chi_Minh) of a series, from its 24 hours.

    Counts are sums; ``mean`` is of all valid values; ``hours`` how many hours have
    three quarters of their values; ``largest_hour`` the largest mean of such an hour
    and ``largest_8h`` the largest of eight such hours that end in the day (at least
    six of them).
    """

    pk = models.CompositePrimaryKey("series_id", "day")
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    day = models.DateField()
    received = models.SmallIntegerField()
    measured = models.SmallIntegerField()
    valid = models.SmallIntegerField()
    hours = models.SmallIntegerField()
    mean = models.FloatField(null=True)
    least = models.FloatField(null=True)
    largest = models.FloatField(null=True)
    total = models.FloatField(null=True)
    largest_hour = models.FloatField(null=True)
    largest_8h = models.FloatField(null=True)

    class Meta:
        db_table = "stations_day"

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}"
