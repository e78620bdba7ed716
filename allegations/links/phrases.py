"""The words by which pages say that they are not there, in many languages; all in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Between the parts of a title, which mostly are the page’s and the site’s.
TITLE_PARTS = re.compile(r"\s*(?:\s[-–—·•»«›:]\s|[|–—·•»«›])\s*")
NOT_FOUND_TITLES = (
    # English
    "page not found", "404 error", "error 404", "page unavailable", "page cannot be found", "page can't be found",
    "page could not be found", "page doesn't exist", "page does not exist", "no longer available", "page removed",
    "page missing", "content not available", "content not found", "article not found", "file not found",
    "document not found", "object not found", "account suspended", "website expired",
    # French
    "page introuvable", "page non trouvée", "erreur 404", "page inexistante", "contenu introuvable",
    "article introuvable", "document introuvable", "n'est plus disponible", "page supprimée",
    # Spanish
    "página no encontrada", "pagina no encontrada", "página no existe",
    "ya no está disponible", "contenido no encontrado",
    # Arabic, Persian
    "الصفحة غير موجودة", "الصفحة غير متوفرة", "لم يتم العثور على الصفحة", "الصفحة المطلوبة غير موجودة", "خطأ 404",
    "صفحة غير موجودة", "صفحه یافت نشد", "صفحه مورد نظر یافت نشد",
    # Chinese, Japanese, Korean
    "页面不存在", "找不到页面", "页面未找到", "无法找到该页", "未找到页面", "文章不存在", "内容不存在",
    "页面已删除", "404错误", "頁面不存在", "網頁不存在", "找不到頁面", "找不到網頁", "找不到此頁",
    "ページが見つかりません", "お探しのページ", "페이지를 찾을 수 없습니다", "페이지를 찾을수 없습니다",
    # German, Dutch, Swedish
    "seite nicht gefunden", "fehler 404", "seite existiert nicht", "seite nicht verfügbar",
    "pagina niet gevonden", "sidan hittades inte", "sidan kunde inte hittas",
    # Italian, Portuguese, Romanian
    "pagina non trovata", "errore 404", "pagina inesistente", "pagina non disponibile",
    "página não encontrada", "pagina nao encontrada", "erro 404", "página inexistente",
    "conteúdo não encontrado", "pagina nu a fost găsită",
    # Russian, Ukrainian, Polish, Czech
    "страница не найдена", "ошибка 404", "страница не существует", "страница удалена",
    "сторінку не знайдено", "nie znaleziono strony", "strona nie istnieje", "strona nie została znaleziona",
    "stránka nenalezena",
    # Turkish, Indonesian, Vietnamese, Greek, Hebrew
    "sayfa bulunamadı", "sayfa bulunamadi", "404 hatası", "hata 404", "halaman tidak ditemukan",
    "không tìm thấy trang", "η σελίδα δεν βρέθηκε", "הדף לא נמצא", "העמוד לא נמצא",
)  # fmt: skip
# Whole parts of a title that say so whatever else is on the page.
NOT_FOUND_PARTS = frozenset(NOT_FOUND_TITLES) | {
    "404", "http 404", "404 not found", "404 page not found", "error 404 (not found)", "404 page", "410 gone",
    "http 410", "404 page introuvable", "404 página no encontrada", "oops", "not found", "nothing found",
    "no encontrado", "no encontrada", "no disponible", "nicht gefunden", "niet gevonden", "non trovata",
    "não encontrada", "não encontrado", "не найдена", "не найдено", "لم يتم العثور", "غير موجود", "未找到",
    "見つかりません",
}  # fmt: skip
# Whole sentences about a page: nothing but a missing page says them, so that a long menu beside them changes nothing.
NOT_FOUND_SENTENCES = (
    # English
    "page not found", "page does not exist", "page doesn't exist", "page you are looking for",
    "page you're looking for", "page you were looking for", "page you requested", "page you have requested",
    "page has been removed", "article has been removed", "page can't be found", "page cannot be found",
    "page could not be found", "requested url was not found", "requested page was not found",
    "nothing was found at this location", "we can't find the page", "we couldn't find the page",
    "page isn't available", "page is no longer available", "article is no longer available",
    "content is no longer available", "story is no longer available", "article you are looking for",
    "this account has been suspended",
    # French
    "page introuvable", "cette page n'existe pas", "cette page n'existe plus", "la page que vous cherchez",
    "la page que vous recherchez", "la page demandée", "page n'est plus disponible", "article n'est plus disponible",
    # Spanish
    "página no encontrada", "la página que busca", "la página que buscas", "la página que estás buscando",
    "la página solicitada", "página no existe", "página ya no está disponible", "no hemos encontrado la página",
    # Arabic, Persian
    "الصفحة غير موجودة", "الصفحة التي تبحث عنها", "الصفحة المطلوبة", "لم يتم العثور على الصفحة", "الصفحة غير متوفرة",
    "هذه الصفحة لم تعد", "صفحه مورد نظر",
    # Chinese, Japanese, Korean
    "页面不存在", "找不到页面", "页面未找到", "您访问的页面", "您要访问的页面", "您查看的页面", "该页面已",
    "文章不存在", "内容不存在", "頁面不存在", "網頁不存在", "找不到頁面", "找不到網頁", "您要找的頁面",
    "ページが見つかりません", "お探しのページ", "페이지를 찾을 수 없습니다", "요청하신 페이지",
    # German, Dutch, Swedish
    "seite nicht gefunden", "seite wurde nicht gefunden", "seite konnte nicht gefunden", "seite existiert nicht",
    "gesuchte seite", "angeforderte seite", "artikel ist nicht mehr verfügbar", "seite ist nicht mehr verfügbar",
    "pagina niet gevonden", "pagina die u zoekt", "pagina die je zoekt", "sidan kunde inte hittas", "sidan du söker",
    # Italian, Portuguese, Romanian
    "pagina non trovata", "la pagina che stai cercando", "la pagina che cerchi", "la pagina richiesta",
    "pagina non esiste", "página não encontrada", "a página que você procura", "a página que procura",
    "a página solicitada", "página não existe", "pagina nu a fost găsită",
    # Russian, Ukrainian, Polish, Czech
    "страница не найдена", "страница не существует", "такой страницы не существует", "запрашиваемая страница",
    "запрошенная страница", "страница удалена", "страница была удалена", "сторінку не знайдено",
    "strona nie istnieje", "nie znaleziono strony", "strona, której szukasz", "stránka nebyla nalezena",
    # Turkish, Indonesian, Vietnamese, Greek, Hebrew
    "sayfa bulunamadı", "aradığınız sayfa", "böyle bir sayfa", "halaman tidak ditemukan", "halaman yang anda cari",
    "không tìm thấy trang", "η σελίδα δεν βρέθηκε", "η σελίδα που ζητήσατε", "הדף לא נמצא", "העמוד שחיפשת",
)  # fmt: skip
# Words that good pages use of other things too: they count where there is little else.
NOT_FOUND_WORDS = (
    "could not be found", "no longer available", "we can't find", "we couldn't find", "n'est plus disponible",
    "n'a pas été trouvée", "article a été supprimé", "ya no está disponible", "no hemos encontrado",
    "no se ha encontrado", "ha sido eliminad", "لم يعد متاح", "已被删除", "nicht mehr verfügbar",
    "non è più disponibile", "não está mais disponível", "больше не доступ", "artık mevcut değil",
)  # fmt: skip


def found(phrases: Iterable[str], text: str) -> str | None:
    """Return the first of `phrases` that stands in `text`, or None."""
    return next((phrase for phrase in phrases if phrase in text), None)


def parts(title: str) -> list[str]:
    """Return the parts of a folded title, without closing dots.

    >>> parts("page not found - the herald | news")
    ['page not found', 'the herald', 'news']
    """
    return [part.strip(" .!…") for part in TITLE_PARTS.split(title) if part]
