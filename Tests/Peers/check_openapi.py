"""Whether standard input is a valid OpenAPI document: says why not, and ends with 1, when it is none."""
import json
import sys

from openapi_spec_validator import validate

validate(json.load(sys.stdin))
