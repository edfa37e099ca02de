"""Arithmetic on integer codes that the measures share; none of it is public."""
