"""The counters."""

from django.db import models


class Counter(models.Model):
    """How often something happened in one window of time. The key is a keyed digest, never the name."""

    digest = models.CharField(max_length=64)
    window_ends_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="rate_limit_once_per_key")]
        indexes = [models.Index(fields=["window_ends_at"], name="rate_limit_ended")]
