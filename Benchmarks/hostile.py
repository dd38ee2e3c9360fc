"""The attacks of `attacks`: requests that cost more than they look, by strangers and by people with accounts of their own."""
import base64
import json
import os
import secrets
import time
import typing
import urllib.error
import uuid

from steady import request

ATTACKS = {}
MARKS = "\u0301\u0323"  # two combining marks whose order is turned when they are normalised
FAMILY = "👨‍👩‍👧‍👦"
CLOSE = "Connection: close"


class Attack(typing.NamedTuple):
    prepare: typing.Callable  # gets an Attacker and returns the requests that are sent in turn
    connections: int
    addresses: int


def attack(name, connections=4, addresses=1):
    def note(prepare):
        ATTACKS[name] = Attack(prepare, connections, addresses)
        return prepare

    return note


class Attacker:
    """Somebody with several accounts that may make forms."""

    def __init__(self, system, accounts=4):
        self.system = system
        admin = system.sign_in(system.demo["accounts"]["platformAdmin"])
        self.accounts = [self.account(f"attacker{number}@attacks.example", admin) for number in range(accounts)]
        self.tokens = [system.sign_in(account) for account in self.accounts]

    def account(self, email, admin):
        account = {"email": email, "password": "correct horse battery staple"}
        try:
            user = self.system.call("/auth/register", body=account | {"name": "Attacker", "universityId": self.system.demo["university"]["id"]})["user"]
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
        else:
            self.system.call(f"/users/{user['id']}/role", admin, {"role": "admin"}, "PUT")
        return account

    @property
    def token(self):
        self.tokens.append(self.tokens.pop(0))
        return self.tokens[0]

    def call(self, path, body=None, method=None):
        """What is answered; None to a refusal."""
        while True:
            try:
                return self.system.call(path, self.token, body, method)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or "Retry-After" not in error.headers:
                    return None
                time.sleep(float(error.headers["Retry-After"]))

    def request(self, method, path, body=None):
        return request(method, "/api/v1" + path, self.token, body, CLOSE)

    def publish(self, form):
        """The id of a published form; where it is refused None, and the request that was."""
        made = self.call("/forms", form)
        if made is None:
            return None, self.request("POST", "/forms", form)
        path = f"/forms/{made['id']}/publish"
        return (made["id"], None) if self.call(path, {}) else (None, self.request("POST", path, {}))

    def answers(self, form, text):
        """A submission with one text as the answer to everything, up to 900 KB."""
        asked = [question["id"] for page in form["pages"] for question in page["questions"] if question["type"] == "long-text"]
        return {"answers": dict.fromkeys(asked[: 900_000 // len(text.encode())], text)}

    def costly(self, make, text, counts=(1000, 400, 200, 100, 50, 20, 10, 5, 2, 1)):
        """Answers to the largest form that is taken, and the request for a larger one that is not."""
        refused = []
        for count in counts:
            form = make(count)
            id, refusal = self.publish(form)
            if id:
                return refused[:1] + [self.request("POST", f"/forms/{id}/responses", self.answers(form, text))] * 4
            refused.append(refusal)
        return refused[:1]


# MARK: forms


def form(*questions, **members):
    return {
        "title": "Attack", "entityType": "survey", "settings": {"oneResponsePerUser": False}, "pages": [{"questions": list(questions)}], **members,
    }


def question(type="long-text", **members):
    return {"id": str(uuid.uuid4()), "type": type, "title": "Question", **members}


def conditional(count, operator, value, longest=20_000):
    """A form whose second question asks the first one's answer so many times."""
    first = question(validationRules={"maxLength": longest})
    conditions = [{"questionId": first["id"], "operator": operator, "value": value(number)} for number in range(count)]
    return form(first, question("yes-no", conditionalLogic={"action": "show", "match": "any", "conditions": conditions}))


def patterned(count, pattern):
    return form(*[question(validationRules={"pattern": pattern(number), "maxLength": 100}) for number in range(count)])


# MARK: text


@attack("combining marks: a member's name of 240 KB, signed in or not")
def _(attacker):
    body = {MARKS * 60_000: 1}
    return [request("POST", "/api/v1/auth/login", None, body, CLOSE)] + [
        attacker.request("POST", path, body) for path in ("/forms", "/societies", "/student-ids/parse", "/realtime/token", "/universities")
    ]


@attack("combining marks: choices, texts, answers")
def _(attacker):
    asked = form(question())
    id, _ = attacker.publish(asked)
    text = MARKS * 60_000
    return [
        attacker.request("POST", "/forms", {"title": "x", "entityType": text}),
        attacker.request("POST", "/societies", {"name": "x", "visibility": text}),
        attacker.request("POST", "/student-ids/parse", {"text": text}),
        attacker.request("PUT", "/profile", {"firstName": text}),
        attacker.request("POST", f"/forms/{id}/responses", attacker.answers(asked, text)),
        request("POST", "/api/v1/auth/login", None, {"email": text, "password": text}, CLOSE),
    ]


@attack("combining marks: path, query and header fields")
def _(attacker):
    text = "%CC%81%CC%A3" * 500
    return [
        attacker.request("GET", f"/societies?q={text}"),
        attacker.request("GET", f"/forms/{text}"),
        attacker.request("GET", f"/forms?fields={text}&sort={text}"),
        request("GET", "/api/v1/universities", None, None, CLOSE, f"Cookie: access_token={MARKS * 1_500}", f"If-None-Match: {MARKS * 1_500}"),
    ]


@attack("combining marks: a frame of 60 KB before any token")
def _(attacker):
    return [live(frame('{"' + MARKS * 15_000 + '":1}'))]


# MARK: forms that are costly to answer


@attack("conditions: equals, starts-with, in, contains")
def _(attacker):
    kinds = {
        "equals": lambda n: "é" * 150 + f"{n}", "starts-with": lambda n: "é" * 150 + f"{n}", "in": lambda n: ["é" * 100 + f"{n}"],
        "contains": lambda n: "é" * 120 + f"{n}",
    }
    requests = [request for kind in kinds for request in attacker.costly(lambda count: conditional(count, kind, kinds[kind]), "é" * 20_000)]
    return requests + attacker.costly(lambda count: conditional(count, "contains", lambda n: FAMILY * 8 + f"{n}"), FAMILY * 2_800)


@attack("patterns: costly ones, asked of 20 KB")
def _(attacker):
    return [
        request
        for pattern in ("(?:a?){30}a{30}", "(?:a{1,30}b?){1,30}", "(a|aa|aaa){1,300}", "[a-z]{1,900}x{0,90}", ".*.*.*.*=.*")
        for longest in (20_000, 2_000)
        for request in attacker.costly(lambda count: conditional(count, "matches", lambda n: f"{pattern}{n}", longest), "a" * longest)
    ]


@attack("patterns: 7,000 in one form, and many forms at the limit")
def _(attacker):
    many = form(*[question(validationRules={"pattern": f"[a-z]{{1,900}}{number}"}) for number in range(500)])
    many["pages"] = [{"questions": many["pages"][0]["questions"][:70]} for _ in range(100)]
    requests = [attacker.request("POST", "/forms", many)]
    for number in range(30):
        requests += attacker.costly(lambda count: patterned(count, lambda n: f"[a-z]{{1,300}}{number}x{n}"), "a", (100, 50, 20, 10, 5))
    return requests


@attack("options: 600 with quotas, conditions on them, edits")
def _(attacker):
    options = [{"value": f"{number}", "quota": 100_000} for number in range(600)]
    requests = []
    for count in (800, 200, 0):
        first = question("checkboxes", options=options)
        conditions = [{"questionId": first["id"], "operator": "in", "value": [f"{n % 600}", "1"]} for n in range(count)]
        logic = {"conditionalLogic": {"action": "show", "match": "any", "conditions": conditions}} if count else {}
        id, refused = attacker.publish(form(first, question("yes-no", **logic)))
        if refused:
            requests.append(refused)
            continue
        all = {"answers": {first["id"]: [option["value"] for option in options]}}
        requests += [attacker.request("POST", f"/forms/{id}/responses", all)] * 2
        requests += [attacker.request("PATCH", f"/forms/{id}", {"title": title}) for title in ("One", "Two")]
    return requests


@attack("objects: 30,000 members, deep groups")
def _(attacker):
    id, _ = attacker.publish(form(question()))
    members = {f"member {number}": number for number in range(30_000)}
    group = {"questionId": str(uuid.uuid4()), "operator": "is-answered"}
    for _ in range(28):
        group = {"match": "all", "conditions": [group]}
    return [
        attacker.request("POST", "/forms", conditional(1, "equals", lambda n: members)),
        attacker.request("POST", "/forms", form(question(conditionalLogic={"action": "show", "conditions": [group]}))),
        attacker.request("PATCH", f"/forms/{id}", {"settings": members}),
        attacker.request("POST", f"/forms/{id}/responses", {"answers": members}),
        attacker.request("PUT", "/profile", {"custom": members}),
        attacker.request("POST", "/forms", {"a": json.loads("[" * 60 + "]" * 60)}),
    ]


# MARK: much at once


@attack("student numbers: batches, and long texts")
def _(attacker):
    requests = [
        attacker.request("POST", "/student-ids/parse-batch", {"items": [{"text": text, "universityCode": "DEMO"}] * min(1_000, 250_000 // (len(text) + 40))})
        for text in ("2024000123 " * 20, "1" * 200, "1" * 900)
    ]
    return requests + [attacker.request("POST", "/student-ids/parse", {"text": text * 2_000}) for text in ("1", "20", "2024000123 ")]


@attack("bodies: 16 MiB in chunks and as multipart, to any path", connections=16)
def _(attacker):
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    return [
        request("POST", f"/api/v1{path}", token, None, CLOSE, f"Content-Type: {type}", "Transfer-Encoding: chunked") + chunk * 256 + b"0\r\n\r\n"
        for path, token, type in [
            ("/users/me", None, "application/json"), ("/auth/login", None, "application/json"), ("/nowhere", None, "multipart/form-data; boundary=x"),
            ("/forms", attacker.token, "multipart/form-data; boundary=x"), ("/forms", attacker.token, "application/json"),
        ]
    ]


@attack("responses: pages and exports of 900 KB each")
def _(attacker):
    large = form(*[question() for _ in range(45)])
    id, _ = attacker.publish(large)
    for _ in range(32):
        attacker.call(f"/forms/{id}/responses", attacker.answers(large, "x" * 20_000))
    return [attacker.request("GET", f"/forms/{id}/responses?limit=100"), attacker.request("GET", f"/forms/{id}/responses.csv")]


@attack("versions: PATCH of 20 bytes on a form of 500 KB, exports of 40 versions")
def _(attacker):
    first = question("yes-no")
    id, _ = attacker.publish(form(first, *[question(description="x" * 4_900) for _ in range(100)]))
    path = f"/forms/{id}/questions/{first['id']}"
    for number in range(40):
        attacker.call(path, {"title": f"{number}"}, "PATCH")
        attacker.call(f"/forms/{id}/responses", {"answers": {first["id"]: True}})
    return [attacker.request("PATCH", path, {"title": title}) for title in ("One", "Two")] + [attacker.request("GET", f"/forms/{id}/responses.csv")]


@attack("societies: one account makes 150, and their forms are asked for")
def _(attacker):
    makes = [attacker.request("POST", "/societies", {"name": f"Society {secrets.token_hex(4)}"}) for _ in range(150)]
    asks = [attacker.request("GET", path) for path in ("/societies?limit=100", "/forms?limit=100", "/forms?limit=100&q=a&sort=-title")]
    asks += [attacker.request("POST", f"/forms/{attacker.system.demo['form']['id']}/responses", {"answers": {}})]
    return [request for make in makes for request in (make, *asks)]


# MARK: who one is


@attack("sign-in: one address over 96 connections", connections=96)
def _(attacker):
    return [sign_in(f"{secrets.token_hex(6)}@nowhere.example") for _ in range(2_000)]


@attack("sign-in: three addresses", connections=96, addresses=3)
def _(attacker):
    return [sign_in(f"{secrets.token_hex(6)}@nowhere.example") for _ in range(2_000)]


@attack("registrations and new passwords", connections=32)
def _(attacker):
    accounts = [{"email": f"{secrets.token_hex(6)}@attacks.example", "password": secrets.token_hex(12), "name": "x"} for _ in range(1_000)]
    change = attacker.request("POST", "/auth/change-password", {"currentPassword": "wrong wrong wrong", "newPassword": secrets.token_hex(12)})
    return [piece for account in accounts for piece in (request("POST", "/api/v1/auth/register", None, account, CLOSE), change)]


def sign_in(email):
    return request("POST", "/api/v1/auth/login", None, {"email": email, "password": "wrong wrong wrong wrong"}, CLOSE)


@attack("tokens and keys that nobody gave out", connections=8)
def _(attacker):
    def forged():
        parts = (json.dumps({"alg": "EdDSA", "typ": "at+jwt", "kid": "x"}), json.dumps({"sub": str(uuid.uuid4()), "exp": 4_000_000_000}))
        text = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
        return request("GET", "/api/v1/users/me", f"{text}.{secrets.token_urlsafe(64)}", None, CLOSE)

    keys = [request("GET", "/api/v1/forms", None, None, CLOSE, f"X-API-Key: rov_{secrets.token_urlsafe(32)}") for _ in range(1_000)]
    return [piece for key in keys for piece in (key, forged())]


# MARK: live connections


@attack("live: connections, and commands without an end", connections=16)
def _(attacker):
    token = attacker.call("/realtime/token", {})
    connect = frame(json.dumps({"id": 1, "connect": {"token": token["token"]} if token else {}}))
    subscribe = b"".join(frame(json.dumps({"id": n, "subscribe": {"channel": f"society:{uuid.uuid4()}"}})) for n in range(2, 900))
    return [live(connect + subscribe), live(connect + frame("{}") * 3_000), live(frame("[" * 30_000)), live(b"\x81\xff" + b"\x7f" * 8 + b"x" * 65_536)]


def live(frames):
    return request(
        "GET", "/connection/websocket", None, None, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ) + frames


def frame(text):
    """A text frame, masked with zeros."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + data
