"""The tabs of the panel: what can be set in each, which layers it needs, and how it answers."""

from analysis.panel.tabs import texts, words

TABS = {
    "Terms": words.TERMS,
    "Contexts": words.CONTEXTS,
    "Keywords": words.KEYWORDS,
    "Collocates": words.COLLOCATES,
    "Sentiment": texts.SENTIMENT,
    "Entities": texts.ENTITIES,
    "Voices": texts.VOICES,
    "Text": texts.TEXT,
}
