"""A worker: people act in turn, as planned, with hostile values, at once, or where they have no business."""
import collections
import copy
import random
import threading
import time
import traceback

import hostile
from caller import Caller
from cast import Cast, Unusable
from checks import difference, marks_in
from plans import NotYet, Plans
from values import Values
from world import Person, Thing, is_officer, may_see_form, may_see_society, within_grace

# What most of the rest needs, done first with every cast.
OPENING = [
    "academic.departments.create", "societies.societies.create", "societies.societies.create", "societies.societies.approve", "societies.societies.approve",
    "forms.forms.create", "forms.forms.publish", "forms.forms.create", "forms.forms.publish", "societies.registration.configure", "societies.registration.configure",
    "forms.responses.create", "forms.responses.create", "forms.responses.create", "forms.profile-updates.approve", "forms.profile-updates.reject",
    *["societies.registrations.create"] * 5, "societies.registrations.approve", "societies.registrations.reject", "societies.registrations.approve",
]
STEPS = 600  # of a cast, before it is walked through and replaced
PAGES = 40  # of one list at most


class Worker(threading.Thread):
    def __init__(self, number, seed, port, description, report, marks, root, deadline, only=None):
        super().__init__(name=f"worker {number}", daemon=True)
        self.number, self.seed, self.port, self.description = number, seed, port, description
        self.report, self.marks, self.deadline, self.only = report, marks, deadline, only
        self.root = Person("root", None, root["email"], root["password"])
        self.root.role = "platform-admin"
        self.foreign_ids, self.mark_names = ["01890a5d-ac96-774b-bcce-b302099a8057"], []

    def run(self):
        number = self.only or 0
        while time.monotonic() < self.deadline:
            try:
                self.play(number)
            except Unusable as error:
                self.report.fail("fuzzer", "cast", str(error)[:100], "", lambda: [f"# seed {self.seed}, story {self.number}.{number}"])
                self.report.over.wait(2)
            except Exception:
                text = traceback.format_exc()
                self.report.fail("fuzzer", "story", text.splitlines()[-1][:100], text, lambda: [f"# seed {self.seed}, story {self.number}.{number}"])
            number += 1
            if self.only is not None:
                break

    def play(self, number):
        """One cast from its first call to the walk through all that it made."""
        self.rng = random.Random(f"{self.seed}.{self.number}.{number}")
        self.caller = Caller(self.port, f"127.0.1.{self.number + 1}", self.description, self.report, self.marks, self.rng)
        self.caller.label = f"seed {self.seed}, story {self.number}.{number}"
        self.fresh = []
        self.values = Values(self.rng, self.description, self.note)
        self.mark_names.append([])
        nobody = Person("nobody")
        self.author = nobody
        if time.monotonic() - self.root.signed_at > 300:
            root = self.caller.call(nobody, self.description.by_id["auth.login"], body={"email": self.root.email, "password": self.root.password})
            if root is None or not root.is_success:
                raise Unusable(f"the platform administrator's sign-in: {root}")
            self.root.token, self.root.id, self.root.signed_at = root.data["accessToken"], root.data["user"]["id"], time.monotonic()
        self.cast = Cast(f"{self.number}_{number}", self.rng, self.caller, self.values, self.marks, self.root)
        self.plans = Plans(self.cast, self.values, self.rng)
        self.successes = collections.Counter()
        self.keys = []
        for mark in self.fresh:
            mark.owner = self.root if mark.owner is nobody and mark.kind == "universities" else mark.owner
        for operation in OPENING:
            if time.monotonic() < self.deadline and operation in self.description.by_id:
                self.step(self.description.by_id[operation])
        for _ in range(STEPS):
            if time.monotonic() > self.deadline:
                break
            self.step()
        self.walk()
        self.foreign_ids = (self.foreign_ids + [t.id for t in self.rng.sample(self.cast.things, min(20, len(self.cast.things)))])[-60:]
        self.forget()
        self.caller.connection.close()

    def note(self, mark, kind):
        self.mark_names[-1].append(mark.lower())
        self.fresh.append(self.marks.note(mark, self.author, kind))

    def forget(self):
        """Marks of casts that are long gone, so that two hours fit into memory."""
        while len(self.mark_names) > 2:
            for mark in self.mark_names.pop(0):
                self.marks.known.pop(mark, None)

    # MARK: steps

    def step(self, opening=None):
        self.cast.refresh()
        operations = self.description.operations
        weights = [1 / (1 + self.successes[o.id]) + (0.15 if o.is_safe else 0.4) for o in operations]
        operation = opening or self.rng.choices(operations, weights)[0]
        self.fresh = []
        try:
            plan = self.plans.plan(operation)
        except NotYet as reason:
            self.report.planless[operation.id][str(reason)] += 1
            return
        for mark in self.fresh:
            mark.owner = plan.person if plan.person.id else mark.owner
        chance = self.rng.random()
        has_ids = bool(operation.names)
        if opening is not None:
            self.act(operation, plan)
        elif chance < 0.3:
            self.hostile(operation, plan)
        elif chance < 0.36 and not operation.id.startswith(("auth.logout", "auth.password", "auth.sessions.r", "auth.sessions.e", "auth.users.delete")):
            self.at_once(operation, plan)
        elif chance < 0.42 and has_ids and plan.thing is not None and not operation.is_safe and not operation.is_public:
            self.trespass(operation, plan)
        elif chance < 0.45 and (operation.is_safe or operation.takes_key and plan.after is not None and not operation.id.startswith("auth.")):
            self.abandon(operation, plan)
        elif chance < 0.5:
            self.peek()
        else:
            self.act(operation, plan)

    def act(self, operation, plan):
        """The call as planned, perhaps under a key or a condition."""
        headers, chance = {}, self.rng.random()
        if operation.takes_key and chance < 0.35:
            headers["Idempotency-Key"] = self.key(operation, plan)
        elif chance > 0.85 and (operation.takes_if_match or operation.is_tagged):
            if self.conditionally(operation, plan):
                return
        request = self.caller.request(plan.person, operation, plan.ids, plan.query, plan.body, headers)
        reply = self.caller.send(request, is_valid=True)
        if reply is None or not reply.is_success:
            if reply is not None and reply.code in ("IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_IN_PROGRESS"):
                self.caller.fail("idempotency", operation, f"{reply.code} for a key of somebody else", headers["Idempotency-Key"], request)
            return
        self.learn(operation, plan, reply, request)
        if "Idempotency-Key" in headers and plan.person.id:
            self.repeat(operation, plan, request, reply)

    def key(self, operation, plan):
        """A new key, or one under which somebody else did the same."""
        own = {key for _, key, person in self.keys if person is plan.person}
        others = [key for id, key, person in self.keys if id == operation.id and key not in own]
        if others and plan.person.id and self.rng.random() < 0.3:
            key = self.rng.choice(others)
            self.keys.append((operation.id, key, plan.person))
            return key
        key = f"key {self.rng.getrandbits(64):x}"
        if plan.person.id:
            self.keys.append((operation.id, key, plan.person))
        return key

    def repeat(self, operation, plan, request, first):
        """The same again under the same key answers the same; another body is refused."""
        secret = operation.id.startswith(("auth.", "notifier.realtime"))
        if not secret:
            again = self.caller.send(request)
            if again is not None and (again.status, again.data) != (first.status, first.data):
                what = f"{first.status} repeated is {again.status} {again.code or ''}"
                if again.is_success:
                    what = f"{first.status} repeated has other data"
                self.caller.fail("idempotency", operation, what, f"{first.data} then {again.data}"[:400], request)
        if isinstance(plan.body, dict) and plan.body and not operation.id.startswith(("auth.logout", "auth.password", "id-parser.student")):
            other = self.caller.request(plan.person, operation, plan.ids, plan.query, {**plan.body, "nosuch": 1}, {"Idempotency-Key": request.headers["Idempotency-Key"]})
            other.headers = request.headers
            reply = self.caller.send(other)
            # No record joins a person and an anonymous answer: its key is held against the answers alone.
            is_same_answer = operation.id == "forms.responses.create" and reply is not None and reply.data == first.data
            if reply is not None and reply.status not in (422, 400, 401, 403, 404) and not is_same_answer:
                self.caller.fail("idempotency", operation, f"another body under the same key is {reply.status}", str(reply), other)

    def conditionally(self, operation, plan):
        """A write or a read under a condition on what is there; False where there is nothing to hold it against."""
        read = self.description.by_place.get(("GET", operation.path)) or (
            self.description.by_place.get(("GET", operation.path.rsplit("/", 1)[0])) if operation.method == "POST" else None
        )
        if read is None or not read.is_tagged:
            return False
        present = self.caller.call(plan.person, read, plan.ids)
        tag = present.headers.get("etag") if present is not None and present.is_success else None
        if not tag:
            return False
        if operation.is_safe:
            request = self.caller.request(plan.person, operation, plan.ids, None, None, {"If-None-Match": tag})
            reply = self.caller.send(request, is_valid=True)
            if reply is not None and reply.status == 200 and reply.headers.get("etag") == tag:
                self.caller.fail("condition", operation, "If-None-Match of the present ETag is 200", tag, request)
            return True
        if not operation.takes_if_match:
            return False
        headers, must_pass = self.rng.choice([
            ({"If-Match": tag}, True), ({"If-Match": "*"}, True), ({"If-Match": f'"nosuch", {tag}'}, True), ({"If-Match": '"nosuch"'}, False),
            ({"If-None-Match": "*"}, False),
        ])
        request = self.caller.request(plan.person, operation, plan.ids, plan.query, plan.body, headers)
        reply = self.caller.send(request, is_valid=True if must_pass else None)
        if reply is None:
            return True
        if reply.is_success:
            self.learn(operation, plan, reply, request)
            if not must_pass:
                self.caller.fail("condition", operation, f"{' '.join(headers)} that doesn't hold is {reply.status}", str(headers), request)
        elif not must_pass and reply.status not in (409, 412):  # what is refused anyway needs no condition (RFC 9110 §13.2.1)
            self.caller.fail("condition", operation, f"{' '.join(headers)} that doesn't hold is {reply.status} {reply.code}", str(headers), request)
        elif must_pass and reply.status == 412:
            self.caller.fail("condition", operation, "If-Match of the present ETag is 412", str(headers), request)
        return True

    def hostile(self, operation, plan):
        """The call with something in it that breaks programs."""
        ids, query, body, headers = dict(plan.ids), dict(plan.query or {}), plan.body, {}
        is_root = plan.person is self.root
        pool = self.foreign_ids + [t.id for t in self.rng.sample(self.cast.things, min(5, len(self.cast.things))) if t.kind not in ("users",)]
        if operation.id in ("auth.users.set-role", "societies.members.transfer-presidency"):
            pool = self.foreign_ids
        is_heavy = isinstance(body, dict) and operation.body and self.rng.random() < (0.25 if operation.id == "forms.forms.create" else 0.05)
        if is_heavy:
            body = hostile.heavy(self.rng, self.values, operation, body)
            self.report.count("heavy calls")
        elif isinstance(body, dict) and operation.body and self.rng.random() < 0.4:
            body = hostile.edged(self.rng, self.description, operation, body)
        elif isinstance(body, dict) and self.rng.random() < 0.8:
            body, _ = hostile.mutated(self.rng, body, pool)
        elif ids and self.rng.random() < 0.5 and not is_root:
            name = self.rng.choice(list(ids))
            ids[name] = self.rng.choice(self.foreign_ids + ["x", "%00", "..", "\u0301" * 40, "a" * 5_000, "0", "null", ids[name].upper()])
        elif operation.query:
            for name in self.rng.sample(list(operation.query), min(2, len(operation.query))):
                query[name] = str(self.rng.choice(hostile.TEXTS + hostile.NUMBERS + hostile.TIMES))[:2_000] if self.rng.random() < 0.9 else ""
        else:
            name = self.rng.choice(["X-Request-Id", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent", "Accept", "Origin"])
            headers[name] = self.rng.choice(["", "x" * 300, "\xff", '"', "W/\"1\"", "*", "null", "00-" + "0" * 32 + "-" + "0" * 16 + "-00", "application/problem+json"])
        request = self.caller.request(plan.person, operation, ids, query, body, headers)
        if headers:
            request.headers.pop("X-Request-Id", None) if "X-Request-Id" not in headers else None
        if headers.get("Accept") == "application/problem+json" or "X-Request-Id" in headers:
            # Another shape of refusals, and identifiers that need not be taken over: only server errors count.
            try:
                reply = self.caller.connection.send(request)
            except OSError:
                return
            if reply.status >= 500 and reply.status != 503:
                self.caller.fail("server error", operation, f"{reply.status}", str(reply), request)
        else:
            reply = self.caller.send(request)
        if reply is not None and reply.is_success:
            self.report.count("hostile calls accepted")
            plan.body, plan.is_hostile = body, True
            if {name: str(id).lower() for name, id in ids.items()} != plan.ids:
                return
            self.learn(operation, plan, reply, request)
            if is_heavy and operation.id == "forms.forms.create":
                self.pound(self.cast.things[-1])
        else:
            self.report.count("hostile calls refused")

    def pound(self, form):
        """A costly form is published and gets costly answers, several at once."""
        publish, answer = (self.description.by_id.get(f"forms.{name}") for name in ("forms.publish", "responses.create"))
        reply = self.caller.call(self.cast.admin, publish, {"id": form.id})
        self.reread(form)
        if reply is None or not reply.is_success:
            return
        long = self.rng.choice(hostile.LONG)
        texts = [q["id"] for page in form.state["pages"] for q in page["questions"] if q["type"] == "long-text"][:40]
        body = {"answers": {id: long for id in texts}}
        people = [p for p in self.cast.people if p.tenant == form.tenant and p.role == "student"][:4]
        self.caller.burst([self.caller.request(person, answer, {"id": form.id}, None, body) for person in people])
        self.report.count("costly forms answered")
        form.extra.setdefault("respondents", []).extend(people)
        form.extra.setdefault("answered", []).extend(people)
        self.caller.call(self.cast.admin, self.description.by_id["forms.responses.list"], {"id": form.id}, {"limit": 100})
        self.caller.call(self.cast.admin, self.description.by_id["forms.responses.export"], {"id": form.id})

    def at_once(self, operation, plan):
        """The same call several times at once, under one key, each under its own, or under none."""
        headers = {}
        if operation.takes_key and self.rng.random() < 0.5:
            headers["Idempotency-Key"] = f"key {self.rng.getrandbits(64):x}"
        # Copies, since a key belongs to one credential, and a person may have two.
        request = self.caller.request(plan.person, operation, plan.ids, plan.query, plan.body, headers)
        requests = [copy.copy(request) for _ in range(self.rng.choice([2, 3, 4, 8]))]
        replies = [reply for reply in self.caller.burst(requests) if reply is not None]
        good = [reply for reply in replies if reply.is_success]
        if headers and plan.person.id and operation.method == "POST":
            made = {reply.data["id"] for reply in good if isinstance(reply.data, dict) and "id" in reply.data}
            if len(made) > 1 and not operation.id.startswith("auth."):
                self.caller.fail("idempotency", operation, f"{len(made)} things under one key at once", str(made), requests[0])
        seen = set()
        for reply in good:
            id = reply.data.get("id") if isinstance(reply.data, dict) else None
            if id in seen or operation.id.startswith("auth.") and seen:
                continue
            seen.add(id)
            self.learn(operation, plan, reply, requests[0], is_alone=len(good) == 1)

    def trespass(self, operation, plan):
        """The call by somebody who has no right whatever to it."""
        if plan.thing.tenant != self.cast.home.id or plan.thing.kind in ("profile-field-mappings", "universities"):
            return
        stranger = self.rng.choice([self.cast.foreigner, self.cast.foreign_admin, self.cast.nobody, self.cast.homeless, *self.plain(plan.thing)])
        if stranger is plan.thing.owner and stranger.tenant != self.cast.home.id:
            return
        self.caller.call(stranger, operation, plan.ids, plan.query, plan.body, is_valid=False)

    def plain(self, thing):
        """Students of the same university without any office that would give them a right to a form or a society."""
        if thing.kind not in ("forms", "societies") or thing.is_uncertain or thing.is_gone:
            return []
        society = thing.parent if thing.kind == "forms" else thing
        if society is not None and within_grace(society.changed_at):
            return []
        return [
            p for p in self.cast.people
            if p.tenant == self.cast.home.id and p.role == "student" and (society is not None and not is_officer(p, society) or society is None and p is not thing.owner)
        ]

    def abandon(self, operation, plan):
        """The call without waiting for its answer; under a key, it is asked for again."""
        key = {"Idempotency-Key": f"key {self.rng.getrandbits(64):x}"} if operation.takes_key and not operation.is_safe else {}
        request = self.caller.request(plan.person, operation, plan.ids, plan.query, plan.body, key)
        self.caller.connection.abandon(request, self.rng.choice([0, 0, 0.001, 0.003, 0.01, 0.05]))
        request.outcome = "abandoned"
        self.caller.history.append(request)
        self.report.count("calls abandoned")
        if not key or not plan.person.id:
            return
        for _ in range(100):
            reply = self.caller.send(request)
            if reply is None or reply.code != "IDEMPOTENCY_IN_PROGRESS":
                break
            self.report.over.wait(float(reply.headers.get("retry-after", 1)))
        if reply is not None and (reply.status in (400, 401, 403, 404, 429, 503, 504) or reply.code == "FORM_CLOSED"):
            return  # nothing was done, and so it would have been the first time
        if reply is None or not reply.is_success:
            self.caller.fail("idempotency", operation, f"abandoned and repeated is {reply and reply.status} {reply and reply.code}", str(reply), request)
            return
        self.learn(operation, plan, reply, request)

    def peek(self):
        """Somebody looks at something; the model knows whether it exists for them."""
        look = self.rng.random()
        if look < 0.15:
            self.use_key()
            return
        if look < 0.3:
            self.use_ended()
            return
        if look < 0.4:
            self.read_list_of_officers()
            return
        kind, may = self.rng.choice([("forms", may_see_form), ("societies", may_see_society)])
        thing = self.cast.pick(kind)
        read = self.description.by_place.get(("GET", f"/api/v1/{kind}/{{id}}"))
        if thing is None or read is None:
            return
        person = self.rng.choice([*self.cast.people, self.cast.nobody])
        expected = may(person, thing)
        if expected is None:
            return
        request = self.caller.request(person, read, {"id": thing.id})
        reply = self.caller.send(request, is_valid=True if expected else None)
        if reply is None or expected == reply.is_success or may(person, thing) is None:
            return
        state = thing.state.get("status"), (thing.parent or thing).state.get("status"), (thing.parent or thing).state.get("visibility")
        who = "nobody" if person.id is None else person.role + (" abroad" if person.tenant != self.cast.home.id else "")
        what = f"{reply.status} for {who}, expected {'200' if expected else 'a refusal'} ({', '.join(str(s) for s in state if s)})"
        self.caller.fail("right", read, what, f"{thing} by {person}", request)

    def use_key(self):
        """An API key is its owner, until it is deleted or has expired."""
        key = self.rng.choice([t for t in self.cast.things if t.kind == "api-keys" and t.extra.get("key")] or [None])
        me = self.description.by_id.get("auth.users.me")
        if key is None or me is None or key.owner not in self.cast.people or key.state.get("scopes"):
            return
        if key.is_gone and within_grace(key.changed_at) or (key.state.get("expiresAt") or "9") < "2026-12-01":
            return
        holder = Person(f"a key of {key.owner.name}", key.owner.tenant)
        holder.id, holder.role = key.owner.id, key.owner.role
        request = self.caller.request(holder, me, None, None, None, {"X-API-Key": key.extra["key"]})
        reply = self.caller.send(request, is_valid=False if key.is_gone else True)
        if reply is not None and reply.is_success and reply.data["id"] != key.owner.id:
            self.caller.fail("right", me, "a key is somebody else", str(key), request)

    def use_ended(self):
        """A session that was ended is worth nothing any more."""
        ended = [(token, person) for token, person, moment in self.cast.ended if not within_grace(moment)]
        me = self.description.by_id.get("auth.users.me")
        if not ended or me is None:
            return
        token, person = self.rng.choice(ended)
        old = Person(person.name, person.tenant, person.email, person.password)
        old.id, old.role, old.token = person.id, person.role, token
        self.caller.call(old, me, is_valid=False)

    def read_list_of_officers(self):
        """Students read what is for the officers."""
        operation = self.description.by_id.get(self.rng.choice(["forms.responses.list", "forms.responses.export", "societies.registrations.list"]))
        thing = operation and self.cast.pick("forms" if operation.id.startswith("forms") else "societies", lambda t: t.tenant == self.cast.home.id)
        people = self.plain(thing) if thing else []
        if people:
            self.caller.call(self.rng.choice([*people, self.cast.foreign_admin, self.cast.nobody]), operation, {"id": thing.id}, is_valid=False)

    # MARK: what a success teaches, and whether it is readable

    def learn(self, operation, plan, reply, request, is_alone=True):
        self.successes[operation.id] += 1
        before = len(self.cast.things)
        if plan.after is not None:
            plan.after(reply, plan)
        elif operation.method == "POST" and operation.success == "201" and isinstance(reply.data, dict) and "id" in reply.data:
            kind = operation.path.split("/")[-1]
            if kind not in ("pages", "questions"):
                tenant = reply.data["id"] if kind == "universities" else reply.data.get("universityId") or self.cast.home.id
                self.cast.add(Thing(kind, reply.data["id"], plan.person, tenant, reply.data))
        made = self.cast.things[before] if len(self.cast.things) > before else None
        subject = getattr(plan, "marks_of", None) or made or plan.thing
        for mark in self.fresh:
            if subject is not None and mark.kind == subject.kind and mark.thing is None:
                mark.thing = subject
        if made is not None:
            for text in marks_in(reply.body):
                mark = self.marks.known.get(text)
                if mark is not None and mark.kind == made.kind and mark.thing is not made:
                    mark.copies += (made,)
        if operation.is_safe:
            return
        if operation.method == "DELETE" and plan.thing is not None and operation.path.endswith("{id}"):
            self.deleted(operation, plan, request)
            return
        if plan.thing is not None:
            self.reread(plan.thing)
        if is_alone:
            self.compare(operation, plan, reply, request)
        if made is not None:
            self.find(operation, plan, made, request)

    def compare(self, operation, plan, reply, request):
        """What was written against the reply, and the reply against what is read."""
        if isinstance(plan.body, dict) and isinstance(reply.data, dict) and not operation.id.startswith(("id-parser.student", "auth.log", "auth.sessions")):
            known = self.description.resolve(operation.body).get("properties", {}) if operation.body else {}
            data = reply.data.get("user", reply.data)
            found = difference(plan.body, data, known={n for n in known if n in data}, loose=plan.loose)
            if found and not getattr(plan, "is_hostile", False):
                self.caller.fail("stored", operation, "the reply has " + self.shape(found), found, request)
        place, ids = None, dict(plan.ids)
        location = reply.headers.get("location")
        if operation.method == "POST" and location and isinstance(reply.data, dict):
            template = operation.path + "/{id}" if "{id}" not in operation.path else None
            place = template and self.description.by_place.get(("GET", template))
            ids = {"id": location.rsplit("/", 1)[-1]}
        elif operation.method in ("PUT", "PATCH"):
            place = self.description.by_place.get(("GET", operation.path))
        if place is None or plan.person.id is None:
            return
        read = self.caller.request(plan.person, place, ids)
        again = self.caller.read(read)
        if again is None:
            return
        if not again.is_success:
            self.caller.fail("stored", operation, f"what was written reads as {again.status} {again.code}", str(again), read)
            return
        found = difference(reply.data.get("user", reply.data) if isinstance(reply.data, dict) else reply.data, again.data, loose=("revision", "updatedAt", "lastUsedAt", "key"))
        if found:
            self.caller.fail("stored", operation, "reads with " + self.shape(found), found, request)
        tags = reply.headers.get("etag"), again.headers.get("etag")
        if all(tags) and tags[0] != tags[1]:
            self.caller.fail("stored", operation, "reads with another ETag", str(tags), request)

    @staticmethod
    def shape(found):
        """A difference without its values."""
        path = found.split(":")[0]
        parts = ["*" if len(part) > 20 or part.isdigit() else part for part in path.split(".")]
        return "another " + ".".join(parts).strip(".")

    def reader(self, thing):
        if thing.kind == "forms":
            return self.cast.admin
        if thing.kind == "societies":
            return self.cast.admin
        return self.root if thing.kind in ("universities", "departments", "programs", "profile-field-mappings") else self.cast.admin

    def reread(self, thing):
        read = self.description.by_place.get(("GET", f"/api/v1/{thing.kind}/{{id}}"))
        if read is None or thing.is_gone:
            return
        request = self.caller.request(self.reader(thing), read, {"id": thing.id})
        reply = self.caller.read(request)
        if reply is None:
            return
        if not reply.is_success:
            self.caller.fail("stored", read, f"what was written reads as {reply.status} {reply.code}", f"{thing}: {reply}", request)
            thing.is_uncertain = True
            return
        thing.change(reply.data)
        if thing.kind == "societies":
            thing.was_public = thing.was_public or reply.data.get("status") == "active" and reply.data.get("visibility") == "public"

    def deleted(self, operation, plan, request):
        thing = plan.thing
        thing.is_gone, thing.changed_at = True, time.monotonic()
        for other in self.cast.things:
            if other.parent is thing:
                other.is_uncertain = True
        read = self.description.by_place.get(("GET", f"/api/v1/{thing.kind}/{{id}}"))
        if read is not None:
            again = self.caller.call(self.reader(thing), read, {"id": thing.id})
            if again is not None and again.is_success:
                self.caller.fail("stored", operation, "what was deleted can be read", str(thing), request)

    def find(self, operation, plan, made, request):
        """What was made is in the list of its kind, and found by its text."""
        if made.kind == "responses" or made.kind == "registrations":
            self.find_answers(operation, made, plan, request)
            return
        lists = self.description.by_place.get(("GET", operation.path))
        if lists is None or made.kind == "users":
            return
        if made.parent is not None and within_grace(made.parent.made_at, made.parent.changed_at):
            return  # whose office is new may not be known to be theirs yet
        query = {"limit": 100}
        sorts = (lists.query.get("sort") or {}).get("enum", [])
        if "-createdAt" in sorts:
            query["sort"] = "-createdAt"
        if "universityId" in lists.query and made.kind != "universities":
            query["universityId"] = made.tenant
        if not lists.is_list:
            query = {}
        # The text that people search by.
        text = plan.body.get("title") or plan.body.get("name") if isinstance(plan.body, dict) else None
        if "q" in lists.query and isinstance(text, str) and not getattr(plan, "is_hostile", False) and self.rng.random() < 0.5:
            marks = marks_in(text.encode("utf-8", "surrogatepass"))
            if marks:
                query["q"] = sorted(marks)[0]
        if not any(item.get("id") == made.id for item in self.pages(plan.person, lists, {}, query, request)):
            self.caller.fail("stored", operation, "what was made isn't in the list" + (" by its text" if "q" in query else ""), f"{made} {query}", request)

    def find_answers(self, operation, made, plan, request):
        """A response is in its form's list and export, for those whose form it is."""
        form = made.parent if made.kind == "responses" else None
        if form is None or form.is_uncertain or form.is_gone or not made.state:
            return
        owner = self.cast.admin
        ids = {"id": form.id}
        lists = self.description.by_id.get("forms.responses.list")
        found = next((r for r in self.pages(owner, lists, ids, {"limit": 100, "sort": "-submittedAt"}, request) if r["id"] == made.id), None)
        if found is None:
            self.caller.fail("stored", operation, "the response isn't in the form's list", str(made), request)
            return
        gap = difference(made.state["answers"], found["answers"])
        if gap:
            self.caller.fail("stored", operation, "the form's list has other answers", gap, request)
        export = self.description.by_id.get("forms.responses.export")
        if export is not None and self.rng.random() < 0.5:
            read = self.caller.request(owner, export, ids)
            reply = self.caller.read(read)
            if reply is None or not reply.is_success:
                self.caller.fail("stored", operation, f"the export is {reply and reply.status} {reply and reply.code}", str(reply), read)
                return
            # Options are written by their labels.
            written = {q["id"] for page in form.state.get("pages") or [] for q in page["questions"] if q["type"] in ("short-text", "long-text", "email", "url")}
            texts = [text for id, text in made.state["answers"].items() if id in written]
            missing = marks_in(str(texts).encode("utf-8", "surrogatepass")) - marks_in(reply.body)
            if missing:
                self.caller.fail("stored", operation, "the export lacks an answer", str(missing), read)

    def pages(self, person, operation, ids, query, request, by_page=False):
        """All of a list; a failure when a page of it can't be read."""
        query, page = dict(query), 1
        for _ in range(PAGES):
            if by_page:
                query["page"] = page
            read = self.caller.request(person, operation, ids, query)
            reply = self.caller.read(read)
            if reply is None or not reply.is_success:
                self.caller.fail("list", operation, f"a page is {reply and reply.status} {reply and reply.code}", f"{str(reply)} for {person}", read)
                return
            yield from reply.data
            pagination = reply.json.get("pagination") or {}
            if by_page:
                page += 1
                if page > pagination.get("totalPages", 0):
                    return
            else:
                query.pop("page", None)
                query["cursor"] = pagination.get("nextCursor")
                if not query["cursor"]:
                    return

    def walk(self):
        """Everybody reads every list that there is for them, by cursor and by page."""
        for operation in self.description.operations:
            if not operation.is_safe or not (operation.is_list or isinstance(operation.schema_of("200").get("properties", {}).get("data"), dict)):
                continue
            for person, ids in self.readers(operation):
                if not operation.is_list:
                    reply = self.caller.read(self.caller.request(person, operation, ids))
                    if reply is not None and not reply.is_success:
                        request = self.caller.history[-1]
                        self.caller.fail("list", operation, f"{reply.status} {reply.code}", f"for {person}", request)
                    continue
                by_page = self.rng.random() < 0.4
                limit = self.rng.choice([7, 50, 100])
                # Others rename what is theirs meanwhile, which moves it.
                own = {thing.id for thing in self.cast.things}
                seen = [id for item in self.pages(person, operation, ids, {"limit": limit}, None, by_page) if (id := item.get("id")) in own]
                if len(set(seen)) < len(seen) and not by_page:
                    self.caller.fail("list", operation, "the same twice on a walk by cursor", str(len(seen) - len(set(seen))), self.caller.history[-1])

    def readers(self, operation):
        """Who must be able to read a list, each with the ids it needs."""
        people = [p for p in self.cast.people if p.tenant]
        if not operation.names:
            if ":" in operation.access:
                people = [p for p in people if p.role == "admin"]
            # What is open to everybody is long, and the same for all.
            return [(p, {}) for p in (self.rng.sample(people, 2) if operation.is_public else people)]
        if len(operation.names) > 1 or operation.names[0] != "id":
            return []
        if operation.path.startswith("/api/v1/forms/") and operation.id != "forms.autofill.get":
            forms = self.cast.all("forms", lambda t: not t.is_uncertain)
            return [(self.cast.admin, {"id": form.id}) for form in self.rng.sample(forms, min(10, len(forms)))]
        if operation.path.startswith("/api/v1/societies/") and operation.is_list:
            societies = self.cast.all("societies", lambda t: not t.is_uncertain)
            return [(p, {"id": society.id}) for society in societies for p in people if society.roles.get(p.id) == "president"]
        return []
