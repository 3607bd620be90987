"""Acts on cases: finding signals, deciding, objecting."""
