"""The parts of GPU monitoring."""
