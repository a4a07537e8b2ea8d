"""How well thresholds of likeness part what belongs together: gaps (bench/gaps), doubles (bench/lint).

.venv/bin/python bench/likeness.py --home ~/.local/share/teplo
"""

import argparse
from pathlib import Path

import numpy as np
import yaml

from knowledge.embedding import open_embedder
from knowledge.gaps import ALIKE
from knowledge.linting.likeness import SAME_ARTICLE, SAME_EACH
from knowledge.space import space_of

HERE = Path(__file__).parent
ORDERS = 8


def main() -> None:
    """Print precision and recall of pairs that meet in a gap, and of doubles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="where the vector model lies")
    model = open_embedder(parser.parse_args().home, threads=2)
    space = space_of(model.name)
    gaps = yaml.safe_load((HERE / "gaps" / "requests.yaml").read_text("utf-8"))
    pairs = yaml.safe_load((HERE / "lint" / "pairs.yaml").read_text("utf-8"))
    for locale in ("ru", "en"):
        texts = [text for group in gaps[locale] for text in group]
        groups = np.array([n for n, group in enumerate(gaps[locale]) for _ in group])
        vectors = space.centred(model.embed_queries(texts), "query", [locale] * len(texts))
        for threshold in (ALIKE - 0.05, ALIKE, ALIKE + 0.05):
            p, r = np.mean([met(vectors, groups, threshold, n) for n in range(ORDERS)], axis=0)
            print(f"gaps {locale} {threshold:.2f}: precision {p:.2f}, recall {r:.2f}")
        found = {kind: sum(doubles(row, locale, model, space) for row in pairs[locale][kind])
                 for kind in ("same", "other")}  # fmt: skip
        print(f"doubles {locale}: {found['same']} of {len(pairs[locale]['same'])} found, "
              f"{found['other']} of {len(pairs[locale]['other'])} neighbours taken for one")  # fmt: skip


def met(vectors, groups, threshold, seed):
    """Return precision and recall of the pairs that one order of requests brings together."""
    leaders, label = [], np.zeros(len(vectors), int)
    for row in np.random.default_rng(seed).permutation(len(vectors)):
        near = vectors[leaders] @ vectors[row] if leaders else np.zeros(0)
        if len(near) and near.max() >= threshold:
            label[row] = int(near.argmax())
        else:
            label[row] = len(leaders)
            leaders.append(row)
    one, two = np.triu_indices(len(vectors), 1)
    together, same = label[one] == label[two], groups[one] == groups[two]
    return (same & together).sum() / max(1, together.sum()), (same & together).sum() / same.sum()


def doubles(row, locale, model, space):
    """Say whether lint would call a pair of articles doubles."""
    asked = space.centred(model.embed_queries([row[0], row[2]]), "query", [locale] * 2)
    texts = [f"{row[0]}\n{row[1]}", f"{row[2]}\n{row[3]}"]
    said = space.centred(model.embed_passages(texts), "passage", [locale] * 2)
    likeness = float(asked[0] @ asked[1]), float(said[0] @ said[1])
    return min(likeness) >= SAME_EACH and sum(likeness) / 2 >= SAME_ARTICLE


if __name__ == "__main__":
    main()
