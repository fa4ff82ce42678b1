"""What users declare: steps, workflows, and the state that travels between them."""
