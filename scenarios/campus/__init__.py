"""What a campus file speaks of: its calendar, its buildings and ways, its people's shifts and phones."""
