"""Addresses that somebody else has taken, and those that only look so."""

import pytest

from allegations.links.judgement import Known
from allegations.links.verdicts import judge

from .webpages import STORY, copy_of, exchange, paragraphs, site_page

PAGE = site_page("Minister charged with fraud", paragraphs(1))
COPY = copy_of(PAGE)

FOR_SALE = {
    "Sedo": "<title>news.example</title><h1>This domain is for sale!</h1><a href=https://sedo.com/x>Buy it</a>",
    "Sedo parking": "<title>news.example</title><p>This domain is parked<script src=//img.sedoparking.com/x></script>",
    "HugeDomains": "<title>news.example is for sale | HugeDomains</title><p>Buy this domain at hugedomains.com",
    "Dan": "<title>The domain name news.example is for sale</title><p>Lease to own. Powered by dan.com",
    "Afternic": "<title>news.example</title><p>Get this domain <a href=https://www.afternic.com/forsale/x>here</a>",
    "GoDaddy": "<p>This domain is parked free, courtesy of GoDaddy.<script src=https://img1.wsimg.com/parking-lander/x>",
    "Bodis": "<p>This domain may be for sale.<script src=https://bodis.com/x></script>",
    "ParkingCrew": "<p>news.example: the domain name may be for sale<img src=https://d38psrni17bvxu.cloudfront.net/x>",
    "AdSense for Domains": "<p>Buy this domain<script src=https://www.google.com/adsense/domains/caf.js></script>",
    "Namecheap": "<p>The domain name has expired. <a href=https://parkingpage.namecheap.com>Renew</a>",
    "no dealer, two phrases": "<title>news.example</title><p>This domain is for sale. Make an offer now.",
    "French": "<title>news.example</title><p>Ce domaine est à vendre. Acheter ce domaine aujourd'hui.",
    "Spanish": "<title>news.example</title><p>Este dominio está en venta. Comprar este dominio.",
    "German": "<title>news.example</title><p>Diese Domain steht zum Verkauf. Domain kaufen",
    "Russian": "<title>news.example</title><p>Этот домен продаётся. Купить домен",
    "Chinese": "<title>域名出售</title><p>此域名正在出售，购买此域名请联系",
    "Arabic": "<title>هذا النطاق معروض للبيع</title><p>شراء هذا النطاق",
    "an empty page that forwards": "<script>window.onload=function(){window.location.href='/lander'}</script>",
}  # fmt: skip


@pytest.mark.parametrize("body", FOR_SALE.values(), ids=FOR_SALE)
@pytest.mark.parametrize("known", [COPY, Known()], ids=["known", "new"])
def test_a_domain_on_offer_is_taken_on_two_signals(body, known):
    found = judge(exchange(body), known)

    assert (found.verdict, len(found.signals), found.asks_human) == ("USURPED", 2, True)


@pytest.mark.parametrize(
    "place",
    ["https://www.hugedomains.com/domain_profile.cfm?d=news", "https://dan.com/buy-domain/news.example",
     "https://sedo.com/search/details/?domain=news.example", "https://www.afternic.com/forsale/news.example"],
)  # fmt: skip
def test_being_sent_to_a_dealer_is_enough(place):
    assert judge(exchange(PAGE, hops=(STORY, place), hop_status=302)).verdict == "USURPED"


@pytest.mark.parametrize(
    "body",
    [
        "<title>Estates</title><p>Our domain is for sale: 40 hectares of wood.</p>",
        "<title>Estates</title><p>Make an offer for the house on the hill.</p>",
        site_page(
            "Party’s domain is for sale", paragraphs(1) + "<p>This domain is for sale. Buy this domain at dan.com."
        ),
        site_page("The market in names", paragraphs(1) + "<a href=https://sedo.com>sedo.com</a>"),
    ],
)
def test_one_signal_or_an_article_about_it_takes_nothing(body):
    assert judge(exchange(body)).verdict == "OK"


def test_a_dealers_own_page_is_alive_where_it_was_asked_for():
    assert judge(exchange(site_page("Sedo", paragraphs(1)), hops=("https://sedo.com/us/about",))).verdict == "OK"


TAKEN = {
    "Indonesian": (
        "Situs Slot Gacor Judi Online Terpercaya",
        "Daftar sekarang di situs slot kami dan nikmati bonus new member serta rtp live setiap hari.",
    ),
    "English": (
        "Best Online Casino Slots 2026",
        "Claim your welcome bonus with 200 free spins. Play now at the best online casino.",
    ),
    "Turkish": ("Casino Siteleri | Bahis", "Deneme bonusu veren bahis siteleri. Hemen üye ol ve canlı bahis oyna."),
    "Russian": (
        "Казино онлайн: слоты 1xbet",
        "Играть сейчас в онлайн казино. Бездепозитный бонус и игровые автоматы.",
    ),
    "Spanish": ("Casino y apuestas online", "Juega ahora y recibe tu bono de bienvenida en el mejor casino online."),
    "Chinese": ("百家乐_博彩_娱乐城", "立即注册，真人娱乐、体育投注、百家乐应有尽有，注册送彩金。"),
    "Thai": ("สล็อต คาสิโน บาคาร่า", "สมัครวันนี้ สล็อตเว็บตรง รับเครดิตฟรี"),
    "films": ("123movies: full movie streaming", "Watch now: free movies online, every full movie on 123movies."),
    "medicines": ("Viagra and Cialis Online Pharmacy", "Buy viagra without prescription. Order now, add to cart."),
}


@pytest.mark.parametrize(("title", "text"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("known", [COPY, Known()], ids=["known", "new"])
def test_an_advertisement_in_place_of_the_page_is_taken_on_two_signals(known, title, text):
    found = judge(exchange(f"<title>{title}</title><h1>{title}</h1><p>{text}"), known)

    assert (found.verdict, found.asks_human) == ("USURPED", True)
    assert len(found.signals) >= 2


@pytest.mark.parametrize(("title", "text"), TAKEN.values(), ids=TAKEN)
def test_a_title_is_no_takeover_by_itself_unless_the_page_is_unlike_our_copy(title, text):
    body = f"<title>{title}</title>{paragraphs(3)}"

    assert judge(exchange(body)).verdict == "OK"
    assert judge(exchange(body), COPY).verdict == "USURPED"


@pytest.mark.parametrize(("title", "text"), TAKEN.values(), ids=TAKEN)
def test_an_advertisement_under_another_title_is_taken_when_the_page_is_unlike_our_copy(title, text):
    body = f"<title>Home</title><p>{text}"

    assert judge(exchange(body)).verdict == "OK"
    assert judge(exchange(body), COPY).verdict == "USURPED"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Casino slot machines: minister’s brother charged",
            "The regulator fined the online casino over free spins and a welcome bonus for minors, it was heard.",
        ),
        ("Judicial inquiry into betting on poker", "The inquiry heard of sports betting by members of the judiciary."),
        ("Watch: the minister streaming torrent of words", "The minister spoke to reporters of the full movie."),
        (
            "Pharmacy chain sold cialis and viagra to ministry",
            "The online pharmacy sold generic viagra, the audit says.",
        ),
    ],
)
def test_an_article_about_the_trade_is_alive(title, text):
    body = site_page(title, f"<p>{text}</p>{paragraphs(4)}")

    assert judge(exchange(body)).verdict == "OK"
    assert judge(exchange(body), copy_of(body)).verdict == "OK"


def test_a_page_that_always_was_of_the_trade_is_alive():
    title, text = TAKEN["English"]
    body = f"<title>{title}</title><p>{text}"

    assert judge(exchange(body), Known("The casino that the minister owned")).verdict == "OK"
    assert judge(exchange(body, hops=("https://www.royal-casino.example/offers",))).verdict == "OK"


def test_a_page_like_our_copy_is_not_taken():
    body = f"<title>Slot casino poker</title>{paragraphs(1)}"

    assert judge(exchange(body), COPY).verdict == "OK"
