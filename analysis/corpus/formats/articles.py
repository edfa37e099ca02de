"""The text of a page, divided into title, standfirst, date, body and navigation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from analysis.corpus.formats.dates import read_date_line, read_time_line, split_date, states_date
from analysis.corpus.formats.record import Record, make_record


def split_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs: every line is one, unless the text is hard-wrapped."""
    # A text counts as hard-wrapped if most of its lines that are followed by another are 40 to 110
    # characters long and a third of the lines after them begin in lower case (all, where there are
    # only one or two); then only blank lines separate paragraphs.
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in re.split(r"\n\s*\n", text)
    ]
    pairs = [pair for block in blocks for pair in pairwise(block)]
    enough = len(pairs) / 3 if len(pairs) >= 3 else len(pairs)
    if (
        pairs
        and sum(40 <= len(line) <= 110 for line, _ in pairs) >= 0.7 * len(pairs)
        and sum(following[0].islower() for _, following in pairs) >= enough
    ):
        joined = [re.sub(r"(?<=\w-) (?=\w)", "", " ".join(block)) for block in blocks]
        return [paragraph for paragraph in joined if paragraph]
    return [line for block in blocks for line in block]


def read_page(text: str, *, title: str = "") -> Record:
    """Divide the text of a page: title, standfirst, date, body, and what is left out."""
    # The title is the line that is stated twice near the top; else the headline beside the date
    # line; else a first line that is no sentence. A standfirst is what stands between the two
    # statements of the title, or between title and date, or an unfinished sentence right after the
    # title. Everything above the title goes, and navigation wherever it is; on a page that has any,
    # also short lines that are no sentences between title and body and after the body. These are
    # rules of thumb: look at what `discourse add` shows before you trust it.
    return read_paragraphs(split_paragraphs(text), title=title)


def read_paragraphs(paragraphs: list[str], *, title: str = "", extracted: bool = False) -> Record:
    """Do what `read_page` does for a page whose paragraphs are known."""
    # Of an article `extracted` from a page only what says itself that it is no text goes: almost
    # everything around the article is gone already.
    paragraphs = _cut_fused_date(paragraphs)
    labels = ["navigation" if mark else "" for mark in mark_navigation(paragraphs)]
    published, notes = _label_dates(paragraphs, labels)
    _label_trailers(paragraphs, labels)
    _label_captions(paragraphs, labels)
    label_head(paragraphs, labels, title, extracted=extracted)
    named = {label: paragraphs[labels.index(label)] for label in set(labels)}
    own_title = named.get("title", "")
    record = make_record([p for p, label in zip(paragraphs, labels, strict=True) if not label])
    if title and own_title and not same_title(own_title, title):
        record["paragraphs"].insert(0, own_title)  # the user's title is another: lose nothing
    record["title"] = title or own_title
    record["standfirst"] = named.get("standfirst", "")
    record["published"] = published
    record["dropped"] = [
        p for p, label in zip(paragraphs, labels, strict=True) if label in ("navigation", "byline")
    ]
    record["notes"] = notes
    return record


def _cut_fused_date(paragraphs: list[str]) -> list[str]:
    """Make a date line of a date that runs into the first paragraph, if there is no date line."""
    head = paragraphs[:HEAD]
    if any(read_date_line(paragraph) for paragraph in head):
        return paragraphs
    for i, paragraph in enumerate(head[:4]):
        parts = split_date(paragraph)
        if parts:
            return [*paragraphs[:i], *parts, *paragraphs[i + 1 :]]
    return paragraphs


def _label_dates(paragraphs: list[str], labels: list[str]) -> tuple[str, list[str]]:
    """Label the date lines; give the date of publication and doubts about it."""
    published, updated = "", ""
    doubts: list[str] = []
    head = set(find_head(paragraphs, labels))
    for i, paragraph in enumerate(paragraphs):
        line = read_date_line(paragraph) if not labels[i] else None
        if line is None or not (i in head or states_date(paragraph)):
            continue
        labels[i] = "date"
        found, later = line
        iso = found.iso
        clock = read_time_line(paragraphs[i + 1]) if i + 1 < len(paragraphs) else ""
        if clock and not labels[i + 1]:  # the time on a line of its own
            labels[i + 1] = "date"
            iso += clock if len(iso) == len("2024-05-15") else ""
        if not iso:
            why = "can be read two ways" if re.search(r"\d{4}", paragraph) else "states no year"
            doubts.append(f"{paragraph!r} {why}")
        elif later:
            updated = updated or iso
        elif not published or iso.startswith(f"{published}T"):
            published = iso
    return published or updated, [] if published or updated else doubts


HEAD = 80  # paragraphs that are not navigation among which title and date are looked for
TITLE_WORDS = 40
LEAD = 5  # paragraphs that may stand between title and date
_NAME = r"(?:[A-Z][\w.'’-]*|and|in|for|of|at|the|with|,|&)"
_NAMES = rf"{_NAME}(?:,?\s+{_NAME}){{0,11}},?"
_NO_LETTER = re.compile(r"\W+")
_BYLINE = re.compile(rf"(?:Written by|Reporting by|By|BY|Author:)\s+{_NAMES}")


def find_head(paragraphs: list[str], labels: list[str]) -> list[int]:
    """Find the paragraphs among which title and date are looked for."""
    free = _free(labels)[:HEAD]
    bodies = [place for place, i in enumerate(free) if looks_like_body(paragraphs[i])]
    return free[: bodies[1]] if len(bodies) > 1 else free


def label_head(
    paragraphs: list[str], labels: list[str], title: str = "", *, extracted: bool = False
) -> None:
    """Label title, standfirst and byline, and what else is around them and no body."""
    is_page = "navigation" in labels
    for i in find_head(paragraphs, labels):
        labels[i] = "byline" if _BYLINE.fullmatch(paragraphs[i]) else ""
    if extracted and title:
        _label_extracted(paragraphs, labels, title)
        return
    found = _find_title(paragraphs, labels, title, is_page)
    if found:
        _label_above(paragraphs, labels, *found)
        _label_below(paragraphs, labels, *found)
    if is_page:
        _trim(paragraphs, labels)


def _label_extracted(paragraphs: list[str], labels: list[str], title: str) -> None:
    """Label the statements of a known title in an extracted article, and the head below it."""
    stated = [i for i in _free(labels) if same_title(paragraphs[i], title)]
    for i in stated:
        labels[i] = "title"
    head = find_head(paragraphs, labels)
    bodies = [i for i in head if looks_like_body(paragraphs[i])]
    if stated and (not bodies or stated[0] < bodies[0]):
        for i in head:  # a path of sections
            if i < stated[0] and _words(paragraphs[i]) <= 4 and not ends_a_sentence(paragraphs[i]):
                labels[i] = "navigation"
    times = [i for i in _free(labels) if read_time_line(paragraphs[i])]
    if len(times) == 1 and times[0] in head and (not bodies or times[0] < bodies[0]):
        labels[times[0]] = "date"  # the hour alone; a live blog has more of them
    _label_below(paragraphs, labels, *((stated[0],) * 2 if stated else (-1, -1)))


def _free(labels: list[str]) -> list[int]:
    """Positions of paragraphs without a label yet."""
    return [i for i, label in enumerate(labels) if not label]


def _words(paragraph: str) -> int:
    return len(paragraph.split())


def title_key(paragraph: str) -> str:
    """A title's letters and digits, so that quotes, case and spaces make no difference."""
    return _NO_LETTER.sub("", paragraph.casefold())


def title_keys(title: str) -> set[str]:
    """The keys of a title: as it is, and without a section before or an outlet behind it."""
    behind = re.split(r"\s+[-–—|·:»]+\s+(?=[^-–—|·:»]*$)", title)[0]
    before = re.split(r"\s+[»›>|]+\s+", title)[-1]
    return {title_key(title), title_key(behind), title_key(before)} - {""}


def _states(paragraph: str, title: str) -> bool:
    """Whether a paragraph states a title, maybe with a section before or an outlet behind it."""
    return title_key(title) in title_keys(paragraph)


def same_title(one: str, other: str) -> bool:
    """Say whether two lines state one title, either of them maybe with the outlet's name."""
    return _states(one, other) or _states(other, one)


def _is_title(paragraph: str, *, words: int = 3, stops: str = ".,;:") -> bool:
    """Whether a paragraph could be a headline: short, no sentence, no (stage direction)."""
    short = words <= _words(paragraph) <= TITLE_WORDS
    return short and paragraph[0] not in "([" and paragraph[-1] not in stops


def _find_title(
    paragraphs: list[str], labels: list[str], title: str, is_page: bool
) -> tuple[int, int] | None:
    """Positions of the first and the last statement of the title in the head of a page."""
    head = find_head(paragraphs, labels)
    stated = [i for i in head if title and same_title(paragraphs[i], title)]
    if stated:
        return stated[0], stated[-1]
    pairs = list(_find_repeated(paragraphs, head, is_page))
    if pairs:
        long = [pair for pair in pairs if _words(paragraphs[pair[0]]) >= 4]
        return long[0] if long else max(pairs, key=lambda pair: _words(paragraphs[pair[0]]))
    if "date" in labels:
        only = _find_by_date(paragraphs, labels.index("date"), head)
    else:
        only = _find_first(paragraphs, head, is_page) if len(_free(labels)) > 1 else None
    return None if only is None else (only, only)


def _find_repeated(
    paragraphs: list[str], head: list[int], is_page: bool
) -> Iterator[tuple[int, int]]:
    """Headlines above the body that are stated twice with little in between."""
    stops = ",;:" if is_page else ".,;:"  # a speaker may say a sentence twice, a page does not
    for place, i in enumerate(head):
        between = 0
        if looks_like_body(paragraphs[i]):
            return
        for j in head[place + 1 :]:
            if between > 150 or not _is_title(paragraphs[i], words=2, stops=stops):
                break
            if same_title(paragraphs[j], paragraphs[i]):
                yield i, j
                break
            between += _words(paragraphs[j])


def _find_by_date(paragraphs: list[str], date: int, head: list[int]) -> int | None:
    """The headline before or after the date line."""
    before = [i for i in head if i < date and _is_title(paragraphs[i], words=2)]
    long = [i for i in before if _words(paragraphs[i]) >= 5]  # no section, no outlet
    if len(long) > 1 and _is_byline(paragraphs[long[-1]]):
        long.pop()
    after = next((i for i in head if i > date), None)
    if not long and after is not None and _is_title(paragraphs[after]):
        return after
    if len(long) > 1 and 10 <= _words(paragraphs[long[-1]]) > _words(paragraphs[long[-2]]):
        return long[-2]  # a standfirst is longer than the title above it
    return next(iter([*long[-1:], *before[-1:]]), None)


def _is_byline(paragraph: str) -> bool:
    """Whether a line above a date is names and places alone."""
    names = _words(paragraph) <= 7 and re.fullmatch(_NAMES, paragraph) is not None
    return names or _words(paragraph) < 5


def _find_first(paragraphs: list[str], head: list[int], is_page: bool) -> int | None:
    """Without a date line: the first line if it is no sentence; on a page a later one, too."""
    bodies = [place for place, i in enumerate(head) if looks_like_body(paragraphs[i])]
    lines = head[: bodies[0]] if bodies else head
    if lines and _is_title(paragraphs[lines[0]]):
        return lines[0]
    later = [i for i in lines if _is_title(paragraphs[i], words=5)] if is_page and bodies else []
    return later[0] if later else None


def _label_above(paragraphs: list[str], labels: list[str], first: int, last: int) -> None:
    """Label the statements of the title, and all that stands above it as navigation."""
    title = min(paragraphs[first], paragraphs[last], key=len)
    for i in _free(labels):
        if i in (first, last) or _states(paragraphs[i], title):
            labels[i] = "title"
        elif i < first:
            labels[i] = "navigation"
    if paragraphs[first] != title:  # "Title | Outlet" came first: the plain one is the title
        labels[first], labels[last] = "navigation", "title"


def _label_below(paragraphs: list[str], labels: list[str], first: int, last: int) -> None:
    """Label the standfirst, and short lines between the statements of title and date."""
    free = [i for i in _free(labels) if i > first]
    between = [i for i in free if i < last and not looks_like_body(paragraphs[i])]
    body = next((i for i in free if i > last and looks_like_body(paragraphs[i])), len(labels))
    dates = [i for i in range(last, body) if labels[i] in ("date", "byline")]
    above_date = [i for i in free if dates and last < i < dates[-1]]
    if len(above_date) > LEAD:  # that is the body of an article with its date below
        dates, above_date = [], []
    bylines = [i for i in above_date if _is_byline(paragraphs[i])]
    summaries = [i for i in above_date if i not in bylines]
    standfirst = _find_standfirst(paragraphs, labels, last, between, summaries, bool(dates))
    for i in [*between, *bylines]:
        labels[i] = "navigation"
    if standfirst is not None:
        for i in _free(labels):
            if title_key(paragraphs[i]) == title_key(paragraphs[standfirst]):
                labels[i] = "standfirst"
        labels[standfirst] = "standfirst"


def _find_standfirst(
    paragraphs: list[str],
    labels: list[str],
    last: int,
    between: list[int],
    above_date: list[int],
    is_dated: bool,
) -> int | None:
    """The paragraph that sums an article up between its title and its body."""
    summaries = [i for i in between if _words(paragraphs[i]) >= 5]
    if summaries:
        return summaries[0]
    summaries = [i for i in above_date if 5 <= _words(paragraphs[i]) <= 60]
    if is_dated:
        return summaries[0] if len(summaries) == 1 else None
    below = [i for i in _free(labels) if i > last][:2]
    if len(below) < 2 or not looks_like_body(paragraphs[below[1]]):
        return None
    text = paragraphs[below[0]]
    unfinished = not ends_a_sentence(text) and text[-1] not in ":;,"
    return below[0] if unfinished and 8 <= _words(text) <= 60 else None


def _trim(paragraphs: list[str], labels: list[str]) -> None:
    """Drop short lines that are no sentences before the body of a page and after it."""
    free = _free(labels)
    bodies = [place for place, i in enumerate(free) if looks_like_body(paragraphs[i])]
    if not bodies:
        return
    for i in free[: bodies[0]]:
        if _words(paragraphs[i]) <= 4 and not ends_a_sentence(paragraphs[i]):
            labels[i] = "navigation"
    for i in reversed(free[bodies[-1] + 1 :]):
        if _words(paragraphs[i]) > 5 or ends_a_sentence(paragraphs[i]):
            break
        labels[i] = "navigation"


# What agencies and papers put behind an article: who reported, edited and contributed, standards,
# who the author is and where to reach them, corrections, and where the text first appeared.
_AGENCIES = (
    r"(?:associated press|agence france[- ]presse|deutsche presse[- ]agentur|canadian press"
    r"|press association|thomson reuters|europa press|xinhua|kyodo(?: news)?|yonhap|bernama"
    r"|anadolu|interfax|ukrinform|keystone[- ]sda|adnkronos|reuters|bloomberg|belga|ritzau|tanjug"
    r"|agerpres|(?-i:AFPE?|afp|AP|(?:dpa|DPA)(?:[-–][\w-]+)?|epd|EPD|kna|KNA|sid|SID|apa|APA|ANSA|Ansa"
    r"|AGI|EFE|Efe|Lusa|LUSA|ANP|NTB|TT|STT|PAP|[CČ]TK|MTI|HINA|Hina|FENA|STA|BTA|PTI|ANI|IANS|AA"
    r"|DHA|İHA|SANA|IRNA|WAM|SPA|MENA|sda|SDA|ATS|ats|UPI|AAP|TASS|Tass|УНН)"
    r"|тасс|риа(?: новости)?|интерфакс|укринформ|укрінформ|رويترز|أ ?ف ?ب|وكالات"
    r"|新华社|共同|時事|연합뉴스)"
)
_SIGNED = rf"(?:the )?{_AGENCIES}(?:\s?(?:[/,&|+-]|and|und|et|y|e|и)\s?[\w.-]{{1,20}}){{0,5}}"
_TRAILER = re.compile(
    r"[\W_]*(?:additional |further )?(?:report(?:ing|ed)|writing|written|edit(?:ing|ed)|compiled"
    r"|produced|production|graphics?|photograph(?:y|s)|translat(?:ion|ed)|research)"
    r"(?: and \w+)? by\b.*"
    r"|[\W_]*(?:bericht(?:e|et)? von|geschrieben von|redigiert von|mit (?:agentur)?(?:material"
    r"|informationen|inhalten) (?:von|der|des)|(?:по материалам|за матеріалами)"
    r"|reportage (?:de|par)|rédigé par|édité par"
    r"|report(?:e|aje) de|editado por|con información de|reportagem (?:de|por)"
    r"|edição (?:de|por)|a cura di)\b.*"
    rf"|[\W_]*{_SIGNED}(?: news(?: agency)?)?[\W_]*"
    r"|[\W_]*(?:sources?|quellen?|fuentes?|fontes?|fonti?|bron|kilder?|källa|źródło|kaynak|forrás"
    rf"|источник|джерело|المصدر|來源|来源)\s*[:：].{{0,30}}\b{_AGENCIES}\b.{{0,60}}"
    r"|[\W_]*(?:with (?:(?:additional )?(?:files?|inputs?|material|reporting|agency inputs?))"
    r"|(?:additional )?(?:material|inputs?)) (?:from|by)\b.*"
    r"|[\W_]*(?:[\w’' ]{2,40} )?(?:with|mit|avec|con|com|met|med|z|ile)\s+"
    rf"(?:(?:the|l['’]|la|el|o|der|den|de)\s*)?{_SIGNED}[\W_]*"
    rf"|[\W_]*{_AGENCIES}[,:]?\s+[\w:./-]*\d[\w:./-]*[\W_]*"
    r"|\W*\S+@\S+\.\w+\W*|our standards\s*:.*|.{0,200}\btrust principles\b\W*"
    r"|.{0,200}\bcontributed (?:reporting|to this (?:report|story|article|piece))\b.*"
    r"|\W*(?:corrections?|clarifications?|editor['’]?s['’]? notes?)\W*(?:\(|:|[-–—]).*"
    r"|\W*(?:an earlier|a previous) version of this (?:story|article|report|piece)\b.*"
    r"|\W*this (?:story|article|report|piece|essay|interview|column|post) (?:was|has been|is|first"
    r"|originally)\b.{0,60}\b(?:published|appeared|corrected|updated|refiled|republished|edited"
    r"|translated|produced)\b.*"
    r"|\W*(?:first|originally) (?:published|appeared)\b.*"
    r"|(?=.*(?:\S@\S|(?:^|\s)@\w)).*\b(?:reach(?:ed)?|contact(?:ed)?|e-?mail(?:ed)?|follow(?:ed)?"
    r"|writes?|tweets?)\b.*"
    r"|(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,4}),? is (?:a|an|the|our)\b"
    r"(?: [\w'’,-]+){0,8}?"
    r" (?:reporter|correspondent|journalist|editor|writer|columnist|contributor|bureau chief)\b.*"
    r"|\((?:[\w.]{2,10}|the canadian press)(?:\s?[/,-]\s?[\w.]{2,10}){0,4}\)",
    re.IGNORECASE,
)


def is_trailer(paragraph: str) -> bool:
    """Say whether a paragraph reads like what agencies and papers put behind an article."""
    return len(paragraph) <= 2 * LINE and _TRAILER.fullmatch(paragraph.strip()) is not None


def _label_trailers(paragraphs: list[str], labels: list[str]) -> None:
    """Label what stands behind an article and is not of its text."""
    marks = [is_trailer(paragraph) for paragraph in paragraphs]
    bodies = [i for i, p in enumerate(paragraphs) if looks_like_body(p) and not marks[i]]
    if not bodies:  # a short piece
        bodies = [i for i, p in enumerate(paragraphs) if ends_a_sentence(p) and not marks[i]]
    for i in range(bodies[-1] + 1 if bodies else len(paragraphs), len(paragraphs)):
        if marks[i] and not labels[i]:
            labels[i] = "navigation"


_OWNER = r"(?:[A-ZÀ-ÞА-Я][\w.'’-]*|of|for|from|by|the|via|and|de|von|van|courtesy|dpa|afp|epa|&)"
_CREDIT = re.compile(  # Image: Jane Doe. | (Photo: AP/Jane Doe) | Picture by N. M. | Foto: dpa
    r"(?:^|[.!?…)\]|–—,-]\s+|[(\[]|\s(?=©|[A-Z]\w{4,9}(?: [Cc]redits?)?:))"
    r"(?:(?i:(?:(?:file )?(?:image|photo(?:graph)?|picture|pic)s?)(?: credits?)?|credits?|fotos?"
    r"|bild(?:er)?|crédits?(?: photos?)?|фото)\s*(?::|©)|(?:Image|Photo|Picture)s? by:?\s|©)"
    rf"\s*(?:\d{{4}}\s)?{_OWNER}(?:[\s/,|]{{1,3}}(?:{_OWNER}|\d{{4}})){{0,9}}[.)\]]*\s*$"
)


def is_credited(paragraph: str) -> bool:
    """Say whether a paragraph is a picture's caption: a short line that ends in its credit."""
    return _count_words(paragraph) <= CAPTION_WORDS and _CREDIT.search(paragraph) is not None


def _label_captions(paragraphs: list[str], labels: list[str]) -> None:
    """Label captions that name whose the picture is; they are shown as left out."""
    for i, paragraph in enumerate(paragraphs):
        if not labels[i] and is_credited(paragraph):
            labels[i] = "navigation"


# A paragraph of the article itself is at least this long and ends like a sentence.
BODY_WORDS = 25
CAPTION_WORDS = 60
LINE = 400  # characters; a longer paragraph is neither a button nor a notice

_NETWORK = (
    r"facebook|twitter|x|telegram|whats ?app|linked ?in|reddit|vk|vkontakte|ok|e-?mail|mail|viber"
    r"|messenger|instagram|youtube|tiktok|flipboard|pinterest|rumble|odysee|gab|threads|bluesky"
    r"|mastodon|wechat|weibo|line|rss|feedly|google news"
)
# Said alone these are buttons; no writer makes a paragraph of them.
_BUTTONS = (
    r"skip to (?:main )?(?:content|navigation)|sign in|sign up|log in|login|log out|register"
    r"|subscribe(?: now)?|copy link|link copied!?|share(?: (?:this|on|via|to))?(?: (?:article|story"
    r"|page|post))?|menu|add to (?:bookmarks|favou?rites|home screen)|bookmark|tweet(?: this)?"
    r"|print(?: this)?(?: page| article)?|save (?:article|for later)|view comments|leave a comment"
    r"|add a comment|post a comment|show comments|read more|show more|load more|see more|view more"
    r"|back to top|advertisement|advertising|sponsored|accept(?: all)?(?: cookies)?|reject all"
    r"|manage cookies|cookie (?:settings|policy|preferences)|privacy policy"
    r"|terms of (?:use|service)|terms and conditions|contact us|about us|follow us"
    r"|next article|previous article"
    r"|listen to (?:this )?(?:article|story)|text size|close menu|open menu|main menu|donate"
    r"|support us|download app|get the app|all rights reserved|breaking news|add rt on google"
    r"|\d+ ?(?:comments?|shares?|views?|likes?|min(?:ute)?s?(?: read)?)"
    rf"|(?:{_NETWORK})(?:[\s|·•,/]+(?:{_NETWORK})\b)+"
)
# These may be a heading in an article, too: a button only beside other buttons.
_WEAK = (
    rf"{_NETWORK}|save|listen|search|home|news|comments?|video|videos|photos?|photo"
    r"|gallery|live|more|close|next|previous|reply|like|likes|link|world|politics|business"
    r"|economy|sports?|culture|opinions?|features?|entertainment|science|technology|tech|health"
    r"|travel|weather|lifestyle|podcasts?|shows|newsletters?|newsletter|russia|ukraine|usa?|uk"
    r"|europe|asia|africa|americas?|middle east|india|china|latest|top stories|trending|popular"
    r"|about|contact|contacts|careers|help|faq|en|ru|es|de|fr|ar|tags?|topics|related|where to"
    r"|watch|magazine|arts?|style|food|games|jobs|property|money|markets?|explainers?|in depth"
    r"|investigations?|projects?|archive|analysis|editorials?|columnists?|environment|society"
    r"|edition|account|my account|settings|notifications?"
)
_GAP = r"[\s|·•,/:;>›»*()\[\]#–—-]*+"
# Atomic and possessive, so that no line, however odd, takes long.
_ONLY_BUTTONS = re.compile(rf"{_GAP}(?:(?>(?:{_BUTTONS})(?![^\W_])){_GAP})++", re.IGNORECASE)
_ONLY_WEAK = re.compile(rf"{_GAP}(?:(?>(?:{_BUTTONS}|{_WEAK})(?![^\W_])){_GAP})++", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|don['’]t miss|more on this|related)\s*:.*"
    r"|(?:tags?|categories|topics|filed under|keywords)\s*:.*[^.]"
    rf"|follow (?:\S+ ){{1,5}}on (?:{_NETWORK})\b.*"
    rf"|(?:you can )?share (?:this )?(?:story|article|post|page)?\s*(?:on|via) .{{0,60}}"
    r"|(?:sign up|subscribe|join (?:us|our|the))\b.*"
    r"\b(?:newsletter|alerts?|channel|updates|e-?mails?|inbox)\b.*"
    r"|(?:download|get) (?:our|the) (?:free )?(?:mobile )?app\b.*"
    r"|(?:this (?:web)?site|we|our partners) uses? cookies.*|by (?:continuing|using) .*cookies?.*"
    r"|(?:copyright )?(?:©|copyright|\(c\)) ?(?:19|20)\d\d\b.{0,150}"
    r"|.{0,200}©\s?\w.{0,80}|.{0,80}\ball rights reserved\b.{0,20}"
    r"|(?:file )?photo\s*[:/].{0,200}|.{0,100}(?:/getty images|getty images\s*/).{0,60}"
    r"|please enable javascript.*|your browser does not support.*",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:related (?:articles?|stories|news|topics|content)|more (?:stories|news|from .{1,40}"
    r"|on this (?:story|topic))|most (?:read|viewed|popular|shared)|trending(?: now| news)?"
    r"|recommended(?: for you)?|you (?:may|might) (?:also )?(?:like|be interested in)|read next"
    r"|latest (?:news|stories|articles)|top (?:news|stories)|editor['’]?s['’]? (?:picks?|choice)"
    r"|tags|(?:related|explore more on these) topics|leave a (?:comment|reply)|view comments"
    r"|(?:you can )?share this (?:story|article) on .*"
    r"|dear readers!?.*|comments? \(\d+\))\s*:?",
    re.IGNORECASE,
)
# After one of these alone on its line stands the headline of another article.
_TEASER = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|don['’]t miss)\W*", re.IGNORECASE
)
_NO_WORD = re.compile(r"[\s!-/:-@\[-`{-~«»‹›¡¿·•●▪■□–—―…|†‡§¶←-⇿─-◿]*")


def looks_like_body(paragraph: str) -> bool:
    """Say whether a paragraph is long and ends like a sentence, as an article's body does."""
    return len(paragraph.split()) >= BODY_WORDS and ends_a_sentence(paragraph)


def ends_a_sentence(paragraph: str) -> bool:
    """Say whether a paragraph ends with the end of a sentence."""
    return re.search(r"[.!?…][\"'”’»)\]]*\s*$", paragraph) is not None


def mark_navigation(paragraphs: list[str]) -> list[bool]:
    """Say which paragraphs of a page are navigation."""
    # These are rules for pages in English. A line made of a word that could be a heading of the
    # text ("Video", "Economy") is navigation only beside another such line. What is dropped is
    # always shown to the user; nothing of the body is dropped for being short.
    strong = [_is_navigation(paragraph) for paragraph in paragraphs]
    body = [i for i, paragraph in enumerate(paragraphs) if looks_like_body(paragraph)]
    for i, paragraph in enumerate(paragraphs):
        inside = bool(body) and body[0] < i < body[-1]
        strong[i] = strong[i] and not _is_prose(paragraph, inside)
    weak = [len(p) <= LINE and _ONLY_WEAK.fullmatch(p) is not None for p in paragraphs]
    either = [False, *(s or w for s, w in zip(strong, weak, strict=True)), False]
    marked = [
        is_strong or (is_weak and (either[i] or either[i + 2] or _count_words(paragraphs[i]) > 3))
        for i, (is_strong, is_weak) in enumerate(zip(strong, weak, strict=True))
    ]
    for i, paragraph in enumerate(paragraphs[1:], start=1):
        marked[i] |= _TEASER.fullmatch(paragraphs[i - 1]) is not None and not ends_a_sentence(
            paragraph
        )
    foot = _find_foot(paragraphs)
    return [mark or i >= foot for i, mark in enumerate(marked)]


def _is_prose(paragraph: str, inside: bool) -> bool:
    """Whether a line that looks like a notice is a sentence of the article."""
    # "We use cookies, said the baker, to lure the children off the quay."
    if not ends_a_sentence(paragraph) or _count_words(paragraph) < 6:
        return False
    if re.search(r"©|\(c\)|\ball rights reserved|(?:^|\s)@\w", paragraph, re.IGNORECASE):
        return False
    return inside or _SAID.search(paragraph) is not None


_SAID = re.compile(r"\b(?:said|says|told|tells|asked|asks|added|wrote|writes)\b", re.IGNORECASE)


def _count_words(paragraph: str) -> int:
    return len(re.findall(r"\w+", paragraph))


def _is_navigation(paragraph: str) -> bool:
    """Whether a paragraph is navigation whatever stands beside it."""
    words = paragraph.split()
    icons = sum("icon" in word.lower() for word in words)
    if icons >= 3 and icons >= 0.2 * len(words):
        return True
    if len(paragraph) > LINE:
        return False
    if _NO_WORD.fullmatch(paragraph) or _ONLY_BUTTONS.fullmatch(paragraph):
        return True
    return _NOTICE.fullmatch(paragraph.strip()) is not None


def _find_foot(paragraphs: list[str]) -> int:
    """Where the foot of the page begins: a heading after which almost no body follows."""
    body = [looks_like_body(paragraph) for paragraph in paragraphs]
    before, after = 0, sum(body)
    for i, paragraph in enumerate(paragraphs):
        if before and after <= 0.2 * before and _FOOTER.fullmatch(paragraph.strip()):
            return i
        before, after = before + body[i], after - body[i]
    return len(paragraphs)
