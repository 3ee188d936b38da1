"""The parts of a pool of GPU nodes."""
