"""Takes OTLP/HTTP trace documents: otlp_receiver.py FILE

Prints its port, checks each document against opentelemetry's own rules for the JSON encoding as far as clients can break
them, and appends it to FILE as one line. A document that breaks a rule is answered with 400 and told on standard error.
"""

import http.server
import json
import re
import sys

HEX = re.compile(r"^[0-9a-f]+$")


def check(document):
    for resource in document["resourceSpans"]:
        names = [a["key"] for a in resource["resource"]["attributes"]]
        assert "service.name" in names, "no service.name"
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                assert len(span["traceId"]) == 32 and HEX.match(span["traceId"]), "traceId"
                assert len(span["spanId"]) == 16 and HEX.match(span["spanId"]), "spanId"
                assert span["kind"] in range(1, 6), "kind"
                assert isinstance(span["startTimeUnixNano"], str), "64 bits are text"
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), "ends before it starts"
                for attribute in span.get("attributes", []):
                    assert len(attribute["value"]) == 1, "one value"


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            assert self.path == "/v1/traces", self.path
            assert self.headers["Content-Type"] == "application/json", "Content-Type"
            document = json.loads(body)
            check(document)
            document["token"] = self.headers.get("X-Token", "")
            with open(sys.argv[1], "a") as file:
                file.write(json.dumps(document) + "\n")
            status = 200
        except (AssertionError, KeyError, ValueError) as fault:
            print(f"refused: {fault!r}", file=sys.stderr, flush=True)
            status = 400
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
