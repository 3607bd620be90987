"""What people and the timer do with points."""

from ankang.points.reckoning import Award, Gain
from ankang.points.services.awarding import award, award_all

__all__ = ["Award", "Gain", "award", "award_all"]
