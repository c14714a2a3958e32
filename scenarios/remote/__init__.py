"""A host somewhere else decides for the simulated campus: asked over HTTP or MQTT, watched, compared with the simulation."""
