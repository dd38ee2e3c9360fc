"""The PostgreSQL of a development instance, reached with psql as the owner of a service's schema."""
import os
import subprocess

SERVICES = ["auth", "academic", "id-parser", "forms", "societies", "notifier"]
# Row-level security binds owners too, so every statement runs in the platform's scope.
SCOPE = "SET app.tenant = '*';\nSET synchronous_commit = off;\n"


class Database:
    def __init__(self, system):
        self.system = system

    def run(self, service, sql):
        """Runs statements as the schema's owner.

        Returns the lines of their results, columns separated by `|`. Without BEGIN, each statement commits on its own.
        """
        owner = service.replace("-", "_") + "_owner"
        password = (self.system.home / "secrets" / f"postgres-{owner}").read_text().strip()
        command = [
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
            "--host", str(self.system.sockets / "postgres"), "--port", "5432", "--username", owner, "--dbname", "rovierr",
        ]
        result = subprocess.run(command, input=SCOPE + sql, text=True, capture_output=True, env=os.environ | {"PGPASSWORD": password})
        if result.returncode:
            raise SystemExit(f"{service}: {result.stderr.strip()}\nin {sql}")
        return result.stdout.splitlines()

    def value(self, service, sql):
        """The first column of the first row as text; `""` for NULL or no row."""
        return next(iter(self.run(service, sql)), "").split("|")[0]

    def holds(self, service, condition):
        """Tells whether a condition is true."""
        return self.value(service, f"SELECT {condition}") == "t"
