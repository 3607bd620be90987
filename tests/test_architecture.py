"""What the project promises about its own form."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ankang"
MODULES = sorted(
    path
    for folder in ("ankang", "bench", "tests", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
    # an auditor gets it as the one file that it takes
    and path != PACKAGE / "evidence/verify.py"
)
OWN_MODELS = [
    model for model in apps.get_models() if model.__module__.startswith("ankang.")
]
LEDGERS = [
    "CreditEntry",
    "Certificate",
    "CertificateRevocation",
    "AuditEntry",
    "PointEntry",
    "PointChoice",
    "MedalLoss",
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 400


def test_the_code_knows_no_city() -> None:
    """Another city replaces the folder, not the code."""
    named = re.compile("青岛|qingdao|3702[0-9]{2}", re.IGNORECASE)
    found = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".html", ".js", ".typ"}
        and "vendor" not in path.parts
        and named.search(path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_every_model_has_its_chinese_name_and_no_hidden_order(
    model: type[models.Model],
) -> None:
    assert re.search("[\u4e00-\u9fff]", str(model._meta.verbose_name))
    assert not model._meta.ordering
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


def test_constraint_names_are_unique_in_the_project() -> None:
    names = [c.name for model in OWN_MODELS for c in model._meta.constraints]

    assert len(names) == len(set(names))


def test_ledgers_are_never_updated_or_deleted_by_our_code() -> None:
    """Corrections are new rows."""
    act = re.compile(rf"\b({'|'.join(LEDGERS)})\.objects[^\n]*\.(update|delete)\(")
    found = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if act.search(path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()

    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|file:|--(index|extra|find|trusted)", text)


def test_the_npm_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())

    assert not any("resolved" in entry for entry in lock["packages"].values())


def test_every_vendored_file_is_what_the_manifest_says() -> None:
    static = PACKAGE / "core/static"
    entries = json.loads((static / "vendor/manifest.json").read_text())

    assert entries
    for entry in entries:
        content = (static / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_every_test_that_the_rules_name_exists() -> None:
    named = re.findall(r"`(test_[a-z_*]+\.py)`", (ROOT / "docs/rules.md").read_text())

    assert named
    assert [name for name in named if not list((ROOT / "tests").glob(name))] == []


DECIDING = ["counting", "evaluations", "payments", "retests", "credits", "evidence"]


def test_what_money_or_proofs_hang_on_never_imports_points_or_teams() -> None:
    """No appraisal by points: whichever of these apps exists is bound by `money`."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    money = next(one for one in contracts if one["id"] == "money")
    existing = [name for name in DECIDING if (PACKAGE / name).is_dir()]

    assert money["type"] == "forbidden"
    assert money["forbidden_modules"] == ["ankang.points", "ankang.teams"]
    assert {f"ankang.{name}" for name in existing} <= set(money["source_modules"])
    for name in existing:
        for path in (PACKAGE / name).rglob("*.py"):
            text = path.read_text()
            assert "ankang.points" not in text, path
            assert "ankang.teams" not in text, path
