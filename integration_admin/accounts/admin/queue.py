"""Screens that other packages bring along and that nobody gets here.

A row of the queue's schedule names any function to call: whoever may add one runs code on the server. Django's own
groups give rights over every brand at once; ours give them in one.
"""

from __future__ import annotations

import django_q.admin  # noqa: F401  (its screens must be there before they can be taken away)
from django.contrib import admin
from django.contrib.auth.models import Group
from django_q.models import Failure, OrmQ, Schedule, Success

for model in (Schedule, Success, Failure, OrmQ, Group):
    admin.site.unregister(model)
