"""The tables of points."""

from ankang.points.models.boards import BoardBucket, BoardPlace, BoardState
from ankang.points.models.ledger import (
    PointAccount,
    PointChoice,
    PointDay,
    PointEntry,
    may_correct_points,
)
from ankang.points.models.medals import Medal, MedalLoss
from ankang.policies.acts import Act

__all__ = [
    "Act",
    "BoardBucket",
    "BoardPlace",
    "BoardState",
    "Medal",
    "MedalLoss",
    "PointAccount",
    "PointChoice",
    "PointDay",
    "PointEntry",
    "may_correct_points",
]
