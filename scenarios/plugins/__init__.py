"""Rules of other people: the project a new one starts from."""
