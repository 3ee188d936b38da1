"""One runnable file per idea, each with its expected output beside it."""
