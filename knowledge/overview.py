"""All documents at once: listed, by day, as a zip, and what is wrong with them."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge.catalogue import Catalogue
from knowledge.export import export
from knowledge.keeper import IndexKeeper
from knowledge.lint import Means, Problem, Said, ToneCheck
from knowledge.linting.whole import lint_whole
from knowledge.listing import Event, Filter, Page, calendar, list_documents


class Overview:
    """What a library holds, seen from above."""

    def __init__(self, catalogue: Catalogue, index: IndexKeeper) -> None:
        """Look at a catalogue and its index."""
        self._catalogue = catalogue
        self._index = index

    def page(self, wanted: Filter, on: date) -> Page:
        """Return a page of the documents that a filter lets through, as they stand on a day."""
        return list_documents(self._catalogue.engine, wanted, on)

    def calendar(self, first: date, last: date) -> tuple[Event, ...]:
        """Return what begins or ends to hold between two days, both included."""
        return calendar(self._catalogue.engine, first, last)

    def export(self) -> bytes:
        """Return all documents as a zip that an ingest takes back into an equal base."""
        return export(self._catalogue.documents())

    def lint(
        self,
        on: date,
        *,
        check: ToneCheck | None = None,
        phrases: Sequence[Said] = (),
        reach: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Problem, ...]:
        """Return what is wrong with the knowledge on a day.

        `check` applies the tone rules to our own sentences, `phrases` among them; `reach` asks for
        every trigger example whether it finds its script. Without a model doubles by meaning and
        reach are left out.
        """
        means = Means(check=check, phrases=phrases, on_progress=on_progress)
        return lint_whole(self._catalogue, self._index, on, means, reach=reach)
