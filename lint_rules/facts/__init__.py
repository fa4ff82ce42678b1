"""What one module says, as plain frozen values, read with `ast`."""
