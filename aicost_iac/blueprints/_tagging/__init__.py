"""One taxonomy of cost tags, in every place that has to know it."""
