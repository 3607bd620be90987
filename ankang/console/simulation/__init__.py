"""A synthetic city for looking at every screen at size. Nobody in it is real."""
