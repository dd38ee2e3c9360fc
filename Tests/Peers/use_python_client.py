"""Uses the Python client of this repository against a running system.

Usage: use_python_client.py FOLDER_OF_CLIENT BASE_URL EMAIL PASSWORD SOCIETY
Ends with an error when anything is not as the client's types say.
"""
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

folder, base, email, password, society = sys.argv[1:]
sys.path.insert(0, folder)
from rovierr import APIError, CallOptions, Client  # noqa: E402

anonymous = Client(base)
session = anonymous.auth.log_in({"email": email, "password": password})
client = Client(base, token=lambda: session["accessToken"])
assert client.auth.get_own_user()["email"] == email

key = client.auth.create_api_key({"name": "Script", "scopes": []})
program = Client(base, api_key=key["key"])
assert program.auth.get_own_user()["email"] == email
client.auth.delete_api_key(key["id"])

universities, pagination = anonymous.academic.list_universities(limit=1, sort="-createdAt")
assert len(universities) == 1 and pagination["total"] >= 1

new = {"title": "Made in Python", "entityType": "society", "entityId": society}
key = CallOptions(idempotency_key=str(uuid.uuid4()))
forms = [client.forms.create_form(new, options=key) for _ in range(2)]
assert forms[0]["id"] == forms[1]["id"], "the same key made two forms"

tags = []
form = client.forms.get_form(forms[0]["id"], options=CallOptions(
    on_response=lambda status, headers: tags.append(headers["ETag"])))
client.forms.update_form(form["id"], {"title": "Changed"}, options=CallOptions(if_match=tags[0]))
try:
    client.forms.update_form(form["id"], {"title": "Lost"}, options=CallOptions(if_match=tags[0]))
    raise SystemExit("A stale write went through")
except APIError as error:
    assert (error.status, error.code) == (412, "PRECONDITION_FAILED") and error.request_id

try:
    client.forms.create_form({"title": ""})
    raise SystemExit("A form without a title was made")
except APIError as error:
    assert error.code == "VALIDATION_ERROR" and error.details[0]["field"] == "title", error.details

table = client.forms.export_responses(form["id"])
assert isinstance(table, str) and "\r\n" in table, table

assert client.forms.delete_form(form["id"]) is None


class Proxy(BaseHTTPRequestHandler):
    """Answers as something does that stands between and knows nothing of us."""

    def do_GET(self):
        self.send_response(502)
        self.send_header("X-Request-Id", "proxy")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_):
        pass


with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
    threading.Thread(target=proxy.handle_request).start()
    try:
        Client(f"http://127.0.0.1:{proxy.server_port}").auth.get_own_user()
        raise SystemExit("A bad gateway went through")
    except APIError as error:
        assert (error.status, error.code, error.request_id) == (502, "UNKNOWN", "proxy"), error
        assert error in {error}
