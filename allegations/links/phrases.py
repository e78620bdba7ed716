"""The words by which pages give themselves away, in English, French and Spanish; all folded, all looked up linearly."""

from __future__ import annotations

NOT_FOUND_TITLES = (
    "page not found", "not found", "404 error", "error 404", "page unavailable", "page cannot be found",
    "page doesn't exist", "no longer available", "page removed", "content not available",
    "page introuvable", "page non trouvée", "erreur 404", "page inexistante", "contenu introuvable",
    "n'est plus disponible", "n'existe plus",
    "página no encontrada", "pagina no encontrada", "no encontrado", "página no existe", "ya no está disponible",
    "no disponible",
)  # fmt: skip
NOT_FOUND_TEXTS = (
    "page not found", "page does not exist", "page doesn't exist", "page you are looking for", "could not be found",
    "page you requested", "page has been removed", "article has been removed", "no longer available",
    "page you were looking for", "we can't find", "we couldn't find",
    "page introuvable", "cette page n'existe pas", "cette page n'existe plus", "la page que vous cherchez",
    "la page demandée", "n'est plus disponible", "n'a pas été trouvée", "article a été supprimé",
    "página no encontrada", "la página que busca", "la página que buscas", "la página solicitada", "página no existe",
    "ya no está disponible", "no hemos encontrado", "no se ha encontrado", "ha sido eliminad",
)  # fmt: skip
CHALLENGE_TITLES = (
    "just a moment", "attention required! | cloudflare", "ddos-guard", "are you a robot", "are you human",
    "verify you are human", "robot or human", "security check", "access to this page has been denied", "un momento",
    "un instant", "human verification", "bot verification", "client challenge", "pardon our interruption",
)  # fmt: skip
CHALLENGE_MARKS = (
    "/cdn-cgi/challenge-platform", "cf-chl-", "_cf_chl_opt", "challenges.cloudflare.com", "ddos-guard",
    "_incapsula_resource", "captcha-delivery.com", "px-captcha", "perimeterx", "hcaptcha.com/1/api.js", "g-recaptcha",
    "recaptcha/api.js", "/_sec/cp_challenge", "awswafintegration", "cf-turnstile", "sucuri_cloudproxy",
)  # fmt: skip
LOGIN_PATHS = (
    "login",
    "signin",
    "sign-in",
    "log-in",
    "sso",
    "auth",
    "oauth",
    "account",
    "connexion",
    "acceder",
    "sesion",
)
LOGIN_TITLES = ("log in", "login", "sign in", "connexion", "se connecter", "iniciar sesión", "inicia sesión", "acceder")
PARKED_TEXTS = (
    "domain is for sale", "domain may be for sale", "buy this domain", "domain name is for sale", "domain is parked",
    "domain has expired", "make an offer on this domain", "inquire about this domain", "domain available for purchase",
    "domaine est à vendre", "acheter ce domaine", "dominio está en venta", "dominio a la venta",
    "comprar este dominio",
)  # fmt: skip
PARKED_MARKS = (
    "sedo.com", "sedoparking", "hugedomains.com", "dan.com", "afternic.com", "parkingcrew", "bodis.com",
    "undeveloped.com", "domainmarket.com", "parklogic", "above.com", "domainnamesales",
)  # fmt: skip
GAMBLING_TITLES = ("casino", "slot", "togel", "poker", "betting", "sportsbook", "jackpot", "gacor", "apuestas", "judi")
GEO_TEXTS = (
    "not available in your country", "not available in your region", "not available in your location",
    "unavailable in your region", "unavailable in your country", "unavailable due to legal reasons",
    "n'est pas disponible dans votre pays", "n'est pas disponible dans votre région",
    "no está disponible en su país", "no está disponible en tu país", "no está disponible en su región",
)  # fmt: skip


def found(phrases: tuple[str, ...], text: str) -> str | None:
    """Return the first of `phrases` that stands in `text`, or None."""
    return next((phrase for phrase in phrases if phrase in text), None)
