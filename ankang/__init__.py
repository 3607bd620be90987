"""Ankang (安康): a city's work-injury-prevention programme."""
