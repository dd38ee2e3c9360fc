"""What the system says of itself: its operations, what they take and what they answer."""
import re

import jsonschema_rs


class Operation:
    """One operation of the OpenAPI document."""

    def __init__(self, document, path, method, json):
        self.document, self.path, self.method, self.json = document, path, method.upper(), json
        contract = json["x-contract"]
        # Another spelling of a path is an operation of its own here.
        self.id = contract["name"] + (".2" if "aliasOf" in contract else "")
        self.access, self.errors = contract.get("access", "everyone"), contract.get("errors", {})
        self.parameters = [document.resolve(parameter) for parameter in json.get("parameters", [])]
        self.names = re.findall(r"\{(\w+)\}", path)
        self.query = {p["name"]: document.resolve(p["schema"]) for p in self.parameters if p["in"] == "query"}
        headers = {p["name"] for p in self.parameters if p["in"] == "header"}
        self.takes_key, self.takes_if_match = "Idempotency-Key" in headers, "If-Match" in headers
        content = json.get("requestBody", {}).get("content", {})
        self.body = content.get("application/json", {}).get("schema")
        self.success = next((status for status in json["responses"] if status.startswith("2")), None)
        self.is_list = "pagination" in self.schema_of(self.success).get("properties", {})
        self.is_tagged = "ETag" in self.response(self.success).get("headers", {})
        self._validators = {}

    @property
    def is_safe(self):
        return self.method == "GET"

    @property
    def is_public(self):
        return self.access == "everyone"

    def response(self, status):
        """The response to a status, or to its range; empty where there is none."""
        responses = self.json["responses"]
        return self.document.resolve(responses.get(str(status)) or responses.get(f"{str(status)[0]}XX") or {})

    def schema_of(self, status):
        """The schema of a reply's JSON, or an empty one."""
        return self.document.resolve(self.response(status).get("content", {}).get("application/json", {}).get("schema", {}))

    def may_refuse(self, status, code):
        """True if the operation's contract names a code, or any request may be refused with it."""
        refusal = self.schema_of(f"{str(status)[0]}XX")["allOf"][1]
        for member in ("error", "code"):
            refusal = self.document.resolve(self.document.resolve(refusal)["properties"][member])
        return code in self.errors.get(str(status), []) or code in refusal["enum"]

    def member(self, name):
        """The schema of one member of the reply's data, empty where there is none."""
        data = self.document.resolve(self.schema_of(self.success).get("properties", {}).get("data", {}))
        return data.get("properties", {}).get(name, {}), name in data.get("required", [])

    def fault_in(self, status, json):
        """What in a reply contradicts the description; None when nothing does."""
        if not self.response(status):
            return f"status {status} is not described"
        if status >= 400 and isinstance(json, dict) and isinstance(json.get("error"), dict):
            code = json["error"].get("code")
            if not self.may_refuse(status, code):
                return f"{code} is not described"
        validator = self._validators.get(status)
        if validator is None:
            schema = {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document.json["components"], **self.schema_of(status),
            }
            validator = self._validators[status] = jsonschema_rs.validator_for(schema, validate_formats=False)
        error = next(validator.iter_errors(json), None)
        if error is None:
            return None
        place = "/".join("*" if isinstance(part, int) else str(part) for part in error.instance_path)
        return f"{place}: {error.message[:200]}"


class Description:
    def __init__(self, json):
        self.json = json
        self.operations = [
            Operation(self, path, method, operation)
            for path, item in json["paths"].items()
            for method, operation in item.items()
            if method in ("get", "put", "post", "patch", "delete")
        ]
        self.by_id = {operation.id: operation for operation in self.operations}
        self.by_place = {(operation.method, operation.path): operation for operation in self.operations}

    def resolve(self, schema):
        """What stands behind a reference; of a choice with null, the other."""
        while "$ref" in schema:
            place = self.json
            for part in schema["$ref"].removeprefix("#/").split("/"):
                place = place[part.replace("~1", "/").replace("~0", "~")]
            schema = place
        choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
        if len(choices) == 1 and len(schema["anyOf"]) > 1 and choices[0]:
            return self.resolve(choices[0])
        return schema
