from django.template import Context, Template, engines
from django.template.base import FilterExpression, Parser
from django.templatetags import i18n
from django.utils.translation import override

from apps.portal.templatetags.quick_i18n import TextOfThePage


def _made(source: str) -> Template:
    return Template("{% load i18n %}" + source, engine=engines["django"].engine)


def test_a_text_of_the_page_is_told_in_each_language_as_by_django() -> None:
    made = _made('{% translate "Tenants" %}')

    assert made.nodelist.get_nodes_by_type(TextOfThePage)
    for language in ("en-gb", "de", "en-gb"):
        with override(language):
            djangos = i18n.TranslateNode(FilterExpression('"Tenants"', Parser([])), noop=False)
            assert made.render(Context()) == djangos.render(Context())


def test_a_text_may_have_a_name_a_sign_of_per_cent_and_markup() -> None:
    made = _made('{% translate "<b>100 % & more</b>" as told %}[{{ told }}]')

    assert made.render(Context()) == "[<b>100 % & more</b>]"


def test_what_is_no_text_of_the_page_is_left_to_django() -> None:
    made = _made('{% translate name %}{% translate "a" noop %}{% translate "b" context "c" %}')

    assert not made.nodelist.get_nodes_by_type(TextOfThePage)
    assert made.render(Context({"name": "<i>"})) == "&lt;i&gt;ab"
