"""The wiring: the only place that picks concrete classes."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Frozen, read_conversation
from copilot.errors import BadConversation
from copilot.framing import choose_frame
from copilot.guard import guard
from copilot.improve import How, Improved
from copilot.incidents import Incident, informed
from copilot.llm import Terms, on_terms, present_terms
from copilot.perception import VectorHead, perceive
from copilot.pipeline import Parts, suggest, understand
from copilot.rules import Ruleset, commitments, review
from copilot.settings import Settings
from copilot.streaming import Progress, suggest_stream
from copilot.suggesters import EmbeddedComposer, FallbackSuggester, LlmSuggester, Suggester
from copilot.suggestion import CommitmentCheck, Draft, Finding, Result
from copilot.summary import Summary
from copilot.writers import Writers
from knowledge import Framework, Library, open_embedder, open_library

if TYPE_CHECKING:
    from copilot.records import Records

_RECORDS = "records.db"  # in the data folder; without it nothing was ever recorded
_RESERVE_S = 0.2  # of the deadline, for what comes after the model: the guard, the way back


class Perceived(Frozen):
    """What was understood of one conversation, without an answer."""

    v: int = 1
    conversation: str
    perception: Perception
    frame: Frame


class Review(Frozen):
    """What the rules say of a text that a person wrote."""

    v: int = 1
    conversation: str
    text: str
    findings: tuple[Finding, ...] = ()
    commitments: tuple[CommitmentCheck, ...] = ()
    slots: tuple[str, ...] = ()
    blocked: bool = False


@dataclass
class Copilot:
    """One installation of Teplo: settings, knowledge and the stages, opened when first needed."""

    settings: Settings
    _loaded: bool = field(default=False, init=False)

    @cached_property
    def library(self) -> Library:
        """The catalogue with its index; opening it does not load the vector model."""
        return open_library(
            self.settings.data_home,
            open_embedder=self._open_embedder,
            database_url=self.settings.database_url,
        )

    @cached_property
    def records(self) -> "Records":
        """Conversations with their drafts, and role-plays."""
        from copilot.records import open_records

        return open_records(self.settings.data_home, self.settings.database_url)

    def _open_embedder(self) -> Any:
        return open_embedder(
            self.settings.data_home,
            base_url=self.settings.embedding_base_url,
            api_key=self.settings.embedding_api_key.get_secret_value(),
            model=self.settings.embedding_model,
            threads=self.settings.threads,
        )

    @cached_property
    def parts(self) -> Parts:
        """The stages of the pipeline, as the settings want them."""
        return Parts(
            retriever=self.library,
            suggester=self._suggester(),
            rules=self.rules,
            voice=self.settings.voice,
            brand=self.settings.brand or None,
            head=self._head(),
            incidents=self._incidents,
        )

    def _incidents(self) -> Sequence[Incident]:
        """The incidents that are on; none where nothing was ever recorded."""
        home = self.settings.data_home
        if "records" not in self.__dict__ and not (
            self.settings.database_url or (home / _RECORDS).exists()
        ):
            return ()
        return self.records.incidents.on()

    @cached_property
    def rules(self) -> Ruleset:
        """The rule engine with the company's tone rules."""
        return Ruleset(self.library.tone_rules, off=self.settings.voice.rules_off)

    def _head(self) -> VectorHead | None:
        """Tell upset from calm by sentence vectors too, where they are those it was trained on."""
        if self.settings.embedding_base_url:
            return None
        return VectorHead(lambda text: self.library.embed((text,))[0].tolist())

    def _suggester(self) -> Suggester:
        embedded = EmbeddedComposer()
        if not self.settings.uses_llm:
            return embedded
        return FallbackSuggester(first=self.llm, then=embedded)

    @cached_property
    def llm(self) -> LlmSuggester:
        """The language model as the settings want it; only where one is configured."""
        return LlmSuggester.open(
            self.settings, review=lambda draft, brief: review(draft, brief, self.rules)
        )

    @cached_property
    def writers(self) -> Writers:
        """Improve and summary, by rule and with the model where one is configured."""
        client = self.llm.client if self.settings.uses_llm else None
        return Writers(self.rules, client)

    def read(self, raw: Any, *, now: datetime) -> Conversation:
        """Read a conversation from JSON text, bytes or a dictionary."""
        return read_conversation(raw, now=now)

    def perceive(self, conversation: Conversation) -> Perceived:
        """Say what the conversation tells and how to answer, without answering."""
        perception = perceive(conversation, vectors=self.parts.head)
        conversation, perception = informed(conversation, perception, self._incidents())
        frame = choose_frame(perception, conversation)
        return Perceived(conversation=conversation.id, perception=perception, frame=frame)

    def suggest(
        self,
        conversation: Conversation,
        *,
        framework: Framework | None = None,
        llm: bool = True,
        terms: Terms | None = None,
    ) -> Result:
        """Draft up to three replies; `llm=False` asks only the embedded composer.

        With a model the whole answer stands by `llm_deadline_s`, or by `terms.until`.
        """
        if not (llm and self.settings.uses_llm):
            parts = replace(self.parts, suggester=EmbeddedComposer())
            return suggest(conversation, parts, framework=framework)
        with on_terms(self._terms(conversation, terms)) as agreed:
            result = suggest(conversation, self.parts, framework=framework)
        return result.model_copy(update={"usage": agreed.meter.usage})

    def suggest_stream(
        self,
        conversation: Conversation,
        *,
        framework: Framework | None = None,
        terms: Terms | None = None,
    ) -> Iterator[Progress]:
        """Draft as `suggest` does, step by step: embedded drafts at once, then the model's words.

        The model's version is waited for up to `llm_timeout_s`. Closing the iterator, or setting
        `terms.cancelled`, ends the call.
        """
        return suggest_stream(
            conversation,
            self.parts,
            model=self.llm if self.settings.uses_llm else None,
            terms=terms or Terms(),
            framework=framework,
        )

    def improve(
        self,
        conversation: Conversation,
        text: str,
        how: How,
        *,
        llm: bool = True,
        terms: Terms | None = None,
    ) -> Improved:
        """Rewrite an operator's own text, with the model where one is configured.

        Raises:
            BadConversation: the text is empty.
        """
        if not text.strip():
            raise BadConversation("draft: the text to improve is empty.")
        with on_terms(self._terms(conversation, terms)):
            return self.writers.improve(text, how, self.brief(conversation), llm=llm)

    def summarise(
        self,
        conversation: Conversation,
        *,
        masked: bool = False,
        llm: bool = True,
        terms: Terms | None = None,
    ) -> Summary:
        """Sum a conversation up for a colleague, with the model where one is configured."""
        with on_terms(self._terms(conversation, terms)):
            return self.writers.summarise(self.brief(conversation), masked=masked, llm=llm)

    def _terms(self, conversation: Conversation, given: Terms | None) -> Terms:
        """Return the terms of an answer; the clock starts when everything is loaded."""
        terms = given or Terms(present_terms().account)
        if terms.until is None:
            if self.settings.uses_llm and not self._loaded:
                self._load(conversation)
            terms.until = time.monotonic() + self.settings.llm_deadline_s - _RESERVE_S
        return terms

    def check(self, conversation: Conversation, text: str) -> Review:
        """Run the rules over a text that a person wrote.

        Raises:
            BadConversation: the draft is empty.
        """
        if not text.strip():
            raise BadConversation("draft: the text to check is empty.")
        brief = understand(conversation, self.parts)
        (suggestion,) = guard([Draft.from_text(text)], brief, self.rules)
        return Review(
            conversation=conversation.id,
            text=suggestion.text,
            findings=suggestion.findings,
            commitments=commitments(suggestion.draft, brief),
            slots=suggestion.slots,
            blocked=suggestion.blocked,
        )

    def brief(self, conversation: Conversation) -> Brief:
        """Everything a suggester would know about this conversation."""
        return understand(conversation, self.parts)

    def warm_up(self, conversation: Conversation) -> None:
        """Answer a made-up conversation, so that the first real one finds everything loaded."""
        self._load(conversation)
        self.library.heal()

    def _load(self, conversation: Conversation) -> None:
        """Go the whole way once without sending anything: what loads on it takes seconds."""
        self.suggest(conversation, llm=False)
        if self.settings.uses_llm:
            self.llm.rehearse(self.brief(conversation))
        self._loaded = True

    def close(self) -> None:
        """Let go of files, locks and connections."""
        for name in ("library", "llm", "records"):
            if name in self.__dict__:
                self.__dict__[name].close()
