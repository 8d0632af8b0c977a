"""What a text is about, in numbers: a small language model that knows English from elsewhere, shipped with its weights.

It sees that "the men with the lorry" and "bin crew" are near each other, which examples alone cannot teach. It learns
nothing from the post and sends nothing anywhere. The weights are those of all-MiniLM-L6-v2 (Apache 2.0, see NOTICE).
"""

from mailroom.gateways.meaning.encoder import SIZE, MeaningEncoder

__all__ = ["SIZE", "MeaningEncoder"]
