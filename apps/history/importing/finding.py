"""The first look at all files: what each of them is, so that each kind can be read by itself."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.history.importing import layouts, own
from apps.history.importing.bodies import held_of
from apps.history.importing.documents import documents, is_json
from apps.history.importing.limits import Refused
from apps.history.importing.own import OwnExport
from apps.history.importing.places import Entry, Place
from apps.history.importing.recognising import (
    Context,
    FoundLinks,
    FoundObject,
    context_of,
    recognise,
)
from apps.history.importing.telling import FileStory, Story

_OF_ITSELF = "It belongs to the export itself and holds no objects."
_NO_JSON = "It is no JSON file."
_TELL_EVERY = 500

Found = FoundObject | FoundLinks
Tell = Callable[[int], None]


@dataclass(slots=True)
class Index:
    """What was found. Where, by kind and by link: the numbers of the files.

    sources: the sources of each link of which there is one. whole_sets: those of which a file says
    that these are all. broken: kinds of which a file could not be read, so that nothing follows
    from what is not there. binned: kinds that have objects in the bin. directory_ids: ids of the
    directories that the files are of.
    """

    entries: dict[int, Entry] = field(default_factory=dict)
    objects: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(_numbers))
    links: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(_numbers))
    sources: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    whole_sets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    binned: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    directory_ids: set[str] = field(default_factory=set)
    export: OwnExport | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of which there is something: an object, or a link from one."""
        return frozenset(self.objects) | {name.partition(".")[0] for name in self.links}


class Finder:
    """Looks at every file of a place once, and opens it again for whoever asks."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.index = Index()
        self.story = Story()

    def look(self, tell: Tell) -> None:
        """Fill the index and the story. tell: is told how many files were looked at.

        Raises TooMuch.
        """
        refused = []
        for item in self._place.entries():
            if isinstance(item, Entry):
                self.index.entries[item.number] = item
            else:
                refused.append(item)
        self._find_own_export()
        for path, why in refused:
            self._refuse(FileStory(path), why)
        for looked_at, entry in enumerate(self.index.entries.values(), 1):
            self._look_at(entry)
            if looked_at % _TELL_EVERY == 0:
                tell(looked_at)

    def found_in(self, number: int) -> Iterator[Found]:
        """What a file holds. What could not be read at the first look is left out again."""
        entry = self.index.entries[number]
        context = context_of(entry.path)
        try:
            for document in documents(self._place, entry):
                if not isinstance(document, Refused):
                    yield from self._recognise(entry, context, document)
        except Refused:
            return

    def _find_own_export(self) -> None:
        for entry in self.index.entries.values():
            folder, _, name = entry.path.rpartition("/")
            if name == own.HEADING and "/" not in folder:
                for document in self._documents(entry):
                    self.index.export = own.own_export(entry.path, document) or self.index.export

    def _documents(self, entry: Entry) -> Iterator[Any]:
        try:
            yield from documents(self._place, entry)
        except Refused:
            return

    def _look_at(self, entry: Entry) -> None:
        story, context = FileStory(entry.path), context_of(entry.path)
        export = self.index.export
        if export is not None and export.holds(entry.path) and export.is_beside(entry.path):
            story.why[_OF_ITSELF] += 1
        elif not is_json(entry.path):
            story.why[_NO_JSON] += 1
        elif beside := layouts.belongs_to_export(entry.path):
            story.why[beside] += 1
        else:
            self._read(entry, context, story)
        self.story.tell(story)

    def _read(self, entry: Entry, context: Context, story: FileStory) -> None:
        try:
            for document in documents(self._place, entry):
                if isinstance(document, Refused):
                    story.why[str(document)] += 1
                    self._note_broken(context)
                    continue
                for found in self._recognise(entry, context, document):
                    self._note(entry.number, found, story)
        except Refused as refusal:
            story.refused = True
            story.why[str(refusal)] += 1
            self._note_broken(context)
        if context.problems:
            self._note_broken(context)
            story.why.update(context.problems)

    def _recognise(self, entry: Entry, context: Context, document: Any) -> Iterator[Found]:
        export = self.index.export
        if export is not None and export.holds(entry.path):
            return export.recognise(entry.path, document)
        return recognise(context, document)

    def _note(self, number: int, found: Found, story: FileStory) -> None:
        story.by.add(found.by)
        if isinstance(found, FoundLinks):
            story.links[found.link] += len(found.target_ids)
            _add(self.index.links[found.link], number)
            self.index.sources[found.link].add(found.source_id)
            if found.whole:
                self.index.whole_sets[found.link].add(found.source_id)
            return
        name = found.kind.name
        story.objects[name] += 1
        _add(self.index.objects[name], number)
        if found.binned:
            self.index.binned.add(name)
        if name == "organization":
            self.index.directory_ids.add(found.object_id)
        held_of(found, story.left_out)

    def _note_broken(self, context: Context) -> None:
        """Of whatever the file may have been a part, it is not known to be all."""
        if context.relation is not None:
            self.index.broken.add(context.relation.source.name)
            if context.relation.link is not None:
                held = self.index.whole_sets[context.relation.link.name]
                held.discard(context.relation.source_id)
            if context.relation.child is not None:
                self.index.broken.add(context.relation.child.name)
            return
        for name in (*context.folders, context.stem):
            if known := layouts.kind_of_list(name):
                self.index.broken.add(known.name)

    def _refuse(self, story: FileStory, why: str) -> None:
        story.refused = True
        story.why[why] += 1
        self._note_broken(context_of(story.path))
        self.story.tell(story)


def _numbers() -> "array[int]":
    return array("L")


def _add(numbers: "array[int]", number: int) -> None:
    """Files come in their order, so one that is there already is the last."""
    if not numbers or numbers[-1] != number:
        numbers.append(number)
