"""The private parts of `voices`: marks, cues, attribution, speakers, and the voice of a span."""
