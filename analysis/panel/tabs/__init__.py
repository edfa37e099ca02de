"""The tabs of the panel."""
