"""What authors and reviewers do with courseware."""
