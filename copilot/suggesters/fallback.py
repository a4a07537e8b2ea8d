"""The fallback: a model's draft when it comes in time and passes, the embedded one in any case."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

from copilot.brief import Brief
from copilot.errors import SuggesterError
from copilot.llm.notices import notice_of
from copilot.suggestion import Draft

if TYPE_CHECKING:
    from copilot.suggesters import Suggester

MAX_DRAFTS = 3

# Notices belong to the call that they speak of, and calls to threads of their own.
_notices: ContextVar[tuple[str, ...]] = ContextVar("notices", default=())


class FallbackSuggester:
    """Asks `first`, and answers with `then` where `first` cannot.

    The drafts of `then` are composed before `first` is asked, so that they stand whatever happens.
    """

    def __init__(self, *, first: "Suggester", then: "Suggester") -> None:
        """Use `first` where it answers."""
        self._first = first
        self._then = then

    @property
    def name(self) -> str:
        """Both names, in order."""
        return f"{self._first.name}, else {self._then.name}"

    def draft(self, brief: Brief) -> list[Draft]:
        """Return the first suggester's draft before the other's, or the other's alone."""
        _notices.set(())
        standing = self._then.draft(brief)
        try:
            drafts = self._first.draft(brief)
        except SuggesterError as error:
            _notices.set((notice_of(error, brief.perception.language, "draft"),))
            return standing
        return [*drafts, *standing][:MAX_DRAFTS]

    def notices(self) -> tuple[str, ...]:
        """Return why the last drafts of this thread are the embedded ones, in plain words."""
        return _notices.get()
