"""What people and the timer do with friends and seasons."""
