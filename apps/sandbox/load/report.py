"""What became of every file of a load."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class FileReport:
    """One file: what it gave, or why it was left out.

    `reason` is empty for a file that was understood; `remarks` name parts of an understood file
    that were left out, such as properties that Graph does not have.
    """

    path: str
    kind: str = ""
    objects: int = 0
    links: int = 0
    reason: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def understood(self) -> bool:
        """Whether the file gave something, or rightly nothing."""
        return not self.reason


@dataclass(slots=True)
class LoadReport:
    """The tenant that came of a load, and its files in the order of their paths."""

    tenant_id: str = ""
    display_name: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    """Objects by type, as far as they came from files."""
    links: dict[str, int] = field(default_factory=dict)
    """Links by relation."""
    dangling: list[tuple[str, str, str]] = field(default_factory=list)
    """Links that were left out, for an end of them is in no file: relation, source, target."""
    added: list[str] = field(default_factory=list)
    """What was missing in the files and every tenant has, by name."""
    files: list[FileReport] = field(default_factory=list)

    @property
    def understood(self) -> list[FileReport]:
        """The files that were used."""
        return [file for file in self.files if file.understood]

    @property
    def not_understood(self) -> list[FileReport]:
        """The files that were not used, each with a reason."""
        return [file for file in self.files if not file.understood]
