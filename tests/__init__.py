"""Tests mirror the package, room for room; `machine` starts the real parts that they run on."""
