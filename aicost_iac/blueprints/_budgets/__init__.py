"""The parts of a budget ladder."""
