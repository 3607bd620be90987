"""The rule editions of a city folder: checked whole, each mistake with its line."""

from difflib import get_close_matches
from typing import Any

from ankang.console.cities.parse import Folder, Record
from ankang.console.cities.specs import CitySpec, EditionSpec
from ankang.policies.models import Rules
from ankang.policies.practice import SpecialSet
from ankang.quizzes.models import Question


def read_editions(folder: Folder, spec: CitySpec) -> None:
    """Every edition; the strands and questions of the city are known by then."""
    strands = {one.code for one in spec.strands}
    topics = _topics(spec)
    years: set[int] = set()
    for file in folder.names("editions", "*.toml"):
        record = folder.toml(file)
        if record is not None:
            edition = _edition(record, strands, topics)
            if edition.year in years:
                record.wrong("year", f"{edition.year} 重复")
            years.add(edition.year)
            spec.editions.append(edition)
    year = spec.city.get("program_year", 0)
    if not any(edition <= year for edition in years):
        folder.wrong("editions", 1, f"没有 {year} 年或更早的规则版本")


def _edition(record: Record, strands: set[str], topics: set[str]) -> EditionSpec:
    table = record.table("params")
    params = table.rest()
    _check(table, params, strands, topics)
    notes = [record.text(key, optional=True) for key in ("source", "notes")]
    edition = EditionSpec(
        year=record.integer("year", least=2000),
        name=record.text("name", most=100),
        note="\n".join(filter(None, notes)),
        params=params,
    )
    record.done()
    return edition


def _check(
    table: Record, params: dict[str, Any], strands: set[str], topics: set[str]
) -> None:
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
        for topic in one.topics:
            if topic not in topics:
                table.wrong("practice", _no_such_topic(one, topic, topics))


def _topics(spec: CitySpec) -> set[str]:
    """What practice questions are about: those of the folder, and those written here."""
    written = Question.objects.for_practice().values_list("topic", flat=True)
    return {one.topic for one in spec.practice} | set(written.distinct()) - {""}


def _no_such_topic(one: SpecialSet, topic: str, topics: set[str]) -> str:
    """A set whose topic is misspelled would never be listed, and nobody told."""
    sentence = f"专项“{one.name}”的主题“{topic}”在练习题里没有"
    nearest = get_close_matches(topic, sorted(topics), n=1, cutoff=0)
    return f"{sentence}，最接近的是“{nearest[0]}”" if nearest else sentence
