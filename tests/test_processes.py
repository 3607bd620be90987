"""The real processes: started by one command, killed, brought back, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ankang.config.env import ROOT
from tests.cities import shili
from tests.site import Site, wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path, shili(tmp_path))


SLOW_JOB = """
from django.utils import timezone
from ankang.jobs.services import start_job
start_job(kind="test-slow", title="慢慢数", arguments={"log": %r}, started_by=None,
          at=timezone.now())
"""


def test_one_command_prepares_serves_and_leaves_nothing_behind(site: Site) -> None:
    began = time.monotonic()
    with site.served() as process:
        first_start = time.monotonic() - began
        log = wait_for(lambda: found_in(site.log, "Ctrl-C"))
        assert f"http://127.0.0.1:{site.port}/demo/" in log
        assert "示例市人力资源和社会保障局" in log
        assert len(site.processes()) >= 3

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert site.processes() == []

    began = time.monotonic()
    with site.served():
        # Its tables and its city are there: only a ratio holds on any machine.
        assert time.monotonic() - began < first_start


def found_in(path: Path, text: str) -> str:
    log = path.read_text("utf-8")
    return log if text in log else ""


def test_killed_web_processes_come_back(site: Site) -> None:
    with site.served():
        for which in (0, -1):
            killed = wait_for(lambda place=which: kill_one(site, place))
            wait_for(lambda gone=killed: gone not in site.processes("web"))
            wait_for(site.is_healthy)
            assert len(wait_for(lambda: site.processes("web"))) >= 1


def kill_one(site: Site, place: int) -> int:
    """The web process that was killed; 0 if there was none, or it ended by itself."""
    try:
        found = site.processes("web")[place]
        os.kill(found, signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return 0
    return found


def test_everything_ends_with_its_parent_even_if_that_is_killed(site: Site) -> None:
    with site.served() as process:
        process.kill()
        wait_for(lambda: not site.processes())


def test_a_job_of_a_killed_worker_is_done_once_by_the_next(
    site: Site, tmp_path: Path
) -> None:
    done = tmp_path / "done.log"
    plug_in(site, tmp_path)
    with site.served():
        site.python(SLOW_JOB % str(done))
        wait_for(lambda: done.exists() and "began" in done.read_text())
        (worker,) = site.processes("work")
        os.kill(worker, signal.SIGKILL)
        # by night the site has jobs of its own
        state = "select state, attempts from jobs_job where kind = 'test-slow'"
        wait_for(lambda: site.rows(state) == [("done", 2)])

    assert done.read_text().split() == ["began", "began", "ended"]


def plug_in(site: Site, folder: Path) -> None:
    """An app beside the product, whose job waits to be killed the first time."""
    app = folder / "slow_work"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "jobs.py").write_text(
        "import time\n"
        "from pathlib import Path\n"
        "from ankang.jobs.registry import handler\n"
        "@handler('test-slow')\n"
        "def slow(progress):\n"
        "    log = Path(progress.job.arguments['log'])\n"
        "    with log.open('a') as file: file.write('began ')\n"
        "    while progress.job.attempts == 1:\n"
        "        progress.report(1, 2)\n"
        "        time.sleep(0.05)\n"
        "    with log.open('a') as file: file.write('ended ')\n"
        "    return {}\n"
    )
    (folder / "slow_settings.py").write_text(
        "from ankang.config.settings import *\n"
        "INSTALLED_APPS = [*INSTALLED_APPS, 'slow_work']\n"
    )
    site.environment["DJANGO_SETTINGS_MODULE"] = "slow_settings"
    site.environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{folder}"


def test_a_taken_port_is_told_with_what_to_do(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        ended = subprocess.run(
            [sys.executable, "-m", "ankang", "serve", "--port", str(site.port)],
            env=site.environment,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

    assert ended.returncode == 1
    assert f"PORT={site.port + 1}" in ended.stderr


def test_a_real_city_does_not_start_in_demonstration_mode(site: Site) -> None:
    path = site.city / "city.toml"
    path.write_text(path.read_text("utf-8").replace("demo = true", "demo = false"))
    site.environment |= {"DEBUG": "0", "SECRET_KEY": "of-a-test"}
    command = [sys.executable, "-m", "ankang", "serve", "--port", str(site.port)]
    ended = subprocess.run(
        [*command, "--first-city", str(site.city)],
        env=site.environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert ended.returncode == 1
    assert "不能用演示模式启动" in ended.stderr
    assert site.processes() == []
