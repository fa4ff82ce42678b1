"""The pure kernel: values in, values out.

No clock, no I/O, no logging, no threads and no randomness: every event carries its
time, and ``now`` is an argument. Importers elsewhere enforce this by contract.
"""
