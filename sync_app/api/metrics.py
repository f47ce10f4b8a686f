"""`/metrics` in the text form that Prometheus reads: for whoever watches the site, with the token of the settings."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from integration_admin.cache_door import CacheAway
from integration_admin.health import housekeeping_silence, worker_silence
from sync_app.runs.work.watching import Standing, standing

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
OUTCOME = ("kind", "simulate", "outcome")
COUNTERS = (
    ("runs", "ia_runs", "Runs that have ended."),
    ("rows", "ia_rows", "Rows of runs that have ended."),
    ("rows_failed", "ia_rows_failed", "Rows that failed."),
    ("seconds", "ia_run_seconds", "Seconds that runs took together."),
)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """200 with the figures for who sends `Authorization: Bearer METRICS_TOKEN`; for all others there is nothing.

    503 with Retry-After while the database cannot tell them. What only the cache knows is left out while it is away.
    """
    expected = f"Bearer {settings.METRICS_TOKEN}"
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(sent.encode(), expected.encode()):
        raise Http404
    registry = CollectorRegistry()
    try:
        registry.register(Figures(standing(now=timezone.now())))
    except Error:
        # The database is away, or its tables are not yet those of this release.
        log.warning("the figures cannot be told", exc_info=True)
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)}, content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Figures(Collector):
    """What is known of all processes together: it comes from the database, so that any of them may be asked."""

    def __init__(self, known: Standing) -> None:
        self._known = known

    def collect(self) -> Iterator[Metric]:
        for member, name, meaning in COUNTERS:
            counter = CounterMetricFamily(name, meaning, labels=OUTCOME)
            for total in self._known.totals:
                labels = (total.kind, str(total.simulate).lower(), total.status)
                counter.add_metric(labels, getattr(total, member))
            yield counter
        yield from self._syncs()
        runs = GaugeMetricFamily("ia_open_runs", "Runs that have not ended.", labels=("status",))
        for status, number in sorted(self._known.open_runs.items()):
            runs.add_metric((status,), number)
        yield runs
        oldest = self._known.oldest_seconds
        yield _gauge("ia_oldest_open_run_seconds", "Age of the open run that was accepted first.", oldest)
        yield _gauge("ia_queue_tasks", "Tasks that lie in the queue and no worker has taken.", self._known.tasks)
        age = self._known.oldest_task_seconds
        yield _gauge("ia_queue_oldest_seconds", "Age of the task that waits longest for a worker.", age)
        messages = GaugeMetricFamily(
            "ia_messages", "Messages of the last month by what became of them.", labels=("state",)
        )
        for state, number in sorted(self._known.messages.items()):
            messages.add_metric((state,), number)
        yield messages
        yield from self._signs()

    def _signs(self) -> Iterator[Metric]:
        try:
            alive, kept = (-1.0 if silent is None else silent for silent in (worker_silence(), housekeeping_silence()))
        except CacheAway:
            return
        yield _gauge("ia_worker_silent_seconds", "Since a worker last gave a sign of life; -1 for never.", alive)
        meaning = "Since the minute's housekeeping, which starts syncs, was last begun; -1 for never."
        yield _gauge("ia_housekeeping_silent_seconds", meaning, kept)

    def _syncs(self) -> Iterator[Metric]:
        labels = ("connector", "direction", "outcome")
        turns = CounterMetricFamily("ia_sync_turns", "Turns of syncs that have ended.", labels=labels)
        ended: Counter[tuple[str, ...]] = Counter()
        errors: Counter[tuple[str, ...]] = Counter()
        for total in self._known.turns:
            ended[total.connector, total.direction, total.outcome] += total.turns
            if total.trouble:
                errors[total.connector, total.trouble] += total.turns
        for names, number in sorted(ended.items()):
            turns.add_metric(names, number)
        yield turns
        remote = CounterMetricFamily(
            "ia_remote_errors", "Turns that another system let fail, or asked to wait.", labels=("connector", "trouble")
        )
        for names, number in sorted(errors.items()):
            remote.add_metric(names, number)
        yield remote
        health = GaugeMetricFamily("ia_syncs", "Syncs by their health.", labels=("health",))
        for name, number in sorted(self._known.syncs.items()):
            health.add_metric((name,), number)
        yield health


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
