"""Benchmarks; see docs/measurements.md. Most compare two figures of one run, so that they hold on any machine."""
