"""Settings of the REST API's libraries: tokens alone, JSON alone.

What a view needs beside that, its base class in apps.api says.
"""

from __future__ import annotations

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsing.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.api.parsing.OnlyJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "apps.api.paging.Pages",
    "EXCEPTION_HANDLER": "apps.api.problems.answer",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Holdfast",
    "DESCRIPTION": "Backup and recovery of Microsoft Entra ID tenants, for programs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ModeEnum": "apps.history.choices.CaptureMode",
        "ObjectStateEnum": "apps.history.choices.ObjectState",
        "RiskEnum": "apps.diffs.choices.Risk",
        "SubjectEnum": "apps.diffs.choices.Subject",
        "ChangeEnum": "apps.diffs.choices.ChangeType",
        "KindNameEnum": "apps.api.serializers.diffs.KIND_NAMES",
        "EventKindEnum": "apps.notify.choices.EventKind",
        "ScenarioEnum": "apps.api.serializers.drills._SCENARIOS",
        "RehearsedEnum": "apps.api.serializers.drills._REHEARSED",
        # Of keep rules and of approval rules.
        "ChangeStateEnum": "apps.recovery.choices.RulesChangeState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.api.describing.add_manners",
    ],
}
