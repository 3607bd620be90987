"""What the person of two records is told when a clerk joins or parts them.

Nothing of the other record is named: if the clerk is wrong it is somebody else's.
"""

from datetime import datetime

from django.utils import timezone

from ankang.counting.models import PersonMerge
from ankang.notices.models import Notice

IF_WRONG = "如果弄错了，请拨打 12333，或请单位管理员联系人社部门，核对后可以撤回。"
KEPT = (
    "人社部门核对后，认为你还有一份档案，已经合并到这一份，按一个人统计。"
    "两份档案的学习记录和证书都还在，一起计入这一份。" + IF_WRONG
)
DUPLICATE = (
    "人社部门核对后，认为这份档案和另一份是同一个人，已经合并到那一份，按一个人统计。"
    "这里的学习记录和证书都还在，计入那一份。" + IF_WRONG
)
PARTED = (
    "人社部门撤回了之前的档案合并：这份档案重新单独统计，学习记录和证书都没有变。"
    "如果你本来就有两份档案，请拨打 12333，或请单位管理员联系人社部门重新核对。"
)


def tell_merged(merge: PersonMerge, at: datetime) -> None:
    """Both records get a notice: the person may sign in to either."""
    _tell({merge.into_id: KEPT, merge.duplicate_id: DUPLICATE}, at)


def tell_unmerged(merge: PersonMerge, at: datetime) -> None:
    """Both records get a notice that each counts by itself again."""
    _tell(dict.fromkeys((merge.into_id, merge.duplicate_id), PARTED), at)


def _tell(texts: dict[int, str], at: datetime) -> None:
    Notice.objects.bulk_create(
        Notice(
            person_id=person,
            kind=Notice.Kind.DECISION,
            text=text,
            path="/mine/",
            sent_on=timezone.localdate(at),
            created_at=at,
        )
        for person, text in texts.items()
    )
