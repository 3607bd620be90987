"""How often somebody may do something, counted in the shared cache."""

from django.core.cache import cache


def is_within_limit(key: str, *, most: int, seconds: int) -> bool:
    """Count one more use of `key`; False from the one after `most` in a span."""
    name = f"limit:{key}"
    if cache.add(name, 1, timeout=seconds):
        return True
    try:
        return bool(cache.incr(name) <= most)
    except ValueError:
        # the span ended between the two calls
        cache.set(name, 1, timeout=seconds)
        return True
