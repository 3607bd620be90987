"""What the pages of friends and teams show."""
