"""Addresses of retests."""
