"""The parts of what runs on SageMaker."""
