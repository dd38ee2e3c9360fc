"""Explores a running system with schemathesis: every operation of its own document, signed in.

Usage: explore_api.py BASE_URL EMAIL PASSWORD SEED SECONDS
Prints schemathesis' own report; ends with its status: 0 when nothing contradicts the document.
"""
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

base, email, password, seed, seconds = sys.argv[1:]

HOOKS = '''
import json, os, urllib.request
import schemathesis

BASE, EMAIL, PASSWORD = (os.environ[name] for name in ("API_BASE", "API_EMAIL", "API_PASSWORD"))
def sign_in():
    body = json.dumps({"email": EMAIL, "password": PASSWORD}).encode()
    request = urllib.request.Request(BASE + "/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)["data"]

SESSION = sign_in()
OWN = SESSION["user"]["id"]

@schemathesis.hook
def before_call(context, case, kwargs):
    # Nobody explores without the rights that are needed for it.
    if case.operation.path == "/api/v1/users/{id}/role" and case.path_parameters.get("id") == OWN:
        case.path_parameters["id"] = "01890a5d-ac96-774b-bcce-b302099a8057"

@schemathesis.auth(refresh_interval=600)
class Signed:
    def get(self, case, context): return sign_in()["accessToken"]
    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": "Bearer " + data}
'''

CONFIG = '''
# A value may be right by its schema and refused by a rule over several fields, or for what exists.
# What is too large is refused as a whole before any of its fields is looked at.
[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 431]
'''

with tempfile.TemporaryDirectory() as folder:
    hooks, config = os.path.join(folder, "hooks.py"), os.path.join(folder, "schemathesis.toml")
    with open(hooks, "w") as file:
        file.write(HOOKS)
    with open(config, "w") as file:
        file.write(CONFIG)
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", config,
        "run", base + "/api/v1/openapi.json", "--seed", seed, "--max-time", seconds,
        "--continue-on-failure", "--no-shrink", "--warnings", "off", "--generation-database", "none",
        # Nobody explores without a session: what ends sessions is left to tests of its own.
        "--exclude-path", "/api/v1/auth/change-password", "--exclude-path", "/api/v1/auth/logout",
        "--exclude-path", "/api/v1/auth/sessions/{id}",
    ] + os.environ.get("API_MORE", "").split()
    environment = dict(
        os.environ, SCHEMATHESIS_HOOKS=hooks, API_BASE=base, API_EMAIL=email, API_PASSWORD=password, NO_COLOR="1",
    )
    sys.exit(subprocess.run(command, env=environment, cwd=folder).returncode)
