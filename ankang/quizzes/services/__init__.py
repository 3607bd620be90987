"""What people do to the question bank."""
