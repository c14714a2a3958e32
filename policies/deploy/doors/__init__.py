"""Doors of the host: how a site's systems tell it events and hear its commands (HTTP, MQTT)."""
