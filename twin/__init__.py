"""What is true: the campus, its people, things and processes."""
