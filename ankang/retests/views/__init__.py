"""Pages of retests."""
