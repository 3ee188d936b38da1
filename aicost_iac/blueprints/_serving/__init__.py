"""The parts of a model server: engines, memory, sizes, the pod and what stands around it."""
