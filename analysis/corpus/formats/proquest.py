"""Exports of ProQuest: documents with named fields as text, page or mail; and RIS."""

from __future__ import annotations

import re

from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.lines import read_byline
from analysis.corpus.formats.record import Export, Record, make_document, read_number, tidy

_LABELS = (
    "Title", "Author", "Publication title", "Publication info", "Publication date",
    "Publication year", "Publication subject", "Full text", "Abstract", "Abstract (summary)",
    "Links", "Subject", "Location", "People", "Company / organization", "Identifier / keyword",
    "Classification", "Pages", "First page", "Start page", "Section", "Column", "Volume", "Issue",
    "Publisher", "Place of publication", "Country of publication", "Dateline", "ISSN", "e-ISSN",
    "ISBN", "Source type", "Language of publication", "Language", "Document type",
    "Document feature", "ProQuest document ID", "ProQuest document link", "Document URL",
    "Copyright", "Last updated", "Database", "Credit", "Illustration", "Edition", "Supplement",
    "URL", "Year", "Headline", "Number of pages", "Word count", "Correspondence author", "DOI",
    "Accession number", "Narrow subject", "Broad subject", "Caption",
)  # fmt: skip
# What the fields that are read are called in other languages of the interface.
_TRANSLATED = {
    "title": "Titel, Titre, Título, Titolo, Tytuł, Заглавие, Название, Başlık, 标题, 標題",
    "author": "Autor, Verfasser, Auteur, Autore, Автор, Yazar, 作者",
    "publication title": "Publikationstitel, Titel der Publikation, Titre de la publication, "
    "Título de publicación, Título de la publicación, Titolo pubblicazione, "
    "Titolo della pubblicazione, Título da publicação, Titel van publicatie, Tytuł publikacji, "
    "Название публикации, Название издания, Yayın başlığı, 出版物名称, 出版物名稱",
    "publication info": "Publikationsinfo, Informationen zur Publikation, "
    "Infos sur la publication, Informations sur la publication, Información de publicación, "
    "Información de la publicación, Informazioni pubblicazione, Informazioni sulla pubblicazione, "
    "Informações da publicação, Informações sobre a publicação, Publicatiegegevens, "
    "Informacje o publikacji, Сведения о публикации, Yayın bilgisi, 出版信息, 出版資訊",
    "publication date": "Publikationsdatum, Erscheinungsdatum, Datum der Publikation, "
    "Veröffentlichungsdatum, Date de publication, Fecha de publicación, Data di pubblicazione, "
    "Data pubblicazione, Data de publicação, Data da publicação, Publicatiedatum, "
    "Data publikacji, Дата публикации, Yayın tarihi, 出版日期",
    "publication year": "Erscheinungsjahr, Publikationsjahr, Année de publication, "
    "Año de publicación, Anno di pubblicazione, Anno pubblicazione, Ano de publicação, "
    "Ano da publicação, Publicatiejaar, Rok publikacji, Rok wydania, Год публикации, Yayın yılı, "
    "出版年份",
    "full text": "Volltext, Texte intégral, Texte complet, Texto completo, Texto íntegro, "
    "Testo completo, Testo integrale, Volledige tekst, Pełny tekst, Полный текст, Tam metin, "
    "全文文献, 全文, 全文文獻",
    "abstract": "Zusammenfassung, Abstrakt, Résumé, Resumen, Sommario, Resumo, Samenvatting, "
    "Streszczenie, Реферат, Аннотация, Özet, 摘要, Abstract (Zusammenfassung), Résumé (Abstract), "
    "Resumen (Abstract), Extracto",
    "links": "Enlaces, Liens, Collegamenti, Koppelingen, Łącza, Ссылки, Bağlantılar, 链接",
    "section": "Rubrik, Abschnitt, Rubrique, Section, Sección, Sezione, Seção, Sectie, Rubriek, "
    "Sekcja, Раздел, Bölüm, 版块",
    "language of publication": "Sprache der Publikation, Publikationssprache, "
    "Langue de publication, Langue de la publication, Idioma de la publicación, "
    "Idioma de publicación, Lingua di pubblicazione, Lingua pubblicazione, "
    "Lingua della pubblicazione, Idioma da publicação, Taal van publicatie, Język publikacji, "
    "Язык публикации, Yayın dili, 出版物语言",
    "language": "Sprache, Langue, Idioma, Lingua, Taal, Język, Язык, Dil, 语言",
    "document url": "Dokument-URL, URL des Dokuments, URL du document, URL del documento, "
    "URL documento, URL do documento, Document-URL, URL dokumentu, URL документа, Belge URL'si, "
    "文档 URL",
    "copyright": "Copyright (c), Urheberrecht, Droits d'auteur, Derechos de autor, "
    "Diritti d'autore, Direitos autorais, Prawo autorskie, Авторское право, Telif hakkı, 版权",
    "last updated": "Zuletzt aktualisiert, Letzte Aktualisierung, Dernière mise à jour, "
    "Última actualización, Ultimo aggiornamento, Última atualização, Laatst bijgewerkt, "
    "Ostatnia aktualizacja, Последнее обновление, Son güncelleme, 最近更新",
    "database": "Datenbank, Base de données, Base de datos, Database, Base de dados, "
    "Baza danych, База данных, Veritabanı, 数据库",
    "source type": "Quellentyp, Quellenart, Type de source, Tipo de fuente, Tipo di fonte, "
    "Tipo de fonte, Brontype, Typ źródła, Тип источника, Kaynak türü, 来源类型",
    "document type": "Dokumententyp, Dokumenttyp, Dokumentart, Type de document, "
    "Tipo de documento, Tipo di documento, Tipo documento, Documenttype, Typ dokumentu, "
    "Тип документа, Belge türü, 文档类型",
    "pages": "Seiten, Seite, Páginas, Página, Pagine, Pagina, Strony, Страницы, Sayfalar, 页",
    "first page": "Erste Seite, Première page, Primera página, Prima pagina, Primeira página",
    "subject": "Thema, Fachgebiet, Sujet, Materia, Soggetto, Assunto, Onderwerp, Temat, Тема",
    "location": "Ort, Standort, Lieu, Lugar, Ubicación, Luogo, Local, Locatie, Lokalizacja",
    "publisher": "Herausgeber, Verlag, Éditeur, Editorial, Editor, Editore, Editora, Uitgever, "
    "Wydawca, Издатель, Yayıncı, 出版商",
    "word count": "Wortanzahl, Anzahl der Wörter, Nombre de mots, Número de palabras",
}


def _fold(name: str) -> str:
    """The name of a field without case and blanks, which a file may have lost."""
    return re.sub(r"\W", "", name.lower())


_KNOWN = {_fold(label): label.lower() for label in _LABELS}
_KNOWN |= {
    _fold(name): label
    for label, names in _TRANSLATED.items()
    for name in names.split(", ")
    if _fold(name) not in _KNOWN
}
_LABEL = re.compile(r"([^\W\d_][\w /()'’&.-]{0,40}?)\s*[:：]\s*(.*)", re.DOTALL)
_DOCUMENT = r"(?:do[ck]ument\w*|докумен\w*|belge\w*|文档|文件)"  # in any language
_LINK = re.compile(
    rf"ProQuest document link\b.*|(?=.*ProQuest)(?=.*{_DOCUMENT})[^:：]{{10,60}}", re.IGNORECASE
)
_ID = re.compile(  # "ProQuest document ID:", "ID del documento de ProQuest:"
    rf"(?:ProQuest\W*{_DOCUMENT}\W*ID|ID\W.{{0,12}}{_DOCUMENT}.{{0,8}}ProQuest)\s*[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_*=]{10,}")
_COUNT = re.compile(r"Document (\d+) of (\d+)", re.IGNORECASE)
_CAPTION = re.compile(  # and the lines that stand where a picture was
    r"(?:caption|photo caption|illustration|graphic)s?\s*:.*|illustration|enlarge this image\.?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?][”\"’)]*$")
_SEVERAL = ("copyright", "credit", "illustration", "links", "database")  # of several paragraphs
_TAIL = ("proquest document id", "document url", "copyright", "last updated", "database")


def is_proquest(lines: list[str]) -> bool:
    """Say whether the lines of a text are an export of ProQuest."""
    lines = [line.strip(" >\t") for line in lines]
    named = any(_ID.match(line) or _LINK.fullmatch(line) for line in lines)
    return named and any((_read_label(line) or ("",))[0] == "full text" for line in lines)


def read_proquest(lines: list[str]) -> Export:
    """Take an export apart into its documents."""
    # Documents stand between rules of underscores, or in a mail one behind the other. A field
    # begins with its name and a colon at the start of a line and goes on until the next one, so a
    # paragraph of the text that begins with "Location: …" would end it; only the names that
    # ProQuest uses count.
    full = [line for line in lines if line.strip()]
    if full and sum(line.startswith(">") for line in full) > 0.5 * len(full):  # forwarded
        lines = [re.sub(r"^(?:> ?)+", "", line) for line in lines]
    documents: list[list[str]] = [[]]
    counts = [m for line in lines if (m := _COUNT.fullmatch(line.strip()))]
    for line in lines:
        if _RULE.fullmatch(line.strip()) or _COUNT.fullmatch(line.strip()):
            documents.append([])
        else:
            documents[-1].append(line)
    parts = [part for document in documents for part in _split_document(document)]
    records = [record for part in parts if (record := _read_document(part)) is not None]
    stated = max((int(match[2]) for match in counts), default=len(records))
    notes = []
    if stated != len(records):
        notes.append(f"the file states {stated:,} documents, but {len(records):,} were found")
    return Export(records, notes)


def _read_label(line: str) -> tuple[str, str] | None:
    """The name of a field and its value, whatever blanks the name lost on its way."""
    match = _LABEL.match(line.strip())
    name = _KNOWN.get(_fold(match[1])) if match else None
    if match and _ID.match(line.strip()):
        name = "proquest document id"
    return (name, match[2]) if match and name else None


def _split_document(lines: list[str]) -> list[list[str]]:
    """Documents without rules: the next begins behind the last fields of the one before."""
    if sum(bool(_ID.match(line.strip())) for line in lines) < 2:
        return [lines]
    parts: list[list[str]] = [[]]
    ended = False
    for line in lines:
        label = _read_label(line)
        if ended and line.strip() and (label is None or label[0] not in _TAIL):
            parts.append([])
            ended = False
        ended = ended or bool(_ID.match(line.strip()))
        parts[-1].append(line)
    return parts


def _read_document(lines: list[str]) -> Record | None:
    """One document; None for lines without fields, as before the first and behind the last one."""
    fields: dict[str, list[str]] = {"": []}
    label, last = "", _find_last_sentence(lines)
    names = [(_read_label(line) or ("",))[0] for line in lines]
    for i, line in enumerate(lines):
        found = _read_label(line)
        if label == "full text" and (i < last or (found and found[0] in names[i + 1 :])):
            found = None
        if _LINK.fullmatch(line.strip()):
            label = "links"
            fields.setdefault(label, [])
        elif found and found[0] not in fields and found[0] != "caption":
            label = found[0]
            fields[label] = [found[1]]
        else:
            fields[label].append(line)
    if not {"full text", "proquest document id", "publication info"} & set(fields):
        return None
    text = re.sub(r"^\s*<?/?html>\s*", "", "\n".join(fields.get("full text", [])))
    body = [tidy(paragraph) for paragraph in split_paragraphs(text)]
    captions = [paragraph for paragraph in body if _CAPTION.fullmatch(paragraph)]
    one = {name: tidy(" ".join(lines)) for name, lines in fields.items()}
    outlet = one.get("publication title", "") or one.get("publication info", "").split(";")[0]
    record = make_document(
        one.get("title") or one.get("headline") or _find_title(fields[""], one),
        [paragraph for paragraph in body if paragraph not in captions],
        published=read_stated_date(one.get("publication date", ""))
        or read_stated_date(one.get("publication info", "")),
        language=read_language(one.get("language of publication") or one.get("language") or ""),
        url=one.get("document url", "").split(" ")[0],
        facts={
            "outlet": re.split(r"\s*;\s*", outlet)[0],
            "byline": read_byline(one.get("author", "")),
            "section": one.get("section", ""),
            "stated_words": re.sub(r"\D", "", one.get("word count", "")),
            "licence": one.get("copyright", ""),
            "accession": one.get("proquest document id", "").split(" ")[0],
            "database": "ProQuest",
        },
    )
    record["dropped"] = captions
    if not record["paragraphs"]:
        abstract = one.get("abstract", "") or one.get("abstract (summary)", "")
        record["notes"].append("an abstract alone, no full text" if abstract else "no full text")
    return record


def _find_last_sentence(lines: list[str]) -> int:
    """The last line of the text, before which a line that looks like a field is none."""
    name, last = "", -1
    for i, line in enumerate(map(str.strip, lines)):
        label = _read_label(line)
        name = label[0] if label else name
        alone = i > 0 and not lines[i - 1].strip() and not name.startswith(_SEVERAL)
        is_sentence = len(line.split()) >= (2 if alone else 12) and _SENTENCE.search(line)
        if label is None and is_sentence and not name.startswith("abstract"):
            last = i
    return last


def _find_title(lines: list[str], fields: dict[str, str]) -> str:
    """The title among the lines before the first field: the last that is no author or citation."""
    author = fields.get("author", "").rstrip(" .")
    outlet = fields.get("publication title", "").split(",")[0].split(";")[0].strip()
    before = [tidy(line) for line in lines if line.strip()]
    while len(before) > 1 and (
        (author and before[-1].rstrip(" .") == author)
        or (outlet and outlet in before[-1] and read_stated_date(before[-1]))
    ):
        before.pop()
    return before[-1] if before else ""


_RIS = re.compile(r"\ufeff?([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*)|$)", re.DOTALL)
_FULL = ("FT", "TX")  # the full text, where a database writes it
_ABSTRACT = ("N2", "AB")


def is_ris(lines: list[str]) -> bool:
    """Say whether the lines of a text are a RIS file."""
    tags = [match[1] for line in lines if (match := _RIS.match(line))]
    return tags[:1] == ["TY"] and len(tags) >= 3


def read_ris(lines: list[str]) -> Export:
    """Read the entries of a RIS file: of the texts, what it holds."""
    entries: list[dict[str, list[str]]] = []
    tag = ""
    for line in lines:
        match = _RIS.match(line)
        if match and match[1] == "TY":
            entries.append({})
        if match and entries:
            tag = match[1]
            entries[-1].setdefault(tag, []).append(match[2] or "")
        elif entries and tag in entries[-1]:
            entries[-1][tag][-1] += f"\n{line}"
    return Export([_read_entry(entry) for entry in entries], [])


def _read_entry(entry: dict[str, list[str]]) -> Record:
    def first(*tags: str) -> str:
        return next((tidy(entry[tag][0]) for tag in tags if tag in entry), "")

    full = [text for tag in _FULL for text in entry.get(tag, [])]
    abstract = next((entry[tag] for tag in _ABSTRACT if "".join(entry.get(tag, []))), [])
    text = "\n\n".join(full or abstract)
    notes = " ".join(entry.get("N1", []))
    updated = re.sub(r"Last updated\b.*?(?:\d{4}-\d{2}-\d{2}|$)", "", notes)
    rights = re.search(r"(?:copyright\b\s*[-–:]?|©)[^;\n]*", updated, re.IGNORECASE)
    database = first("DP", "DB")
    record = make_document(
        first("TI", "T1", "CT"),
        split_paragraphs(text),
        published=_read_ris_date(first("DA", "Y1", "PY")),
        language=read_language(first("LA")),
        url=first("UR", "L2"),
        facts={
            "outlet": first("JF", "T2", "JO", "JA", "PB"),
            "byline": "; ".join(tidy(name) for t in ("AU", "A1") for name in entry.get(t, [])),
            "section": first("SE", "C1"),
            "licence": rights[0] if rights else "",
            "accession": first("AN", "ID"),
            "database": database or "RIS",
            "stated_words": read_number(first("WC")),
        },
    )
    if not full and abstract:
        record["notes"].append("the text is an abstract: the file holds no full text")
    elif not full:
        record["notes"].append("no text: the entry names an article, but holds none")
    return record


def _read_ris_date(text: str) -> str:
    """A date such as "2004/09/11/" or "2004 Sep 11", whose parts stand from large to small."""
    match = re.match(r"(\d{4})[/ -](\w{3,9}|\d{1,2})[/ -](\d{1,2})", text)
    return read_stated_date(f"{match[3]} {match[2]} {match[1]}" if match and match[2].isalpha()
                            else "-".join(f"{int(p):02d}" for p in match.groups())
                            if match else text)  # fmt: skip
