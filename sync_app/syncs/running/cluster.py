"""The processes that work off the queue."""

from __future__ import annotations

from django_q.cluster import Cluster

from sync_app.syncs.running.broker import ListedTasks
from sync_app.syncs.running.lifelines import bind_forks


def start_cluster() -> None:
    """Starts the queue's processes below this one. They end with it, and on SIGTERM after the tasks in hand."""
    bind_forks()
    Cluster(broker=ListedTasks()).start()
