"""What people do in practice: begin a group, answer it, leave it."""
