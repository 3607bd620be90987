"""The project's settings with what a bare `pytest` needs."""

import os
import tempfile

from tests import postgres

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("ANKANG_DATA", tempfile.mkdtemp(prefix="ankang-test-"))

# Asked for PostgreSQL, a run without it skips every test, or fails where CI says so.
POSTGRES_MISSING = False
if os.environ.get("ANKANG_TEST_POSTGRES") == "1":
    found = postgres.binaries()
    POSTGRES_MISSING = found is None
    if found is None and os.environ.get("CI"):
        raise SystemExit("PostgreSQL is not installed")
    # pytest's workers inherit the address: one server, a database for each of them
    if found and "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DATABASE_URL"] = postgres.throw_away_cluster(found)

from ankang.config.settings import *  # noqa: E402, F403

DEBUG = DEMO = False
SMS_SENDER = "memory"

# Threads of one test need a database in a file: SQLite in memory locks whole tables.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": DATA / "test.sqlite3"}  # noqa: F405
