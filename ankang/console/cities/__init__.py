"""Loading a city folder: read, check everything, then save."""
