"""What exists, who it belongs to, and who may know of it: the model that replies are held against."""
import threading
import time

# Rights that ended are effective within this many seconds, as promised.
GRACE = 3


class Person:
    """Somebody with an account, or nobody (`id` None)."""

    def __init__(self, name, tenant=None, email=None, password=None):
        self.name, self.tenant, self.email, self.password = name, tenant, email, password
        self.id = self.token = self.refresh_token = self.cookie = self.csrf = None
        self.role, self.signed_at, self.changed_at = "student", 0, 0

    @property
    def is_platform_admin(self):
        return self.role == "platform-admin"

    def __repr__(self):
        return self.name


class Thing:
    """Something that exists; `state` is as its owner read it last."""

    def __init__(self, kind, id, owner, tenant, state=None, parent=None):
        self.kind, self.id, self.owner, self.tenant = kind, id, owner, tenant
        self.state, self.parent = state or {}, parent
        self.roles = {}  # of people in a society
        self.was_public = self.is_gone = self.is_uncertain = False
        self.settings = None  # a society's registration
        self.made_at, self.changed_at = time.monotonic(), 0
        self.extra = {}

    def change(self, state):
        if state != self.state:
            self.changed_at = time.monotonic()
        self.state = state

    def __repr__(self):
        return f"{self.kind}/{self.id}"


class Mark:
    """A text that stands in one thing, and in copies of it."""

    __slots__ = ("owner", "kind", "thing", "copies")

    def __init__(self, owner, kind):
        self.owner, self.kind, self.thing, self.copies = owner, kind, None, ()


class Marks:
    """Every mark that was ever written, by all workers."""

    def __init__(self):
        self.known, self.lock = {}, threading.Lock()

    def note(self, mark, owner, kind):
        with self.lock:
            self.known[mark.lower()] = made = Mark(owner, kind)
        return made


def within_grace(*moments):
    return time.monotonic() - max(moments) < GRACE


def may_see_society(person, society):
    """None where the model does not decide."""
    if society.is_gone or society.is_uncertain:
        return None
    status, visibility = society.state.get("status"), society.state.get("visibility")
    if person.is_platform_admin or person.id in society.roles:
        return True
    if person.id and person.tenant == society.tenant and person.role in ("moderator", "admin"):
        return True
    if status == "active" and visibility == "public":
        return True
    return None if society.was_public and within_grace(society.changed_at) else False


def is_officer(person, society):
    return society.roles.get(person.id) in ("admin", "president")


def owns_form(person, form):
    if person.is_platform_admin:
        return True
    if person.id is None or person.tenant != form.tenant:
        return False
    if person.role == "admin":
        return True
    return is_officer(person, form.parent) if form.parent else person is form.owner


def may_see_form(person, form):
    if form.is_gone or form.is_uncertain:
        return None
    # What somebody gains with a society takes as long to be known everywhere as what they lose.
    if form.parent and not person.is_platform_admin and within_grace(form.parent.made_at, form.parent.changed_at):
        return None
    if owns_form(person, form):
        return True
    if form.state.get("status") not in ("published", "closed"):
        return None if within_grace(form.changed_at) else False
    if form.parent:
        if form.parent.state.get("status") != "active" or may_see_society(person, form.parent) is not True:
            # Moderators read societies of every status; whether their forms too is not said.
            is_moderator = person.id is not None and person.tenant == form.tenant and person.role == "moderator"
            is_open = is_moderator or form.parent.is_gone or within_grace(form.changed_at, form.parent.changed_at)
            return None if is_open else False
    if (form.state.get("settings") or {}).get("public"):
        return True if form.state.get("status") == "published" or person.tenant == form.tenant else None
    if person.id is None or person.tenant != form.tenant:
        return None if within_grace(form.changed_at) else False
    return True


def may_see(person, mark):
    """Whether somebody may be told what a mark stands in; None where the model does not decide."""
    answers = [may_see_in(person, mark.owner, mark.kind, thing) for thing in (mark.thing, *mark.copies)]
    return True if True in answers else None if None in answers else False


def may_see_in(person, owner, kind, thing):
    if person is owner or (person.id and person.id == owner.id) or person.is_platform_admin:
        return True
    if within_grace(person.changed_at):
        return None
    same_tenant = person.id is not None and person.tenant is not None and person.tenant == owner.tenant
    is_admin = same_tenant and person.role == "admin"
    if kind in ("universities", "departments", "programs", "condition"):
        return True
    if kind == "profile-field-mappings":
        return person.id is not None
    if kind == "users":
        return None if same_tenant else False
    if kind == "emails":
        return is_admin
    if kind in ("profile", "api-keys", "password"):
        return False
    if kind == "id-patterns":
        return person.role == "admin" and person.tenant == (thing or owner).tenant
    if thing is None:
        return None  # it was refused, or the reply has not come yet
    if kind == "societies":
        return may_see_society(person, thing)
    if kind == "forms":
        # Answers name options, and somebody's own answers stay readable.
        return True if person in thing.extra.get("answered", []) else may_see_form(person, thing)
    if kind == "responses":
        form = thing.parent
        if form is None or form.is_uncertain or form.is_gone or within_grace(form.changed_at, thing.changed_at):
            return None
        if form.parent is not None and within_grace(form.parent.changed_at):
            return None
        return owns_form(person, form)
    if kind == "registrations":
        society = thing.parent
        return None if society is None or within_grace(society.changed_at) else is_officer(person, society) or thing.extra.get("user") is person
    return None
