"""What `fetch` is made of: addresses, politeness, the journal, reading and doubting pages."""
