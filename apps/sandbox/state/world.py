"""All tenants of one sandbox, its clock and its weather."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from .clock import Clock
from .directory import Directory, Mutation
from .records import Record

Listener = Callable[[str, Mutation], None]


class Weather(Protocol):
    """What the reads need to know of the weather."""

    lag: float
    """Seconds that replicas are behind; 0 = consistent."""
    expire_delta_tokens: int
    """How many of the next requests with a delta token find it expired; -1 is all of them."""
    expire_skip_tokens: int
    """The same for page tokens."""


@dataclass(slots=True)
class Calm:
    """The weather until someone sets another."""

    lag: float = 0
    expire_delta_tokens: int = 0
    expire_skip_tokens: int = 0


class World:
    """Directories by tenant id. ``listeners`` hear every mutation of every directory."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.weather: Weather = Calm()
        self.directories: dict[str, Directory] = {}
        self.listeners: list[Listener] = []

    def add_directory(self, directory: Directory) -> Directory:
        """Let a directory live in this world: by its clock, heard by its listeners."""
        directory.now = self.clock.now
        directory.listeners = self.listeners
        self.directories[directory.tenant_id] = directory
        return directory

    def directory(self, id_or_domain: str) -> Directory | None:
        """The directory with this tenant id or (case-insensitive) domain name."""
        wanted = id_or_domain.lower()
        if wanted in self.directories:
            return self.directories[wanted]
        for directory in self.directories.values():
            if any(str(domain.get("id", "")).lower() == wanted for domain in directory.domains):
                return directory
        return None

    def find_application(self, app_id: str) -> tuple[Directory, Record] | None:
        """The application object with this appId, in its home directory."""
        for directory in self.directories.values():
            record = directory.find("application", "appId", app_id)
            if record is not None:
                return directory, record
        return None

    def checkpoint(self) -> dict[str, Any]:
        """Every directory as it is, to come back to with :meth:`rewind`."""
        return {key: directory.checkpoint() for key, directory in self.directories.items()}

    def rewind(self, checkpoint: dict[str, Any]) -> None:
        """Back to a checkpoint; directories added since go."""
        for tenant_id in list(self.directories):
            if tenant_id not in checkpoint:
                del self.directories[tenant_id]
        for tenant_id, kept in checkpoint.items():
            self.directories[tenant_id].rewind(kept)
