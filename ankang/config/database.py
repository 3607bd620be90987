"""An empty or older database, brought up to date before a verb uses it."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone


def prepare_database() -> None:
    """Migrate if anything is missing; make the cache's table and the log's key."""
    from ankang.evidence.services import ensure_key  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在准备数据库……", flush=True)  # noqa: T201
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    ensure_key(at=timezone.now())
