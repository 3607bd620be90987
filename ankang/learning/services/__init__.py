"""What people do here: watch a lesson, answer, sit an exam, edit a course."""
