"""Drawings (SVG) that hold shapes and nothing else: no script, nothing from outside."""

import math
import re
from xml.etree import ElementTree

PREFIX = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    [
        "svg",
        "g",
        "defs",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "use",
        "symbol",
    ]
)
# A document type could name entities: files of this machine, or a bomb.
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|@import", re.IGNORECASE)
LINKS = frozenset({"href", "src"})


def is_plain_drawing(content: bytes) -> bool:
    """Is it an SVG of shapes alone, that runs nothing and fetches nothing?"""
    if DECLARATION.search(content):
        return False
    try:
        root = ElementTree.fromstring(content.decode("utf-8-sig"))  # noqa: S314
    except (ElementTree.ParseError, UnicodeDecodeError):
        return False
    return root.tag == f"{PREFIX}svg" and all(map(_is_plain, root.iter()))


def drawn_proportion(content: bytes) -> float | None:
    """Height by width, from the viewBox, else from the size; None if it says neither."""
    root = ElementTree.fromstring(content.decode("utf-8-sig"))  # noqa: S314
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) == len(("x", "y", "width", "height")):
        texts = box[2:]
    else:
        texts = [root.get("width", "").removesuffix("px")]
        texts.append(root.get("height", "").removesuffix("px"))
    try:
        width, height = (float(one) for one in texts)
    except ValueError:
        return None
    is_size = math.isfinite(width) and math.isfinite(height) and min(width, height) > 0
    return height / width if is_size else None


def _is_plain(element: ElementTree.Element) -> bool:
    tag = str(element.tag)
    return (
        tag.startswith(PREFIX)
        and tag.removeprefix(PREFIX) in SHAPES
        and all(_is_harmless(name, value) for name, value in element.attrib.items())
    )


def _is_harmless(name: str, value: str) -> bool:
    plain = name.rsplit("}", 1)[-1].lower()
    if plain.startswith("on") or OUTSIDE.search(value):
        return False
    return plain not in LINKS or value.strip().startswith("#")
