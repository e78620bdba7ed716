"""The words whose coming or going changes what a text says of a person: negations, verdicts, numbers, dates.

Words are written as they are read and folded when this module is loaded. A word that ends with “*” stands for every
word that begins so. Chinese is looked up as it stands, since nothing parts its words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from candidates.names import fold

NEGATIONS = {
    "en": (
        "not no never none nobody nothing neither nor without cannot nowhere hardly scarcely barely"
        " isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't can't couldn't"
        " shouldn't"
        " mustn't mightn't needn't shan't ain't"
    ),
    "fr": "ne n pas jamais aucun aucune aucuns aucunes rien ni sans non nul nulle nullement guère",
    "es": "no nunca jamás ningún ninguno ninguna ningunos ningunas nadie nada ni sin tampoco",
    "ar": "لا لم لن ليس ليست ليسوا ليسا لسنا لست غير دون بدون كلا عدم بلا ما أبدا إطلاقا قط",
    "zh": "不 没 沒 未 无 無 非 否 勿 莫",
    "de": "nicht nichts nie niemals kein keine keinen keinem keiner keines niemand weder ohne",
    "it": "non mai nessun nessuno nessuna niente nulla né senza",
    "pt": "não nunca jamais nenhum nenhuma ninguém nada nem sem",
}
VERDICTS = {
    "en": (
        "convict* acquit* charge charges charged charging uncharged indict* dismiss dismisses dismissed"
        " dismissing dismissal*"
        " sentence sentenced sentences sentencing suspect suspects suspected suspicion suspicions cleared"
        " exonerat* absolv*"
        " alleg* accus* guilt guilty innocent innocence prosecut* arrest arrests arrested rearrest* detain* detention*"
        " imprison* jail* prison released acquitted pardon* amnest* overturn* quash* upheld uphold* annul* revers*"
        " appeal* plead* pled plea pleas confess* deny denies denied denying denial* admit* admission investigat*"
        " probe probes probed inquir*"
        " extradit* summons* summoned subpoena* warrant warrants trial trials tried retrial mistrial settle*"
        " dropped withdrew"
        " withdrawn withdraw* verdict* liable liability fined penalt* bail parole* suspended lawful unlawful*"
        " illegal* legal"
        " unfounded baseless unproven proven proved disproved substantiated unsubstantiated confirmed false"
        " falsely true"
        " presumed reportedly purported* supposed* apparently claim claims claimed complaint complaints"
        " crime crimes criminal* felony offence* offense* misconduct fraud* corrupt* brib* embezzl* launder* tortur*"
        " murder* kill* homicide rape* assault* abus* harass* kidnap* abduct* traffick* terroris* genocide"
        " perjury theft stole"
        " stolen violated violation violations"
    ),
    "fr": (
        "condamn* acquitt* relaxe relaxé relaxée relaxés inculp* examen accus* poursuit* poursuiv* renvoyé"
        " renvoyée non-lieu"
        " classé classée coupable* culpabilité innocent* soupçon* suspect* présum* blanchi* disculp* gracié"
        " graciée amnisti*"
        " plainte plaintes mandat arrêté arrêtée arrêtés arrestation* garde incarcér* emprisonn* prison détenu*"
        " détention*"
        " libér* relâché* extrad* dément* nie nient niait niaient nié niée reconnaît reconnu* avou* aveu* appel"
        " cassation"
        " annul* confirm* infirm* prescri* amende* sursis peine* jugé jugée jugement* procès verdict* sentence* débout*"
        " enquête* enquêt* impliqu* responsab* illégal* légal* illicite* prouv* avéré* faux fausse* allég* prétendu*"
        " crime* criminel* délit* fraud* corrup* corromp* détourn* blanchiment tortur* meurtr* assassin* tué*"
        " viol violé*"
        " violence* agress* harcel* enlev* enlèvement* séquestr* terroris* génocid* vol volé*"
    ),
    "es": (
        "conden* absuel* absolv* absolu* acus* imput* proces* inculp* exculp* culpab* inocen* sospech* presunt*"
        " investig*"
        " archiv* sobrese* desestim* sentenc* fallo fallos fallaron fallado exoner* indult* amnist* detuv*"
        " detien* detenid* detenc*"
        " deten* arrest* encarcel* preso presos presa prisión cárcel liber* puesto extradit* niega* niegan negó negaron"
        " negado negar admit* admisión confes* recurr* recurso apel* anul* confirm* revoc* querell* denunci*"
        " demand* juicio*"
        " juzg* multa* multó multado pena penas prescri* demostr* probado probada falso* falsa* legal* ilegal* ilícit*"
        " alega* supuest* retir* crimen crímenes criminal* delito* fraud* corrup* soborn* malvers* blanque*"
        " tortur* asesin*"
        " homicid* matar* mató viol* abus* agre* acos* secuestr* terroris* genocid* robo robó robado"
    ),
    "ar": (
        "أدان أدانت أدين أدينت يدين تدين يدن تدن إدانة مدان مدانة برأ برأت برئ بريء بريئة براءة تبرئة مبرأ اتهم اتهمت"
        " يتهم تتهم اتهام"
        " اتهامات متهم متهمة متهمون متهمين تهمة تهم حكم حكمت أحكام محكوم قضى قضت يقضي سجن سجنت سجين"
        " مسجون سجون حبس"
        " محبوس اعتقل اعتقلت اعتقال معتقل احتجز احتجاز محتجز أوقف أوقفت إيقاف توقيف موقوف أفرج إفراج أطلق سراح"
        " نفى نفت ينفي"
        " تنفي نفي أنكر أنكرت ينكر إنكار أقر أقرت اعترف اعترفت يعترف اعتراف اعترافات مشتبه اشتبه اشتباه شبهة"
        " شبهات مزعوم مزعومة"
        " مزاعم زعم زعمت يزعم ادعى ادعت يدعي ادعاء ادعاءات مدعى لائحة أسقط أسقطت إسقاط رفض رفضت يرفض"
        " استأنف استئناف"
        " طعن عفو عفا غرامة غرم تحقيق تحقيقات يحقق حقق محاكمة حوكم يحاكم تحاكم عقوبة عقوبات مذنب مذنبة ذنب جريمة"
        " جرائم جنائي"
        " جنائية جناية جنحة فساد فاسد رشوة اختلاس احتيال تزوير تعذيب عذب قتل قاتل اغتصاب اعتداء اعتدى تحرش خطف"
        " إرهاب إبادة"
        " شكوى شكاوى دعوى دعاوى حفظ ثبت أثبت ثبوت إثبات باطل باطلة كاذب كاذبة صحيح تسليم مذكرة نقض ألغى ألغت"
        " إلغاء أيد أيدت"
    ),
    "zh": (
        "无罪 無罪 有罪 定罪 罪名 犯罪 认罪 認罪 罪 判处 判處 判决 判決 宣判 裁定"
        " 判刑 缓刑 緩刑 服刑 刑期 刑 起诉 起訴 公诉 公訴 指控 控告 控罪 被控 控诉"
        " 控訴 撤销 撤銷 撤诉 撤訴 驳回 駁回 逮捕 拘留 拘捕 拘押 拘禁 羁押 羈押 监禁"
        " 監禁 入狱 入獄 坐牢 监狱 監獄 罚款 罰款 赦免 特赦 嫌疑 涉嫌 疑似 据称 據稱"
        " 据报 據報 否认 否認 承认 承認 招供 上诉 上訴 抗诉 抗訴 审判 審判 受审 受審"
        " 庭审 庭審 调查 調查 立案 释放 釋放 保释 保釋 引渡 通缉 通緝 证实 證實 澄清"
        " 澄清 冤 清白 非法 合法 违法 違法 贪污 貪污 腐败 腐敗 受贿 受賄 行贿 行賄"
        " 酷刑 虐待 诈骗 詐騙 欺诈 欺詐 谋杀 謀殺 杀害 殺害 强奸 強姦 袭击 襲擊 绑架"
        " 綁架"
    ),
}
NUMBER_WORDS = {
    "en": (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen"
        " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands"
        " million millions"
        " billion billions trillion dozen dozens half halves third thirds quarter quarters twice double triple both"
        " first second fourth fifth sixth seventh eighth ninth tenth all some most few many several"
    ),
    "fr": (
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante"
        " cinquante soixante cent cents mille million millions milliard milliards dizaine* douzaine* vingtaine*"
        " centaine*"
        " millier* moitié tiers quart quarts premier première deuxième troisième quatrième cinquième plusieurs"
        " tous toutes"
    ),
    "es": (
        "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho"
        " diecinueve veinte veinti* treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento"
        " cientos mil miles"
        " millón millones docena* decena* centenar* millar* mitad tercio tercios cuarto primer* segundo segunda tercer*"
        " quinto sexto varios varias todos todas algunos algunas"
    ),
    "ar": (
        "اثنان اثنين اثنتان اثنتين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني ثمان تسعة تسع عشرة"
        " عشر عشرون"
        " عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مئة مائة"
        " مئات مئتان"
        " مئتين ألف ألفين آلاف مليون ملايين مليار مليارات نصف ثلث ثلثا ثلثي ربع عشرات الأول الأولى الثاني الثانية"
        " الثالث الثالثة"
    ),
    "zh": "二 三 四 五 六 七 八 九 十 百 千 万 萬 亿 億 两 兩 半 零 〇",
}
MONEY_WORDS = {
    "en": (
        "dollar dollars euro euros pound pounds sterling yen yuan ruble rubles rouble roubles dirham dirhams riyal*"
        " rial* dinar* franc francs cents rupee* peso pesos lira lire usd eur gbp chf aed sar cny jpy"
    ),
    "fr": "dollar dollars euro euros livre livres dirham dirhams franc francs dinar dinars",
    "es": "dólar dólares euro euros libra libras peso pesos franco francos dirham dirhams",
    "ar": "دولار دولارا دولارات يورو جنيه جنيها درهم درهما دراهم ريال ريالا دينار دينارا فرنك ليرة",
    "zh": "美元 欧元 歐元 英镑 英鎊 人民币 人民幣 元 日元 迪拉姆 法郎",
}
PERCENT_WORDS = {
    "en": "percent percentage pct",
    "fr": "pourcent pourcentage",
    "es": "porciento porcentaje",
    "ar": "بالمئة بالمائة",
    "zh": "百分之 百分点 百分點",
}
MONTHS = {
    "en": (
        "january february march april may june july august september october november december"
        " jan feb mar apr jun jul aug sep sept oct nov dec"
    ),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre janv févr avr juil déc",
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr"
        " ago dic"
    ),
    "ar": (
        "يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر جانفي فيفري أفريل ماي"
        " جوان جويلية أوت"
        " كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين محرم صفر رجب شعبان رمضان شوال"
    ),
}
WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "ar": "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日",
}
# Months that are also other words; they count beside a number only.
DOUBTFUL_MONTHS = frozenset({"may", "march", "mars", "mar", "dec", "sep", "mai", "ago"})
LANGUAGES = ("en", "fr", "es", "ar", "zh")


@dataclass(frozen=True)
class Words:
    """The words of one kind, folded: whole ones, beginnings, and pieces of Chinese."""

    whole: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def __contains__(self, word: str) -> bool:
        return word in self.whole or bool(self.beginnings and word.startswith(self.beginnings))

    def __or__(self, other: Words) -> Words:
        return Words(self.whole | other.whole, self.beginnings + other.beginnings, self.pieces + other.pieces)


def _words(language: str, text: str) -> Words:
    if language == "zh":
        return Words(pieces=tuple(sorted(text.split(), key=len, reverse=True)))
    found = text.split()
    whole = frozenset(piece for word in found if not word.endswith("*") for piece in fold(word).split())
    return Words(whole, tuple(fold(word[:-1]) for word in found if word.endswith("*")))


def _all(table: dict[str, str]) -> dict[str, Words]:
    return {language: _words(language, text) for language, text in table.items()}


TABLES = {
    "negation": _all(NEGATIONS),
    "verdict": _all(VERDICTS),
    "number": _all(NUMBER_WORDS),
    "money": _all(MONEY_WORDS),
    "percent": _all(PERCENT_WORDS),
    "month": _all(MONTHS),
    "weekday": _all(WEEKDAYS),
}


def words_of(kind: str, languages: frozenset[str]) -> Words:
    """Return the words of one kind in these languages; in every language when we know none of them.

    Arabic and Chinese words are always among them: their letters make no mistake likely, and pages quote.
    """
    table = TABLES[kind]
    known = languages & table.keys()
    chosen = known | ({"ar", "zh"} & table.keys()) if known else table.keys()
    return sum_of(table[language] for language in sorted(chosen))


def sum_of(parts: Iterable[Words]) -> Words:
    """Return all words of several lists."""
    total = Words()
    for part in parts:
        total |= part
    return total
