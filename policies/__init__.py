"""What is decided: the contract, the controller and the rules. Runs alone in a real controller."""

__version__ = "0.1.0"
