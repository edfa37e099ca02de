"""Charts: each `plot_*` draws the table of the measure it is named after, and nothing else."""

from analysis.charts.agency import plot_agency
from analysis.charts.barcode import plot_barcode
from analysis.charts.fates import plot_quote_fates
from analysis.charts.heatmap import plot_heatmap
from analysis.charts.keyness import plot_keyness
from analysis.charts.keywords import plot_keywords
from analysis.charts.multiples import plot_small_multiples
from analysis.charts.network import plot_network
from analysis.charts.sentiment import plot_sentiment, plot_sentiment_arc
from analysis.charts.shares import plot_shares
from analysis.charts.shift import plot_word_shift
from analysis.charts.stance import plot_stance
from analysis.charts.targets import plot_targets
from analysis.charts.terms import plot_terms
from analysis.charts.trends import plot_over_text, plot_over_time
from analysis.charts.voices import plot_voice_tone, plot_voices

__all__ = [
    "plot_agency",
    "plot_barcode",
    "plot_heatmap",
    "plot_keyness",
    "plot_keywords",
    "plot_network",
    "plot_over_text",
    "plot_over_time",
    "plot_quote_fates",
    "plot_sentiment",
    "plot_sentiment_arc",
    "plot_shares",
    "plot_small_multiples",
    "plot_stance",
    "plot_targets",
    "plot_terms",
    "plot_voice_tone",
    "plot_voices",
    "plot_word_shift",
]
