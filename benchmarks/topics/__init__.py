"""What is measured, a topic a file."""
