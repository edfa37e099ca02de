"""The tabs of the panel: what can be set in each, which layers it needs, and how it answers."""
