"""Tests for robots and firewalls are told from pages, whoever sells them."""

import pytest

from allegations.links.judgement import Known
from allegations.links.verdicts import judge

from .webpages import LONG, exchange, paragraphs, site_page

# A page of each gatekeeper in its essentials, as it stands in place of what was asked for.
PAGES = {
    "Cloudflare": "<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script>",
    "Cloudflare, in Spanish": "<title>Un momento…</title><p>Verifica que eres humano",
    "Cloudflare, in Arabic": "<title>لحظة…</title><p>جارٍ التحقق",
    "Cloudflare, blocked": "<title>Attention Required! | Cloudflare</title><div class=cf-error-details>Sorry",
    "Cloudflare, script": "<title>x</title><script src=/cdn-cgi/challenge-platform/h/b/orchestrate/x></script>",
    "Turnstile": "<title>Check</title><div class=cf-turnstile data-sitekey=0x4></div>",
    "DDoS-Guard": "<title>DDoS-Guard</title><script src=/.well-known/ddos-guard/check></script>",
    "Akamai": "<html><script src=/_sec/cp_challenge/ak-challenge-4-5.htm></script><div id=sec-if-cpt-container>",
    "Akamai, waiting": '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQAAA\'">',
    "Imperva": "<iframe src=/_Incapsula_Resource?CWUDNSAI=23>Request unsuccessful. Incapsula incident ID: 1</iframe>",
    "Imperva, script": "<head><script src=/_Incapsula_Resource?SWJIYLWA=719d></script></head><body></body>",
    "DataDome": "<p>Please enable JS<script src=https://geo.captcha-delivery.com/captcha/?initialCid=A></script>",
    "HUMAN": "<title>Access to this page has been denied</title><div id=px-captcha></div>Press & Hold",
    "AWS WAF": "<script>window.gokuProps={key:'A'}</script><div id=challenge-container></div>",
    "AWS WAF, script": "<script src=https://x.token.awswaf.com/x/challenge.js></script><p>enable JavaScript",
    "Sucuri": "<title>Sucuri WebSite Firewall - Access Denied</title><h1>Access Denied",
    "Sucuri, script": "<script>sucuri_cloudproxy_js='';S='eHh4'</script><noscript>Javascript is required.</noscript>",
    "Anubis": "<title>Making sure you&#39;re not a bot!</title><script id=anubis_challenge>{}</script>",
    "go-away": "<title>Checking</title><link href=/.well-known/.git.gammaspectra.live/git/go-away/style.css>",
    "Vercel": "<title>Vercel Security Checkpoint</title><p>We're verifying your browser",
    "Kasada": "<script src=/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39/ips.js></script>",
    "SiteGround": "<meta http-equiv=refresh content='0;/.well-known/sgcaptcha/?r=%2F'>",
    "Wordfence": "<title>403</title><p>Your access to this site has been limited by the site owner",
    "F5": "<title>Request Rejected</title>The requested URL was rejected. Please consult with your administrator.",
    "Radware": "<title>Checking</title><script src=https://captcha.perfdrive.com/x></script>",
    "Alibaba Cloud": "<script>var arg1='A';document.cookie='acw_sc__v2='</script>",
    "Baidu": "<title>百度安全验证</title><script src=https://wappass.baidu.com/x></script>",
    "Yandex": "<title>Вы не робот?</title><form action=/checkcaptcha?key=1>",
    "Google": "<title>Search</title><p>Our systems have detected unusual traffic from your computer network",
    "Amazon": "<title>Amazon</title><form action=/errors/validateCaptcha>Type the characters you see in this image",
    "reCAPTCHA": "<title>One step more</title><form><div class=g-recaptcha data-sitekey=6L></div></form>",
    "hCaptcha": "<title>One step more</title><div class=h-captcha></div>",
    "Friendly Captcha": "<title>Anti-Robot Verification</title><div class=frc-captcha data-sitekey=F></div>",
    "GeeTest": "<title>Check</title><script src=https://static.geetest.com/v4/gt4.js></script>",
    "ALTCHA": "<title>Check</title><altcha-widget challengeurl=/c></altcha-widget>",
    "mCaptcha": "<title>Check</title><div id=mcaptcha__widget-container></div>",
    "in French": "<title>Contrôle</title><p>Veuillez vérifier que vous êtes humain pour continuer.",
    "in German": "<title>Prüfung</title><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.",
    "in Chinese": "<title>访问验证</title><p>请完成安全验证后继续访问",
    "in Russian": "<title>Проверка</title><p>Подтвердите, что вы не робот",
}  # fmt: skip


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("status", [200, 403])
def test_a_gatekeepers_page_is_blocked_and_never_content(status, body):
    found = judge(exchange(body, status), Known("Minister charged"))

    assert (found.verdict, found.shows_page, found.title) == ("BLOCKED_CHALLENGE", False, None)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"cf-mitigated": "challenge"}),
        (200, {"cf-mitigated": "Challenge"}),
        (404, {"cf-mitigated": "challenge"}),
        (202, {"x-amzn-waf-action": "challenge"}),
        (405, {"x-amzn-waf-action": "captcha"}),
        (429, {"x-vercel-mitigated": "challenge"}),
        (202, {"sg-captcha": "challenge"}),
        (403, {"server": "AkamaiGHost"}),
        (403, {"server": "DataDome"}),
        (403, {"x-datadome": "protected"}),
        (429, {"x-kpsdk-ct": "0"}),
        (403, {"x-sucuri-block": "EXP"}),
    ],
)
def test_a_gatekeepers_header_is_enough(status, headers):
    assert judge(exchange("no", status, headers=headers)).verdict == "BLOCKED_CHALLENGE"


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (403, {"server": "cloudflare"}, "BLOCKED_FORBIDDEN"),
        (404, {"server": "ddos-guard"}, "GONE_404"),
        (410, {"x-datadome": "protected"}, "GONE_410"),
        (200, {"x-datadome": "protected"}, "OK"),
        (503, {"server": "cloudflare"}, "SERVER_ERROR"),
        (403, {"cf-mitigated": ""}, "BLOCKED_FORBIDDEN"),
    ],
)
def test_the_machine_in_front_of_a_site_is_no_gatekeeper_by_itself(status, headers, verdict):
    assert judge(exchange(f"<title>x</title>{LONG}", status, headers=headers)).verdict == verdict


COMMON = {
    "script of Cloudflare": "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
    "older script of Cloudflare": "<script src=/cdn-cgi/challenge-platform/h/g/scripts/jsd/1a/main.js></script>",
    "comment form": "<div class=g-recaptcha></div><script src=https://www.google.com/recaptcha/api.js></script>",
    "sensor of HUMAN": "<script src=https://client.perimeterx.net/PX1/main.min.js></script>",
    "sensor of Imperva": "<script src=/_Incapsula_Resource?SWJIYLWA=1></script>",
    "sensor of AWS WAF": "<script src=https://x.edge.sdk.awswaf.com/x/challenge.js></script>",
    "sensor of Kasada": "<script src=/x/kpsdk.js></script>",
    "Turnstile": "<div class=cf-turnstile></div>",
}


@pytest.mark.parametrize("mark", COMMON.values(), ids=COMMON)
@pytest.mark.parametrize("count", [2, 12])
def test_a_page_that_has_more_to_say_is_alive(mark, count):
    assert judge(exchange(site_page("Minister charged", paragraphs(1, count) + mark))).verdict == "OK"


def test_a_fault_of_the_server_behind_cloudflare_is_the_servers():
    mark = COMMON["script of Cloudflare"]

    assert judge(exchange(f"<title>x</title>{mark}", 503)).verdict == "SERVER_ERROR"
    assert judge(exchange(f"<title>x</title>{mark}", 404)).verdict == "GONE_404"
    assert judge(exchange(f"<title>x</title>{mark}", 403)).verdict == "BLOCKED_FORBIDDEN"


def test_articles_about_robots_are_alive():
    for title in ("Just a moment in history", "Are you a robot? A review", "Captcha and its discontents"):
        assert judge(exchange(site_page(title, paragraphs(1)))).verdict == "OK"


def test_an_application_that_loads_a_robot_test_needs_scripts():
    body = "<title>App</title><div id=root></div><script src=https://www.google.com/recaptcha/api.js></script>"

    assert judge(exchange(body)).verdict == "NEEDS_JS"


def test_a_wait_that_a_gatekeeper_asks_for_is_kept():
    found = judge(exchange(PAGES["Cloudflare"], 429, headers={"retry-after": "90"}))

    assert (found.verdict, found.retry_after_s, found.limits_host) == ("BLOCKED_CHALLENGE", 90.0, True)
