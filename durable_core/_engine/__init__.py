"""The engine: records what the kernel decides, and does what it commands."""
