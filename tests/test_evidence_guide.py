"""The guide to checking the log by oneself lists what the log can hold."""

import re

from ankang.evidence.kinds import DATA_KEYS, Kind
from ankang.evidence.views import GUIDE

ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_the_guide_lists_every_kind_of_record_with_its_name_and_its_keys() -> None:
    listed = [
        (kind, label, re.findall(r"`(\w+)`", keys))
        for kind, label, keys in ROW.findall(GUIDE.read_text(encoding="utf-8"))
    ]

    assert listed == [
        (kind.value, kind.label, sorted(DATA_KEYS[kind])) for kind in Kind
    ]
