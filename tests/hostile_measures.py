"""Every measure and every chart, made of the hostile corpus or of its harmless twin."""

from __future__ import annotations

from typing import Any

import hostile_corpus as made
import pandas as pd

import analysis as da

Table = pd.DataFrame


def measure(documents: Table, *, hostile: bool = True) -> dict[str, Table]:
    """Each measure once, by its name (and a number where there are several)."""
    room = {"documents": documents, "sentences": da.split_sentences(documents)}
    room["tokens"] = da.tokenize(documents)
    names = list(made.PLACES.values())
    groups = {names[n][0 if hostile else 1]: [term] for n, term in enumerate(TERMS)}
    room |= _terms(documents, room["tokens"], groups)
    room |= _sentiment(documents, room["sentences"])
    room |= _names(documents, room, hostile)
    room |= _voices(documents, room)
    room |= _acting(documents, room)
    return room


TERMS = ("peace", "war", "harbour", "script")


def _terms(documents: Table, tokens: Table, groups: dict[str, list[str]]) -> dict[str, Table]:
    side: dict[str, Any] = {"by": "side", "documents": documents}
    contexts = da.find_contexts(tokens, "peace", documents=documents, columns=["outlet", "title"])
    return {
        "count_terms": da.count_terms(tokens, stop_words=da.stop_words()),
        "count_terms by": da.count_terms(tokens, terms=["peace", "war"], **side),
        "count_term_groups": da.count_term_groups(tokens, groups, **side),
        "score_tfidf": da.score_tfidf(tokens, by="side", documents=documents),
        "score_dispersion": da.score_dispersion(tokens),
        "score_diversity": da.score_diversity(tokens, window=42, **side),
        "score_readability": da.score_readability(tokens, **side),
        "count_over_time": da.count_over_time(tokens, groups, documents=documents),
        "count_over_text": da.count_over_text(tokens, groups, bins=4),
        "find_positions": da.find_positions(tokens, groups),
        "count_ngrams": da.count_ngrams(tokens, by="outlet", documents=documents),
        "compare_terms": da.compare_terms(tokens, by="side", documents=documents, min_documents=1),
        "compare_rates": da.compare_rates(tokens, groups, **side),
        "compare_groups": da.compare_groups(
            da.count_term_groups(tokens, groups, **side), reference=documents["side"].iloc[0]
        ),
        "compare_collocates": da.compare_collocates(tokens, "peace", min_count=1, **side),
        "compare_presence": da.compare_presence(tokens, str(documents["doc"].iloc[0])),
        "find_key_differences": da.find_key_differences(
            da.Corpus(documents), by="side", kinds=["words", "tone"], permutations=199, every=True
        ),
        "find_contexts": contexts,
        "find_collocates": da.find_collocates(tokens, "peace", min_count=1),
        "find_collocate_network": da.find_collocate_network(tokens, groups, min_count=1),
        "find_passages": da.find_passages(
            da.find_collocates(tokens, "peace", min_count=1), documents, collocate="we"
        ),
        "score_similarity": da.score_similarity(tokens, by="side", documents=documents),
        "score_correspondence": da.score_correspondence(tokens, min_documents=1),
        "vary": da.vary(
            da.count_terms,
            tokens,
            terms=["peace"],
            null=1,
            documents=documents,
            choices={"confidence": [0.95, 0.8]},
            leave_out="documents",
        ),
        "find_near_duplicates": da.find_near_duplicates(documents),
    }


def _sentiment(documents: Table, sentences: Table) -> dict[str, Table]:
    scores = da.score_sentiment(sentences)
    sides = documents["side"].unique()
    return {
        "score_sentiment": scores,
        "summarise_sentiment": da.summarise_sentiment(scores, by="outlet", documents=documents),
        "score_arc": da.score_arc(scores, bins=3, by="side", documents=documents),
        "find_sentiment_words": da.find_sentiment_words(sentences),
        "compare_sentiment": da.compare_sentiment(
            sentences, by="side", documents=documents, target=sides[0], reference=sides[1]
        ),
    }


def _names(documents: Table, room: dict[str, Table], hostile: bool) -> dict[str, Table]:
    tagged = da.annotate(documents, cache=False).tokens
    found = da.find_entities(documents)
    called = (made.HANDLER, made.FORMULA) if hostile else ("Anna Berg", "Kari Dahl")
    aliases = pd.DataFrame(
        {
            "variant": ["Anna Berg", "Berg", "Kari Dahl", "Dahl"],
            "entity": [called[0], called[0], called[1], called[1]],
            "label": "PERSON",
        }
    )
    mentions = da.apply_aliases(found, aliases)
    targets = da.score_targets(documents, mentions, sentences=room["sentences"], cache=False)
    return {
        "annotate": tagged,
        "find_entities": mentions,
        "count_entities": da.count_entities(
            mentions, tokens=room["tokens"], by="side", documents=documents
        ),
        "count_entity_pairs": da.count_entity_pairs(mentions),
        "score_targets": targets,
        "summarise_targets": da.summarise_targets(targets, by="outlet", documents=documents),
        "find_passages targets": da.find_passages(targets, documents, entity=called[0]),
    }


def _voices(documents: Table, room: dict[str, Table]) -> dict[str, Table]:
    quotes = da.find_quotes(documents, tagged=room["annotate"], mentions=room["find_entities"])
    tokens = da.add_voices(room["annotate"], quotes, documents=documents)
    by: dict[str, Any] = {"by": "outlet", "documents": documents}
    fates = da.find_quote_fates(quotes, documents=documents, columns="outlet")
    marked = da.find_marked_words(documents, tagged=room["annotate"], quotes=quotes)
    words = room["find_sentiment_words"]
    return {
        "find_quotes": quotes,
        "voiced": tokens,
        "count_voices": da.count_voices(tokens),
        "count_voices by": da.count_voices(tokens, split_speech=False, **by),
        "count_cues": da.count_cues(quotes),
        "count_quotes": da.count_quotes(quotes, tokens=room["tokens"], **by),
        "find_marked_words": marked,
        "count_marked_words": da.count_marked_words(marked, tokens=room["tokens"], **by),
        "score_tone_by_voice": da.score_tone_by_voice(words, voiced=tokens, **by),
        "find_quote_fates": fates,
        "count_fates": da.count_fates(fates, by="outlet"),
    }


def _acting(documents: Table, room: dict[str, Table]) -> dict[str, Table]:
    voiced, mentions, quotes = room["voiced"], room["find_entities"], room["find_quotes"]
    by: dict[str, Any] = {"by": "side", "documents": documents}
    named = da.find_namings(documents, mentions, voiced=voiced, quotes=quotes)
    said = da.find_predications(voiced, mentions=named)
    clauses = da.find_clauses(voiced, named, documents=documents)
    acts = da.find_evaluations(voiced, mentions, documents=documents)
    reasons = da.find_explanations(room["annotate"], quotes=quotes, documents=documents)
    return {
        "find_namings": named,
        "count_namings": da.count_namings(named, **by),
        "find_predications": said,
        "count_predications": da.count_predications(said, **by),
        "compare_predications": da.compare_predications(said, min_count=1, **by),
        "find_clauses": clauses,
        "find_evaluations": acts,
        "count_evaluations": da.count_evaluations(acts),
        "count_agency": da.count_agency(clauses),
        "find_stance": da.find_stance(voiced),
        "count_stance": da.count_stance(voiced, **by),
        "find_explanations": reasons,
        "find_vague_actors": da.find_vague_actors(voiced),
    }


# chart: the measure that it draws, and its options
CHARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plot_terms": ("count_terms", {"top": 30}),
    "plot_terms groups": ("count_term_groups", {}),
    "plot_terms entities": ("count_entities", {"item": "entity", "by": "side"}),
    "plot_over_time": ("count_over_time", {}),
    "plot_over_text": ("count_over_text", {}),
    "plot_barcode": ("find_positions", {}),
    "plot_keyness": ("compare_terms", {}),
    "plot_keywords": ("compare_terms", {"alpha": 1.0}),
    "plot_differences": ("compare_rates", {}),
    "plot_network": ("find_collocate_network", {}),
    "plot_network names": ("count_entity_pairs", {}),
    "plot_heatmap": ("count_entities", {"row": "entity", "column": "side"}),
    "plot_small_multiples": ("count_over_text", {"plot": "plot_over_text", "by": "term"}),
    "plot_sentiment": ("summarise_sentiment", {}),
    "plot_sentiment_arc": ("score_arc", {}),
    "plot_word_shift": ("compare_sentiment", {}),
    "plot_targets": ("summarise_targets", {"min_count": 1}),
    "plot_evaluations": ("count_evaluations", {}),
    "plot_voices": ("count_voices", {}),
    "plot_shares": ("count_voices by", {"row": "outlet", "part": "voice"}),
    "plot_sentiment voices": ("score_tone_by_voice", {}),
    "plot_quote_fates": ("find_quote_fates", {"column": "outlet"}),
    "plot_agency": ("count_agency", {}),
    "plot_stance": ("count_stance", {}),
    "plot_specification_curve": ("vary", {}),
    "plot_similarity": ("score_similarity", {}),
    "plot_correspondence": ("score_correspondence", {}),
}


def draw(chart: str, room: dict[str, Table]) -> Any:
    """A chart of a measure: its Axes or its Figure."""
    of, options = CHARTS[chart]
    table = room[of]
    if chart == "plot_keyness":  # one target against the rest
        table = table[table["target"] == table["target"].iloc[0]]
    return getattr(da, chart.split()[0])(table, **options)
