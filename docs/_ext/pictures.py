"""What the gallery shows: layers that are made once, and the lines that make figures of them."""

from __future__ import annotations

from typing import NamedTuple

LAYERS = {  # in this order; a figure's code begins with those that it needs
    "documents": 'documents = da.read_corpus("corpus").documents',
    "tokens": "tokens = da.tokenize(documents)",
    "sentences": "sentences = da.split_sentences(documents)",
    "scores": "scores = da.score_sentiment(sentences)",
    "found": "found = da.find_entities(documents)",
    "mentions": 'mentions = da.apply_aliases(found, da.read_aliases("corpus/aliases.csv"))',
    "tagged": "tagged = da.annotate(documents).tokens",
    "quotes": "quotes = da.find_quotes(documents, tagged=tagged, mentions=mentions)",
    "voiced": "voiced = da.add_voices(tagged, quotes, documents=documents)",
    "targets": "targets = da.score_targets(documents, mentions, sentences=sentences)",
    "persons": "persons = da.add_pronouns(mentions, documents=documents)",
    "namings": "namings = da.find_namings(\n"
    "    persons, tokens=voiced, documents=documents, quotes=quotes\n)",
    "groups": 'groups = da.read_term_groups("corpus/term-groups.yml")',
}


class Picture(NamedTuple):
    """A figure of the gallery."""

    name: str
    title: str
    notebook: str  # the how-to page of that notebook
    statistic: str  # page and anchor below statistics/
    code: str  # the last line leaves an Axes or a Figure in `figure`


PICTURES = (
    Picture(
        "terms",
        "Words for the same thing, by group",
        "02-terms",
        "frequency.md#rates",
        """
rates = da.count_term_groups(tokens, groups, by="side", documents=documents)
figure = da.plot_terms(rates)
""",
    ),
    Picture(
        "barcode",
        "Where in a text",
        "02-terms",
        "frequency.md#over-the-text",
        """
article = tokens[tokens["doc"] == "rt-2024-05-15"]
figure = da.plot_barcode(da.find_positions(article, groups))
""",
    ),
    Picture(
        "over-text",
        "From the first line to the last",
        "02-terms",
        "frequency.md#over-the-text",
        """
over = da.count_over_text(tokens, ["war", "peace*", "talks"], bins=5)
figure = da.plot_over_text(over)
""",
    ),
    Picture(
        "over-time",
        "Over the dates of publication",
        "02-terms",
        "frequency.md#over-time",
        """
recent = documents[documents["published"] >= "2023-01-01"]
over = da.count_over_time(
    tokens[tokens["doc"].isin(recent["doc"])],
    {"war": ["war", "wars"], "peace": ["peace*"]},
    documents=recent,
    every="month",
)
figure = da.plot_small_multiples(over, "plot_over_time", by="term", columns=2)
""",
    ),
    Picture(
        "keyness",
        "Keywords: how large a difference, how sure",
        "03-keywords-and-contexts",
        "keyness.md",
        """
keywords = da.compare_terms(tokens, by="side", documents=documents, target="russia")
figure = da.plot_keyness(keywords)
""",
    ),
    Picture(
        "keywords",
        "Keywords of every group",
        "03-keywords-and-contexts",
        "keyness.md",
        """
keywords = da.compare_terms(tokens, by="side", documents=documents)
figure = da.plot_keywords(keywords, top=6)
""",
    ),
    Picture(
        "collocates",
        "The company that words keep",
        "03-keywords-and-contexts",
        "collocation.md",
        """
edges = da.find_collocate_network(
    tokens, ["peace", "talks", "guarantees"], stop_words=da.stop_words(), top=6, min_count=2
)
figure = da.plot_network(edges)
""",
    ),
    Picture(
        "sentiment",
        "The tone of words, by group",
        "04-sentiment",
        "sentiment.md#the-tone-of-words",
        """
by_side = da.summarise_sentiment(scores, by="side", documents=documents)
figure = da.plot_sentiment(by_side)
""",
    ),
    Picture(
        "targets",
        "How sentences speak of names",
        "04-sentiment",
        "sentiment.md#sentiment-toward-a-target",
        """
by_side = da.summarise_targets(targets, by="side", documents=documents)
figure = da.plot_targets(by_side, min_count=5, top=10)
""",
    ),
    Picture(
        "arc",
        "The course of tone through a text",
        "04-sentiment",
        "sentiment.md#the-course-of-tone",
        """
article = scores[scores["doc"] == "rt-2024-05-15"]
figure = da.plot_sentiment_arc(da.score_arc(article, bins=5))
""",
    ),
    Picture(
        "word-shift",
        "Which words make the difference in tone",
        "04-sentiment",
        "sentiment.md#word-shift",
        """
shift = da.compare_sentiment(
    sentences, by="side", documents=documents, target="china", reference="west"
)
figure = da.plot_word_shift(shift, top=15)
""",
    ),
    Picture(
        "entities",
        "Who is named, by group",
        "05-entities",
        "entities.md#mentions-per-thousand-words",
        """
people = mentions[mentions["label"] == "PERSON"]
top = people["entity"].value_counts().index[:6]
by_side = da.count_entities(
    people[people["entity"].isin(top)], tokens=tokens, by="side", documents=documents
)
figure = da.plot_terms(by_side, item="entity")
""",
    ),
    Picture(
        "heatmap",
        "Names in documents",
        "05-entities",
        "entities.md#mentions-per-thousand-words",
        """
by_document = da.count_entities(mentions, tokens=tokens, by="doc", confidence=None)
named = by_document[by_document["count"] > 0]
figure = da.plot_heatmap(named, row="entity", column="doc", top=15)
""",
    ),
    Picture(
        "pairs",
        "Who is named together",
        "05-entities",
        "entities.md#named-together",
        """
pairs = da.count_entity_pairs(mentions, within="sentence")
figure = da.plot_network(pairs.head(40))
""",
    ),
    Picture(
        "voices",
        "Who is given how many words",
        "07-voices",
        "voices.md#share-of-voice",
        """
figure = da.plot_voices(da.count_voices(voiced))
""",
    ),
    Picture(
        "voices-by-part",
        "Who speaks first",
        "07-voices",
        "voices.md#share-of-voice",
        """
parts = da.add_parts(voiced, documents=documents)
by_part = da.count_voices(parts, by="part", split_speech=False)
figure = da.plot_shares(by_part, row="part", part="voice")
""",
    ),
    Picture(
        "verbs",
        "With which verbs speakers are introduced",
        "07-voices",
        "voices.md#verbs-of-saying",
        """
cues = da.count_cues(quotes, by="speaker", min_count=4)
figure = da.plot_shares(cues, row="speaker", part="cue_class")
""",
    ),
    Picture(
        "arc-by-voice",
        "The course of tone, writer and speakers apart",
        "07-voices",
        "sentiment.md#the-course-of-tone",
        """
both = da.merge_voices(da.add_voices(scores, quotes, documents=documents))
arc = da.score_arc(both, bins=5, by="voices")
figure = da.plot_sentiment_arc(arc[arc["voices"] != "headline"])
""",
    ),
    Picture(
        "evaluators",
        "Who evaluates whom",
        "08-who-evaluates-whom",
        "sentiment.md#sentiment-toward-a-target",
        """
heard = da.merge_voices(
    da.add_voices(targets, quotes, documents=documents), keep=["Vladimir Putin", "Xi Jinping"]
)
by_voice = da.summarise_targets(heard, by="voices")
figure = da.plot_targets(by_voice, min_count=3, top=10)
""",
    ),
    Picture(
        "voice-tone",
        "How much of the tone was somebody's quotation",
        "08-who-evaluates-whom",
        "sentiment.md#tone-by-voice",
        """
words = da.find_sentiment_words(sentences)
tone = da.score_tone_by_voice(words, tokens=voiced, by="side", documents=documents)
figure = da.plot_sentiment(tone)
""",
    ),
    Picture(
        "naming",
        "By which strategies actors are named",
        "09-naming-and-agency",
        "naming-and-agency.md#shares-of-names",
        """
actors = ["Vladimir Putin", "Russia", "Ukraine", "China"]
by_strategy = da.count_namings(namings, item="strategy", actors=actors)
figure = da.plot_shares(by_strategy, row="actor", part="strategy")
""",
    ),
    Picture(
        "agency",
        "Who acts, and who is acted upon",
        "09-naming-and-agency",
        "naming-and-agency.md#agency",
        """
clauses = da.find_clauses(voiced, namings, documents=documents)
figure = da.plot_agency(da.count_agency(clauses, process="material"), top=10)
""",
    ),
    Picture(
        "stance",
        "Must, perhaps, not: stance by voice",
        "09-naming-and-agency",
        "naming-and-agency.md#stance",
        """
stance = da.count_stance(da.merge_voices(voiced), by="voices")
figure = da.plot_stance(stance[(stance["base"] > 0) & (stance["category"] != "pronouns")])
""",
    ),
    Picture(
        "fates",
        "What becomes of a statement",
        "10-quote-fate",
        "quote-fate.md",
        """
aligned = da.align_quotes(quotes, documents=documents, min_words=2)
fates = da.find_quote_fates(aligned, quotes=quotes, documents=documents, columns="outlet")
versions = fates[fates["fate"] != "dropped"]
most = versions["outlet"].value_counts().index[:10]
figure = da.plot_quote_fates(fates[fates["outlet"].isin(most)], column="outlet", top=10)
""",
    ),
)
