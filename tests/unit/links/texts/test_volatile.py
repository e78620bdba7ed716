"""Lines that change with every visit, and those that look like it and do not."""

import pytest

from allegations.links.texts.volatile import is_volatile, steady

VOLATILE = """
3 hours ago / an hour ago / Just now / Updated 5 minutes ago / Last updated: 24 November 2026, 14:05 GMT
Updated at 14:05 / 1,204 views / 1.2K shares / 12 comments / Comments (12) / 2 min read / Views: 1204
3 hours ago · 1,204 views / 3 hours ago 1,204 views / Published yesterday at 18:00
Session expires in 19 minutes / il y a 3 heures / à l’instant / Mis à jour il y a 5 minutes
Mis à jour le 24 novembre 2026 à 14h05 / 1 204 vues / Publié hier à 18h00 / 3 commentaires / hace 3 horas
Hace unos minutos / Actualizado: 24/11/2026 14:05 / Actualizado hace 20 minutos / 1.204 visitas
منذ 3 ساعات / منذ ساعتين / قبل ٥ دقائق / آخر تحديث: منذ 10 دقائق / 1204 مشاهدة / الآن / 3小时前 / 刚刚
5分钟前更新 / 阅读 1204 / 浏览次数：1204 / 评论(12) / 更新时间：2026-11-24 14:05
"""
STEADY = """
He was released 3 hours ago. / 15 October 2020 / Hearing: 14 January 2022 / 19 men / 3 years
Done on 3 March 2020. / 18 months, suspended / Update on the case of the two engineers
View of the court / 100 votes / not 3 hours ago / il y a une enquête / hace falta una investigación
منذ ذلك اليوم لم يظهر / 更新法律的提案 / 58岁 / 2019年5月
"""


def each(lines):
    return [one for line in lines.strip().split("\n") for one in line.split(" / ")]


@pytest.mark.parametrize("line", each(VOLATILE))
def test_nothing_is_left_of_it(line):
    assert is_volatile(line)


@pytest.mark.parametrize("line", [*each(STEADY), ""])
def test_it_says_something(line):
    assert not is_volatile(line)


def test_only_the_volatile_parts_of_a_line_go():
    assert list(steady(["By Jane Doe · 3 hours ago · 1,204 views", "Count | 14:05 | Unlawful detention"])) == [
        "By Jane Doe",
        "Count | 14:05 | Unlawful detention",
    ]


def test_todays_date_goes_only_where_a_page_begins():
    lines = ["Tuesday 24 November 2026", "The court sits on:", "one", "two", "Tuesday 24 November 2026"]

    assert list(steady(lines)) == lines[1:]


def test_no_line_takes_long():
    for line in ("1 " * 60, "1," * 60, "il y a " * 17, "Updated: " * 13, "·" * 120, "(1" * 60):
        list(steady([line] * 200))
