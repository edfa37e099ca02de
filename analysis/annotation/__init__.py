"""The bundled model: parts of speech, grammar, names and sentiment toward a target."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, {"annotator": ("annotate",)})
