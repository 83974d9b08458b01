"""Benchmarks: each measures the real program on a scratch town and prints figures with target and floor."""
