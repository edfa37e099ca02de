"""What `entities` is made of: the gazetteer, the rules for names, the alias ledger."""
