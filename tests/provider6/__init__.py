"""What is emitted, held against the newest AWS provider: no plan is made, its schema is read."""
