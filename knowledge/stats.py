"""Counting what the catalogue holds."""

from sqlalchemy import Connection, func, select

from knowledge.report import Stats
from knowledge.tables import ChunkRow, DocumentRow, QuestionRow, RevisionRow
from knowledge.vectors import missing_texts


def count(connection: Connection, model_name: str) -> Stats:
    """Return the numbers of documents by language and kind, chunks and missing vectors.

    Without a model name nothing is said of vectors.
    """
    groups = connection.execute(
        select(DocumentRow.locale, DocumentRow.kind, func.count()).group_by(
            DocumentRow.locale, DocumentRow.kind
        )
    )
    documents = {f"{locale} {kind}": number for locale, kind, number in groups}
    samples = select(func.count()).select_from(DocumentRow).where(DocumentRow.sample)
    missing = len(missing_texts(connection, model_name)) if model_name else 0
    return Stats(
        documents=dict(sorted(documents.items())),
        samples=connection.scalar(samples) or 0,
        chunks=connection.scalar(select(func.count()).select_from(ChunkRow)) or 0,
        questions=connection.scalar(select(func.count()).select_from(QuestionRow)) or 0,
        missing_vectors=missing,
        revision=connection.scalar(select(RevisionRow.value)) or 0,
        model=model_name,
    )
