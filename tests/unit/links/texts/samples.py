"""Pages as they come: what each says (gold), what stands around it (junk), and noise that changes with every visit."""
# ruff: noqa: E501

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A page; `build(noise)` gives its markup with other ads, tokens, counters and clocks for each `noise`."""

    name: str
    language: str
    build: Callable[[int], str]
    gold: tuple[str, ...]
    junk: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


SAMPLES: list[Sample] = []


def sample(language: str, gold: tuple[str, ...], junk: tuple[str, ...]):
    """Collect a builder of markup that is given a source of noise."""

    def collect(build: Callable[[random.Random, int], str]) -> Callable[[random.Random, int], str]:
        def built(noise: int = 0) -> str:
            return build(random.Random(noise), noise)

        SAMPLES.append(Sample(build.__name__, language, built, gold, junk))
        return build

    return collect


def token(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def menu(words: str, chance: random.Random) -> str:
    """A list of links; the order of attributes changes with noise."""
    flip = chance.random() < 0.5
    items = "".join(
        f'<li><a href="/{n}" class="link">{word}</a></li>'
        if flip
        else f'<li><a class="link" href="/{n}">{word}</a></li>'
        for n, word in enumerate(words.split("|"))
    )
    return f"<ul>{items}</ul>"


def paragraphs(sentences: tuple[str, ...], tag: str = "p") -> str:
    return "\n".join(f"<{tag}>{sentence}</{tag}>" for sentence in sentences)


def pick(chance: random.Random, *options: str) -> str:
    return options[chance.randrange(len(options))]


NEWS = (
    "General charged over detention of two engineers",
    "A general who stands for election to an international police body was charged on Tuesday over the detention of two engineers.",
    "Prosecutors in the capital said that Tarek Mansouri, 58, had not attended any of the four hearings to which he was summoned.",
    "“They held us for 19 days in a room without a window,” one of the engineers told the court in May 2019.",
    "Mr. Mansouri denies the charges and says that the case is politically motivated.",
    "The complaint was filed by a lawyer, Dr. Lena Oberholt, on behalf of both men.",
    "It asks for damages of $2.5 million and for the arrest of three officers.",
    "A hearing is set for 14 January 2022.",
    "Why the case matters",
    "The body elects its president in November, and two thirds of its members have to agree.",
)


@sample(
    "en",
    NEWS,
    (
        "Subscribe to our morning newsletter and never miss a story from our correspondents.",
        "We use cookies to give you the best experience on our website and to show you advertising.",
        "Ten beaches that you must visit before the end of the summer",
        "Share on Facebook",
        "All rights reserved. No part of this site may be reproduced without our written permission.",
        "3 hours ago",
        "1,204 views",
        "Most read",
        "Sign in",
        "More from World",
    ),
)
def news(chance: random.Random, noise: int) -> str:
    hours = pick(chance, "3 hours ago", "4 hours ago", "an hour ago", "Just now")
    adverts = "".join(
        f'<div class="ad-slot" id="ad{chance.randrange(999)}">Buy {word} today</div>'
        for word in chance.sample(["shoes", "cars", "phones", "flights"], 2)
    )
    related = chance.sample(
        [
            "Ten beaches that you must visit before the end of the summer",
            "The minister who grew potatoes on the roof of her office",
            "Storm expected in the north by the weekend, forecasters say",
        ],
        3 if not noise else 2,
    )
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>General charged over detention of two engineers | The Courier</title>
<meta name="csrf-token" content="{token(chance)}">
<meta property="og:site_name" content="The Courier"><meta property="og:title" content="{NEWS[0]}">
<link rel="canonical" href="https://courier.example/world/general-charged">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{NEWS[0]}",
"datePublished":"2021-11-23T09:15:00+01:00","author":[{{"@type":"Person","name":"Ada Winter"}}],
"publisher":{{"@type":"Organization","name":"The Courier"}},"isAccessibleForFree":true}}</script>
<script>window.dataLayer=[{{"session":"{token(chance)}"}}];</script><style>.a{{color:red}}</style></head>
<body class="article-page has-sidebar">
<div id="cookie-consent"><p>We use cookies to give you the best experience on our website and to show you advertising.</p>
<button>Accept all</button></div>
<header class="site-header"><a href="/">The Courier</a><span class="today">{pick(chance, "Tuesday 24 November 2026", "Friday 27 November 2026")}</span>
<a href="/login">Sign in</a><form action="/search"><input type="hidden" name="csrf" value="{token(chance)}"><input name="q"></form></header>
<nav aria-label="Main">{menu("World|Politics|Business|Sport|Culture|Opinion|Weather", chance)}</nav>
<main id="content"><article>
<header><h1>{NEWS[0]}</h1><p class="standfirst">{NEWS[1]}</p>
<div class="byline">By Ada Winter, Court correspondent</div><time datetime="2021-11-23T09:15:00+01:00">{hours}</time>
<span class="view-count">{chance.randrange(900, 2000):,} views</span></header>
<ul class="share-bar"><li><a href="#">Share on Facebook</a></li><li><a href="#">Share on X</a></li></ul>
<figure><img src="/i.jpg?{chance.random()}" alt=""><figcaption>The court in the capital, where the hearing took place.</figcaption></figure>
{adverts}
<p>{NEWS[2]}</p><p>{NEWS[3]}</p>
<aside class="newsletter"><p>Subscribe to our morning newsletter and never miss a story from our correspondents.</p></aside>
<p>{NEWS[4]} {NEWS[5]}</p><p>{NEWS[6]} <a href="/case">{NEWS[7]}</a></p>
<h2>{NEWS[8]}</h2><p>{NEWS[9]}</p>
<div class="tags">{menu("Justice|Police|Elections", chance)}</div>
</article>
<section class="related"><h2>More from World</h2>{"".join(f'<div class="card"><a href="/r"><h3>{title}</h3></a></div>' for title in related)}</section>
</main>
<aside class="sidebar"><h2>Most read</h2>{menu("|".join(related), chance)}</aside>
<footer><p>All rights reserved. No part of this site may be reproduced without our written permission.</p>
{menu("About us|Contact|Privacy|Terms", chance)}</footer></body></html>"""


NGO = (
    "Open letter: do not elect a suspect",
    "Nineteen organisations from eleven countries call on the members of the assembly not to elect a candidate who is under investigation for torture.",
    "The candidate has been the inspector general of a ministry since 2015 and is responsible for the police and for the prisons.",
    "According to testimony that we collected, detainees were beaten, denied a lawyer and forced to sign confessions.",
    "None of these cases has been investigated by an independent body.",
    "We therefore ask all delegations",
    "to study the record of every candidate before the vote;",
    "to publish how they will vote and why;",
    "to support an independent inquiry into the allegations.",
    "The letter was first signed on 15 October 2020 and has been sent to 190 delegations.",
)


@sample(
    "en",
    NGO,
    (
        "Founded in 1994, we document abuses in more than forty countries and stand with those who defend rights.",
        "Donate now and double your impact until the end of the year.",
        "Report: prisons in the region are still overcrowded",
        "Follow us on social media",
        "Sign up for our updates",
        "Registered charity number 4455667.",
        "Skip to main content",
    ),
)
def ngo(chance: random.Random, noise: int) -> str:
    return f"""<!doctype html><html lang="en" dir="ltr"><head><title>Open letter: do not elect a suspect | Rights Today</title>
<meta property="article:published_time" content="2020-10-15T08:00:00Z"><meta name="form-build-id" content="form-{token(chance)}"></head>
<body class="node-page sidebar-second"><a href="#main" class="skip-link">Skip to main content</a>
<div id="page"><div id="header"><div class="region region-header"><a href="/">Rights Today</a>{menu("Who we are|What we do|Countries|Publications|Press|Donate", chance)}</div></div>
<div id="main-wrapper"><div class="row">
<div id="main" class="col-md-8"><div class="region region-content"><div class="block block-system"><div class="content">
<div class="node node--type-statement"><h1 class="page-title"><span>{NGO[0]}</span></h1>
<div class="field field-date">15 October 2020</div>
<div class="field field-name-body"><p>{NGO[1]}</p><p>{NGO[2]}&nbsp;</p><p><strong>{NGO[3]}</strong> {NGO[4]}</p>
<p>{NGO[5]}</p><ul><li>{NGO[6]}</li><li>{NGO[7]}</li><li>{NGO[8]}</li></ul><p>{NGO[9]}</p></div>
<div class="field field-tags">{menu("Torture|Elections|Open letters", chance)}</div></div></div></div></div></div>
<div class="col-md-4 second"><div class="region region-sidebar-second">
<div class="block"><h2>About us</h2><p>Founded in 1994, we document abuses in more than forty countries and stand with those who defend rights.</p></div>
<div class="block"><p>Donate now and double your impact until the end of the year.</p><a class="button" href="/donate">Donate</a></div>
<div class="block"><h2>Latest</h2><ul>{"".join(f'<li><a href="/n/{n}">{t}</a></li>' for n, t in enumerate(chance.sample(["Report: prisons in the region are still overcrowded", "A year after the strike, the questions remain", "Visit of the rapporteur ends"], 3 - noise % 2)))}</ul></div>
</div></div></div></div>
<div id="footer"><div class="region"><h2>Follow us on social media</h2>{menu("Mastodon|Facebook|YouTube", chance)}
<form action="/subscribe"><label>Sign up for our updates</label><input type="hidden" name="form_token" value="{token(chance)}"><input name="mail"></form>
<p>Registered charity number 4455667.</p></div></div></div></body></html>"""


COURT = (
    "Case No. CR-2019/1187",
    "The State v. T. Mansouri and others",
    "Regional Court, Second Chamber",
    "Charge: unlawful detention, art. 183 of the Penal Code",
    "Indictment filed",
    "3 March 2020",
    "Acquitted of count 1; convicted of count 2",
    "Sentence: 18 months, suspended",
    "The defendant has appealed against the conviction.",
)


@sample(
    "en",
    COURT,
    ("Search cases", "Print this page", "Session expires in 20 minutes", "Ministry of Justice, all rights reserved"),
)
def court(chance: random.Random, noise: int) -> str:
    rows = "".join(
        f"<tr><td class='k'>{key}</td><td>{value}</td></tr>"
        for key, value in (
            ("Number", COURT[0]),
            ("Parties", COURT[1]),
            ("Court", COURT[2]),
            ("Matter", COURT[3]),
            (COURT[4], COURT[5]),
            ("Judgment", COURT[6]),
            ("Penalty", COURT[7]),
            ("Note", COURT[8]),
        )
    )
    return f"""<html><head><title>Case details</title></head><body bgcolor="white">
<form method="post" action="./case.aspx" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="{token(chance) * 20}">
<table width="100%"><tr><td colspan=2><div id="banner">{menu("Home|Search cases|Hearings|Fees|Contact", chance)}</div></td></tr>
<tr><td width=160 valign=top><div id="leftmenu">{menu("Civil division|Criminal division|Appeals|Registry", chance)}</div></td>
<td valign=top><h2>Case details</h2><table class="details" border=1>{rows}</table>
<a href="javascript:print()">Print this page</a></td></tr>
<tr><td colspan=2><div class="footer">Session expires in {20 - noise % 5} minutes | Ministry of Justice, all rights reserved</div></td></tr></table>
</form></body></html>"""


BLOG = (
    "What the vote in November is about",
    "I have followed the assembly for ten years, and I have never seen so much interest in its presidency.",
    "The presidency is unpaid and part time, so why does anybody want it?",
    "Because the president chairs the executive committee, which supervises the secretariat; that matters more than it sounds.",
    "In 2018 the vice-president from Korea won against the candidate whom many had expected to win.",
    "Nobody should be called guilty before a court has said so, but delegates may ask questions.",
    "The rules of the assembly, art. 17, say that the executive committee meets three times a year.",
    "No candidate has published a programme.",
)


@sample(
    "en",
    BLOG,
    (
        "Great post, thank you! I did not know that the presidency is unpaid.",
        "You forgot to mention the budget, which is what really counts.",
        "Leave a Reply",
        "Your email address will not be published.",
        "Older entries",
        "Powered by a blog engine",
        "I am a lawyer who writes about police cooperation.",
    ),
)
def blog(chance: random.Random, noise: int) -> str:
    extra = "".join(
        f'<li class="comment"><p>{text}</p></li>'
        for text in chance.sample(["Nice.", "I disagree with all of this.", "First!"], noise % 3)
    )
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>What the vote in November is about – Notes on policing</title>
<meta name="author" content="Jo Field"></head><body class="single single-post postid-{chance.randrange(99)}">
<div id="page" class="hfeed site"><header id="masthead" class="site-header"><h2 class="site-title"><a href="/">Notes on policing</a></h2>
<nav id="site-navigation">{menu("Home|About|Archive", chance)}</nav></header>
<div id="primary" class="content-area"><div id="post-12" class="post-12 post type-post hentry">
<h1 class="entry-title">{BLOG[0]}</h1><div class="entry-meta"><span>Posted on</span> <a href="/2021/10"><time class="entry-date" datetime="2021-10-02">2 October 2021</time></a> by <a href="/jo">Jo Field</a></div>
<div class="entry-content"><p>{BLOG[1]}<br>{BLOG[2]}</p><p>{BLOG[3]}</p><p>{BLOG[4]}</p><blockquote><p>{BLOG[5]}</p></blockquote>
<p>{BLOG[6]} <a href="https://law.example/17">{BLOG[7]}</a></p>
<div class="sharedaddy sd-sharing"><h3>Share this:</h3>{menu("Facebook|Mastodon|Print", chance)}</div></div></div>
<div id="comments" class="comments-area"><h2>{2 + noise % 3} thoughts on “What the vote in November is about”</h2><ol class="comment-list">
<li class="comment"><article><p>Great post, thank you! I did not know that the presidency is unpaid.</p><a href="#">Reply</a></article></li>
<li class="comment"><article><p>You forgot to mention the budget, which is what really counts.</p><a href="#">Reply</a></article></li>{extra}</ol>
<div id="respond"><h3>Leave a Reply</h3><form><p>Your email address will not be published.</p><textarea></textarea></form></div></div></div>
<div id="secondary" class="widget-area"><div class="widget"><h2>About</h2><p>I am a lawyer who writes about police cooperation.</p></div>
<div class="widget"><h2>Older entries</h2>{menu("September 2021|August 2021|July 2021", chance)}</div></div>
<footer id="colophon">Powered by a blog engine</footer></div></body></html>"""


ARABIC = (
    "توجيه الاتهام إلى لواء مرشح لرئاسة هيئة الشرطة الدولية",
    "وجّهت النيابة العامة في العاصمة يوم الثلاثاء الاتهام إلى اللواء طارق المنصوري في قضية احتجاز مهندسين اثنين.",
    "وقالت النيابة إن المنصوري لم يحضر أيًّا من الجلسات الأربع التي استُدعي إليها.",
    "وأضاف محامي الضحيتين أن موكليه احتُجزا 19 يومًا في غرفة بلا نافذة.",
    "وينفي المنصوري التهم الموجهة إليه ويقول إن القضية سياسية.",
    "وتطالب الشكوى بتعويض قدره 2.5 مليون دولار وبتوقيف ثلاثة ضباط.",
    "هل ستؤثر القضية في الانتخابات؟",
    "ومن المقرر عقد جلسة في 14 يناير 2022.",
)


@sample(
    "ar",
    ARABIC,
    (
        "اشترك في نشرتنا البريدية اليومية لتصلك أهم الأخبار من مراسلينا.",
        "الأكثر قراءة",
        "عشرة شواطئ يجب أن تزورها قبل نهاية الصيف",
        "جميع الحقوق محفوظة",
        "منذ 3 ساعات",
        "شارك على فيسبوك",
        "مواضيع ذات صلة",
    ),
)
def arabic(chance: random.Random, noise: int) -> str:
    ago = pick(chance, "منذ 3 ساعات", "منذ ساعتين", "قبل ٥ دقائق", "آخر تحديث: منذ 10 دقائق")
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{ARABIC[0]} | صحيفة البريد</title>
<meta property="og:locale" content="ar_AE"></head><body>
<div class="topbar"><a href="/">صحيفة البريد</a> <a href="/login">تسجيل الدخول</a></div>
<div class="main-menu">{menu("الرئيسية|سياسة|اقتصاد|رياضة|ثقافة|رأي", chance)}</div>
<div class="wrapper"><div class="article-details"><h1>{ARABIC[0]}</h1>
<div class="info"><span class="date">{ago}</span> | <span>{chance.randrange(100, 999)} مشاهدة</span></div>
<ul class="social"><li><a href="#">شارك على فيسبوك</a></li><li><a href="#">تويتر</a></li></ul>
<div class="article-body"><p>{ARABIC[1]}</p><p>{ARABIC[2]}</p>
<div class="ads"><p>إعلان {chance.randrange(99)}</p></div>
<p>{ARABIC[3]}</p><p>{ARABIC[4]} {ARABIC[5]}</p><h3>{ARABIC[6]}</h3><p>{ARABIC[7]}</p></div>
<div class="more"><h3>مواضيع ذات صلة</h3>{menu("عشرة شواطئ يجب أن تزورها قبل نهاية الصيف|عاصفة متوقعة في الشمال", chance)}</div></div>
<div class="side-col"><h3>الأكثر قراءة</h3>{menu("عشرة شواطئ يجب أن تزورها قبل نهاية الصيف|وزيرة تزرع البطاطا", chance)}
<div class="newsletter-box"><p>اشترك في نشرتنا البريدية اليومية لتصلك أهم الأخبار من مراسلينا.</p></div></div></div>
<div class="footer"><p>جميع الحقوق محفوظة</p></div></body></html>"""


CHINESE = (
    "国际警察机构主席候选人被起诉",
    "首都检察机关周二以非法拘禁两名工程师为由，对将军塔里克·曼苏里提起诉讼。",
    "检方表示，现年58岁的曼苏里没有出席已传唤他的四次庭审中的任何一次。",
    "其中一名工程师2019年5月在法庭上说：“他们把我们关在没有窗户的房间里19天。”",
    "曼苏里否认指控，并称此案出于政治动机。",
    "原告要求赔偿250万美元，并要求逮捕三名警官。",
    "下次庭审定于2022年1月14日举行。",
    "该机构将于11月选举主席，需要三分之二成员同意！",
)


@sample(
    "zh",
    CHINESE,
    (
        "订阅我们的每日简报，第一时间获取记者发来的最新消息。",
        "相关阅读",
        "夏天结束之前必去的十个海滩",
        "版权所有，未经书面授权不得转载",
        "3小时前",
        "阅读 1204",
        "分享到微博",
    ),
)
def chinese(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{CHINESE[0]}_邮报网</title></head><body>
<div class="header clearfix"><div class="nav">{menu("首页|国际|财经|体育|文化|评论", chance)}</div></div>
<div class="w1000 clearfix"><div class="left_box"><h1 class="main-title">{CHINESE[0]}</h1>
<div class="date-source"><span class="date">{pick(chance, "3小时前", "5分钟前", "刚刚")}</span> <span>阅读 {chance.randrange(1000, 2000)}</span></div>
<div id="artibody"><p>　　{CHINESE[1]}</p><p>　　{CHINESE[2]}</p><p>　　{CHINESE[3]}</p>
<div class="ad_box">广告{chance.randrange(9)}</div>
<p>　　{CHINESE[4]}{CHINESE[5]}</p><p>　　{CHINESE[6]}</p><p>　　{CHINESE[7]}</p></div>
<div class="share-box">{menu("分享到微博|分享到微信", chance)}</div>
<div class="related-news"><h3>相关阅读</h3>{menu("夏天结束之前必去的十个海滩|周末北方将有暴风雨", chance)}</div></div>
<div class="right_box"><div class="subscribe"><p>订阅我们的每日简报，第一时间获取记者发来的最新消息。</p></div></div></div>
<div class="footer">版权所有，未经书面授权不得转载 京ICP备{chance.randrange(99999)}号</div></body></html>"""


FRENCH = (
    "Communiqué de presse : une plainte a été déposée contre un candidat",
    "Paris, le 11 mai 2021. – Deux ressortissants britanniques ont déposé une plainte pour torture contre le général Tarek Mansouri, candidat à la présidence de l’organisation.",
    "La plainte n’a pas encore été examinée par le parquet, a indiqué Me Rodolphe Garnier, leur avocat.",
    "M. Mansouri n’a jamais été condamné et bénéficie de la présomption d’innocence.",
    "« Nous ne demandons rien d’autre qu’une enquête indépendante », a déclaré Mme Colin, présidente de l’association.",
    "Le montant du préjudice est évalué à 1 250 000 euros.",
    "Aucune date d’audience n’a été fixée.",
    "Contact presse : presse@droits.example, 01 23 45 67 89",
)


@sample(
    "fr",
    FRENCH,
    (
        "Soutenez notre action : 66 % de votre don est déductible de vos impôts.",
        "À lire aussi",
        "Dix plages à visiter avant la fin de l’été",
        "Mentions légales",
        "Nous utilisons des cookies pour mesurer l’audience de notre site.",
        "Partager cet article",
        "il y a 2 heures",
    ),
)
def french(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Une plainte a été déposée contre un candidat - Droits partout</title>
<meta property="og:site_name" content="Droits partout"><meta property="article:published_time" content="2021-05-11"></head>
<body><div class="tarteaucitron-banner cookie-banner"><p>Nous utilisons des cookies pour mesurer l’audience de notre site.</p></div>
<div role="banner"><a href="/">Droits partout</a></div><div role="navigation">{menu("Actualités|Agir|Pays|Presse|Faire un don", chance)}</div>
<div role="main"><h1>{FRENCH[0]}</h1><p class="meta">Mis à jour {pick(chance, "il y a 2 heures", "il y a 5 minutes", "à l’instant", "le 24 novembre 2026 à 14h05")}</p>
<div class="texte"><p>{FRENCH[1]}</p><p>{FRENCH[2]}</p><p>{FRENCH[3]}</p><p>{FRENCH[4]}</p><p>{FRENCH[5]} {FRENCH[6]}</p><p><em>{FRENCH[7]}</em></p></div>
<div class="partage"><span>Partager cet article</span>{menu("Facebook|Courriel", chance)}</div>
<div class="a-lire"><h2>À lire aussi</h2>{menu("Dix plages à visiter avant la fin de l’été|Tempête attendue dans le nord", chance)}</div></div>
<div role="complementary"><p>Soutenez notre action : 66 % de votre don est déductible de vos impôts.</p></div>
<div role="contentinfo">{menu("Mentions légales|Plan du site", chance)}<form><input type="hidden" name="token" value="{token(chance)}"></form></div></body></html>"""


SPANISH = (
    "La fiscalía acusa a un general candidato a presidir el organismo policial",
    "La fiscalía de la capital acusó el martes al general Tarek Mansouri de la detención ilegal de dos ingenieros.",
    "El Sr. Mansouri no compareció a ninguna de las cuatro vistas a las que fue citado, según el auto.",
    "«Nos tuvieron 19 días en una habitación sin ventanas», dijo uno de los ingenieros en mayo de 2019.",
    "El general niega los cargos y afirma que el caso tiene motivos políticos.",
    "La querella pide una indemnización de 2,5 millones de dólares y la detención de tres agentes.",
    "¿Qué pasará con la elección?",
    "La próxima vista se celebrará el 14 de enero de 2022.",
)


@sample(
    "es",
    SPANISH,
    (
        "Suscríbete a nuestro boletín y recibe cada mañana las noticias más importantes.",
        "Lo más leído",
        "Diez playas que hay que visitar antes de que acabe el verano",
        "Hace 3 horas",
        "Compartir en Facebook",
        "Archivado en",
        "Aviso legal",
    ),
)
def spanish(chance: random.Random, noise: int) -> str:
    return f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{SPANISH[0]} | El Correo Diario</title>
<script type="application/ld+json">{{"@graph":[{{"@type":"WebPage","name":"x"}},{{"@type":"NewsArticle","headline":"{SPANISH[0]}","datePublished":"2021-11-23T10:00:00Z","author":{{"@type":"Person","name":"Luz Prado"}},"publisher":{{"@id":"#org","name":"El Correo Diario"}}}}]}}</script></head>
<body><header class="x-header">{menu("Internacional|Opinión|España|Economía", chance)}</header>
<article id="main-content"><header class="a_e_txt"><h1 class="a_t">{SPANISH[0]}</h1><h2 class="a_st">{SPANISH[1]}</h2></header>
<div class="a_md"><a href="/autor/luz">Luz Prado</a><time>{pick(chance, "Hace 3 horas", "Hace 20 minutos", "Actualizado: 24/11/2026 14:05")}</time></div>
<div class="compartir">{menu("Compartir en Facebook|Copiar enlace", chance)}</div>
<div class="a_c">{paragraphs(SPANISH[2:5])}<div class="publi">Publicidad</div><p>{SPANISH[5]}</p><h3>{SPANISH[6]}</h3><p>{SPANISH[7]}</p></div>
<section class="a_nl"><p><a href="/boletin">Suscríbete a nuestro boletín y recibe cada mañana las noticias más importantes.</a></p></section>
<section class="archivado"><h3>Archivado en</h3>{menu("Justicia|Policía", chance)}</section></article>
<section class="mas-leido"><h2>Lo más leído</h2><ol><li><a href="/1"><h3>Diez playas que hay que visitar antes de que acabe el verano</h3></a></li><li><a href="/2"><h3>Tormenta en el norte</h3></a></li></ol></section>
<footer>{menu("Aviso legal|Privacidad", chance)}<span>{token(chance)}</span></footer></body></html>"""


COMMENTS = (
    "Two accused officers released on bail",
    "A judge released two of the accused officers on bail of 5,000 euros each on Friday.",
    "Neither of them may leave the country, and both have to report to the police once a week.",
    "The prosecutor did not appeal against the decision, which was announced after a hearing of three hours.",
    "The general himself was not present.",
    "His lawyer said that her client had been cleared by an internal inquiry in 2016.",
    "The inquiry has never been published.",
)


@sample(
    "en",
    COMMENTS,
    (
        "This is outrageous and somebody should resign over it, but of course nobody ever does in this country.",
        "I was there and I can tell you that the hearing was much shorter than that, about one hour and a half.",
        "Typical. The newspapers never tell us what really happened, and then they wonder why nobody reads them.",
        "Please log in to comment.",
        "Comments (3)",
        "You may also like",
        "How a village saved its bakery",
    ),
)
def comments(chance: random.Random, noise: int) -> str:
    said = list(comments_of(chance))
    return f"""<html lang=en><head><title>Two accused officers released on bail - Daily Post</title></head><body>
<div class=topnav>{menu("News|Sport|Life", chance)}</div>
<div class="story"><h1>{COMMENTS[0]}</h1><div class="story-meta"><span>Updated {pick(chance, "5 minutes ago", "2 hours ago", "24 Nov 2026, 14:05")}</span></div>
<div class="story-text"><p>{COMMENTS[1]}<p>{COMMENTS[2]}<p>{COMMENTS[3]} {COMMENTS[4]}<p>{COMMENTS[5]}<p>{COMMENTS[6]}</div>
<section><h2>You may also like</h2><p><a href=/b>How a village saved its bakery</a></p></section>
<section id="readers"><h2>Comments ({len(said)})</h2>{"".join(f'<div class="c"><b>user{chance.randrange(999)}</b> <i>{chance.randrange(2, 9)} hours ago</i><p>{text}</p></div>' for text in said)}
<p>Please log in to comment.</p></section></div></body></html>"""


def comments_of(chance: random.Random) -> tuple[str, ...]:
    texts = (
        "This is outrageous and somebody should resign over it, but of course nobody ever does in this country.",
        "I was there and I can tell you that the hearing was much shorter than that, about one hour and a half.",
        "Typical. The newspapers never tell us what really happened, and then they wonder why nobody reads them.",
    )
    return texts[: 1 + chance.randrange(3)]


SOUP = (
    "Inspector general named in second complaint",
    "A second complaint against the inspector general was lodged with the federal prosecutor in Bern yesterday.",
    "It was brought by a former football fan who says that he was beaten for wearing the shirt of a rival team.",
    "The ministry rejected the account and said that the man had harmed himself.",
    "An official medical report of January 2019 found injuries that were consistent with blows.",
    "The prosecutor has not decided whether to open proceedings.",
    "A decision is expected in about 6 weeks.",
)


@sample(
    "en",
    SOUP,
    (
        "Weather: 14 degrees, light rain",
        "Exchange rates",
        "Buy a subscription and read without limits, on paper or on screen, wherever you are.",
        "Our journalists work for you every day of the year.",
        "Jobs",
        "Terms of use",
    ),
)
def soup(chance: random.Random, noise: int) -> str:
    return f"""<html><head><title>Inspector general named in second complaint</title></head><body><div><div><div><a href=/>Gazette</a></div>
<div><a href=/a>News</a> <a href=/b>Jobs</a> <a href=/c>Cars</a> <a href=/d>Homes</a></div><div>Weather: {pick(chance, "14", "9", "21")} degrees, light rain</div></div>
<div><div><div>{SOUP[0]}</div><div>{SOUP[1]}</div><div>{SOUP[2]}<br><br>{SOUP[3]}</div><div><div>{SOUP[4]}</div></div>
<div><span>{SOUP[5]}</span> <span>{SOUP[6]}</span></div></div>
<div><div><a href=/rates>Exchange rates</a></div><div>Buy a subscription and read without limits, on paper or on screen, wherever you are.</div></div></div>
<div><div>Our journalists work for you every day of the year.</div><div><a href=/terms>Terms of use</a> <a href=/help>Help</a></div></div></div></body></html>"""


LIVE = (
    "Assembly elects its president: how the day went",
    "The general assembly has elected its president in the third round with 68.9 percent of the votes.",
    "The winner needed two thirds and had failed to reach them in the first two rounds.",
    "Delegates of 140 countries took part; 27 did not vote.",
    "Human rights groups had warned against the candidate, who denies all allegations.",
    "The new president will serve for four years.",
)


@sample(
    "en",
    LIVE,
    (
        "BREAKING: markets fall as oil rises to $91.20",
        "BREAKING: cabinet meets over the storm",
        "FTSE 7,012.3 −0.4%",
        "Watch live",
        "Advertisement",
        "Related topics",
    ),
)
def live(chance: random.Random, noise: int) -> str:
    breaking = pick(
        chance,
        "BREAKING: markets fall as oil rises to $91.20",
        "BREAKING: cabinet meets over the storm",
        "BREAKING: goal!",
    )
    return f"""<!DOCTYPE html><html lang="en"><head><title>Assembly elects its president: how the day went - Wire</title></head><body>
<div class="breaking-ticker" aria-live="polite"><span>{breaking}</span></div>
<div class="market-ticker"><span>FTSE 7,012.{chance.randrange(9)} −0.4%</span><span>EUR 1.{chance.randrange(10, 99)}</span></div>
<header><nav>{menu("Home|Live|Video", chance)}</nav></header>
<main><div class="live-layout"><div class="col-main"><h1>{LIVE[0]}</h1><div>{pick(chance, "Last updated 14:05 GMT", "Last updated 3 min ago")}</div>
<p>{LIVE[1]}</p><p>{LIVE[2]}</p><div class="advertisement">Advertisement</div><p>{LIVE[3]}</p><p>{LIVE[4]}</p><p>{LIVE[5]}</p>
<div><h2>Related topics</h2>{menu("Police|Elections", chance)}</div></div>
<div class="col-rail"><div class="player"><a href="/live">Watch live</a></div><marquee>{breaking}</marquee></div></div></main>
<footer>{menu("About|Help", chance)}</footer></body></html>"""


AMP = (
    "Court dismisses claim against police chief",
    "A court of appeal dismissed the civil claim against the police chief on Monday because it was time-barred.",
    "The claimants had asked for 300,000 pounds and an apology.",
    "The judges said that they had not decided whether the allegations were true.",
    "“This is a technicality, and we will take it to the supreme court,” said the claimants’ solicitor.",
    "The chief was never questioned.",
)


@sample(
    "en",
    AMP,
    (
        "Open the menu",
        "We value your privacy, and so do our 842 partners who store data on your device.",
        "Recommended for you",
        "The best kettles of the year, tested",
        "Install our app for the full experience",
    ),
)
def amp(chance: random.Random, noise: int) -> str:
    return f"""<!doctype html><html amp lang="en"><head><meta charset="utf-8"><title>Court dismisses claim against police chief</title>
<link rel="canonical" href="https://paper.example/court-dismisses"><script async src="https://cdn.example/v0.js"></script>
<style amp-custom>p{{margin:0}}</style></head><body><amp-analytics type="x"><script type="application/json">{{"id":"{token(chance)}"}}</script></amp-analytics>
<amp-consent id="consent"><div>We value your privacy, and so do our 842 partners who store data on your device.</div></amp-consent>
<amp-sidebar id="side"><p>Open the menu</p>{menu("News|Sport", chance)}</amp-sidebar>
<amp-app-banner id="app"><p>Install our app for the full experience</p></amp-app-banner>
<main role="main"><article><h1>{AMP[0]}</h1><amp-img src="/i.jpg" width="1" height="1"></amp-img>
<div class="body"><p>{AMP[1]}</p><amp-ad width="300" height="250" type="x" data-slot="{chance.randrange(99)}"><div>Ad {chance.randrange(99)}</div></amp-ad>
<p>{AMP[2]}</p><section subscriptions-section="content"><p>{AMP[3]}</p><p>{AMP[4]}</p><p>{AMP[5]}</p></section></div></article>
<amp-list src="/rec"><h2>Recommended for you</h2><a href="/k">The best kettles of the year, tested</a></amp-list></main></body></html>"""
