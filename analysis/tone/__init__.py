"""What `sentiment` is made of: VADER word by word, and the course of tone through a text."""
