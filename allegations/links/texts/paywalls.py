"""Telling that a page now shows only the beginning of what it said: a paywall, most often."""

from __future__ import annotations

from collections.abc import Sequence

from allegations.links.texts.blocks import Text
from allegations.links.texts.folding import typographic

STUB = 0.5  # share of the old length below which the rest may be behind a paywall
LEADS = 0.6  # share of a stub's sentences that stand at the beginning of the old text
PHRASES = (
    "subscribe to read", "subscribe to continue", "to continue reading", "continue reading with a", "subscribers only",
    "for subscribers", "already a subscriber", "unlock this article", "this article is for", "become a member to read",
    "register to read", "sign in to read", "log in to read", "read the full article", "free articles",
    "réservé aux abonnés", "réservée aux abonnés", "pour lire la suite", "la suite est réservée", "déjà abonné",
    "abonnez-vous pour", "il vous reste", "lire la suite de cet article",
    "suscríbete para", "suscríbase para", "solo para suscriptores", "exclusivo para suscriptores",
    "contenido exclusivo",
    "para seguir leyendo", "ya eres suscriptor", "hazte suscriptor", "para continuar leyendo",
    "للمشتركين فقط", "اشترك لمتابعة", "لمتابعة القراءة", "اشترك لقراءة", "هذا المحتوى للمشتركين",
    "订阅后阅读", "订阅以继续", "仅限订阅", "付费阅读", "付费内容", "登录后阅读", "剩余内容", "会员专享", "阅读全文请",
)  # fmt: skip


def shows_a_part(before: Text, after: Text, olds: Sequence[str], news: Sequence[str]) -> str:
    """Say why the new text is only the beginning of the old one; "" when it is not."""
    length, old_length = sum(map(len, after.lines)), sum(map(len, before.lines))
    if not news or length >= STUB * old_length:
        return ""
    if after.free is False:
        return "The publisher marks the page as behind a paywall, and shows only a part of it."
    shown = typographic("\n".join(after.lines)).casefold()
    phrase = next((phrase for phrase in PHRASES if phrase in shown), None)
    if phrase:
        return f"The page shows only a part and asks for a subscription or a login (“{phrase}”)."
    if _leads(olds, news):
        return "The page shows only the beginning of the old text; it names no paywall, so that it may have been cut."
    return ""


def _leads(olds: Sequence[str], news: Sequence[str]) -> bool:
    """Tell whether most of the new sentences are the first of the old ones."""
    first = {typographic(one) for one in olds[: 2 * len(news) + 5]}
    return sum(typographic(one) in first for one in news) >= LEADS * len(news)
