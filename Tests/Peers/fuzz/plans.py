"""How to call each operation so that it is accepted: who, on what, with which body.

A plan is made from the description: ids are picked by the segment before them in the path, bodies are made from their
schemas. What a schema can't say (whose turn it is, in which state a thing must be) is said here, by operation.
"""
import time

from values import ZONES
from world import Thing, is_officer, may_see_form, may_see_society, owns_form


class Plan:
    def __init__(self, person, ids=None, query=None, body=None, after=None, thing=None, loose=()):
        self.person, self.ids, self.query, self.body = person, ids or {}, query, body
        self.after, self.thing, self.loose = after, thing, loose


class NotYet(Exception):
    """Something that the operation needs doesn't exist; the text says what."""


def need(value, what):
    if not value:
        raise NotYet(f"there is no {what}")
    return value


class Plans:
    def __init__(self, cast, values, rng):
        self.cast, self.values, self.rng = cast, values, rng

    def plan(self, operation):
        named = getattr(self, operation.id.replace(".", "_").replace("-", "_"), None)
        return named(operation) if named else self.general(operation)

    # MARK: what any operation gets

    def kinds(self, operation):
        """For each id in the path, what it is an id of."""
        parts = operation.path.split("/")
        return {part[1:-1]: parts[index - 1] for index, part in enumerate(parts) if part.startswith("{")}

    def general(self, operation):
        kinds = self.kinds(operation)
        thing = None
        if kinds:
            name, kind = next(iter(kinds.items()))
            thing = need(self.cast.pick(kind, self.usable(operation)), kind)
        person = need(self.actor(operation, thing), f"person for {operation.id}")
        ids = {name: thing.id for name in list(kinds)[:1]} if thing else {}
        for name, kind in list(kinds.items())[1:]:
            ids[name] = need(self.inner(thing, kind), f"{kind} in {thing.kind}")
        return Plan(person, ids, self.query(operation), self.body(operation, thing), thing=thing)

    def usable(self, operation):
        if operation.is_safe:
            return lambda thing: True
        if operation.method == "DELETE":
            return lambda thing: thing.extra.get("spare", True)
        return lambda thing: thing.state.get("status") != "archived"

    def inner(self, thing, kind):
        """The id of something inside of another."""
        if kind in ("pages", "questions"):
            pages = thing.state.get("pages") or []
            if kind == "pages":
                return self.rng.choice(pages)["id"] if pages else None
            questions = [question for page in pages for question in page["questions"]]
            return self.rng.choice(questions)["id"] if questions else None
        found = self.cast.pick(kind, lambda t: t.parent is thing)
        return found and found.id

    def actor(self, operation, thing):
        cast, choice = self.cast, self.rng.choice
        everyone = [*cast.people, cast.root] + ([cast.nobody] if operation.is_public else [])
        if thing is None:
            if operation.access in ("everyone", "user"):
                return choice([p for p in everyone if p.tenant])
            return cast.admin if choice([True, True, False]) else cast.root
        if thing.kind == "forms":
            fits = [p for p in everyone if (may_see_form(p, thing) if operation.is_safe and operation.is_public else owns_form(p, thing))]
        elif thing.kind == "societies":
            if operation.access == "societies:moderate":
                # Only a platform administrator may approve a society that they lead.
                fits = [p for p in (cast.moderator, cast.admin) if thing.roles.get(p.id) != "president"] + [cast.root]
            elif operation.is_safe:
                fits = [p for p in everyone if may_see_society(p, thing)]
                if not operation.is_public:
                    fits = [p for p in fits if p.id in thing.roles]
            else:
                fits = [p for p in everyone if is_officer(p, thing)]
        elif thing.kind in ("universities", "departments", "programs", "id-patterns"):
            fits = everyone if operation.is_safe and operation.is_public else [cast.root, *([cast.admin] if thing.tenant == cast.home.id else [])]
        elif thing.kind == "profile-field-mappings":
            fits = everyone if operation.is_safe else [cast.root]
        else:
            fits = [thing.owner]
        return choice(fits) if fits else None

    def query(self, operation):
        """Some of the parameters of a list."""
        if not operation.query or self.rng.random() < 0.4:
            return None
        query = {}
        for name, schema in operation.query.items():
            if name in ("cursor",) or self.rng.random() < 0.7:
                continue
            if name == "page":
                query[name] = self.rng.randint(1, 3)
            elif name == "q":
                query[name] = self.rng.choice(["a", "Zq", "chess", "日本", "%", "_", "'", "\\", "ﬁ", "👨‍👩‍👧‍👦"])
            else:
                value = self.values.make(schema, "condition", self.special, name)
                if value is not None:
                    query[name] = str(value).lower() if isinstance(value, bool) else value
        return query

    def body(self, operation, thing=None):
        if operation.body is None:
            return None
        schema = self.cast.description.resolve(operation.body)
        kind = thing.kind if thing else operation.path.removeprefix("/api/v1/").split("/")[0]
        body = {}
        for _ in range(10):
            body = self.values.make(schema, kind, self.special)
            if body or operation.method != "PATCH":
                break
        else:
            name = self.rng.choice(list(schema["properties"]))
            body = {name: self.values.make(schema["properties"][name], kind, self.special, name)}
        return body

    # MARK: what a name means

    def special(self, name, schema):
        """The value for a member of this name, where its schema doesn't say enough; None where it does."""
        cast, choice = self.cast, self.rng.choice
        if name == "universityId":
            return cast.home.id
        if name == "universityCode":
            return cast.home.state["code"]
        if name == "departmentId":
            department = cast.pick("departments", lambda t: t.tenant == cast.home.id)
            return department and department.id
        if name == "timeZone":
            return choice(ZONES)
        if name == "slug":
            return self.values.mark("societies").lower()
        if name == "phone":
            return choice(["+852 2859 2111", "+85223456789", "+44 20 7946 0958"])
        if name == "studentId" and "minLength" in schema and schema.get("maxLength") == 64:
            return None if cast.all("id-patterns") else self.values.mark("profile")[:20]
        if name == "opensAt":
            return self.values.instant(-300, -1)
        if name in ("closesAt", "expiresAt"):
            return self.values.instant(1, 300)
        if name == "maxResponses":
            return 10_000
        if name == "capacity":
            return choice([50, 1_000_000])
        if name == "onSubmit":
            return [choice(cast.people).id]
        if name == "entityId":
            society = cast.pick("societies")
            return society and society.id
        if name == "entryYear":
            return choice([2_020, 2_025])
        if name == "role" and "platform-admin" in schema.get("enum", []):
            return choice(["student", "student", "moderator"])
        return None

    def settings(self, bindable=False, public=None):
        settings = {}
        values, chance = self.values, self.values.chance
        for name, make in [
            ("opensAt", lambda: values.instant(-300, -1)), ("closesAt", lambda: values.instant(1, 300)), ("maxResponses", lambda: 10_000),
            *([] if bindable else [("oneResponsePerUser", lambda: True)]), ("allowEdits", lambda: True), ("confirmationMessage", lambda: values.text("forms", 5_000, lines=True)),
            ("payment", lambda: {"required": chance(0.5), "price": {"amountMinor": self.rng.randrange(10**6), "currency": "HKD"}}),
            ("notifications", lambda: {"onSubmit": [self.rng.choice(self.cast.people).id], "digest": "daily"}), ("shuffleQuestions", lambda: True),
        ]:
            if chance(0.25):
                settings[name] = make()
        if public if public is not None else chance(0.2):
            settings["public"] = True
        if not bindable and chance(0.2):
            settings["anonymous"] = True
        return settings

    # MARK: auth

    def auth_register(self, operation):
        tenant = self.rng.choice([self.cast.home, self.cast.home, self.cast.abroad, None])
        body = self.cast.credentials(tenant)

        def after(reply, plan):
            self.cast.register("expendable", tenant, plan.body, reply.data)

        return Plan(self.cast.nobody, body=body, after=after, loose=("password", "universityId"))

    def auth_login(self, operation):
        person = self.rng.choice(self.cast.people + self.cast.expendable)
        body = {"email": self.rng.choice([person.email, person.email.upper()]), "password": person.password}
        if self.rng.random() < 0.2:
            body["cookie"] = True
        return Plan(self.cast.nobody, body=body, loose=("password", "email", "cookie"))

    def expendable(self):
        return need(self.cast.expendable and self.rng.choice(self.cast.expendable), "expendable person")

    def auth_sessions_refresh(self, operation):
        person = self.expendable()

        def after(reply, plan):
            person.token, person.refresh_token = reply.data["accessToken"], reply.data["refreshToken"]

        return Plan(self.cast.nobody, body={"refreshToken": person.refresh_token}, after=after, loose=("refreshToken",))

    auth_sessions_refresh_2 = auth_sessions_refresh

    def gone(self, person):
        if person in self.cast.expendable:
            self.cast.expendable.remove(person)

    def end(self, person):
        self.cast.ended.append((person.token, person, time.monotonic()))
        self.gone(person)

    def auth_logout(self, operation):
        person = self.expendable()
        return Plan(person, body=self.rng.choice([{}, {"scope": "all"}, {"scope": "current"}]), after=lambda r, p: self.end(person), loose=("scope",))

    def auth_password_change(self, operation):
        person = self.expendable()
        password = "correct horse " + self.values.mark("password")

        def after(reply, plan):
            person.password = password
            self.gone(person)

        return Plan(person, body={"currentPassword": person.password, "newPassword": password}, after=after, loose=("currentPassword", "newPassword"))

    def auth_sessions_end(self, operation):
        person = self.expendable()
        reply = self.cast.caller.call(person, self.cast.description.by_id["auth.sessions.list"])
        sessions = need(reply is not None and reply.is_success and reply.data, "session")
        session = self.rng.choice(sessions)
        return Plan(person, {"id": session["id"]}, after=lambda r, p: session["current"] and self.end(person))

    def auth_users_delete_own(self, operation):
        person = self.expendable()
        return Plan(person, body={"password": person.password}, after=lambda r, p: self.end(person), loose=("password",))

    def auth_users_get(self, operation):
        user = self.rng.choice(self.cast.people)
        by = [user, self.cast.root] + ([self.cast.admin] if user.tenant == self.cast.home.id else [])
        return Plan(self.rng.choice(by), {"id": user.id})

    def auth_users_set_role(self, operation):
        person = need([p for p in self.cast.expendable if p.tenant == self.cast.home.id], "expendable person at home")[0]
        body = self.body(operation)

        def after(reply, plan):
            person.role = reply.data["role"]
            self.gone(person)

        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), {"id": person.id}, body=body, after=after)

    def auth_users_list(self, operation):
        return Plan(self.rng.choice([self.cast.admin, self.cast.foreign_admin]), query=self.query(operation))

    def auth_api_keys_create(self, operation):
        person = self.rng.choice(self.cast.people)
        body = {"name": self.values.text("api-keys")}
        if self.rng.random() < 0.5:
            body["expiresAt"] = self.values.instant(1, 300)
        if person.role == "admin" and self.rng.random() < 0.5:
            body["scopes"] = self.rng.sample(["academic:write", "forms:write", "users:read"], 2)

        def after(reply, plan):
            key = self.cast.add(Thing("api-keys", reply.data["id"], person, person.tenant, reply.data))
            key.extra["key"] = reply.data["key"]

        return Plan(person, body=body, after=after)

    def auth_profile_replace(self, operation):
        person = self.rng.choice(self.cast.people)
        schema = self.cast.description.resolve(operation.body)
        body = self.values.make(schema, "profile", self.special)
        for name in ("universityId", "departmentId", "programId"):
            body.pop(name, None)
        if person.tenant != self.cast.home.id or self.cast.all("id-patterns"):
            body.pop("studentId", None)
        if "custom" in body:
            body["custom"] = {"shoe": self.rng.choice([42, "41½", None, [1, "x"], {"a": True}, 1e-7, 0.1]), "note": self.values.text("profile")}
        return Plan(person, body=body, loose=("studentId", "phone"))

    # MARK: academic

    def academic_universities_create(self, operation):
        return Plan(self.cast.root, body=self.body(operation))

    def academic_universities_delete(self, operation):
        spare = need(self.cast.pick("universities", lambda t: t not in (self.cast.home, self.cast.abroad)), "university without anybody")
        return Plan(self.cast.root, {"id": spare.id}, thing=spare)

    def academic_universities_replace(self, operation):
        university = self.cast.pick("universities", lambda t: t is not self.cast.home and t is not self.cast.abroad)
        return Plan(self.cast.root, {"id": need(university, "spare university").id}, body=self.body(operation), thing=university)

    academic_universities_update = academic_universities_replace

    def academic_departments_create(self, operation):
        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), body=self.body(operation))

    def academic_departments_delete(self, operation):
        empty = lambda t: not self.cast.all("programs", lambda p: p.state.get("departmentId") == t.id)
        department = need(self.cast.pick("departments", empty), "department without programs")
        return Plan(self.cast.root, {"id": department.id}, thing=department)

    def academic_programs_create(self, operation):
        need(self.cast.all("departments", lambda t: t.tenant == self.cast.home.id), "department")
        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), body=self.body(operation))

    # MARK: id-parser

    def pattern(self, operation):
        body = self.body(operation)
        digits = self.rng.choice([6, 8, 9])
        body["pattern"] = self.rng.choice([f"[0-9]{{{digits}}}", f"(?P<year>[0-9]{{2}})[0-9]{{{digits - 2}}}", f"u(?P<sequence>[0-9]{{{digits}}})"])
        for name in ("checksum", "checksumParameters", "fields"):
            body.pop(name, None)
        prefix = "u" if body["pattern"].startswith("u") else ""
        body["examples"] = {"accept": [prefix + "2" * digits], "reject": ["x"]}
        if "year" in body["pattern"] and self.rng.random() < 0.5:
            body["fields"] = {"year": {"description": self.values.text("id-patterns")}}
        return body

    def id_parser_id_patterns_create(self, operation):
        need(len(self.cast.all("id-patterns")) < 20, "place for another pattern")
        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), body=self.pattern(operation))

    def id_parser_id_patterns_replace(self, operation):
        pattern = need(self.cast.pick("id-patterns"), "pattern")
        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), {"id": pattern.id}, body=self.pattern(operation), thing=pattern)

    def id_parser_id_patterns_update(self, operation):
        pattern = need(self.cast.pick("id-patterns"), "pattern")
        body = self.rng.choice([{"name": self.values.text("id-patterns")}, {"priority": self.rng.randrange(1_001)}, {"isActive": self.values.chance(0.7)}])
        return Plan(self.rng.choice([self.cast.admin, self.cast.root]), {"id": pattern.id}, body=body, thing=pattern)

    def id_parser_id_patterns_list(self, operation):
        return Plan(self.rng.choice([self.cast.admin, self.cast.foreign_admin]), query=self.query(operation))

    def id_parser_student_ids_verify(self, operation):
        body = self.body(operation) | {"studentId": self.rng.choice(["2025123456", "u30123456", self.values.mark("condition"), "２０２５１２３"])}
        for name in ("universityId", "universityCode"):
            body.pop(name, None)
        body |= self.rng.choice([{"universityId": self.cast.home.id}, {"universityCode": self.cast.home.state["code"]}])
        return Plan(self.rng.choice([p for p in self.cast.people if p.tenant]), body=body)

    # MARK: forms

    def forms_forms_create(self, operation):
        society = self.cast.pick("societies", lambda t: t.state.get("status") in ("active", "active", "pending"))
        unbound = self.cast.all("societies", lambda t: t.state.get("status") == "active" and not t.settings)
        bindable = bool(unbound) and self.values.chance(0.7)
        if bindable:
            society = self.rng.choice(unbound)
        if society is None or not bindable and self.rng.random() < 0.35:
            author = self.cast.admin
            body = {"title": self.values.text("forms"), "settings": self.settings()}
            if self.values.chance(0.5):
                body["entityType"] = "survey"
            society = None
        else:
            author = need([p for p in self.cast.people if is_officer(p, society)], "officer")[0]
            body = {
                "title": self.values.text("forms"), "entityType": "society", "entityId": society.id, "settings": self.settings(bindable),
            }
        if self.values.chance(0.3):
            body["description"] = self.values.text("forms", 5_000, lines=True)
        if self.values.chance(0.9):
            body["pages"] = self.values.pages("forms")

        def after(reply, plan):
            self.cast.add(Thing("forms", reply.data["id"], author, self.cast.home.id, reply.data, parent=society))

        return Plan(author, body=body, after=after)

    def form(self, operation, *conditions):
        form = need(self.cast.pick("forms", lambda t: not t.is_uncertain, *conditions), "form of that kind")
        return form, need(self.actor(operation, form), "owner of the form")

    def bound(self, form):
        return any(s.settings and s.settings.get("formId") == form.id for s in self.cast.all("societies"))

    def editable(self, form):
        return form.state.get("status") == "draft" and not self.bound(form)

    def forms_forms_replace(self, operation):
        form, person = self.form(operation, self.editable)
        body = {"title": self.values.text("forms"), "settings": self.settings(), "pages": self.values.pages("forms")}
        return Plan(person, {"id": form.id}, body=body, thing=form)

    def forms_forms_update(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("status") != "archived")
        body = {"title": self.values.text("forms")}
        if self.values.chance(0.3):
            body["description"] = self.values.text("forms", 5_000, lines=True)
        if self.values.chance(0.3):
            body["settings"] = {"confirmationMessage": self.values.text("forms", 5_000)}
        return Plan(person, {"id": form.id}, body=body, thing=form)

    def forms_forms_delete(self, operation):
        answered = {t.parent for t in self.cast.all("responses")}
        form, person = self.form(operation, lambda t: not self.bound(t) and t not in answered)
        return Plan(person, {"id": form.id}, thing=form)

    def forms_forms_publish(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("status") == "draft" and t.state.get("pages") and all(p["questions"] for p in t.state["pages"]))
        return Plan(person, {"id": form.id}, thing=form)

    def forms_forms_close(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("status") == "published" and not self.bound(t))
        return Plan(person, {"id": form.id}, thing=form)

    def forms_forms_reopen(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("status") == "closed")
        return Plan(person, {"id": form.id}, thing=form)

    def forms_forms_archive(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("status") != "archived" and not self.bound(t))
        return Plan(person, {"id": form.id}, thing=form)

    def forms_forms_duplicate(self, operation):
        form, person = self.form(operation, lambda t: not t.parent or t.parent.state.get("status") == "active")
        if not form.parent:
            person = self.cast.admin
        body = {"title": self.values.text("forms")} if self.values.chance(0.7) else {}

        def after(reply, plan):
            self.cast.add(Thing("forms", reply.data["id"], person, form.tenant, reply.data, parent=form.parent))

        return Plan(person, {"id": form.id}, body=body, after=after)

    def forms_pages_add(self, operation):
        form, person = self.form(operation, self.editable)
        page = self.values.pages("forms")[0]
        page.pop("id", None)
        for question in page["questions"]:
            question.pop("conditionalLogic", None)
        return Plan(person, {"id": form.id}, body=page, thing=form)

    def forms_pages_update(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("pages"), lambda t: t.state.get("status") != "archived")
        return Plan(person, {"id": form.id, "pageId": self.inner(form, "pages")}, body={"title": self.values.text("forms")}, thing=form)

    def spare_questions(self, form):
        """Those that no condition refers to."""
        named = str([[question.get("conditionalLogic") for question in page["questions"]] for page in form.state["pages"]])
        return [q["id"] for page in form.state["pages"] for q in page["questions"] if q["id"] not in named]

    def forms_pages_remove(self, operation):
        form, person = self.form(operation, self.editable, lambda t: len(t.state.get("pages") or []) > 1)
        return Plan(person, {"id": form.id, "pageId": form.state["pages"][-1]["id"]}, thing=form)

    def forms_questions_add(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("pages"), lambda t: t.state.get("status") != "archived")
        question = self.values.question("forms")
        question.pop("id")
        return Plan(person, {"id": form.id}, body=question, thing=form)

    def forms_questions_update(self, operation):
        form, person = self.form(operation, lambda t: t.state.get("pages") and self.inner(t, "questions"), lambda t: t.state.get("status") != "archived")
        body = self.rng.choice([{"title": self.values.text("forms")}, {"required": False}, {"description": self.values.text("forms", 5_000)}])
        return Plan(person, {"id": form.id, "questionId": self.inner(form, "questions")}, body=body, thing=form)

    def forms_questions_remove(self, operation):
        form, person = self.form(operation, self.editable, lambda t: t.state.get("pages") and len(self.spare_questions(t)) > 1)
        return Plan(person, {"id": form.id, "questionId": self.rng.choice(self.spare_questions(form))}, thing=form)

    def forms_forms_reorder(self, operation):
        form, person = self.form(operation, self.editable, lambda t: t.state.get("pages") and "conditionalLogic': {" not in str(t.state["pages"]))
        pages = [{"id": page["id"], "questions": [question["id"] for question in page["questions"]]} for page in form.state["pages"]]
        self.rng.shuffle(pages)
        for page in pages:
            self.rng.shuffle(page["questions"])
        return Plan(person, {"id": form.id}, body={"pages": pages}, thing=form, loose=("pages",))

    def open_forms(self, form):
        return form.state.get("status") == "published" and not self.bound(form) and not form.is_uncertain

    def forms_autofill_get(self, operation):
        form = need(self.cast.pick("forms", self.open_forms), "published form")
        people = [p for p in self.cast.people if p.tenant == form.tenant and may_see_form(p, form)]
        return Plan(self.rng.choice(need(people, "respondent")), {"id": form.id})

    def forms_responses_create(self, operation):
        form = need(self.cast.pick("forms", self.open_forms), "published form")
        once = (form.state.get("settings") or {}).get("oneResponsePerUser")
        people = [
            p for p in self.cast.people
            if p.tenant == form.tenant and may_see_form(p, form) and not (once and p in form.extra.setdefault("respondents", []))
        ]
        person = self.rng.choice(need(people, "respondent who may still answer"))
        body = {"answers": self.values.answers(form.state, "responses")}
        questions = {q["id"]: q for page in form.state["pages"] for q in page["questions"]}
        if self.values.chance(0.6) and not form.state["settings"].get("anonymous"):
            smart = [q for q in body["answers"] if questions[q].get("profileFieldKey") and not questions[q].get("conditionalLogic")]
            if smart:
                body["updateProfile"] = smart
        if self.values.chance(0.3):
            body["startedAt"] = self.values.instant(-1, -0.01)
        if self.values.chance(0.3):
            body["formVersion"] = form.state["version"]

        def after(reply, plan):
            form.extra.setdefault("respondents", []).append(person)
            form.extra.setdefault("answered", []).append(person)
            if "updateProfile" in body:
                self.cast.updating.add(person)
            self.cast.add(Thing("responses", reply.data["id"], person, form.tenant, reply.data, parent=form))

        # What is hidden is not stored, and some texts are stored in a form of their own.
        loose = [
            q for q, question in questions.items()
            if question.get("conditionalLogic") or question["type"] in ("url", "phone", "email")
        ]
        hides = any(page.get("conditionalLogic") for page in form.state["pages"])
        return Plan(person, {"id": form.id}, body=body, after=after, loose=("startedAt", "updateProfile", *loose, *(["answers"] if hides else [])))

    def response(self, *conditions):
        stays = lambda t: "registration" not in t.extra or t.extra["registration"].state.get("status") in ("pending", "approved")
        usable = lambda t: stays(t) and all(condition(t) for condition in conditions) and not t.parent.is_gone and not t.parent.is_uncertain and not (t.parent.state.get("settings") or {}).get("anonymous")
        return need(self.cast.pick("responses", usable), "response")

    def forms_responses_get(self, operation):
        response = self.response()
        readers = [self.cast.admin] + ([response.owner] if may_see_form(response.owner, response.parent) else [])
        return Plan(self.rng.choice(readers), {"id": response.parent.id, "responseId": response.id})

    def forms_responses_delete(self, operation):
        response = self.response(lambda t: not t.parent.extra.get("was_bound") and t.parent.state.get("status") == "published")
        form = response.parent
        is_editable = form.state["settings"].get("allowEdits") and may_see_form(response.owner, form)
        person = self.rng.choice([response.owner, self.cast.admin]) if is_editable else self.cast.admin

        def after(reply, plan):
            response.is_gone = True
            respondents = response.parent.extra.get("respondents", [])
            if response.owner in respondents:
                respondents.remove(response.owner)

        return Plan(person, {"id": response.parent.id, "responseId": response.id}, after=after)

    def forms_responses_export(self, operation):
        form, person = self.form(operation)
        return Plan(person, {"id": form.id})

    forms_responses_list = forms_responses_export

    def profile_update(self, operation):
        for person in [person for person in self.cast.people if person in self.cast.updating]:
            reply = self.cast.caller.call(person, self.cast.description.by_id["forms.profile-updates.list"], query={"status": "pending"})
            if reply is not None and reply.is_success and reply.data:
                return Plan(person, {"id": self.rng.choice(reply.data)["id"]})
        raise NotYet("there is no pending profile update")

    forms_profile_updates_approve = forms_profile_updates_reject = profile_update

    def forms_profile_field_mappings_create(self, operation):
        key = self.values.mark("profile-field-mappings")
        body = {
            "fieldKey": key, "displayLabel": self.values.text("profile-field-mappings"), "dataType": "string", "profilePath": f"custom.{key}",
        }
        if self.values.chance(0.4):
            body["category"] = self.values.text("profile-field-mappings", 100)
        if self.values.chance(0.3):
            body["defaultValidationRules"] = {"maxLength": 500}
        return Plan(self.cast.root, body=body)

    def forms_profile_field_mappings_replace(self, operation):
        mapping = need(self.cast.pick("profile-field-mappings"), "mapping")
        return Plan(self.cast.root, {"id": mapping.id}, body=self.forms_profile_field_mappings_create(operation).body, thing=mapping)

    # MARK: notifier

    def notifier_notifications_read(self, operation):
        for person in self.rng.sample([p for p in self.cast.people if p.tenant == self.cast.home.id], 3):
            reply = self.cast.caller.call(person, self.cast.description.by_id["notifier.notifications.list"])
            if reply is not None and reply.is_success and reply.data:
                return Plan(person, {"id": self.rng.choice(reply.data)["id"]})
        raise NotYet("there is no notification")

    def notifier_notifications_read_all(self, operation):
        return Plan(self.rng.choice(self.cast.people), body={})

    # MARK: societies

    def societies_societies_create(self, operation):
        need(len(self.cast.all("societies")) < 8, "place for another society")
        founder = self.rng.choice([self.cast.president, self.cast.president, self.cast.visitor])
        body = self.body(operation)
        body.pop("universityId", None)

        def after(reply, plan):
            society = self.cast.add(Thing("societies", reply.data["id"], founder, self.cast.home.id, reply.data))
            society.roles[founder.id] = "president"
            society.extra.setdefault("known_to", []).append(founder)

        return Plan(founder, body=body, after=after)

    def society(self, operation, *conditions):
        society = need(self.cast.pick("societies", lambda t: not t.is_uncertain, *conditions), "society of that kind")
        return society, need(self.actor(operation, society), "person with that office")

    def in_status(self, *statuses):
        return lambda t: t.state.get("status") in statuses

    def societies_societies_approve(self, operation):
        society, person = self.society(operation, self.in_status("pending", "suspended"))
        return Plan(person, {"id": society.id}, thing=society)

    def societies_societies_suspend(self, operation):
        society, person = self.society(operation, self.in_status("active"))
        need(len(self.cast.all("societies", self.in_status("active"))) > 2, "society that can be spared")
        return Plan(person, {"id": society.id}, thing=society)

    def societies_societies_archive(self, operation):
        society, person = self.society(operation, self.in_status("pending", "active", "suspended"))
        need(len(self.cast.all("societies", self.in_status("active"))) > 2, "society that can be spared")
        return Plan(person, {"id": society.id}, thing=society)

    def societies_societies_delete(self, operation):
        society = need(self.cast.pick("societies", lambda t: not t.is_uncertain), "society")
        need(len(self.cast.all("societies")) > 4, "society that can be spared")
        return Plan(self.president(society), {"id": society.id}, thing=society)

    def president(self, society):
        return need([p for p in self.cast.people if society.roles.get(p.id) == "president"], "president")[0]

    def societies_members_list(self, operation):
        society = need(self.cast.pick("societies"), "society")
        return Plan(self.president(society), {"id": society.id}, self.query(operation))

    def societies_registrations_list(self, operation):
        return self.societies_members_list(operation)

    def member(self, *roles):
        for society in self.rng.sample(self.cast.all("societies", self.in_status("active")), len(self.cast.all("societies", self.in_status("active")))):
            for person in self.cast.people:
                if society.roles.get(person.id) in roles:
                    return society, person
        raise NotYet(f"there is no {' or '.join(roles)}")

    def change_roles(self, society, changes):
        for person, role in changes.items():
            if role is None:
                society.roles.pop(person.id, None)
            else:
                society.roles[person.id] = role
            society.extra.setdefault("known_to", []).append(person)  # notices that an officer was sent stay theirs
            person.changed_at = time.monotonic()
        society.changed_at = time.monotonic()

    def societies_members_change_role(self, operation):
        society, person = self.member("member", "admin")
        body = self.body(operation)
        after = lambda reply, plan: self.change_roles(society, {person: reply.data["role"]})
        return Plan(self.president(society), {"id": society.id, "userId": person.id}, body=body, after=after)

    def societies_members_remove(self, operation):
        society, person = self.member("member", "admin")
        after = lambda reply, plan: self.change_roles(society, {person: None})
        return Plan(self.president(society), {"id": society.id, "userId": person.id}, after=after)

    def societies_members_leave(self, operation):
        society, person = self.member("member", "admin")
        return Plan(person, {"id": society.id}, after=lambda reply, plan: self.change_roles(society, {person: None}))

    def societies_members_transfer_presidency(self, operation):
        society, person = self.member("member", "admin")
        president = self.president(society)

        def after(reply, plan):
            self.change_roles(society, {person: "president", president: "admin"})

        return Plan(president, {"id": society.id}, body={"userId": person.id}, after=after)

    def societies_registration_configure(self, operation):
        fits = lambda f: f.parent and f.state.get("status") == "published" and not (f.state.get("settings") or {}).get("anonymous") \
            and not (f.state.get("settings") or {}).get("oneResponsePerUser") and not self.cast.all("responses", lambda r: r.parent is f)
        form = need(self.cast.pick("forms", fits, lambda f: not f.parent.is_gone and f.parent.state.get("status") == "active"), "form that registers")
        society = form.parent
        body = self.body(operation) | {"formId": form.id}

        def after(reply, plan):
            society.settings = reply.data
            form.extra["was_bound"] = True

        return Plan(self.president(society), {"id": society.id}, body=body, after=after)

    def registering(self, society):
        return society.settings and society.state.get("status") == "active" and not society.is_uncertain

    def societies_registration_get(self, operation):
        society = need(self.cast.pick("societies", self.registering), "society that registers")
        people = [p for p in [*self.cast.people, self.cast.nobody] if may_see_society(p, society)]
        return Plan(self.rng.choice(people), {"id": society.id})

    def societies_registrations_create(self, operation):
        society = need(self.cast.pick("societies", self.registering), "society that registers")
        form = need(self.cast.pick("forms", lambda f: f.id == society.settings["formId"]), "registration form")
        need(form.state.get("status") == "published" and not form.is_uncertain, "published registration form")
        waiting = [t.owner for t in self.cast.all("registrations", lambda t: t.parent is society and t.state.get("status") == "pending")]
        people = [
            p for p in self.cast.people
            if p.tenant == society.tenant and p.id not in society.roles and p not in waiting and may_see_society(p, society)
        ]
        person = self.rng.choice(need(people, "newcomer"))
        society.extra.setdefault("known_to", []).append(person)
        body = {"answers": self.values.answers(form.state, "responses")}

        def after(reply, plan):
            registration = self.cast.add(Thing("registrations", reply.data["id"], person, society.tenant, reply.data, parent=society))
            registration.extra["user"] = person
            form.extra.setdefault("answered", []).append(person)
            response = self.cast.add(Thing("responses", reply.data["responseId"], person, form.tenant, {}, parent=form))
            plan.marks_of = response
            response.extra["registration"] = registration
            if reply.data["status"] == "approved":
                self.change_roles(society, {person: "member"})

        return Plan(person, {"id": society.id}, body=body, after=after, loose=("answers", "updateProfile"))

    def pending(self):
        waits = lambda t: t.state.get("status") == "pending" and not t.parent.is_gone and t.parent.state.get("status") == "active"
        return need(self.cast.pick("registrations", waits), "pending registration")

    def decision(self, operation):
        registration = self.pending()
        society = registration.parent
        person = self.rng.choice(need([p for p in self.cast.people if is_officer(p, society) and p is not registration.owner], "officer"))

        def after(reply, plan):
            registration.state = reply.data
            if reply.data["status"] == "approved":
                self.change_roles(society, {registration.owner: "member"})

        body = {"reason": self.values.text("registrations", 500)} if operation.id.endswith("reject") and self.values.chance(0.7) else None
        plan = Plan(person, {"id": society.id, "registrationId": registration.id}, body=body, after=after)
        plan.marks_of = registration
        return plan

    societies_registrations_approve = societies_registrations_reject = decision

    def societies_registrations_get_own(self, operation):
        registration = need(self.cast.pick("registrations", lambda t: not t.parent.is_gone and t.state.get("status") == "pending"), "registration")
        return Plan(registration.owner, {"id": registration.parent.id})

    def societies_registrations_withdraw(self, operation):
        registration = self.pending()

        def after(reply, plan):
            registration.state = {**registration.state, "status": "withdrawn"}

        return Plan(registration.owner, {"id": registration.parent.id}, after=after)
