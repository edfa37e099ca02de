"""What `same_tables.py` compares: the texts, the arguments and the list of cases.

In the lists, a line at the margin is a call before the refactoring, and after `->` the call that
takes its place (the same one where nothing is said, `gone` where there is none). The lines under it
are further arguments, `|` between one case and the next, which stand for the dots. A call with a
name before it keeps its table by that name for the calls below. Names in capitals are arguments.
The old column `voices` is called voice_group in the arguments of both sides.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml
from texts import default_folder

BUNDLED = Path(__file__).resolve().parents[1] / "corpus"
WIKINEWS = default_folder().parent / "wikinews"
ARGUMENTS = """
all:
  LEXICON: {war: -2.9, peace: 2.5, good: 1.9, new: 0.5, not: -0.4, killed: -3.0, conflict: -1.5}
  STANCE:
    - {category: modality, subcategory: obligation, item: must}
    - {category: modality, subcategory: prediction, item: will}
    - {category: boosters, subcategory: certainty, item: of course}
  MARKERS:
    - {item: because, class: causal, grammar: clause}
    - {item: because of, class: causal, grammar: noun}
  FREQUENCIES: {term: [the, of, said, war], count: [60000, 30000, 3000, 300], base: 1000000}
  VALUES: {outlet: Some outlet, country: US, side: a, genre: news, language: en, licence: CC BY}
  VARIANTS: {Kiev: Kyiv, Putin: Vladimir Putin, U.S.: United States, Sea Org: Scientology}
  LABELLED:
    - {variant: peace summit, entity: Peace Summit, label: ORG}
    - {variant: Kiev, entity: Kyiv, label: PLACE}
    - {variant: space shuttle, entity: Space Shuttle, label: MISC}
  FORMS:
    - {actor: Russia, strategy: role, form: the aggressor, patterns: aggressor|aggressors}
    - {actor: Ukraine, strategy: metonym, form: Kyiv, patterns: Kyiv|Kiev}
    - {actor: NASA, strategy: role, form: the space agency, patterns: space agency}
bundled: {TARGET: russia, REFERENCE: ukraine, ARTICLE: rt-2024-05-15, NODE: peace, CASED: Peace,
  COLLOCATE: talks, PHRASE: peace *, REGEX: "negotiat(e|ions?)", NEAR: talk*,
  NODES: [peace, talks, guarantees], QUERIES: [peace, security guarantee*, talks, zzyzx],
  GROUPS: {war: [war, wars, warfare], talks: [talks, negotiat*], never: [zzyzx],
    operation: [special military operation, military operation]},
  ACTORS: [Vladimir Putin, Russia, Ukraine, China], SPEAKERS: [Vladimir Putin, Volodymyr Zelensky]}
wikinews: {TARGET: a, REFERENCE: c, ARTICLE: news_nasa, NODE: said, CASED: US,
  COLLOCATE: "not", PHRASE: the * of, REGEX: "(govern|govern.*)ments?", NEAR: govern*,
  NODES: [scientology, space, people], QUERIES: [new, space shuttle*, said, zzyzx],
  GROUPS: {faith: [church*, scientology, religious], state: [government*, united states],
    new: [new], never: [zzyzx]},
  ACTORS: [NASA, Scientology, Andy Warhol, United States], SPEAKERS: [Cres Eastman, Valeska Paris]}
"""


class Case(NamedTuple):
    """A call as text for each side, `new` "gone" where there is none any more."""

    name: str  # the old call, or the name that keeps its table
    old: str
    new: str
    kept: bool


def parse_cases(text: str) -> list[Case]:
    """The cases of a list, in its order."""
    found = []
    for block in re.split(r"\n+(?=\S)(?!->)", text.strip()):
        calls, *lines = re.split(r"\n +", block)
        old, _, new = (part.strip() for part in calls.partition("->"))
        name = re.match(r"(\w+) = ", old)
        old = old[name.end() :] if name else old
        for further in " ".join(lines).split("|"):
            before, after = (call.replace("...", further.strip()) for call in (old, new or old))
            called = before.replace("da.", "").replace(", documents=documents", "")
            called = name[1] if name else called.replace(", )", ")")
            found.append(Case(called, before.replace("voice_group", "voices"), after, bool(name)))
    return found


def arguments_for(corpus: str) -> dict[str, Any]:
    """The arguments of the calls on one corpus, by name."""
    known = yaml.safe_load(ARGUMENTS)
    given = known["all"] | known.get(corpus, {})
    tables = {name: pd.DataFrame(given[name]) for name in ("FREQUENCIES", "LABELLED")}
    return given | tables | {"retell": retell}


def wikinews() -> pd.DataFrame:
    """The reference texts as a documents table, with metadata made by rule from their order."""
    files = sorted(WIKINEWS.glob("*.txt"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    n = range(len(files))
    return pd.DataFrame(
        {
            "doc": [file.stem for file in files],
            "title": [text.split("\n", 1)[0] for text in texts],
            "outlet": [f"outlet {i % 4 + 1}" for i in n],
            "side": ["abc"[i % 3] for i in n],
            "genre": [None if i == len(files) - 1 else ("news", "feature")[i % 2] for i in n],
            "published": [pd.Timestamp("2015-01-01") + pd.Timedelta(days=3 * i) for i in n],
            "text": texts,
        }
    )


def retell(documents: pd.DataFrame) -> pd.DataFrame:
    """The first 16 texts; eight of them again a day later, cut, with other verbs of saying."""
    first = documents.head(16)[["doc", "outlet", "side", "genre", "published", "text"]]
    again = first.head(8).copy()
    again["doc"] = [f"{doc}-again" for doc in again["doc"]]
    again["outlet"], again["side"] = "outlet again", "again"
    again["published"] = again["published"] + pd.Timedelta(days=1)
    cut = [text[: text.rfind(".", 0, 1500) + 1] for text in again["text"]]
    again["text"] = [
        text.replace(" said", " claimed").replace(" told ", " warned ") for text in cut
    ]
    table = pd.concat([first, again], ignore_index=True)
    table.attrs = {}
    return table


MEASURES = parse_cases("""
documents = documents
sentences = da.split_sentences(documents) -> corpus.sentences
tokens = da.tokenize(documents) -> corpus.tokens
tagged = da.annotate(documents).tokens -> corpus.tagged
names = da.annotate(documents).mentions
found = da.find_entities(documents)
mentions = da.apply_aliases(found, da.read_aliases(ALIASES)) -> corpus.mentions
quotes = da.find_quotes(documents, tagged=tagged, mentions=mentions) -> corpus.quotes
voiced = da.add_voices(tagged, quotes, documents=documents) -> corpus.voiced
merged = da.add_parts(da.merge_voices(voiced), documents=documents) -> corpus.voiced
scores = da.score_sentiment(sentences) -> corpus.sentiment
voiced_scores = da.merge_voices(da.add_voices(scores, quotes, documents=documents))
-> corpus.layer('sentiment', voiced=True)
words = da.find_sentiment_words(sentences) -> da.find_sentiment_words(corpus)
targets = da.score_targets(documents, mentions, sentences=sentences) -> corpus.targets
voiced_targets = da.merge_voices(da.add_voices(targets, quotes, documents=documents))
-> corpus.layer('targets', voiced=True)
with_pronouns = da.add_pronouns(mentions, documents=documents)
-> da.find_entities(corpus, pronouns=True)
namings = da.find_namings(with_pronouns, tokens=voiced, documents=documents, quotes=quotes)
-> da.find_namings(corpus)
predications = da.find_predications(voiced, mentions=namings)
clauses = da.find_clauses(voiced, namings, documents=documents)
aligned = da.align_quotes(quotes, documents=documents, min_words=2) -> gone
fates = da.find_quote_fates(aligned, quotes=quotes, documents=documents)
-> da.find_quote_fates(corpus, min_words=2)
stops = da.stop_words()
own_tokens = tokens[tokens['doc'] == ARTICLE]
own_scores = scores[scores['doc'] == ARTICLE]
some = documents[documents['side'] == TARGET] -> corpus.where(side=TARGET)
some_mentions = da.apply_aliases(da.find_entities(some), da.read_aliases(ALIASES)) -> some.mentions
retold = retell(documents)
retold_tagged = da.annotate(retold).tokens
retold_names = da.find_entities(retold)
retold_quotes = da.find_quotes(retold, tagged=retold_tagged, mentions=retold_names)
retold_aligned = da.align_quotes(retold_quotes, documents=retold) -> gone
retold_fates = da.find_quote_fates(retold_aligned, quotes=retold_quotes, documents=retold)
-> da.find_quote_fates(retold_quotes, documents=retold)

da.tokenize(documents, sentences=False) -> da.tokenize(corpus, sentences=False)
da.find_near_duplicates(retold, threshold=0.1)
da.check_corpus(..., today='2026-01-01')
    documents | retold
da.fingerprint(documents.assign(sha256=documents['doc']))
-> da.corpus.read.fingerprint(documents.assign(sha256=documents['doc']))
da.find_hits(tokens, ...) -> da.text.tokens.find_hits(tokens, ...)
    NODE | QUERIES | REGEX, regex=True | CASED, case=True
da.match_vocabulary(tokens['term'].cat.categories, NEAR)
-> da.text.tokens.match_vocabulary(tokens['term'].cat.categories, NEAR)
da.count_terms(tokens, ...) -> da.count_terms(corpus, ...)
    | stop_words=stops | confidence=None | by='doc', confidence=None | terms=QUERIES, by='doc'
da.count_terms(own_tokens, stop_words=stops)
-> da.count_terms(corpus.select([ARTICLE]), stop_words=stops)
da.count_terms(merged, documents=documents, ...) -> da.count_terms(corpus, ...)
    terms=QUERIES, stop_words=stops | terms=QUERIES, by='side' | by='side' | by=['side', 'genre']
    | terms=QUERIES, by='side', per=1e6, confidence=0.9 | terms=QUERIES, by='voice_group'
    | terms=QUERIES, by=['voice_group', 'side'] | terms=QUERIES, by='part'
da.count_terms(da.keep_voices(voiced, ['writer']), documents=documents, ...)
-> da.count_terms(corpus.where(voice='writer'), ...)
    terms=QUERIES, by='side'
da.count_term_groups(tokens, ..., documents=documents) -> da.count_term_groups(corpus, ...)
    GROUPS | GROUPS, by='side' | GROUPS, by=['outlet', 'genre'] | GROUPS, by='doc'
da.score_tfidf(tokens, documents=documents, ...) -> da.score_tfidf(corpus, ...)
    | by='side', stop_words=stops | by=['side', 'genre']
da.count_over_text(tokens, ..., documents=documents) -> da.count_over_text(corpus, ...)
    GROUPS, bins=5 | QUERIES, by='side' | GROUPS, bins=4, by='doc', confidence=None
da.count_over_time(tokens, ..., documents=documents) -> da.count_over_time(corpus, ...)
    GROUPS, every='day' | GROUPS, every='week', by='side' | QUERIES, every='month'
da.find_positions(tokens, GROUPS) -> da.find_positions(corpus, GROUPS)
da.find_positions(own_tokens, QUERIES)
da.count_ngrams(tokens, documents=documents, ...) -> da.count_ngrams(corpus, ...)
    n=2 | n=3, by='side', min_count=2 | pattern=PHRASE | n=2, by=['side', 'genre'], limit=10
    | pattern=PHRASE, by='doc', confidence=0.95
da.score_dispersion(tokens, ...) -> da.score_dispersion(corpus, ...)
    stop_words=stops | parts=10
da.score_dispersion(own_tokens, parts=5, terms=QUERIES)
da.compare_terms(merged, documents=documents, ...) -> da.compare_terms(corpus, ...)
    by='side' | by='side', target=TARGET | by='side', target=TARGET, reference=REFERENCE
    | by='side', formula='two-term', min_documents=1, alpha=0.01
    | by=['side', 'genre'], min_documents=1 | by='doc', target=ARTICLE, min_documents=1
    | by=None, reference=FREQUENCIES | by='side', target=TARGET, smooth=1, per=1e6
    | by='voice_group', target='speakers', reference='writer'
da.find_contexts(tokens, ..., documents=documents) -> da.find_contexts(corpus, ...)
    NODE | NODE, sort=('L1', 'R1', 'doc'), columns=('outlet', 'side')
    | NODE, window='sentence', contains=NEAR | QUERIES, window=(3, 12), limit=(5, 15)
    | REGEX, regex=True | CASED, case=True, sort=() | 'zzyzx'
da.find_contexts(own_tokens, QUERIES, documents=documents, window=10)
da.find_collocates(tokens, ...) -> da.find_collocates(corpus, ...)
    NODE | NODE, measure='count', min_count=2, stop_words=stops | NODE, measure='mi', min_count=2
    | NODE, measure='mi3', min_count=2 | NODE, measure='t_score', min_count=2
    | NODE, measure='z_score', min_count=2 | NODE, measure='g2_four_term', min_count=2
    | NODE, measure='delta_p_collocate_given_node', stop_words=stops
    | NODE, measure='delta_p_node_given_collocate', stop_words=stops | NODE, window='sentence'
    | NODES, window=(2, 8), within='document' | REGEX, regex=True, min_count=1
da.find_collocate_passages(tokens, NODE, COLLOCATE, documents=documents) -> gone
da.find_collocate_network(tokens, ...) -> da.find_collocate_network(corpus, ...)
    NODES, stop_words=stops, top=6, min_count=2 | GROUPS, measure='mi', window=3, min_count=2
da.to_freqdist(tokens) -> da.text.to_freqdist(tokens)
da.to_conditional_freqdist(tokens, by='side', documents=documents)
-> da.text.to_conditional_freqdist(tokens, by='side', documents=documents)
da.to_nltk_text(tokens, doc=ARTICLE).tokens -> da.text.to_nltk_text(tokens, doc=ARTICLE).tokens

da.score_sentiment(sentences, lexicon=LEXICON) -> da.score_sentiment(corpus, lexicon=LEXICON)
da.find_sentiment_words(sentences, lexicon=LEXICON)
-> da.find_sentiment_words(corpus, lexicon=LEXICON)
da.score_sentiment_by(voiced_scores, documents=documents, ...)
-> da.summarise_sentiment(corpus, ...)
    | by='side' | by=['side', 'genre'] | by='doc' | by='doc', confidence=None
    | by='voice_group'
da.score_arc(voiced_scores, documents=documents, ...) -> da.score_arc(corpus, ...)
    | bins=5, by='side' | bins=4, by='doc', confidence=None | bins=5, by='voice_group'
da.score_arc(own_scores, bins=5)
da.score_running_mean(scores) -> gone
da.compare_sentiment(sentences, documents=documents, ...) -> da.compare_sentiment(corpus, ...)
    by='side', target=TARGET | by='side', target=TARGET, reference=REFERENCE
    | by='side', target=TARGET, lexicon=LEXICON
da.score_tone_by_voice(words, tokens=voiced, documents=documents, ...)
-> da.score_tone_by_voice(corpus, ...)
    | by='side' | by=['side', 'genre'], per=1000

da.find_entities(documents, ...)
    aliases=LABELLED | sentences=sentences
da.apply_aliases(found, ...)
    VARIANTS | LABELLED
da.count_entities(mentions, tokens=tokens, documents=documents, ...)
-> da.count_entities(corpus, ...)
    | by='side' | by=['side', 'genre'], confidence=None | by='doc', confidence=None
da.count_entities(..., tokens=tokens, documents=documents)
    found | mentions[mentions['label'] == 'PERSON'], by='side', per=100
da.count_entity_pairs(mentions, sentences=sentences, ...) -> da.count_entity_pairs(corpus, ...)
    | within='paragraph' | within='document'
da.find_mentions(mentions, ACTORS, sentences=sentences) -> gone
da.score_targets(documents, found, cache=False)
da.score_targets_by(voiced_targets, documents=documents, ...) -> da.summarise_targets(corpus, ...)
    | by='side' | by=['side', 'genre'], min_count=2 | by='doc', confidence=None
    | by='side', entities=ACTORS[:1] | by='voice_group', min_count=2 | by='voice'
da.find_target_passages(targets, ACTORS, sentences=sentences) -> gone

da.find_quotes(documents, tagged=tagged)
da.find_quotes(documents, tagged=tagged, mentions=found[:0])
verbs = da.read_reporting_verbs() -> da.read_lexicon('reporting')
neutral = verbs[verbs['class'] == 'neutral']
da.find_quotes(documents, tagged=tagged, mentions=mentions, cues=neutral)
-> da.find_quotes(corpus, cues=neutral)
da.add_voices(..., quotes, documents=documents)
    sentences | mentions | words
da.add_parts(..., documents=documents) -> da.add_voices(..., quotes, documents=documents)
    sentences | quotes
da.merge_voices(da.add_voices(..., quotes, documents=documents), keep=SPEAKERS)
-> da.add_voices(..., quotes, documents=documents, groups=SPEAKERS)
    tagged | targets
da.keep_voices(voiced, ['writer']) -> corpus.where(voice='writer').voiced
da.keep_voices(voiced, ['speakers']) -> corpus.where(voice='speakers').voiced
da.keep_voices(voiced_scores, ['headline', *SPEAKERS])
-> corpus.where(voice=['headline', *SPEAKERS]).sentiment
da.count_voices(merged, documents=documents, ...) -> da.count_voices(corpus, ...)
    | by='side' | by='side', split_speech=False | by='part', split_speech=False
    | by=['side', 'part'], split_speech=False | by='doc', merge_unresolved=False, confidence=None
    | by='side', voices=['writer', *SPEAKERS], split_speech=False
da.find_voice_passages(voiced, documents=documents) -> gone
da.count_cues(quotes, documents=documents, ...) -> da.count_cues(corpus, ...)
    | by='speaker', min_count=4 | by=None, item='cue' | by='side' | by='doc', item='cue'
    | by=['side', 'speaker'], confidence=None
da.count_quotes(quotes, tokens=tokens, documents=documents, ...) -> da.count_quotes(corpus, ...)
    | by='side' | by=['side', 'genre'], per=100 | item='speaker', by='side' | item='cue'
    | item='cue_class', by='doc', confidence=None
da.find_quote_contexts(quotes, documents=documents) -> gone
strictly_aligned = da.align_quotes(quotes, documents=documents) -> gone
da.find_quote_fates(strictly_aligned, quotes=quotes, documents=documents)
-> da.find_quote_fates(corpus)
da.find_quote_fates(aligned, quotes=quotes, documents=documents, ...)
-> da.find_quote_fates(corpus, min_words=2, ...)
    event='genre', columns=['side', 'outlet']
da.find_quote_fates(retold_aligned, quotes=retold_quotes, documents=retold, ...)
-> da.find_quote_fates(retold_quotes, documents=retold, ...)
    event='genre', columns=['side', 'outlet'] | days=9, columns='outlet'
loosely_aligned = da.align_quotes(retold_quotes, documents=retold, wording=0.5, content=0.3)
-> gone
da.find_quote_fates(loosely_aligned, quotes=retold_quotes, documents=retold)
-> da.find_quote_fates(retold_quotes, documents=retold, wording=0.5, content=0.3)
plainly_aligned = da.align_quotes(retold_quotes, documents=retold, content=None) -> gone
da.find_quote_fates(plainly_aligned, quotes=retold_quotes, documents=retold)
-> da.find_quote_fates(retold_quotes, documents=retold, content=None)
da.count_fates(fates, documents=documents, ...)
    | by=None | by=['side', 'genre']
da.count_fates(retold_fates, documents=retold, ...)
    | by=['side', 'genre'], confidence=0.9

da.find_namings(mentions, tokens=tagged, documents=documents)
-> da.find_namings(documents, mentions, voiced=tagged, pronouns=False)
da.find_namings(with_pronouns, tokens=voiced, documents=documents, forms=FORMS)
-> da.find_namings(documents, with_pronouns, voiced=voiced, forms=FORMS)
da.count_namings(namings, documents=documents, ...)
    | item='strategy', actors=ACTORS | by='side', actors=ACTORS
    | by='voice', item='strategy', confidence=None
    | by=['side', 'genre'], item='strategy', actors=ACTORS
da.find_predications(tagged, mentions=mentions)
da.count_predications(predications, documents=documents, ...)
    | by='side', min_count=2 | by=['side', 'voice'], confidence=None
da.compare_predications(predications, by='side', documents=documents, min_count=1, ...)
    | target=TARGET, reference=REFERENCE, alpha=0.01
da.find_clauses(tagged, mentions, nominalised=False)
da.find_clauses(voiced, mentions, documents=documents) -> corpus.clauses
da.count_agency(clauses, documents=documents, ...)
    | process='material', forms=True | by='side', process=['material', 'verbal']
    | by='doc', confidence=None | by=['side', 'genre']
da.score_agency(clauses) -> gone
da.find_stance(voiced) -> da.find_stance(corpus)
da.find_stance(voiced, lexicon=STANCE) -> da.find_stance(corpus, lexicon=STANCE)
da.count_stance(merged, documents=documents, ...) -> da.count_stance(corpus, ...)
    | level='category', by='side' | by='voice_group' | by=['side', 'genre'], confidence=None
    | lexicon=STANCE, by='doc', per=100
explanations = da.find_explanations(tagged, quotes=quotes, documents=documents)
-> da.find_explanations(corpus)
da.find_explanations(tagged, markers=MARKERS, documents=documents)
da.count_explanations(explanations, tokens=tokens) -> gone

da.tokenize(some) -> some.tokens
da.annotate(some).tokens -> some.tagged
da.find_quotes(some, tagged=da.annotate(some).tokens, mentions=some_mentions) -> some.quotes
da.count_terms(da.tokenize(some), stop_words=stops) -> da.count_terms(some, stop_words=stops)
da.count_entities(some_mentions, tokens=da.tokenize(some), by='doc')
-> da.count_entities(some, by='doc')
da.score_sentiment_by(da.score_sentiment(da.split_sentences(some)), documents=some, by='outlet')
-> da.summarise_sentiment(some, by='outlet')
""")
FILES = parse_cases("""
da.read_lexicon() -> da.read_lexicon('sentiment')
da.read_stance_lexicon() -> da.read_lexicon('stance')
da.read_naming_forms() -> da.read_lexicon('naming')
da.read_explanation_markers() -> da.read_lexicon('explanation')
da.stop_words()
da.read_stop_words(STOP_WORDS) -> da.stop_words(STOP_WORDS)
da.read_aliases(ALIASES)
da.read_term_groups(TERM_GROUPS)
da.check_corpus(BUNDLED, today='2026-01-01')
(da.add_documents(NEW, BRIEFS, values=VALUES), da.read_corpus(NEW))[1]
""")
CORPORA = {"bundled": MEASURES, "wikinews": MEASURES, "files": FILES}
