"""Measurements, as ratios in one run; see docs/measurements.md."""
