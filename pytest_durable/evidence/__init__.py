"""Evidence of what a step wrote and read outside its state."""
