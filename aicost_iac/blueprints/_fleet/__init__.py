"""The parts of a training fleet."""
