"""What `checking` is made of: what can be wrong with a text, with its facts, with a folder."""
