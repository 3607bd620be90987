"""Drawings (SVG) that hold shapes and nothing else: no script, nothing from outside."""

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
