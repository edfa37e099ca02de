"""Private parts of the measures of stance, agency and explanations: lists, hits, trees, roles."""
