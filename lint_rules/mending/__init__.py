"""Applies fixes: rounds in memory, each linted again, then files as a whole."""
