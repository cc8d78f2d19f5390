"""The catalogues: complete, up to date, and saying what the English says."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.core.languages import catalogues, choosing, extracting, sentences


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


def test_patterns_are_found_in_what_code_puts_together() -> None:
    source = (
        '_SAFE = "Nothing was changed."\n'
        "def f():\n"
        '    raise Invalid(f"At most {MOST} of {tenant.name}. {_SAFE}", todo=f"{count}")\n'
    )

    found = {(one.context, one.singular) for one in extracting.in_module(source, "apps/x.py")}

    assert found == {("sentence", "At most {most} of {name}. Nothing was changed.")}


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("every 15 minutes", "alle 15 Minuten"),
        (
            "one more who may approve, within 24 hours",
            "eine weitere Person, die genehmigen darf, innerhalb von 24 Stunden",
        ),
        (
            "all of 14 days, 720 hourly, 10 yearly",
            "alle aus 14 Tagen, 720 stündliche, 10 jährliche",
        ),
        (
            "Monday to Friday, 08:00 to 18:00 (Europe/Zurich)",
            "Montag bis Freitag, 08:00 bis 18:00 (Europe/Zurich)",
        ),
        (
            "The plan removes 1,200 of 30,000 groups (4%).",
            "Der Plan entfernt 1.200 von 30.000 Objekten der Art „Gruppen“ (4%).",
        ),
        ("The last one was read on 3 May 2026.", "The last one was read on 3 May 2026."),
        ("Yes, on 3 May 2026, 10:00 UTC.", "Ja, am 3. Mai 2026, 10:00 UTC."),
        (
            "Its captures fail. Graph asks for patience.",
            "Seine Erfassungen schlagen fehl. Graph bittet um Geduld.",
        ),
        (
            "every 15 minutes, in full every day after 02:00 (UTC)",
            "alle 15 Minuten, vollständig jeden Tag nach 02:00 (UTC)",
        ),
    ],
)
def test_a_sentence_that_was_put_together_is_told_in_the_readers_language(
    english: str, german: str
) -> None:
    with choosing.reading("de"):
        said = choosing.shown(english)

    assert said == german
    assert choosing.shown(english) == english


def test_names_in_a_sentence_stay_as_they_are() -> None:
    with choosing.reading("de"):
        said = choosing.shown("Group changed the group User")

    assert said == "Group hat die Gruppe User geändert"


def test_a_sentence_that_nobody_marked_stays_english() -> None:
    with choosing.reading("de"):
        assert choosing.shown("Nobody ever said this of 12 things.") == (
            "Nobody ever said this of 12 things."
        )


def test_the_patterns_that_fit_a_sentence_are_found_by_its_words() -> None:
    known = sentences.patterns()

    for one in known:
        made = one.text.format(**dict.fromkeys(one.places, "x7"))
        fitting = [other for other in known if other.values(made) is not None]
        assert [found for found, _ in sentences._fitting(made)] == fitting, made


@given(values=st.lists(st.text("ab {}.,", max_size=12), min_size=3, max_size=3))
def test_a_pattern_gives_back_a_sentence_that_was_made_from_it(values: list[str]) -> None:
    known = sentences.pattern("The plan {a} of {b} is {c}.")
    made = f"The plan {values[0]} of {values[1]} is {values[2]}."

    found = known.values(made)

    assert found is not None
    assert known.text.format(**found) == made
