"""核验安康存证导出包。本文件单独运行，只需 Python 3.9 以上和 cryptography。

逐条核对记录的写法、哈希、时间和唯一性，核对每个检查点的签名和根哈希，
再按公布的计数规则从记录重新计数，与每次公布的结果对照。
用 --proof 只核验一个人的证明或一人一档：每条记录是不是在签过名的检查点里。
通过时退出码为 0；不通过时为 1，并指出第一条出错的记录和原因。
"""

from __future__ import annotations

import argparse
import base64
import gzip
import io
import json
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FILE_RECORDS = 100_000
EARLY, LATE = timedelta(hours=1), timedelta(minutes=5)
LOCAL = timedelta(hours=8)  # Asia/Shanghai
MOST = 2**53 - 1
FIELDS = ["at", "data", "kind", "recorded_at", "source", "subject"]

# kind: whom it is about, and its data, no more and no less
SHAPES = {
    "rule.edition": "city params:dict revision:int year:int",
    "person.verified": "person",
    "employment.stated": "person district:str employer:str employment:int from:str to:",
    "flexible.stated": "person district:str from:str registration:int to:",
    "learning.began": "person year:int",
    "lesson.done": "person course:str courseware:str duration:int seconds:int"
    " version:int year:int",
    "exam.handed_in": "person course:str digest:str pass_mark:int passed:bool score:int"
    " year:int",
    "hours.granted": "person hours:str source:str year:int",
    "certificate.issued": "person hours:str score:int serial:str year:int",
    "certificate.revoked": "person serial:str year:int",
    "finding.upheld": "person case:int codes:list year:int",
    "finding.dismissed": "person case:int codes:list year:int",
    "finding.reversed": "person case:int codes:list year:int",
    "person.merged": "person into:str",
    "person.unmerged": "person into:str",
    "sample.drawn": "city people_digest:str population:int seed:str size:int",
    "count.stated": "city began:int reasons:dict size:int year:int",
    "retest.announced": "city people:int people_digest:str retest:int seed_at:str"
    " seed_source:str sizes:dict year:int",
    "retest.drawn": "city drawn_digest:str people_digest:str retest:int seed:str",
    "retest.invited": "person retest:int",
    "retest.handed_in": "person digest:str pass_mark:int passed:bool retest:int"
    " score:int",
    "retest.result": "city invited:int passed:int retest:int taken:int",
}
GROUPS = {
    "counted": "计入",
    "unverified": "未实名核验",
    "no_employer": "不在本市用人单位名册",
    "unfinished": "学时或考试未完成",
    "revoked": "合格证明已撤销",
    "finding": "诚信核查认定不计",
    "merged": "与另一档案是同一人",
}
PLAIN = re.compile(r"-?[0-9]{1,9}([.][0-9]{1,6})?")  # no NaN, no Infinity, no 1E9
UNFINISHED = {"hours_short", "exam_pending", "exam_failed"}
# the conditions that an edition may set, and the group of who does not meet one
FAILS = {
    "verified": "unverified",
    "employer": "no_employer",
    "hours": "unfinished",
    "exam": "unfinished",
    "certificate": "revoked",
    "no_finding": "finding",
}
Record = dict[str, Any]
Counts = dict[int, Counter[str]]


TYPES = {"": None, "bool": bool, "dict": dict, "int": int, "list": list, "str": str}


def _shape(text: str) -> tuple[str, dict[str, type | None]]:
    about, *data = text.split(" ")
    named = (one.split(":") for one in data)
    return about, {name: TYPES[kind] for name, kind in named}


KINDS = {kind: _shape(text) for kind, text in SHAPES.items()}


class Broken(Exception):
    """Something that does not hold, and the record where it shows."""

    def __init__(
        self, how: str, position: int | None = None, line: bytes = b""
    ) -> None:
        super().__init__(how)
        self.how, self.position, self.line = how, position, line

    def __str__(self) -> str:
        if self.position is None:
            return self.how
        kind, source = _names(self.line)
        return f"序号 {self.position}（类别 {kind}，来源 {source}）：{self.how}"


def _names(line: bytes) -> tuple[str, str]:
    """Kind and source of a line that may be damaged, as well as one can tell."""
    text = line.decode("utf-8", "replace")
    found = [re.search(rf'"{name}":"([^"]*)"', text) for name in ("kind", "source")]
    kind, source = (match[1] if match else "读不出" for match in found)
    return kind, source


# ---- one record: canonical JSON (RFC 8785) with the fields of its kind


def _no_fraction(text: str) -> object:
    raise ValueError(f"含有不允许的数 {text}")


DECODER = json.JSONDecoder(parse_float=_no_fraction, parse_constant=_no_fraction)
SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
UNSORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(value: object, text: str) -> str:
    """The canonical text of a value that was read from `text`."""
    if text.isascii():
        return SORTED.encode(value)
    return UNSORTED.encode(_by_utf16(value))


def _by_utf16(value: object) -> object:
    """The same value with the keys in the order of the RFC, by UTF-16 units."""
    if isinstance(value, list):
        return [_by_utf16(one) for one in value]
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _by_utf16(value[name]) for name in names}
    return value


def read_record(line: bytes) -> Record:
    """The record of a line, its form and fields checked.

    :raises ValueError: what is wrong with it, in words.
    """
    text = line.decode("utf-8")
    record = DECODER.decode(text)
    if not isinstance(record, dict) or list(record) != FIELDS:
        raise ValueError(f"字段应为 {'、'.join(FIELDS)}")
    if canonical(record, text) + "\n" != text:
        raise ValueError("不是规范写法（RFC 8785，一条一行）")
    at, recorded_at = record["at"], record["recorded_at"]
    _check_time(at, "at")
    if at != recorded_at:
        _check_time(recorded_at, "recorded_at")
        if at > recorded_at:
            _check_not_ahead(record)
    _check_shape(record)
    return record


def moment(text: str) -> datetime:
    """A time of the log, `2020-09-20T12:31:05.123456Z`, without its zone."""
    return datetime.fromisoformat(text[:-1])


def moment_text(at: datetime) -> str:
    return f"{at.isoformat('T', 'microseconds')}Z"


def _check_time(text: object, name: str) -> None:
    try:
        sound = isinstance(text, str) and moment_text(moment(text)) == text
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"{name} 不是带六位小数的协调世界时：{text}")


def _check_not_ahead(record: Record) -> None:
    if moment(record["at"]) > moment(record["recorded_at"]) + LATE:
        raise ValueError(
            f"发生时间 {record['at']} 晚于登记时间 {record['recorded_at']}"
        )


def _check_shape(record: Record) -> None:
    kind, subject, data = record["kind"], record["subject"], record["data"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"没有 {kind} 这一类别")
    about, shape = KINDS[kind]
    if not isinstance(subject, str) or subject.partition(":")[0] != about:
        raise ValueError(f"对象 {subject} 不是 {about}")
    if not isinstance(record["source"], str) or not record["source"]:
        raise ValueError("缺少来源")
    if not isinstance(data, dict) or data.keys() != shape.keys():
        raise ValueError(f"内容应恰有 {'、'.join(shape) or '零项'}")
    for name, value in data.items():
        expected, actual = shape[name], type(value)
        if expected is not None and actual is not expected:
            raise ValueError(f"内容 {name} 的类型不对")
        if actual is not str:
            _check_integers(value)


def _check_integers(value: object) -> None:
    """RFC 8785 knows no integer beyond what a double holds exactly."""
    if isinstance(value, int):
        if not -MOST <= value <= MOST:
            raise ValueError(f"整数 {value} 过大")
    elif isinstance(value, dict):
        for one in value.values():
            _check_integers(one)
    elif isinstance(value, list):
        for one in value:
            _check_integers(one)


# ---- the Merkle tree (RFC 9162), holding only its peaks


def leaf_hash(line: bytes) -> bytes:
    return sha256(b"\x00" + line[:-1]).digest()


@dataclass
class Tree:
    """The root over all leaves so far, in memory of their number's logarithm."""

    size: int
    peaks: list[bytes]

    def add(self, leaf: bytes) -> None:
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + self.peaks.pop() + leaf).digest()
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"").digest()
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = sha256(b"\x01" + peak + node).digest()
        return node


# ---- checkpoints: C2SP signed notes, Ed25519


@dataclass(frozen=True)
class Checkpoint:
    """What a signed note says: so many records, this root, at this time."""

    origin: str
    size: int
    root: bytes
    at: datetime
    signers: tuple[str, ...]

    def __str__(self) -> str:
        return f"检查点（{self.size} 条，{self.at:%Y-%m-%dT%H:%M:%SZ}）"


Keys = dict[tuple[str, bytes], Ed25519PublicKey]


def read_keys(path: Path) -> Keys:
    """Public keys of a file, one a line."""
    return keys_in(path.read_text("utf-8").split("\n"), path.name)


def keys_in(lines: Iterable[str], where: str) -> Keys:
    """Public keys in the vkey form `name+hash+base64`."""
    keys: Keys = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            name, hashed, packed = line.strip().split("+", 2)
            raw = base64.b64decode(packed, validate=True)
            key = Ed25519PublicKey.from_public_bytes(raw[1:])
            key_id = sha256(name.encode() + b"\n" + raw).digest()[:4]
            if raw[0] != 1 or key_id.hex() != hashed:
                raise ValueError("标识与公钥不符")
        except (ValueError, IndexError) as error:
            raise Broken(f"{where} 中的公钥读不出：{line}（{error}）") from error
        keys[name, key_id] = key
    if not keys:
        raise Broken(f"{where} 中没有公钥")
    return keys


def read_checkpoints(path: Path, keys: Keys) -> Iterator[Checkpoint]:
    """Each note of a file, in order, its signature checked."""
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from checkpoints_in(file, path.name, keys)


def checkpoints_in(
    lines: Iterable[str], where: str, keys: Keys
) -> Iterator[Checkpoint]:
    """Each note, told apart by the empty lines before and behind its signatures."""
    body: list[str] = []
    signatures: list[str] | None = None
    for line in lines:
        if line != "\n":
            (body if signatures is None else signatures).append(line)
        elif signatures is None:
            signatures = []
        else:
            yield _checkpoint(where, body, signatures, keys)
            body, signatures = [], None
    if body:
        yield _checkpoint(where, body, signatures or [], keys)


def _checkpoint(
    where: str, body: list[str], signatures: list[str], keys: Keys
) -> Checkpoint:
    try:
        origin, size, root, time = (line.rstrip("\n") for line in body)
        said = Checkpoint(
            origin,
            int(size),
            base64.b64decode(root, validate=True),
            datetime.strptime(time, "time %Y-%m-%dT%H:%M:%SZ"),  # noqa: DTZ007
            (),
        )
        if str(said.size) != size or len(said.root) != 32 or said.size < 0:
            raise ValueError("条数或根哈希不对")
    except ValueError as error:
        raise Broken(
            f"{where} 中有读不出的检查点 {''.join(body)!r}：{error}"
        ) from error
    signers = _signers(said, "".join(body).encode(), signatures, keys)
    return Checkpoint(said.origin, said.size, said.root, said.at, signers)


def _signers(
    said: Checkpoint, text: bytes, signatures: list[str], keys: Keys
) -> tuple[str, ...]:
    """Who of the trusted signed it; a signature of theirs that fails breaks it."""
    good, strange = [], []
    for line in signatures:
        try:
            dash, name, packed = line.rstrip("\n").split(" ")
            raw = base64.b64decode(packed, validate=True)
        except ValueError as error:
            raise Broken(f"{said}的签名行读不出：{line!r}") from error
        key = keys.get((name, raw[:4]))
        label = f"{name}+{raw[:4].hex()}"
        if dash != "\u2014" or key is None:
            strange.append(label)
            continue
        try:
            key.verify(raw[4:], text)
        except InvalidSignature as error:
            raise Broken(f"{said}的签名不成立（密钥 {label}）") from error
        good.append(label)
    if not good:
        signed = f"只有 {'、'.join(strange)} 的签名" if strange else "没有签名"
        raise Broken(f"{said}没有可信密钥的签名：{signed}，不在可信公钥之列")
    return tuple(good)


# ---- each source of a kind once: on disk, so that memory does not grow


class Seen:
    """16 bytes of hash and the position of each record, in 64 temporary files."""

    WIDTH, BUFFER = 24, 1 << 16

    def __init__(self) -> None:
        self.buffers = [bytearray() for _ in range(64)]
        self.files = [tempfile.TemporaryFile() for _ in range(64)]  # noqa: SIM115

    def add(self, kind: str, source: str, position: int) -> None:
        key = sha256(f"{kind}\n{source}".encode()).digest()
        buffer = self.buffers[key[0] & 63]
        buffer += key[:16] + position.to_bytes(8, "big")
        if len(buffer) >= self.BUFFER:
            self.files[key[0] & 63].write(buffer)
            buffer.clear()

    def first_repeat(self) -> tuple[int, int] | None:
        """Positions of the earliest record that repeats one, and of the one repeated."""
        found = []
        for file, buffer in zip(self.files, self.buffers):
            file.write(buffer)
            file.seek(0)
            raw = file.read()
            file.close()
            rows = sorted(
                raw[at : at + self.WIDTH] for at in range(0, len(raw), self.WIDTH)
            )
            for row, after in zip(rows, rows[1:]):
                if row[:16] == after[:16]:
                    found.append((_position(after), _position(row)))
        return min(found, default=None)


def _position(row: bytes) -> int:
    return int.from_bytes(row[16:], "big")


# ---- counting, by the published rule, from the records alone


class Year:
    """What the log says of one person in one year, as short as it can be kept."""

    __slots__ = (
        "began",
        "cases",
        "group",
        "hours",
        "issued",
        "number",
        "passed",
        "revoked",
    )

    def __init__(self, number: int) -> None:
        self.number, self.began, self.group = number, False, ""
        self.passed = ""  # the local day
        self.hours = ""  # lines of `time source hours`
        self.issued = self.revoked = 0
        self.cases: tuple[int, ...] = ()  # with an upheld finding


class Person:
    """What the log says of one person."""

    __slots__ = ("terms", "verified", "years")

    def __init__(self) -> None:
        self.verified = False
        self.terms: tuple[str, ...] = ()  # `source from to`
        self.years: tuple[Year, ...] = ()

    def year(self, number: int) -> Year:
        for one in self.years:
            if one.number == number:
                return one
        self.years = (*self.years, Year(number))
        return self.years[-1]


class Retest:
    """A retest as announced, who was invited, and what they reached."""

    def __init__(self, data: Record) -> None:
        self.digest, self.seed_at = data["people_digest"], data["seed_at"]
        self.size = sum(data["sizes"].values())
        self.is_drawn = False
        self.invited: set[str] = set()
        self.taken: dict[str, bool] = {}


class Ledger:
    """Everybody's facts and groups; only those whose facts changed are judged again.

    A method named after a kind enters a record of that kind.
    """

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.merged: dict[str, str] = {}
        self.editions: dict[tuple[int, int], tuple[Decimal, list[str]]] = {}
        self.counts: Counts = {}
        self.changed: set[str] = set()
        self.retests: dict[int, Retest] = {}

    def take(self, record: Record) -> None:
        """Enter one record; a kind that does not bear on counting changes nothing.

        :raises ValueError: its data cannot be counted with.
        """
        act = getattr(self, record["kind"].replace(".", "_"), None)
        if act is not None:
            act(record["subject"], record["data"], record["at"])
            self.changed.add(record["subject"])

    def _person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person()
        return self.people[name]

    def _year(self, name: str, data: Record) -> Year:
        return self._person(name).year(data["year"])

    def rule_edition(self, _city: str, data: Record, _at: str) -> None:
        params = data["params"]
        known = list(FAILS)
        conditions = params.get("counting_conditions", known)
        if type(conditions) is not list or any(one not in known for one in conditions):
            raise ValueError(f"计入条件 {conditions} 中有不认识的")
        hours = _decimal(str(params.get("required_credit_hours")))
        self.editions[data["year"], data["revision"]] = hours, conditions
        self.changed.update(self.people)

    def person_verified(self, name: str, _data: Record, _at: str) -> None:
        self._person(name).verified = True

    def employment_stated(self, name: str, data: Record, _at: str) -> None:
        self._term(name, f"employment:{data['employment']}", data)

    def flexible_stated(self, name: str, data: Record, _at: str) -> None:
        self._term(name, f"flexible:{data['registration']}", data)

    def _term(self, name: str, source: str, data: Record) -> None:
        """The latest statement about a term replaces the earlier ones."""
        since, until = data["from"], data["to"]
        for day in (since, since if until is None else until):
            if not _is_day(day):
                raise ValueError(f"日期 {day} 写法不对")
        person = self._person(name)
        others = [term for term in person.terms if term.split(" ")[0] != source]
        person.terms = (*others, f"{source} {since} {until or '9999'}")

    def learning_began(self, name: str, data: Record, _at: str) -> None:
        self._year(name, data).began = True

    def exam_handed_in(self, name: str, data: Record, at: str) -> None:
        if data["passed"]:
            year = self._year(name, data)
            day = sys.intern((moment(at) + LOCAL).date().isoformat())
            year.passed = min(year.passed or day, day)

    def hours_granted(self, name: str, data: Record, at: str) -> None:
        if not data["source"].isprintable() or " " in data["source"]:
            raise ValueError(f"学时来源 {data['source']!r} 写法不对")
        line = f"{at} {data['source']} {_decimal(data['hours'])}\n"
        self._year(name, data).hours += line

    def certificate_issued(self, name: str, data: Record, _at: str) -> None:
        self._year(name, data).issued += 1

    def certificate_revoked(self, name: str, data: Record, _at: str) -> None:
        self._year(name, data).revoked += 1

    def finding_upheld(self, name: str, data: Record, _at: str) -> None:
        self._year(name, data).cases += (data["case"],)

    def finding_reversed(self, name: str, data: Record, _at: str) -> None:
        year = self._year(name, data)
        year.cases = tuple(case for case in year.cases if case != data["case"])

    def person_merged(self, name: str, data: Record, _at: str) -> None:
        self.merged[name] = data["into"]
        self.changed.add(data["into"])

    def person_unmerged(self, name: str, data: Record, _at: str) -> None:
        if self.merged.pop(name, None) != data["into"]:
            raise ValueError("要撤销的合并并不存在")
        self.changed.add(data["into"])

    def retest_announced(self, _city: str, data: Record, at: str) -> None:
        if at >= data["seed_at"]:
            raise ValueError("抽测公告时种子已经产生")
        self.retests[data["retest"]] = Retest(data)

    def _retest(self, data: Record) -> Retest:
        if data["retest"] not in self.retests:
            raise ValueError(f"抽测 {data['retest']} 没有公告过")
        return self.retests[data["retest"]]

    def retest_drawn(self, _city: str, data: Record, at: str) -> None:
        retest = self._retest(data)
        if retest.is_drawn or data["people_digest"] != retest.digest:
            raise ValueError("抽测抽过两次，或名单与公告的不同")
        if at < retest.seed_at:
            raise ValueError("抽测在种子产生以前就抽了")
        retest.is_drawn = True

    def retest_invited(self, name: str, data: Record, _at: str) -> None:
        self._retest(data).invited.add(name)

    def retest_handed_in(self, name: str, data: Record, _at: str) -> None:
        retest = self._retest(data)
        if name not in retest.invited or name in retest.taken:
            raise ValueError("交卷的人没有被邀请，或交了两次")
        if data["passed"] != (data["score"] >= data["pass_mark"]):
            raise ValueError("抽测成绩与合格与否不符")
        retest.taken[name] = data["passed"]

    def retest_result(self, _city: str, data: Record, _at: str) -> None:
        retest = self._retest(data)
        ours = (retest.size, len(retest.taken), sum(retest.taken.values()))
        stated = (data["invited"], data["taken"], data["passed"])
        if ours != stated or len(retest.invited) != retest.size:
            raise ValueError(f"抽测结果 {stated} 与记录 {ours} 不符")

    def settle(self) -> Counts:
        """How many people are in each group of each year, by the records so far."""
        duplicates: dict[str, list[str]] = {}
        for duplicate, kept in self.merged.items():
            duplicates.setdefault(kept, []).append(duplicate)
            if duplicate in self.changed:
                self.changed.add(kept)
        for name in self.changed - {"city"}:
            family = [self._person(one) for one in (name, *duplicates.get(name, ()))]
            for number in {year.number for one in family for year in one.years}:
                counts = self.counts.setdefault(number, Counter())
                year = family[0].year(number)
                counts[year.group] -= 1
                year.group = self._group(name, family, number)
                counts[year.group] += 1
        self.changed = set()
        return {
            number: Counter({group: counts[group] for group in GROUPS})
            for number, counts in self.counts.items()
        }

    def _group(self, name: str, family: list[Person], number: int) -> str:
        """The group of a person in a year, "" for who has not begun."""
        if name in self.merged:
            return "merged" if family[0].year(number).began else ""
        # the edition in force is the newest of the year or of one before it
        edition = max((one for one in self.editions if one[0] <= number), default=None)
        years = [year for one in family for year in one.years if year.number == number]
        if edition is None or not any(year.began for year in years):
            return ""
        required, conditions = self.editions[edition]
        passed = min((year.passed for year in years if year.passed), default="")
        issued = sum(year.issued for year in years)
        failed = {
            "verified": not any(one.verified for one in family),
            "employer": not _employed(family, passed),
            "hours": _hours_of(years) < required,
            "exam": not passed,
            "certificate": 0 < issued == sum(year.revoked for year in years),
            "no_finding": any(year.cases for year in years),
        }
        return next((FAILS[one] for one in conditions if failed[one]), "counted")


def _is_day(text: object) -> bool:
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False


def _employed(family: list[Person], passed: str) -> bool:
    """On a roster on the day of passing; now, if the exam is not passed."""
    terms = [term.split(" ") for one in family for term in one.terms]
    if not passed:
        return any(until == "9999" for _, _, until in terms)
    return any(since <= passed <= until for _, since, until in terms)


def _hours_of(years: list[Year]) -> Decimal:
    """The sum over the sources, of each the earliest entry."""
    by_source: dict[str, Decimal] = {}
    for line in sorted("".join(year.hours for year in years).splitlines()):
        _, source, hours = line.split(" ")
        by_source.setdefault(source, Decimal(hours))
    return sum(by_source.values(), Decimal(0))


def _decimal(text: str) -> Decimal:
    if not PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} 不是小数")
    return Decimal(text)


# ---- the export as a whole


def record_lines(folder: Path) -> Iterator[bytes]:
    """The lines of records-00000.jsonl.gz and of the files after it."""
    position = 0
    for number in range(len(list(folder.glob("records-*.jsonl.gz")))):
        path = folder / f"records-{number:05}.jsonl.gz"
        if position != number * FILE_RECORDS:
            raise Broken(f"{path.name} 之前的记录不是 {FILE_RECORDS} 的倍数", position)
        try:
            with gzip.open(path) as packed:
                for line in io.BufferedReader(packed, 1 << 18):
                    yield line
                    position += 1
        except (OSError, EOFError, zlib.error) as error:
            raise Broken(f"{path.name} 缺少或已损坏（{error}）", position) from error


def line_at(folder: Path, position: int) -> bytes:
    return next(islice(record_lines(folder), position, None), b"")


def stated_sizes(folder: Path) -> set[int]:
    """The sizes at which counts were published, found before the counting."""
    sizes = set()
    try:
        for line in record_lines(folder):
            if b'"kind":"count.stated"' in line:
                found = re.search(rb'"size":(\d{1,15})', line)
                sizes.add(int(found[1]) if found else 0)
    except Broken:
        return sizes  # the pass over the records says where and why
    return sizes


class SealedHashes:
    """The hashes under which the records were sealed, 32 bytes each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number, self.block = folder, -1, b""

    def at(self, position: int) -> bytes:
        number, index = divmod(position, FILE_RECORDS)
        if number != self.number:
            path = self.folder / f"hashes-{number:05}.bin"
            self.number, self.block = number, path.read_bytes()
        return self.block[index * 32 : index * 32 + 32]

    def find(self, leaf: bytes) -> int | None:
        """Where in the present file the hash stands, to tell a moved record."""
        for index in range(0, len(self.block), 32):
            if self.block[index : index + 32] == leaf:
                return self.number * FILE_RECORDS + index // 32
        return None


class Audit:
    """One pass over an export; `kept` are the auditor's own checkpoints."""

    def __init__(self, folder: Path, keys: Keys, kept: list[Checkpoint]) -> None:
        self.folder, self.keys, self.kept = folder, keys, kept
        self.lines, self.hashes = record_lines(folder), SealedHashes(folder)
        self.tree, self.seen, self.ledger = Tree(0, []), Seen(), Ledger()
        self.halts = stated_sizes(folder) | {one.size for one in kept}
        self.counts_at: dict[int, Counts] = {}
        self.editions: list[tuple[int, Record]] = []
        self.last: Checkpoint | None = None
        self.checkpoints = self.statements = 0
        self.first_at = self.last_at = self.recorded_at = ""

    def run(self) -> None:
        """Check everything.

        :raises Broken: the first thing that does not hold.
        """
        try:
            self._run()
        except Broken as broken:
            self._check_repeats(broken.position)
            raise
        self._check_repeats(None)

    def _run(self) -> None:
        for checkpoint in read_checkpoints(self.folder / "checkpoints.txt", self.keys):
            self._check_growth(checkpoint)
            early = moment_text(self.last.at - EARLY) if self.last else ""
            late = moment_text(checkpoint.at + LATE)
            for position in range(self.tree.size, checkpoint.size):
                line = next(self.lines, None)
                if line is None:
                    raise Broken(f"记录缺失：{checkpoint}之内的末尾被截去", position)
                self._take(position, line, checkpoint)
                if not early <= self.recorded_at <= late:
                    raise Broken(
                        f"登记时间 {self.recorded_at} 不在本批次的 {early} 至 {late}"
                        " 之间，疑为倒签",
                        position,
                        line,
                    )
            self._check_root(checkpoint)
            self.last, self.checkpoints = checkpoint, self.checkpoints + 1
        extra = next(self.lines, None)
        if extra is not None:
            raise Broken("不在任何检查点之内", self.tree.size, extra)
        self._halt(self.tree.size)
        self._check_kept()
        self._check_rule_copy()

    def _take(self, position: int, line: bytes, checkpoint: Checkpoint) -> None:
        if position in self.halts:
            self._halt(position)
        leaf = leaf_hash(line)
        if leaf != self.hashes.at(position):
            self._blame(position, line, checkpoint)
        try:
            record = read_record(line)
            self.ledger.take(record)
        except (ValueError, RecursionError) as error:
            raise Broken(str(error), position, line) from error
        self.tree.add(leaf)
        self.seen.add(record["kind"], record["source"], position)
        if record["kind"] == "rule.edition":
            self.editions.append((position, record["data"]))
        elif record["kind"] == "count.stated":
            self._check_count(position, line, record["data"])
        self.recorded_at, at = record["recorded_at"], record["at"]
        self.first_at = min(self.first_at or at, at)
        self.last_at = max(self.last_at, at)

    def _blame(self, position: int, line: bytes, checkpoint: Checkpoint) -> None:
        """Record and sealed hash differ: which of them gives the signed root?"""
        found = self.hashes.find(leaf_hash(line))
        ours = Tree(self.tree.size, [*self.tree.peaks])
        ours.add(leaf_hash(line))
        self.tree.add(self.hashes.at(position))
        for later in range(position + 1, checkpoint.size):
            ours.add(leaf_hash(next(self.lines, b"")))
            self.tree.add(self.hashes.at(later))
        if ours.root() == checkpoint.root:
            how = "记录与检查点相符，hashes 文件中它的哈希被改动过"
        elif self.tree.root() != checkpoint.root:
            how = f"与封存时的哈希不符，两者都算不出{checkpoint}的根哈希"
        elif found is not None:
            how = f"此处是序号 {found} 的记录：有记录被删去、重复或调换"
        else:
            how = f"内容被改动过，与封存时的哈希不符（有{checkpoint}为证）"
        raise Broken(how, position, line)

    def _check_growth(self, checkpoint: Checkpoint) -> None:
        last = self.last
        if last and checkpoint.origin != last.origin:
            raise Broken(
                f"{checkpoint}的来源是 {checkpoint.origin}，不是 {last.origin}"
            )
        if last and not (
            last.size <= checkpoint.size
            and last.at <= checkpoint.at
            and (last.size, last.at) != (checkpoint.size, checkpoint.at)
        ):
            raise Broken(f"{checkpoint}不在{last}之后：条数或时间倒退")

    def _check_root(self, checkpoint: Checkpoint) -> None:
        if self.tree.root() != checkpoint.root:
            start = self.last.size if self.last else 0
            raise Broken(
                f"由此至序号 {self.tree.size - 1} 的记录算不出{checkpoint}的根哈希："
                "记录与 hashes 文件一同被改动过，或检查点不是这份存证的",
                start,
                line_at(self.folder, start),
            )

    def _check_repeats(self, before: int | None) -> None:
        repeat = self.seen.first_repeat()
        if repeat and (before is None or repeat[0] < before):
            line = line_at(self.folder, repeat[0])
            raise Broken(f"与序号 {repeat[1]} 的类别和来源相同，重复", repeat[0], line)

    def _halt(self, size: int) -> None:
        """At a size that something was said about: counts, or kept checkpoints."""
        self.counts_at[size] = self.ledger.settle()
        for checkpoint in self.kept:
            if checkpoint.size == size and checkpoint.root != self.tree.root():
                raise Broken(
                    f"您保存的{checkpoint}与导出的前 {size} 条不符：历史被改写"
                )

    def _check_kept(self) -> None:
        for checkpoint in self.kept:
            if checkpoint.size > self.tree.size:
                raise Broken(f"您保存的{checkpoint}比导出长：末尾的记录没有导出")
            if self.last and checkpoint.origin != self.last.origin:
                raise Broken(
                    f"您保存的{checkpoint}来自 {checkpoint.origin}，不是这份存证"
                )

    def _check_count(self, position: int, line: bytes, data: Record) -> None:
        """A published count against ours at the size that it names."""
        self.statements += 1
        if data["size"] not in self.counts_at:
            raise Broken(f"计数所据的 {data['size']} 条多于此前的记录", position, line)
        said: Counter[str] = Counter()
        for reason, people in data["reasons"].items():
            if type(people) is not int:
                raise Broken(f"{reason} 的人数 {people} 不是整数", position, line)
            said["unfinished" if reason in UNFINISHED else reason] += people
        ours = self.counts_at[data["size"]].get(data["year"], Counter())
        wrong = [
            f"{GROUPS.get(group, group)} 公布 {said[group]}、算得 {ours[group]}"
            for group in [*GROUPS, *sorted(said.keys() - GROUPS.keys())]
            if said[group] != ours[group]
        ]
        if data["began"] != sum(ours.values()):
            wrong.append(f"开始学习 公布 {data['began']}、算得 {sum(ours.values())}")
        if wrong:
            how = f"{data['year']} 年度公布的人数与记录不符：{'；'.join(wrong)}"
            raise Broken(how, position, line)

    def _check_rule_copy(self) -> None:
        """rule.json is a copy of the recorded editions, for people to read."""
        try:
            copies = json.loads((self.folder / "rule.json").read_text("utf-8"))
            if type(copies) is not list:
                raise ValueError("不是一列规则")
        except (ValueError, RecursionError) as error:
            raise Broken(f"rule.json 读不出：{error}") from error
        for index, (position, data) in enumerate(self.editions):
            if copies[index : index + 1] != [data]:
                line = line_at(self.folder, position)
                raise Broken("rule.json 所载的规则与这条记录不同", position, line)
        if len(copies) > len(self.editions):
            raise Broken("rule.json 中有记录里没有的规则")


# ---- a few records, each with its path to a signed root


DOSSIER_PART = r'<script id="{}" type="application/json">(.*?)</script>'


@dataclass(frozen=True)
class Proof:
    """Records of one person, as the platform hands them out with their proofs."""

    note: str
    keys: list[str]
    records: list[tuple[str, int, list[bytes]]]
    waiting: list[str]
    papers: dict[str, str]  # in a dossier: what the digest of an exam is over


def read_proof(path: Path) -> Proof:
    """The file of a proof, or a dossier with one in it."""
    text = path.read_text("utf-8")
    papers = "{}"
    if text.lstrip().startswith("<"):
        parts = [
            re.search(DOSSIER_PART.format(name), text, re.DOTALL)
            for name in ("proof", "papers")
        ]
        text, papers = (part[1] if part else "" for part in parts)
    try:
        data, answers = json.loads(text), json.loads(papers)
        if data["format"] != "ankang-proof/1":
            raise ValueError(f"不认识的格式 {data['format']}")
        proof = Proof(
            data["checkpoint"],
            data["keys"],
            [
                (one["record"], one["position"], [*map(bytes.fromhex, one["proof"])])
                for one in data["records"]
            ],
            data["waiting"],
            answers,
        )
        _check_types(proof)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Broken(f"{path.name} 不是平台给出的证明或一人一档（{error}）") from error
    return proof


def _check_types(proof: Proof) -> None:
    """What is read from a file may be anything.

    :raises TypeError: a part is not of its type.
    """
    lists, answers = (proof.keys, proof.waiting), proof.papers
    if any(type(one) is not list for one in lists) or type(answers) is not dict:
        raise TypeError("公钥、记录、试卷的写法不对")
    texts = [proof.note, *proof.keys, *proof.waiting, *answers.values()]
    texts += [body for body, _, _ in proof.records]
    places = [position for _, position, _ in proof.records]
    if any(type(one) is not str for one in texts):
        raise TypeError("应为文字的不是文字")
    if any(type(one) is not int for one in places):
        raise TypeError("序号不是整数")


def root_from(leaf: bytes, position: int, size: int, steps: list[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, 2.1.3.2).

    :raises ValueError: the proof is too long or too short for its place.
    """
    place, last = position, size - 1
    if not 0 <= place <= last:
        raise ValueError(f"不在检查点的 {size} 条之内")
    for step in steps:
        if last == 0:
            raise ValueError("证明的哈希多了")
        if place & 1 or place == last:
            leaf = sha256(b"\x01" + step + leaf).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            leaf = sha256(b"\x01" + leaf + step).digest()
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("证明的哈希少了")
    return leaf


def check_proof(proof: Proof, signed: Checkpoint) -> list[Record]:
    """The records, each proven to be one person's and under the checkpoint.

    :raises Broken: the first that is not.
    """
    records: list[Record] = []
    for body, position, steps in proof.records:
        line = body.encode("utf-8", "surrogatepass") + b"\n"
        try:
            record = read_record(line)
            if root_from(leaf_hash(line), position, signed.size, steps) != signed.root:
                raise ValueError(f"不在{signed}里：记录或证明被改动过")
        except (ValueError, RecursionError) as error:
            raise Broken(str(error), position, line) from error
        records.append(record)
    if not records:
        raise Broken("里面没有一条已封存的记录，什么也证明不了")
    subjects = {record["subject"] for record in records}
    if len(subjects) > 1:
        raise Broken(f"证明里有不止一个人的记录：{'、'.join(sorted(subjects))}")
    return records


def check_papers(proof: Proof, records: list[Record]) -> int:
    """How many papers of a dossier are the ones handed in, by the digests on record.

    A paper whose record waits for the next checkpoint cannot be checked yet.

    :raises Broken: the answers differ, or nothing was recorded of such a paper.
    """
    digests = {
        record["source"]: record["data"]["digest"]
        for record in records
        if record["kind"] == "exam.handed_in"
    }
    waiting = " ".join(proof.waiting)
    for source, paper in proof.papers.items():
        text = paper.encode("utf-8", "surrogatepass")
        if source in digests and sha256(text).hexdigest() != digests[source]:
            raise Broken(f"试卷 {source} 的作答与交卷时登记的指纹不符")
        if source not in digests and f'"source":"{source}"' not in waiting:
            raise Broken(f"试卷 {source} 没有交卷的记录，证明不了")
    return len(proof.papers.keys() & digests.keys())


def report_proof(path: Path, keys: Keys | None, kept: Path | None) -> Iterator[str]:
    """Check a proof, and say what was checked.

    :raises Broken: something does not hold.
    """
    proof = read_proof(path)
    trusted = keys or keys_in(proof.keys, path.name)
    signed = _signed_by(proof, path.name, trusted)
    mine = list(read_checkpoints(kept, trusted)) if kept else []
    for one in mine:
        if one.size == signed.size and one.root != signed.root:
            raise Broken(f"您保存的{one}与证明里的根哈希不同：历史被改写")
    records = check_proof(proof, signed)
    papers = check_papers(proof, records)
    yield "核验通过。"
    yield f"{len(records)} 条记录都在{signed}里，由 {'、'.join(signed.signers)} 签名："
    for record, (_, position, _) in zip(records, proof.records):
        yield f"  序号 {position}  {record['at']}  {record['kind']}  {record['source']}"
    if proof.papers:
        yield f"{papers} 份试卷的作答与登记的指纹相符。"
    if proof.waiting:
        yield f"另有 {len(proof.waiting)} 条还没有封存，等下一个检查点。"
    if papers < len(proof.papers):
        yield f"其中有 {len(proof.papers) - papers} 份试卷的交卷记录，现在核不了。"
    if mine and all(one.size != signed.size for one in mine):
        yield "注意：您保存的检查点与证明里的条数不同，要核验整份导出才能对照。"
    yield "列出的都是真的；有没有漏掉的，要用整份导出核对。"


def _signed_by(proof: Proof, where: str, trusted: Keys) -> Checkpoint:
    """The one checkpoint of a proof, signed by a key that is trusted."""
    if not proof.note:
        raise Broken(f"{where} 里没有检查点，记录还没有封存")
    notes = list(checkpoints_in(proof.note.splitlines(True), where, trusted))
    if len(notes) != 1:
        raise Broken(f"{where} 里应有一个检查点，不是 {len(notes)} 个")
    return notes[0]


# ---- the command


def report(audit: Audit) -> Iterator[str]:
    """What was found, when everything holds."""
    last = audit.last
    yield "核验通过。"
    yield f"记录 {audit.tree.size:,} 条，检查点 {audit.checkpoints:,} 个，全部相符。"
    yield f"事实发生于 {audit.first_at} 至 {audit.last_at}（协调世界时）。"
    if last:
        yield f"来源 {last.origin}，最后的{last}由 {'、'.join(last.signers)} 签名，"
        yield f"根哈希 {base64.b64encode(last.root).decode()}"
    if audit.kept:
        yield f"您保存的 {len(audit.kept)} 个检查点，与导出一致。"
    if audit.statements:
        yield f"公布过的 {audit.statements} 次计数，与从记录重新计数一致。"
    else:
        yield "注意：记录里没有公布过人数，下面的人数没有可对照的。"
    for year, counts in sorted(audit.counts_at[audit.tree.size].items()):
        yield f"{year} 年度：开始学习 {sum(counts.values()):,} 人，其中"
        yield from (f"  {GROUPS[group]} {n:,}" for group, n in counts.items())
    for name, key_id in read_keys(audit.folder / "keys.txt").keys() - audit.keys.keys():
        yield f"注意：导出中另有公钥 {name}+{key_id.hex()}，不在您给的可信公钥之列。"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--proof", type=Path, help="只核验这份证明或一人一档")
    parser.add_argument("--keys", type=Path, help="自己另行取得的公钥文件")
    parser.add_argument("--checkpoint", type=Path, help="自己以前保存的检查点文件")
    options = parser.parse_args(arguments)
    try:
        if options.proof:
            keys = read_keys(options.keys) if options.keys else None
            lines = list(report_proof(options.proof, keys, options.checkpoint))
        else:
            keys = read_keys(options.keys or options.folder / "keys.txt")
            mine = options.checkpoint
            audit = Audit(
                options.folder, keys, list(read_checkpoints(mine, keys)) if mine else []
            )
            audit.run()
            lines = list(report(audit))
        print("\n".join(lines))
    except (Broken, FileNotFoundError, UnicodeDecodeError) as error:
        print(f"核验不通过：{error}")
        return 1
    if options.keys is None:
        where = "证明" if options.proof else "导出"
        print(f"注意：公钥取自{where}本身。请与自己另行取得的对照，或用 --keys 指定。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
