"""Reading a table of whole numbers from an edition."""

from typing import Any


def table_of(name: str, raw: object) -> dict[str, Any]:
    """The table itself.

    :raises ValueError: it is no table.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"参数 {name} 的值不对：应为一组数值")
    return raw


def whole_in(
    where: str, values: dict[str, Any], name: str, *, least: int, most: int
) -> int:
    """A whole number within its bounds.

    :raises ValueError: missing, no whole number, or out of bounds; it is named.
    """
    raw = values.get(name)
    if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
        raise ValueError(
            f"参数 {where} 里 {name} 的值不对：{raw!r}，应为 {least} 到 {most} 的整数"
        )
    return raw
