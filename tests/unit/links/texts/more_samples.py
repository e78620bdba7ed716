"""More pages as they come, in the manner of common publishing systems; see `samples`."""
# ruff: noqa: E501

from __future__ import annotations

import random

from .samples import menu, pick, sample, token

HASHED = (
    "Police chief accused of abuse elected to lead world body",
    "A police chief who is accused of overseeing torture has been elected to lead the world’s largest police body.",
    "Gen Mansouri won 68.9% of votes cast at the general assembly on Thursday.",
    "He was not present when the complaint was filed, his lawyers said.",
    "The United States did not say how it had voted.",
    "Who is Gen Mansouri?",
    "He has been inspector general of the interior ministry since 2015.",
    "Two Britons say that he was responsible for their detention.",
)


@sample(
    "en",
    HASHED,
    (
        "Top stories",
        "Ceasefire talks resume after a night of strikes on the port",
        "The village where everybody is called Maria",
        "Sign up for our morning briefing here.",
        "Image source, Reuters",
        "More on this story",
        "Elsewhere on the site",
        "The site is not responsible for the content of external sites.",
    ),
)
def hashed(chance: random.Random, noise: int) -> str:
    def block(kind: str, inner: str) -> str:
        return f'<div data-component="{kind}" class="ssrcss-{token(chance)[:7]}-ComponentWrapper ep2nwvo{noise % 9}">{inner}</div>'

    def text(*sentences: str) -> str:
        inner = "".join(f'<p class="ssrcss-1q0x1qg-Paragraph e1jhz7w10">{one}</p>' for one in sentences)
        return block("text-block", f'<div class="ssrcss-7uxr49-RichTextContainer e5tfeyi1">{inner}</div>')

    def promo(title: str) -> str:
        return f'<li class="ssrcss-Item"><div type="article" class="ssrcss-Promo"><a href="/n"><span role="text"><p class="ssrcss-PromoHeadline"><span>{title}</span></p></span></a><ul class="ssrcss-MetadataStripContainer"><li>{pick(chance, "2 hours ago", "5 hours ago")}</li></ul></div></li>'

    return f"""<!DOCTYPE html><html lang="en-GB" class="no-js"><head><meta charset="utf-8"/><title>{HASHED[0]} - Broadcaster News</title></head>
<body><div id="root"><header role="banner" class="ssrcss-header"><nav>{menu("Home|News|Sport|Weather|iPlayer", chance)}</nav></header>
<div class="ssrcss-1ocoo3l-Wrap e42f8511"><div class="ssrcss-rgov1k-MainColumn e1sbfw0p0"><main id="main-content"><article class="ssrcss-pv1rh6-ArticleWrapper e1nh2i2l6">
<header data-component="headline-block"><h1 id="main-heading" class="ssrcss-15xko80-StyledHeading e1fj1fc10">{HASHED[0]}</h1></header>
{block("byline-block", f'<div><time datetime="2021-11-25T11:00:00.000Z">25 November 2021</time></div><div>Updated <span>{pick(chance, "2 hours ago", "1 day ago")}</span></div>')}
{block("image-block", '<figure><div><picture><img src="a.jpg" alt="A man in uniform"/></picture><span role="text">Image source, Reuters</span></div><figcaption><p>Gen Mansouri has denied the allegations</p></figcaption></figure>')}
{text(f"<b>{HASHED[1]}</b>")}{text(HASHED[2])}{text(HASHED[3], HASHED[4])}
{block("unordered-list-block", '<ul><li><a href="/x">The village where everybody is called Maria</a></li></ul>')}
{block("subheadline-block", f'<h2 class="ssrcss-Heading">{HASHED[5]}</h2>')}{text(HASHED[6] + ' <a href="https://ministry.example">' + HASHED[7] + "</a>")}
{block("text-block", '<p><i><a href="/mail">Sign up for our morning briefing here.</a></i></p>')}
<section data-component="tag-list"><h2>Related Topics</h2>{menu("Police|Elections", chance)}</section></article></main>
<div data-component="links-block"><h2>More on this story</h2><ul>{promo("Ceasefire talks resume after a night of strikes on the port")}</ul></div></div>
<div class="ssrcss-RightRail" id="right"><section aria-labelledby="top"><h2 id="top">Top stories</h2><ul>{promo("Ceasefire talks resume after a night of strikes on the port")}{promo("The village where everybody is called Maria")}</ul></section>
<section><h2>Elsewhere on the site</h2><ul>{promo("The village where everybody is called Maria")}</ul></section></div></div>
<footer><p>The site is not responsible for the content of external sites.</p></footer></div></body></html>"""


ENCYCLOPEDIA = (
    "Tarek Mansouri",
    "Tarek Mansouri (born 1963) is an inspector general and the president of an international police organisation.",
    "He studied criminal sciences in Otago and joined the police in 1980.",
    "Early life",
    "He was born in the capital as the fourth of nine children.",
    "Allegations",
    "In 2020, nineteen organisations accused him of being responsible for torture.",
    "He has not been convicted of any offence.",
    "Inspector general of the Ministry of Interior",
)


@sample(
    "en",
    ENCYCLOPEDIA,
    (
        "Jump to navigation",
        "What links here",
        "This page was last edited on",
        "Text is available under a free licence",
        "Donate",
        "Privacy policy",
        "Presidents of the organisation",
    ),
)
def encyclopedia(chance: random.Random, noise: int) -> str:
    edit = '<span class="mw-editsection"><span>[</span><a href="/e">edit</a><span>]</span></span>'
    return f"""<!DOCTYPE html><html class="client-nojs" lang="en" dir="ltr"><head><meta charset="UTF-8"/><title>Tarek Mansouri – Free Encyclopedia</title></head>
<body class="skin-vector mediawiki ltr sitedir-ltr ns-0 page-Tarek_Mansouri"><div id="mw-page-base" class="noprint"></div>
<div id="content" class="mw-body" role="main"><h1 id="firstHeading" class="firstHeading">{ENCYCLOPEDIA[0]}</h1>
<div id="bodyContent"><div id="siteSub" class="noprint">From the Free Encyclopedia</div><a class="mw-jump-link" href="#mw-head">Jump to navigation</a>
<div id="mw-content-text" lang="en" dir="ltr" class="mw-content-ltr"><div class="mw-parser-output">
<table class="infobox vcard"><tbody><tr><th colspan="2">Tarek Mansouri</th></tr><tr><th>Office</th><td>{ENCYCLOPEDIA[8]}</td></tr><tr><th>Born</th><td>1963</td></tr></tbody></table>
<p><b>Tarek Mansouri</b> (born 1963) is an <a href="/i">inspector general</a> and the <a href="/p">president</a> of an international police organisation.<sup id="c1" class="reference"><a href="#n1">[1]</a></sup></p>
<p>{ENCYCLOPEDIA[2]}</p><div id="toc" class="toc"><h2>Contents</h2><ul><li><a href="#e">1 Early life</a></li><li><a href="#a">2 Allegations</a></li></ul></div>
<h2><span class="mw-headline" id="e">{ENCYCLOPEDIA[3]}</span>{edit}</h2><p>{ENCYCLOPEDIA[4]}</p>
<h2><span class="mw-headline" id="a">{ENCYCLOPEDIA[5]}</span>{edit}</h2><p>{ENCYCLOPEDIA[6]} {ENCYCLOPEDIA[7]}</p>
<div role="navigation" class="navbox"><table><tr><th>Presidents of the organisation</th></tr><tr><td><a href="/1">A. One</a> · <a href="/2">B. Two</a></td></tr></table></div></div></div></div></div>
<div id="mw-navigation"><div id="mw-panel"><h3>Tools</h3>{menu("What links here|Related changes|Donate", chance)}</div></div>
<footer id="footer" role="contentinfo"><ul><li>This page was last edited on {1 + noise % 28} November 2026, at 10:{10 + noise % 40}.</li><li>Text is available under a free licence</li></ul>{menu("Privacy policy|About", chance)}</footer></body></html>"""


PAYWALL_PRESS = (
    "Un général émirien visé par une plainte à Paris",
    "Le parquet national antiterroriste a ouvert une enquête préliminaire après la plainte d’une organisation non gouvernementale.",
    "L’homme de 58 ans, candidat à la présidence de l’organisation, n’a pas répondu à nos questions.",
    "Selon nos informations, l’enquête a été ouverte le 20 janvier pour « complicité d’actes de torture ».",
    "Son avocat rappelle qu’il n’a jamais été mis en examen.",
)


@sample(
    "fr",
    PAYWALL_PRESS,
    (
        "Le Quotidien Application",
        "Newsletter abonnés",
        "Contribuer",
        "Les plus lus",
        "Comment nos lecteurs ont sauvé une librairie de quartier",
        "Réutiliser ce contenu",
        "Publié hier à 18h00",
    ),
)
def paywall_press(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{PAYWALL_PRESS[0]}</title>
<meta property="og:site_name" content="Le Quotidien"><script type="application/ld+json">{{"@context":"http://schema.org","@type":"NewsArticle","isAccessibleForFree":"False","datePublished":"2022-03-25T18:00:00+0100","author":[{{"@type":"Person","name":"Anne Roux"}}]}}</script></head>
<body id="js-body" class="article--single"><header id="Header" class="Header">{menu("Actualités|Économie|Vidéos|Débats|Culture", chance)}<a href="/app">Le Quotidien Application</a></header>
<main role="main" class="main--single"><section class="zone zone--article old__zone"><section class="article article--single article--iso">
<section class="article__wrapper article__wrapper--premium"><section class="article__header"><ul class="breadcrumb"><li><a href="/i">International</a></li></ul>
<h1 class="article__title">{PAYWALL_PRESS[0]}</h1><p class="article__desc">{PAYWALL_PRESS[1]}</p>
<section class="meta__authors"><span class="meta__author">Par <a href="/a">Anne Roux</a></span></section><span class="meta__date">Publié hier à 18h00</span></section>
<section class="article__content old__article-content-single"><p class="article__paragraph">{PAYWALL_PRESS[2]}</p>
<section class="catcher catcher--inline"><span class="catcher__title">Lire aussi : </span><a href="/l" class="js-article-read-also"><h3>Comment nos lecteurs ont sauvé une librairie de quartier</h3></a></section>
<p class="article__paragraph">{PAYWALL_PRESS[3]}</p><p class="article__paragraph">{PAYWALL_PRESS[4]}</p>
<section class="services-inread"><p><a href="/nl">Newsletter abonnés</a></p><p>« À la une »</p></section></section>
<footer class="article__footer-single"><a>Réutiliser ce contenu</a></footer></section></section></section>
<section class="friend"><h4>Les plus lus</h4>{menu("Comment nos lecteurs ont sauvé une librairie de quartier", chance)}</section>
<div class="contribution"><p>Contribuer</p></div></main><footer>{menu("Mentions légales|Aide", chance)}{token(chance)}</footer></body></html>"""


THEME = (
    "طلب فتح تحقيق مستقل في وفاة معتقل",
    "طالبت خمس منظمات حقوقية بفتح تحقيق مستقل في وفاة معتقل داخل سجن الصدر.",
    "وقالت المنظمات في بيان مشترك إن أسرة المتوفى لم تُبلَّغ إلا بعد ثلاثة أيام من وفاته.",
    "ولم ترد وزارة الداخلية على طلب التعليق حتى لحظة النشر.",
    "وأكد المحامي أن موكله لم يُدن بأي جريمة، وأن محاكمته كانت مقررة في 5 مارس 2021.",
    "وختم البيان بالقول: لا أحد فوق القانون.",
)


@sample(
    "ar",
    THEME,
    (
        "اقرأ أيضاً: انطلاق مهرجان التمور في دورته العاشرة",
        "زر الذهاب إلى الأعلى",
        "مقالات ذات صلة",
        "وفد تجاري يزور المدينة",
        "لن يتم نشر عنوان بريدك الإلكتروني.",
        "اترك تعليقاً",
        "دقيقتان",
    ),
)
def theme(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html dir="rtl" lang="ar" class="" data-skin="light"><head><meta charset="UTF-8" /><title>{THEME[0]} - موقع الحقوق</title>
<meta property="article:published_time" content="2021-03-02T10:00:00+00:00" /></head>
<body id="tie-body" class="rtl single single-post postid-11 wrapper-has-shadow block-head-1 is-desktop sidebar-left has-sidebar post-layout-1"><div id="tie-wrapper">
<header id="theme-header" class="theme-header">{menu("الرئيسية|بيانات|تقارير|من نحن", chance)}</header>
<div id="content" class="site-content container"><div id="main-content-row" class="tie-row main-content-row"><div class="main-content tie-col-md-8" role="main">
<article id="the-post" class="container-wrapper post-content tie-standard"><header class="entry-header-outer"><nav id="breadcrumb"><a href="/">الرئيسية</a>/<a href="/b">بيانات</a></nav>
<div class="entry-header"><h1 class="post-title entry-title">{THEME[0]}</h1><div class="single-post-meta post-meta"><span class="date meta-item">2 مارس، 2021</span><span class="meta-views meta-item">{chance.randrange(100, 900)}</span><span class="meta-reading-time">دقيقتان</span></div></div></header>
<div class="entry-content entry clearfix"><div class="stream-item stream-item-above-post-content"></div><p>{THEME[1]}</p><p>{THEME[2]}</p>
<div id="inline-related-post" class="mag-box"><p><a href="/r">اقرأ أيضاً: انطلاق مهرجان التمور في دورته العاشرة</a></p></div>
<p>{THEME[3]}</p><p>{THEME[4]}</p><p>{THEME[5]}</p></div>
<div id="share-buttons-bottom" class="share-buttons">{menu("فيسبوك|تويتر|طباعة", chance)}</div></article>
<div class="post-components"><div id="related-posts" class="container-wrapper"><div class="mag-box-title"><h3>مقالات ذات صلة</h3></div><div class="related-posts-list"><div class="related-item"><h3 class="post-title"><a href="/w">وفد تجاري يزور المدينة</a></h3></div></div></div>
<div id="comments" class="comments-area"><div id="respond" class="comment-respond"><h3>اترك تعليقاً</h3><form><p>لن يتم نشر عنوان بريدك الإلكتروني.</p><input type="hidden" value="{token(chance)}"></form></div></div></div></div>
<aside class="sidebar tie-col-md-4">{menu("وفد تجاري يزور المدينة", chance)}</aside></div></div>
<footer id="footer"><a id="go-to-top" href="#">زر الذهاب إلى الأعلى</a></footer></div></body></html>"""


JUDGMENT = (
    "IN THE HIGH COURT OF JUSTICE, QUEEN’S BENCH DIVISION",
    "1. The claimant, a British citizen, was detained on 22 January 2019 and released nine days later.",
    "2. He says that he was stabbed in the chest and arms, that he was denied water, and that he was beaten.",
    "3. The defendant has not acknowledged service and has not taken part in these proceedings.",
    "4. I am satisfied that the claim was served in accordance with s. 12 of the State Immunity Act 1978.",
    "5. It follows that the claimant is not entitled to judgment in default, and I so order.",
    "Hedley J.",
)


@sample("en", JUDGMENT, ("Databases", "Feedback", "Donations", "Copyright policy", "URL: http://www.reports.example"))
def judgment(chance: random.Random, noise: int) -> str:
    body = "<br>\n<br>\n".join(JUDGMENT[1:6])
    return f"""<HTML><HEAD><TITLE>Ahmad v Inspector General [2021] EWHC 1187 (QB)</TITLE></HEAD><BODY BGCOLOR="#FFFFFF">
<TABLE WIDTH="100%"><TR><TD ALIGN=LEFT><FONT SIZE="-1">[<A HREF="/">Home</A>] [<A HREF="/d">Databases</A>] [<A HREF="/s">Search</A>] [<A HREF="/f">Feedback</A>] [<A HREF="/don">Donations</A>]</FONT></TD></TR></TABLE>
<HR><CENTER><B>{JUDGMENT[0]}</B></CENTER><FONT FACE="Times"><P>{body}<P ALIGN=RIGHT>{JUDGMENT[6]}</FONT>
<HR><SMALL><B>Copyright policy</B>: <A HREF="/c">Disclaimers</A><BR>URL: http://www.reports.example/{token(chance)}</SMALL></BODY></HTML>"""


SPANS = (
    "Statement of the families of the detained",
    "We, the families of the four men who were detained in November 2012, ask for their release.",
    "None of them has ever been allowed to appeal.",
    "Their sentences ended in 2017, and still they have not been released.",
    "We call on the assembly not to reward those who are responsible.",
)


@sample("en", SPANS, ("Log In", "See more on our app", "People you may know", "Like", "12 comments"))
def spans(chance: random.Random, noise: int) -> str:
    lines = "".join(
        f'<div dir="auto" style="text-align: start;"><span class="x{token(chance)[:6]} x{token(chance)[:6]}">{one}</span></div>'
        for one in SPANS[1:]
    )
    return f"""<!DOCTYPE html><html lang="en" id="app"><head><title>Families of the detained</title></head><body class="x1 x2"><div><div><div class="x78zum5"><div role="banner"><a href="/login">Log In</a></div></div>
<div class="x9f619"><div role="main" class="x1"><div><div><div class="x1yztbdb"><div><h2><span><strong>{SPANS[0]}</strong></span></h2></div>
<div data-ad-preview="message">{lines}</div><div class="x168nmei"><span>{chance.randrange(3, 90)} comments</span><div role="button">Like</div><span>12 comments</span></div></div></div></div></div>
<div role="complementary"><span>People you may know</span><a href="/p">Ann Other</a></div></div></div><div><a href="/app">See more on our app</a></div></div></body></html>"""


GOVERNMENT = (
    "Statement on the election of the president",
    "The Government notes the outcome of the election that was held on 25 November 2021.",
    "We expect all candidates for international office to uphold human rights.",
    "The United Kingdom does not disclose how it votes in secret ballots.",
    "Next steps",
    "Officials will raise these concerns at the executive committee in March.",
    "a review of the rules of procedure",
    "a code of conduct for candidates",
)


@sample(
    "en",
    GOVERNMENT,
    (
        "Is this page useful?",
        "Cookies on this site",
        "Help us improve this site",
        "Explore the topic",
        "All content is available under an open licence, except where otherwise stated",
        "Report a problem with this page",
        "Skip to main content",
    ),
)
def government(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html lang="en" class="govuk-template"><head><meta charset="utf-8"><title>{GOVERNMENT[0]} - GOV</title></head><body class="gem-c-layout-for-public govuk-template__body">
<div id="global-cookie-message" class="gem-c-cookie-banner" data-nosnippet role="region"><h2>Cookies on this site</h2><p>We use some essential cookies to make this website work.</p></div>
<a href="#content" class="gem-c-skip-link govuk-skip-link">Skip to main content</a><header role="banner" class="gem-c-layout-super-navigation-header">{menu("Topics|Departments|News", chance)}</header>
<div id="wrapper" class="govuk-width-container"><div class="gem-c-breadcrumbs govuk-breadcrumbs"><ol><li><a href="/">Home</a></li><li><a href="/g">Government</a></li></ol></div>
<main role="main" id="content" class="news-article" lang="en"><div class="govuk-grid-row gem-print-columns-none"><div class="govuk-grid-column-two-thirds metadata-logo-wrapper"><div class="gem-c-heading"><span class="govuk-caption-xl">Press release</span><h1 class="gem-c-heading__text govuk-heading-l">{GOVERNMENT[0]}</h1></div>
<p class="gem-c-lead-paragraph">{GOVERNMENT[1]}</p><dl class="gem-c-metadata"><dt>From:</dt><dd><a href="/fo">Foreign Office</a></dd><dt>Published</dt><dd>26 November 2021</dd></dl></div></div>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds"><div class="responsive-bottom-margin"><div class="gem-c-govspeak govuk-govspeak"><p>{GOVERNMENT[2]}</p><p>{GOVERNMENT[3]}</p><h2 id="n">{GOVERNMENT[4]}</h2><p>{GOVERNMENT[5]}</p><ul><li>{GOVERNMENT[6]}</li><li>{GOVERNMENT[7]}</li></ul></div></div>
<div class="gem-c-share-links">{menu("Share on Facebook (opens in new tab)|Share on X", chance)}</div></div>
<div class="govuk-grid-column-one-third"><div class="gem-c-contextual-sidebar"><nav><h2>Explore the topic</h2>{menu("Policing|Foreign affairs", chance)}</nav></div></div></div></main>
<div class="gem-c-feedback" data-module="feedback"><form action="/contact"><input type="hidden" name="authenticity_token" value="{token(chance)}"><h3>Is this page useful?</h3><button>Yes</button></form><p>Report a problem with this page</p><h2>Help us improve this site</h2></div></div>
<footer role="contentinfo">{menu("Help|Privacy", chance)}<span>All content is available under an open licence, except where otherwise stated</span></footer></body></html>"""


PORTAL = (
    "人权组织呼吁不要选举涉嫌酷刑者",
    "十九个人权组织周三发表公开信，呼吁各国代表不要投票给一名涉嫌酷刑的候选人。",
    "公开信称，该候选人自2015年起任内政部监察长，对警察和监狱负有责任。",
    "候选人所在国政府否认这些指控，称其毫无根据。",
    "目前没有任何法院对他作出有罪判决。",
    "投票将于11月25日在伊斯坦布尔举行，共有140个成员国参加。",
)


@sample(
    "zh",
    PORTAL,
    ("责任编辑：王一", "扫一扫分享本页", "热点新闻", "北方多地将迎来降温", "关于我们", "我要纠错", "推荐阅读"),
)
def portal(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title>{PORTAL[0]}-新闻网</title></head><body>
<div class="header domPC"><div class="nav"><ul>{menu("首页|时政|国际|财经|军事", chance)}</ul></div></div>
<div class="main clearfix"><div class="main-left left"><div class="head-line clearfix"><h1><span class="title">{PORTAL[0]}</span></h1><div class="header-time left"><span class="year"><em>2021</em></span><span class="day">11/24</span><span class="time">10:{10 + noise % 50}</span></div></div>
<div id="detail"><span id="detailContent"><p>　　{PORTAL[1]}</p><p>　　{PORTAL[2]}</p><p><img src="1.jpg"/></p><p>　　{PORTAL[3]}{PORTAL[4]}</p><p>　　{PORTAL[5]}</p></span>
<div class="tiyi1 domPC"><a href="javascript:;">我要纠错</a></div></div><div class="editor"><span>【</span>责任编辑：王一<span>】</span></div></div>
<div class="main-right right"><div class="columBox"><h3>热点新闻</h3><ul class="list">{menu("北方多地将迎来降温|博物馆夜间开放", chance)}</ul></div></div></div>
<div class="adv"><h3>推荐阅读</h3>{menu("北方多地将迎来降温", chance)}<p>扫一扫分享本页</p></div><div class="foot"><a href="/about">关于我们</a></div></body></html>"""


LETTER = (
    "Joint letter on the presidency",
    "The undersigned organisations write to express their concern about the candidacy.",
    "We believe that the election of someone who faces such allegations would damage the institution.",
    "Signed by:",
    "Association for the Defence of Prisoners, Geneva",
    "Centre for Rights in the Gulf, London",
    "Committee of Relatives, Paris",
    "Network of Lawyers against Torture",
    "Women’s Alliance for Justice",
)


@sample(
    "en",
    LETTER,
    ("Latest publications", "Annual report 2025 is now online", "Donate today", "Stay informed", "Imprint"),
)
def letter(chance: random.Random, noise: int) -> str:
    signed = "".join(f"<li>{one}</li>" for one in LETTER[4:])
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>{LETTER[0]} &#8211; Alliance</title></head><body class="wp-singular post-template-default wp-embed-responsive">
<div class="wp-site-blocks"><header class="wp-block-template-part"><h1 class="wp-block-site-title"><a href="/">Alliance</a></h1><nav class="wp-block-navigation">{menu("Work|People|Imprint", chance)}</nav></header>
<div class="wp-block-group alignfull has-global-padding"><h2 class="wp-block-post-title">{LETTER[0]}</h2><div class="wp-block-post-date"><time datetime="2021-11-15T09:00:00+00:00">November 15, 2021</time></div>
<div class="entry-content wp-block-post-content is-layout-constrained"><p>{LETTER[1]}</p><p>{LETTER[2]}</p><p><strong>{LETTER[3]}</strong></p><ul class="wp-block-list">{signed}</ul></div>
<div class="wp-block-group"><h3>Latest publications</h3><ul class="wp-block-latest-posts">{menu("Annual report 2025 is now online|How we work", chance)}</ul></div></div>
<footer class="wp-block-template-part"><p>Stay informed</p><p><a href="/d">Donate today</a></p>{menu("Imprint", chance)}</footer></div></body></html>"""


CROWDED = (
    "Fiscal pide archivar la causa contra el comisario",
    "La fiscal del caso pidió ayer archivar la causa contra el comisario por falta de pruebas.",
    "El juez no ha decidido todavía y tiene un plazo de 10 días hábiles.",
    "La acusación particular anunció que recurrirá cualquier decisión de sobreseimiento.",
    "«No hay una sola prueba directa», sostuvo la fiscal en un escrito de 42 páginas.",
    "El comisario permanece en libertad bajo fianza de 300.000 pesos.",
)


@sample(
    "es",
    CROWDED,
    (
        "MIRÁ TAMBIÉN",
        "Dólar blue: a cuánto cotiza hoy, minuto a minuto",
        "Receta de empanadas: el secreto de la abuela para que no se abran",
        "Recibí en tu mail todas las noticias, historias y análisis de nuestros periodistas.",
        "Comentarios",
        "Ver todos los resultados",
        "Tags relacionados",
    ),
)
def crowded(chance: random.Random, noise: int) -> str:
    also = '<div class="embed-also"><span>MIRÁ TAMBIÉN</span><a href="/e"><h2>Receta de empanadas: el secreto de la abuela para que no se abran</h2></a></div>'
    return f"""<!DOCTYPE html><html lang="es"><head><title>{CROWDED[0]}</title><meta property="article:published_time" content="2021-08-11T06:01:00-03:00"></head><body class="nota">
<div class="mainMenu">{menu("Últimas Noticias|Política|Economía|Policiales", chance)}</div><div class="highlights-bar"><ul><li><a href="/d">Dólar blue: a cuánto cotiza hoy, minuto a minuto</a></li></ul></div>
<div class="entry container"><div class="entry-head"><p class="volanta">Justicia</p><h1 id="title">{CROWDED[0]}</h1><div class="bajada"><h2>{CROWDED[1]}</h2></div><div class="breadcrumb">{menu("Inicio|Policiales", chance)}</div></div>
<div class="entry-body"><div class="body-nota"><p>{CROWDED[2]}</p>{also}<p>{CROWDED[3]}</p><div class="banner" id="banner-{chance.randrange(99)}"></div><p>{CROWDED[4]}</p>{also}<p>{CROWDED[5]}</p></div>
<div class="newsletter-inscription"><h3>Newsletters</h3><p>Recibí en tu mail todas las noticias, historias y análisis de nuestros periodistas.</p></div>
<div class="tags-container"><h5>Tags relacionados</h5>{menu("Policía|Fiscales", chance)}</div>
<div class="comments-box"><h4>Comentarios</h4><p>Los comentarios publicados son de exclusiva responsabilidad de sus autores y las consecuencias derivadas de ellos pueden ser pasibles de sanciones legales.</p></div></div>
<div class="entry-side"><h4>Lo más leído</h4><a href="/d">Dólar blue: a cuánto cotiza hoy, minuto a minuto</a></div></div><div class="search-results"><a href="/all">Ver todos los resultados</a></div></body></html>"""


ATOMIC = (
    "Board suspends membership of police union",
    "The board suspended the membership of the union on Monday, two days after its chairman was arrested.",
    "The chairman, who is 61, has not been charged.",
    "Three members voted against the suspension, and one abstained.",
    "The union said that it would appeal to the court of arbitration.",
)


@sample("en", ATOMIC, ("Open menu", "Get the app", "Read next", "Nurses end their strike", "© 2026 Wireline"))
def atomic(chance: random.Random, noise: int) -> str:
    body = "".join(f'<p class="mb-4 text-lg leading-7 dark:text-gray-200">{one}</p>' for one in ATOMIC[2:])
    return f"""<!doctype html><html lang="en"><head><title>{ATOMIC[0]} | Wireline</title></head><body class="overflow-hidden antialiased">
<div id="__next"><div class="sticky top-0 z-50 flex overflow-hidden"><button>Open menu</button><div class="hidden md:flex">{menu("News|Sport", chance)}</div></div>
<div class="relative overflow-x-hidden"><div class="mx-auto max-w-prose overflow-hidden px-4"><h1 class="text-4xl font-bold">{ATOMIC[0]}</h1>
<div class="flex gap-2 text-sm"><span>By Kim Lee</span><span>{pick(chance, "3 min ago", "2h ago")}</span></div><div class="prose max-w-none overflow-hidden"><p class="lead">{ATOMIC[1]}</p>{body}</div></div>
<div class="grid grid-cols-3"><h2 class="col-span-3">Read next</h2><a class="block rounded" href="/n"><div>Nurses end their strike</div><div>{chance.randrange(2, 9)}h ago</div></a></div></div>
<div class="border-t py-8"><p>© 2026 Wireline</p><a href="/app">Get the app</a></div></div></body></html>"""


BUILDER = (
    "Pétition : pour un vote transparent",
    "Nous demandons que chaque délégation rende public son vote lors de l’élection du 25 novembre.",
    "Le scrutin est secret, mais rien n’interdit à un État de dire pour qui il a voté.",
    "Plus de 12 000 personnes ont déjà signé cette pétition.",
    "Aucun des candidats n’a répondu à notre questionnaire.",
)


@sample(
    "fr", BUILDER, ("Faire un don", "Restons en contact", "Vos coordonnées", "Politique de confidentialité", "Partagez")
)
def builder(chance: random.Random, noise: int) -> str:
    def widget(inner: str) -> str:
        return f'<div class="elementor-element elementor-element-{token(chance)[:7]} elementor-widget elementor-widget-text-editor" data-element_type="widget"><div class="elementor-widget-container">{inner}</div></div>'

    return f"""<!DOCTYPE html><html lang="fr-FR"><head><title>{BUILDER[0]} - Collectif</title></head><body class="page-template-default page elementor-default elementor-page">
<div data-elementor-type="header" class="elementor elementor-location-header"><header>{menu("Accueil|Le collectif|Faire un don", chance)}</header></div>
<main id="content" class="site-main post-9 page type-page tag-cookies"><div class="page-content"><div data-elementor-type="wp-page" class="elementor elementor-9">
<section class="elementor-section elementor-top-section"><div class="elementor-container">{widget(f"<h1 class='elementor-heading-title'>{BUILDER[0]}</h1>")}{widget(f"<p>{BUILDER[1]}</p><p>{BUILDER[2]}</p>")}</div></section>
<section class="elementor-section elementor-top-section"><div class="elementor-container">{widget(f"<p>{BUILDER[3]}</p>")}{widget(f"<p>{BUILDER[4]}</p>")}</div></section>
<section class="elementor-section"><div class="elementor-widget-share-buttons share-buttons"><span>Partagez</span>{menu("Facebook|Mastodon", chance)}</div>
<form class="elementor-form"><h3>Restons en contact</h3><label>Vos coordonnées</label><input type="hidden" value="{token(chance)}"></form></section></div></div></main>
<div class="elementor elementor-location-footer"><footer>{menu("Politique de confidentialité", chance)}</footer></div></body></html>"""
