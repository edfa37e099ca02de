"""What `corpus` and `readers` are made of: pages, dates, the manifest, lists, adding files."""
