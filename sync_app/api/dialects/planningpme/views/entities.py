"""`/{brand}/api/{entity}` and `/{brand}/api/{entity}/{key}`: the records of one type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request

from integration_admin.accounts.access import NotAllowed
from sync_app.api.bodies import PATCHES, check_json, check_patch
from sync_app.api.dialects.base import without_body
from sync_app.api.dialects.planningpme.entity_bodies import error_of, merged, refused, values_of
from sync_app.api.dialects.planningpme.entity_lists import ShapedList, list_answer
from sync_app.api.dialects.planningpme.entity_names import address_of, type_at
from sync_app.api.dialects.planningpme.entity_queries import PAGING, list_question, refused_filter
from sync_app.api.dialects.planningpme.entity_shapes import Shaper
from sync_app.api.dialects.planningpme.entity_tags import changed_since, is_known, seen_version, tag_of
from sync_app.api.dialects.planningpme.planned_shapes import as_work
from sync_app.api.dialects.planningpme.requests import LARGEST_RECORD, NUMBER, limits, query_of
from sync_app.api.dialects.planningpme.responses import JSON, json_answer
from sync_app.api.dialects.planningpme.views.running import REPLAYED, RunningDoor
from sync_app.api.json_out import encode
from sync_app.api.once import Edit, Written, edit_once
from sync_app.api.problems import DoorRefused
from sync_app.engine.editing import Verb
from sync_app.runs.lists.filters import FilterRefused, visible_fields
from sync_app.runs.lists.listing import RecordNotFound, find_record, open_listing, types_of
from sync_app.runs.lists.planned import DO, UNAVAILABILITY
from sync_app.runs.loading import setting_for
from sync_app.runs.records.editing import EditConflict, EditRefused, EditResult, RecordChange, edit_records
from sync_app.storage.listing import Listed
from templates_app.catalog.types import EntityType
from templates_app.sources.json_object import read_object

OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204
NOT_MODIFIED: Final = 304
#: Names the run that tells of a write.
RUN: Final = "X-Run"
#: A record that ended while it was being changed is gone like any other.
GONE: Final = frozenset({"record_missing", "record_deleted"})


class EntityRoom(RunningDoor):
    """What the doors to records share. A type that the caller may neither read nor write does not exist."""

    def largest_body(self) -> int:
        return min(LARGEST_RECORD, settings.MAX_BODY_BYTES)

    def read_type(self, name: str) -> EntityType:
        """Raises NotAllowed and DoorRefused (404)."""
        return self._type(name, self.actor.reads)

    def written_type(self, name: str) -> EntityType:
        """Raises NotAllowed, for a type that may only be read too, and DoorRefused (404)."""
        entity = self._type(name, lambda _name: True)
        if not self.actor.writes(entity.name):
            raise NotAllowed("type_not_writable", type=entity.name)
        return entity

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if "entity" in kwargs:
            self._type(kwargs["entity"], lambda name: self.actor.reads(name) or self.actor.writes(name))
        return super().options(request, *args, **kwargs)

    def detail(self, entity: EntityType, record: Listed, *, status: int = OK) -> HttpResponse:
        """The record, with its tag."""
        content = encode(Shaper(actor=self.actor, entity=entity, detail=True).bodies([record])[0])
        answer = HttpResponse(content, status=status, content_type=JSON)
        answer.headers["ETag"] = tag_of(record.version, content)
        return answer

    def given(self, view: memoryview) -> Mapping[str, Any]:
        """The body, an object. Raises SourceRefused."""
        return read_object(view, limits=limits())

    def _type(self, name: str, exists: Callable[[str], bool]) -> EntityType:
        catalog = types_of(self.actor)
        found = type_at(catalog, name)
        if found is None or not exists(found.name):
            known = ", ".join(address_of(one) for one in catalog.types.values() if self.actor.reads(one.name))
            raise DoorRefused("entity_unknown", status=404, known=known or "–")
        return found


class WritingRoom(EntityRoom):
    """What the doors that write records share: every write is a run, happens once under one key, and has one answer."""

    def write(
        self, *, entity: EntityType, view: memoryview, status: int, change: Callable[[], RecordChange]
    ) -> HttpResponse:
        """`change` is made when it is clear that it is asked for the first time."""
        asked = self.asked(view)
        written, earlier = edit_once(asked=asked, edit=self._edit(change), status=status, clock=self.clock)
        answer = self._answer(entity, written, status)
        if earlier:
            answer.headers[REPLAYED] = "true"
        if written.run is not None:
            answer.headers[RUN] = str(written.run)
        return answer

    def _edit(self, change: Callable[[], RecordChange]) -> Edit:
        def edit(noted: Callable[[EditResult], None] | None) -> EditResult:
            wanted = change()
            try:
                return edit_records(actor=self.actor, changes=[wanted], clock=self.clock, trigger="api", noted=noted)
            except EditConflict as conflict:
                raise changed_since() from conflict
            except EditRefused as stopped:
                problems = stopped.problems[0]
                if GONE & {problem.code for problem in problems}:
                    raise RecordNotFound from stopped
                raise refused(map(error_of, problems)) from stopped

        return edit

    def _answer(self, entity: EntityType, written: Written, status: int) -> HttpResponse:
        answer = without_body(status) if status == NO_CONTENT else self._present(entity, written, status)
        if status == CREATED:
            place = {"brand": self.kwargs["brand"], "entity": address_of(entity), "key": written.record}
            answer.headers["Location"] = reverse("planningpme:entity", kwargs=place)
        return answer

    def _present(self, entity: EntityType, written: Written, status: int) -> HttpResponse:
        """The record as it is now; of one that the caller may not see, or that is gone by now, the key alone."""
        if self.actor.reads(entity.name):
            try:
                return self.detail(
                    entity, find_record(actor=self.actor, entity=entity, key=written.record), status=status
                )
            except RecordNotFound:
                pass
        return json_answer({"key": written.record}, status=status)


class EntitiesDoor(WritingRoom):
    """GET lists, POST creates."""

    def get(self, request: Request, brand: str, entity: str) -> HttpResponseBase:
        found = self.read_type(entity)
        asked = list_question(self.http, actor=self.actor, entity=found)
        try:
            listing = open_listing(actor=self.actor, entity=found, asked=asked, clock=self.clock)
        except FilterRefused as stopped:
            raise refused_filter(stopped) from stopped
        shapes = Shaper(actor=self.actor, entity=found, detail=False)
        return list_answer(ShapedList(listing, shapes), whole=asked.page is None, language=self.language)

    def post(self, request: Request, brand: str, entity: str) -> HttpResponseBase:
        found = self.written_type(entity)
        check_json(self.http.META)
        query_of(self.http, known=())
        with self.body(limit=self.largest_body()) as view:
            body = self.given(view)
            return self.write(entity=found, view=view, status=CREATED, change=lambda: self._creation(found, body))

    def _creation(self, entity: EntityType, body: Mapping[str, Any]) -> RecordChange:
        fields = visible_fields(self.actor, entity)
        values = values_of(body, entity=entity, fields=fields, record=None, setting=setting_for(self.actor.brand))
        return RecordChange(entity.name, "create", values=values)


class EntityDoor(WritingRoom):
    """One record. PUT replaces it, PATCH changes what is named, DELETE deletes it so that it can be brought back."""

    http_method_names = ["get", "head", "put", "patch", "delete", "options"]

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = super().options(request, *args, **kwargs)
        answer.headers["Accept-Patch"] = ", ".join(PATCHES)
        return answer

    def get(self, request: Request, brand: str, entity: str, key: str) -> HttpResponseBase:
        found = self.read_type(entity)
        query_of(self.http, known=PAGING)
        answer = self.detail(found, self._shown(found, key))
        if is_known(self.http.META, answer.headers["ETag"]):
            tag = answer.headers["ETag"]
            answer = without_body(NOT_MODIFIED)
            answer.headers["ETag"] = tag
        return answer

    def put(self, request: Request, brand: str, entity: str, key: str) -> HttpResponseBase:
        return self._changed(entity, key, whole=True)

    def patch(self, request: Request, brand: str, entity: str, key: str) -> HttpResponseBase:
        return self._changed(entity, key, whole=False)

    def delete(self, request: Request, brand: str, entity: str, key: str) -> HttpResponseBase:
        found = self.written_type(entity)
        query_of(self.http, known=())

        def deletion() -> RecordChange:
            record = self._found(found, key)
            return RecordChange(found.name, "delete", record.id, version=seen_version(self.http.META, record.version))

        return self.write(entity=found, view=memoryview(b""), status=NO_CONTENT, change=deletion)

    def _changed(self, entity: str, key: str, *, whole: bool) -> HttpResponseBase:
        found = self.written_type(entity)
        merge = self._checked(whole=whole)
        query_of(self.http, known=())
        with self.body(limit=self.largest_body()) as view:
            body = self.given(view)

            def change() -> RecordChange:
                return self._change(found, key, body, whole=whole, merge=merge)

            return self.write(entity=found, view=view, status=OK, change=change)

    def _checked(self, *, whole: bool) -> bool:
        """Whether the body is a merge patch."""
        if whole:
            check_json(self.http.META)
            return False
        return check_patch(self.http.META)

    def _change(
        self, entity: EntityType, key: str, body: Mapping[str, Any], *, whole: bool, merge: bool
    ) -> RecordChange:
        record = self._found(entity, key)
        version = seen_version(self.http.META, record.version)
        fields = visible_fields(self.actor, entity)
        values = values_of(body, entity=entity, fields=fields, record=record, setting=setting_for(self.actor.brand))
        verb: Verb = "change"
        inside = merged(values, fields=fields, record=record) if merge else {}
        if inside:
            # What it is made of must still be there when it is written.
            values, version = values | inside, record.version
        if whole:
            # What the caller may not see is not theirs to leave out.
            hidden = any(name not in fields for name, one in entity.fields.items() if not one.retired)
            verb = "change" if hidden else "replace"
            cleared = (name for name, one in fields.items() if one.writable and name in record.data)
            values = (dict.fromkeys(cleared) if hidden else {}) | values
        return RecordChange(entity.name, verb, record.id, values, version)

    def _shown(self, entity: EntityType, key: str) -> Listed:
        """The record; among planned work, an unavailability of a type of its own as well: `do/list` names both."""
        try:
            return self._found(entity, key)
        except RecordNotFound:
            if entity.name != DO or not self.actor.reads(UNAVAILABILITY):
                raise
        own = types_of(self.actor).types[UNAVAILABILITY]
        return as_work(self._found(own, key), work=entity, own=own)

    def _found(self, entity: EntityType, key: str) -> Listed:
        """Raises RecordNotFound, for what is no number too."""
        if not NUMBER.fullmatch(key):
            raise RecordNotFound
        return find_record(actor=self.actor, entity=entity, key=int(key))
