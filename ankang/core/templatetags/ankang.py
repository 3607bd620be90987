"""Template tags and filters of every frame."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("core/sprite.svg"),
        name,
    )


@register.filter
def wan(amount: Decimal) -> str:
    """Yuan as 万元 with two decimals, for summaries."""
    return f"{amount / 10000:,.2f}"


@register.filter
def percent(fraction: float | Decimal) -> str:
    """0.349 → 34.9%"""
    return f"{fraction * 100:.1f}%"


@register.filter
def duration(seconds: int) -> str:
    """200 → 3 分 20 秒"""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"


@register.filter
def clock(seconds: int) -> str:
    """200 → 3:20"""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@register.simple_tag(takes_context=True)
def querystring_with(context: template.RequestContext, **changes: object) -> str:
    """The page's query string with some keys changed; None drops a key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"
