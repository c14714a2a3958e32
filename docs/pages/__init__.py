"""What writes the reference pages, one file for each kind of page."""
