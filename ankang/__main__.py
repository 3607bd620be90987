"""The `ankang` command: the operator's verbs."""

import argparse
import importlib
import os
import pkgutil
import sys

from django.core.exceptions import ImproperlyConfigured

import ankang.commands


def build_parser() -> argparse.ArgumentParser:
    """One sub-command per module of `ankang.commands`.

    Each module has `add_arguments(parser)` and `run(options) -> exit status`, and
    imports what needs the database only inside `run`.
    """
    parser = argparse.ArgumentParser(prog="ankang", description="安康：工伤预防平台")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for module in pkgutil.iter_modules(ankang.commands.__path__):
        command = importlib.import_module(f"ankang.commands.{module.name}")
        verb = verbs.add_parser(
            module.name.replace("_", "-"), help=(command.__doc__ or "").split("\n")[0]
        )
        command.add_arguments(verb)
        verb.set_defaults(run=command.run)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang.config.settings")
    options = build_parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
