"""Storing a file: whole, by its hash, or not at all."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import TemporaryUploadedFile

from ankang.accounts.models import User
from ankang.attachments.contents import (
    REDRAWN,
    SIZE_LIMITS,
    TooLarge,
    file_type,
    proportion_of,
    reencoded,
)
from ankang.attachments.models import Attachment, storage_name
from ankang.core.disk import disk_full_refused

BLOCK = 256 * 1024


class Spooled(File):  # type: ignore[type-arg]
    """A file on the disk of the media, which storage takes over by renaming it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def store_file(
    *,
    kind: Attachment.Kind,
    file: IO[bytes] | File,  # type: ignore[type-arg]
    name: str,
    uploaded_by: User | None,
    at: datetime,
) -> Attachment:
    """Keep a file and return its row; equal content is on the disk once.

    :raises WrongType: its content is none that this kind may be.
    :raises TooLarge: it is over the limit of its kind.
    :raises DiskFull: there is no room; nothing of it is left behind.
    """
    kind = Attachment.Kind(kind)
    with disk_full_refused():
        path = _spooled(kind, file)
        try:
            return _keep(kind, path, name, uploaded_by, at)
        finally:
            path.unlink(missing_ok=True)


def _keep(
    kind: Attachment.Kind, path: Path, name: str, uploaded_by: User | None, at: datetime
) -> Attachment:
    with path.open("rb") as content:
        found = file_type(kind, content)
        drawn = reencoded(content) if kind in REDRAWN else None
    if drawn is not None:
        path.write_bytes(drawn)
    with path.open("rb") as content:
        proportion = proportion_of(kind, content)
        content.seek(0)
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    attachment = Attachment(
        kind=kind,
        name=PurePosixPath(name.replace("\\", "/")).name[-200:],
        sha256=digest,
        size=path.stat().st_size,
        content_type=found.content_type,
        proportion=proportion,
        uploaded_by=uploaded_by,
        uploaded_at=at,
    )
    wanted = storage_name(attachment, f"file.{found.suffix}")
    storage = attachment.file.storage
    is_stored = storage.exists(wanted) and storage.size(wanted) == attachment.size
    if is_stored:
        attachment.file.name = wanted
    else:
        with path.open("rb") as content:
            spool = Spooled(content, name=str(path))
            attachment.file.save(f"file.{found.suffix}", spool, save=False)
    try:
        attachment.save()
    except BaseException:
        if not is_stored:
            storage.delete(str(attachment.file.name))
        raise
    return attachment


def _spooled(kind: Attachment.Kind, file: Any) -> Path:
    """The content in a file of our own; a large upload is one already."""
    limit = SIZE_LIMITS[kind]
    if isinstance(file, TemporaryUploadedFile):
        path = Path(file.temporary_file_path())
        if path.stat().st_size > limit:
            raise TooLarge(kind)
        return path
    handle, spool = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR)
    try:
        with os.fdopen(handle, "wb") as out:
            file.seek(0)
            while block := file.read(BLOCK):
                out.write(block)
                if out.tell() > limit:
                    raise TooLarge(kind)
    except BaseException:
        Path(spool).unlink()
        raise
    return Path(spool)
