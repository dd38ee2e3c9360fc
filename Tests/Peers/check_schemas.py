"""Says which documents JSON Schemas accept, by the jsonschema package.

Reads {"schemas": {name: schema}, "components": {name: schema}, "cases": [[name, document], …]} from standard input and
writes an array with true or false for each case.
"""

import json
import sys

import jsonschema


def python_patterns(schema):
    """Our `$` is ECMAScript's, the very end; Python's also takes the place before a last line break."""
    if isinstance(schema, list):
        return [python_patterns(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: python_patterns(value) for name, value in schema.items()}
    if isinstance(schema.get("pattern"), str) and schema["pattern"].endswith("$"):
        result["pattern"] = schema["pattern"][:-1] + r"\Z"
    return result


def main():
    work = json.load(sys.stdin)
    components = {"schemas": python_patterns(work["components"])}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validators = {}
    for name, schema in work["schemas"].items():
        whole = {**python_patterns(schema), "components": components}
        jsonschema.Draft202012Validator.check_schema(whole)
        validators[name] = jsonschema.Draft202012Validator(whole, format_checker=checker)
    json.dump([validators[name].is_valid(document) for name, document in work["cases"]], sys.stdout)


main()
