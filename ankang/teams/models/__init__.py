"""The tables of friends and team seasons."""

from ankang.teams.models.friends import FriendBlock, FriendCard, Friendship
from ankang.teams.models.seasons import Season, SeasonMember, Team

__all__ = [
    "FriendBlock",
    "FriendCard",
    "Friendship",
    "Season",
    "SeasonMember",
    "Team",
]
