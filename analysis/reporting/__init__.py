"""The report's private parts: layers, figures with their evidence, and the page around them."""
