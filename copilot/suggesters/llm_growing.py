"""A reply while it is being written: whole sentences that passed, told at a readable pace."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from copilot.suggesters.llm_schema import AnswerSentence, read_unfinished
from copilot.suggestion import Draft

_PACE_S = 0.1  # reading what has grown costs a little; nobody sees more than ten changes a second


class Growing:
    """Sees a text grow and tells the draft in it, until a sentence does not pass.

    What does not pass is for the checks of the whole to judge; here it is only never shown.
    """

    def __init__(
        self,
        pass_through: Callable[[Sequence[AnswerSentence]], Draft | None],
        tell: Callable[[Any], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Tell what `pass_through` makes of the sentences, unless it makes nothing of them."""
        self._pass_through = pass_through
        self._tell = tell
        self._clock = clock
        self._looked = -_PACE_S
        self._told = 0
        self._mute = False

    def __call__(self, text: str) -> None:
        """Look at the text as it is now."""
        now = self._clock()
        if self._mute or now - self._looked < _PACE_S:
            return
        self._looked = now
        written = read_unfinished(text)
        if len(written) <= self._told:
            return
        self._told = len(written)
        draft = self._pass_through(written)
        if draft is None:
            self._mute = True
        elif draft.sentences:
            self._tell(draft)
