"""Exploring a corpus step by step: questions become recipes, which are run and printed alike."""
