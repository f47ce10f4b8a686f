"""PlanningPME as its developer pages and its page on custom integration describe it.

What they leave open (the body of a report, of an error, of a list of templates) is as this product answers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sync_app.standins.asked import Answer, Asked, Refusal, whole_number
from sync_app.standins.faults import Fault
from sync_app.standins.planningpme_data import (
    EXPORTS,
    IMPORTS,
    Moments,
    Rows,
    exported,
    seeded,
    template_descriptions,
    without_moment,
)
from sync_app.standins.planningpme_import import Report, imported
from sync_app.standins.standin import Clock, StandIn, utc_now
from sync_app.standins.tokens import Tokens

TOKEN_SECONDS: Final = 86_399
JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PAGE_AT_MOST: Final = 1000
OPTIONS: Final = frozenset({"simulate", "verbose", "stopOnError", "model"})


class PlanningPme(StandIn):
    """One brand. `cursors`: exports also say where to go on, as this product does and the vendor's pages do not."""

    name = "planningpme"

    def __init__(self, *, clock: Clock = utc_now, brand: str = "demo", cursors: bool = False) -> None:
        super().__init__(clock=clock)
        self.brand = brand
        self.cursors = cursors
        self.appkey = "e0000000000000000000000000000042"
        self.username, self.password = "planner", "planner-secret"
        self.account_token = "account-token-of-planner"  # noqa: S105 - the same
        self.tokens = Tokens(seconds=TOKEN_SECONDS, faults=self.faults)
        self.moments = Moments(clock)
        self.entities: dict[str, Rows] = seeded(self.moments)
        self.runs = 0

    def signs_in(self, request: Asked) -> bool:
        return request.path[1:] == ("token",)

    def writes(self, request: Asked) -> bool:
        return request.method != "GET"

    def state(self) -> Mapping[str, Any]:
        return self.entities

    def hints(self) -> Mapping[str, str]:
        return {
            "brand": self.brand,
            "application key": self.appkey,
            "user": self.username,
            "password": self.password,
            "account token": self.account_token,
            "import templates": ", ".join(IMPORTS),
            "export templates": ", ".join(EXPORTS),
            "entities": ", ".join(self.entities),
        }

    def answer(self, request: Asked) -> Answer:
        brand, *place = request.path or ("",)
        if brand.lower() != self.brand or request.headers.get("x-appkey") != self.appkey:
            raise _refused(401, "appkey_refused", "The application key is missing, or not one of this brand.")
        if place == ["token"]:
            return self._token(request)
        if place == ["api", "config"]:
            return Answer({"version": "4.7.0.26", "enums": {"CustomerType": {"Individual": "Individual"}}})
        if not self.tokens.holds(request, now=self.clock()):
            raise _refused(401, "token_refused", "The token is missing or has ended.")
        return self._data(request, place)

    def _token(self, request: Asked) -> Answer:
        """POST or PUT /{brand}/token, as a form: password, or the token of a service account as `assertion`."""
        form = request.form()
        known = {"password": form.get("username") == self.username and form.get("password") == self.password}
        known[JWT_GRANT] = form.get("assertion") == self.account_token
        if request.method not in {"POST", "PUT"}:
            raise _refused(405, "method_not_allowed", "Ask for a token with POST.")
        if not known.get(form.get("grant_type", "")):
            return Answer({"error": "invalid_grant", "error_description": "These credentials are not accepted."}, 400)
        token = self.tokens.give(now=self.clock())
        named = {"token_type": "bearer", "expires_in": TOKEN_SECONDS, "username": self.username}
        return Answer({"access_token": token} | named)

    def _data(self, request: Asked, place: list[str]) -> Answer:
        match [request.method, *place]:
            case ["GET", "api", "integration", "templates"]:
                listed = template_descriptions()
                return Answer({"totalItems": len(listed), "items": listed})
            case ["GET", "api", "integration", template]:
                return self._export(template, request)
            case ["POST", "api", "integration", template]:
                return self._import(template, request)
            case ["GET", "api", entity] if entity in self.entities:
                return self._list(self.entities[entity], request)
            case ["GET", "api", entity, key] if entity in self.entities:
                return self._detail(self.entities[entity], key)
        raise _refused(404, "not_found", "There is nothing at this address.")

    # --- exports and lists

    def _export(self, template: str, request: Asked) -> Answer:
        """GET /{brand}/api/integration/{template}?since=yyyyMMddHHmmss."""
        if template in IMPORTS:
            raise _refused(405, "template_is_import", "This is an import template: send the data with POST.")
        if template not in EXPORTS:
            raise _refused(404, "template_not_found", "There is no such template.")
        entity, columns = EXPORTS[template]
        rows = self.faults.listed(self._since(self.entities[entity], request))
        content: dict[str, Any] = {"template": template, "generatedAt": self.moments.text(self.clock())}
        if self.cursors:
            content["cursor"] = self.moments.cursor()
        return Answer(content | {"items": [exported(row, columns) for row in rows]})

    def _list(self, held: Rows, request: Asked) -> Answer:
        """GET /{brand}/api/{entity}?pageIndex&pageSize: `pageIndex` counts from 0; without either, all of them."""
        rows = self.faults.listed(self._since(held, request))
        total = self.faults.total(len(rows))
        size = whole_number(request.query.get("pageSize", "50")) or 0
        index = whole_number(request.query.get("pageIndex", "0"))
        if index is None or not 0 < size <= PAGE_AT_MOST:
            raise _refused(400, "parameter_invalid", f"pageSize must be from 1 to {PAGE_AT_MOST}.")
        if {"pageIndex", "pageSize"} & set(request.query):
            start = 0 if self.faults.take(Fault.REPEATED_PAGE) else index * size
            rows = rows[start : start + size]
        return Answer({"totalItems": total, "items": [without_moment(row) for row in rows]})

    def _since(self, held: Rows, request: Asked) -> list[dict[str, Any]]:
        since = request.query.get("cursor") or request.query.get("since")
        if since is None:
            return list(held.values())
        after = self.moments.read(since)
        if after is None:
            raise _refused(400, "since_invalid", "since takes 14 digits: yyyyMMddHHmmss.")
        return [row for row in held.values() if row["modified"] > after]

    def _detail(self, held: Rows, key: str) -> Answer:
        number = whole_number(key)
        if number not in held:
            raise _refused(404, "record_not_found", "There is no such record.")
        return Answer(without_moment(held[number]))

    # --- what is sent to it

    def _import(self, template: str, request: Asked) -> Answer:
        """POST /{brand}/api/integration/{template} with simulate, verbose, stopOnError and model."""
        if template in EXPORTS:
            raise _refused(405, "template_is_export", "This is an export template: ask for the data with GET.")
        if template not in IMPORTS:
            raise _refused(404, "template_not_found", "There is no such template.")
        body = request.json()
        if not isinstance(body, dict) or not isinstance(body.get("model"), list) or set(body) - OPTIONS:
            raise _refused(400, "body_invalid", "The body is an object with model, simulate, verbose and stopOnError.")
        simulate, stops = body.get("simulate") is True, body.get("stopOnError") is True
        entity, columns = IMPORTS[template]
        report = imported(
            body["model"],
            held=self.entities[entity],
            columns=columns,
            moments=self.moments,
            writes=not simulate,
            stops=stops,
        )
        self.runs += 1
        return Answer(self._reported(report, template=template, simulate=simulate))

    def _reported(self, report: Report, *, template: str, simulate: bool) -> dict[str, Any]:
        failed = "stopped" if report.unprocessed else "with_failures"
        return {
            "run": self.runs,
            "kind": "import",
            "status": failed if report.errors else "succeeded",
            "simulate": simulate,
            "template": template,
            "counts": report.counts(),
            "errors": report.errors,
            "errorsTotal": len({error["row"] for error in report.errors}),
        }


def _refused(status: int, code: str, message: str) -> Refusal:
    return Refusal(Answer({"code": code, "message": message}, status=status))
