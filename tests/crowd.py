"""Learners over HTTP who repeat what is not answered, and remember what was."""

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from django.db import transaction

from ankang.counting.recording import record_missing
from ankang.evidence.models import Record
from ankang.learning.models import Course, Coverage, Paper
from ankang.organizations.models import Employer
from tests import make, passing
from tests.site import PATIENCE

BEAT = 15
WATCHERS = 3
CSRF = "c" * 32
RETRY_SECONDS = 0.05
EXAM_PAUSE = 0.15  # so that there are enough people for the slowest machine
# The right option is the first of the bank, wherever the paper shows it.
RIGHT = re.compile(r'name="(question-\d+)" value="(\d+)"[^>]*><b>.</b><span>先通风<')


def prepare(learners: int, examinees: int) -> dict[str, Any]:
    """Inside the site: learners who watch, and others who may sit the exam."""
    from bench import prepare  # noqa: PLC0415

    tokens = [one["token"] for one in prepare.learners(str(learners))]
    with transaction.atomic():
        make.department("labor")
        for _ in range(6):
            make.question()
        course = make.course()
        employer = make.employer(industry=None)
        cookies = [_examinee(course, employer) for _ in range(examinees)]
    record_missing()  # what `make` wrote past the services
    return {"tokens": tokens, "cookies": cookies, "course": course.pk}


def _examinee(course: Course, employer: Employer) -> str:
    """Somebody who may sit the exam; the cookie."""
    from bench.prepare import sign_in  # noqa: PLC0415

    person = make.person()
    make.employment(person=person, employer=employer)
    passing.lessons_learned(person, course)
    return sign_in(make.learner(person=person))


def stored(course: int) -> dict[str, Any]:
    """Inside the site: what it holds, seconds in the order of the tokens."""
    from bench.prepare import LESSON_SECONDS  # noqa: PLC0415

    watched = Coverage.objects.filter(version__duration_seconds=LESSON_SECONDS)
    papers = Paper.objects.filter(course=course).exclude(handed_in_at=None)
    return {
        "seconds": list(
            watched.order_by("pk").values_list("credited_seconds", flat=True)
        ),
        "papers": sorted(papers.values_list("pk", flat=True)),
        "records": Counter(Record.objects.values_list("kind", flat=True)),
    }


class Crowd:
    """Some who watch and one who sits exam after exam, each on a connection.

    Beats go to their own ports in turn where there are collectors.
    """

    def __init__(self, port: int, *, prepared: dict[str, Any]) -> None:
        self.port = port
        self.beat_ports = [port]
        self.tokens: list[str] = prepared["tokens"]
        self.course: int = prepared["course"]
        self._cookies: Iterator[str] = iter(prepared["cookies"])
        self._leaving = threading.Event()
        self.seconds = [0] * len(self.tokens)  # acknowledged, of each token
        self.papers: list[int] = []  # acknowledged as handed in
        self.failures = 0
        self.wrong: list[str] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Afterwards each has an answer to what it asked last."""
        self._leaving.clear()
        threads = [threading.Thread(target=self._sit_exams)]
        for first in range(WATCHERS):
            mine = range(first, len(self.tokens), WATCHERS)
            threads.append(threading.Thread(target=self._watch, args=[mine]))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._leaving.set()
            for thread in threads:
                thread.join()

    def _watch(self, mine: range) -> None:
        with ExitStack() as stack:
            clients = [
                stack.enter_context(closing(Client(self, port=port)))
                for port in self.beat_ports
            ]
            for one, client in zip(cycle(mine), cycle(clients), strict=False):
                if self._leaving.is_set() or not self._send_beat(client, one):
                    return

    def _send_beat(self, client: "Client", one: int) -> bool:
        """The next seconds of this learner; credited as they should be?"""
        start = self.seconds[one]
        claim = {"sequence": start // BEAT, "rate": 1, "visible": True}
        beat = {**claim, "ranges": [[start, start + BEAT]]}
        message = {"token": self.tokens[one], "beats": [beat]}
        status, _, said = client.ask("POST", "/learning/beats/", json.dumps(message))
        if status != 200 or json.loads(said)["credited"] != start + BEAT:
            self.wrong.append(f"beat {one}/{start}: {status} {said[:200]}")
            return False
        self.seconds[one] += BEAT
        return True

    def _sit_exams(self) -> None:
        for cookie in self._cookies:
            with closing(Client(self, cookie)) as client:
                if not self._sit_exam(client) or self._leaving.wait(EXAM_PAUSE):
                    return

    def _sit_exam(self, client: "Client") -> bool:
        """Begin, answer all, hand in; accepted as it should be?"""
        _, paper, _ = client.ask("POST", f"/learning/courses/{self.course}/exam/")
        _, _, page = client.ask("GET", paper)
        answers = dict(RIGHT.findall(page))
        pk = paper.rstrip("/").rpartition("/")[2]
        status, place, said = client.ask(
            "POST", f"/papers/{pk}/hand-in/", urlencode(answers)
        )
        if status != 302 or not place.endswith(f"/papers/{pk}/result/"):
            self.wrong.append(f"paper {pk}: {status} {place} {said[:200]}")
            return False
        self.papers.append(int(pk))
        return True


class Client:
    """A connection that asks again until it is answered, as the pages do."""

    def __init__(self, crowd: Crowd, cookie: str = "", port: int = 0) -> None:
        self._crowd = crowd
        self._connection = http.client.HTTPConnection("127.0.0.1", port or crowd.port)
        self._connection.timeout = 30
        self._headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={CSRF}; device=of-{cookie[:8]}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def close(self) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        """Status, where it leads, and the text of the first answer that is one.

        Status 0 when there is none for a long time.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self._connection.request(method, path, body, self._headers)
                answer = self._connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self._connection.close()
            else:
                if answer.status < 500:
                    return answer.status, answer.headers.get("Location", ""), text
            self._crowd.failures += 1
            time.sleep(RETRY_SECONDS)
        return 0, "", "no answer"
