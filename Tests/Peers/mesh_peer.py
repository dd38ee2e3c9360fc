"""A mesh peer in another language, written from docs/mesh-protocol.md.

    mesh_peer.py SCHEMA-FOLDER KEY call ADDRESS     calls echo.repeat and prints what came of it, as JSON
    mesh_peer.py SCHEMA-FOLDER KEY serve ADDRESS    serves python.repeat until its standard input ends
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

import pynng
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def messages(folder):
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


class Seal:
    def __init__(self, key, message):
        self.key, self.Sealed = key, message("Sealed")
        self.key_id = int.from_bytes(self.derive("rovierr.mesh.v1.id")[:4], "little")

    def derive(self, label):
        return hmac.digest(self.key, label.encode(), "sha256")

    def tag(self, kind, context, payload):
        return hmac.digest(self.derive(f"rovierr.mesh.v1.{kind}"), context + payload, "sha256")

    def close(self, kind, message, context=b""):
        payload = message.SerializeToString()
        sealed = self.Sealed(key_id=self.key_id, tag=self.tag(kind, context, payload), payload=payload)
        return sealed.SerializeToString()

    def open(self, kind, frame, context=b""):
        sealed = self.Sealed.FromString(frame)
        assert sealed.key_id == self.key_id
        assert hmac.compare_digest(sealed.tag, self.tag(kind, context, sealed.payload))
        return sealed.payload


def reply_context(request):
    return request.session.to_bytes(8, "little") + request.correlation.to_bytes(4, "little")


class Client:
    def __init__(self, message, key, address, service):
        self.message, self.seal, self.service = message, Seal(key, message), service
        self.socket = pynng.Req0(dial=address, recv_timeout=20_000, send_timeout=20_000)
        self.session, self.sequence, self.instance = secrets.randbits(64), 0, 0
        self.instance = self.exchange("mesh.ping").instance

    def exchange(self, operation, body=b"", service=None):
        self.sequence += 1
        request = self.message("Request")(
            session=self.session,
            sequence=self.sequence,
            correlation=self.sequence,
            instance=self.instance,
            sent_at=int(time.time()),
            time_left_us=20_000_000,
            reply_credit=8192,
            service=service or self.service,
            operation=operation,
            version=1,
            request_id="python",
            caller="python",
            body=body,
        )
        self.socket.send(self.seal.close("request", request))
        payload = self.seal.open("reply", self.socket.recv(), reply_context(request))
        return self.message("Reply").FromString(payload)

    def call(self, operation, body=b""):
        reply = self.exchange(operation, body)
        whole = reply.body
        while reply.held and len(whole) < reply.total_bytes:
            piece = self.exchange("reply.pull", self.message("Pull")(held=reply.held, offset=len(whole)).SerializeToString())
            assert piece.status == 200 and piece.body
            whole += piece.body
        return reply.status, whole


class Server:
    def __init__(self, message, key, address, service):
        self.message, self.seal, self.service = message, Seal(key, message), service
        self.instance, self.held, self.sequences = secrets.randbits(63) + 1, {}, {}
        self.socket = pynng.Rep0(listen=address)

    def run(self):
        while True:
            frame = self.socket.recv()
            request = self.message("Request").FromString(self.seal.open("request", frame))
            self.socket.send(self.seal.close("reply", self.reply(request), reply_context(request)))

    def reply(self, request):
        reply = self.message("Reply")(instance=self.instance, status=200)
        if request.service != self.service:
            reply.refusal = 2
        elif request.instance == 0 and request.operation == "mesh.ping":
            pass
        elif request.instance != self.instance:
            reply.refusal = 1
        elif request.sequence <= self.sequences.get(request.session, 0):
            raise RuntimeError("replayed")
        else:
            self.sequences[request.session] = request.sequence
            self.answer(request, reply)
        return reply

    def answer(self, request, reply):
        room = request.reply_credit - 256
        if request.operation == "reply.pull":
            pull = self.message("Pull").FromString(request.body)
            reply.body = self.held[pull.held][pull.offset : pull.offset + room]
        elif request.operation == "python.repeat":
            body = request.body * int(request.query[0].value)
            reply.headers.add(name="x-user", value=request.principal.user_id)
            reply.body = body[:room]
            if len(body) > room:
                reply.held, reply.total_bytes = secrets.randbits(63) + 1, len(body)
                self.held[reply.held] = body
        elif request.operation != "mesh.ping":
            reply.status, reply.error_code = 404, "python.unknown"
            reply.body = self.message("Failure")(message="No such operation").SerializeToString()


def main():
    folder, key, mode, address = sys.argv[1:]
    message, key = messages(folder), bytes.fromhex(key)
    if mode == "serve":
        server = Server(message, key, address, "python")
        threading.Thread(target=server.run, daemon=True).start()
        print("ready", flush=True)
        sys.stdin.read()
        return
    client = Client(message, key, address, "echo")
    status, short = client.call("echo.repeat", b"hello")
    long_status, long = client.call("echo.repeat", bytes(200_000))
    print(
        json.dumps(
            {
                "statuses": [status, long_status],
                "short": short.decode(),
                "long": hashlib.sha256(long).hexdigest(),
                "info": json.loads(client.call("mesh.info")[1]),
                "misdirected": client.exchange("echo.repeat", service="auth").refusal,
            }
        )
    )


main()
