"""A slow and obvious model of a desk, and a random clerk who works on it and on the real one at the same time."""
