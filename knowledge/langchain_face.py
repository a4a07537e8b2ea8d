"""The LangChain face of search, for chains that want a `BaseRetriever`."""

from typing import TYPE_CHECKING, Any

from knowledge.documents import Kind, Locale
from knowledge.hits import Query, Retriever

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever


def as_langchain_retriever(
    retriever: Retriever, kind: Kind = "script", *, locale: Locale | None = None, top_k: int = 5
) -> "BaseRetriever":
    """Return a LangChain retriever over one kind of knowledge.

    Its documents hold the passage; their metadata the hit's id, document, title, score, strength
    and confidence.
    """
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class KnowledgeRetriever(BaseRetriever):
        """Asks the knowledge; nothing is fetched, nothing is written."""

        def _get_relevant_documents(
            self,
            query: str,
            *,
            run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain names it
        ) -> list[Document]:
            hits = retriever.search(Query(text=query, kind=kind, locale=locale, top_k=top_k))
            return [
                Document(id=hit.id, page_content=hit.text, metadata=_metadata(hit.model_dump()))
                for hit in hits
            ]

    return KnowledgeRetriever()


def _metadata(hit: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "document", "kind", "title", "score", "strength", "confidence", "locale")
    return {name: hit[name] for name in names}
