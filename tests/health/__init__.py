"""What operations may ask."""
