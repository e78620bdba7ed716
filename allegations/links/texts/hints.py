"""What tells the text of a page from what stands around it: elements, names of classes, headings, stock lines."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements without text of the page, or with text that is not part of what it says.
SKIPPED = _words(
    "head script style template noscript iframe object embed applet canvas svg math audio video map nav aside"
    " footer"
    " img source track input hr wbr col link meta base"
    " button select option optgroup datalist textarea dialog menu marquee progress meter rp rt frameset"
)
# Elements that begin and end a line of text, and the kind of block that their text is.
LINES = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "p": "paragraph",
    "pre": "paragraph",
    "dt": "item",
    "dd": "item",
    "li": "item",
    "tr": "row",
    "caption": "caption",
    "figcaption": "caption",
    "summary": "paragraph",
    "legend": "paragraph",
    "address": "paragraph",
}
# Elements that hold lines.
CONTAINERS = _words(
    "html body div section article main header form fieldset center blockquote figure details table tbody"
    " thead tfoot"
    " td th ul ol dl hgroup search"
)
QUOTES = frozenset({"blockquote", "q"})
CELLS = frozenset({"td", "th"})
# Never dropped for the name of its class: what a whole page stands in.
STRUCTURAL = frozenset({"html", "body", "main", "h1"})
ROLES_SKIPPED = _words(
    "navigation banner contentinfo complementary search menu menubar toolbar dialog alertdialog alert status"
    " tooltip"
    " tablist marquee timer"
)
# AMP elements that only lay out what stands in them.
AMP_LAYOUT = frozenset(
    {"amp-accordion", "amp-fit-text", "amp-layout", "amp-selector", "amp-script", "amp-state-content"}
)

# Words and pairs of words in the names of classes of what is not text.
UNWANTED = _words(
    "ad ads adv advert adverts advertisement advertising advertorial adslot adbox adsense dfp doubleclick"
    " sponsor sponsored sponsors promo promos promoted promotion publi publicidad publicite publicity anuncio"
    " nav navbar navigation topnav subnav menu menus submenu megamenu breadcrumb breadcrumbs pager pagination"
    " paging"
    " sidebar sidebars rail aside footer colophon"
    " comment comments commentlist disqus respond replies kommentare comentarios commentaires"
    " related relateds recommended recommendation recommendations recirc recirculation outbrain taboola"
    " readmore mostread trending"
    " share shares sharing sharer sharebar sharedaddy addthis addtoany social socials partage partager"
    " compartir redes"
    " cookie cookies cookiebar consent gdpr cmp onetrust didomi tarteaucitron cookiebot"
    " newsletter newsletters signup subscribe ticker tickers marquee"
    " toolbar topbar masthead skiplink"
    " popup modal overlay lightbox toast tooltip"
    " login signin userbar tags taglist tagcloud visuallyhidden screenreader offscreen viewcount"
    " banner-ad side-bar side-col read-more more-news more-stories most-read most-popular popular-posts top-stories"
    " follow-us subscription-box mailing-list breaking-news live-bar top-bar skip-link skip-to log-in sign-in"
    " sign-up"
    " visually-hidden sr-only screen-reader print-only view-count comment-count share-count reading-time"
    " language-switcher lang-switcher tag-list widget-area"
)
# Words that say so only when they are the whole name: page builders put them into the names of everything.
UNWANTED_NAMES = frozenset(
    {"widget", "hidden", "is-hidden", "hide", "d-none", "tools", "copyright", "keywords", "views"}
)
# “tag-cookies”, “category-social”: what a text is filed under, not what the element is.
FILED_UNDER = frozenset({"tag", "category", "cat", "term", "topic", "type", "status", "format", "author", "section"})
# “has-sidebar”, “no-ads”: the name says how the page is laid out, not what the element is.
LAYOUT_WORDS = frozenset({"has", "with", "no", "without", "is", "hide", "show", "layout", "open", "closed", "off"})
SHORTEST_CAMEL = 4  # letters; shorter humps stand in names that a program made up, such as “sc-AdWfe”
PIECES = re.compile(r"[A-Za-z0-9]+")
HUMPS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
HIDDEN_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden")

# Headings over what is not the page's own text; folded, and compared without a count in brackets.
ABOUT_READERS = frozenset(
    {
        "comments", "comment", "leave a reply", "leave a comment", "join the conversation", "reader comments",
        "discussion",
        "commentaires", "laisser un commentaire", "vos commentaires", "réactions", "reactions",
        "comentarios", "deja un comentario", "deja una respuesta",
        "التعليقات", "تعليقات", "اترك تعليقا", "أضف تعليقا", "اترك تعليقاً",
        "评论", "网友评论", "发表评论", "最新评论", "全部评论",
    }
)  # fmt: skip
ABOUT_OTHERS = frozenset(
    {
        "related", "related articles", "related stories", "related news", "related topics", "related posts",
        "related content",
        "related links", "read more", "read next", "read also", "you may also like", "you might also like",
        "more stories",
        "more news", "more on this story", "more from", "most read", "most popular", "most viewed", "trending",
        "trending now",
        "recommended", "recommended for you", "latest news", "latest", "top stories", "editor's picks",
        "see also on this site",
        "share this", "share this article", "share", "follow us", "tags", "topics", "advertisement", "newsletter",
        "sign up for our newsletter", "about the author", "older entries", "recent posts", "categories", "archives",
        "à lire aussi", "lire aussi", "à lire également", "sur le même sujet", "sur le même thème", "articles liés",
        "les plus lus", "le plus lu", "à la une", "partager", "partager cet article", "mots-clés", "suivez-nous",
        "voir aussi sur ce site", "nos derniers articles", "dans la même rubrique", "publicité",
        "te puede interesar", "lo más leído", "lo más visto", "más noticias", "más información",
        "noticias relacionadas",
        "artículos relacionados", "relacionado", "archivado en", "compartir", "etiquetas", "síguenos", "lee también",
        "últimas noticias", "publicidad", "mirá también", "mira también", "ver también", "leé también",
        "lea también", "lea además", "vea también",
        "además", "te recomendamos", "seguí leyendo",
        "اقرأ أيضا", "اقرأ أيضاً", "اقرأ المزيد", "مواضيع ذات صلة", "مقالات ذات صلة", "أخبار ذات صلة", "الأكثر قراءة",
        "الأكثر مشاهدة", "شارك", "شارك المقال", "تابعنا", "آخر الأخبار", "كلمات مفتاحية", "إعلان", "قد يعجبك أيضا",
        "相关阅读", "相关新闻", "相关文章", "相关报道", "推荐阅读", "热门文章", "热门新闻", "热点新闻",
        "最新文章", "延伸阅读",
        "猜你喜欢", "分享到", "标签", "广告", "更多新闻",
    }
)  # fmt: skip
# Short lines that belong to the page's machinery wherever they stand.
STOCK_LINES = ABOUT_READERS | ABOUT_OTHERS | frozenset(
    {
        "reply", "print", "print this page", "email", "copy link", "save", "back to top", "top", "continue reading",
        "close",
        "please log in to comment", "log in to comment", "log in", "sign in", "subscribe", "subscribe now", "loading",
        "skip to main content", "skip to content", "menu", "search", "previous", "next", "accept all", "watch live",
        "listen",
        "your email address will not be published", "story continues below advertisement",
        "imprimer", "envoyer par mail", "copier le lien", "fermer", "répondre", "haut de page", "s'abonner",
        "rechercher",
        "imprimir", "cerrar", "responder", "copiar enlace", "suscríbete", "iniciar sesión", "buscar", "volver arriba",
        "طباعة", "إغلاق", "رد", "نسخ الرابط", "تسجيل الدخول", "بحث", "اشترك",
        "打印", "关闭", "回复", "返回顶部", "登录", "注册", "搜索", "复制链接", "阅读全文", "查看更多", "收藏",
    }
)  # fmt: skip


@lru_cache(20_000)
def is_unwanted(names: str) -> bool:
    """Tell whether the class and id of an element say that it is not text of the page.

    >>> is_unwanted("entry__share-bar"), is_unwanted("cookieBanner2")
    (True, True)
    >>> is_unwanted("has-sidebar"), is_unwanted("shareholder"), is_unwanted("sc-AdWfe")
    (False, False, False)
    """
    return any(_is_unwanted(name) for name in names[:300].split())


def _is_unwanted(name: str) -> bool:
    if name in UNWANTED_NAMES:
        return True
    parts = [part for piece in PIECES.findall(name) for part in _parts(piece)]
    pairs = {f"{first}-{second}" for first, second in pairwise(parts)}
    if not UNWANTED.isdisjoint(pairs):
        return True
    filed = len(parts) > 1 and parts[0] in FILED_UNDER
    return not filed and not UNWANTED.isdisjoint(parts) and LAYOUT_WORDS.isdisjoint(parts)


def _parts(piece: str) -> list[str]:
    """Return the words of a piece of a name; none of one with digits in it, which a program made up."""
    word = piece.rstrip("0123456789")
    if not word.isalpha():
        return []
    if word.islower() or word.isupper():
        return [word.lower()]
    return [hump.lower() for hump in HUMPS.findall(word) if len(hump) >= SHORTEST_CAMEL]
