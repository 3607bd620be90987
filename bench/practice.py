"""What a city of 180,000 people still knows: both reckonings of the night, and the pages."""

import tempfile
from pathlib import Path

from bench import servers
from bench.overview import LIMIT, measure
from bench.report import Figure, limit_figure
from bench.sizes import scaled

PEOPLE = scaled(180_000, least=500)
QUESTIONS = 300


def figures_on(kind: str) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data = Path(folder)
        made = servers.prepare(
            "practice", str(PEOPLE), str(QUESTIONS), data=data, database=database
        )
        told = servers.prepare("reckon", data=data, database=database)
        if (told["people"], told["versions"]) != (PEOPLE, QUESTIONS):
            raise SystemExit(f"not everybody and everything was reckoned: {told}")
        cookie, pages = made["cookie"], made["pages"]
        queries = servers.prepare(
            "queries", cookie, *pages.values(), data=data, database=database
        )
        with servers.ankang(data=data, database=database) as port:
            took = {name: measure(port, cookie, path) for name, path in pages.items()}
    where = f"free, {PEOPLE:,} people"
    index, items = told["index"], told["items"]
    cards = f"{told['cards']:,} cards, {index['peak']:.0f} MB"
    answers = f"{told['answers']:,} answers, {items['peak']:.0f} MB"
    return [
        limit_figure(
            f"Retained-knowledge index, the night's job, {kind}",
            where,
            index["seconds"],
            0,
            "s",
            cards,
        ),
        limit_figure(
            f"Figures of {told['versions']} questions, the night's job, {kind}",
            where,
            items["seconds"],
            0,
            "s",
            answers,
        ),
        *(
            limit_figure(
                f"{name}, {kind}",
                "free, 1 connection",
                took[name],
                LIMIT,
                "ms",
                f"{queries[path]} queries",
            )
            for name, path in pages.items()
        ),
    ]


def run(peer: float = 0) -> list[Figure]:
    return [*figures_on("SQLite"), *figures_on("PostgreSQL")]
