"""Requests at a fixed rate, whether earlier ones are answered or not: what `faults`, `saturation`, `attacks` and `scale` measure with."""
import itertools
import json
import math
import pathlib
import socket
import threading
import time
import typing
import urllib.request


class Answer(typing.NamedTuple):
    due: float
    name: str
    seconds: float  # since it was due
    status: int  # 0 without an answer
    retry_after: bool


class System:
    """A system that was started with `rovierr dev up --seed`."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.demo = json.loads((self.home / "demo.json").read_text())
        host, port = self.demo["baseUrl"].removeprefix("http://").split(":")
        self.address = (host, int(port))
        topology = json.loads((self.home / "run/topology.json").read_text())
        self.daemons, self.sockets = topology["daemons"], pathlib.Path(topology["sockets"])

    def call(self, path, token=None, body=None, method=None):
        """What is answered; raises HTTPError for a refusal."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.demo['baseUrl']}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            return json.load(response)["data"]

    def sign_in(self, account):
        return self.call("/auth/login", body=account)["accessToken"]

    def pid(self, daemon):
        name = daemon["service"] if daemon["replica"] == 1 else f"{daemon['service']}-{daemon['replica']}"
        return int((self.home / f"run/{name}.pid").read_text().split()[0])


def request(method, path, token=None, body=None, *fields):
    """The bytes of a request; `fields` are lines of its head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *fields]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
    return "\r\n".join(lines + ["", ""]).encode() + payload


def calls_of_others(system):
    """Calls of every service by two students, and seldom a sign-in, by somebody else since it ends the oldest sessions."""
    demo = system.demo
    calls = []
    for person in ("student", "president"):
        account = demo["accounts"][person]
        token = system.sign_in(account)
        names = [
            ("auth", "GET", "/users/me"), ("academic", "GET", f"/universities/{demo['university']['id']}"), ("forms", "GET", f"/forms/{demo['form']['id']}"),
            ("societies", "GET", f"/societies/{demo['society']['id']}"), ("notifier", "GET", "/notifications/unread-count"),
            ("id-parser", "POST", "/student-ids/parse", {"text": "2024000123", "universityCode": demo["university"]["code"]}),
            ("forms", "GET", "/forms?limit=5"), ("auth", "PUT", "/profile", {"firstName": "Calm"}), ("societies", "GET", "/societies?limit=5"),
            ("forms", "GET", f"/forms/{demo['form']['id']}/autofill"), ("academic", "GET", "/departments?limit=5"), ("auth", "GET", "/auth/sessions"),
            ("notifier", "GET", "/notifications?limit=5"), ("id-parser", "POST", "/student-ids/parse", {"text": "card 2024000123 of 2024"}),
            ("societies", "GET", f"/societies/{demo['society']['id']}/registration"), ("notifier", "POST", "/notifications/read-all", {}),
            ("academic", "GET", "/universities?limit=5"), ("forms", "GET", "/profile-updates?limit=5"), ("auth", "GET", "/profile"),
        ]
        calls += [(name, request(method, "/api/v1" + path, token, *body)) for name, method, path, *body in names]
    return calls * 2 + [("sign-in", request("POST", "/api/v1/auth/login", None, demo["accounts"]["platformAdmin"]))]


class SteadyLoad:
    """Sends (name, request) in turn, so many per second; times count from when a request was due."""

    def __init__(self, address, requests, rate, workers=2000):
        self.address, self.requests, self.rate = address, requests, rate
        self.begin = time.monotonic() + 1
        self.arrivals = itertools.count()
        self.idle = []  # connections
        self.answers = []
        threading.stack_size(1 << 18)
        for _ in range(workers):  # more than requests can be under way
            threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            number = next(self.arrivals)
            name, request = self.requests[number % len(self.requests)]
            due = self.begin + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            status, retry_after = 0, False
            try:
                status, retry_after = self.ask(request)
            except (OSError, ValueError):
                pass
            self.answers.append(Answer(due, name, time.monotonic() - due, status, retry_after))

    def ask(self, request):
        """Sends a request over a kept connection, or over a new one where the kept one was closed meanwhile."""
        try:
            connection = self.idle.pop()
        except IndexError:
            connection = None
        if connection:
            try:
                return self.exchange(connection, request)
            except ConnectionError:
                pass
        return self.exchange(socket.create_connection(self.address, timeout=60), request)

    def exchange(self, connection, request):
        connection.sendall(request)
        answered = answer(connection)
        self.idle.append(connection)
        return answered

    def between(self, since, until):
        """The answers to what was due then, once all are there."""
        expected = math.ceil((until - self.begin) * self.rate) - math.ceil((since - self.begin) * self.rate)
        while True:
            found = [answer for answer in list(self.answers) if since <= answer.due < until]
            if len(found) >= expected - 1:  # one at a bound may have been rounded to its other side
                return found
            time.sleep(0.1)


def answer(connection):
    """Reads one answer; less work than http.client's, which would slow down those that come meanwhile."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("closed")
        received += piece
    head, _, body = received.lower().partition(b"\r\n\r\n")
    length = int(head.partition(b"\r\ncontent-length:")[2].split(b"\r\n", 1)[0])
    got = len(body)
    while got < length:
        got += len(connection.recv(65536))
    return int(head[9:12]), b"\r\nretry-after:" in head


def figures(answers):
    """Median, 99th percentile and longest, in milliseconds."""
    times = sorted(1000 * answer.seconds for answer in answers)
    return times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]
