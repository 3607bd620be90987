"""What pages ask of the question bank."""

from django.db.models import OuterRef, QuerySet, Subquery

from ankang.quizzes.models import Question, QuestionVersion


def with_current(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Questions with the words and the kind of their current version."""
    current = QuestionVersion.objects.filter(question=OuterRef("pk"), is_current=True)
    return rows.annotate(
        current_stem=Subquery(current.values("stem")[:1]),
        current_kind=Subquery(current.values("kind")[:1]),
    )
