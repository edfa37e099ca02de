"""One file per tab: its controls, the layers it needs, and its recipe."""
