"""What a short page says though its status is good: that it is refused, closed, or withheld by an authority."""

from __future__ import annotations

import re
from itertools import chain

from allegations.links.judgement import SHORT_TEXT, Case, Judgement, conclude
from allegations.links.phrases import found, parts

SAID_STATUS = re.compile(r"(?:http |error )?(40[13]|429|451|50[0234]|52[0-7])\b")
SAID_VERDICTS = {"401": "BLOCKED_AUTH", "403": "BLOCKED_FORBIDDEN", "429": "RATE_LIMITED", "451": "BLOCKED_LEGAL"}
TITLES = {
    "BLOCKED_FORBIDDEN": (
        "access denied", "access forbidden", "access blocked", "forbidden", "permission denied", "accès refusé",
        "accès interdit", "acceso denegado", "acceso prohibido", "zugriff verweigert", "accesso negato",
        "acesso negado", "toegang geweigerd", "доступ запрещен", "доступ запрещён", "erişim engellendi",
        "تم رفض الوصول", "الوصول مرفوض", "拒绝访问", "访问被拒绝", "禁止访问", "アクセス拒否",
    ),
    "RATE_LIMITED": (
        "too many requests", "rate limit exceeded", "rate limited", "trop de requêtes", "demasiadas solicitudes",
        "zu viele anfragen", "troppe richieste", "слишком много запросов", "请求过于频繁", "طلبات كثيرة جدا",
    ),
}  # fmt: skip
TITLED = {title: verdict for verdict, titles in TITLES.items() for title in titles}
# An authority’s notice stands in place of the page, which says so of the site or the domain itself.
WITHHELD = (
    "this domain has been seized", "this domain name has been seized", "this website has been seized",
    "this site has been seized", "domain has been seized by", "domain name has been seized by",
    "website has been seized by", "this website has been blocked by", "this site has been blocked by",
    "access to this website has been blocked", "access to this site has been blocked",
    "blocked by court order", "blocked by order of the court", "blocked pursuant to a court order",
    "blocked under a court order", "ce site a été saisi", "ce nom de domaine a été saisi",
    "l'accès à ce site est bloqué", "l'accès à ce site a été bloqué", "este dominio ha sido incautado",
    "este sitio ha sido bloqueado", "bloqueado por orden judicial", "diese domain wurde beschlagnahmt",
    "diese webseite wurde beschlagnahmt", "доступ к сайту заблокирован", "доступ к запрашиваемому ресурсу ограничен",
    "доступ к информационному ресурсу ограничен", "bu siteye erişim engellenmiştir", "تم حجب هذا الموقع",
    "هذا الموقع محجوب", "该网站已被查封", "该域名已被查封",
)  # fmt: skip
FAULTS = (
    "internal server error", "bad gateway", "service unavailable", "gateway timeout", "gateway time-out",
    "database error", "error establishing a database connection", "fatal error: uncaught", "web server is down",
    "application error", "server error in '/' application",
)  # fmt: skip
CLOSED = (
    "under maintenance", "down for maintenance", "undergoing maintenance", "scheduled maintenance",
    "maintenance mode", "site is temporarily unavailable", "temporarily down", "we'll be back soon",
    "we will be back soon", "be right back", "site en maintenance", "en cours de maintenance",
    "momentanément indisponible", "en mantenimiento", "temporalmente fuera de servicio", "wartungsarbeiten",
    "wartungsmodus", "in manutenzione", "em manutenção", "технические работы", "ведутся технические",
    "bakım çalışması", "bakımdayız", "تحت الصيانة", "قيد الصيانة", "系统维护", "網站維護", "网站维护",
    "メンテナンス中",
)  # fmt: skip


def said(case: Case) -> Judgement | None:
    """A refusal, a notice or a fault of the server that came with a good status; only where it says little else."""
    page = case.page
    if page.says(SHORT_TEXT) or len(page.text) >= SHORT_TEXT or case.looks_same:
        return None
    return _by_title(page.folded_title) or _by_text(page.folded_title, page.text)


def _by_title(title: str) -> Judgement | None:
    status = SAID_STATUS.match(title)
    verdict = SAID_VERDICTS.get(status[1], "SERVER_ERROR") if status else _titled(title)
    return conclude(verdict, f"The title says so with a good status (“{title[:60]}”).") if verdict else None


def _titled(title: str) -> str | None:
    return next((TITLED[part] for part in chain(parts(title), [title]) if part in TITLED), None)


def _by_text(title: str, text: str) -> Judgement | None:
    if notice := found(WITHHELD, title) or found(WITHHELD, text):
        return conclude("BLOCKED_LEGAL", f"A notice says that the site is withheld by an authority (“{notice}”).")
    if fault := found(FAULTS, title) or found(FAULTS, text[:SHORT_TEXT]):
        return conclude("SERVER_ERROR", f"The page is a fault of the server’s own (“{fault}”).")
    if closed := found(CLOSED, title) or found(CLOSED, text):
        return conclude("TEMP_UNAVAILABLE", f"The site says that it is closed for a while (“{closed}”).")
    return None
