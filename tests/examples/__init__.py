"""Relying parties that nobody here wrote: the examples of docs/integrators.md, and strict libraries."""
