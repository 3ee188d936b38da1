"""The parts of an inference pipeline: router, cache, embeddings, and what they know of each other."""
