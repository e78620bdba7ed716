"""The words by which pages say that they are not there, in many languages; all in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# Between the parts of a title, which mostly are the page’s and the site’s.
TITLE_PARTS = re.compile(r"\s*(?:\s[-–—·•»«›:]\s|[|–—·•»«›])\s*")


class Phrases:
    """Phrases, of which those that begin alike are looked for only where their beginning stands.

    `begun` has beginnings and ends, each parted by “|”, and what stands between them.

    >>> page = Phrases("no such page", begun=[("this page|this article", "is gone|was moved", " ")])
    >>> list(page)[:2], page.find("sorry, this article was moved"), page.find("it is gone")
    (['no such page', 'this page is gone'], 'this article was moved', None)
    """

    def __init__(self, *phrases: str, begun: Iterable[tuple[str, str, str]] = ()) -> None:
        self._whole = tuple(dict.fromkeys(phrases))
        self._begun: dict[str, list[str]] = {}
        for beginnings, ends, between in begun:
            for one in beginnings.split("|"):
                self._begun.setdefault(one, []).extend(f"{one}{between}{end}" for end in ends.split("|"))

    def __iter__(self) -> Iterator[str]:
        yield from self._whole
        for phrases in self._begun.values():
            yield from phrases

    def find(self, text: str) -> str | None:
        """Return the first of these phrases that stands in `text`, or None."""
        whole = next((phrase for phrase in self._whole if phrase in text), None)
        return whole or next(
            (one for begun, phrases in self._begun.items() if begun in text for one in phrases if one in text), None
        )


# What pages say of themselves and of nothing else: what they call themselves, and what became of it.
OF_THEMSELVES = (
    (
        "page|this article|this story|this document|this post|requested article|requested document|requested file",
        "not found|was not found|does not exist|doesn't exist|no longer exists|is no longer available|isn't available"
        "|is not available|was removed|was deleted|has been removed|has been deleted|can't be found|cannot be found"
        "|could not be found",
        " ",
    ),
    ("this content|this link|this file", "no longer exists|is no longer available|has been removed|was deleted", " "),
    ("article|story", "you requested|you have requested|you are looking for|you're looking for", " "),
    ("document|file|post", "you are looking for|you're looking for|you were looking for", " "),
    (
        "cette page|la page|cet article|ce document|ce contenu",
        "n'existe pas|n'existe plus|est introuvable|n'est plus disponible|n'est pas disponible|n'est plus en ligne"
        "|n'a pas été trouvée|n'a pas été trouvé|n'a pas pu être trouvée|a été supprimée|a été supprimé",
        " ",
    ),
    (
        "la page|l'article|le document",
        "que vous cherchez|que vous recherchez|que vous avez demandée|que vous avez demandé|que vous demandez",
        " ",
    ),
    (
        "la página|esta página|este artículo|esta noticia|este contenido|este documento",
        "no existe|ya no existe|no se encuentra|no se encontró|no fue encontrada|no ha sido encontrada"
        "|no está disponible|ya no está disponible|ha sido eliminada|ha sido eliminado",
        " ",
    ),
    ("la página|el contenido|el artículo", "que busca|que está buscando|que estás buscando|que ha solicitado", " "),
    (
        "diese seite|die seite|dieser artikel|diesen artikel|der artikel|dieses dokument",
        "existiert nicht|existiert leider nicht|gibt es nicht|gibt es leider nicht|wurde nicht gefunden"
        "|wurde leider nicht gefunden|konnte nicht gefunden|konnte leider nicht gefunden|ist nicht mehr verfügbar"
        "|ist leider nicht mehr|ist nicht mehr vorhanden|wurde gelöscht|wurde entfernt",
        " ",
    ),
    ("gewünschte|aufgerufene|gesuchte|angeforderte|angefragte", "seite", " "),
    (
        "la pagina|questa pagina|questo articolo|questo contenuto",
        "non esiste|non è stata trovata|non è stato trovato|non è disponibile|non è più disponibile|è stata rimossa"
        "|è stato rimosso",
        " ",
    ),
    ("la pagina che", "hai richiesto|hai cercato|stai cercando|cerchi|cercavi", " "),
    (
        "a página|esta página|este artigo|este conteúdo|esta matéria|esta notícia",
        "não existe|não foi encontrada|não foi encontrado|não foi localizada|não está disponível"
        "|não está mais disponível|foi removida|foi removido|foi excluída",
        " ",
    ),
    ("a página que você", "procura|está procurando|tentou|solicitou", " "),
    ("deze pagina|de pagina|dit artikel", "bestaat niet|is niet gevonden|kan niet worden gevonden|is verwijderd", " "),
    ("sidan|artikeln", "finns inte|hittades inte|existerar inte|kunde inte hittas|är borttagen", " "),
    ("siden|artiklen|artikkelen", "findes ikke|finnes ikke|blev ikke fundet|ble ikke funnet|eksisterer ikke", " "),
    ("sivua|artikkelia", "ei löydy|ei löytynyt|ei ole olemassa", " "),
    (
        "страница|статья|материал|данная страница",
        "не найдена|не найден|не существует|удалена|удален|была удалена|был удален|недоступна|больше не существует",
        " ",
    ),
    ("страницы|статьи", "не существует|на сайте нет|на нашем сайте нет|больше нет|не найдено", " "),
    ("сторінка|сторінки|статті|сторінку|статтю", "не існує|не знайдено|не знайдена|видалено|видалена", " "),
    ("strona|artykuł|podana strona", "nie istnieje|została usunięta|został usunięty|nie została znaleziona", " "),
    ("stránka", "neexistuje|nebyla nalezena|nenalezena|nebola nájdená|nenájdená|sa nenašla", " "),
    ("oldal|cikk", "nem található|nem létezik", " "),
    ("pagina", "nu există|nu a fost găsită|nu mai există|căutată", " "),
    ("страницата|страница", "не е намерена|не съществува|не е пронајдена|не постои|није пронађена|не постоји", " "),
    ("stranica", "nije pronađena|ne postoji|nije dostupna", " "),
    ("η σελίδα", "δεν βρέθηκε|δεν υπάρχει|που ζητήσατε|που αναζητάτε|που ψάχνετε", " "),
    ("aradığınız", "sayfa|içerik|haber|makale", " "),
    ("sayfa|içerik|haber", "bulunamadı|bulunamadi|mevcut değil|kaldırılmış|silinmiş", " "),
    ("halaman|artikel|berita", "tidak ditemukan|tidak tersedia|tidak dijumpai|tidak wujud", " "),
    ("halaman yang anda", "cari|tuju|minta", " "),
    ("trang|bài viết", "không tồn tại|này không tồn tại|không tìm thấy|bạn yêu cầu|bạn đang tìm", " "),
    (
        "الصفحة|هذه الصفحة|المقال|هذا المقال|الرابط|هذا الرابط|الموضوع|الخبر",
        "غير موجودة|غير موجود|غير متوفرة|غير متوفر|لم تعد موجودة|لم يعد موجود|لم تعد متاحة|لم يعد متاح|التي تبحث عنها"
        "|الذي تبحث عنه|التي طلبتها|الذي طلبته|تم حذفها|تم حذفه",
        " ",
    ),
    ("لم نتمكن من العثور على|تعذر العثور على|لا يمكن العثور على|لم يتم العثور على", "الصفحة|المقال|الرابط", " "),
    ("صفحه|صفحه مورد نظر|مطلب مورد نظر|خبر مورد نظر", "یافت نشد|پیدا نشد|وجود ندارد", " "),
    ("صفحه‌ای که|صفحه ای که", "به دنبال|دنبال|جستجو", " "),
    ("صفحہ", "نہیں ملا|موجود نہیں|دستیاب نہیں", " "),
    ("הדף|העמוד", "לא נמצא|לא קיים|אינו קיים|שחיפשת|המבוקש", " "),
    ("पेज|पृष्ठ", "नहीं मिला|उपलब्ध नहीं|मौजूद नहीं", " "),
    ("পৃষ্ঠাটি|পাতাটি|পেজটি", "পাওয়া যায়নি|খুঁজে পাওয়া যায়নি", " "),
    ("ukurasa", "haukupatikana|haupatikani|haupo", " "),
    (
        "页面|网页|该页|此页|文章|该内容|此内容",
        "不存在|不见了|已删除|已被删除|已失效|已下线|已被移除|未找到|无法找到",
        "",
    ),
    ("頁面|網頁|此頁|文章|此內容", "不存在|不見了|已刪除|已被刪除|已移除|已被移除|已失效|未找到", ""),
    ("您访问的|你访问的|您浏览的|你浏览的|您要找的|您请求的", "页面|网页|文章|内容", ""),
    ("您訪問的|您瀏覽的|您所瀏覽的|您要找的|您要瀏覽的", "頁面|網頁|文章|內容", ""),
    (
        "ページは|ページが|記事は|記事が",
        "存在しない|存在しません|見つかりません|削除されました|削除された|ご利用いただけません",
        "",
    ),
    ("お探しの|指定された|ご指定の|アクセスしようとした", "ページ|記事", ""),
    ("페이지를|기사를|게시물을", "찾을 수 없|찾을수 없", " "),
    ("존재하지 않는|삭제된", "페이지|기사|게시물", " "),
    ("ไม่พบ", "หน้าที่|หน้านี้|เพจ", ""),
)
# Titles of servers on which nothing has been put, and of sites that nobody keeps: no page is there at any address.
NOBODYS = (
    "apache2 ubuntu default page: it works", "apache2 debian default page: it works", "apache2 default page",
    "test page for the apache http server", "apache http server test page powered by centos",
    "test page for the nginx http server", "welcome to nginx", "welcome to nginx on debian", "welcome to openresty",
    "welcome to tengine", "welcome to centos", "welcome to xampp", "iis windows server", "iis windows", "iis7", "iis8",
    "web server's default page", "domain default page", "default web site page", "default parallels plesk page",
    "default parallels plesk panel page", "no such app", "site not found", "website not found", "website suspended",
    "hosting account suspended", "this account has been suspended", "domain suspended", "suspended domain",
)  # fmt: skip
NOBODYS_SENTENCES = (
    "if you see this page, the nginx web server is successfully", "there is no web site at this address",
    "the owner of this website, please contact your hosting provider", "there isn't a github pages site here",
    "there's nothing here, yet", "famous five-minute wordpress installation", "the authors have deleted this site",
    "welcome to wordpress. this is your first post", "future home of something quite cool",
    "hier entsteht eine neue internetpräsenz", "hier entsteht eine neue website", "hier entsteht eine neue homepage",
    "votre domaine a bien été", "this domain has been registered", "this domain is registered, but",
    "diese domain wurde registriert", "this website has been suspended", "this site has been suspended",
    "this domain has been suspended",
)  # fmt: skip
NOT_FOUND_TITLES = Phrases(
    # English
    "page not found", "404 error", "error 404", "page unavailable", "page cannot be found", "page can't be found",
    "page could not be found", "page doesn't exist", "page does not exist", "no longer available", "page removed",
    "page missing", "content not available", "content not found", "article not found", "file not found",
    "document not found", "object not found", "account suspended", "website expired", "document moved or deleted",
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
    begun=OF_THEMSELVES,
)  # fmt: skip
# Whole parts of a title that say so whatever else is on the page.
NOT_FOUND_PARTS = frozenset(NOT_FOUND_TITLES) | {
    "404", "http 404", "404 not found", "404 page not found", "error 404 (not found)", "404 page", "410 gone",
    "http 410", "404 page introuvable", "404 página no encontrada", "oops", "not found", "nothing found",
    "no encontrado", "no encontrada", "no disponible", "nicht gefunden", "niet gevonden", "non trovata",
    "não encontrada", "não encontrado", "не найдена", "не найдено", "لم يتم العثور", "غير موجود", "未找到",
    "見つかりません", *NOBODYS,
}  # fmt: skip
# Whole sentences about a page: nothing but a missing page says them, so that a long menu beside them changes nothing.
NOT_FOUND_SENTENCES = Phrases(
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
    "no such page", "такой страницы", "такої сторінки", "strona o podanym adresie", "fant ikke siden",
    "finner ikke siden", "siden du leter etter", "etsimääsi sivua", "a keresett oldal", "página não localizada",
    "la página a la que intenta",
    *NOBODYS_SENTENCES, begun=OF_THEMSELVES,
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
    if isinstance(phrases, Phrases):
        return phrases.find(text)
    for phrase in phrases:
        if phrase in text:
            return phrase
    return None


def parts(title: str) -> list[str]:
    """Return the parts of a folded title, without closing dots.

    >>> parts("page not found - the herald | news")
    ['page not found', 'the herald', 'news']
    """
    return [part.strip(" .!…") for part in TITLE_PARTS.split(title) if part]
