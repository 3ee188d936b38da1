"""Kubernetes: builders of objects, and the YAML they are written as."""
