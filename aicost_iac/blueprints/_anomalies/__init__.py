"""The parts of anomaly detection."""
