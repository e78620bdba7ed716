"""Lines that change with every visit and say nothing: “3 hours ago”, “1,204 views”, “Updated at 14:05”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 120  # characters; a longer line is prose
_SEPARATORS = re.compile(r"\s*[|·•‧∙⋅／]\s*|\s+[-–—/]\s+|\s{2,}")
_BETWEEN = re.compile(r"[\s,;:|·•‧，、；：()（）\[\]【】–—-]*")


def _either(words: str) -> str:
    """Return the pattern of any of these words; “_” stands for a blank in one."""
    return f"(?:{'|'.join(words.split())})".replace("_", r"\s")


_N = r"(?:\d[\d.,٬٫ \u202f\u00a0]{0,12}\s?(?:[kKmM]\b|mil\b|万|萬|亿|ألف|مليون)?)"
_CLOCK = r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?|\d{1,2}h)\s?(?:[ap]\.?\s?m\.?|[صم])?"
_ZONE = r"(?:\s?\(?(?:GMT|UTC|CET|CEST|EST|EDT|BST|PST|PDT|ET|Z|h)(?:[+-]\d{1,2}(?::?\d{2})?)?\)?)?"
_MONTH = (
    _either(
        "jan feb mar apr may jun jul aug sep oct nov dec janv févr avr mai juin juil août déc ene abr ago dic"
        " يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
    )
    + r"\w{0,8}\.?"
)
_WEEKDAY = _either(
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)? lundi mardi mercredi jeudi vendredi samedi"
    " dimanche lunes martes miércoles jueves viernes sábado domingo"
    " (?:يوم_)?(?:الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|الأحد|الاحد)"
    " 星期[一二三四五六日天] 周[一二三四五六日]"
)
_DAY = _either(
    rf"\d{{1,2}}(?:st|nd|rd|th|er)?\.?_(?:de_)?{_MONTH},?_(?:de_|del_)?\d{{4}}"
    rf" {_MONTH}_\d{{1,2}}(?:st|nd|rd|th)?,?_\d{{4}}"
    r" \d{4}[-/.]\d{1,2}[-/.]\d{1,2} \d{1,2}[-/.]\d{1,2}[-/.]\d{2,4} \d{4}年\d{1,2}月\d{1,2}日"
)
_STAMP = _either(
    rf"{_DAY}(?:,?\s?(?:at|à|a_las|الساعة|،|[-–|])?\s?{_CLOCK}{_ZONE})? {_CLOCK}{_ZONE}(?:,?_(?:on_)?{_DAY})?"
)
_COUNT = rf"(?:{_N}|an?|une?|one|two|un|una|deux|dos)"
_END = r"(?!\w)"
_EN_UNIT = _either("s secs? seconds? m mins? minutes? h hrs? hours? d days? w weeks? mo months? y yrs? years?") + _END
_FR_UNIT = _either("s sec secondes? min minutes? h heures? j jours? semaines? mois ans?") + _END
_ES_UNIT = _either("s seg segundos? min minutos? h horas? días? semanas? mes(?:es)? años?") + _END
_AR_UNIT = _either("ثاني ثوان دقيق دقائق ساع يوم أيام ايام أسبوع أسابيع شهر أشهر سن") + r"\w{0,4}"
_AGO = "|".join(
    (
        _either("just_now moments_ago à_l['’]instant ahora_mismo الآن منذ_لحظات 刚刚 刚才"),
        _either("yesterday today hier aujourd['’]hui ayer hoy أمس اليوم 昨天 今天")
        + rf"(?:,?\s?(?:at|à|a\slas|الساعة)?\s?{_CLOCK})?",
        rf"{_COUNT}\s?{_EN_UNIT}\.?\sago",
        rf"il\sy\sa\s(?:environ\s)?{_COUNT}\s?{_FR_UNIT}",
        rf"hace\s(?:unos\s|unas\s)?(?:{_COUNT}\s?)?{_ES_UNIT}",
        rf"(?:منذ|قبل)\s(?:[\d٠-٩]{{1,4}}\s)?{_AR_UNIT}",
        rf"{_N}\s?(?:秒|秒钟|分钟|小时|个小时|天|周|个月|年)之?前(?:更新)?",
    )
)
_UPDATED = _either(
    r"(?:last_)?(?:updated|modified|refreshed)(?:_on|_at)? page_(?:generated|rendered)(?:_on|_at|_in)?"
    r" mise?_à_jour(?:_le)? dernière_(?:mise_à_jour|modification)(?:_le)? modifié(?:_le)? actualisé(?:_le)?"
    r" (?:última_)?actualizaci[oó]n (?:última_vez_)?actualizado(?:_el|_a_las)?"
    r" آخر_تحديث(?:_في)? تم_التحديث(?:_في)? تحديث 更新时间 最后更新 更新于 更新"
)
_PUBLISHED = _either("published posted publiée? publicado نُ?شر(?:ت)? 发布于 发表于 发布")
_COUNTED = _either(
    "views? reads? readers? comments? replies reply shares? likes? reactions? retweets? followers? subscribers? visits?"
    " visitors? hits downloads? votes?_so_far people_(?:are_)?reading people_like_this min(?:ute)?s?_(?:to_)?read"
    " vues? lectures? commentaires? partages? réactions? abonnés? visites? min(?:utes)?_de_lecture"
    " vistas? visualizaciones lecturas? comentarios? compartid[oa]s? visitas? seguidores min(?:utos)?_de_lectura"
    " مشاهدة مشاهدات مشاهده قراءة تعليق تعليقات مشاركة مشاركات زيارة إعجاب متابع دقائق?_للقراءة"
    " 次?阅读 次?浏览 条?评论 次?分享 人?点赞 个?赞 次?播放 人参与 人阅读 阅读量"
)
_COUNTS = _either(
    "(?:page_)?views? reads? comments? shares? likes? hits visits? visitors?_online online_now reading_time"
    " vues? lectures? commentaires? partages? vistas lecturas comentarios visitas compartidos"
    " (?:عدد_)?(?:المشاهدات|مشاهدات|الزيارات|التعليقات|تعليقات|القراءات|المشاركات)"
    " 阅读(?:量|数|次数)? 浏览(?:量|数|次数)? 评论数? 点击(?:量|数|次数)? 点赞数? 分享 播放量? 人气"
)
_COUNTER = rf"{_N}\s?{_COUNTED}{_END}|{_COUNTS}\s?[:：]?\s?[(（]?{_N}[)）]?"
_MACHINE = _either(
    r"(?:your_)?session_(?:expires|ends|will_expire)_in_\d{1,4}_(?:seconds?|minutes?)"
    r" (?:server_time|local_time|current_time|heure_locale|hora_local|التوقيت_المحلي|当前时间)\s?[:：]?\s?.{0,40}"
    r" ©\s?\d{4}(?:\s?[-–]\s?\d{4})? page_\d{1,4}_(?:of|sur|de)_\d{1,4}"
)
_SINCE = rf"{_UPDATED}\s?[:：]?\s?(?:{_AGO}|(?:{_WEEKDAY},?\s?)?{_STAMP})|{_PUBLISHED}\s?[:：]?\s?(?:{_AGO})"
_PIECE = re.compile(f"{_AGO}|{_SINCE}|{_COUNTER}|{_MACHINE}", re.IGNORECASE)
# Today's date and time, as they stand over a page; further down, a line like that is a hearing or an event.
_PAGE_CLOCK = re.compile(
    rf"(?:today\sis\s|今天是)?{_WEEKDAY}[,،]?\s?{_DAY}(?:[,،]?\s?{_CLOCK}{_ZONE})?|{_DAY}\s?{_WEEKDAY}|{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_TOP = 3  # lines


def steady(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without what changes with every visit.

    >>> list(steady(["By Jane Doe · 3 hours ago · 1,204 views", "Updated 5 minutes ago", "He was charged.", "3小时前"]))
    ['By Jane Doe', 'He was charged.']
    """
    for at, line in enumerate(lines):
        if left := still(line, at):
            yield left


def still(line: str, at: int) -> str:
    """Return what of a line stays from one visit to the next, "" where nothing does; `at` counts lines from 0."""
    return line if len(line) > LONGEST else _steady(line, at < _TOP)


def is_volatile(line: str) -> bool:
    """Tell whether nothing of `line` is left from one visit to the next."""
    return len(line) <= LONGEST and _consists(line, _PIECE)


def _steady(line: str, on_top: bool) -> str:
    if _consists(line, _PIECE) or (on_top and _PAGE_CLOCK.fullmatch(line)):
        return ""
    parts = _SEPARATORS.split(line)
    if len(parts) == 1:
        return line
    kept = [part for part in parts if not _consists(part, _PIECE)]
    return line if len(kept) == len(parts) else " · ".join(filter(None, kept))


def _consists(part: str, piece: re.Pattern[str]) -> bool:
    """Tell whether `part` is a row of such pieces; each step goes on where the last one ended."""
    at, end = 0, len(part)
    while at < end:
        found = piece.match(part, at)
        if not found or found.end() == at:
            return False
        between = _BETWEEN.match(part, found.end())
        at = between.end() if between else found.end()
    return end > 0
