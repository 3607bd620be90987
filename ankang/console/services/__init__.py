"""What staff do in the console."""
