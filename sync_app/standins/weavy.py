"""Divalto weavy as its page on API data describes it: tokens, packets of 1000, bulk import, export validation.

Where the page shows no address or body, the proposals of this product's weavy dialect are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sync_app.standins.asked import Answer, Asked, Refusal, whole_number
from sync_app.standins.faults import Fault
from sync_app.standins.standin import Clock, StandIn, utc_now
from sync_app.standins.tokens import Tokens
from sync_app.standins.weavy_data import Entities, Moments, Record, described, kept, seeded
from sync_app.standins.weavy_filters import FilterRefused, matching

TOKEN_SECONDS: Final = 43_200
PACKET: Final = 1000
BULK: Final = 10_000
SYSTEM: Final = frozenset({"srvExport", "srvDateUTC", "srvAttrib"})


class Weavy(StandIn):
    """One project. Addresses and names of members are taken in any case, as the real one takes them."""

    name = "weavy"

    def __init__(self, *, clock: Clock = utc_now, project: str = "DEMO") -> None:
        super().__init__(clock=clock)
        self.project = project
        self.username, self.password = "api", "weavy-secret"
        self.tokens = Tokens(seconds=TOKEN_SECONDS, faults=self.faults)
        self.moments = Moments(clock)
        self.entities: Entities = seeded(self.moments)

    def signs_in(self, request: Asked) -> bool:
        return request.path[-1:] != () and request.path[-1].lower() == "authenticate"

    def writes(self, request: Asked) -> bool:
        return request.method != "GET" and request.path[-1].lower() != "select"

    def state(self) -> Mapping[str, Any]:
        return self.entities

    def hints(self) -> Mapping[str, str]:
        return {
            "project": self.project,
            "user": self.username,
            "password": self.password,
            "entities": ", ".join(self.entities),
        }

    def answer(self, request: Asked) -> Answer:
        place = [segment.lower() for segment in request.path]
        if place == ["v1", "authenticate"] and request.method == "POST":
            return self._authenticate(request)
        if not self.tokens.holds(request, now=self.clock()):
            raise _refused(401, "unauthorized", "The token is missing or has ended.")
        if place[2:3] != [self.project.lower()]:
            raise _refused(404, "project_unknown", "There is no such project.")
        match [request.method, *place[:2], *place[3:]]:
            case ["GET", "v1", "dictionary"]:
                return Answer([described(entity, held) for entity, held in self.entities.items()])
            case ["GET", "v1", "dictionary", entity]:
                return Answer(described(entity, self._held(entity)))
            case ["POST", "v1", "data", "select"]:
                return self._select(request)
            case ["POST", "v1", "data", "bulkimport"]:
                return self._bulk_import(request)
            case ["POST", "v1", "data", "validateexport"]:
                return self._validate(request)
            case [_, "v1", "data", entity, *code]:
                return self._records(entity, request, request.path[4] if code else None)
        raise _refused(404, "not_found", "There is nothing at this address.")

    def _authenticate(self, request: Asked) -> Answer:
        """POST /v1/Authenticate with scope, projectCode, userName and password."""
        body = _members(request)
        known = (body.get("projectcode"), body.get("username"), body.get("password"))
        if known != (self.project, self.username, self.password):
            raise _refused(401, "unauthorized", "Project, user or password are not known.")
        now = self.clock()
        generated = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond:06}0Z"
        answer = {"authToken": self.tokens.give(now=now), "expiresIn": TOKEN_SECONDS, "generatedTimeUTC": generated}
        return Answer(answer | {"passwordExpiryUTC": None})

    def _held(self, entity: str) -> dict[str, Record]:
        found = self.entities.get(entity.lower())
        if found is None:
            raise _refused(404, "entity_unknown", f"There is no entity {entity}.")
        return found

    # --- reading

    def _packet(self, records: list[Record], offset: object) -> Answer:
        """At most 1000 of them, from `offset` on, as a bare list."""
        start = offset if isinstance(offset, int) and offset >= 0 else 0
        rows = self.faults.listed(records)
        start = 0 if self.faults.take(Fault.REPEATED_PAGE) else start
        return Answer(list(rows[start : start + PACKET]))

    def _select(self, request: Asked) -> Answer:
        """POST /v1/Data/{project}/Select: the records of an entity that match every filter."""
        body = _members(request)
        entity = str(body.get("entityname", "")).lower()
        held = self._held(entity)
        try:
            found = matching(held.values(), body.get("filterfields") or [])
        except FilterRefused as refused:
            raise _refused(400, "filter_refused", str(refused)) from None
        wanted = {str(field.get("fieldName")) for field in body.get("returnfields") or []}
        always = SYSTEM | {f"{entity}_ID"}
        rows = [{name: value for name, value in row.items() if not wanted or name in wanted | always} for row in found]
        return self._packet(rows, body.get("offset"))

    def _records(self, entity: str, request: Asked, code: str | None) -> Answer:
        held = self._held(entity)
        if request.method == "GET" and code is None:
            return self._packet(list(held.values()), whole_number(request.query.get("offset", "0")))
        if request.method == "POST" and code is None:
            return Answer(self._write(entity, _object(request), only_new=True)[0])
        if code not in held:
            raise _refused(404, "record_unknown", f"There is no {entity} {code}.")
        if request.method == "GET":
            return Answer(held[code])
        if request.method == "PUT":
            return Answer(self._write(entity, _object(request) | {f"{entity}_ID": code})[0])
        return Answer(held.pop(code))

    # --- writing

    def _write(self, entity: str, given: Record, *, only_new: bool = False) -> tuple[Record, bool]:
        """The record as it is now, and whether it is a new one. Whoever writes makes it one to be exported."""
        held = self._held(entity)
        code = str(given.get(f"{entity}_ID") or f"{entity}-{len(held) + 1}")
        if only_new and code in held:
            raise _refused(409, "record_exists", f"There is a {entity} {code} already.")
        self._check(entity, given)
        stamped = {"srvExport": 0, "srvDateUTC": self.moments.next(), "srvAttrib": 0}
        before = held.get(code, {})
        held[code] = kept(entity, before | given | {f"{entity}_ID": code} | stamped)
        return held[code], not before

    def _check(self, entity: str, given: Record) -> None:
        """A foreign key names a record that is there."""
        for name, value in given.items():
            target = name.removesuffix("_ID").lower()
            foreign = name.endswith("_ID") and target != entity and target in self.entities
            if foreign and value and value not in self.entities[target]:
                raise _refused(400, "foreign_key_invalid", f"{name}: there is no {target} {value}.")

    def _bulk_import(self, request: Asked) -> Answer:
        """POST /v1/Data/{project}/BulkImport: by code, all of it or nothing."""
        body = _members(request)
        entity, rows = str(body.get("entityname", "")).lower(), body.get("rows")
        held = self._held(entity)
        if not isinstance(rows, list) or len(rows) > BULK:
            raise _refused(400, "rows_invalid", f"rows is a list of at most {BULK} records.")
        self._check_rows(entity, rows)
        before = len(held)
        for row in rows:
            self._write(entity, row)
        added = len(held) - before
        return Answer({"addedRow": added, "updatedRow": len(rows) - added, "statistics": _statistics(len(rows))})

    def _check_rows(self, entity: str, rows: list[Any]) -> None:
        for row in rows:
            if not isinstance(row, dict) or not row.get(f"{entity}_ID"):
                raise _refused(400, "code_missing", f"{entity}_ID is required.")
            self._check(entity, row)

    def _validate(self, request: Asked) -> Answer:
        """POST /v1/Data/{project}/ValidateExport: stamps what was not changed since it was read."""
        body = _members(request)
        entity, rows = str(body.get("entityname", "")).lower(), body.get("rows")
        held = self._held(entity)
        if not isinstance(rows, list) or "srvexport" not in body:
            raise _refused(400, "body_invalid", "entityName, srvExport and rows are required.")
        stamped, rejected = 0, []
        for row in rows:
            code = str(row.get("rowCode"))
            if held.get(code, {}).get("srvDateUTC") == row.get("srvDateUTC"):
                held[code]["srvExport"] = body["srvexport"]
                stamped += 1
            else:
                rejected.append({"entityName": entity, "rowCode": code, "reason": "modified"})
        return Answer({"updatedRow": stamped, "rejectedRows": rejected})


def _object(request: Asked) -> Record:
    body = request.json()
    if not isinstance(body, dict):
        raise _refused(400, "body_invalid", "The body is a JSON object.")
    return body


def _members(request: Asked) -> dict[str, Any]:
    """The members of the body, their names in small letters."""
    return {name.lower(): value for name, value in _object(request).items()}


def _statistics(rows: int) -> dict[str, Any]:
    return {
        "queryCount": rows + 10,
        "queryDurationTotal": "00:00:00.0100000",
        "executionDuration": "00:00:00.0200000",
    }


def _refused(status: int, code: str, message: str) -> Refusal:
    return Refusal(Answer({"errorCode": code, "message": message}, status=status))
