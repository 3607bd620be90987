"""Drawn scenes of the video lessons."""
