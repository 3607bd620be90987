"""Fill an empty database for a measurement, or tell what is in it, as JSON.

`python -m bench.prepare learners N | watchers N | stored | city N | queries COOKIE PATH …`
`python -m bench.prepare write-roster FILE ROWS | upload FILE | upload-again ID`
`python -m bench.prepare roster-check ID | roster-save ID | suspicion | year-of-facts N`
`python -m bench.prepare append-records N | seal-records | year-of-records PEOPLE`
`python -m bench.prepare year-to-count PEOPLE | recount | practice PEOPLE QUESTIONS | reckon`
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from ankang.accounts.models import User  # noqa: E402
from ankang.learning.models import Coverage, WatchSession  # noqa: E402
from ankang.learning.services.watch import open_session  # noqa: E402
from bench import (  # noqa: E402
    city,
    counting,
    facts,
    imports,
    practised,
    records,
    suspicion,
    watchers,
)
from tests import make  # noqa: E402

LESSON_SECONDS = 28_000
OTHER_LESSONS = 5


def prepared() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not User.objects.exists():
        make.edition(presence_lesson_floor_seconds=10**6, daily_cap_hours=24)


def sign_in(user: User) -> str:
    """A session signed in with both factors, without the forms; its cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp(), "type": "totp"}
    ]
    session.create()
    return str(session.session_key)


def learners(count: str) -> list[dict[str, str]]:
    """Per learner, a watch token opened long ago and a session cookie."""
    prepared()
    shorter = [make.courseware() for _ in range(OTHER_LESSONS)]
    course = make.course(make.courseware(LESSON_SECONDS), *shorter)
    lesson = course.lessons.earliest("position")
    employer = make.employer(industry=None)
    now = timezone.now()
    out = []
    for _ in range(int(count)):
        person = make.person()
        make.employment(person=person, employer=employer)
        user = make.learner(person=person)
        opened = open_session(person=person, lesson=lesson, device="bench", at=now)
        out.append({"token": opened.token, "cookie": sign_in(user)})
    past = now - timedelta(seconds=LESSON_SECONDS)
    WatchSession.objects.update(opened_at=past, last_beat_at=now)
    Coverage.objects.update(check_at=None)
    return out


def open_lessons(count: str) -> list[str]:
    """So many people who all watch; their tokens."""
    prepared()
    return watchers.open_lessons(count)


def stored() -> dict[str, int]:
    """The credited seconds that the database holds."""
    rows = Coverage.objects.values_list("credited_seconds", "covered")
    bits = sum(int.from_bytes(covered, "little").bit_count() for _, covered in rows)
    return {"credited": sum(row[0] for row in rows), "bits": bits}


def whole_city(people: str) -> dict[str, Any]:
    """Pages to look at, and the cookie of somebody of the city's office."""
    prepared()
    return {"pages": city.fill(int(people)), "cookie": sign_in(make.staff("city"))}


def year_of_facts(people: str) -> dict[str, Any]:
    """How long a scan of a day takes with so many people in the year."""
    prepared()
    return facts.year(people)


def queries(cookie: str, *paths: str) -> dict[str, int]:
    """How many queries each page takes, the second time."""
    client = Client()
    client.cookies["sessionid"] = cookie
    found = {}
    for path in paths:
        client.get(path, headers={"host": "127.0.0.1"})
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path, headers={"host": "127.0.0.1"})
        if answer.status_code != 200 or not answer.wsgi_request.user.is_authenticated:
            raise SystemExit(f"{path}: HTTP {answer.status_code}, or signed out")
        found[path] = len(captured)
    return found


def practice(people: str, questions: str) -> dict[str, Any]:
    """Pages about what people still know, and the cookie of the city's office."""
    prepared()
    pages = practised.fill(int(people), int(questions))
    return {"pages": pages, "cookie": sign_in(make.staff("city"))}


def upload(file: str) -> int:
    """An uploaded roster in an otherwise empty database."""
    prepared()
    return imports.upload(file)


def append_records(count: str) -> int:
    """Records for the sealer in an otherwise empty database."""
    prepared()
    return records.append_records(count)


def year_of_records(people: str) -> int:
    """A sealed year of the evidence log."""
    prepared()
    return records.year_of_records(people)


def year_to_count(people: str) -> int:
    """A year's facts, of which nothing is counted."""
    prepared()
    return counting.fill(int(people))


ACTS: dict[str, Callable[..., Any]] = {
    "learners": learners,
    "watchers": open_lessons,
    "stored": stored,
    "city": whole_city,
    "queries": queries,
    "suspicion": suspicion.city,
    "year-of-facts": year_of_facts,
    "append-records": append_records,
    "seal-records": records.seal_records,
    "year-of-records": year_of_records,
    "year-to-count": year_to_count,
    "recount": counting.recount,
    "practice": practice,
    "reckon": practised.reckon,
    "write-roster": imports.write_roster,
    "upload": upload,
    "upload-again": imports.upload_again,
    "roster-check": imports.roster_check,
    "roster-save": imports.roster_save,
}

if __name__ == "__main__":
    act, *words = sys.argv[1:]
    print(json.dumps(ACTS[act](*words)))
