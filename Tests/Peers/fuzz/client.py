"""HTTP as the fuzzer speaks it: kept connections, exact bytes, and requests that can be told as curl lines."""
import http.client
import json
import re
import select
import shlex
import socket
import struct
import time


class Raw(str):
    """A token that is written into JSON as it is."""


def encode(value):
    """JSON in UTF-8; lone surrogates are escaped, raw tokens are left alone."""

    def mark(value):
        if isinstance(value, Raw):
            return f"@@raw:{value}@@"
        if isinstance(value, dict):
            return {name: mark(member) for name, member in value.items()}
        return [mark(element) for element in value] if isinstance(value, list) else value

    text = json.dumps(mark(value), ensure_ascii=False, separators=(",", ":"))
    text = re.sub('"@@raw:(.*?)@@"', lambda found: json.loads(f'"{found[1]}"'), text)
    text = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode()


class Request:
    def __init__(self, operation, method, path, headers, body, person):
        self.operation, self.method, self.path = operation, method, path
        self.headers, self.body, self.person = headers, body, person
        self.outcome = "not sent"

    def curl(self):
        """The command that repeats it; people's tokens are variables, made by the lines that `sign_in` gives."""
        parts = ["curl", "-sS", "-X", self.method]
        for name, value in self.headers.items():
            if name == "Authorization":
                parts += ["-H", f"Authorization: Bearer ${self.person.name}"]
            elif name not in ("Cookie", "X-CSRF-Token"):
                parts += ["-H", f"{name}: {value}"]
        if self.body is not None:
            parts += ["--data-binary", self.body[:4_000].decode(errors="backslashreplace")]
        line = " ".join(shlex.quote(part) for part in parts).replace("'Authorization: Bearer $", "\"Authorization: Bearer $")
        line = re.sub(r'("Authorization: Bearer \$\w+)\'', r'\1"', line)
        cut = f" # the body has {len(self.body)} bytes" if self.body and len(self.body) > 4_000 else ""
        return f"{line} \"$BASE\"{shlex.quote(self.path)}  # → {self.outcome}{cut}"


class Reply:
    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds
        self.json = None
        if body and "json" in headers.get("content-type", ""):
            try:
                self.json = json.loads(body)
            except ValueError:
                pass

    @property
    def is_success(self):
        return 200 <= self.status < 300

    @property
    def data(self):
        return self.json.get("data") if isinstance(self.json, dict) else None

    @property
    def error(self):
        error = self.json.get("error") if isinstance(self.json, dict) else None
        return error if isinstance(error, dict) else {}

    @property
    def code(self):
        return self.error.get("code")

    def __str__(self):
        details = [f"{d.get('field')}: {d.get('message')}" for d in self.error.get("details") or [] if isinstance(d, dict)]
        return " ".join(str(part) for part in [self.status, self.code, *details[:3]] if part)


class Connection:
    """One kept connection, opened again when the server closed it."""

    def __init__(self, port, address="127.0.0.1", timeout=30):
        self.port, self.address, self.timeout, self.http = port, address, timeout, None

    def send(self, request):
        """The reply; raises OSError or HTTPException when there is none."""
        for attempt in (1, 2):
            fresh = self.http is None
            if fresh:
                self.http = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=self.timeout, source_address=(self.address, 0)
                )
            start = time.monotonic()
            try:
                self.http.request(request.method, request.path, request.body, request.headers)
                response = self.http.getresponse()
                body = response.read()
                headers = {}
                for name, value in response.getheaders():
                    name = name.lower()
                    headers[name] = f"{headers[name]}, {value}" if name == "set-cookie" and name in headers else value
                if response.will_close:
                    self.close()
                return Reply(response.status, headers, body, time.monotonic() - start)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                # A kept connection may have been closed just then; a fresh one may not.
                if fresh or attempt == 2:
                    raise
            except BaseException:
                self.close()
                raise

    def abandon(self, request, wait):
        """Sends a request and resets the connection when an answer begins, or after `wait` seconds."""
        self.close()
        try:
            self.http = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=self.timeout, source_address=(self.address, 0)
            )
            self.http.request(request.method, request.path, request.body, request.headers)
            select.select([self.http.sock], [], [], wait)
            self.http.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # the point is that nobody reads the answer
        self.close()

    def close(self):
        if self.http is not None:
            self.http.close()
            self.http = None
