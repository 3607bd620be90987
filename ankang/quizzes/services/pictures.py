"""Pictures for hazard questions that people bring."""

from datetime import datetime
from typing import Any

from ankang.attachments.contents import (
    HEAD,
    SIZE_LIMITS,
    TooLarge,
    file_type,
    proportion_of,
)
from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership

FLATTEST, TALLEST = 0.4, 1.6


class NoSize(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "这幅图画没有写明大小，请在画图软件里设好画布（viewBox）再导出。"
        )


class OddProportion(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "图片太扁或者太长，手机上看不清。请裁到宽是高的 2.5 倍以内、高是宽的 1.6 倍以内。"
        )


def add_picture(
    *, membership: Membership, file: Any, name: str, at: datetime
) -> Attachment:
    """Keep a photo or drawing that hazards can be placed in; the same one is kept once.

    A photo is drawn anew without place and camera; a drawing holds shapes alone. No
    transaction: files are stored before what points to them.

    :raises WrongType: it is no picture, or a drawing with a script or an outside link.
    :raises TooLarge: over 10 MB, a drawing over 1 MB.
    :raises TooManyPixels: it would not fit into memory.
    :raises NoSize: a drawing without a size.
    :raises OddProportion: too flat or too tall for a phone.
    """
    file.seek(0)
    is_drawn = file.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    kind = Attachment.Kind.DRAWING if is_drawn else Attachment.Kind.PICTURE
    if file.size > SIZE_LIMITS[kind]:
        raise TooLarge(kind)
    file_type(kind, file)
    proportion = proportion_of(kind, file)
    if proportion is None:
        raise NoSize
    if not FLATTEST <= proportion <= TALLEST:
        raise OddProportion
    made = store_file(
        kind=kind, file=file, name=name, uploaded_by=membership.user, at=at
    )
    known = Attachment.objects.filter(kind=kind, sha256=made.sha256).exclude(pk=made.pk)
    if first := known.order_by("pk").first():
        made.delete()
        return first
    return made
