"""Words that several parts of the program put together in the same way."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 epoch`, `2 epochs`, `10,000 images`.

    `plural` is for nouns whose plural does not end in a mere s.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sureness(confidence: float) -> str:
    """Return a confidence in percent; nothing is entirely sure: `>99.9%`, never `100.0%`."""
    return ">99.9%" if confidence > 0.999 else f"{confidence:.1%}"
