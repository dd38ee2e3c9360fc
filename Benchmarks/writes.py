"""The writes that `scale` measures; a sample sets right afterwards what its call has changed."""
from operations import operation
from scene import REGISTRATION, TOPICS, Account, answers, options, survey

# MARK: academic, id-parser and mappings


def kind(name, path, spare, who, make, edit):
    """Adds the writes of a kind of thing.

    `make` gives the body of a new one and `edit` the part of it that replaces the spare one, each of a text; where the kind
    has PATCH, it takes the same part.
    """
    @operation(f"{name}.create")
    def _(world, _):
        id = world.timed("POST", path, who, make(world, world.unique()))["id"]
        world.call("DELETE", f"{path}/{id}", who)

    @operation(f"{name}.replace")
    def _(world, number):
        world.timed("PUT", f"{path}/{{{spare}}}", who, edit(f"spare{number % 2}"))

    if name != "forms.profile-field-mappings":
        @operation(f"{name}.update")
        def _(world, number):
            world.timed("PATCH", f"{path}/{{{spare}}}", who, edit(f"spare{number % 2}x"))

    @operation(f"{name}.delete")
    def _(world, _):
        made = world.made(path, who, make(world, world.unique()))
        world.timed("DELETE", made, who)


def coded(text):
    return {"name": f"Scale {text}", "code": f"S-{text}"}


def program(text):
    return {"name": f"BSc in Scale {text}", "degree": "Bachelor", "duration": 4}


def pattern(text):
    return {"name": f"Card {text}", "pattern": r"SC(?P<sequence>\d{8})", "examples": {"accept": ["SC20240001"]}, "priority": 1}


def mapping(text):
    return {"displayLabel": f"Scale {text}", "dataType": "text", "profilePath": "custom.scale", "fieldKey": f"scale-{text}"}


kind("academic.universities", "/universities", "spareUniversity", "platform", lambda world, text: coded(text), coded)
kind(
    "academic.departments", "/departments", "department", "admin",
    lambda world, text: coded(text) | {"universityId": world.ids["university"]}, coded,
)
kind(
    "academic.programs", "/programs", "program", "admin",
    lambda world, text: program(text) | {"departmentId": world.ids["department"]}, program,
)
kind(
    "id-parser.id-patterns", "/id-patterns", "pattern", "admin",
    lambda world, text: pattern(text) | {"universityCode": world.ids["code"]}, pattern,
)
kind("forms.profile-field-mappings", "/profile-field-mappings", "mapping", "platform", lambda world, text: mapping(text), mapping)


# MARK: auth


@operation("auth.register")
def _(world, _):
    world.timed("POST", "/auth/register", None, world.registration(world.unique()))


@operation("auth.login")
def _(world, _):
    world.timed("POST", "/auth/login", None, world.scene.student.credentials)


def refresh(path):
    def run(world, _):
        session = world.remember("session", lambda: world.call("POST", "/auth/login", None, world.scene.student.credentials))
        world.memory["session"] = world.timed("POST", path, None, {"refreshToken": session["refreshToken"]})

    return run


operation("auth.sessions.refresh")(refresh("/auth/refresh-token"))
operation("auth.sessions.refresh.2")(refresh("/auth/refresh"))


def second_session(world, number):
    person = world.person(number)
    return Account(world.client, person.email, person.password)


@operation("auth.logout")
def _(world, number):
    world.timed("POST", "/auth/logout", second_session(world, number), {"scope": "current"})


@operation("auth.sessions.end")
def _(world, number):
    sessions = world.call("GET", "/auth/sessions", second_session(world, number))
    id = next(session["id"] for session in sessions if session["current"])
    world.timed("DELETE", f"/auth/sessions/{id}", world.person(number))


@operation("auth.password.change")
def _(world, _):
    person = world.newcomer(world.unique())
    body = {"currentPassword": person.password, "newPassword": "nine lively herons dance"}
    world.timed("POST", "/auth/change-password", person, body)


@operation("auth.users.set-role")
def _(world, _):
    person = world.newcomer(world.unique())
    world.timed("PUT", f"/users/{person.id}/role", "admin", {"role": "moderator"})


@operation("auth.api-keys.create")
def _(world, number):
    world.timed("POST", "/api-keys", world.person(number), {"name": "Scale"})


@operation("auth.api-keys.delete")
def _(world, number):
    person = world.person(number)
    world.timed("DELETE", world.made("/api-keys", person, {"name": "Scale"}), person)


@operation("auth.profile.replace")
def _(world, number):
    world.timed("PUT", "/profile", "student", {"firstName": f"Sasha {number}", "lastName": "Student", "interests": ["chess"]})


# MARK: forms


@operation("forms.forms.create")
def _(world, _):
    id = world.timed("POST", "/forms", "admin", survey("Scale draft"))["id"]
    world.call("DELETE", f"/forms/{id}", "admin")


@operation("forms.forms.delete")
def _(world, _):
    world.timed("DELETE", world.form(), "admin")


def step(name, *before):
    @operation(f"forms.forms.{name}")
    def _(world, _):
        path = world.form(*before)
        world.timed("POST", f"{path}/{name}", "admin", {})
        world.call("DELETE", path, "admin")


step("publish")
step("close", "publish")
step("reopen", "publish", "close")
step("archive", "publish")


@operation("forms.forms.duplicate")
def _(world, _):
    id = world.timed("POST", "/forms/{survey}/duplicate", "admin", {"title": "Scale duplicate"})["id"]
    world.call("DELETE", f"/forms/{id}", "admin")


def titled(limits):
    @operation("forms.forms.update", f"title, {limits} limited options")
    def _(world, number):
        world.limit(limits)
        world.timed("PATCH", "/forms/{survey}", "admin", {"title": f"Scale survey {number}"})


def limited(limits):
    @operation("forms.questions.update", f"limits {limits} options")
    def _(world, _):
        world.limit(0)
        world.timed("PATCH", f"/forms/{{survey}}/questions/{TOPICS}", "admin", {"options": options(limits)})
        world.memory["limits"] = limits


def submitted(limits):
    @operation("forms.responses.create", f"{limits} limited options")
    def _(world, number):
        world.limit(limits)
        world.timed("POST", "/forms/{survey}/responses", "student", {"answers": answers(number)})


for limits in (0, 3, 30):
    titled(limits)
    submitted(limits)
limited(3)
limited(30)


@operation("forms.forms.update", "one response per person")
def _(world, _):
    world.limit(0)
    world.timed("PATCH", "/forms/{survey}", "admin", {"settings": {"oneResponsePerUser": True}})
    world.call("PATCH", "/forms/{survey}", "admin", {"settings": {"oneResponsePerUser": False}})


@operation("forms.forms.replace")
def _(world, number):
    world.limit(0)
    whole = survey(f"Scale survey {number}")
    del whole["entityType"]  # stays
    world.timed("PUT", "/forms/{survey}", "admin", whole)


@operation("forms.questions.update", "title")
def _(world, number):
    world.limit(0)
    world.timed("PATCH", f"/forms/{{survey}}/questions/{TOPICS}", "admin", {"title": f"Which topics? {number}"})


QUESTION = {"type": "short-text", "title": "One more"}


@operation("forms.questions.add")
def _(world, _):
    id = world.timed("POST", "/forms/{survey}/questions", "admin", QUESTION)["id"]
    world.call("DELETE", f"/forms/{{survey}}/questions/{id}", "admin")


@operation("forms.questions.remove")
def _(world, _):
    world.timed("DELETE", world.made("/forms/{survey}/questions", "admin", QUESTION), "admin")


@operation("forms.pages.add")
def _(world, _):
    id = world.timed("POST", "/forms/{survey}/pages", "admin", {"title": "One more", "questions": [QUESTION]})["id"]
    world.call("DELETE", f"/forms/{{survey}}/pages/{id}", "admin")


@operation("forms.pages.remove")
def _(world, _):
    world.timed("DELETE", world.made("/forms/{survey}/pages", "admin", {"title": "One more", "questions": [QUESTION]}), "admin")


def survey_pages(world):
    return world.call("GET", "/forms/{survey}", "admin")["pages"]


@operation("forms.pages.update")
def _(world, number):
    id = survey_pages(world)[0]["id"]
    world.timed("PATCH", f"/forms/{{survey}}/pages/{id}", "admin", {"title": f"About the course {number}"})


@operation("forms.forms.reorder")
def _(world, _):
    pages = [{"id": page["id"], "questions": [question["id"] for question in page["questions"]]} for page in survey_pages(world)]
    pages[0]["questions"].append(pages[0]["questions"].pop(1))
    world.timed("PUT", "/forms/{survey}/order", "admin", {"pages": pages})


@operation("forms.responses.delete")
def _(world, _):
    world.timed("DELETE", world.made("/forms/{survey}/responses", "student", {"answers": answers()}), "admin")


@operation("forms.profile-updates.approve")
def _(world, _):
    world.timed("POST", world.profile_update() + "/approve", "student", {})


@operation("forms.profile-updates.reject")
def _(world, _):
    world.timed("POST", world.profile_update() + "/reject", "student", {})


# MARK: notifier


@operation("notifier.notifications.read")
def _(world, _):
    world.timed("POST", f"/notifications/{world.unread()}/read", "student", {})


@operation("notifier.notifications.read-all")
def _(world, _):
    world.unread()
    world.timed("POST", "/notifications/read-all", "student", {})


@operation("notifier.realtime.issue-token")
def _(world, _):
    world.timed("POST", "/realtime/token", "student", {})


# MARK: societies

# Before those after which somebody registers again, since the earlier answers have to be taken back then.


@operation("societies.registrations.create")
def _(world, number):
    world.timed("POST", "/societies/{society}/registrations", world.person(number), {"answers": REGISTRATION})
    world.call("DELETE", "/societies/{society}/registrations/mine", world.person(number))


@operation("societies.registrations.withdraw")
def _(world, number):
    person, _ = world.applicant(number)
    world.timed("DELETE", "/societies/{society}/registrations/mine", person)


@operation("societies.societies.create")
def _(world, number):
    person = world.person(number)
    id = world.timed("POST", "/societies", person, {"name": f"Society {world.unique()}"})["id"]
    world.call("DELETE", f"/societies/{id}", person)


@operation("societies.societies.delete")
def _(world, number):
    world.timed("DELETE", world.founded(number), world.person(number))


@operation("societies.societies.approve")
def _(world, number):
    path = world.founded(number)
    world.timed("POST", path + "/approve", "admin", {})
    world.call("DELETE", path, world.person(number))


@operation("societies.societies.suspend")
def _(world, number):
    path = world.founded(number, approved=True)
    world.timed("POST", path + "/suspend", "admin", {})
    world.call("DELETE", path, world.person(number))


@operation("societies.societies.archive")
def _(world, number):
    world.timed("POST", world.founded(number, approved=True) + "/archive", "admin", {})


@operation("societies.societies.update")
def _(world, number):
    world.timed("PATCH", "/societies/{society}", "president", {"description": f"Grows with its members. {number}"})


@operation("societies.societies.replace")
def _(world, number):
    body = {"name": "Scale Society", "slug": "scale-society", "description": f"Grew with its members. {number}", "visibility": "public"}
    world.timed("PUT", "/societies/{society}", "president", body)


@operation("societies.members.change-role")
def _(world, _):
    path = "/societies/{society}/members/{student}"
    world.timed("PATCH", path, "president", {"role": "admin"})
    world.call("PATCH", path, "president", {"role": "member"})


@operation("societies.members.transfer-presidency")
def _(world, _):
    path = "/societies/{society}/transfer-presidency"
    world.timed("POST", path, "president", {"userId": world.ids["student"]})
    world.call("POST", path, "student", {"userId": world.ids["president"]})
    world.call("PATCH", "/societies/{society}/members/{student}", "president", {"role": "member"})


@operation("societies.members.leave")
def _(world, number):
    world.timed("POST", "/societies/{society}/leave", world.member(number), {})


@operation("societies.members.remove")
def _(world, number):
    world.timed("DELETE", f"/societies/{{society}}/members/{world.member(number).id}", "president")


@operation("societies.registration.configure")
def _(world, _):
    world.timed("PUT", "/societies/{society}/registration", "president", world.scene.settings())


@operation("societies.registrations.approve")
def _(world, number):
    person, path = world.applicant(number)
    world.timed("POST", path + "/approve", "president", {})
    world.call("POST", "/societies/{society}/leave", person, {})


@operation("societies.registrations.reject")
def _(world, number):
    _, path = world.applicant(number)
    world.timed("POST", path + "/reject", "president", {"reason": "Full for now"})
