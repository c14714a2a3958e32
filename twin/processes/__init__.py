"""What happens over time: event methods on the state machines of the entities."""
