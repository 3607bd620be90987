"""Each signal is a small function over the facts of one day."""
