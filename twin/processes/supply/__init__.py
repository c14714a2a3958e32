"""Supply: what truly lies on the shelves, how it leaves them, and how it comes."""
