"""The catalogues: complete, up to date, and saying what the English says."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext

from apps.core.errors import Invalid
from apps.core.languages import catalogues, choosing, extracting


def test_every_text_is_in_every_finished_language() -> None:
    call_command("texts", check=True, stdout=StringIO())


def test_texts_are_found_in_templates() -> None:
    source = (
        '{% load i18n %}<a title="{% translate "100 % of it" %}">{{ x|default:_("none") }}</a>'
        "{% blocktranslate trimmed count n=many with who=one.name %}\n  {{ who }} has one\n"
        "{% plural %}{{ who }} has {{ n }}{% endblocktranslate %}"
    )

    found = list(extracting.in_template(source, "here"))

    assert [(one.singular, one.plural) for one in found] == [
        ("100 %% of it", ""),
        ("none", ""),
        ("%(who)s has one", "%(who)s has %(n)s"),
    ]


def test_texts_are_found_in_modules() -> None:
    source = (
        'class State(models.TextChoices):\n    OPEN = "open", "Still open"\n'
        'def f():\n    raise Invalid("That is wrong.", code="x", todo="Mend it.")\n'
        'said = ngettext("one thing", "%(n)s things", 2), _("A" " text"), print("not this")\n'
    )

    found = {(one.singular, one.plural) for one in extracting.in_module(source, "apps/x.py")}

    assert found == {
        ("Still open", ""),
        ("That is wrong.", ""),
        ("Mend it.", ""),
        ("one thing", "%(n)s things"),
        ("A text", ""),
    }


def test_a_text_that_lost_a_name_is_a_problem() -> None:
    catalogue = catalogues.merged("de", [extracting.Text("here", "Open %(name)s <b>now</b>")])
    message = catalogue.get("Open %(name)s <b>now</b>")
    assert message is not None

    for said in ("", "Jetzt <b>öffnen</b>", "%(name)s öffnen", "%(nam)s <b>jetzt</b> öffnen"):
        message.string = said
        assert list(catalogues.problems_of(catalogue)), said

    message.string = "<b>Jetzt</b> %(name)s öffnen"
    assert not list(catalogues.problems_of(catalogue))


def test_a_language_that_is_not_known_is_english() -> None:
    with choosing.reading("tlh"):
        assert choosing.language_now() == "en-gb"
    with choosing.reading("de"):
        assert choosing.language_now() == "de"


def test_what_is_kept_in_english_is_shown_in_the_readers_language() -> None:
    error = Invalid("There is no such time zone.", code="x", safe="Nothing was changed.")

    with choosing.reading("de"):
        said = choosing.explained(error)

    assert said == "Diese Zeitzone gibt es nicht. Nichts wurde geändert."
    assert error.explanation() == "There is no such time zone. Nothing was changed."


def test_nouns_keep_their_capitals_amid_a_german_sentence() -> None:
    with choosing.reading("de"):
        assert choosing.in_sentence("Difference report") == "Differenzbericht"
    with choosing.in_english():
        assert choosing.in_sentence("Difference report") == "difference report"


@pytest.mark.parametrize("code", [code for code, _ in settings.LANGUAGES if code != "en-gb"])
def test_the_compiled_catalogue_is_used(code: str) -> None:
    with choosing.reading(code):
        assert gettext("Tenants") != "Tenants"
