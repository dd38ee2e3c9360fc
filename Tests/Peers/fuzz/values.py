"""Valid values: from schemas, and, where a schema can't say what is valid, from what the member is named."""
import datetime
import string
import uuid

WORDS = [
    "Chess", "Ångström", "Größe", "日本語", "香港大學", "Ελληνικά", "Русский", "한국어", "עברית", "عربي", "ไทย", "हिन्दी", "naïve",
    "👩‍🔬", "👨‍👩‍👧‍👦", "🇭🇰", "🧭", "O'Neil", "\"quoted\"", "a,b;c", "<b>bold</b>", "50%", "C:\\x", "=1+1", "@home", "--", "{x}", "ﬁne", "№5", "x²",
]
ZONES = ["UTC", "Asia/Hong_Kong", "Europe/London", "America/Argentina/Buenos_Aires", "Pacific/Kiritimati"]
PLAIN_TYPES = [
    "short-text", "long-text", "email", "phone", "url", "number", "date", "time", "datetime", "multiple-choice", "checkboxes", "dropdown",
    "rating", "linear-scale", "matrix", "ranking", "yes-no",
]
OPERATORS = {
    "short-text": ["equals", "not-equals", "contains", "not-contains", "starts-with", "in", "not-in", "matches", "is-answered", "is-empty"],
    "number": ["equals", "not-equals", "greater-than", "less-than", "between", "in", "is-answered"],
    "rating": ["equals", "greater-than", "less-than", "between"],
    "date": ["equals", "greater-than", "less-than", "between"], "time": ["equals", "less-than"], "yes-no": ["equals", "not-equals", "is-answered"],
    "multiple-choice": ["equals", "not-equals", "in", "not-in", "is-answered"], "dropdown": ["equals", "in"],
    "checkboxes": ["contains", "not-contains", "equals", "is-empty"], "ranking": ["contains", "equals"],
}
FIELDS = {  # which profile fields fill which type of question
    "short-text": ["firstName", "lastName", "preferredName", "gender", "nationality", "dietaryRequirements"],
    "long-text": ["bio"], "phone": ["phone"], "date": ["dateOfBirth"], "number": ["yearOfStudy"],
}


class Values:
    """Makes values; every text carries a mark, by which `note` knows it again."""

    def __init__(self, rng, description, note):
        self.rng, self.description, self.note = rng, description, note

    def mark(self, kind):
        mark = "Zq" + "".join(self.rng.choices(string.ascii_lowercase + string.digits, k=10))
        self.note(mark, kind)
        return mark

    def chance(self, share):
        return self.rng.random() < share

    def uuid(self):
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def text(self, kind, longest=200, lines=False):
        words = [self.mark(kind)] + self.rng.choices(WORDS, k=self.rng.choice([0, 1, 2, 3]))
        if lines and self.chance(0.2):
            words.append("first line\nsecond, \"line\"\r\n=third")
        if longest > 100 and self.chance(0.03):
            words.append("字" * (longest - sum(len(word) + 1 for word in words) - 1))
        self.rng.shuffle(words)
        text = " ".join(words)
        return text if len(text) <= longest else self.mark(kind)[:longest]

    def instant(self, low=-400, high=400):
        moment = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC) + datetime.timedelta(
            days=self.rng.uniform(low, high), microseconds=self.rng.randrange(1_000_000)
        )
        if self.chance(0.3):
            moment = moment.astimezone(datetime.timezone(datetime.timedelta(hours=self.rng.choice([-12, -3.5, 5.5, 14]))))
        return moment.isoformat(timespec=self.rng.choice(["seconds", "milliseconds"])).replace("+00:00", "Z")

    def date(self):
        return (datetime.date(1950, 1, 1) + datetime.timedelta(days=self.rng.randrange(30_000))).isoformat()

    # MARK: by schema

    def make(self, schema, kind, special, name="", required=(), full=0.5):
        """A value of a schema; `special` gives values for names, or None where a schema says enough."""
        schema = self.description.resolve(schema)
        value = special(name, schema)
        if value is not None:
            return value
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        if "anyOf" in schema:
            return self.make(self.rng.choice([c for c in schema["anyOf"] if c.get("type") != "null"]), kind, special, name)
        types = schema.get("type", "object")
        type = next(t for t in ([types] if isinstance(types, str) else types) if t != "null")
        if type == "object":
            value = {}
            for member, inner in schema.get("properties", {}).items():
                if member in schema.get("required", []) or self.chance(full):
                    made = self.make(inner, kind, special, member)
                    if made is not None:
                        value[member] = made
            if isinstance(schema.get("additionalProperties"), dict) and not schema.get("properties"):
                for _ in range(self.rng.choice([0, 1, 3])):
                    value[self.mark(kind)] = self.make(schema["additionalProperties"] or {"type": "string"}, kind, special)
            return value
        if type == "array":
            most = min(schema.get("maxItems", 3), self.rng.choice([1, 1, 2, 3]))
            made = [self.make(schema["items"], kind, special, name) for _ in range(max(schema.get("minItems", 0), most))]
            return [element for element in made if element is not None]
        if type == "boolean":
            return self.chance(0.5)
        if type in ("integer", "number"):
            low, high = schema.get("minimum", 0), schema.get("maximum", 100)
            return self.rng.choice([low, high, self.rng.randint(low, high)]) if high < 10**9 else self.rng.randint(low, 1_000)
        return self.string(schema, kind, name)

    def string(self, schema, kind, name):
        form, longest = schema.get("format"), schema.get("maxLength", 200)
        if form == "uuid":
            return None  # what exists is for `special` to say
        if form == "date-time":
            return self.instant()
        if form == "date":
            return self.date()
        if form == "uri":
            return f"https://{self.mark(kind).lower()}.example/a?b=%20#c"
        if form == "email":
            return f"{self.mark(kind).lower()}@people.example"
        pattern = schema.get("pattern", "\\S")
        if pattern == "\\S" or "pattern" not in schema:
            return self.text(kind, min(longest, 5_000), lines=longest >= 1_000)
        if pattern.startswith("^([A-Za-z0-9]([A-Za-z0-9-]"):
            return self.mark(kind).lower() + ".example"
        if pattern == "^[A-Z]{3}$":
            return self.rng.choice(["HKD", "EUR", "JPY", "USD"])
        if pattern.startswith("^(\\*|[a-z-]+)"):
            return None
        return self.mark(kind)[:longest]

    # MARK: forms

    def pages(self, kind, bindable=False, field_keys=()):
        """Pages of a form that can be published."""
        pages, earlier = [], []
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            questions = []
            for _ in range(self.rng.choice([1, 2, 3, 6])):
                question = self.question(kind, field_keys)
                if earlier and self.chance(0.25):
                    question["conditionalLogic"] = self.logic(earlier)
                if self.chance(0.05):
                    questions.append({"type": "statement", "title": self.text(kind)})
                questions.append(question)
                earlier.append(question)
            page = {"questions": questions}
            if self.chance(0.6):
                page["title"] = self.text(kind)
            if self.chance(0.4):
                page["description"] = self.text(kind, 5_000, lines=True)
            if self.chance(0.3):
                page["id"] = self.uuid()
            pages.append(page)
        return pages

    def question(self, kind, field_keys=(), type=None):
        type = type or self.rng.choice(PLAIN_TYPES)
        question = {"id": self.uuid(), "type": type, "title": self.text(kind), "required": self.chance(0.4)}
        if self.chance(0.2):
            question["description"] = self.text(kind, 5_000, lines=True)
        if type in ("multiple-choice", "checkboxes", "dropdown", "matrix", "ranking"):
            question["options"] = [{"value": self.text(kind, 100)} for _ in range(self.rng.choice([1, 2, 3, 8]))]
            for option in question["options"]:
                if self.chance(0.5):
                    option["label"] = self.text(kind)
                if type not in ("matrix", "ranking") and self.chance(0.2):
                    option["quota"] = 1_000
        if type == "matrix" and self.chance(0.8):
            question["rows"] = [{"value": self.text(kind, 100)} for _ in range(self.rng.choice([1, 2, 4]))]
        rules = {}
        if type in ("short-text", "long-text") and self.chance(0.4):
            rules = self.rng.choice([
                {"minLength": 1, "maxLength": 900}, {"maxLength": 500}, {"pattern": "(?s).*"}, {"pattern": "[^\\x00]+"}, {"message": self.text(kind)},
            ])
        if type == "number" and self.chance(0.5):
            rules = self.rng.choice([{"min": -5, "max": 10_000}, {"min": 0.5, "step": 0.5}, {"max": 1e9}, {"step": 1}])
        if type in ("rating", "linear-scale") and self.chance(0.3):
            rules = {"min": 1, "max": self.rng.choice([3, 10])}
        if type == "checkboxes" and self.chance(0.3):
            rules = {"minSelections": 1, "maxSelections": len(question["options"])}
        if type == "date" and self.chance(0.3):
            rules = {"minDate": "1900-01-01", "maxDate": "2100-12-31"}
        if rules:
            question["validationRules"] = rules
        elif type in FIELDS and self.chance(0.6):
            question["profileFieldKey"] = self.rng.choice(FIELDS[type] + list(field_keys))
        return question

    def logic(self, earlier):
        usable = [question for question in earlier if question["type"] in OPERATORS]
        if not usable:
            return None
        conditions = []
        for _ in range(self.rng.choice([1, 1, 2, 4])):
            condition = self.comparison(self.rng.choice(usable))
            conditions.append({"match": "any", "conditions": [condition]} if self.chance(0.2) else condition)
        return {"action": self.rng.choice(["show", "hide", "require"]), "match": self.rng.choice(["all", "any"]), "conditions": conditions}

    def comparison(self, question):
        operator = self.rng.choice(OPERATORS[question["type"]])
        condition = {"questionId": question["id"], "operator": operator}
        if operator in ("is-answered", "is-empty"):
            return condition
        value = self.operand(question)
        if operator == "matches":
            value = "(?s).*" + "a" * self.rng.randrange(3)
        elif operator == "between":
            value = sorted([value, self.operand(question)])
        elif operator in ("in", "not-in"):
            value = [value, self.operand(question)]
        condition["value"] = value
        return condition

    def operand(self, question):
        type = question["type"]
        if type in ("checkboxes", "ranking"):
            return self.rng.choice(question["options"])["value"]
        if type == "short-text":
            return self.rng.choice(WORDS)
        return self.answer({**question, "validationRules": None}, "condition")

    def answers(self, form, kind):
        """Answers to all that must be answered and most of what may be."""
        answers = {}
        for page in form.get("pages") or []:
            for question in page["questions"]:
                if question["type"] in PLAIN_TYPES and (question["required"] or question.get("conditionalLogic") or self.chance(0.8)):
                    answers[question["id"]] = self.answer(question, kind)
        return answers

    def answer(self, question, kind):
        type, rules = question["type"], question.get("validationRules") or {}
        options = [option["value"] for option in question.get("options") or []]
        if type in ("short-text", "long-text"):
            return self.text(kind, 300, lines=type == "long-text")
        if type == "email":
            return self.mark(kind).lower() + "@uni.example"
        if type == "phone":
            return self.rng.choice(["+85228592111", "+852 2859 2111", "(0)20 7946-0958"])
        if type == "url":
            return f"https://{self.mark(kind).lower()}.example/?q=1"
        if type == "number":
            return self.rng.choice([1, 2, 5, 100])
        if type in ("rating", "linear-scale"):
            return self.rng.choice([1, 2, 3])
        if type == "date":
            return self.date()
        if type == "time":
            return f"{self.rng.randrange(24):02}:{self.rng.randrange(60):02}"
        if type == "datetime":
            return self.instant()
        if type in ("multiple-choice", "dropdown"):
            return self.rng.choice(options)
        if type == "checkboxes":
            return self.rng.sample(options, self.rng.randint(1, len(options)))
        if type == "ranking":
            most = min(rules.get("maxSelections") or len(options), len(options))
            return self.rng.sample(options, most)
        if type == "matrix":
            rows = [row["value"] for row in question.get("rows") or []] or [self.mark(kind)]
            return {row: self.rng.choice(options) for row in rows}
        return self.chance(0.5)
