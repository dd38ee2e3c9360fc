"""Sends one call as somebody and holds the reply against everything that must hold for each."""
import collections
import http.client
import threading
import urllib.parse

from checks import faults_of, leaks_in
from client import Connection, Request, encode
from world import Person


class Caller:
    """One worker's way to the system; bursts make connections of their own."""

    def __init__(self, port, address, description, report, marks, rng):
        self.port, self.address, self.description = port, address, description
        self.report, self.marks, self.rng = report, marks, rng
        self.connection = Connection(port, address)
        self.history = collections.deque(maxlen=600)
        self.label = ""

    # MARK: building

    def headers(self, person, operation_is_safe):
        headers = {}
        if person.cookie and self.rng.random() < 0.1:
            headers["Cookie"] = person.cookie
            if not operation_is_safe:
                headers["X-CSRF-Token"] = person.csrf
        elif person.token:
            headers["Authorization"] = f"Bearer {person.token}"
        if self.rng.random() < 0.1:
            headers["X-Request-Id"] = f"fuzz-{self.rng.getrandbits(64):x}"
        return headers

    def request(self, person, operation, ids=None, query=None, body=None, headers=None):
        path = operation.path
        for name in operation.names:
            path = path.replace(f"{{{name}}}", urllib.parse.quote(str((ids or {})[name]).encode("utf-8", "surrogatepass"), safe=""))
        if query:
            path += "?" + "&".join(
                f"{name}={urllib.parse.quote(str(value).encode('utf-8', 'surrogatepass'))}" for name, value in query.items()
            )
        all = self.headers(person, operation.is_safe) | (headers or {})
        data = None
        if body is not None:
            data = encode(body)
            all.setdefault("Content-Type", "application/json")
        elif operation.method != "GET":
            data = b""
            if operation.method in ("POST", "PUT", "PATCH") and operation.body is not None:
                data, all["Content-Type"] = b"{}", "application/json"
        return Request(operation, operation.method, path, all, data, person)

    # MARK: sending

    def send(self, request, is_valid=None, connection=None):
        """The reply after all checks; None when there was none, which is a failure by itself.

        `is_valid`: True for a call that is meant to succeed, False for one that must be refused, None otherwise.
        """
        operation, person = request.operation, request.person
        try:
            reply = (connection or self.connection).send(request)
        except (OSError, http.client.HTTPException) as error:
            request.outcome = f"{type(error).__name__}: {error}"
            self.history.append(request)
            self.report.called(operation.id, 599)
            self.report.fail("no reply", operation.id, type(error).__name__, str(error), lambda: self.story(request))
            return None
        request.outcome = str(reply)
        if reply.is_success and isinstance(reply.data, dict) and "id" in reply.data:
            request.outcome += f" {reply.data['id']}"
        self.history.append(request)
        self.report.called(operation.id, reply.status)
        for check, what, detail in faults_of(reply, request, operation, is_valid is None):
            if check in ("overload", "work refused"):
                self.report.count(f"{check}: {what}")
            else:
                self.report.fail(check, operation.id, what, detail, lambda: self.story(request))
        reader = self.reader(reply, person)
        for kind, detail in leaks_in(reply, request, reader, self.marks):
            self.report.fail("leak", operation.id, f"{kind} told to {'nobody' if reader.id is None else reader.role}", detail, lambda: self.story(request))
        if is_valid:
            self.report.judged(operation.id, reply)
        if is_valid is False and reply.is_success:
            self.report.fail("right", operation.id, f"{reply.status} for {person.name}", "must be refused", lambda: self.story(request))
        return reply

    @staticmethod
    def reader(reply, person):
        """Who learns what a reply says: of a reply that signs somebody in, that one."""
        user = reply.data.get("user") if reply.is_success and isinstance(reply.data, dict) else None
        if not isinstance(user, dict) or person.id is not None:
            return person
        reader = Person("somebody who signed in", user.get("tenantId"))
        reader.id, reader.role = user.get("id"), user.get("role")
        return reader

    def call(self, person, operation, ids=None, query=None, body=None, headers=None, is_valid=None):
        return self.send(self.request(person, operation, ids, query, body, headers), is_valid)

    def read(self, request):
        """The reply to a read that is asked again as long as we are turned away."""
        for _ in range(20):
            reply = self.send(request)
            if reply is None or reply.status not in (429, 503) or "retry-after" not in reply.headers:
                break
            self.report.over.wait(min(float(reply.headers["retry-after"]), 2))
        return reply

    def burst(self, requests, is_valid=None):
        """Sends requests at once; the replies in their order."""
        replies = [None] * len(requests)
        gate = threading.Barrier(len(requests))

        def run(index):
            connection = Connection(self.port, self.address)
            try:
                gate.wait(timeout=10)
                replies[index] = self.send(requests[index], is_valid, connection)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(index,)) for index in range(len(requests))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    def fail(self, check, operation, what, detail, request):
        self.report.fail(check, operation.id, what, detail, lambda: self.story(request))

    # MARK: telling

    def story(self, request, most=7):
        """The calls that led here, as far as they name the same things; the last is the one that failed."""
        names = set(part for part in request.path.split("?")[0].split("/") if len(part) == 36)
        earlier = [
            other for other in list(self.history)
            if other is not request and other.method != "GET" and any(name in other.path or name in other.outcome for name in names)
        ]
        chosen = earlier[-most:] + [request]
        people = {other.person.name: other.person for other in chosen if other.person.id}
        lines = [f"# {self.label}"]
        for person in people.values():
            lines.append(
                f"{person.name}=$(curl -sS -H 'Content-Type: application/json' -d '{{\"email\":\"{person.email}\",\"password\":"
                f"\"{person.password}\"}}' \"$BASE\"/api/v1/auth/login | sed 's/.*\"accessToken\":\"\\([^\"]*\\).*/\\1/')"
            )
        return lines + [other.curl() for other in chosen]
