"""Values that break programs, and what puts them into valid requests."""
import copy

from client import Raw

TEXTS = [
    "a" + "\u0301\u0323" * 15, "a" + "\u0301\u0323" * 16, "a" + "\u0301\u0323\u0316" * 300, "\u0301" * 30, "\u0301",
    "\u200b", "a\u200bb", "\u200d\u200c", "\u2060x", "\ufeffx", "\u00ad", "\u202eevil", "\u2067x\u2066y", "\u2069", "\u061cx",
    "👨‍👩‍👧‍👦" * 20, "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🧭" * 200, "🧭" * 40, "🇭🇰" * 30,
    "\x00", "a\x00b", "\ud800", "a\udfffb", "\x01\x1b[31m", "\x7f", "\r\nX-Injected: yes", "a\tb", "\u2028", "\u0085", "\ufffe", "\U0010ffff",
    "ſtraße", "İi̇", "ﬀ", "K", "Å", "A\u030a", "가", "\u1100\u1161", "ｅｖｉｌ", "аdmin", "０１２", "١٢٣", "Ⅷ",
    "'; DROP TABLE forms; --", "' OR '1'='1", "\" OR \"\"=\"", "%' ESCAPE '", "\\", "%_%", "$1", "$$x$$", "{}", "{{7*7}}", "${jndi:x}",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&amp;&#0;", "]]>", "javascript:alert(1)",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1+1", "＝1+1", "a;b", "a,b\"c", "\"", "\"\"", "a\nb", "a\r\n=1",
    "(a+)+$", "(a|a)*b", "(?P<x>a{1000}){1000}", "[", "(?i)(?:a?){60}a{60}", ".*.*.*.*=.*", "\\p{L}{1000}", "(?<=a)b", "(" * 500, "x{1001}",
    "null", "true", "NaN", "Infinity", "-0", "0x10", "1e309", "undefined", "[object Object]", "__proto__", "constructor", "../../../etc/passwd",
    "..%2f..", "%00", "%c0%af", " ", "\u00a0", "\u3000", "", " x ", "x" * 199, "x" * 200, "x" * 201, "字" * 5_000, "x" * 20_000, "x" * 20_001, "x" * 300_000,
]
NUMBERS = [
    Raw("1e70"), Raw("1e308"), Raw("-1e308"), Raw("1e309"), Raw("-0"), Raw("0.0"), Raw("-0.0"), Raw("1E400"), Raw("1e-400"), Raw("5e-324"),
    Raw("9" * 64), Raw("9" * 65), Raw("0." + "1" * 62), Raw("1" + "0" * 400), Raw("0x10"), Raw("01"), Raw("1."), Raw("+1"), Raw("NaN"),
    Raw("9007199254740993"), Raw("9223372036854775807"), Raw("9223372036854775808"), Raw("-9223372036854775809"), Raw("18446744073709551616"),
    Raw("2147483648"), Raw("1234567890.5"), Raw("0.1"), Raw("0.30000000000000004"), Raw("1.0"), Raw("1e2"), Raw("10000000000000000000000e-22"), 0, -1, 1,
]
TIMES = [
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z",
    "2026-02-29T00:00:00Z", "2024-02-29T23:59:60Z", "2026-06-30T23:59:60Z", "2026-03-01T24:00:00Z", "2026-03-01t09:30:00z", "2026-03-01T09:30:00+14:00",
    "2026-03-01T09:30:00-00:00", "2026-03-01 09:30:00Z", "2026-03-01T09:30:00", "10000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "1900-02-29",
    "9999-12-31", "0001-01-01", "0000-00-00", "23:59", "24:00", "23:59:60", "1582-10-10T00:00:00Z", "2026-03-01T09:30:00.123456789Z",
]
OTHERS = [None, True, False, [], {}, [[]], [None], {"": None}, {"\x00": 1}, {"__proto__": {}}, [{}] * 50, ["x"] * 1_000, ["x"] * 1_001, list(range(1_000))]


# What is likely to be taken, and must then be readable everywhere.
EDGES = {
    "text": [
        "🧭" * 200, "👨‍👩‍👧‍👦" * 18, "a" + "\u0301\u0323" * 15, "a\u200bb", "\u202eevil\u202c", "字" * 200, "Å", "\u1100\u1161\u11a8", "ﬀ", "=1+1", "a\nb", "\"", "%_\\",
        "\U000e0001x", "\ufffd", "\ud83d\ude00", "x" * 200, "x" * 500, "字" * 1_000, "字" * 5_000, "字" * 20_000, "'", "\x00", "\u0085x", "\ufeffx", "ß" * 200,
    ],
    "instant": TIMES[:5] + ["9999-12-31T23:59:59Z", "1582-10-10T00:00:00Z", "2026-03-01T09:30:00.123456789Z"],
    "date": ["9999-12-31", "0001-01-01", "2024-02-29", "0000-01-01", "10000-01-01"],
    "number": [Raw("1e70"), Raw("1e308"), Raw("-0"), Raw("-0.0"), Raw("9" * 64), Raw("0." + "1" * 62), Raw("5e-324"), Raw("1e22"), Raw("1.0"), Raw("1e2"), Raw("123456789012345678901234567890")],
    "integer": [Raw("1.0"), Raw("1e2"), Raw("-0"), Raw("2147483648"), Raw("9223372036854775807"), Raw("9007199254740993"), Raw("10000000")],
}


def edge(rng, description, schema):
    """A value at the bounds of a schema, with at most one member inside of an object."""
    schema = description.resolve(schema)
    if "anyOf" in schema:
        schema = description.resolve(rng.choice(schema["anyOf"]))
    if "enum" in schema:
        return rng.choice(schema["enum"])
    types = schema.get("type")
    type = next((t for t in ([types] if isinstance(types, str) else types or []) if t != "null"), None)
    if type == "object":
        if schema.get("properties"):
            name = rng.choice(list(schema["properties"]))
            return {name: edge(rng, description, schema["properties"][name])}
        inner = schema.get("additionalProperties")
        return {rng.choice(EDGES["text"][:20]): edge(rng, description, inner if isinstance(inner, dict) else {})}
    if type == "array":
        count = rng.choice([0, 1, 2, min(schema.get("maxItems", 100), 100)])
        return [edge(rng, description, schema.get("items", {}))] * count
    if type == "boolean":
        return rng.random() < 0.5
    if type in ("integer", "number"):
        bounds = [schema[name] for name in ("minimum", "maximum") if name in schema]
        return rng.choice(bounds + EDGES[type])
    if type is None:
        return copy.deepcopy(rng.choice(rng.choice([EDGES["text"], EDGES["number"], OTHERS])))
    if schema.get("format") in ("date-time", "date"):
        return rng.choice(EDGES["instant" if schema["format"] == "date-time" else "date"])
    longest = schema.get("maxLength", 200)
    return rng.choice(EDGES["text"] + ["🧭" * longest, "x" * longest, "字" * (longest + 1)])


def edged(rng, description, operation, body):
    """A body in which one member, perhaps one that wasn't there, stands at its bounds."""
    body = copy.deepcopy(body)
    schema = description.resolve(operation.body)
    name = rng.choice(list(schema.get("properties") or {"x": 1}))
    made = edge(rng, description, schema.get("properties", {}).get(name, {}))
    if isinstance(made, dict) and isinstance(body.get(name), dict):
        if name == "answers" and body[name]:
            name = rng.choice(list(body["answers"]))
            body["answers"][name] = copy.deepcopy(rng.choice(EDGES["number"] if isinstance(body["answers"][name], (int, float)) else EDGES["text"]))
        else:
            body[name] |= made
    else:
        body[name] = made
    return body


LONG = ["a" * 20_000, "👨‍👩‍👧‍👦" * 2_800, ("a" + "\u0301\u0323" * 14) * 680, "字" * 20_000, "ab" * 10_000, "1" * 20_000, "\n=" * 10_000]


def heavy(rng, values, operation, body):
    """A body that is allowed in each of its parts and costly as a whole; None where there is no such one."""
    if operation.id in ("forms.forms.create", "forms.forms.replace"):
        return {**body, "pages": rng.choice([conditional_pages, patterned_pages, long_pages])(rng, values)}
    if "answers" in body:
        long = rng.choice(LONG)
        return {**body, "answers": {id: long if isinstance(answer, str) else answer for id, answer in body["answers"].items()}}
    if operation.id == "id-parser.student-ids.parse-batch":
        text = rng.choice(["20251234567 ", "u3035123456 x ", "1" * 900, "字" * 300]) * rng.choice([1, 20])
        count = min(1_000, 900_000 // len(text.encode()))
        return {"items": [{"text": text, **({"universityCode": item["universityCode"]} if "universityCode" in item else {})} for item in body["items"][:1] for _ in range(count)]}
    if operation.id.startswith("id-parser.student-ids"):
        return {**body, "text": rng.choice(LONG)}
    if rng.random() < 0.5:
        return {**body, **{f"member {index}": index for index in range(rng.choice([1_000, 30_000]))}}
    return {**body, rng.choice(LONG)[:rng.choice([100, 20_000])]: rng.choice(LONG)}


def conditional_pages(rng, values):
    """As many conditions on as few answers as a form may have."""
    first = [{"id": values.uuid(), "type": "long-text", "title": values.mark("forms")} for _ in range(5)]
    operator = rng.choice(["equals", "starts-with", "contains", "in", "matches"])
    value = {"in": ["a" * 200, "👨‍👩‍👧‍👦" * 10], "matches": "(?:a?){30}a{30}", "contains": "a" * 500 + "b"}.get(operator, "a" * 1_000)
    count = rng.choice([10, 100, 400])
    later = [
        {
            "type": "yes-no", "title": values.mark("forms"),
            "conditionalLogic": {"action": "show", "match": "any", "conditions": [
                {"questionId": rng.choice(first)["id"], "operator": operator, "value": value} for _ in range(1_000 // count)
            ]},
        }
        for _ in range(count)
    ]
    return [{"questions": first + later}]


def patterned_pages(rng, values):
    pattern = rng.choice(["(?:a{1,30}b?){1,30}", "[a-z]{1,900}x{0,90}", "(?:\\p{L}{1,20}){1,40}", "(a|aa|aaa){1,300}"])
    return [{"questions": [
        {"type": "long-text", "title": values.mark("forms"), "validationRules": {"pattern": f"{pattern}{index}"}} for index in range(rng.choice([20, 100, 400]))
    ]}]


def long_pages(rng, values):
    type = rng.choice(["checkboxes", "long-text", "ranking"])
    options = [{"value": f"{index} {values.mark('forms')}", "quota": 5} for index in range(600)]
    if type == "ranking":
        options = [{"value": option["value"]} for option in options]
    questions = [{"type": type, "title": values.mark("forms"), **({"options": options} if type != "long-text" else {})} for _ in range(1 if type != "long-text" else 45)]
    return [{"questions": questions}]


def nested(rng, leaf):
    depth = rng.choice([9, 10, 11, 31, 32, 33, 63, 64, 65, 500, 5_000])
    text = rng.choice(["[", '{"a":', '{"conditions":['])
    close = {"[": "]", '{"a":': "}", '{"conditions":[': "]}"}[text]
    return Raw((text * depth + "1" + close * depth).replace('"', '\\"'))


def leaf(rng, old, ids):
    """Something hostile, mostly of the kind that was there."""
    kinds = [TEXTS, TEXTS, NUMBERS, TIMES, OTHERS]
    if isinstance(old, bool):
        kinds = [OTHERS, NUMBERS, TEXTS]
    elif isinstance(old, (int, float)):
        kinds = [NUMBERS, NUMBERS, NUMBERS, OTHERS, TEXTS]
    elif isinstance(old, str):
        kinds = [TEXTS] * 5 + [NUMBERS, OTHERS]
        if old[:2].isdigit() and ":" in old or old[4:5] == "-":
            kinds = [TIMES] * 5 + [TEXTS]
        elif len(old) == 36 and old.count("-") == 4:
            return rng.choice(ids + [old.upper(), "{" + old + "}", "00000000-0000-0000-0000-000000000000", old[:-1], old + "\n"])
    value = copy.deepcopy(rng.choice(rng.choice(kinds)))
    if rng.random() < 0.03:
        return nested(rng, old)
    if isinstance(value, str) and not isinstance(value, Raw) and isinstance(old, str) and rng.random() < 0.3:
        return old[:20] + value  # so that the mark of the text stays in it
    return value


def places(value, path=()):
    """Every place in a body, with what is there."""
    yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, path + (name,))
    elif isinstance(value, list):
        for index, element in enumerate(value[:20]):
            yield from places(element, path + (index,))


def at(value, path):
    for part in path:
        value = value[part]
    return value


def mutated(rng, body, ids):
    """A body with one to three hostile leaves, and what was done to it."""
    body = copy.deepcopy(body)
    done = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        # By kind of place, so that a long list doesn't outweigh all others.
        shapes = {}
        for path, old in places(body):
            shapes.setdefault(tuple("*" if isinstance(part, int) else part for part in path), []).append((path, old))
        path, old = rng.choice(shapes[rng.choice(list(shapes))])
        act = rng.random()
        if not path:
            if isinstance(body, dict):
                body[rng.choice(["nosuch", "id", "tenantId", "createdBy", "role", "", "status"])] = leaf(rng, "x", ids)
                done.append("a member more")
            continue
        holder = at(body, path[:-1])
        if act < 0.08 and isinstance(holder, dict):
            del holder[path[-1]]
            done.append(f"without {path[-1]}")
        elif act < 0.16:
            holder[path[-1]] = None
            done.append(f"null at {path[-1]}")
        elif act < 0.24 and isinstance(old, list) and old:
            old.extend(copy.deepcopy(old[:1]) * rng.choice([1, 2, 40]))
            done.append(f"doubled {path[-1]}")
        else:
            holder[path[-1]] = leaf(rng, old, ids)
            done.append(f"hostile {'.'.join(str(p) for p in path if not isinstance(p, int))}")
    if rng.random() < 0.01:
        return Raw("[]"), "no object"
    return body, ", ".join(done)
