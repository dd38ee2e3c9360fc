"""The people of a story: two universities, their offices, and strangers."""
import re
import time

from checks import marks_in
from world import Person, Thing

TOKEN_AGE = 400  # seconds after which somebody signs in again: less than an access token lives


class Unusable(Exception):
    """Something failed that nothing works without."""


class Cast:
    """Two universities with people in every standing; all that they make is known here."""

    def __init__(self, number, rng, caller, values, marks, root):
        self.number, self.rng, self.caller, self.values, self.marks, self.root = number, rng, caller, values, marks, root
        self.description = caller.description
        self.people, self.things, self.expendable, self.updating, self.ended = [], [], [], set(), []
        self.nobody = Person("nobody")
        self.home, self.abroad = self.university(), self.university()
        named = {}
        for name, tenant in [
            ("admin", self.home), ("moderator", self.home), ("president", self.home), ("officer", self.home), ("member", self.home),
            ("student", self.home), ("visitor", self.home), ("foreign_admin", self.abroad), ("foreigner", self.abroad), ("homeless", None),
        ]:
            named[name] = self.register(name, tenant)
        self.__dict__.update(named)
        for person, role in [(self.admin, "admin"), (self.moderator, "moderator"), (self.foreign_admin, "admin")]:
            self.must(self.root, "auth.users.set-role", {"id": person.id}, {"role": role})
            person.role, person.changed_at = role, time.monotonic()
            self.sign_in(person)
        self.sign_in(self.student, cookie=True)

    def must(self, person, operation, ids=None, body=None):
        """What nothing works without."""
        reply = self.caller.call(person, self.description.by_id[operation], ids, None, body)
        for _ in range(50):
            if reply is not None and reply.status not in (429, 503):
                break
            self.caller.report.over.wait(float(reply.headers.get("retry-after", 1)) if reply else 1)
            reply = self.caller.call(person, self.description.by_id[operation], ids, None, body)
        if reply is None or not reply.is_success:
            raise Unusable(f"{operation} for {person}: {reply}")
        return reply.data

    def university(self):
        body = {"name": self.values.text("universities"), "code": self.values.mark("universities")}
        schema = self.description.resolve(self.description.by_id["academic.universities.create"].body)
        if "admission" in schema["properties"]:
            body["admission"] = "open"  # else nobody's account would belong to it
        data = self.must(self.root, "academic.universities.create", None, body)
        return self.add(Thing("universities", data["id"], self.root, data["id"], data))

    def credentials(self, tenant):
        body = {
            "email": self.values.mark("emails").lower() + "@people.example", "password": "correct horse " + self.values.mark("password"),
            "name": self.values.text("users"),
        }
        if tenant is not None:
            body["universityId"] = tenant.id
        return body

    def register(self, name, tenant, body=None, reply=None):
        """An account; its marks become the new person's."""
        body = body or self.credentials(tenant)
        person = Person(f"{name}_{self.number}", tenant and tenant.id, body["email"], body["password"])
        for text in [body["email"], body["name"], body["password"]]:
            self.own(str(text), person)
        data = reply or self.must(self.nobody, "auth.register", None, body)
        person.tenant = data["user"].get("tenantId")
        person.id, person.token, person.refresh_token = data["user"]["id"], data["accessToken"], data["refreshToken"]
        person.signed_at = time.monotonic()
        thing = self.add(Thing("users", person.id, person, person.tenant, data["user"]))
        thing.extra["person"] = person
        (self.people if name != "expendable" else self.expendable).append(person)
        return person

    def own(self, text, person):
        for mark in marks_in(text.encode("utf-8", "surrogatepass")):
            if mark in self.marks.known:
                self.marks.known[mark].owner = person

    def sign_in(self, person, cookie=False):
        body = {"email": person.email, "password": person.password}
        if cookie:
            body["cookie"] = True
            reply = self.caller.call(self.nobody, self.description.by_id["auth.login"], None, None, body)
            if reply is not None and reply.is_success:
                # The headers' dictionary keeps one cookie; the session's own is what counts.
                person.csrf = reply.data.get("csrfToken")
                person.cookie = "; ".join(re.findall(r"(?:^|, )(\w+_token=[^;]+)", reply.headers.get("set-cookie", ""))) or None
            return
        data = self.must(self.nobody, "auth.login", None, body)
        person.token, person.refresh_token, person.signed_at = data["accessToken"], data["refreshToken"], time.monotonic()

    def refresh(self):
        """Signs in again those whose tokens grow old."""
        for person in [*self.people, self.root]:
            if time.monotonic() - person.signed_at > TOKEN_AGE:
                self.sign_in(person)
                if person.cookie:
                    self.sign_in(person, cookie=True)

    def add(self, thing):
        self.things.append(thing)
        return thing

    def all(self, kind, *conditions):
        return [t for t in self.things if t.kind == kind and not t.is_gone and all(condition(t) for condition in conditions)]

    def pick(self, kind, *conditions):
        found = self.all(kind, *conditions)
        return self.rng.choice(found) if found else None
