"""Courses and lessons, the evidence of watching, exams taken, objections."""

from ankang.learning.models.courses import CheckQuestion, Course, Lesson
from ankang.learning.models.exams import Paper, PaperQuestion
from ankang.learning.models.objections import Objection
from ankang.learning.models.watching import (
    CheckAnswer,
    Coverage,
    PresenceCheck,
    RefusedClaim,
    WatchSession,
)

__all__ = [
    "CheckAnswer",
    "CheckQuestion",
    "Course",
    "Coverage",
    "Lesson",
    "Objection",
    "Paper",
    "PaperQuestion",
    "PresenceCheck",
    "RefusedClaim",
    "WatchSession",
]
