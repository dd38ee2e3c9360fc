"""What `scale` asks of each operation of the API: `OPERATIONS` has its samples by operation id."""
import time
import typing
import urllib.parse

from scene import NAME, PASSWORD, REGISTRATION, TOPICS, Account, Client, Refused, answers, options, survey

OPERATIONS = {}


class NotMeasured(Exception):
    """Says why there is nothing to measure, such as a list of one page."""


class Listing(typing.NamedTuple):
    """A list; its pages, sorts and searches follow from the operation's description."""

    who: str | None
    path: str
    q: str | None = None
    filters: dict = {}
    brief: bool = False  # the first page, a deep one and the search alone


class Case(typing.NamedTuple):
    label: str
    kind: str  # "page", "read" or "write"
    run: typing.Callable  # of the world and a number; calls `timed` once
    calls: int = 1_000  # at most


class World:
    """What samples find: the scene, newcomers, and what has been remembered in this run."""

    def __init__(self, scene, database):
        self.scene, self.database, self.ids = scene, database, scene.ids
        self.client = Client(scene.system)
        self.run = f"{time.time_ns() // 1_000_000:x}"
        self.memory = {}
        self.request = None  # the one that was measured last

    def who(self, name):
        return getattr(self.scene, name) if isinstance(name, str) else name

    def call(self, method, path, who=None, body=None):
        return self.client.call(method, path.format_map(self.ids), self.who(who), body)

    def timed(self, method, path, who=None, body=None, beginning=False):
        self.request = (method, path.format_map(self.ids), self.who(who))
        return self.client.timed(*self.request, body, beginning)

    def remember(self, key, make):
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]

    def registration(self, name):
        return {"email": f"scale-{self.run}-{name}@bench.example", "password": PASSWORD, "name": "New Comer", "universityId": self.ids["university"]}

    def newcomer(self, name):
        """Somebody with an account that is a moment old."""
        body = self.registration(name)
        return Account(self.client, body["email"], PASSWORD, self.call("POST", "/auth/register", None, body))

    def person(self, number):
        """The same newcomer for each number."""
        return self.remember(("person", number), lambda: self.newcomer(number))

    def applicant(self, number):
        """A newcomer who waits for the president's decision, and the registration's path."""
        person = self.person(number)
        id = self.call("POST", "/societies/{society}/registrations", person, {"answers": REGISTRATION})["id"]
        return person, f"/societies/{{society}}/registrations/{id}"

    def member(self, number):
        person, path = self.applicant(number)
        self.call("POST", path + "/approve", "president", {})
        return person

    def founded(self, number, approved=False):
        """The path of a newcomer's society."""
        body = {"name": f"Society {time.time_ns():x}", "description": "Founded a moment ago."}
        path = "/societies/" + self.call("POST", "/societies", self.person(number), body)["id"]
        if approved:
            self.call("POST", path + "/approve", "admin", {})
        return path

    def form(self, *steps):
        """The path of a form of its own that has taken these steps."""
        path = "/forms/" + self.call("POST", "/forms", "admin", survey("Scale life of a form"))["id"]
        for step in steps:
            self.call("POST", f"{path}/{step}", "admin", {})
        return path

    def profile_update(self):
        name = f"Sasha {time.time_ns():x}"
        body = {"answers": answers(name=name), "updateProfile": [NAME]}
        self.call("POST", "/forms/{copied}/responses", "student", body)
        return "/profile-updates/" + self.call("GET", "/profile-updates?status=pending&limit=1", "student")[0]["id"]

    def unread(self):
        """Makes the newest notice of the student unread and returns its id."""
        return self.database.value("notifier", """
            UPDATE notifications SET read_at = NULL WHERE id = (
                SELECT id FROM notifications WHERE user_id = '{student}' ORDER BY position DESC LIMIT 1
            ) RETURNING id;
        """.format_map(self.ids))

    def limit(self, limits):
        """Sets how many options of the survey have a limit."""
        if self.memory.get("limits") != limits:
            self.call("PATCH", f"/forms/{{survey}}/questions/{TOPICS}", "admin", {"options": options(limits)})
            self.memory["limits"] = limits

    def made(self, path, who, body):
        """The path of what is made for one call."""
        return f"{path}/{self.call('POST', path, who, body)['id']}"

    def unique(self):
        return f"{time.time_ns():x}"


# MARK: cases


def pages(listing, parameters):
    """The cases of a list whose operation takes these query parameters, by name."""
    who = f"as {listing.who or 'anybody'}"
    sorts = [] if listing.brief else parameters.get("sort") or []
    cases = [page(listing, who, "first page", {}), page(listing, who, "cursor", {}, deep_cursor)]
    for sort in sorts:
        cases += [page(listing, who, f"sort={sort}", {"sort": sort}), page(listing, who, f"sort={sort}, cursor", {"sort": sort}, deep_cursor)]
    if not listing.brief:
        cases.append(page(listing, who, "last page by number", {}, last_page))
    if listing.q and "q" in parameters:
        cases.append(page(listing, who, f"q={listing.q}", {"q": listing.q}))
        cases.append(page(listing, who, "q of nothing", {"q": "zyxw nothing"}))
    for name, value in listing.filters.items():
        cases.append(page(listing, who, f"{name} filter", {name: value}))
    return cases


def page(listing, who, label, query, place=None):
    def run(world, _):
        def locate():
            fixed = {name: value.format_map(world.ids) for name, value in query.items()}
            return fixed | (place(world, listing, fixed) if place else {})

        found = world.remember((listing.path, who, label), locate)
        world.timed("GET", address(listing, found), listing.who)

    return Case(f"{who}, {label}", "page", run)


def address(listing, query):
    return listing.path + ("?" + urllib.parse.urlencode(query) if query else "")


def deep_cursor(world, listing, query):
    """The cursor at the middle of a list, or as far as pages by number lead."""
    def part(number, limit):
        return world.call("GET", address(listing, query | {"page": number, "limit": limit}), listing.who).pagination

    total = part(1, 1)["total"]
    limit = max(1, min(100, total // 2))
    number = max(1, total // 2 // limit)
    while True:
        try:
            cursor = part(number, limit).get("nextCursor")
        except Refused as refusal:
            if refusal.status != 400 or number == 1:
                raise
            number //= 2
            continue
        if not cursor:
            raise NotMeasured("one page")
        return {"cursor": cursor}


def last_page(world, listing, query):
    first = world.call("GET", address(listing, query | {"limit": 1}), listing.who).pagination
    number = {"page": max(1, (first["total"] + 19) // 20)}
    try:
        world.call("GET", address(listing, query | number), listing.who)
    except Refused as refusal:
        if refusal.status == 400:
            raise NotMeasured("refused, which is right") from refusal
        raise
    return number


def read(who, path, label="", method="GET", body=None, beginning=False):
    return Case(label, "read", lambda world, _: world.timed(method, path, who, body, beginning))


def operation(name, label="", calls=1_000):
    """Adds a write, which prepares what it needs unmeasured and calls `timed` once."""
    def note(run):
        OPERATIONS.setdefault(name, []).append(Case(label, "write", run, calls))
        return run

    return note


def cases(name, described):
    """All cases of an operation, given its parameters as the OpenAPI document describes them."""
    parameters = {parameter["name"]: parameter["schema"].get("enum") for parameter in described}
    for sample in OPERATIONS.get(name, []):
        yield from pages(sample, parameters) if isinstance(sample, Listing) else [sample]


# MARK: reads

OPERATIONS |= {
    "academic.universities.list": [Listing(None, "/universities", "spare")],
    "academic.universities.get": [read(None, "/universities/{university}")],
    "academic.departments.list": [Listing(None, "/departments", "spare", {"universityId": "{university}"})],
    "academic.departments.get": [read(None, "/departments/{department}")],
    "academic.programs.list": [
        Listing(None, "/programs", "spare", {"universityId": "{university}", "departmentId": "{department}", "degree": "Master"}),
    ],
    "academic.programs.get": [read(None, "/programs/{program}")],
    "auth.users.me": [read("student", "/users/me")],
    "auth.users.get": [read("admin", "/users/{student}")],
    "auth.users.list": [Listing("admin", "/users", "Scale Stud"), Listing("platform", "/users", "Scale Stud")],
    "auth.sessions.list": [Listing("student", "/auth/sessions")],
    "auth.api-keys.list": [Listing("student", "/api-keys")],
    "auth.profile.get": [read("student", "/profile")],
    "auth.keys.list": [read(None, "//.well-known/jwks.json")],
    "forms.forms.list": [
        Listing("platform", "/forms", "Scale surv", {"status": "published", "entityType": "survey", "entityId": "{society}"}),
        Listing("admin", "/forms", "Scale surv", brief=True),
        Listing("student", "/forms", "Scale surv", brief=True),
    ],
    "forms.forms.get": [read("student", "/forms/{survey}"), read("student", "/forms/{form}", "of a society")],
    "forms.autofill.get": [read("student", "/forms/{form}/autofill")],
    "forms.responses.list": [Listing("admin", "/forms/{survey}/responses"), Listing("president", "/forms/{form}/responses", brief=True)],
    "forms.responses.get": [read("student", "/forms/{survey}/responses/{surveyResponse}")],
    "forms.responses.export": [read("admin", "/forms/{survey}/responses.csv", "first part", beginning=True)],
    "forms.profile-updates.list": [Listing("student", "/profile-updates", filters={"status": "pending"})],
    "forms.profile-field-mappings.list": [Listing("student", "/profile-field-mappings", filters={"isActive": "true"})],
    "forms.profile-field-mappings.get": [read("student", "/profile-field-mappings/{mapping}")],
    "id-parser.id-patterns.list": [
        Listing("platform", "/id-patterns", "spare", {"universityCode": "{code}", "isActive": "true"}), Listing("admin", "/id-patterns", brief=True),
    ],
    "id-parser.id-patterns.get": [read("admin", "/id-patterns/{pattern}")],
    "id-parser.student-ids.parse": [read("student", "/student-ids/parse", method="POST", body={"text": "card SC20240001 of 2024"})],
    "id-parser.student-ids.parse-batch": [
        read("student", "/student-ids/parse-batch", "100 texts", "POST", {"items": [{"text": "card SC20240001"}] * 100}),
    ],
    "notifier.notifications.list": [Listing("student", "/notifications", filters={"unread": "true"})],
    "notifier.notifications.count-unread": [read("student", "/notifications/unread-count")],
    "societies.societies.list": [
        Listing("platform", "/societies", "Scale Soc", {"status": "active", "universityId": "{university}"}),
        Listing("student", "/societies", "Scale Soc", brief=True), Listing(None, "/societies", "Scale Soc", brief=True),
    ],
    "societies.societies.get": [read(None, "/societies/{society}")],
    "societies.members.list": [Listing("president", "/societies/{society}/members", filters={"role": "president"})],
    "societies.registration.get": [read("student", "/societies/{society}/registration")],
    "societies.registrations.list": [Listing("president", "/societies/{society}/registrations", filters={"status": "pending"})],
    "societies.registrations.get-own": [read("student", "/societies/{society}/registrations/mine")],
    "platform.health": [read(None, "//api/health")],
    "platform.live": [read(None, "//health/live")],
    "platform.ready": [read(None, "//health/ready")],
    "platform.openapi": [read(None, "/openapi.json")],
}


@operation("id-parser.student-ids.parse", "after a pattern has changed")
def _(world, number):
    world.call("PATCH", "/id-patterns/{pattern}", "admin", {"priority": 1 + number % 2})
    world.timed("POST", "/student-ids/parse", "student", {"text": "card SC20240001 of 2024"})


@operation("id-parser.student-ids.verify")
def _(world, _):
    world.timed("POST", "/student-ids/verify", "student", {"studentId": "SC20240001", "universityCode": world.ids["code"]})
