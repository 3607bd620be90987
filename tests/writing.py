"""What the form of one question sends, kind by kind."""

from typing import Any

Sent = dict[str, Any]


def sent(kind: str = "single", *parts: Sent, **fields: Any) -> Sent:
    """The form of a practice question in good order."""
    plain = {
        "purpose": "practice",
        "kind": kind,
        "stem": "下罐之前先做什么？",
        "explanation": "先通风。",
        "difficulty": "2",
    }
    merged = {**plain}
    for part in parts:
        merged |= part
    return merged | fields


def options(*texts: str, right: str = "") -> Sent:
    """Rows of options or steps; `right` are the numbers of the marked ones."""
    rows = {f"option-{key}-text": text for key, text in enumerate(texts)}
    keys = [str(key) for key in range(len(texts))]
    return {"option": keys, "right": list(right), **rows}


def blanks(*texts: str) -> Sent:
    """Rows of blanks, the accepted texts of each one a line."""
    rows = {f"blank-{key}-texts": text for key, text in enumerate(texts)}
    return {"blank": [str(key) for key in range(len(texts))], **rows}


def hazards(*rows: Sent, picture: str = "") -> Sent:
    """Rows of hazards in a picture."""
    found: Sent = {"hazard": [str(key) for key in range(len(rows))], "picture": picture}
    for key, row in enumerate(rows):
        placed = {"name": "地上的油", "x": "70", "y": "80.5", "r": "6", "why": ""} | row
        found |= {f"hazard-{key}-{name}": text for name, text in placed.items()}
    return found
