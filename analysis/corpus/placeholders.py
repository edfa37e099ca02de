"""Texts that say only that there is no text: "Full text is not available.", "[removed]"."""

from __future__ import annotations

import re

LONGEST = 120  # characters of such a text

_THINGS = r"""
    (?:full|complete|article|document)?[ -]?(?:text|article|content|story|document|abstract|body
      |transcript|post|comment|tweet|message|page|item|description)(?:[ ]of[ ](?:the|this)[ ]\w+)?
  | voll?text|text|artikel|artikeltext|inhalt|beitrag|kommentar|dokument|nachricht
  | texte(?:[ ](?:int[ée]gral|complet))?|contenu|commentaire|document
  | texto(?:[ ](?:completo|integral))?|art[íi]culo|contenido|documento|comentario|mensaje
  | testo(?:[ ](?:completo|integrale))?|articolo|contenuto|commento|messaggio
  | artigo|conte[úu]do|coment[áa]rio|mensagem | (?:volledige[ ])?tekst|inhoud|bericht
  | (?:pełny[ ])?tekst|artykuł|treść|komentarz | texten|artikeln|teksten|artikkelen|artiklen
  | innehållet
  | (?:полный[ ])?текст(?:[ ]статьи)?|статья|содержание|комментарий|сообщение
  | (?:повний[ ])?текст(?:[ ]статті)?|стаття|зміст|коментар|повідомлення
  | (?:tam[ ])?metin|içerik|haber|yorum | النص(?:[ ]الكامل)?|المقال|المحتوى
  | 全文|正文|文章|内容|內容|本文|記事|본문|전문|기사
"""
_STATES = r"""
    (?:(?:currently|temporarily)[ ])?(?:not|no[ ]longer)[ ](?:currently[ ])?(?:available|found
      |provided|included|applicable)|unavailable|removed|deleted|missing
  | no[ ](?:full[ -]?)?(?:text|content|abstract|body|description)(?:[ ](?:is[ ])?
      (?:available|found))?
  | n/?a|n\.[ ]?a|none|null|nan|nil
  | (?:leider[ ])?(?:derzeit[ ])?nicht[ ](?:mehr[ ])?(?:verfügbar|vorhanden|abrufbar)|gelöscht
  | entfernt
  | kein(?:e|en)?[ ](?:volltext|text|inhalt|artikeltext|angaben?)(?:[ ]
      (?:verfügbar|vorhanden))?|k\.[ ]?a
  | (?:n'est[ ])?(?:pas|plus|non)[ ]disponible|(?:est[ ])?indisponible
  | (?:a[ ]été[ ])?(?:supprimé|retiré)e?
  | (?:aucun|pas[ ]de)[ ](?:texte|contenu)(?:[ ]disponible)?
  | (?:ya[ ])?no[ ](?:está[ ])?disponible|(?:ha[ ]sido[ ])?(?:eliminado|retirado|borrado)
  | sin[ ](?:texto|contenido)
  | non[ ](?:è[ ])?(?:più[ ])?disponibile|(?:è[ ]stato[ ])?(?:rimosso|eliminato)|nessun[ ]testo
  | não[ ](?:está[ ])?(?:mais[ ])?disponível|indisponível|(?:foi[ ])?(?:removido|excluído|apagado)
  | sem[ ](?:texto|conteúdo)
  | niet[ ](?:meer[ ])?beschikbaar|verwijderd|geen[ ]tekst(?:[ ]beschikbaar)?|n\.?v\.?t
  | niedostępn[yaeo]|nie[ ]jest[ ]dostępn[yaeo]|(?:został[ao]?[ ])?usunięt[yaeo]
  | brak(?:[ ](?:tekstu|treści|danych))?|není[ ]k[ ]dispozici|nedostupn[ýáé]|smazáno|odstraněno
  | (?:inte|ikke)[ ](?:längre[ ]|længere[ ]|lenger[ ])?til(?:l?gäng|gænge|gjenge)lig\w*
  | borttag(?:en|et)|fjernet|slettet|raderad|ei[ ](?:ole[ ])?saatavilla|poistettu
  | недоступ(?:ен|на|но|ны)|удал(?:[её]н|ен[аоы])|отсутству[ею]т|нет[ ](?:текста|данных)
  | недоступн(?:ий|а|е|і)|видален(?:о|ий|а|е)|відсутн(?:ій|я|є)|немає[ ](?:тексту|даних)
  | mevcut[ ]değil|bulunamadı|kullanılamıyor|silin(?:di|miş)|kaldırıldı
  | δεν[ ]είναι[ ]διαθέσιμο|μη[ ]διαθέσιμο|διαγράφηκε
  | غير[ ](?:متوفرة?|متاحة?)|محذوفة?|تم[ ]الحذف|لا[ ]يوجد(?:[ ]نص)?
  | 不可用|暂无|暫無|暂缺|无|無|已删除|已刪除|暂无(?:全文|正文|内容)
  | は?(?:ありません|削除されました)|なし
  | 없음|(?:이|은)?[ ]?(?:삭제됨|삭제되었습니다|이용할[ ]수[ ]없습니다)
"""
_LITTLE = r"(?:sorry|the|this|der|die|das|dieser|le|la|ce|cet|el|este|il|questo|o|de|het|den)"
_BE = r"(?:is|was|has[ ]been|are|were|ist|wurde|è|är|er|jest|está|é|blev|ble)"
_BY = r"""(?:
    by[ ](?:the[ ])?(?:user|author|moderators?|admin|reddit|publisher|poster)
  | for[ ]this[ ]\w+ | in[ ](?:this[ ])?(?:full[ -]text|database|format) | online | here | yet
  | at[ ]this[ ]time | due[ ]to[ ]copyright.* | (?:vom|von|par|por|da|przez)[ ](?:\w+[ ])?\w+ )"""
_PLACEHOLDER = re.compile(
    rf"(?:{_LITTLE}[ ,]+|l')*"
    rf"(?:(?:{_THINGS})\s*[:,–-]?\s*)?(?:{_BE}[ ])?(?:{_STATES})(?:[ ]{_BY})?",
    re.VERBOSE,
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_MARKS_ALONE = re.compile(r"[\s.…*/_=#?–—-]+")  # "-", "…"; a post of emoji is a text


def is_placeholder(text: str) -> bool:
    """Whether a text says only that there is no text.

    Parameters
    ----------
    text : str
        A document without its title.

    Returns
    -------
    bool
        True for a short text that says in one of some twenty languages that it is not available,
        was removed or is missing.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("Full text is not available.", "[removed]", "n/a")]
    [True, True, True]
    >>> is_placeholder("The statue was removed.")
    False
    """
    if len(text) > LONGEST:
        return False
    plain = _EDGES.sub("", " ".join(text.casefold().replace("’", "'").split()))
    return bool(_PLACEHOLDER.fullmatch(plain)) or bool(_MARKS_ALONE.fullmatch(text))
