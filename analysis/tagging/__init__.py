"""What `annotate` is made of: the bundled model, words, windows, decoding, the cache."""
