"""The rule editions of a city folder: checked whole, each mistake with its line."""

from typing import Any

from ankang.console.cities.parse import Folder, Record
from ankang.console.cities.specs import CitySpec, EditionSpec
from ankang.policies.models import Rules


def read_editions(folder: Folder, spec: CitySpec) -> None:
    """Every edition; the strands of the city are known by then."""
    strands = {one.code for one in spec.strands}
    years: set[int] = set()
    for file in folder.names("editions", "*.toml"):
        record = folder.toml(file)
        if record is not None:
            edition = _edition(record, strands)
            if edition.year in years:
                record.wrong("year", f"{edition.year} 重复")
            years.add(edition.year)
            spec.editions.append(edition)
    year = spec.city.get("program_year", 0)
    if not any(edition <= year for edition in years):
        folder.wrong("editions", 1, f"没有 {year} 年或更早的规则版本")


def _edition(record: Record, strands: set[str]) -> EditionSpec:
    table = record.table("params")
    params = table.rest()
    _check(table, params, strands)
    notes = [record.text(key, optional=True) for key in ("source", "notes")]
    edition = EditionSpec(
        year=record.integer("year", least=2000),
        name=record.text("name", most=100),
        note="\n".join(filter(None, notes)),
        params=params,
    )
    record.done()
    return edition


def _check(table: Record, params: dict[str, Any], strands: set[str]) -> None:
    missing = [name for name in Rules.__annotations__ if name not in params]
    for name in missing:
        table.wrong(name, f"缺少参数 {name}")
    if missing:
        return
    try:
        rules = Rules.from_params(params)
    except (ValueError, ArithmeticError) as error:
        names = [name for name in params if name in str(error)]
        table.wrong(max(names, key=len, default=""), str(error))
        return
    for one in rules.practice.sets:
        if one.strand and one.strand not in strands:
            sentence = f"参数 practice.sets 里 {one.code} 的板块 {one.strand} 没有"
            table.wrong("practice", sentence)
