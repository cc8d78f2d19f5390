"""The catalogues of languages: brought up to date with what is marked, or checked against it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Bring the catalogues of languages up to date, and compile them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only tell what is not as it is")
        parser.add_argument("--open", action="store_true", help="print what is not translated")

    def handle(self, *args: Any, **options: Any) -> None:
        # Babel is a tool of those who work on Holdfast; the product itself runs without it.
        from apps.core.languages import catalogues, extracting

        texts = extracting.texts_of(settings.BASE_DIR)
        problems = _patterns(texts, is_check=options["check"])
        for code in catalogues.languages():
            catalogue = catalogues.merged(code, texts)
            if options["check"]:
                problems += [f"{code}: {one}" for one in catalogues.problems_of(catalogue)]
                problems += [f"{code}: {one}" for one in _stale(code, catalogue)]
            else:
                _write(code, catalogue)
            left = sum(1 for one in catalogues.problems_of(catalogue))
            self.stdout.write(f"{code}: {len(catalogue)} texts, {left} to do")
            if options["open"]:
                self.stdout.writelines(catalogues.problems_of(catalogue))
        if problems:
            todo = "Run `manage.py texts`, and translate what is empty in the PO file."
            raise CommandError("\n".join([*problems[:40], f"{len(problems)} problems. {todo}"]))


def _patterns(texts: Any, *, is_check: bool) -> list[str]:
    """Keep the patterns of sentences beside the catalogues, or tell that they are not as kept."""
    from apps.core.languages import sentences

    wanted = sentences.kept(one.singular for one in texts if one.context == sentences.CONTEXT)
    path = sentences.path()
    if not is_check:
        path.write_text(wanted)
    elif not path.exists() or path.read_text() != wanted:
        return [f"{path.name} is not up to date"]
    return []


def _stale(code: str, catalogue: Any) -> list[str]:
    """Which of the language's files are not what they would be written as."""
    from apps.core.languages import catalogues

    wanted = {"po": catalogues.plain(catalogue), "mo": catalogues.compiled(catalogue)}
    paths = {kind: catalogues.path_of(code, kind) for kind in wanted}
    return [
        f"{paths[kind].name} is not up to date"
        for kind, content in wanted.items()
        if not paths[kind].exists() or paths[kind].read_bytes() != content
    ]


def _write(code: str, catalogue: Any) -> None:
    from apps.core.languages import catalogues

    catalogues.path_of(code).parent.mkdir(parents=True, exist_ok=True)
    catalogues.path_of(code).write_bytes(catalogues.plain(catalogue))
    catalogues.path_of(code, "mo").write_bytes(catalogues.compiled(catalogue))
