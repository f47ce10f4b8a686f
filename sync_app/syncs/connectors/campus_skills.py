"""Campus Skills: contracts, transmitted as one whole list after a look at what that would change.

Of its page: `contrats-diff` "is a sort of dry run" and gives four lists, `same`, `added`, `updated`, `removed`; what is
missing from the list that is sent is archived; and abnormal numbers of updated or removed contracts should stop whoever
sends. A contract is transmitted when it was received, and integrated when it could be given to a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.looking import LOOK
from sync_app.syncs.connectors.pages import Listed
from sync_app.syncs.connectors.rows import Gathered, json_of, told_in
from sync_app.syncs.connectors.sessions import pasted
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.client import Bounds, Remote
from templates_app.catalog.problems import gettext_noop

ROOT: Final = ("api", "sync")
CODE: Final = "codeContrat"
PAGE: Final = 500
WRONG: Final = frozenset({400, 409, 422})
LISTS: Final[dict[str, str]] = {"integrated": "contrats", "transmitted": "contrats-get-all"}
FIRST, SECOND = "v1", "v2"


class CampusSkills:
    """See `Connector`. There is no watermark: lists are always whole."""

    name = "campus_skills"
    label = "Campus Skills"
    form: Sequence[Setting] = (
        Setting(
            "address",
            gettext_noop("Address"),
            Sort.ADDRESS,
            required=True,
            default="https://app.campus-skills.com",
            begins_anew=True,
        ),
        Setting("token", gettext_noop("Token of the centre"), Sort.SECRET, required=True),
    )
    pull_form: Sequence[Setting] | None = (
        Setting(
            "list",
            gettext_noop("Which contracts"),
            Sort.CHOICE,
            default="integrated",
            choices={
                "integrated": gettext_noop("Integrated: those that belong to a session"),
                "transmitted": gettext_noop("Transmitted: all that were received"),
            },
            begins_anew=True,
        ),
    )
    push_form: Sequence[Setting] | None = (
        Setting(
            "version",
            gettext_noop("When a contract is wrong"),
            Sort.CHOICE,
            default=FIRST,
            choices={
                FIRST: gettext_noop("None is transmitted (version 1)"),
                SECOND: gettext_noop("The valid ones are transmitted (version 2)"),
            },
        ),
        Setting(
            "removed",
            gettext_noop("At most removed, in percent"),
            Sort.WHOLE,
            default=10,
            most=100,
            help=gettext_noop(
                "Of what was transmitted before. Every contract that is missing from the list is archived."
            ),
        ),
        Setting("updated", gettext_noop("At most updated, in percent"), Sort.WHOLE, default=50, most=100),
        Setting(
            "few",
            gettext_noop("Always allowed"),
            Sort.WHOLE,
            default=5,
            most=1000,
            help=gettext_noop("So many removed or updated contracts never stop it, whatever their share."),
        ),
    )

    def everything(self, transfer: Mapping[str, Any]) -> bool:
        """The list that is sent is the whole one: what is missing from it is archived there."""
        return True

    def test(self, link: Link) -> Tested:
        """GET /api/sync/v1/test names the centre the token belongs to."""
        with _remote(link, LOOK) as remote:
            answer = remote.get(*ROOT, "v1", "test")
            content = answer.json()
        name = answer.said(content.get("name")) if isinstance(content, dict) else ""
        return Tested(ok=True, lines=[gettext("The token belongs to {name}.").format(name=name or "–")])

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """Every page of a list. Raises TransferFailed `page_repeated`."""
        chosen = str(link.transfer.get("list") or "integrated")
        with _remote(link) as remote:
            contracts, complete = _listed(remote, LISTS[chosen])
        return Fetched(body=contracts.body, kind="json", name=f"{chosen}.json", complete=complete)

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Nothing is acknowledged there."""

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """Compared first, then transmitted as one list. Raises TransferFailed `difference_abnormal` before anything is.

        All of it is one batch: when a part was answered, everything was.
        """
        contracts = list(items)
        if skip or not contracts:
            return
        with _remote(link) as remote:
            found = _compared(remote, contracts)
            found.require_normal(link.transfer, host=remote.base.host)
            yield _transmitted(remote, contracts, version=str(link.transfer.get("version") or FIRST), key=key)


@contextmanager
def _remote(link: Link, bounds: Bounds | None = None) -> Iterator[Remote]:
    shown = {"Authorization": f"Bearer {pasted(link, 'token')}"}
    address = str(link.settings.get("address", ""))
    with Remote(base=address, link=link, credentials=shown, bounds=bounds) as remote:
        yield remote


def _listed(remote: Remote, address: str) -> tuple[Gathered, bool]:
    """All contracts of a list, and whether that is proved."""

    def ask(index: int) -> Answer:
        return remote.get(*ROOT, "v1", address, query=[("limit", str(PAGE)), ("page", str(index + 1))])

    return Listed(rows="contrats", total="total", code=CODE, size=PAGE).read(ask, host=remote.base.host)


@dataclass(frozen=True, slots=True)
class Difference:
    """How many contracts a transmission would leave, add, change and archive."""

    same: int
    added: int
    updated: int
    removed: int

    def require_normal(self, limits: Mapping[str, Any], *, host: str) -> None:
        """Raises TransferFailed `difference_abnormal`. Where nothing was transmitted before, everything is normal."""
        before = self.same + self.updated + self.removed
        few = int(limits.get("few", 5) or 0)
        for name, count, share in (("removed", self.removed, 10), ("updated", self.updated, 50)):
            limit = int(limits.get(name, share) or 0)
            if count > few and count * 100 > limit * before:
                told: dict[str, Any] = {"host": host, "before": before, "added": self.added, "limit": limit}
                told |= {"removed": self.removed, "updated": self.updated}
                raise TransferFailed("difference_abnormal", Trouble.SETTINGS, **told)


def _compared(remote: Remote, contracts: Sequence[Any]) -> Difference:
    """POST /api/sync/v1/contrats-diff: writes nothing."""
    content = _post(remote, (*ROOT, "v1", "contrats-diff"), contracts, key="").json()
    names = ("same", "added", "updated", "removed")
    if not isinstance(content, dict) or not all(isinstance(content.get(name), list) for name in names):
        raise TransferFailed("difference_unclear", Trouble.ANSWER, host=remote.base.host)
    return Difference(*(len(content[name]) for name in names))


def _post(remote: Remote, where: tuple[str, ...], contracts: Sequence[Any], *, key: str) -> Answer:
    """Sends all contracts. Raises TransferFailed `contracts_refused` with what was said of the first."""
    words = json_of({"contrats": contracts})
    answer = remote.ask("POST", *where, key=key, repeatable=True, accept=WRONG, **words)
    if answer.ok:
        return answer
    raise TransferFailed("contracts_refused", Trouble.SETTINGS, host=remote.base.host, reason=_reason(answer))


def _reason(answer: Answer) -> str:
    """The reason of a refusal, with the contract it is about if it names one."""
    content = told_in(answer)
    details = content.get("details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    named = [str(first.get(name)) for name in (CODE, "message") if first.get(name)]
    return answer.said(": ".join(named) or content.get("reason")) or answer.excerpt


def _transmitted(remote: Remote, contracts: Sequence[Any], *, version: str, key: str) -> Sent:
    """POST /api/sync/v1/contrats, all or none; or v2, the valid ones."""
    answer = _post(remote, (*ROOT, version, "contrats"), contracts, key=key)
    content = answer.json() if answer.body.strip() else {}
    if version == SECOND:
        return _kept_valid(content, contracts, host=remote.base.host)
    total = content.get("total", len(contracts)) if isinstance(content, dict) else len(contracts)
    if total != len(contracts):
        told: dict[str, Any] = {"host": remote.base.host, "total": answer.said(total), "sent": len(contracts)}
        raise TransferFailed("contracts_miscounted", Trouble.ANSWER, **told)
    return Sent(delivered=len(contracts))


def _kept_valid(content: Any, contracts: Sequence[Any], *, host: str) -> Sent:
    """`validContrats` and `invalidContrats`; the page gives no reason for the latter."""
    invalid = content.get("invalidContrats") if isinstance(content, dict) else None
    if not isinstance(invalid, list):
        raise TransferFailed("difference_unclear", Trouble.ANSWER, host=host)
    codes = {str(one[CODE]) for one in invalid if isinstance(one, dict) and one.get(CODE) is not None}
    if len(codes) < len(invalid) or not codes <= {str(one.get(CODE)) for one in contracts}:
        raise TransferFailed("difference_unclear", Trouble.ANSWER, host=host)
    message = gettext("Campus Skills calls this contract invalid.")
    told = [Refused(place, "invalid", message) for place, one in enumerate(contracts) if str(one.get(CODE)) in codes]
    return Sent(delivered=len(contracts) - len(told), refused=told)
