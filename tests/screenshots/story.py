"""Two weeks in the life of the demo brand, told by the product's own use cases: what the pictures show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.logins import create_appkey
from integration_admin.accounts.models import Brand, Membership, User
from sync_app.demo import content
from sync_app.demo.house import BRAND, EMAIL, USERNAME
from sync_app.models import Record, Run
from sync_app.runs.options import ImportOptions
from sync_app.runs.uploads.keeping import keep_upload
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from templates_app.library.samples import keep_sample
from templates_app.models import Template
from tests.screenshots.nights import tell_nights

HEAD: Final = "ID_DOSSIER;Nom usage;Téléphone mobile;Email"
NAMES: Final = (
    "Lambert", "Rossi", "Nowak", "García", "Schäfer", "Öberg", "Petit", "Moreau", "Fischer", "O'Brien", "Almeida",
    "Kovács", "Dubois", "Weber", "Larsen", "Marchetti", "Novotný", "Girard", "Keller", "Sørensen", "Bonnet", "Vidal",
)  # fmt: skip
#: Days ago, rows of the list, and which of them are broken.
DAYS: Final = tuple((ago, 18 + 13 * ago % 29, ago % 6 == 1) for ago in range(13, 0, -1))
FOLLOWED: Final = "D-1002"
CORRECTIONS: Final = (("Ben Saïd", "06 39 98 77 41"), ("Ben Saïd-Martin", "06 39 98 77 41"))
UPLOADED: Final = "new-customers.csv"


def tell() -> dict[str, str]:
    """Name of a picture -> the page it shows. The demo brand must be there, with its rehearsal as the first run."""
    brand, user = Brand.objects.get(key=BRAND), User.objects.get(email=EMAIL)
    User.objects.filter(pk=user.pk).update(full_name="Ann Roy")
    Membership.objects.filter(brand=brand, username=USERNAME).update(user=user)
    actor = site_actor(user=User.objects.get(pk=user.pk), brand=brand)
    rehearsal = Run.objects.filter(brand=brand).earliest("pk")
    sync = tell_nights(actor=actor, clock_of=_clock, names=NAMES)
    _past(actor)
    _finish(start_apply(actor=actor, run=rehearsal.pk, trigger="ui", clock=timezone.now), timezone.now)
    for last_name, phone in CORRECTIONS:
        rows = f"{HEAD}\n{FOLLOWED};{last_name};{phone};n.bensaid@example.com\n"
        _imported(actor, rows, "corrections.csv", timezone.now)
    now = timezone.now()
    create_appkey(brand=brand, label="CRM connector", at=now, by="Ann Roy", expires_at=now + timedelta(days=12))
    return {**_pages(actor, rehearsal), "sync": f"/admin/sync_app/sync/{sync.pk}/change/"}


def _pages(actor: Actor, rehearsal: Run) -> dict[str, str]:
    template = Template.objects.get(brand=actor.brand, name=content.TEMPLATE)
    keep_sample(actor=actor, template=template, body=content.rows(), file_name=content.ROWS_NAME, at=timezone.now())
    file = "".join(f"{line}{more}\n" for line, more in _remarked(_list(900, 14, broken=False)))
    upload = keep_upload(actor=actor, chunks=[file.encode()], file_name=UPLOADED, at=timezone.now())
    record = Record.objects.get(brand=actor.brand, search__contains=FOLLOWED.lower())
    report = f"/admin/sync_app/run/{rehearsal.pk}/change/"
    return {
        "dashboard": "/admin/",
        "dashboard-phone": "/admin/",
        "editor": f"/admin/templates_app/template/{template.pk}/edit/",
        "wizard": f"/admin/sync_app/run/import/{upload.pk}/",
        "simulated-import": report,
        "errors-dark": f"{report}?outcome=Error#operations",
        "template": f"/admin/templates_app/template/{template.pk}/versions/1/",
        "runs": "/admin/sync_app/run/",
        "record-history": f"/admin/sync_app/record/{record.pk}/change/",
    }


def _remarked(rows: str) -> Iterator[tuple[str, str]]:
    """Each line with one column more, which no template knows."""
    head, *lines = rows.splitlines()
    yield head, ";Remarque"
    for place, line in enumerate([*lines, "D-1004;O'Connor;06 39 98 10 40;p.oconnor(at)example.com"]):
        yield line, ";" if place % 3 else ";rappeler en mai"


def _past(actor: Actor) -> None:
    """An import a day, some with broken rows, one that was stopped, and a rehearsal now and then."""
    for ago, count, broken in DAYS:
        clock = _clock(ago)
        rows, name = _list(100 * ago, count, broken=broken), f"customers-{clock():%Y-%m-%d}.csv"
        if ago % 3 == 0:
            _imported(actor, rows, name, clock, simulate=True)
        on_error = "atomic" if ago == 9 else "skip"
        _imported(actor, rows, name, clock, trigger="api", on_error=on_error)
        changed = rows.replace("06 39", "07 39", count // 2)
        _imported(actor, changed, name, clock, trigger="api")


def _list(start: int, count: int, *, broken: bool) -> str:
    return "\n".join([HEAD, *_rows(start, count, broken=broken), ""])


def _rows(start: int, count: int, *, broken: bool) -> Iterator[str]:
    for place in range(start, start + count):
        name = NAMES[place % len(NAMES)]
        at = "(at)" if broken and place % 11 == 3 else "@"
        number = f"06 39 98 {place // 100 % 100:02d} {place % 100:02d}"
        yield f"D-{2000 + place};{name};{number};customer{place}{at}example.com"


def _imported(
    actor: Actor,
    rows: str,
    name: str,
    clock: Callable[[], datetime],
    *,
    trigger: str = "ui",
    simulate: bool = False,
    on_error: str = "skip",
) -> None:
    run = start_import(
        actor=actor,
        template=content.TEMPLATE,
        body=rows.encode(),
        file_name=name,
        options=ImportOptions(simulate=simulate, on_error="atomic" if on_error == "atomic" else "skip"),
        trigger=trigger,
        clock=clock,
    )
    _finish(run, clock)


def _finish(run: Run, clock: Callable[[], datetime]) -> None:
    ended = perform(run=run.pk, holder="screenshots", clock=clock)
    assert not ended.is_open, f"{ended} did not end"


def _clock(ago: int) -> Callable[[], datetime]:
    """A clock that goes as fast as ours, some days behind, at half past two in the morning."""
    began = timezone.now()
    then = (began - timedelta(days=ago)).replace(hour=2, minute=30, second=0)
    return lambda: then + (timezone.now() - began)
