"""The project's settings with what a bare `pytest` needs."""

import os
import tempfile

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("ANKANG_DATA", tempfile.mkdtemp(prefix="ankang-test-"))

from ankang.config.settings import *  # noqa: F403

DEBUG = False
SMS_SENDER = "memory"

# Threads of one test need a database in a file: SQLite in memory locks whole tables.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": DATA / "test.sqlite3"}  # noqa: F405
