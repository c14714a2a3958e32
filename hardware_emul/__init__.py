"""What is noticed: emulated devices and wires between the truth and the office."""
