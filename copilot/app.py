"""The wiring: the only place that picks concrete classes."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Frozen, read_conversation
from copilot.errors import BadConversation
from copilot.framing import choose_frame
from copilot.guard import guard
from copilot.perception import VectorHead, perceive
from copilot.pipeline import Parts, suggest, understand
from copilot.rules import Ruleset, commitments, review
from copilot.settings import Settings
from copilot.suggesters import EmbeddedComposer, FallbackSuggester, LlmSuggester, Suggester
from copilot.suggestion import CommitmentCheck, Draft, Finding, Result
from knowledge import Framework, Library, open_embedder, open_library


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

    @cached_property
    def library(self) -> Library:
        """The catalogue with its index; opening it does not load the vector model."""
        return open_library(
            self.settings.data_home,
            open_embedder=self._open_embedder,
            database_url=self.settings.database_url,
        )

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
        )

    @cached_property
    def rules(self) -> Ruleset:
        """The rule engine with the company's tone rules."""
        rules = (*self.library.tone_rules("ru"), *self.library.tone_rules("en"))
        return Ruleset(rules, off=self.settings.voice.rules_off)

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

    def read(self, raw: Any, *, now: datetime) -> Conversation:
        """Read a conversation from JSON text, bytes or a dictionary."""
        return read_conversation(raw, now=now)

    def perceive(self, conversation: Conversation) -> Perceived:
        """Say what the conversation tells and how to answer, without answering."""
        perception = perceive(conversation, vectors=self.parts.head)
        frame = choose_frame(perception, conversation)
        return Perceived(conversation=conversation.id, perception=perception, frame=frame)

    def suggest(
        self, conversation: Conversation, *, framework: Framework | None = None, llm: bool = True
    ) -> Result:
        """Draft up to three replies; `llm=False` asks only the embedded composer."""
        parts = self.parts if llm else replace(self.parts, suggester=EmbeddedComposer())
        return suggest(conversation, parts, framework=framework)

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
        self.suggest(conversation, llm=False)
        self.library.heal()
        if self.settings.uses_llm:
            self.llm.warm()

    def close(self) -> None:
        """Let go of files, locks and connections."""
        for name in ("library", "llm"):
            if name in self.__dict__:
                self.__dict__[name].close()
