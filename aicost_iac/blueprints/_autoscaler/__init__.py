"""The parts of an autoscaler: triggers, their metrics, the target, and the ScaledObject."""
