"""What `scale` measures with: accounts and objects that are made through the API once, and whose rows are copied to fill tables."""
import http.client
import itertools
import json
import time
import uuid

PASSWORD = "correct horse battery staple"
TOKEN_SECONDS = 600  # an access token is valid for 900
NAME, TOPICS, REMARK, HOURS, OPINION, MARK = (str(uuid.UUID(int=0x0192F0C1000070008000000001000000 + n, version=4)) for n in range(6))
OPINIONS = ["Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree"]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, method, path, status, body):
        try:
            code = json.loads(body)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            code = ""
        super().__init__(f"{method} {path}: {status} {body[:300].decode(errors='replace')}")
        self.status, self.summary = status, f"{status} {code}".strip()


class Account:
    """Somebody with an account, signed in again before a token ends."""

    def __init__(self, client, email, password, session=None):
        self.client, self.email, self.password = client, email, password
        self.session, self.since = session, time.monotonic()

    @property
    def credentials(self):
        return {"email": self.email, "password": self.password}

    @property
    def token(self):
        if self.session is None or time.monotonic() - self.since > TOKEN_SECONDS:
            self.session = self.client.call("POST", "/auth/login", None, self.credentials)
            self.since = time.monotonic()
        return self.session["accessToken"]

    @property
    def id(self):
        return self.token and self.session["user"]["id"]


class Client:
    """One connection to the API; `times` has the milliseconds of the calls that are measured."""

    def __init__(self, system):
        self.connection = http.client.HTTPConnection(*system.address, timeout=100)
        self.times = []

    def call(self, method, path, who=None, body=None, beginning=False):
        """What is answered: `data` of an envelope, otherwise the body.

        Paths are below `/api/v1`, or absolute after `//`. With `beginning` only the first piece of the body is read.
        """
        return unwrapped(self.exchange(method, path, who, body, beginning)[1])

    def timed(self, method, path, who=None, body=None, beginning=False):
        """The same, measured."""
        token = who and who.token  # signing in is not measured
        milliseconds, answer = self.exchange(method, path, token, body, beginning)
        self.times.append(milliseconds)
        return unwrapped(answer)

    def exchange(self, method, path, who, body, beginning):
        token = who if who is None or isinstance(who, str) else who.token
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        target = path[1:] if path.startswith("//") else "/api/v1" + path
        data = None if body is None else json.dumps(body)
        for attempt in itertools.count():
            begin = time.perf_counter()
            try:
                self.connection.request(method, target, data, headers)
                response = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionError):  # nginx closes a connection after many requests
                self.connection.close()
                if attempt:
                    raise
        answer = response.read1(1 << 16) if beginning else response.read()
        milliseconds = 1000 * (time.perf_counter() - begin)
        if beginning:
            self.connection.close()
        if not 200 <= response.status < 300:
            raise Refused(method, path, response.status, answer)
        return milliseconds, answer


class Page(list):
    """The items of a list."""

    pagination = {}


def unwrapped(answer):
    """What an envelope holds; the answer itself where it has none."""
    try:
        value = json.loads(answer)
    except ValueError:
        return answer
    if not isinstance(value, dict) or "success" not in value:
        return value
    data = value.get("data")
    if isinstance(data, list):
        data = Page(data)
        data.pagination = value.get("pagination", {})
    return data


# MARK: forms


def options(limits=0):
    """Thirty options, of which so many may be chosen a limited number of times, though never too few."""
    return [{"value": f"Option {n}", "label": f"Option {n}"} | ({"quota": 5_000_000} if n <= limits else {}) for n in range(1, 31)]


def survey(title):
    return {
        "title": title, "description": "What students think of a course.", "entityType": "survey", "settings": {"oneResponsePerUser": False},
        "pages": [{
            "title": "About the course",
            "questions": [
                {"id": NAME, "type": "short-text", "title": "First name", "profileFieldKey": "firstName"},
                {"id": TOPICS, "type": "checkboxes", "title": "Which topics?", "options": options()},
                {"id": REMARK, "type": "short-text", "title": "Anything else?", "validationRules": {"maxLength": 200}},
                {"id": HOURS, "type": "number", "title": "Hours a week", "validationRules": {"min": 0, "max": 100}},
                {"id": OPINION, "type": "multiple-choice", "title": "It was worth it", "options": [{"value": text} for text in OPINIONS]},
                {"id": MARK, "type": "rating", "title": "Your mark", "validationRules": {"min": 1, "max": 5}},
            ],
        }],
    }


def answers(number=0, name="Sasha"):
    return {
        NAME: name, TOPICS: [f"Option {1 + number % 30}"], REMARK: "A short answer to this question", HOURS: 4,
        OPINION: OPINIONS[number % 5], MARK: 1 + number % 5,
    }


def registration_form(society):
    return {
        "title": "Join the Scale Society", "entityType": "society", "entityId": society, "settings": {"oneResponsePerUser": True},
        "pages": [{
            "title": "About you",
            "questions": [
                {"id": NAME, "type": "short-text", "title": "First name", "required": True, "profileFieldKey": "firstName"},
                {"id": REMARK, "type": "long-text", "title": "Why do you want to join?", "required": True},
            ],
        }],
    }


REGISTRATION = {NAME: "Sasha", REMARK: "I learned it from my grandmother and would like to do more of it."}


# MARK: the scene


def wait_until(condition, what, pause=0.1, seconds=900):
    """Waits for a condition, with so many seconds between looks."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise SystemExit(f"Not after {seconds} s: {what}")
        time.sleep(pause)


class Scene:
    """The objects that are measured. Their ids are kept in the home, so that each is made once."""

    def __init__(self, system):
        self.system, self.client = system, Client(system)
        self.file = system.home / "scale.json"
        self.ids = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.ids |= {"university": system.demo["university"]["id"], "code": system.demo["university"]["code"]}
        platform = system.demo["accounts"]["platformAdmin"]
        self.platform = Account(self.client, platform["email"], platform["password"])
        self.admin, self.president, self.student = (
            Account(self.client, f"scale-{name}@bench.example", PASSWORD) for name in ("admin", "president", "student")
        )

    def once(self, name, make):
        """The id of what `make` makes the first time."""
        if name not in self.ids:
            self.ids[name] = make()
            self.file.write_text(json.dumps(self.ids, indent=2) + "\n")
        return self.ids[name]

    def made(self, name, who, path, body):
        return self.once(name, lambda: self.client.call("POST", path, who, body)["id"])

    def done(self, name, method, path, who, body):
        return self.once(name, lambda: self.client.call(method, path, who, body) and None)

    def make(self):
        call, ids = self.client.call, self.ids
        for name, account in (("admin", self.admin), ("president", self.president), ("student", self.student)):
            self.once(name, lambda: self.account(account, name))
        self.done("role", "PUT", f"/users/{ids['admin']}/role", self.platform, {"role": "admin"})
        self.done("profile", "PUT", "/profile", self.student, {"lastName": "Student", "phone": "+852 2859 2111", "interests": ["chess"]})
        self.made("spareUniversity", self.platform, "/universities", {"name": "Scale spare", "code": "SCALE-SPARE"})
        self.made("department", self.admin, "/departments", {"universityId": ids["university"], "name": "Scale spare", "code": "SCALE"})
        program = {"departmentId": ids["department"], "name": "BSc in Scale spare", "degree": "Bachelor", "duration": 4}
        self.made("program", self.admin, "/programs", program)
        pattern = {"universityCode": ids["code"], "name": "Card spare", "pattern": r"SC(?P<sequence>\d{8})", "examples": {"accept": ["SC20240001"]}}
        self.made("pattern", self.admin, "/id-patterns", pattern)
        mapping = {"fieldKey": "scale", "displayLabel": "Scale", "dataType": "text", "profilePath": "custom.scale"}
        self.made("mapping", self.platform, "/profile-field-mappings", mapping)

        society = {"name": "Scale Society", "slug": "scale-society", "description": "Grows with its members.", "visibility": "public"}
        society = self.made("society", self.president, "/societies", society)
        self.done("approval", "POST", f"/societies/{society}/approve", self.platform, {})
        form = self.made("form", self.president, "/forms", registration_form(society))
        self.done("formPublished", "POST", f"/forms/{form}/publish", self.president, {})
        self.done("settings", "PUT", f"/societies/{society}/registration", self.president, self.settings())
        registration = {"answers": REGISTRATION, "updateProfile": [NAME]}
        registration = self.made("registration", self.student, f"/societies/{society}/registrations", registration)
        self.done("admission", "POST", f"/societies/{society}/registrations/{registration}/approve", self.president, {})
        own = f"/societies/{society}/registrations/mine"
        self.once("registrationResponse", lambda: call("GET", own, self.student)["responseId"])
        self.once("profileUpdate", self.approve_profile_update)
        for name in ("survey", "copied"):
            id = self.made(name, self.admin, "/forms", survey(f"Scale {name}"))
            self.done(name + "Published", "POST", f"/forms/{id}/publish", self.admin, {})
            self.made(name + "Response", self.student, f"/forms/{id}/responses", {"answers": answers()})
        wait_until(lambda: call("GET", "/notifications?limit=1", self.student), "the notice of the admission is there")
        return self

    def account(self, account, name):
        body = account.credentials | {"name": f"Scale {name.capitalize()}", "universityId": self.ids["university"]}
        try:
            return self.client.call("POST", "/auth/register", None, body)["user"]["id"]
        except Refused as refusal:
            if refusal.status != 409:
                raise
            return account.id

    def settings(self):
        return {"formId": self.ids["form"], "requiresApproval": True, "capacity": 1_000_000}

    def approve_profile_update(self):
        id = self.client.call("GET", "/profile-updates?status=pending&limit=1", self.student)[0]["id"]
        self.client.call("POST", f"/profile-updates/{id}/approve", self.student, {})
        return id
