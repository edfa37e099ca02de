"""Exports of Nexis: Nexis Uni (Lexis Advance) and the classic one, "1 of 161 DOCUMENTS"."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.lines import read_byline, unwrap
from analysis.corpus.formats.record import Export, Record, make_document, read_number, tidy

# What a field is called in the languages of the interface (English, German, French, Spanish, Dutch,
# Italian, Portuguese, some also in others), by the English name.
_NAMES = {
    "body": "body, textkörper, haupttext, volltext, text, corps, corps du texte, texte, "
    "corps de l'article, texte intégral, cuerpo, cuerpo del texto, cuerpo del documento, texto, "
    "texto completo, hoofdtekst, tekst, inhoud, corpo, corpo del testo, corpo del documento, "
    "testo, corpo do texto, corpo do documento, brödtext, brødtekst, treść, текст",
    "section": "section, rubrik, ressort, rubrique, sección, rubriek, sectie, sezione, seção, "
    "secção, sektion, avsnitt, dział, раздел",
    "length": "length, länge, laenge, longueur, longitud, extensión, lengte, lunghezza, "
    "comprimento, extensão, tamanho, längd, lengde, længde, długość, объем, длина",
    "byline": "byline, by-line, autor, autoren, verfasser, autorenzeile, auteur, auteurs, "
    "signature, autores, firma, autor(es), auteur(s), autore, autori, författare, forfatter, автор",
    "dateline": "dateline, ort, ortsangabe, datumszeile, lieu, lieu et date, lugar, procedencia, "
    "plaats, dagtekening, luogo, local, linha de data",
    "highlight": "highlight, highlights, hervorhebung, zusammenfassung, encart, chapeau, "
    "point fort, points forts, destacado, resaltado, samenvatting, hoogtepunt, in evidenza, "
    "evidenza, sommario, destaque",
    "headline": "headline, überschrift, schlagzeile, titel, titre, titular, título, kop, titolo, "
    "manchete",
    "graphic": "graphic, graphics, grafik, abbildung, graphique, graphisme, gráfico, gráficos, "
    "grafiek, grafica, grafico, immagine",
    "language": "language, language of original text, sprache, langue, langue originale, idioma, "
    "lengua, taal, lingua, língua, språk, sprog, język, язык",
    "load-date": "load-date, load date, update, ladedatum, date-chargement, date de chargement, "
    "fecha de carga, fecha-carga, laaddatum, laad-datum, oplaaddatum, invoerdatum, "
    "data di caricamento, data caricamento, data-caricamento, data de carregamento, "
    "data de carga, data de upload, laddningsdatum, data załadowania, дата загрузки",
    "correction": "correction, corrections, korrektur, berichtigung, rectification, rectificatif, "
    "corrección, correctie, correzione, correção",
    "url": "url",
    "other": "publication-type, publication type, publikationstyp, publikationsart, "
    "art der publikation, medientyp, zeitungstyp, type-publication, type de publication, "
    "tipo de publicación, tipo-publicación, publicatietype, type publicatie, "
    "tipo di pubblicazione, tipo pubblicazione, tipo de publicação, "
    "subject, pub-subject, sujet, thema, themen, schlagwort, schlagwörter, schlagworte, materia, "
    "tema, asunto, temas, onderwerp, soggetto, argomento, assunto, company, companies, société, "
    "entreprise, firmen, unternehmen, empresa, compañía, bedrijf, società, azienda, organization, "
    "organisation, organización, organisatie, organizzazione, organização, person, people, "
    "personne, persona, persoon, pessoa, personen, geographic, geographie, géographie, "
    "localisation-geo, geografie, region, región, regio, regione, geografía, geografia, "
    "geografisch, länder, state, country, industry, industrie, branche, branchen, "
    "secteur-activite, secteur d'activité, industria, sector, bedrijfstak, settore, setor, "
    "indústria, ticker, börsenkürzel, symbole-boursier, símbolo, journal code, journal-code, "
    "zeitungs-code, acc-no, document-type, dokumenttyp, type, distribution, photographer, notes, "
    "note, hinweise, anmerkungen, notas, opmerkingen, correction-date, series, serie, série, "
    "show, anchor, anchors, guest, guests, network, column, "
    "classification, klassifikation, klassifizierung, clasificación, classificatie, "
    "classificazione, classificação, copyright, bibliographie, enhancement, isbn, issn",
}
_HEAD = ("section", "length", "byline", "dateline", "highlight", "headline", "url", "correction")
_ALONE = ("body", "graphic", "correction", "other")  # labels that may stand alone on a line
_LABEL = re.compile(r"([^\W\d_][^:\d]{1,28}[\w)])\s*(?::(.*)|$)", re.DOTALL)
_LONG_FIELDS = ("graphic", "correction")  # whose values may have several lines
_NOTES = ("note", "hinweis", "anmerkung", "notas", "opmerking")  # how labels of notes begin
_MARKS = 1000  # lines of an article that are tried as the beginning of its foot
_LOOSE = "behind the article: "  # before a line that is none of the fields
_LONGEST_FOOT = 150  # words without a label that a foot may have, if the body has no more

_END = re.compile(
    r"\W*(?:end of (?:the )?document|ende des dokuments|dokumentende|fin du document"
    r"|fin(?:al)? del documento|einde (?:van )?(?:het )?document|fine (?:del )?documento"
    r"|f(?:im|inal) do documento|slut på dokumentet|dokument(?:et)?s? slut|slutt på dokumentet"
    r"|koniec dokumentu|конец документа)\W*",
    re.IGNORECASE,
)
_DOCUMENTS = r"(?:do[ck]um\w*|докум\w*|belge\w*)"
_NUMBERED = re.compile(  # "12 of 161 DOCUMENTS", in any language of the interface
    rf"\W*(\d[\d.,]*)\s+(?:[^\W\d_]{{1,4}}|/)\s+(\d[\d.,]*)\s+{_DOCUMENTS}\W*", re.IGNORECASE
)
_COUNT = re.compile(rf"{_DOCUMENTS}\s*\((\d[\d.,]*)\)\s*:?.*", re.IGNORECASE)  # on a cover page
_UNIT = (
    r"(?:words?|wörter|woerter|worte?|mots?|palabras?|woord(?:en)?|parol[ae]|palavras?|ord"
    r"|sł[oó]w\w*|слов\w*|sanaa|kelime)"
)
_LENGTH = re.compile(rf"[^\W\d_][\w .-]{{2,20}}:\s*\d[\d.,' ]*\s+{_UNIT}\b.*", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:copyright|copr\.|copy(?=\s+\d{4})|©|\(c\))(?!\w).*", re.IGNORECASE)
_RIGHTS = re.compile(
    r".{0,80}(?:all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|alle rechten voorbehouden|tutti i diritti riservati"
    r"|todos os direitos reservados).{0,80}",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?:user name|date and time|job number|download request|time of request|benutzername"
    r"|datum und uhrzeit|auftragsnummer|nom d.utilisateur|date et heure|nombre de usuario"
    r"|gebruikersnaam|nome utente|nome do usuário)\b.*",
    re.IGNORECASE,
)
_SEARCHED = re.compile(
    r"(?:client/matter|search terms|search type|narrowed by|content type|sources?|mandant"
    r"|suchbegriffe|suchtyp|termes de recherche|términos de búsqueda|zoektermen)\b.*",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\d+\.\s")
_RUNNING = re.compile(
    r"(?:page|seite|página|pagina)\s+\d+\s+\w{1,4}\s+\d+|\|?\s*about lexisnexis.*"
    r"|.*terms & conditions\s*\|.*copyright.*lexisnexis.*",
    re.IGNORECASE,
)
_APPENDED = re.compile(r"\W*(?:corrections?|clarification) appended\W*", re.IGNORECASE)
_EDITION = re.compile(
    r".{0,60}\b(?:edition|ausgabe|édition|edición|editie|edizione|edição)\b.{0,40}", re.IGNORECASE
)
_INTERFACE = re.compile(  # what stands where Nexis has a picture or a page
    r"\W*(?:(?:link|lien|enlace|koppeling|collegamento|ligação)\s+(?:[\w']+\s+){0,2}"
    r"(?:image|bild|imagen|afbeelding|immagine|imagem|pdf\S*)(?:[- ]\w+){0,2}"
    r"|pdf[- ]?(?:datei|dokument|file|document|fichier|bestand)\b(?:\s+\w+){0,3}"
    r"|(?:fichier|archivo|file|arquivo)\s+pdf\b(?:\s+\w+){0,4}"
    r"|full[- ]text|volltext|texte intégral|texto completo)\W*",
    re.IGNORECASE,
)
_BEGINS_AS_DATE = re.compile(r"\W*(?:[^\W\d_]+(?:-[^\W\d_]+)*[.,]?\s+){0,2}\d")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([ap])\.?m\b)?", re.IGNORECASE)


@cache
def _canonical() -> dict[str, str]:
    """The English name of a field by all its names, folded."""
    return {_fold(name): field for field, names in _NAMES.items() for name in names.split(", ")}


@lru_cache(maxsize=4096)
def _fold(name: str) -> str:
    """A name in lower case and without accents, which classic exports leave out."""
    decomposed = unicodedata.normalize("NFKD", " ".join(name.casefold().replace("’", "'").split()))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


class _Labels(NamedTuple):
    """Which labels a file has: only such in capitals; such of its own, in most of its articles."""

    capitals: bool = False
    own: frozenset[str] = frozenset()

    def read(self, line: str) -> tuple[str, str] | None:
        """The English name and the value of a line that begins with a label."""
        match = _LABEL.match(line)
        if match is None or (self.capitals and not match[1].isupper()):
            return None
        name = _canonical().get(_fold(match[1]), "")
        if not name and _fold(match[1]) in self.own:
            name = "other"
        if not name or (match[2] is None and name not in _ALONE):
            return None
        return name, (match[2] or "").strip()


def is_nexis(lines: list[str]) -> bool:
    """Say whether the lines of a file are an export of Nexis."""
    labels = _Labels()
    fields = [labels.read(line.strip()) for line in lines if 0 < len(line) < 200]
    ends = any(found and found[0] == "load-date" for found in fields) or _find_end(lines)
    length = any(_LENGTH.fullmatch(line.strip()) for line in lines)
    if (ends and (length or ("body", "") in fields)) or not any(map(_read_numbers, lines)):
        return bool(ends and (length or ("body", "") in fields))
    return length or bool(_find_numbers([line.strip() for line in lines], headed=True))


def read_nexis(lines: list[str]) -> Export:
    """Take an export apart into its articles."""
    lines = [line for line in unwrap(lines) if not _RUNNING.fullmatch(line)]
    starts = _find_numbers(lines)
    numbers = list(starts.values())
    lengths = sum(bool(_LENGTH.fullmatch(line)) for line in lines)
    if numbers and len(numbers) >= 0.5 * lengths:
        cuts = [0, *(i + 1 for i in starts), len(lines) + 1]
        cover, *articles = [lines[a : b - 1] for a, b in pairwise(cuts)]
    else:  # without numbers, or with but a few: a PDF has them at the head of a page
        lines = [line for line in lines if not _NUMBERED.fullmatch(line)]
        cover, articles = _split_at_ends(lines)
    labels = _find_labels(articles, capitals=bool(numbers) or _has_capitals(articles))
    articles = [part for article in articles for part in _split_at_lengths(article, labels)]
    records = [
        record
        for article in articles
        if (record := _read_article(article, labels, classic=labels.capitals)) is not None
    ]
    notes = _compare_numbers(records, numbers, cover)
    loose = [line for record in records for line in record["dropped"] if line.startswith(_LOOSE)]
    if loose:
        shown = loose[0].removeprefix(_LOOSE)
        notes.append(f"{len(loose):,} lines between the articles were left out, as {shown[:80]!r}")
    if lengths > len(records):
        notes.append(
            f"{lengths:,} lines state a number of words, but {len(records):,} articles were found"
        )
    return Export(records, notes)


def _has_capitals(articles: list[list[str]]) -> bool:
    lengths = [line for article in articles for line in article if _LENGTH.fullmatch(line)]
    return bool(lengths) and all(line.split(":")[0].isupper() for line in lengths)


def _read_numbers(line: str) -> tuple[int, int] | None:
    """The number of an article and that of all articles, of a line such as "2 of 9 DOCUMENTS"."""
    match = _NUMBERED.fullmatch(line.strip())
    return (_to_number(match[1]), _to_number(match[2])) if match else None


def _to_number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _find_numbers(lines: list[str], *, headed: bool = False) -> dict[int, tuple[int, int]]:
    """The lines with which articles begin in the classic layout, and the numbers they state."""
    # A line such as "3 of 5 DOCUMENTS" in a text is none: it does not go on from the number before,
    # or its number comes again, and no date and no field of a head stand behind it. `headed` takes
    # but those lines behind which a date or a field stands.
    found = [(i, numbers) for i, line in enumerate(lines) if (numbers := _read_numbers(line))]
    totals = Counter(total for _, (_, total) in found)
    usual = totals.most_common(1)[0][0] if totals else 0
    again = Counter(numbers for _, numbers in found)
    starts: dict[int, tuple[int, int]] = {}
    last = 0
    for i, (number, total) in found:
        goes_on = total == usual and number > last and again[number, total] == 1
        if (goes_on and not headed) or _has_head(lines, i + 1):
            starts[i] = (number, total)
            last = number
    return starts


def _has_head(lines: list[str], begin: int) -> bool:
    """Whether a date or a field of a head is among the next lines."""
    labels = _Labels(capitals=True)
    for line in [line for line in lines[begin : begin + 40] if line][:10]:
        found = labels.read(line)
        if found is not None or _NUMBERED.fullmatch(line):
            return found is not None and found[0] in _HEAD
        if _is_date_line(line):
            return True
    return False


def _split_at_ends(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    """The cover and the articles, each of which ends with "End of Document" or its load date."""
    end = _find_end(lines)
    articles: list[list[str]] = [[]]
    labels = _Labels()
    loaded = False
    for line in lines:
        if end and line == end:
            articles.append([])
            continue
        found = labels.read(line)
        about = found is not None or _COPYRIGHT.fullmatch(line) or _RIGHTS.fullmatch(line)
        if not end and loaded and line and not about:
            articles.append([])
            loaded = False
        loaded = loaded or (found is not None and found[0] == "load-date")
        articles[-1].append(line)
    cover, articles[0] = _cut_cover(articles[0])
    return cover, articles


def _split_at_lengths(lines: list[str], labels: _Labels) -> list[list[str]]:
    """Split what states more than one length: before the head that a further one belongs to."""
    lengths = [i for i, line in enumerate(lines) if _LENGTH.fullmatch(line)]
    lengths = [i for i in lengths if (labels.read(lines[i]) or ("", ""))[0] == "length"]
    cuts = [begin for i in lengths[1:] if (begin := _find_head(lines, i, labels))]
    return [lines[a:b] for a, b in pairwise([0, *cuts, len(lines)])]


def _find_head(lines: list[str], at: int, labels: _Labels) -> int:
    """Where the head begins that a line belongs to: behind the foot or the text before it."""
    full = [i for i in range(max(0, at - 40), at) if lines[i]][-10:]
    begin = at
    for i in reversed(full):
        found = labels.read(lines[i])
        is_text = len(lines[i].split()) > 25 or re.search(r"[.!?][”\"’)]*$", lines[i])
        about = _COPYRIGHT.fullmatch(lines[i]) or _RIGHTS.fullmatch(lines[i])
        if (is_text and not about) or (found is not None and found[0] not in _HEAD):
            break
        begin = i
    dated = any(_is_date_line(line) for line in lines[begin:at])
    return begin if dated else 0


def _find_end(lines: list[str]) -> str:
    """The line that ends each article, "" if there is none."""
    # In a language whose words for it are not known: a short line that stands behind every date
    # that a label states, and is the file's last one.
    full = [line.strip() for line in lines if line.strip()]
    for line in full:
        if _END.fullmatch(line):
            return line
    if not full or not any(_LENGTH.fullmatch(line) for line in full):
        return ""
    last = full[-1]
    before = [a for a, b in pairwise(full) if b == last]
    stated = all(":" in line and read_stated_date(line.split(":", 1)[1]) for line in before)
    if not stated or ":" in last or len(last.split()) > 6 or _RIGHTS.fullmatch(last):
        return ""
    return last if not _COPYRIGHT.fullmatch(last) and not _Labels().read(last) else ""


def _cut_cover(lines: list[str]) -> tuple[list[str], list[str]]:
    """The page before the first article that lists what was searched and found; and the rest."""
    full = [i for i, line in enumerate(lines) if line]
    if not any(_COVER.match(lines[i]) or _COUNT.fullmatch(lines[i]) for i in full[:6]):
        return [], lines
    entries = [i for i in full if _ENTRY.match(lines[i])]
    if entries:  # the first article begins where the first title of the list is stated again
        title = _ENTRY.sub("", lines[entries[0]], count=1).strip()
        again = [i for i in range(entries[-1] + 1, len(lines)) if lines[i] == title]
        if again:
            return lines[: again[0]], lines[again[0] :]
    about = (_COVER, _COUNT, _SEARCHED)
    last = max(
        [i for i in full[:40] if any(pattern.match(lines[i]) for pattern in about)] + entries,
        default=-1,
    )
    return lines[: last + 1], lines[last + 1 :]


def _find_labels(articles: list[list[str]], *, capitals: bool) -> _Labels:
    """The labels of a file: those known, and in capitals those that most of its articles have."""
    if not capitals:
        return _Labels()
    counts: Counter[str] = Counter()
    for article in articles:
        found = filter(None, map(_LABEL.match, article))
        counts.update({_fold(m[1]) for m in found if m[2] is not None and m[1].isupper()})
    enough = max(3, len(articles) / 2)
    return _Labels(True, frozenset(label for label, n in counts.items() if n >= enough))


def _compare_numbers(
    records: list[Record], numbers: list[tuple[int, int]], cover: list[str]
) -> list[str]:
    """Notes on a number of articles that the file states and that were not all found."""
    found = len(records)
    if numbers:
        have = [number for number, _ in numbers]
        stated = Counter(total for _, total in numbers).most_common(1)[0][0]
        missing = sorted(set(range(min(have), max(have) + 1)) - set(have))
        if missing:
            shown = ", ".join(map(str, missing[:10])) + (" …" if len(missing) > 10 else "")
            return [f"of the articles {min(have):,} to {max(have):,}, {shown} are not in the file"]
        if stated != found:
            return [
                f"the file states {stated:,} documents and holds the articles {min(have):,} to "
                f"{max(have):,}: {found:,} were found"
            ]
        return []
    counts = [m for line in cover if (m := _COUNT.fullmatch(line))]
    stated = _to_number(counts[0][1]) if counts else found
    if stated == found:
        return []
    return [f"the file states {stated:,} documents, but {found:,} were found"]


def _read_article(lines: list[str], labels: _Labels, *, classic: bool) -> Record | None:
    """One article; None if there is nothing in it."""
    while lines and not lines[0]:
        lines = lines[1:]
    if not any(lines):
        return None
    begin = _find_body(lines, labels, classic=classic)
    end = _find_foot(lines, begin, labels)
    fields = _read_fields(lines[:begin], labels, first=0 if classic else 1)
    fields = {**_read_fields(lines[end:], labels, first=0), **fields}
    head = lines[: _find_first_label(lines[:begin], labels, first=0 if classic else 1)]
    title, outlet, dated = _read_classic_head(head) if classic else _read_head(head)
    if "headline" in fields:
        title = fields["headline"]
    body = [line for line in lines[begin:end] if line]
    if not title and len(body) > 1 and _is_heading(body[0]):  # no field names it
        title, body = body[0], body[1:]
    if "" not in lines:
        body = _join_cut_lines(body)
    dropped = [line for line in body if _INTERFACE.fullmatch(line)]
    published = _read_date(dated)
    loaded = _read_date(fields.get("load-date", ""))
    rights = [ln for ln in [*lines[:begin], *lines[end:]] if _COPYRIGHT.fullmatch(ln)]
    record = make_document(
        title,
        [line for line in body if line not in dropped],
        published=published or loaded,
        language=read_language(fields.get("language", "")),
        standfirst=fields.get("highlight", ""),
        url=fields.get("url", ""),
        facts={
            "outlet": outlet,
            "byline": read_byline(fields.get("byline", "")),
            "section": fields.get("section", ""),
            "stated_words": read_number(fields.get("length", "")),
            "licence": rights[0] if rights else "",
            "correction": fields.get("correction", ""),
            "database": "Nexis" if classic else "Nexis Uni",
        },
    )
    loose = [_LOOSE + line for line in _find_loose(lines[end:], labels)]
    record["dropped"] = [*dropped, *_find_captions(lines[end:], labels), *loose]
    if loaded and not published:
        stated = f"its own date ({dated!r}) could not be read" if dated else "it states no date"
        record["notes"].append(f"{stated}; the day it was loaded into the database stands for it")
    if not body:
        shown = next((line for line in lines if line), "")
        record["notes"].append(f"no text behind {shown[:60]!r}")
    return record


def _join_cut_lines(body: list[str]) -> list[str]:
    """Join lines that end in the middle of a sentence, where no empty lines part paragraphs."""
    joined: list[str] = []
    for line in body:
        last = joined[-1] if joined else ""
        if len(last) >= 40 and line[0].islower() and re.search(r"[\w,–-]$", last):
            joined[-1] = f"{last} {line}"
        else:
            joined.append(line)
    return joined


def _is_heading(line: str) -> bool:
    return 3 <= len(line.split()) <= 20 and not re.search(r"[.:;,!?…][\W]*$", line)


def _find_first_label(head: list[str], labels: _Labels, *, first: int) -> int:
    """Where the lines with labels begin; the first line is the title, whatever it looks like."""
    found = (i for i, line in enumerate(head) if i >= first and labels.read(line))
    return next(found, len(head))


def _find_body(lines: list[str], labels: _Labels, *, classic: bool) -> int:
    """Where the text begins: behind the line "Body", else behind the last label of the head."""
    for i, line in enumerate(lines):
        if i and labels.read(line) == ("body", ""):
            return i + 1
    unlabelled = _find_end_of_title(lines, labels) if classic else 0
    if unlabelled:
        return unlabelled
    last, open_label = 0, False
    for i, line in enumerate(lines):
        found = labels.read(line) if i or classic else None
        if found is not None and found[0] == "body":  # "BODY: The text …", in one line
            lines[i] = found[1]
            return i
        if found is not None and found[0] in (*_HEAD, "other"):
            last, open_label = i + 1, not found[1]
        elif line and open_label:  # the value of a label that stands alone
            last, open_label = i + 1, False
        elif line and last:
            break
    if last:
        return last
    full = [i for i, line in enumerate(lines) if line]
    return full[3] if len(full) > 3 else len(lines)


def _find_end_of_title(lines: list[str], labels: _Labels) -> int:
    """Where the text begins in a classic article whose head has no field; 0 if it has one."""
    blocks = [i for i, line in enumerate(lines) if line and (not i or not lines[i - 1])]
    dated = next((i for i, line in enumerate(lines) if line and _is_date_line(line)), 0)
    after = [i for i in blocks if i > dated]
    while after and _EDITION.fullmatch(lines[after[0]]):
        after.pop(0)
    if not dated or "" not in lines or len(after) < 2 or dated not in blocks[:5]:
        return 0
    first = _find_first_label(lines, labels, first=0)
    between = [line for line in lines[after[1] : first] if line]
    texts = [line for line in between if len(line.split()) >= 12 and re.search(r"[.!?]\W*$", line)]
    stated = any(_LENGTH.fullmatch(line) or labels.read(line) == ("body", "") for line in lines)
    return after[1] if texts and not stated else 0


def _find_foot(lines: list[str], begin: int, labels: _Labels) -> int:
    """Where the index terms behind the text begin: labels, their values and the copyright."""
    marks = [
        i for i in range(begin, len(lines)) if lines[i] and _is_about(lines[i], labels, opens=True)
    ]
    words = [0, *accumulate(len(line.split()) for line in lines[begin:])]
    failed = begin
    values: list[int] = []  # how many words without a label stand from a line to the end
    said = next((read_number(ln.split(":", 1)[1]) for ln in lines[:begin] if _LENGTH.match(ln)), "")
    for i in marks[:_MARKS]:
        if i < failed:  # what stands between is no foot either
            continue
        if _opens_paragraph(lines, i, labels, before=words[i - begin], stated=int(said or 0)):
            continue
        if not values:
            failed = i + _find_text(lines[i:], labels)
            if failed < len(lines):
                continue
            values = _count_values(lines[begin:], labels)
            failed = i
        if values[i - begin] <= max(_LONGEST_FOOT, words[i - begin]):
            return i
    last = max((i for i in range(begin, len(lines)) if lines[i]), default=begin)
    stated = last > begin and len(lines[last]) < 60 and _LABEL.match(lines[last])
    if stated and stated[2] and _is_date_line(stated[2].strip()):  # in a language not known
        return last
    return len(lines)


def _opens_paragraph(
    lines: list[str], at: int, labels: _Labels, *, before: int, stated: int
) -> bool:
    """Whether a label such as "GRAPHIC:" is the first word of a paragraph, not a field."""
    # The fields whose values may have several lines would take the rest of the text with them. None
    # begins in lower case; else the number of words that the article states decides.
    found = labels.read(lines[at])
    if found is None or found[0] not in _LONG_FIELDS or not found[1]:
        return False
    if found[1][0].islower():
        return True
    end = next(
        (i for i in range(at + 1, len(lines)) if lines[i] and _is_about(lines[i], labels)),
        len(lines),
    )
    rest = [line for line in lines[at + 1 : end] if line]
    if not rest or not stated:
        return False
    whole = before + sum(len(line.split()) for line in [lines[at], *rest])
    return abs(whole - stated) < abs(before - stated)


def _is_about(line: str, labels: _Labels, *, opens: bool = False) -> bool:
    """Whether a line is about an article; one that opens the foot is no field of the head."""
    found = labels.read(line)
    if found is not None and not (opens and found[0] in (*_HEAD[:6], "body")):
        return True
    return bool(_COPYRIGHT.fullmatch(line) or _RIGHTS.fullmatch(line))


def _count_values(lines: list[str], labels: _Labels) -> list[int]:
    """For each line, the words of the lines without a label from there to the end."""
    counts = [
        0 if not line or _is_about(line, labels) else len(line.split()) for line in reversed(lines)
    ]
    return list(accumulate(counts))[::-1]


def _find_text(lines: list[str], labels: _Labels) -> int:
    """Where a line stands that is no label, no value of one and no copyright."""
    within, block, closed = False, False, False
    spaced = "" in lines
    for i, line in enumerate(lines):
        if not line:
            block = False
            continue
        found = labels.read(line)
        if found is not None:
            within, block = found[0] in _LONG_FIELDS or not found[1], spaced
            closed = False
        elif _COPYRIGHT.fullmatch(line) or _RIGHTS.fullmatch(line):
            closed = True
        elif not closed and not within and not block:
            return i
    return len(lines)


def _find_loose(lines: list[str], labels: _Labels) -> list[str]:
    """Lines behind an article that neither its fields nor its copyright explain."""
    loose: list[str] = []
    closed = False
    for i, line in enumerate(lines):
        about = _COPYRIGHT.fullmatch(line) or _RIGHTS.fullmatch(line)
        if line and closed and not about and not labels.read(line):
            begun = lines[i - 1] and _COPYRIGHT.fullmatch(lines[i - 1])  # the owner's name goes on
            loose += [] if begun else [line]
        closed = bool(about) or (closed and not labels.read(line))
    return loose


def _find_captions(lines: list[str], labels: _Labels) -> list[str]:
    """What stands behind the text in words: captions and notes."""
    found: list[str] = []
    name = ""
    for line in filter(None, lines):
        label = labels.read(line)
        if label is not None:
            noted = label[0] == "other" and _fold(line).startswith(_NOTES)
            name = "graphic" if noted else label[0]
        if name == "graphic" and (label is None or label[1]):
            found.append(line)
        if _COPYRIGHT.fullmatch(line) or _RIGHTS.fullmatch(line):
            name = ""
    return [line for line in found if not _COPYRIGHT.fullmatch(line)]


def _read_fields(lines: list[str], labels: _Labels, *, first: int) -> dict[str, str]:
    """The values of the labels; those of several lines together."""
    fields: dict[str, str] = {}
    name = ""
    for i, line in enumerate(lines):
        found = labels.read(line) if i >= first else None
        if found is not None:
            again = found[0] in fields and found[0] != "correction"
            name = "" if again else found[0]
            if name:
                fields[name] = f"{fields.get(name, '')} {found[1]}".strip()
        elif name and line and not _COPYRIGHT.fullmatch(line) and _goes_on(name, fields):
            fields[name] = f"{fields[name]} {line}".strip()
    return fields


def _goes_on(name: str, fields: dict[str, str]) -> bool:
    """Whether a line without a label belongs to the field before it."""
    return name == "correction" or not fields[name]


def _read_head(lines: list[str]) -> tuple[str, str, str]:
    """Title, outlet and the line with the date: in this order, in Nexis Uni."""
    lines = [line for line in lines if line]
    if not lines:
        return "", "", ""
    dated = next((i for i, line in enumerate(lines) if i and _is_date_line(line)), None)
    if not dated:
        dated = next((i for i, line in enumerate(lines[:5]) if i > 1 and _is_period(line)), None)
    names = lines[1:dated] if dated else lines[1:]
    if not dated:
        stop = next((i for i, ln in enumerate(names) if _COPYRIGHT.fullmatch(ln)), len(names))
        names = [
            line for i, line in enumerate(names[:stop]) if not i or not _EDITION.fullmatch(line)
        ]
    names = [line for line in names if not _APPENDED.fullmatch(line)]
    while len(names) > 1 and re.fullmatch(r"\(.*\)|\[.*\]", names[-1]):  # the name of a blog
        names.pop()
    outlet = names[-1] if names else ""
    return " ".join([lines[0], *names[:-1]]), outlet, lines[dated] if dated else ""


def _read_classic_head(lines: list[str]) -> tuple[str, str, str]:
    """Title, outlet and the line with the date: outlet, date, title, in the classic layout."""
    blocks: list[list[str]] = [[]]
    spaced = "" in lines
    for line in lines:
        if not spaced or not line:
            blocks.append([])
        if line:
            blocks[-1].append(line)
    blocks = [rest for block in blocks if (rest := _cut_rights(block))]
    dated = next((i for i, block in enumerate(blocks) if _is_date_line(block[0])), None)
    if dated is None:  # outlet and date may stand in one block
        flat = [line for block in blocks for line in block]
        dated = next((i for i, line in enumerate(flat) if _is_date_line(line)), None)
        blocks = [[line] for line in flat] if dated is not None else blocks
    if dated is None and len(blocks) > 2 and _is_period(blocks[1][0]):
        dated = 1
    at = dated if dated is not None else 1
    outlet = [line for block in blocks[:at][-1:] for line in block if not _APPENDED.fullmatch(line)]
    if not outlet and spaced:  # it stands right below the name of the owner
        outlet = [line for line in _find_block_with_owner(lines)[1:] if line][-1:]
    after = blocks[at + 1 :] if dated is not None else blocks[1:]
    title = [block for block in after if not _APPENDED.fullmatch(block[0])]
    while title and _EDITION.fullmatch(title[0][0]) and len(title[0][0].split()) <= 6:
        title.pop(0)
    heading = " ".join(line for block in title for line in block)
    return heading, " ".join(outlet), blocks[dated][0] if dated is not None else ""


def _find_block_with_owner(lines: list[str]) -> list[str]:
    """The lines from the copyright on, up to the next empty one."""
    begin = next((i for i, line in enumerate(lines) if _COPYRIGHT.fullmatch(line)), len(lines))
    end = next((i for i in range(begin, len(lines)) if not lines[i]), len(lines))
    return lines[begin:end]


def _cut_rights(block: list[str]) -> list[str]:
    """A block of the head without the copyright, which may have several lines, before an outlet."""
    if not block or not (_COPYRIGHT.fullmatch(block[0]) or _RIGHTS.fullmatch(block[0])):
        return block
    rights = [i for i, line in enumerate(block) if _RIGHTS.fullmatch(line)]
    return block[rights[-1] + 1 :] if rights else []


def _is_date_line(line: str) -> bool:
    return len(line) <= 100 and bool(_BEGINS_AS_DATE.match(line)) and bool(_read_date(line))


def _is_period(line: str) -> bool:
    """Whether a line is the date of a magazine, as "May 2023" or "Spring 2023"."""
    return len(line.split()) <= 5 and bool(re.search(r"\b(?:19|20)\d{2}\W*$", line))


def _read_date(line: str) -> str:
    """The date of a line, with the time behind it."""
    line = tidy(re.sub(r"(?<=\d)\.(?=[^\W\d_])", ". ", line))
    date = read_stated_date(line)
    clock = _CLOCK.search(line)
    if date and clock and "T" not in date:
        half = (clock[3] or "").lower()
        hour = int(clock[1]) % 12 + (12 if half == "p" else 0) if half else int(clock[1])
        if hour < 24 and int(clock[2]) < 60:
            date += f"T{hour:02d}:{clock[2]}"
    return date
