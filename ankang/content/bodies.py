"""What an author's text may hold, whoever or whatever wrote it."""

import re

import nh3

TAGS = {
    *("h2", "h3", "h4", "p", "br", "hr", "blockquote", "ul", "ol", "li"),
    *("strong", "b", "em", "i", "u", "s", "a", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
OWN_FILE = re.compile(r"/files/[0-9]+/?\Z")


def clean_body(html: str) -> str:
    """The text with everything taken out that is not on the list.

    Pictures come from our own files only, so no page tells another server who reads.
    Text without any markup becomes paragraphs.
    """
    if "<" not in html:
        return "".join(
            f"<p>{nh3.clean_text(line.strip())}</p>"
            for line in html.splitlines()
            if line.strip()
        )
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    ).strip()


def has_text(html: str) -> bool:
    """Is there anything to read?"""
    return bool(nh3.clean(html, tags=set()).replace("&nbsp;", " ").strip())


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not OWN_FILE.match(value):
        return None
    return value
