"""What a bundle is made of: its record, its CSV, its pictures and pages, and their checking."""
