"""Fills a system by SQL: copies of rows that the API has made, with ids of their own.

The n-th row of a kind always has the same id and hangs on the same others, so that filling again, or further, adds what is missing.
"""
import sys
import uuid

from database import SERVICES
from scene import TOPICS

BATCH = 50_000  # rows of one statement, which are there together or not at all
BASE = 1_700_000_000_000  # the time in the ids, in milliseconds
UNIVERSITIES = 20
MEMBERS = 96  # of a society, beside its president
RESPONSES = 54  # to a survey
NOTICES = 7  # of an account
INBOX = 1_000  # notices that one person keeps
OWN_UPDATES = 300  # decided updates of one person, who keeps 500; the measured ones come on top
DAYS = 20  # over which rows are spread, so that no retention takes them

(UNIVERSITY, DEPARTMENT, PROGRAM, PATTERN, USER, SESSION, SOCIETY, FORM, SURVEY, REGISTRATION, ADMISSION, LARGE_REGISTRATION, LARGE_ADMISSION,
 RESPONSE, LARGE_RESPONSE, UPDATE, OWN_UPDATE, NOTICE) = range(1, 19)


def uuid_of(kind, n):
    """The id of the n-th row of a kind."""
    return str(uuid.UUID(hex=f"{BASE + n:012x}7{kind:03x}8000{n:012x}"))


def row(kind, n):
    """The same in SQL, of an expression."""
    return f"(lpad(to_hex({BASE} + ({n})), 12, '0') || '7{kind:03x}8000' || lpad(to_hex(({n})), 12, '0'))::uuid"


def person(group, place):
    """The account at a place in a group of its university, in SQL. Groups are numbered from 1 and take turns among universities."""
    return f"(20 * ({place}) + (({group}) - 1) % 20 + 1)"


def text(value):
    return "'" + value.replace("'", "''") + "'"


def spread(total):
    """When the n-th of so many rows came about."""
    return f"(now() - interval '{DAYS} days' * (1 - n::float8 / {total}) - interval '1 hour')"


def document(ids, at):
    """A form's document with other ids and times; `ids` are pairs of a known one and an expression."""
    result = "t.document::text"
    for known, new in ids:
        result = f"replace({result}, {text(known)}, ({new})::text)"
    for name in ("createdAt", "updatedAt", "publishedAt"):
        stamp = f"to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        result = f"replace({result}, t.document ->> '{name}', {stamp})"
    return f"({result})::json"


class Filling:
    def __init__(self, database, scene, big):
        self.database, self.ids = database, scene.ids
        self.departments, self.programs, self.patterns = (max(20, round(count * big)) for count in (1_000, 8_000, 200))
        self.users = max(round(300_000 * big), round(280_000 * big) + 2_000)  # as many as societies and surveys name
        self.societies, self.surveys = max(20, round(5_000 * big)), max(20, round(15_000 * big))
        self.large_society, self.large_form = (round(count * big) for count in (15_000, 200_000))
        self.sessions = self.updates = round(100_000 * big)
        self.events = round(1_000_000 * big)
        self.tables = {}  # of a service: the columns of each that can be written

    # MARK: copying

    def columns(self, service, table):
        if service not in self.tables:
            rows = self.database.run(service, """
                SELECT relname, string_agg(attname, ',' ORDER BY attnum)
                FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
                WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND attnum > 0
                    AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
                GROUP BY relname;
            """)
            self.tables[service] = {name: columns.split(",") for name, columns in (line.split("|") for line in rows)}
        return self.tables[service][table]

    def copy(self, service, table, template, total, present, **values):
        """Adds rows 1 to `total`: copies of the row that fits `template`, with `values` in place of its own.

        `values` are expressions of `n` and of the row `t`; those for columns that the table does not have are left out. `present` is
        the condition for the n-th row to be there.
        """
        columns = self.columns(service, table)
        expressions = [values.get(column, f"t.{column}") for column in columns]
        source = f"(SELECT * FROM {table} WHERE {template} LIMIT 1) AS t"
        if not self.database.holds(service, f"EXISTS (SELECT FROM {source})"):
            raise SystemExit(f"{service}.{table} has no row to copy, where {template}")
        self.batches(service, table, total, present, lambda rows: f"""
            INSERT INTO {table} ({", ".join(columns)}) SELECT {", ".join(expressions)} FROM {rows} CROSS JOIN {source}
            ON CONFLICT DO NOTHING;
        """)

    def batches(self, service, table, total, present, insert):
        for first in range(1, total + 1, BATCH):
            last = min(total, first + BATCH - 1)
            if not self.database.holds(service, f"EXISTS (SELECT FROM {table}, (SELECT {last}::bigint AS n) AS last WHERE {present})"):
                self.database.run(service, insert(f"generate_series({first}::bigint, {last}::bigint) AS n"))
            if sys.stdout.isatty():
                print(f"\r  {service}.{table}: {last:,} of {total:,} ", end="", flush=True)
        print(f"\r  {service}.{table}: {total:,} ", flush=True)

    def university(self, n):
        """Whose n-th row it is, the demo university being one of the twenty."""
        index = f"({n}) % {UNIVERSITIES}"
        return f"CASE WHEN {index} = 0 THEN {text(self.ids['university'])}::uuid ELSE {row(UNIVERSITY, index)} END"

    # MARK: services

    def fill(self):
        for fill in (self.academic, self.id_parser, self.auth, self.forms, self.societies_and_members, self.notifier):
            fill()
        for service in SERVICES:
            self.outbox(service)
        for service in SERVICES:
            print(f"  {service}: VACUUM ANALYZE", flush=True)
            self.columns(service, "outbox")
            self.database.run(service, "".join(f"VACUUM (ANALYZE) {table};\n" for table in self.tables[service]))

    def academic(self):
        demo = text(self.ids["university"])
        self.copy(
            "academic", "universities", f"id = {demo}", UNIVERSITIES - 1, f"id = {row(UNIVERSITY, 'n')}", id=row(UNIVERSITY, "n"),
            name="'Scale University ' || n", code="'SCALE' || n", revision="1", created_at=spread(UNIVERSITIES), updated_at=spread(UNIVERSITIES),
            closing_at="NULL",
        )
        at = spread(self.departments)
        self.copy(
            "academic", "departments", f"id = {text(self.ids['department'])}", self.departments, f"id = {row(DEPARTMENT, 'n')}",
            id=row(DEPARTMENT, "n"), tenant_id=self.university("n"), name="'Department of Studies ' || n", code="'D' || n", revision="1",
            created_at=at, updated_at=at,
        )
        department, at = f"(1 + (n - 1) % {self.departments})", spread(self.programs)
        self.copy(
            "academic", "programs", f"id = {text(self.ids['program'])}", self.programs, f"id = {row(PROGRAM, 'n')}", id=row(PROGRAM, "n"),
            tenant_id=self.university(department), department_id=row(DEPARTMENT, department), name="'BSc in Studies ' || n", revision="1",
            created_at=at, updated_at=at,
        )

    def id_parser(self):
        self.copy(
            "id-parser", "universities", f"id = {text(self.ids['university'])}", UNIVERSITIES - 1, f"id = {row(UNIVERSITY, 'n')}",
            id=row(UNIVERSITY, "n"), code="'SCALE' || n", revision="1",
        )
        # Two letters of its own, so that a number is read by as many patterns as before.
        letters, at = "(chr((65 + n / 26 % 26)::integer) || chr((65 + n % 26)::integer))", spread(self.patterns)
        self.copy(
            "id-parser", "id_patterns", f"id = {text(self.ids['pattern'])}", self.patterns, f"id = {row(PATTERN, 'n')}", id=row(PATTERN, "n"),
            tenant_id=self.university("n"), name="'Card ' || n", pattern=f"{letters} || t.pattern", revision="1", created_at=at, updated_at=at,
            examples=f"jsonb_set(t.examples, '{{accept}}', jsonb_build_array({letters} || (t.examples #>> '{{accept,0}}')))",
        )

    def auth(self):
        student, at = text(self.ids["student"]), spread(self.users)
        given = "(ARRAY['Ada','Bao','Chidi','Dewi','Elif','Farid','Grace','Hana','Igor','Jun','Kofi','Lena','Mei','Ngozi','Omar','Priya'])"
        family = "(ARRAY['Adeyemi','Bauer','Chan','Diaz','Evans','Fischer','Gupta','Haddad','Ito','Jansen','Kim','Lopez','Mensah'])"
        self.copy(
            "auth", "users", f"id = {student}", self.users, f"id = {row(USER, 'n')}", id=row(USER, "n"), tenant_id=self.university("n"),
            email="'person' || n || '@scale.example'", created_at=at, updated_at=at,
            name=f"{given}[(1 + n % 16)::integer] || ' ' || {family}[(1 + n / 16 % 13)::integer] || ' ' || n",
        )
        self.copy(
            "auth", "profiles", f"user_id = {student}", self.users, f"user_id = {row(USER, 'n')}", user_id=row(USER, "n"),
            tenant_id=self.university("n"), updated_at=at,
        )
        self.copy("auth", "profile_changes", f"user_id = {student}", self.updates, f"user_id = {row(USER, 'n')} AND id = {row(UPDATE, 'n')}",
                  user_id=row(USER, "n"), id=row(UPDATE, "n"), tenant_id=self.university("n"), applied_at=spread(self.updates))
        self.copy(
            "auth", "known_networks", f"user_id = {student}", self.sessions, f"user_id = {row(USER, 'n')}", user_id=row(USER, "n"),
            tenant_id=self.university("n"),
        )
        self.copy(
            "auth", "sessions", f"user_id = {student} AND revoked_at IS NULL AND expires_at > now()", self.sessions, f"id = {row(SESSION, 'n')}",
            id=row(SESSION, "n"), user_id=row(USER, "n"), tenant_id=self.university("n"),
        )
        hash = "sha256(convert_to('scale ' || n, 'UTF8'))"
        self.copy(
            "auth", "refresh_tokens", f"spent_at IS NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = {student})", self.sessions,
            f"hash = {hash}", hash=hash, session_id=row(SESSION, "n"), tenant_id=self.university("n"),
        )

    def forms(self):
        ids = self.ids
        at = spread(self.societies)
        self.form(
            ids["form"], FORM, self.societies, entity_id=row(SOCIETY, "n"), registration_of=row(SOCIETY, "n"), title="'Join Scale Society ' || n",
            created_by=row(USER, person("n", self.president("n"))),
            document=document([(ids["form"], row(FORM, "n")), (ids["society"], row(SOCIETY, "n")),
                               (ids["president"], row(USER, person("n", self.president("n")))),
                               ("Join the Scale Society", "'Join Scale Society ' || n")], at),
        )
        at = spread(self.surveys)
        author = row(USER, person("n", "(n - 1) / 20"))
        self.form(
            ids["copied"], SURVEY, self.surveys, title="'Course survey ' || n", created_by=author,
            document=document([(ids["copied"], row(SURVEY, "n")), (ids["admin"], author), ("Scale copied", "'Course survey ' || n")], at),
        )
        self.admitted(ADMISSION, REGISTRATION, self.societies * MEMBERS, self.group, self.member, row(FORM, self.group))
        self.admitted(LARGE_ADMISSION, LARGE_REGISTRATION, self.large_society, "20", "n - 1", f"{text(ids['form'])}::uuid")
        group, total = f"((n - 1) / {RESPONSES} + 1)", self.surveys * RESPONSES
        self.responses(
            "copiedResponse", RESPONSE, total, form_id=row(SURVEY, group), tenant_id=self.university(group),
            user_id=row(USER, person(group, f"({group} - 1) / 20 * 18 + (n - 1) % {RESPONSES}")),
        )
        # Of as many people, more than the university has: the most that can be asked of one form.
        topics = text("{" + TOPICS + "}")
        self.responses(
            "surveyResponse", LARGE_RESPONSE, self.large_form, user_id=row(USER, f"1 + (n - 1) % {self.users}"),
            answers=f"jsonb_set(t.answers, {topics}, jsonb_build_array('Option ' || 1 + n % 30))",
        )
        at = spread(self.updates)
        decided = f"user_id = {text(ids['student'])} AND status = 'approved'"
        self.copy(
            "forms", "profile_updates", decided, self.updates, f"id = {row(UPDATE, 'n')}", id=row(UPDATE, "n"), created_at=at, decided_at=at,
            user_id=row(USER, "n"), tenant_id=self.university("n"),
        )
        at = spread(OWN_UPDATES)
        self.copy(
            "forms", "profile_updates", decided, OWN_UPDATES, f"id = {row(OWN_UPDATE, 'n')}", id=row(OWN_UPDATE, "n"), created_at=at, decided_at=at,
        )
        print("  forms: counters", flush=True)
        self.database.run("forms", """
            UPDATE form_intake SET responses = kept.responses, bytes = kept.bytes, answered_version = greatest(answered_version, kept.version)
            FROM (
                SELECT form_id, count(*) AS responses, sum(256 + coalesce(answers_bytes, octet_length(answers::text))) AS bytes,
                    max(form_version) AS version
                FROM form_responses GROUP BY form_id
            ) AS kept
            WHERE kept.form_id = form_intake.form_id
                AND (form_intake.responses <> kept.responses OR form_intake.bytes <> kept.bytes OR answered_version < kept.version);
            UPDATE form_option_counters AS counter SET responses = chosen.responses
            FROM (
                SELECT counted.form_id, question_id, option_value, count(form_responses.id) AS responses
                FROM form_option_counters AS counted LEFT JOIN form_responses
                    ON form_responses.form_id = counted.form_id AND answers -> question_id::text ? option_value
                GROUP BY counted.form_id, question_id, option_value
            ) AS chosen
            WHERE counter.form_id = chosen.form_id AND counter.question_id = chosen.question_id
                AND counter.option_value = chosen.option_value AND counter.responses <> chosen.responses;
        """)

    # The society of the n-th membership, and the member's place in it; places of different societies overlap.
    group = f"((n - 1) / {MEMBERS} + 1)"

    @staticmethod
    def president(group):
        return f"(({group}) - 1) / 20 * 56"

    @property
    def member(self):
        return f"{self.president(self.group)} + 1 + (n - 1) % {MEMBERS}"

    def form(self, template, kind, total, **values):
        """Copies a published form with its version, its intake and what else has one row per form."""
        id, at = row(kind, "n"), spread(total)
        times = dict.fromkeys(("created_at", "updated_at", "published_at"), at)
        values |= times | {"tenant_id": self.university("n")}
        self.copy("forms", "forms", f"id = {text(template)}", total, f"id = {id}", id=id, **values)
        values |= {"form_id": id}
        latest = f"form_id = {text(template)} AND version = (SELECT version FROM forms WHERE id = {text(template)})"
        self.copy("forms", "form_versions", latest, total, f"form_id = {id}", **values)
        empty = values | {"responses": "0", "bytes": "0", "answered_version": "0"}
        self.copy("forms", "form_intake", f"form_id = {text(template)}", total, f"form_id = {id}", **empty)
        others = self.database.run("forms", """
            SELECT conrelid::regclass FROM pg_constraint
            WHERE connamespace = current_schema()::regnamespace AND contype = 'p' AND conrelid <> 'form_intake'::regclass
                AND conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = 'form_id')];
        """)
        for table in others:
            if self.database.holds("forms", f"EXISTS (SELECT FROM {table} WHERE form_id = {text(template)})"):
                self.copy("forms", table, f"form_id = {text(template)}", total, f"form_id = {id}", **values)

    def responses(self, template, kind, total, **values):
        self.copy(
            "forms", "form_responses", f"id = {text(self.ids[template])}", total, f"id = {row(kind, 'n')}", id=row(kind, "n"),
            submitted_at=spread(total), answers_bytes=f"octet_length(({values.get('answers', 't.answers')})::text)", **values,
        )

    def admitted(self, kind, registration, total, group, place, form):
        """The answers with which members registered."""
        tenant, key = self.university(group), row(registration, "n")
        self.responses(
            "registrationResponse", kind, total, form_id=form, tenant_id=tenant, user_id=row(USER, person(group, place)), submission_key=key,
        )
        self.copy(
            "forms", "form_submissions", f"response_id = {text(self.ids['registrationResponse'])}", total, f"submission_key = {key}",
            submission_key=key, tenant_id=tenant, response_id=row(kind, "n"), created_at=spread(total),
        )

    def societies_and_members(self):
        ids, total = self.ids, self.societies
        society, at = text(ids["society"]), spread(total)
        president = row(USER, person("n", self.president("n")))
        self.copy(
            "societies", "societies", f"id = {society}", total, f"id = {row(SOCIETY, 'n')}", id=row(SOCIETY, "n"), tenant_id=self.university("n"),
            name="'Scale Society ' || n", slug="'scale-society-' || n", description="'Meets every week; newcomers are welcome. ' || n",
            member_count="0", created_by=president, created_at=at, updated_at=at,
        )
        self.copy("societies", "moderations", f"society_id = {society} AND action = 'approve'", total, f"society_id = {row(SOCIETY, 'n')}",
                  society_id=row(SOCIETY, "n"), tenant_id=self.university("n"), happened_at=at)
        self.copy(
            "societies", "registration_settings", f"society_id = {society}", total, f"society_id = {row(SOCIETY, 'n')}",
            society_id=row(SOCIETY, "n"), tenant_id=self.university("n"), form_id=row(FORM, "n"),
        )
        self.copy(
            "societies", "members", f"society_id = {society} AND left_at IS NULL AND role = 'president'", total,
            f"society_id = {row(SOCIETY, 'n')} AND role = 'president' AND left_at IS NULL", society_id=row(SOCIETY, "n"),
            tenant_id=self.university("n"), user_id=president, registration_id="NULL", joined_at=at,
        )
        officer = row(USER, person(self.group, self.president(self.group)))
        self.members(
            REGISTRATION, ADMISSION, total * MEMBERS, self.group, self.member, society_id=row(SOCIETY, self.group),
            form_id=row(FORM, self.group), decided_by=officer,
        )
        self.members(
            LARGE_REGISTRATION, LARGE_ADMISSION, self.large_society, "20", "n - 1", society_id=f"{society}::uuid",
            form_id=f"{text(ids['form'])}::uuid", decided_by=f"{text(ids['president'])}::uuid",
        )
        print("  societies: counters", flush=True)
        self.database.run("societies", """
            UPDATE societies SET member_count = present.members
            FROM (SELECT society_id, count(*) AS members FROM members WHERE left_at IS NULL GROUP BY society_id) AS present
            WHERE present.society_id = societies.id AND member_count <> present.members;
        """)

    def members(self, kind, response, total, group, place, **values):
        """Members with the registrations that let them in."""
        at = spread(total)
        values |= {"tenant_id": self.university(group), "user_id": row(USER, person(group, place))}
        registration = text(self.ids["registration"])
        self.copy(
            "societies", "registrations", f"id = {registration}", total, f"id = {row(kind, 'n')}", id=row(kind, "n"),
            response_id=row(response, "n"), created_at=at, attempted_at=at, decided_at=at, **values,
        )
        present = f"society_id = {values['society_id']} AND user_id = {values['user_id']} AND left_at IS NULL"
        self.copy(
            "societies", "members", f"registration_id = {registration}", total, present, registration_id=row(kind, "n"), role="'member'",
            joined_at=at, left_at="NULL", **values,
        )

    def notifier(self):
        student, channel = text(self.ids["student"]), text("user:#" + self.ids["student"])
        name = f"'user:#' || {row(USER, 'n')}"
        self.copy(
            "notifier", "channels", f"name = {channel}", self.users, f"name = {name}", name=name, tenant_id=self.university("n"),
            epoch="gen_random_uuid()::text", top=str(NOTICES),
        )
        at = spread(self.users)
        self.copy(
            "notifier", "publications", f"channel = {channel}", self.users, f"channel = {name}", channel=name, tenant_id=self.university("n"),
            stream_offset=str(NOTICES), created_at=at,
        )
        owner, total = f"((n - 1) / {NOTICES} + 1)", self.users * NOTICES
        at = spread(total)
        self.copy(
            "notifier", "notifications", f"user_id = {student}", total, f"id = {row(NOTICE, 'n')}", id=row(NOTICE, "n"),
            source_event_id=row(NOTICE, "n"), user_id=row(USER, owner), tenant_id=self.university(owner), position=f"1 + (n - 1) % {NOTICES}",
            created_at=at, read_at=f"CASE WHEN n % 3 > 0 THEN {at} END",
        )
        self.inbox(student, channel)

    def inbox(self, student, channel):
        """Fills one person's inbox, after what is in it already."""
        columns = self.columns("notifier", "notifications")
        own = {"id": "gen_random_uuid()", "source_event_id": "gen_random_uuid()", "position": "top + n", "created_at": "now()", "read_at": "NULL"}
        self.database.run("notifier", f"""
            BEGIN;
            INSERT INTO notifications ({", ".join(columns)})
            SELECT {", ".join(own.get(column, f"t.{column}") for column in columns)}
            FROM (SELECT * FROM notifications WHERE user_id = {student} LIMIT 1) AS t
            CROSS JOIN (SELECT top FROM channels WHERE name = {channel} FOR UPDATE) AS stream
            CROSS JOIN generate_series(1, {INBOX} - (SELECT count(*) FROM notifications WHERE user_id = {student})) AS n;
            UPDATE channels SET top = greatest(top, (SELECT max(position) FROM notifications WHERE user_id = {student})) WHERE name = {channel};
            COMMIT;
        """)

    def outbox(self, service):
        """Adds events that every consumer has read: before the first position, where none looks any more."""
        values = {
            "event_id": "gen_random_uuid()", "type": "coalesce(t.type, 'scale.filled')", "aggregate": "coalesce(t.aggregate, 'scale')",
            "data": "coalesce(t.data, '{}')", "tenant_id": "t.tenant_id", "position": "-n",
            "created_at": f"now() - interval '5 days' * n / {self.events}",  # removed after seven
        }
        self.batches(service, "outbox", self.events, "position = -n", lambda rows: f"""
            INSERT INTO outbox ({", ".join(values)}) SELECT {", ".join(values.values())}
            FROM {rows} LEFT JOIN (SELECT * FROM outbox WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1) AS t ON true
            ON CONFLICT DO NOTHING;
        """)

    def is_begun(self):
        return self.database.holds("auth", f"EXISTS (SELECT FROM users WHERE id = '{uuid_of(USER, 1)}')")
