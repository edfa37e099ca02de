"""The panel for exploring a corpus in JupyterLab."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"coding": ("open_coding",), "explorer": ("explore",)}
)
