"""Answers for the console's own pages."""
