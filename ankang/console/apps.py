"""The console app: its check runs with those of Django."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import import_string


class ConsoleConfig(AppConfig):
    """Registers the check once the models are there."""

    name = "ankang.console"

    def ready(self) -> None:
        register(import_string("ankang.console.checks.check_demo"))
