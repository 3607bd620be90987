"""Fill an empty database for a measurement: `python -m bench.prepare learners|people N`."""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from ankang.accounts.models import User  # noqa: E402
from ankang.learning.models import Coverage, WatchSession  # noqa: E402
from ankang.learning.services.watch import open_session  # noqa: E402
from tests import make  # noqa: E402

LESSON_SECONDS = 28_000


def prepared() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not User.objects.exists():
        make.edition(presence_lesson_floor_seconds=10**6, daily_cap_hours=24)


def sign_in(user: User) -> str:
    """A signed-in session without the form; the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def learners(count: int) -> None:
    """Print, per learner, a watch token opened long ago and a session cookie."""
    prepared()
    lesson = make.course(make.courseware(LESSON_SECONDS)).lessons.get()
    employer = make.employer(industry=None)
    now = timezone.now()
    out = []
    for _ in range(count):
        person = make.person()
        make.employment(person=person, employer=employer)
        user = make.learner(person=person)
        opened = open_session(person=person, lesson=lesson, device="bench", at=now)
        out.append({"token": opened.token, "cookie": sign_in(user)})
    past = now - timedelta(seconds=LESSON_SECONDS)
    WatchSession.objects.update(opened_at=past, last_beat_at=now)
    Coverage.objects.update(check_at=None)
    print(json.dumps(out))


def stored() -> None:
    """Print the credited seconds that the database holds."""
    rows = Coverage.objects.values_list("credited_seconds", "covered")
    bits = sum(int.from_bytes(covered, "little").bit_count() for _, covered in rows)
    print(json.dumps({"credited": sum(row[0] for row in rows), "bits": bits}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["learners", count]:
            learners(int(count))
        case ["stored"]:
            stored()
