"""From a file to text: every format that can be added."""
