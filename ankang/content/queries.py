"""What pages ask of courseware."""

from dataclasses import dataclass
from typing import assert_never

from django.db.models import OuterRef, QuerySet, Subquery

from ankang.content.models import Courseware, CoursewareVersion
from ankang.organizations.models import Membership

State = CoursewareVersion.State
TONES = {
    State.DRAFT: "",
    State.IN_REVIEW: "wait",
    State.RETURNED: "bad",
    State.PUBLISHED: "ok",
    State.REPLACED: "",
}


@dataclass(frozen=True)
class Move:
    """Whose move it is, and what they do next; `is_mine` tells the reader."""

    who: str
    what: str
    is_mine: bool


def courseware_list(membership: Membership) -> QuerySet[Courseware]:
    """Courseware with state, number and length of its newest version that one sees."""
    newest = (
        CoursewareVersion.objects.visible_to(membership)
        .filter(courseware=OuterRef("pk"))
        .order_by("-number")
    )
    return Courseware.objects.visible_to(membership).annotate(
        newest_state=Subquery(newest.values("state")[:1]),
        newest_number=Subquery(newest.values("number")[:1]),
        newest_seconds=Subquery(newest.values("duration_seconds")[:1]),
        changed_at=Subquery(newest.values("created_at")[:1]),
    )


def whose_move(version: CoursewareVersion, membership: Membership) -> Move:
    """Who has to do something now."""
    courseware = version.courseware
    match State(version.state):
        case State.DRAFT:
            what = "写完后提交专业审核"
        case State.RETURNED:
            what = "按审核意见修改，再提交"
        case State.IN_REVIEW:
            return Move(
                who=courseware.strand.reviewer.short_name,
                what="专业审核",
                is_mine=courseware.may_be_reviewed_by(membership),
            )
        case State.PUBLISHED | State.REPLACED:
            return Move(who="", what="", is_mine=False)
        case other:
            assert_never(other)
    return Move(who="作者", what=what, is_mine=courseware.may_be_written_by(membership))
