"""What is published: built, installed in fresh environments away from this checkout, and used there."""
