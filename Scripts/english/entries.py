"""Which words the lexicon has, how they are said, and where it is to be preferred to espeak-ng."""

import json
import re

from . import espeak
from .distance import distance
from .notation import converted, parsed

# Pronunciations further apart than this differ in phonemes, not in notation or in the reduction of vowels.
DIFFERENT = 0.9
# By how much CMUdict must be nearer to the lexicon than to espeak-ng.
NEARER = 0.3
# Words that espeak-ng says as most people do, though the lexicon and CMUdict differ.
WELL_SAID = set("comfortable comfortably uncomfortable uncomfortably foolscap exquisite exquisitely".split())


def pronunciations(path):
    """The words in misaki's lexicon and their pronunciations, the usual one first."""
    source = json.load(open(path, encoding="utf-8"))
    result = {}
    for word, value in source.items():
        if not re.fullmatch(r"'?[A-Za-z][A-Za-z']*", word):
            continue
        is_acronym = len(word) > 1 and word == word.upper()
        if is_acronym and (isinstance(value, dict) or len(word) < 3):
            continue
        values = [value.get("DEFAULT"), *value.values()] if isinstance(value, dict) else [value]
        spoken = [converted(one, word.lower()) for one in values if one]
        spoken = [one for one in spoken if any(stress for _, stress in one) or len(one) < 4]
        if not spoken:
            continue
        # A name is looked up in any case, unless it is another word in lower case.
        key = word if is_acronym or word.lower() in source else word.lower()
        if word == key or key not in result:
            result[key] = spoken
    # Where only a capital tells two words apart, the first word of a sentence could be either.
    return {word: spoken for word, spoken in result.items() if word == word.lower() or word == word.upper()}


def is_better(word, spoken, references):
    """Whether the lexicon's pronunciation of a word is to be preferred to espeak-ng's."""
    heard = espeak.words(word)
    if len(heard) != 1 or word in WELL_SAID:
        return False
    heard = parsed(heard)
    # Function words, which espeak-ng says as their neighbours ask for, have no primary stress.
    if not any(stress == 2 for _, stress in heard):
        return False
    if min(distance(one, heard) for one in spoken) < DIFFERENT:
        return False
    known = references.get(word.lower())
    if not known:
        return True
    ours = min(distance(spoken[0], one) for one in known)
    return ours + NEARER < min(distance(heard, one) for one in known)
