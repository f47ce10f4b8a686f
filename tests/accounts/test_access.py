"""What an Actor may do, for each way of becoming one."""

from __future__ import annotations

from datetime import datetime

import pytest

from integration_admin.accounts import logins
from integration_admin.accounts.access import Actor, NotAllowed, api_actor, brands_of, site_actor, system_actor
from integration_admin.accounts.models import Access, Brand, Group, Membership, Right, Scope, User
from tests.conftest import BY, Key, Login


@pytest.fixture
def clerk(acme: Brand) -> Group:
    group = Group.objects.create(brand=acme, name="Clerks", may_import=True)
    for entity_type, access in (("Customer", "All"), ("Project", "Read"), ("Do", "Write")):
        group.accesses.create(entity_type=entity_type, access=access)
    return group


@pytest.fixture
def clerk_actor(acme: Brand, clerk: Group, now: datetime) -> Actor:
    member, _ = logins.create_api_user(brand=acme, username="clerk", at=now, by=BY, group=clerk)
    return api_actor(membership=member, appkey=None)


@pytest.mark.parametrize(
    ("entity_type", "reads", "writes"),
    [
        ("Customer", True, True),
        ("Project", True, False),
        ("Do", False, True),
        ("Skill", False, False),
        ("customer", False, False),
        ("", False, False),
    ],
)
def test_read_sees_write_writes_and_all_does_both(
    entity_type: str, reads: bool, writes: bool, clerk_actor: Actor
) -> None:
    assert (clerk_actor.reads(entity_type), clerk_actor.writes(entity_type)) == (reads, writes)


@pytest.mark.parametrize(
    ("writes", "looks_up", "code", "named"),
    [
        ({"Customer"}, set(), None, None),
        ({"Customer"}, {"Project", "Customer"}, None, None),
        (set(), {"Project"}, None, None),
        ({"Customer", "Project"}, set(), "type_not_writable", "Project"),
        ({"Do"}, set(), "type_not_writable", "Do"),
        ({"Customer"}, {"Do"}, "type_not_readable", "Do"),
        ({"Customer"}, {"Skill", "Project"}, "type_not_readable", "Skill"),
    ],
)
def test_an_import_needs_all_on_what_it_writes_and_read_on_what_it_looks_up(
    writes: set[str], looks_up: set[str], code: str | None, named: str | None, clerk_actor: Actor
) -> None:
    if code is None:
        clerk_actor.require_import(writes=writes, looks_up=looks_up)
        return
    with pytest.raises(NotAllowed) as caught:
        clerk_actor.require_import(writes=writes, looks_up=looks_up)
    assert (caught.value.code, caught.value.params) == (code, {"type": named})


def test_an_import_needs_the_import_right(teammate: Login) -> None:
    actor = api_actor(membership=teammate.membership, appkey=None)
    with pytest.raises(NotAllowed) as caught:
        actor.require_import(writes=set(), looks_up=set())
    assert (caught.value.code, caught.value.params) == ("right_missing", {"right": "import"})


@pytest.mark.parametrize(
    ("scopes", "right", "allowed"),
    [
        (["import"], Right.IMPORT, True),
        (["import"], Right.UNDO, True),
        (["export"], Right.IMPORT, False),
        (["export"], Right.UNDO, False),
        (["export"], Right.EXPORT, True),
        (["templates"], Right.TEMPLATES, True),
        (["records"], Right.EXPORT, False),
        (list(Scope.values), Right.ADMINISTRATION, False),
    ],
)
def test_an_application_key_narrows_what_its_user_may(
    scopes: list[str], right: str, allowed: bool, acme: Brand, owner: Login, now: datetime
) -> None:
    key, _ = logins.create_appkey(brand=acme, label="Narrow", at=now, by=BY, scopes=scopes)
    actor = api_actor(membership=owner.membership, appkey=key)
    assert actor.may(right) is allowed
    if not allowed:
        with pytest.raises(NotAllowed) as caught:
            actor.require(right)
        assert caught.value.code == "scope_missing"


def test_an_application_key_gives_no_right_that_its_user_lacks(teammate: Login, appkey: Key) -> None:
    actor = api_actor(membership=teammate.membership, appkey=appkey.row)
    assert actor.may(Right.EXPORT)
    assert not actor.may(Right.IMPORT)
    assert not actor.reads("Project")


@pytest.mark.parametrize(("allowed", "name", "may"), [([], "any", True), (["a", "b"], "a", True), (["a"], "b", False)])
def test_an_application_key_may_be_bound_to_templates(
    allowed: list[str], name: str, may: bool, acme: Brand, owner: Login, now: datetime
) -> None:
    key, _ = logins.create_appkey(brand=acme, label="Bound", at=now, by=BY, allowed_templates=allowed)
    actor = api_actor(membership=owner.membership, appkey=key)
    assert actor.may_use_template(name) is may
    if not may:
        with pytest.raises(NotAllowed, match="template_not_allowed"):
            actor.require_template(name)


def test_a_site_user_has_the_rights_of_the_login_linked_to_them(acme: Brand, owner: Login, teammate: Login) -> None:
    assert site_actor(user=owner.user, brand=acme).may(Right.ADMINISTRATION)
    limited = site_actor(user=teammate.user, brand=acme)
    assert (limited.may(Right.EXPORT), limited.may(Right.IMPORT)) == (True, False)
    assert (limited.reads("Customer"), limited.writes("Customer"), limited.reads("Project")) == (True, False, False)


def test_a_stranger_is_nobody_here(acme: Brand, stranger: Login) -> None:
    with pytest.raises(NotAllowed, match="not_in_brand"):
        site_actor(user=stranger.user, brand=acme)


@pytest.mark.parametrize("ending", ["deactivated", "no group", "brand off", "user off"])
def test_a_site_user_loses_their_rights_with_what_they_rest_on(ending: str, acme: Brand, owner: Login) -> None:
    members = Membership.objects.filter(pk=owner.membership.pk)
    if ending == "deactivated":
        members.update(status="deactivated")
    if ending == "no group":
        members.update(group=None)
    if ending == "brand off":
        Brand.objects.filter(pk=acme.pk).update(active=False)
    owner.user.is_active = ending != "user off"
    with pytest.raises(NotAllowed, match="not_in_brand"):
        site_actor(user=owner.user, brand=acme)
    assert not brands_of(user=owner.user).exists()


@pytest.mark.parametrize("right", Right.values)
def test_superusers_and_the_system_may_do_everything(right: str, acme: Brand, root: User) -> None:
    for actor in (site_actor(user=root, brand=acme), system_actor(brand=acme, name="command verify")):
        actor.require(right)
        actor.require_import(writes={"Anything"}, looks_up={"Whatever"})
        assert actor.brand == acme


def test_a_login_without_a_group_becomes_no_actor(owner: Login) -> None:
    owner.membership.group = None
    with pytest.raises(NotAllowed, match="not_in_brand"):
        api_actor(membership=owner.membership, appkey=None)


def test_every_type_covers_types_that_are_not_named(owner: Login) -> None:
    actor = api_actor(membership=owner.membership, appkey=None)
    assert actor.reads("_NeverHeardOf")
    assert actor.writes("_NeverHeardOf")


def test_brands_are_those_of_the_memberships(
    acme: Brand, other: Brand, owner: Login, teammate: Login, root: User
) -> None:
    assert list(brands_of(user=owner.user)) == [acme]
    assert list(brands_of(user=teammate.user, right=Right.ADMINISTRATION)) == []
    assert list(brands_of(user=teammate.user, right=Right.EXPORT)) == [acme]
    assert set(brands_of(user=root)) == {acme, other}


def test_the_accesses_are_those_of_the_documented_enum() -> None:
    assert set(Access.values) == {"All", "Read", "Write"}
