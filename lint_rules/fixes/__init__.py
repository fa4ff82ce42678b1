"""What rules build fixes with: trees whose nodes know their place in the text."""
