"""The parts of a MIG layout."""
