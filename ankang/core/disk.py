"""A full disk, told kindly: nothing half-written stays, nothing saved is lost."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.db import OperationalError

from ankang.core.errors import Refusal

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
POSTGRES_DISK_FULL = "53100"


class DiskFull(Refusal):
    def __init__(self) -> None:
        super().__init__("磁盘空间不足，请联系管理员；已经保存的内容没有受影响。")


def is_disk_full(error: BaseException) -> bool:
    """Is this how the system or the database says that there is no room?"""
    if isinstance(error, OperationalError):
        cause = error.__cause__
        return (
            getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            or getattr(cause, "sqlstate", None) == POSTGRES_DISK_FULL
        )
    return isinstance(error, OSError) and error.errno in FULL


@contextmanager
def disk_full_refused() -> Iterator[None]:
    """Turn the error for a full disk into a Refusal.

    :raises DiskFull: there is no room.
    """
    try:
        yield
    except (OSError, OperationalError) as error:
        if is_disk_full(error):
            raise DiskFull from error
        raise


def forget_broken_uploads(before: datetime) -> int:
    """Remove what killed processes left of uploads that never ended."""
    dropped = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir():
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


class UploadHandler(TemporaryFileUploadHandler):
    """Large uploads go to a file; a full disk is noted on the request.

    The request is read long before a view runs, often by the CSRF check, so nothing
    can be raised here: `RefusalMiddleware` answers before the view.
    """

    request: Any

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            with disk_full_refused():
                self.file.write(raw_data)
        except DiskFull as refusal:
            self._give_up(refusal)

    def file_complete(self, file_size: int) -> Any:
        try:
            with disk_full_refused():
                self.file.flush()
        except DiskFull as refusal:
            self._give_up(refusal)
        return super().file_complete(file_size)

    def _give_up(self, refusal: DiskFull) -> None:
        if self.request is not None:
            self.request.upload_refusal = refusal
        self.upload_interrupted()
        raise StopUpload(connection_reset=False) from refusal
