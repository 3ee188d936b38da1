"""Commands of `aicost` that are imported only when they are asked for."""
