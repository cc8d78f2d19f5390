"""Bodies: JSON of a bounded size, without fields that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final

import orjson
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer

LARGEST_BODY: Final = 1024 * 1024


class TooLarge(APIException):
    status_code = 413
    default_detail = "A body may have 1 MiB at most."
    default_code = "body-too-large"


class Json(BaseParser):
    """JSON in UTF-8. Nesting and lone surrogates that would break something later are refused."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise ParseError("The body is no JSON.") from None


class OnlyJson(BaseContentNegotiation):
    """Whatever a caller says he accepts, he gets JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        wanted = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only = next(iter(renderers))
        return only, str(only.media_type)


class Strict(Serializer[Any]):
    """What a caller sends. A field that is not declared is refused, never dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, self.fields)
        return super().to_internal_value(data)


def refuse_unknown(given: Mapping[str, Any], known: Any) -> None:
    """Raise ValidationError that names everything given and not known."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        said = ErrorDetail("There is no such field.", code="unknown-field")
        raise ValidationError({str(name): [said] for name in unknown})
