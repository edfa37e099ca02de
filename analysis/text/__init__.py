"""Where tokens are made: sentences, tokens, their index and the search in them."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "lexicons": ("read_lexicon",),
        "nltk": ("to_conditional_freqdist", "to_freqdist", "to_nltk_text"),
        "tokens": ("split_sentences", "stop_words", "tokenize"),
    },
)
