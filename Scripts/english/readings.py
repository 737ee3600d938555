"""The pronunciations of the readings of heteronyms, and their file."""

import json
import re
import struct

from . import heteronyms
from .distance import distance
from .notation import converted, written

IPA = {"eɪ": "A", "aɪ": "I", "ɔɪ": "Y", "oʊ": "O", "aʊ": "W", "ː": "", "'": "ˈ"}
# Where the table is mistaken or coarse, and misaki has no such reading.
CORRECTIONS = {
    "abuses_vrb": "əbjˈuzᵻz", "aged_adj": "ˈAʤɪd", "approximate_vrb": "əpɹˈɑksəmˌAt", "august": "ˈɔɡəst", "blessed_adj": "blˈɛsɪd",
    "bologna": "bəlˈOni", "celtic_adj-nou-sports": "sˈɛltɪk", "graduate_vrb": "ɡɹˈæʤuˌAt", "mobile_nou-art": "mˈObˌil",
    "moderate_vrb": "mˈɑdəɹˌAt", "subordinate_vrb": "səbˈɔɹdᵊnˌAt", "polish_geo": "pˈOlɪʃ", "reading_geo": "ɹˈɛdɪŋ",
    "coordinate_adj-nou": "kOˈɔɹdᵊnət", "coordinate_vrb": "kOˈɔɹdᵊnˌAt",
}
# Words whose readings in misaki's lexicon are not told apart by most speakers.
ALIKE = set(
    "arsenic aspirates bombard bombards consist consists houses inside lunged mouths nearby overman overwater upsetting uptown warehouse warehouses".split())
SOUNDS = "iɪɛæɑOAIʌɔuɜʊWYəɚ"


def from_table(text, word):
    """A pronunciation in the table of word identifiers, whose stress marks stand at the beginning of syllables."""
    for old, new in IPA.items():
        text = text.replace(old, new)
    text = re.sub(f"([ˈˌ])([^{SOUNDS}]*)", r"\2\1", text)
    text = text.replace("ˈɚ", "ˈɜɹ").replace("ˌɚ", "ˌɜɹ").replace("ɚ", "əɹ")
    return converted(text, word)


def sources(path):
    """The pronunciations of each word in misaki's lexicon by part of speech."""
    result = {}
    for word, value in json.load(open(path, encoding="utf-8")).items():
        if isinstance(value, dict) and re.fullmatch("[a-z]+", word):
            result[word] = {kind: converted(one, word) for kind, one in value.items() if one}
    return result


def trained_readings(known, misaki, lexicon):
    """For each homograph of the data, its readings and their pronunciations, misaki's where one of its own is as near."""
    result = {}
    for word, readings in known.items():
        ours = list(misaki.get(word, {}).values()) + list(lexicon.get(word, []))
        result[word] = {}
        for reading, text in readings.items():
            if reading in CORRECTIONS:
                result[word][reading] = converted(CORRECTIONS[reading])
                continue
            told = from_table(text, word)
            nearest = min(ours, key=lambda one: distance(one, told), default=None)
            result[word][reading] = nearest if nearest is not None and distance(nearest, told) < 0.9 else told
    return result


def further_readings(misaki, trained):
    """Heteronyms that the data lack, with readings as a verb or otherwise; the usual one comes first."""
    result = {}
    for word, kinds in misaki.items():
        usual = kinds.get("DEFAULT")
        if word in trained or word in ALIKE or usual is None or len(word) < 4:
            continue
        verb = kinds.get("VERB", usual)
        other = kinds.get("NOUN", kinds.get("ADJ", usual))
        if distance(verb, other) < 0.5 or usual not in (verb, other):
            continue
        pair = [(word + "_vrb", verb), (word + "_nou", other)]
        result[word] = dict(pair if usual == verb else pair[::-1])
    return result


def stored(weights, trained, further):
    """u32 bytes of the table; the table, a line a word: the word, 1 if it has weights of its own, and its readings; the weights."""
    lines = []
    for words, own in ((trained, 1), (further, 0)):
        for word, readings in words.items():
            fields = [word, str(own)]
            shared = own == 0 or heteronyms.is_shared(readings)
            for reading, spoken in readings.items():
                fields += [reading, ("V" if heteronyms.is_verb(reading) else "N") if shared else "-", written(spoken)]
            lines.append("\t".join(fields))
    text = "\n".join(sorted(lines)).encode()
    return struct.pack("<I", len(text)) + text + heteronyms.quantized(weights)[0].tobytes()
