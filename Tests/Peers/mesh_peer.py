"""The mesh in Python, written from docs/mesh-protocol.md: what calls and is called by other services.

    mesh_peer.py call ADDRESS     calls echo.repeat and prints what came of it, as JSON
    mesh_peer.py serve ADDRESS    serves python.repeat until its standard input ends

Its keyring is in MESH_KEYS, or in the file that MESH_KEYS_FILE names, and the one before, while keys are being replaced, in
MESH_KEYS_PREVIOUS. A service made with it is in readability_service.py.
"""

import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import pynng
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Libraries/Mesh/Envelope")
NONE, WRONG_INSTANCE, WRONG_SERVICE, DRAINING, OVERLOADED, EXPIRED, TIMED_OUT, UNIDENTIFIED = range(8)
CLOCK_SKEW = 60  # seconds


def messages(folder=SCHEMA):
    """The message classes of mesh.proto, by name."""
    with tempfile.TemporaryDirectory() as out:
        target = os.path.join(out, "mesh.desc")
        subprocess.run(["protoc", "-I", folder, f"--descriptor_set_out={target}", "mesh.proto"], check=True)
        with open(target, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"rovierr.mesh.v1.{name}"))


message = messages()


class Keyring:
    """The keys of one service."""

    def __init__(self, text):
        self.service, self.calls, self.serves, self.believes = None, {}, {}, {}
        for line in text.splitlines():
            match line.split():
                case ["keyring", name]:
                    self.service = name
                case [("calls" | "serves" | "believes") as kind, name, key]:
                    getattr(self, kind)[name] = bytes.fromhex(key)

    @staticmethod
    def all():
        """The one in use, and the one before if there is one."""
        texts = (Keyring.read(name) for name in ("MESH_KEYS", "MESH_KEYS_PREVIOUS"))
        return [Keyring(text) for text in texts if text.strip()]

    @staticmethod
    def read(name):
        if name in os.environ or name + "_FILE" not in os.environ:
            return os.environ.get(name, "")
        with open(os.environ[name + "_FILE"]) as file:
            return file.read()


class Seal:
    """What travels between one caller and one callee."""

    def __init__(self, key, caller=""):
        self.caller = caller
        self.key = key
        self.key_id = int.from_bytes(self.derive("rovierr.mesh.v1.id")[:4], "little")

    def derive(self, label):
        return hmac.digest(self.key, label.encode(), "sha256")

    def tag(self, kind, context, payload):
        return hmac.digest(self.derive(f"rovierr.mesh.v1.{kind}"), context + payload, "sha256")

    def close(self, kind, content, context=b""):
        payload = content.SerializeToString()
        sealed = message("Sealed")(
            key_id=self.key_id,
            tag=self.tag(kind, context, payload),
            payload=payload,
            caller=self.caller if kind == "request" else "",
        )
        return sealed.SerializeToString()

    def open(self, kind, frame, context=b""):
        sealed = message("Sealed").FromString(frame)
        if sealed.key_id != self.key_id or not hmac.compare_digest(sealed.tag, self.tag(kind, context, sealed.payload)):
            raise ValueError("not by a holder of the key")
        return sealed.payload


class Identities:
    """Checks who users are: only the gateway and the operator's command may say so."""

    MOST = 1_000

    def __init__(self, keyrings):
        self.keys = {}
        for keyring in keyrings:
            for signer, key in keyring.believes.items():
                key_id = int.from_bytes(hashlib.sha256(key).digest()[:4], "little")
                self.keys[key_id] = signer, Ed25519PublicKey.from_public_bytes(key)
        self.known = {}

    def statement(self, identity):
        """What is said, once the signature is checked; nothing if it is not to be believed."""
        name = identity.SerializeToString()
        if name not in self.known:
            signer, key = self.keys.get(identity.key_id, (None, None))
            statement = message("Statement").FromString(identity.statement)
            if not key or statement.signer != signer or statement.expires_at - statement.issued_at > 900:
                return None
            try:
                key.verify(identity.signature, b"rovierr.mesh.v1.identity\0" + identity.statement)
            except InvalidSignature:
                return None
            if len(self.known) >= self.MOST:
                self.known = {}
            self.known[name] = statement
        statement = self.known[name]
        now = time.time()
        return statement if statement.issued_at - CLOCK_SKEW <= now < statement.expires_at + CLOCK_SKEW else None


def reply_context(request):
    return request.session.to_bytes(8, "little") + request.correlation.to_bytes(4, "little")


class Refused(Exception):
    """What a caller is told instead of a result."""

    def __init__(self, status, code, text, details=()):
        super().__init__(text)
        self.status, self.code, self.text, self.details = status, code, text, details


class Call:
    """A request that is being answered, and its reply."""

    def __init__(self, request, instance, principal):
        self.request, self.principal = request, principal
        self.reply = message("Reply")(instance=instance, status=200)
        self.began = time.monotonic()

    @property
    def time_left(self):
        return self.began + self.request.time_left_us / 1e6 - time.monotonic()

    @property
    def user(self):
        """The signed-in user; the gateway lets nobody else through, but a service does not rely on that."""
        if not self.principal:
            raise Refused(401, "UNAUTHORIZED", "Sign in first.")
        return self.principal

    def succeed(self, data):
        self.reply.content_type = "application/json"
        self.reply.body = json.dumps({"success": True, "data": data}).encode()


class Client:
    """Calls one replica of a service, one request at a time."""

    def __init__(self, keyring, address, service):
        self.seal, self.service = Seal(keyring.calls[service], keyring.service), service
        # It would send again by itself what may have been executed before the connection broke.
        self.socket = pynng.Req0(dial=address, block_on_dial=False, resend_time=-1)
        self.session, self.sequence, self.instance = secrets.randbits(64), 0, 0
        self.lock = threading.Lock()

    def call(self, operation, body=b"", on_behalf_of=None):
        """The reply, its body complete; for a user, if it is made while that user's request is being answered."""
        with self.lock:
            deadline = time.monotonic() + (on_behalf_of.time_left if on_behalf_of else 20)
            reply = self.ask(operation, body, deadline, on_behalf_of)
            whole = reply.body
            while reply.held and len(whole) < reply.total_bytes:
                pull = message("Pull")(held=reply.held, offset=len(whole)).SerializeToString()
                piece = self.ask("reply.pull", pull, deadline)
                if piece.status != 200 or not piece.body:
                    raise Refused(503, "SERVICE_UNAVAILABLE", f"{self.service} does not hold its reply any more.")
                whole += piece.body
            reply.body = whole
        if reply.error_code:
            failure = message("Failure").FromString(reply.body)
            raise Refused(reply.status, reply.error_code, failure.message, list(failure.details))
        return reply

    def ask(self, operation, body, deadline, on_behalf_of=None):
        """One exchange, with whatever process is at the address by now."""
        while True:
            if not self.instance:
                self.instance = self.exchange("mesh.ping", b"", deadline).instance
            reply = self.exchange(operation, body, deadline, on_behalf_of)
            if reply.refusal == WRONG_INSTANCE:
                self.instance = reply.instance
            elif reply.refusal == TIMED_OUT:
                raise Refused(504, "DEADLINE_EXCEEDED", f"{self.service} took too long.")
            elif reply.refusal:
                raise Refused(503, "SERVICE_UNAVAILABLE", f"{self.service} does not answer now.")
            else:
                return reply

    def exchange(self, operation, body, deadline, on_behalf_of=None, service=None):
        self.sequence += 1
        left = deadline - time.monotonic()
        if left <= 0:
            raise Refused(504, "DEADLINE_EXCEEDED", "There is no time left.")
        request = message("Request")(
            session=self.session,
            sequence=self.sequence,
            correlation=self.sequence,
            instance=self.instance,
            sent_at=int(time.time()),
            time_left_us=int(left * 1e6),
            reply_credit=8192,
            service=service or self.service,
            operation=operation,
            version=1,
            request_id=on_behalf_of.request.request_id if on_behalf_of else secrets.token_hex(8),
            content_type="application/json",
            body=body,
        )
        if on_behalf_of:
            if on_behalf_of.principal:
                request.identity.CopyFrom(on_behalf_of.request.identity)  # as it came
            parts = on_behalf_of.request.traceparent.split("-")
            if len(parts) == 4:  # the same trace, a span of our own
                request.traceparent = "-".join([parts[0], parts[1], secrets.token_hex(8), parts[3]])
        try:
            self.socket.send_timeout = self.socket.recv_timeout = max(1, int(left * 1000))
            self.socket.send(self.seal.close("request", request))
            payload = self.seal.open("reply", self.socket.recv(), reply_context(request))
        except pynng.Timeout:
            raise Refused(504, "DEADLINE_EXCEEDED", f"{self.service} does not answer.") from None
        except pynng.NNGException:
            raise Refused(503, "SERVICE_UNAVAILABLE", f"{self.service} has gone.") from None
        return message("Reply").FromString(payload)


class Server:
    """Answers requests: `handlers` has a function for each operation, which fills in the call's reply."""

    THREADS = 8
    MEMORY = 120  # seconds for which a session's last sequence is remembered
    HELD_BYTES = 64 << 20

    def __init__(self, keyrings, address, service, handlers, description):
        self.service, self.handlers, self.description = service, handlers, description
        self.seals = [(caller, Seal(key)) for keyring in keyrings for caller, key in keyring.serves.items()]
        self.identities = Identities(keyrings)
        self.instance, self.started = secrets.randbits(63) + 1, int(time.time())
        self.sessions, self.held, self.statistics = {}, {}, {}
        self.busy, self.is_draining = 0, False
        self.reading, self.state = threading.Lock(), threading.Lock()
        self.change = threading.Condition(self.state)
        self.socket = pynng.Rep0()
        self.socket.add_post_pipe_remove_cb(lambda pipe: self.count(0))
        self.socket.listen(address)
        for _ in range(self.THREADS):
            threading.Thread(target=self.serve, daemon=True).start()

    def drain(self):
        """Sends new requests elsewhere, answers what runs, and ends the process."""
        self.is_draining = True
        with self.change:
            self.change.wait_for(lambda: not self.busy)
            # A process that ends takes with it what has not left yet; who has gone waits for nothing.
            self.change.wait_for(lambda: not self.socket.pipes, timeout=0.25)
        os._exit(0)  # the threads wait for requests, and would be torn out of that

    def serve(self):
        socket = self.socket.new_context()
        while True:
            # One thread reads at a time, so that sequences are seen in the order in which they were sent.
            with self.reading:
                request, seal = self.accept(socket.recv())
                if not request:
                    continue
                self.count(1)
            try:
                reply = self.reply(request)
                socket.send(seal.close("reply", reply, reply_context(request)))
            finally:
                self.count(-1)

    def count(self, more):
        with self.change:
            self.busy += more
            self.change.notify_all()

    def accept(self, frame):
        """The request and its caller's seal, or nothing if it is not to be answered at all."""
        try:
            request, seal = self.open(frame)
        except Exception:  # whatever is wrong with it: it is not by whom it says, or it is no request
            return None, None
        now = time.time()
        if abs(now - request.sent_at) > CLOCK_SKEW:
            return None, None
        if request.service == self.service and request.instance == self.instance:
            if request.sequence <= self.sessions.get(request.session, (0, 0))[0]:
                return None, None
            self.sessions[request.session] = (request.sequence, now)
            if len(self.sessions) > 1_000:
                self.sessions = {s: seen for s, seen in self.sessions.items() if now - seen[1] < self.MEMORY}
            if request.operation == "mesh.cancel":
                return None, None  # left aside: requests end by themselves here, and soon
        return request, seal

    def open(self, frame):
        sealed = message("Sealed").FromString(frame)
        for caller, seal in self.seals:
            if caller == sealed.caller and seal.key_id == sealed.key_id:
                return message("Request").FromString(seal.open("request", frame)), seal
        raise ValueError("no key for this caller")

    def reply(self, request):
        statement = self.identities.statement(request.identity) if request.HasField("identity") else None
        call = Call(request, self.instance, statement.principal if statement else None)
        if request.service != self.service:
            call.reply.refusal = WRONG_SERVICE
        elif request.instance != self.instance and (request.instance or request.operation != "mesh.ping"):
            call.reply.refusal = WRONG_INSTANCE
        elif request.operation != "mesh.ping" and not request.time_left_us:
            call.reply.refusal = EXPIRED
        elif request.HasField("identity") and not statement:
            call.reply.refusal = UNIDENTIFIED
        elif self.is_draining and request.operation not in ("reply.pull", "mesh.info", "mesh.stats"):
            call.reply.refusal = DRAINING
        elif request.operation == "mesh.ping":
            pass
        else:
            self.answer(call)
            if call.time_left < 0:
                return message("Reply")(instance=self.instance, refusal=TIMED_OUT)
        return self.cut(call)

    def answer(self, call):
        own = {"mesh.info": self.info, "mesh.stats": self.stats, "mesh.describe": self.describe, "reply.pull": self.pull}
        operation = call.request.operation
        if operation in own:
            return own[operation](call)
        try:
            handler = self.handlers.get(operation)
            if not handler or call.request.version != 1:
                raise Refused(404, "NOT_FOUND", f"There is no operation {operation} of that version.")
            handler(call)
        except Refused as refused:
            self.refuse(call.reply, refused)
        except Exception:
            traceback.print_exc()  # the cause is ours to know, not the caller's
            self.refuse(call.reply, Refused(500, "INTERNAL_ERROR", "Something went wrong on our side."))
        spent = int((time.monotonic() - call.began) * 1e6)
        call.reply.handler_us = spent
        if operation in self.handlers:
            with self.state:
                requests, failures, microseconds = self.statistics.get(operation, (0, 0, 0))
                failures += call.reply.status >= 500
                self.statistics[operation] = (requests + 1, failures, microseconds + spent)

    def refuse(self, reply, refused):
        reply.status, reply.error_code, reply.content_type = refused.status, refused.code, ""
        reply.body = message("Failure")(message=refused.text, details=refused.details).SerializeToString()

    def cut(self, call):
        """The reply as far as there is room for it; the rest waits to be pulled."""
        body = call.reply.body
        call.reply.body = b""
        room = call.request.reply_credit - call.reply.ByteSize() - 96  # for the seal, and the fields set here
        call.reply.body = body[: max(room, 0)]
        if len(body) > len(call.reply.body) and call.request.operation != "reply.pull":
            with self.state:
                now = time.monotonic()
                self.held = {name: entry for name, entry in self.held.items() if entry[2] > now}
                if sum(len(entry[1]) for entry in self.held.values()) + len(body) > self.HELD_BYTES:
                    self.refuse(call.reply, Refused(503, "SERVICE_UNAVAILABLE", "Too many long replies wait."))
                    return call.reply
                call.reply.held, call.reply.total_bytes = secrets.randbits(63) + 1, len(body)
                self.held[call.reply.held] = (call.request.session, body, now + call.time_left)
        return call.reply

    # What every service answers.

    def pull(self, call):
        pull = message("Pull").FromString(call.request.body)
        session, body, _ = self.held.get(pull.held, (None, b"", 0))
        if session != call.request.session:
            call.reply.status = 410
        call.reply.body = body[pull.offset :]

    def info(self, call):
        self.tell(call, version="1", startedAt=self.started, protocol=1)

    def stats(self, call):
        names = ("name", "requests", "failures", "microseconds")
        with self.state:
            operations = [dict(zip(names, (name, *figures))) for name, figures in sorted(self.statistics.items())]
            held = sum(len(body) for _, body, _ in self.held.values())
            running = self.busy - 1  # without this call
        self.tell(call, running=running, heldBytes=held, operations=operations, refusals={}, dropped={})

    def tell(self, call, **figures):
        call.reply.content_type = "application/json"
        call.reply.body = json.dumps(
            {"service": self.service, "instance": f"{self.instance:016x}", **figures}
        ).encode()

    def describe(self, call):
        call.reply.content_type = "application/json"
        call.reply.body = json.dumps(self.description).encode()


def repeat(call):
    call.reply.headers.add(name="x-user", value=call.principal.user_id if call.principal else "")
    call.reply.body = call.request.body * int(call.request.query[0].value)


def main():
    mode, address = sys.argv[1:]
    keyrings = Keyring.all()
    if mode == "serve":
        description = {"service": "python", "version": "1", "operations": [], "schemas": {}}
        server = Server(keyrings, address, "python", {"python.repeat": repeat}, description)
        print("ready", flush=True)
        sys.stdin.read()
        return server.drain()
    client = Client(keyrings[0], address, "echo")
    short, long = client.call("echo.repeat", b"hello"), client.call("echo.repeat", bytes(200_000))
    print(
        json.dumps(
            {
                "statuses": [short.status, long.status],
                "short": short.body.decode(),
                "long": hashlib.sha256(long.body).hexdigest(),
                "info": json.loads(client.call("mesh.info").body),
                "misdirected": client.exchange("echo.repeat", b"", time.monotonic() + 20, service="auth").refusal,
            }
        )
    )


if __name__ == "__main__":
    main()
