"""What the measures of voices, of quotations' fates and of naming share; none of it is public."""
