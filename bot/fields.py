"""Fields of research to begin with, and good queries for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.render.language import N_


@dataclass(frozen=True, slots=True)
class Field:
    """name: in English, to be translated. queries: canonical, at most eight."""

    name: str
    queries: tuple[str, ...]


FIELDS: Mapping[str, Field] = {
    "lm": Field(
        N_("Language models"),
        ('reasoning "language model"', "retrieval augmented generation", '"long context"', '"mixture of experts"',
         "hallucination", '"preference optimization"', '"low resource" language', "machine translation"),
    ),
    "ag": Field(
        N_("Agents and code"),
        ("multi-agent", "tool use agent", '"code generation"', "web agent OR gui agent", "agent memory",
         "software engineering", '"world model"', "benchmark web agent"),
    ),
    "vi": Field(
        N_("Images and video"),
        ("diffusion image", '"video generation"', "vision-language model", '"object detection"', "segmentation",
         '"gaussian splatting" OR "3d reconstruction"', "image editing", "medical imaging"),
    ),
    "le": Field(
        N_("Learning"),
        ('"reinforcement learning"', '"graph neural network"', '"federated learning"', '"continual learning"',
         '"time series"', '"mechanistic interpretability"', "self-supervised", "optimization theory"),
    ),
    "ro": Field(
        N_("Robots"),
        ("robot manipulation", '"imitation learning"', "vision-language-action", '"autonomous driving"',
         "humanoid", "navigation", "motion planning", "simulation robot"),
    ),
    "ef": Field(
        N_("Fast and small"),
        ("quantiz*", "pruning OR sparsity", "distillation", '"speculative decoding"', '"kv cache"',
         "efficient attention", "gpu inference", '"edge devices"'),
    ),
    "sa": Field(
        N_("Safety and society"),
        ("alignment safety", 'jailbreak OR "prompt injection"', "fairness", "privacy", "watermark",
         "misinformation", "toxicity OR deception", "red teaming"),
    ),
    "so": Field(
        N_("Speech and sound"),
        ('"speech recognition"', '"text to speech"', "music generation", "audio language model", "speaker",
         '"speech enhancement"', "audio generation", "voice agent"),
    ),
    "sc": Field(
        N_("Science"),
        ("protein", "molecule OR molecular", '"drug discovery"', "climate OR weather", '"theorem proving"',
         "materials", "clinical diagnosis", "physics-informed"),
    ),
}  # fmt: skip
"""By short keys, which stand in buttons."""
