"""Admin screens that know the brand: the base of every screen of the three floors.

Superusers see every brand. Everybody else sees what belongs to the brands they are a member of with the right that the
screen asks for; what belongs to another brand is not found, exactly like what does not exist.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeGuard

from django.contrib import admin, messages
from django.contrib.admin import RelatedFieldListFilter, RelatedOnlyFieldListFilter, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.forms import ModelChoiceField, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from integration_admin.accounts import audit
from integration_admin.accounts.access import brands_of
from integration_admin.accounts.brand_choice import chosen_brand, visible_brands
from integration_admin.accounts.histories import object_history
from integration_admin.accounts.models import Brand, Right
from integration_admin.form_changes import after_form, before_form, row_changes
from integration_admin.local_time import show_times_of
from integration_admin.one_press import SENT_BEFORE, fresh, one_press
from integration_admin.whole_numbers import whole_number

BRANDS_IN_REQUEST: Final = "integration_admin.brands"
LONGEST_SEARCH: Final = 200
LOOKUPS: Final = frozenset(
    (
        "",
        "__exact",
        "__id__exact",
        "__pk__exact",
        "__isnull",
        "__in",
        "__id__in",
        "__gt",
        "__gte",
        "__lt",
        "__lte",
        "_from",
        "_to",
    )
)


def brand_ids(request: HttpRequest, right: str | None) -> frozenset[int]:
    """Keys of the brands in which this person has the right (None: any membership); asked once a request."""
    known: dict[str | None, frozenset[int]] = request.META.setdefault(BRANDS_IN_REQUEST, {})
    if right not in known:
        user = request.user
        if right is None:
            known[right] = frozenset(brand.pk for brand in visible_brands(request))
        else:
            known[right] = (
                frozenset(brands_of(user=user, right=right).values_list("pk", flat=True))
                if user.is_authenticated and user.is_staff
                else frozenset()
            )
    return known[right]


def acting(request: HttpRequest) -> str:
    """Who is at work, as histories name them."""
    user = request.user
    return user.get_full_name() if user.is_authenticated else "nobody"


class BrandScopedAdmin(ModelAdmin):
    """`brand_path` leads from the model to its brand, as the ORM writes it. The rights are values of Right.

    `view_right` None opens the screen to every member; `change_right` is asked for adding, changing and deleting.
    `read_only` closes all three, `deletable` opens the last. `when_empty` says where the first row comes from,
    `sent_before` what became of a form that is sent a second time.
    """

    brand_path: ClassVar[str] = "brand"
    view_right: ClassVar[str | None] = Right.ADMINISTRATION
    change_right: ClassVar[str | None] = Right.ADMINISTRATION
    read_only: ClassVar[bool] = False
    deletable: ClassVar[bool] = False
    when_empty: ClassVar[object] = ""
    sent_before: ClassVar[object] = SENT_BEFORE
    change_form_before_template: ClassVar[str] = "integration_admin/once.html"
    list_per_page = 50
    empty_value_display = "–"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows this person may see; a list shows those of the brand that is looked at only."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        brand = chosen_brand(request) if self._lists(request) else None
        if brand is not None:
            rows = rows.filter(**{self.brand_path: brand.pk})
        if request.user.is_authenticated and request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.brand_path}__in": self.seen_in(request)})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        brand = self.brand_of(found)
        if brand is not None:
            show_times_of(brand)
        return found

    def seen_in(self, request: HttpRequest) -> frozenset[int]:
        """Keys of the brands whose rows this person may see."""
        return brand_ids(request, self.view_right)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._holds(request, obj, self.seen_in(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self.read_only and self._holds(request, None, brand_ids(request, self.change_right))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return not self.read_only and self._holds(request, obj, brand_ids(request, self.change_right))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        changed_in = brand_ids(request, self.change_right)
        return not self.read_only and self.deletable and self._holds(request, obj, changed_in)

    def brand_of(self, obj: models.Model) -> Brand | None:
        """The brand that a row belongs to."""
        found: Any = obj
        for name in self.brand_path.split("__"):
            found = getattr(found, name, None)
        return found if isinstance(found, Brand) else None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """Nothing moves to another brand once it exists."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "brand"] if obj is not None and self.brand_path == "brand" else fields

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs["queryset"] = self._choices(db_field.related_model, request)
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Where one brand is looked at, its name in every row says nothing."""
        shown = super().get_list_display(request)
        return [name for name in shown if name != "brand" or chosen_brand(request) is None]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Databases refuse very long patterns."""
        found: tuple[models.QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term[:LONGEST_SEARCH]
        )
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Numbers that no column holds are as little a filter as other nonsense: the list is shown without."""
        try:
            return super().get_changelist_instance(request)
        except OverflowError as beyond:
            raise IncorrectLookupParameters from beyond

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Filters over related rows offer only those that occur in what this person sees."""
        items = [item for item in super().get_list_filter(request) if item != "brand" or chosen_brand(request) is None]
        return [self._scoped_filter(item) for item in items]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new row belongs to the brand that is looked at, unless another is picked."""
        brand = chosen_brand(request)
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return given if brand is None else {"brand": brand.pk, **given}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters of the screen: other names would let a guess at hidden columns be answered."""
        shown = super().get_list_filter(request)
        names = [item if isinstance(item, str) else item[0] for item in shown if isinstance(item, (str, tuple))]
        names += [self.date_hierarchy] if self.date_hierarchy else []
        names += [item.parameter_name for item in shown if _is_own_filter(item)]
        if self.date_hierarchy and lookup.startswith(f"{self.date_hierarchy}__"):
            return True
        return any(lookup.startswith(name) and lookup[len(name) :] in LOOKUPS for name in names)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.audit(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        brand, target = self.brand_of(obj), audit.audited_as(obj)
        super().delete_model(request, obj)
        self._record(request, brand=brand, verb="delete", target=target)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def save_formset(self, request: HttpRequest, form: ModelForm[Any], formset: Any, change: bool) -> None:
        """The rows inside belong to the whole: what became of them is a change of it."""
        super().save_formset(request, form, formset, change)
        before, after = row_changes(formset)
        if before or after:
            obj = form.instance
            target = audit.audited_as(obj)
            self._record(request, brand=self.brand_of(obj), verb="change", target=target, before=before, after=after)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row is made once, however often its form is sent; a form that is shown again may be sent again."""
        with one_press(request) as press:
            if not press.first:
                messages.warning(request, str(self.sent_before))
                return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
            context = {"once": fresh(), **(extra_context or {})}
            answer: HttpResponse = super().add_view(request, form_url, context)
            press.made = "adminform" not in (getattr(answer, "context_data", None) or {})
            return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the configuration history tells of this object."""
        obj = self.get_object(request, object_id)
        place = whole_number(request.GET.get("before", ""))
        brand = self.brand_of(obj)
        history, older = object_history(obj, brand=brand, before=place)
        opts = self.opts
        administers = brand is not None and brand.pk in brand_ids(request, Right.ADMINISTRATION)
        context = {
            **self.admin_site.each_context(request),
            "opts": opts,
            "title": _("History of %(name)s") % {"name": obj},
            "brand": brand,
            "name": str(obj),
            "history": history,
            "older": older,
            "paged": place is not None,
            "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk]),
            "all_href": reverse("admin:accounts_auditentry_changelist") if administers else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "integration_admin/object_history.html", context)

    def audit(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        """Writes what a form changed into the configuration history."""
        before, after = before_form(form) if change else None, after_form(form)
        verb, target = "change" if change else "create", audit.audited_as(obj)
        self._record(request, brand=self.brand_of(obj), verb=verb, target=target, before=before, after=after)

    def _record(
        self, request: HttpRequest, *, brand: Brand | None, verb: str, target: str, **values: dict[str, object] | None
    ) -> None:
        action = f"{verb}_{self.model._meta.model_name}"
        audit.record(brand=brand, by=acting(request), action=action, target=target, at=timezone.now(), **values)

    def _holds(self, request: HttpRequest, obj: models.Model | None, ids: frozenset[int]) -> bool:
        if obj is None or obj.pk is None:
            return bool(ids) or _is_superuser(request)
        brand = self.brand_of(obj)
        return _is_superuser(request) or (brand is not None and brand.pk in ids)

    def _choices(self, model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
        if model is Brand:
            return Brand.objects.filter(pk__in=brand_ids(request, self.change_right))
        screen = self.admin_site._registry.get(model)
        if isinstance(screen, BrandScopedAdmin):
            return screen.get_queryset(request)
        return model._default_manager.all() if _is_superuser(request) else model._default_manager.none()

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        try:
            related = self.model._meta.get_field(item).is_relation
        except FieldDoesNotExist:
            return item
        if item == "brand":
            return (item, BrandFilter)
        return (item, RelatedOnlyFieldListFilter) if related else item

    def _lists(self, request: HttpRequest) -> bool:
        """Whether this request asks for this screen's list: other pages open whatever the person may see."""
        match = request.resolver_match
        own = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return self.brand_path != "pk" and match is not None and match.url_name == own


class BrandFilter(RelatedFieldListFilter):
    """Offers the brands this person may open, whether rows of theirs are listed or not: no row is read to tell."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [(str(brand.pk), brand.name) for brand in visible_brands(request)]


class ScopedInline(TabularInline):
    """Rows inside a scoped screen: who may change the whole may change its parts."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._screen().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._screen().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._screen().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._screen().has_change_permission(request, obj)

    def _screen(self) -> admin.ModelAdmin[Any]:
        screen: admin.ModelAdmin[Any] = self.admin_site.get_model_admin(self.parent_model)
        return screen


def _is_own_filter(item: object) -> TypeGuard[type[SimpleListFilter]]:
    return isinstance(item, type) and issubclass(item, SimpleListFilter)


def _is_superuser(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_active and user.is_superuser
