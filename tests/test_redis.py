"""The cache on the real Redis, as several web processes share it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache.backends.redis import RedisCache

from tests.site import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    server = shutil.which("redis-server")
    if not server:
        if os.environ.get("CI"):
            pytest.fail("Redis is needed here")
        pytest.skip("Redis is missing: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def is_up() -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", port)) == 0

    wait_for(is_up)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


def test_two_processes_count_one_limit(address: str) -> None:
    """Rate limits hold only if what one process adds the other sees."""
    one, other = RedisCache(address, {}), RedisCache(address, {})
    one.set("tries", 1, timeout=60)
    one.incr("tries")

    assert other.incr("tries") == 3
    one.close()
    other.close()
